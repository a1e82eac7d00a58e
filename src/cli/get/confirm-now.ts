import { askDaemon } from '../../control/control-client.ts';
import { daemonSocket } from '../daemon-socket.ts';
import type { GetTarget } from './get-target.ts';

/** How long a daemon may take to confirm (ms). */
const confirmTimeoutMs = 15_000;

/** Has the running daemon prove now that the mirror is fresh; false where none runs. @throws NAVI_DAEMON_SILENT */
export async function confirmNow({ choice }: GetTarget): Promise<boolean> {
  const answer = await askDaemon(daemonSocket(), { method: 'confirm', ...choice }, confirmTimeoutMs);
  return answer !== undefined;
}
