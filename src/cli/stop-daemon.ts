import { askDaemon } from '../control/control-client.ts';
import { NaviError } from '../errors/navi-error.ts';
import { lockFile } from '../store/data-directory.ts';
import { lockHolder } from '../store/lock-database.ts';
import { delay, systemClock } from '../util/clock.ts';
import { daemonSocket } from './daemon-socket.ts';
import { openDataDirectory } from './open-data-directory.ts';

/** How long a daemon may take to drain (ms). */
const drainMs = 10_000;

/**
 * Asks the daemon to end and waits until it has given its data directory free, or another one has it; the line to tell.
 * @throws NAVI_DAEMON_NOT_RUNNING, NAVI_DAEMON_SILENT
 */
export async function stopDaemon(env: NodeJS.ProcessEnv): Promise<string> {
  const dataDir = openDataDirectory(env);
  const path = daemonSocket(env);
  const lock = lockFile(dataDir);
  const holder = lockHolder(lock);
  const answer = holder === undefined ? undefined : await askDaemon(path, { method: 'stop' });
  if (holder === undefined) {
    throw new NaviError('NAVI_DAEMON_NOT_RUNNING', `no daemon keeps the mirrors in ${dataDir}`, {
      hints: ['navi sync --detach starts one'],
    });
  }
  const clock = systemClock();
  for (const startedAt = clock.monotonic(); clock.monotonic() - startedAt < drainMs; await delay(clock, 50)) {
    if (answer !== undefined && lockHolder(lock)?.pid !== holder.pid) return `stopped (pid ${holder.pid})`;
    if (answer === undefined) {
      throw new NaviError('NAVI_DAEMON_SILENT', `the daemon (pid ${holder.pid}) does not listen at ${path}`, {
        hints: [`kill ${holder.pid}`, 'or set XDG_RUNTIME_DIR as it was where the daemon was started'],
      });
    }
  }
  throw new NaviError('NAVI_DAEMON_SILENT', `the daemon (pid ${holder.pid}) does not end`, {
    hints: [`kill -9 ${holder.pid} loses nothing that was committed`],
  });
}
