import { counted } from '../../core/counted.ts';
import { terminalText } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { writeStderr } from '../../output/stderr.ts';
import { askFirst, canAsk } from '../ask-first.ts';

/** Most objects that a question names. */
const mostNamedCount = 20;

/** Whether objects are to be deleted. @throws NAVI_USAGE where nobody can be asked, and none said yes */
export async function confirm(isYes: boolean, names: readonly string[]): Promise<boolean> {
  if (isYes) return true;
  const count = counted(names.length, 'object');
  if (!canAsk()) {
    throw new NaviError('NAVI_USAGE', `nobody is there to be asked whether to delete ${count}`, {
      hints: ['--yes deletes without asking'],
    });
  }
  const shown = names.slice(0, mostNamedCount).map((name) => `  ${name}\n`);
  const more = names.length > mostNamedCount ? [`  and ${names.length - mostNamedCount} more\n`] : [];
  writeStderr(terminalText([`navi is about to delete ${count}:\n`, ...shown, ...more].join('')));
  return await askFirst('Delete?');
}
