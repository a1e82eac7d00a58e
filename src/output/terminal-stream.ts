import { isTerminal } from './is-terminal.ts';

/** What tables need to know of where they are printed. */
export interface TerminalStream {
  readonly isTTY: boolean;
  /** Characters in a line; undefined where it is no terminal. */
  readonly columns: number | undefined;
}

/** Standard output as it is now. Where it is no terminal, Node's stream for it is not made. */
export function stdoutTerminal(): TerminalStream {
  if (!isTerminal(1)) return { isTTY: false, columns: undefined };
  return { isTTY: true, columns: process.stdout.columns };
}
