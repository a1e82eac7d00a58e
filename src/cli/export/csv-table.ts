import type { Cell } from '../../core/cell.ts';
import { goNumber } from '../../core/go-number.ts';
import { decorate, headers, type TableOptions } from '../../output/object-table.ts';
import { csvRows } from '../../output/rows/csv-rows.ts';
import type { ObjectRow } from '../../query/object-query.ts';
import { namespaceOfKey } from '../../core/key-range.ts';
import type { MirrorType } from '../../query/mirror-type.ts';

/** What `-o wide` prints, of whatever namespaces. */
const wide: TableOptions = {
  wide: true,
  allNamespaces: true,
  showKind: false,
  showLabels: false,
  labelColumns: [],
  noHeaders: false,
  nowMs: 0,
};

const csv = csvRows(false);

/** Lines do not say where they come from. */
const noSource = { context: '', ageMs: null, isStale: false };

/** Rows of a type as lines of CSV, in the columns of `navi get -o wide`. */
export interface CsvTable {
  readonly headers: readonly string[];
  readonly values: (row: ObjectRow) => readonly (string | null)[];
}

/** The columns of a type: NAMESPACE where it has namespaces, then all that are printed. */
export function csvTable(type: MirrorType): CsvTable {
  const decoration = decorate({ type, columns: type.columns }, wide, type.namespaced);
  return {
    headers: headers(decoration, wide),
    values(row) {
      const cells = JSON.parse(row.cells) as readonly Cell[];
      const printed = decoration.visible.map(({ index }) => csvValue(cells[index] ?? null));
      return type.namespaced ? [namespaceOfKey(row), ...printed] : printed;
    },
  };
}

/** A line of RFC 4180: null is an empty field. */
export function csvLine(values: readonly (string | null)[]): string {
  return csv.row(noSource, values);
}

/** A cell as a field: whole where a table would cut it at a line break, a time in place of the age that counts from it. */
export function csvValue(cell: Cell): string | null {
  if (cell === null) return null;
  if (typeof cell === 'string') return withoutFormula(cell);
  if (typeof cell === 'object') return cellInstant(cell);
  return typeof cell === 'number' ? goNumber(cell) : String(cell);
}

/** A cell around an age with the time in its place, RFC 3339 in UTC: `3 (2026-01-02T03:04:05Z)` for `3 (5m ago)`. */
export function cellInstant({
  sinceMs,
  before = '',
  after = '',
}: Extract<Cell, { readonly sinceMs: unknown }>): string {
  const time = sinceMs === null ? '<unknown>' : new Date(sinceMs).toISOString().replace('.000Z', 'Z');
  return `${before}${time}${after.replace(/^ ago/, '')}`;
}

/**
 * A text that a spreadsheet would run as a formula has an apostrophe before it: whoever may write a message in the cluster
 * could otherwise have it call programs of who opens the table. Numbers stay.
 */
function withoutFormula(text: string): string {
  const isFormula = /^[=@\t\r]/.test(text) || (/^[+-]/.test(text) && !/^[+-][\d.]*$/.test(text));
  return isFormula ? `'${text}` : text;
}
