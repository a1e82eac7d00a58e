import { NaviError } from '../errors/navi-error.ts';
import { lockDatabase, type HeldLock } from '../store/lock-database.ts';
import { lockFile, makePrivateDirectory, mirrorsDirectory } from '../store/data-directory.ts';

/**
 * Makes this process the one writer of the data directory, until it releases the lock or dies: the lock is an open
 * transaction on lock.db, which the kernel ends with the process, however it ends.
 * @throws NAVI_DAEMON_RUNNING, naming the process that holds it.
 */
export function takeInstanceLock(dataDir: string, nowMs: number): HeldLock {
  makePrivateDirectory(dataDir);
  makePrivateDirectory(mirrorsDirectory(dataDir));
  const result = lockDatabase(lockFile(dataDir), { pid: process.pid, startedAtMs: nowMs });
  if ('release' in result) return result;
  const { pid, startedAtMs } = result.holder;
  const since = startedAtMs === 0 ? '' : ` since ${new Date(startedAtMs).toISOString()}`;
  throw new NaviError('NAVI_DAEMON_RUNNING', `another navi (pid ${pid}) keeps the mirrors in ${dataDir}${since}`, {
    hints: ['navi status shows what it does', 'navi stop ends it', 'or set NAVI_DATA_DIR to another place'],
  });
}
