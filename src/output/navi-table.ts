import { Chalk, type ChalkInstance } from 'chalk';
import { isColored, type ColorMode } from './color-mode.ts';
import { columnGap, fittingWidths, naturalWidths } from './column-widths.ts';
import { cutLines } from './cut-lines.ts';
import { displayWidth } from './line-width.ts';

/** How navi's own tables look where they are printed. */
export interface TableStyle {
  /** Characters in a line of the terminal, to which tables are cut; undefined in a pipe, where nothing is. */
  readonly width: number | undefined;
  readonly color: ChalkInstance;
}

/**
 * The style for a stream: colours only on a terminal, unless `mode`, else FORCE_COLOR, else NO_COLOR says otherwise.
 */
export function tableStyle(
  stream: { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined },
  env: NodeJS.ProcessEnv,
  mode: ColorMode = 'auto',
): TableStyle {
  const isTerminal = stream.isTTY === true;
  const width = isTerminal && stream.columns !== undefined && stream.columns > 0 ? stream.columns : undefined;
  return { width, color: new Chalk({ level: isColored(isTerminal, env, mode) ? (has256(env) ? 2 : 1) : 0 }) };
}

/**
 * The colour of what deserves a look: a dark orange, which light backgrounds show as well as dark ones (4.5 to 1 on black, 4.7 to 1 on
 * white); yellow, which white hides, only where there are no more than 16 colours.
 */
export function caution(color: ChalkInstance): ChalkInstance {
  return color.level >= 2 ? color.ansi256(130) : color.yellow;
}

function has256({ TERM = '', COLORTERM = '' }: NodeJS.ProcessEnv): boolean {
  return COLORTERM !== '' || /256color|direct$|kitty|ghostty/.test(TERM);
}

/**
 * A table of navi's own, columns three spaces apart, headers dimmed on a terminal; lines have no trailing spaces and
 * are no wider than the terminal. Cells with text from a cluster must have gone through `oneLine`; colours of ours may
 * be in them. Without headers there is no line for them.
 */
export function naviTable(headers: readonly string[], rows: readonly (readonly string[])[], style: TableStyle): string {
  const head = headers.map((header) => style.color.dim(header));
  const lines = head.length === 0 ? rows : [head, ...rows];
  const natural = naturalWidths(lines);
  const widths = style.width === undefined ? natural : fittingWidths(natural, style.width);
  const isWhole = widths.every((width, column) => width === natural[column]);
  return `${(isWhole ? paddedLines(lines, widths) : cutLines(lines, widths)).join('\n')}\n`;
}

/** Where every cell has its room: cli-table3 would need milliseconds for some ten rows. */
function paddedLines(lines: readonly (readonly string[])[], widths: readonly number[]): readonly string[] {
  return lines.map((cells) =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell)))
      .join(columnGap)
      .trimEnd(),
  );
}
