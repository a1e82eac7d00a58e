import { displayWidth } from './line-width.ts';

/** What stands between two columns of a table of navi's own. */
export const columnGap = '   ';

/** Narrowest that a column is cut to (characters), the `…` included; and where that is too much for the line, all of them. */
const narrowest = 8;
const leastOfAll = 4;

/** The last column, which gives way first, is cut to this (characters) before any other is. */
export const lastColumnLeast = 3 * narrowest;

/** Width of the widest cell of each column. */
export function naturalWidths(rows: Iterable<readonly string[]>): readonly number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
  }
  return widths;
}

/** Widths with which the lines fit into `width`: the last column gives way first, then always the widest one. */
export function fittingWidths(natural: readonly number[], width: number): readonly number[] {
  const excessOf = (all: readonly number[]): number =>
    all.reduce((sum, own) => sum + own, 0) + columnGap.length * (all.length - 1) - width;
  if (excessOf(natural) <= 0) return natural;
  // cli-table3, which cuts, gives an empty column room.
  const widths = natural.map((own) => Math.max(own, 1));
  let excess = excessOf(widths);
  const last = widths.length - 1;
  const least = Math.min(widths[last] ?? 0, lastColumnLeast);
  const given = Math.max(0, Math.min(excess, (widths[last] ?? 0) - least));
  widths[last] = (widths[last] ?? 0) - given;
  for (excess -= given; excess > 0; excess -= 1) {
    // What a line is about stands in front: where all are narrow, those behind give way first.
    const isTight = Math.max(...widths) <= narrowest;
    const widest = isTight ? widths.findLastIndex((own) => own > leastOfAll) : widths.indexOf(Math.max(...widths));
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
