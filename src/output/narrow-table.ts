import { columnGap, lastColumnLeast, naturalWidths } from './column-widths.ts';
import { cutLine } from './line-width.ts';
import { naviTable, type TableStyle } from './navi-table.ts';

/** A column of a table that may be wider than the terminal. */
export interface NarrowColumn {
  readonly header: string;
  /** Its turn to be left out where there is no room for all, the lowest first; absent: it stays, and is cut. */
  readonly leaves?: number | undefined;
}

/**
 * `naviTable` without the columns that a terminal has no room for: half a word in each of ten columns tells nobody anything. A last
 * line says which they are, and how wide a terminal has them all.
 */
export function narrowTable(
  columns: readonly NarrowColumn[],
  rows: readonly (readonly string[])[],
  style: TableStyle,
): string {
  const table = (shown: readonly number[]): string =>
    naviTable(
      shown.map((index) => columns[index]?.header ?? ''),
      rows.map((row) => shown.map((index) => row[index] ?? '')),
      style,
    );
  const all = [...columns.keys()];
  const { width } = style;
  if (width === undefined) return table(all);
  const natural = naturalWidths([columns.map(({ header }) => header), ...rows]);
  const kept = new Set(all);
  const leaving = all.flatMap((index) => {
    const turn = columns[index]?.leaves;
    return turn === undefined ? [] : [{ index, turn }];
  });
  leaving.sort((a, b) => a.turn - b.turn);
  const fits = (columns: ReadonlySet<number>): boolean =>
    leastWidth(
      all.filter((index) => columns.has(index)),
      natural,
    ) <= width;
  for (const { index } of leaving) if (!fits(kept)) kept.delete(index);
  // A wide one that had to go may have made room for narrow ones before it.
  for (const { index } of leaving.toReversed()) if (fits(new Set([...kept, index]))) kept.add(index);
  if (kept.size === all.length) return table(all);
  const left = columns.flatMap(({ header }, index) => (kept.has(index) ? [] : [header]));
  const note = `too narrow for ${left.join(', ')}: ${leastWidth(all, natural)} columns, or a pipe`;
  return `${table(all.filter((index) => kept.has(index)))}${style.color.dim(cutLine(note, width))}\n`;
}

/** Width of a line in which only the last column is cut. */
function leastWidth(columns: readonly number[], natural: readonly number[]): number {
  const widths = columns.map((index) => natural[index] ?? 0);
  const last = widths.at(-1) ?? 0;
  const whole = widths.reduce((sum, own) => sum + own, 0) + columnGap.length * (widths.length - 1);
  return whole - last + Math.min(last, lastColumnLeast);
}
