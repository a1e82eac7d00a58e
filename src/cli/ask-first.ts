import { createInterface } from 'node:readline';
import { terminalText } from '../core/terminal-text.ts';
import { NaviError } from '../errors/navi-error.ts';
import { isTerminal } from '../output/is-terminal.ts';
import { writeStderr } from '../output/stderr.ts';

/** Whether somebody sits at a terminal who can be asked. */
export const canAsk = (): boolean => isTerminal(0) && isTerminal(2);

/** Asks whoever sits at a terminal; false where nobody does. Only `y` and `yes` mean yes. */
export async function askFirst(question: string): Promise<boolean> {
  if (!canAsk()) return false;
  writeStderr(`${terminalText(question)} (y/N): `);
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const answer of lines) return ['y', 'yes'].includes(answer.trim().toLowerCase());
    return false;
  } finally {
    lines.close();
    process.stdin.pause();
  }
}

/** Before something is done that cannot be taken back. @param isYes `--yes` was given @throws NAVI_USAGE where nobody agrees */
export async function mustAgree(question: string, isYes: boolean): Promise<void> {
  if (isYes) return;
  if (!canAsk()) {
    throw new NaviError('NAVI_USAGE', 'this cannot be taken back, and nobody is there to be asked', {
      hints: ['--yes does it without asking'],
    });
  }
  if (!(await askFirst(question)))
    throw new NaviError('NAVI_USAGE', 'nothing was done', { hints: ['--yes does it without asking'] });
}
