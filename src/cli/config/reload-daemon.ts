import { askDaemon } from '../../control/control-client.ts';
import type { ReloadAnswer } from '../../control/protocol.ts';
import { oneLine } from '../../core/terminal-text.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { daemonSocket } from '../daemon-socket.ts';

/** Mirrors that begin anew first write what they have received (ms). */
const answerTimeoutMs = 30_000;

/** Has a daemon that runs read its configuration again, after this file was changed; what to tell of it, empty where none runs. */
export async function reloadDaemon(file: string): Promise<string> {
  try {
    const answer = (await askDaemon(daemonSocket(), { method: 'reload' }, answerTimeoutMs)) as ReloadAnswer | undefined;
    if (answer === undefined) return '';
    if (answer.problem !== null) return `; the running daemon has it, but ${answer.problem}: its log says why`;
    if (answer.file !== file) return `; the running daemon reads ${answer.file}`;
    const names = answer.contexts.map((name) => oneLine(name)).join(', ');
    return names === '' ? '; the running daemon has it' : `; the running daemon has it, and began ${names} anew`;
  } catch (error) {
    if (!(error instanceof NaviError)) throw error;
    return `; the running daemon did not take it over: ${error.message}`;
  }
}
