import { createInterface } from 'node:readline/promises';
import { NaviError } from '../errors/navi-error.ts';

/** Before something is done that cannot be taken back. */
export interface Question {
  /** Ends with a question mark. */
  readonly text: string;
  /** `--yes` was given. */
  readonly isAnswered: boolean;
}

/**
 * Resolves once a person has agreed; anything but y or yes is a no, and so is the end of the input.
 * @throws NAVI_USAGE where nobody can be asked, or the answer is no
 */
export async function askYes({ text, isAnswered }: Question): Promise<void> {
  if (isAnswered) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new NaviError('NAVI_USAGE', 'this cannot be taken back, and nobody is there to be asked', {
      hints: ['--yes does it without asking'],
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  terminal.once('close', () => closed.abort());
  try {
    const answer = await terminal.question(`${text} [y/N] `, { signal: closed.signal });
    if (/^y(es)?$/i.test(answer.trim())) return;
  } catch (error) {
    if (!closed.signal.aborted) throw error;
  } finally {
    terminal.close();
  }
  throw new NaviError('NAVI_USAGE', 'nothing was done');
}
