import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { askDaemon } from '../control/control-client.ts';
import type { DaemonInfo } from '../control/protocol.ts';
import { controlSocketPath } from '../control/socket-path.ts';
import { messageOf, NaviError, systemCodeOf } from '../errors/navi-error.ts';
import { checkPrivate, makePrivateDirectory } from '../store/data-directory.ts';
import { delay, systemClock } from '../util/clock.ts';
import type { SyncRun } from './run-sync.ts';

const logFlags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

/** Neither through a link nor into a pipe. @throws NAVI_STORE_EXPOSED, NAVI_STORE_UNUSABLE, NAVI_DISK_FULL */
function openLog(file: string): number {
  checkPrivate(file, 'file');
  try {
    return openSync(file, logFlags, 0o600);
  } catch (error) {
    throw new NaviError(
      systemCodeOf(error) === 'ENOSPC' ? 'NAVI_DISK_FULL' : 'NAVI_STORE_UNUSABLE',
      `${file} cannot be written: ${messageOf(error)}`,
      {
        hints: ['choose another place with NAVI_DATA_DIR'],
        cause: error,
      },
    );
  }
}

/** How long a daemon may take until it answers (ms). */
const readyMs = 15_000;

/**
 * Puts a daemon into the background: a process of its own session, its log lines in `daemon.log` of the data directory.
 * Resolves with 0 once it answers on the control socket.
 * @throws NAVI_DAEMON_SILENT with the end of its log.
 */
export async function detachDaemon(dataDir: string, run: SyncRun): Promise<number> {
  makePrivateDirectory(dataDir);
  const path = controlSocketPath(dataDir, run.env);
  checkPrivate(dirname(path), 'directory');
  const running = (await askDaemon(path, { method: 'info' })) as DaemonInfo | undefined;
  if (running !== undefined) {
    const contexts = run.contexts.map((context) => context.name);
    await askDaemon(path, { method: 'add', contexts, kubeconfig: run.kubeconfigFiles });
    run.output.write(`a daemon runs already (pid ${running.pid}); it now keeps ${contexts.join(', ')} too\n`);
    return 0;
  }
  const logFile = join(dataDir, 'daemon.log');
  const log = openLog(logFile);
  const contexts = run.contexts.flatMap((context) => ['--context', context.name]);
  const child = spawn(process.execPath, [process.argv[1] ?? '', 'sync', '--daemon', ...contexts], {
    detached: true,
    stdio: ['ignore', 'ignore', log],
    // The very files that this command read, whichever way they were named.
    env: { ...run.env, KUBECONFIG: run.kubeconfigFiles.join(delimiter) },
  });
  closeSync(log);
  let isGone = false;
  child.once('exit', () => {
    isGone = true;
  });
  const clock = systemClock();
  for (const startedAt = clock.monotonic(); clock.monotonic() - startedAt < readyMs && !hasEnded();) {
    const info = (await askDaemon(path, { method: 'info' })) as DaemonInfo | undefined;
    if (info !== undefined) {
      child.unref();
      run.output.write(`daemon started (pid ${info.pid}), log in ${logFile}\n`);
      return 0;
    }
    await delay(clock, 50);
  }
  const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-3);
  throw new NaviError('NAVI_DAEMON_SILENT', 'the daemon did not start', {
    hints: [...tail, `log in ${logFile}`].slice(-3),
  });

  function hasEnded(): boolean {
    return isGone;
  }
}
