import { Chalk, type ChalkInstance } from 'chalk';
import Table from 'cli-table3';
import { displayWidth } from './line-width.ts';

/** When to colour, as the flag `--color` says. */
export const colorModes = ['auto', 'always', 'never'] as const;

/** One of `colorModes`. */
export type ColorMode = (typeof colorModes)[number];

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
  return { width, color: new Chalk({ level: isColored(isTerminal, env, mode) ? 1 : 0 }) };
}

function isColored(isTerminal: boolean, env: NodeJS.ProcessEnv, mode: ColorMode): boolean {
  if (mode !== 'auto') return mode === 'always';
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  const plain = env['NO_COLOR'];
  return isTerminal && (plain === undefined || plain === '') && env['TERM'] !== 'dumb';
}

const noFrame = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '   ',
};

/** Narrowest that a column is cut to (characters), the `…` included. */
const narrowest = 8;

/**
 * A table of navi's own, columns three spaces apart, headers dimmed on a terminal; lines have no trailing spaces and
 * are no wider than the terminal. Cells with text from a cluster must have gone through `oneLine`; colours of ours may
 * be in them.
 */
export function naviTable(headers: readonly string[], rows: readonly (readonly string[])[], style: TableStyle): string {
  const table = new Table({
    chars: noFrame,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    head: headers.map((header) => style.color.dim(header)),
    ...(style.width === undefined ? {} : { colWidths: fittingWidths([headers, ...rows], style.width) }),
  });
  for (const row of rows) table.push([...row]);
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/**
 * Widths with which the lines fit into `width`: the last column gives way first, then always the widest one. Null for
 * a column that keeps its own width.
 */
function fittingWidths(rows: readonly (readonly string[])[], width: number): (number | null)[] {
  const natural: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) natural[column] = Math.max(natural[column] ?? 0, displayWidth(cell));
  }
  const widths = [...natural];
  let excess = widths.reduce((sum, own) => sum + own, 0) + noFrame.middle.length * (widths.length - 1) - width;
  const last = widths.length - 1;
  const least = Math.min(widths[last] ?? 0, 3 * narrowest);
  const given = Math.max(0, Math.min(excess, (widths[last] ?? 0) - least));
  widths[last] = (widths[last] ?? 0) - given;
  for (excess -= given; excess > 0; excess -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= narrowest) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths.map((own, column) => (own === natural[column] ? null : own));
}
