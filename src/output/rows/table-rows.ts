import { oneLine } from '../../core/terminal-text.ts';
import { columnGap, fittingWidths, naturalWidths } from '../column-widths.ts';
import { cutLine, displayWidth } from '../line-width.ts';
import { shownContext } from '../shown-context.ts';
import { valueText, type RowFormat } from './row-format.ts';

/** How a table of rows looks where it is printed. */
export interface RowTableStyle {
  /** Characters in a line of the terminal, to which lines are cut; null in a pipe, where nothing is. */
  readonly width: number | null;
  readonly isColored: boolean;
}

/** Rows, and characters of them, that the widths of columns are taken from; those behind them do without. */
const sampleRows = 10_000;
const sampleLength = 8 * 1024 * 1024;

/**
 * Rows as a table: each on one line, columns three spaces apart, headers as SQLite names the columns. NULL is empty. Without
 * a row there is no header either.
 * @param hasContexts whether a column with the context goes before the others
 */
export function tableRows(hasContexts: boolean, style: RowTableStyle): RowFormat {
  let held: (readonly string[])[] = [];
  let heldLength = 0;
  let widths: readonly number[] | undefined;
  /** On a terminal nobody sees more of a cell than a line has room for. */
  const cellOf = (text: string): string => oneLine(style.width === null ? text : text.slice(0, 4 * style.width));
  const lineOf = (cells: readonly string[], own: readonly number[]): string =>
    cells
      .map((cell, column) => filled(cell, own[column] ?? 0, style))
      .join(columnGap)
      .trimEnd();
  const release = (): string => {
    const natural = naturalWidths(held);
    const own = style.width === null ? natural : fittingWidths(natural, style.width);
    const [header = '', ...lines] = held.map((cells) => lineOf(cells, own));
    widths = own;
    held = [];
    return `${[style.isColored ? dim(header) : header, ...lines].join('\n')}\n`;
  };
  const add = (cells: readonly string[]): string => {
    if (widths !== undefined) return `${lineOf(cells, widths)}\n`;
    held.push(cells);
    heldLength += cells.reduce((sum, cell) => sum + cell.length, 0);
    return held.length > sampleRows || heldLength > sampleLength ? release() : '';
  };
  return {
    begin: (columns) => add([...(hasContexts ? ['CONTEXT'] : []), ...columns.map(cellOf)]),
    row({ context, isStale }, values) {
      const cells = values.map((value) => cellOf(valueText(value)));
      return add(hasContexts ? [shownContext(cellOf(context), isStale), ...cells] : cells);
    },
    end: () => (widths === undefined && held.length > 1 ? release() : ''),
  };
}

/** A cell as wide as its column; cut to that only on a terminal. */
function filled(cell: string, width: number, style: RowTableStyle): string {
  const own = displayWidth(cell);
  if (own <= width) return cell + ' '.repeat(width - own);
  return style.width === null ? cell : cutLine(cell, width);
}

const dim = (text: string): string => `\u001B[2m${text}\u001B[22m`;
