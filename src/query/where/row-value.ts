import type { Cell } from '../../core/cell.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import { CellSpan, cellValue, columnName } from '../../cel/cell-value.ts';
import type { JudgedRow } from '../../cel/row-variables.ts';

/** What reads a value from each row. */
export interface RowValue {
  /** The body of rows must be read. */
  readonly needsBody: boolean;
  /** What could not be read: lines for people. */
  readonly notices: readonly string[];
  /** Undefined where the object has none. */
  value(judged: JudgedRow): unknown;
  /** To be asked once there was no value for any row. @throws NAVI_USAGE where that is a mistake */
  refuseMistake(): void;
}

/**
 * The value of a column that is named alone: what the expression `cols["NAME"]` says of each row, without the library that
 * expressions need.
 */
export class ColumnValue implements RowValue {
  readonly needsBody = false;
  readonly notices: readonly string[] = [];
  readonly #column: string;
  readonly #nowMs: number;
  /** Where the column is among those of the last row: they are the same for all rows of a type. */
  #columns: readonly PrinterColumn[] = [];
  #index = -1;

  constructor(column: string, nowMs: number) {
    this.#column = column;
    this.#nowMs = nowMs;
  }

  value({ row, columns }: JudgedRow): unknown {
    const index = this.indexIn(columns);
    if (index === -1) return undefined;
    const cells = JSON.parse(row.cells) as Cell[];
    return this.valueOf(cells[index] ?? null, columns);
  }

  /** Where the column is among these; -1 for nowhere. */
  indexIn(columns: readonly PrinterColumn[]): number {
    if (columns !== this.#columns) {
      this.#columns = columns;
      this.#index = columns.findIndex((each) => columnName(each) === this.#column);
    }
    return this.#index;
  }

  /** What a cell of the column says; undefined where these columns lack it. */
  valueOf(cell: Cell, columns: readonly PrinterColumn[]): unknown {
    const column = columns[this.indexIn(columns)];
    if (column === undefined) return undefined;
    const span = (ms: number): CellSpan => new CellSpan(ms);
    return cellValue(cell, column, { isText: false, nowMs: this.#nowMs, span });
  }

  /** A column that no row fills is no mistake. */
  refuseMistake(): void {}
}
