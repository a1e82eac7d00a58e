import { createInterface } from 'node:readline';
import { terminalText } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { isTerminal } from '../../output/is-terminal.ts';
import { writeStderr } from '../../output/stderr.ts';

/** Most objects that a question names. */
const mostNamedCount = 20;

/** Asks whoever sits at a terminal; false where nobody does. Only `y` and `yes` mean yes. */
export async function askFirst(question: string): Promise<boolean> {
  if (!isTerminal(0) || !isTerminal(2)) return false;
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

/** Whether objects are to be deleted. @throws NAVI_USAGE where nobody can be asked, and none said yes */
export async function confirm(isYes: boolean, names: readonly string[]): Promise<boolean> {
  if (isYes) return true;
  const count = `${names.length} object${names.length === 1 ? '' : 's'}`;
  if (!isTerminal(0) || !isTerminal(2)) {
    throw new NaviError('NAVI_USAGE', `nobody is there to be asked whether to delete ${count}`, {
      hints: ['--yes deletes without asking'],
    });
  }
  const shown = names.slice(0, mostNamedCount).map((name) => `  ${name}\n`);
  const more = names.length > mostNamedCount ? [`  and ${names.length - mostNamedCount} more\n`] : [];
  writeStderr(terminalText([`navi is about to delete ${count}:\n`, ...shown, ...more].join('')));
  return await askFirst('Delete?');
}
