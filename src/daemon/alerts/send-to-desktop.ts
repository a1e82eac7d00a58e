import type { Severity } from '../../core/alert-rule.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { NotDelivered } from './not-delivered.ts';

/** What is shown. */
export interface DesktopNote {
  readonly title: string;
  readonly line: string;
  readonly severity: Severity;
}

const urgencies: Readonly<Record<Severity, string>> = { critical: 'critical', warning: 'normal', info: 'low' };

/** Takes its texts as arguments: nothing of them is ever part of a script. */
const appleScript = 'on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run';

/** The program that shows a note on this platform, with its arguments. @throws NotDelivered where there is none */
export function desktopCommand({ title, line, severity }: DesktopNote, platform: NodeJS.Platform): readonly string[] {
  const [shownTitle, shownLine] = [oneLine(`navi: ${title}`), oneLine(line)];
  if (platform === 'darwin') return ['osascript', '-e', appleScript, shownTitle, shownLine];
  if (platform === 'linux' || platform === 'freebsd' || platform === 'openbsd') {
    return ['notify-send', `--urgency=${urgencies[severity]}`, '--app-name=navi', '--', shownTitle, escaped(shownLine)];
  }
  throw new NotDelivered('navi knows no program that shows notes on this platform');
}

/** The body is markup (Desktop Notifications Specification 1.3). */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
