import { Chalk, type ChalkInstance } from 'chalk';
import Table from 'cli-table3';

/** How navi's own tables look where they are printed. */
export interface TableStyle {
  /** Colours and width-aware cutting; plain and uncut otherwise. */
  readonly isTerminal: boolean;
  readonly color: ChalkInstance;
}

/** The style for a stream: colours only on a terminal, or as NO_COLOR and FORCE_COLOR say. */
export function tableStyle(stream: { readonly isTTY?: boolean | undefined }, env: NodeJS.ProcessEnv): TableStyle {
  const isTerminal = stream.isTTY === true;
  const isForced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const isPlain = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  return { isTerminal, color: new Chalk({ level: isForced || (isTerminal && !isPlain) ? 1 : 0 }) };
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

/**
 * A table of navi's own, columns three spaces apart, headers dimmed on a terminal; lines have no trailing spaces. Cells
 * with text from a cluster must have gone through `oneLine`; colours of ours may be in them.
 */
export function naviTable(headers: readonly string[], rows: readonly (readonly string[])[], style: TableStyle): string {
  const table = new Table({
    chars: noFrame,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    head: headers.map((header) => style.color.dim(header)),
  });
  for (const row of rows) table.push([...row]);
  return `${table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** Text from a cluster on one line, its control characters shown, so that none reaches a terminal alive. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => (character === '\u001B' ? '^[' : ' '));
}
