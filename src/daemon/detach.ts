import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { askDaemon } from '../control/control-client.ts';
import type { DaemonInfo } from '../control/protocol.ts';
import { controlSocketPath } from '../control/socket-path.ts';
import { NaviError } from '../errors/navi-error.ts';
import { exitCodeOf } from '../errors/of-contexts.ts';
import { checkPrivate, makePrivateDirectory } from '../store/data-directory.ts';
import { delay, systemClock } from '../util/clock.ts';
import { allocatorSettings } from '../core/allocator-settings.ts';
import { openLog } from './log-file.ts';
import { syncBesideDaemon } from './sync-beside-daemon.ts';
import type { SyncRun } from './sync-run.ts';

/** How long a daemon may take until it answers (ms). */
const readyMs = 15_000;

/**
 * Puts a daemon into the background: a process of its own session, its log lines in `daemon.log` of the data directory.
 * Resolves with the exit code once it answers on the control socket: 0, or that some contexts cannot be used.
 * @throws NAVI_DAEMON_SILENT with the end of its log.
 */
export async function detachDaemon(dataDir: string, run: SyncRun): Promise<number> {
  makePrivateDirectory(dataDir);
  const path = controlSocketPath(dataDir, run.env);
  checkPrivate(dirname(path), 'directory');
  const running = (await askDaemon(path, { method: 'info' })) as DaemonInfo | undefined;
  if (running !== undefined) {
    run.output.write(`a daemon runs already (pid ${running.pid})\n`);
    return await syncBesideDaemon(run, new NaviError('NAVI_DAEMON_SILENT', 'the daemon ended while it was asked'));
  }
  const logFile = join(dataDir, 'daemon.log');
  const beforeBytes = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  const child = startDaemon(run, logFile);
  // It lives on, also where it is not waited for any longer.
  child.unref();
  let isGone = false;
  child.once('exit', () => {
    isGone = true;
  });
  const clock = systemClock();
  for (const startedAt = clock.monotonic(); clock.monotonic() - startedAt < readyMs && !hasEnded();) {
    const info = (await askDaemon(path, { method: 'info' })) as DaemonInfo | undefined;
    if (info !== undefined) {
      run.output.write(`daemon started (pid ${info.pid}), log in ${logFile}\n`);
      return exitCodeOf([...run.faults.map(({ exitCode }) => exitCode), 0]);
    }
    await delay(clock, 50);
  }
  throw hasEnded() ? notStarted(logFile, beforeBytes) : notHeardOf(logFile, child.pid ?? 0);

  function hasEnded(): boolean {
    return isGone;
  }
}

function startDaemon(run: SyncRun, logFile: string): ChildProcess {
  const log = openLog(logFile);
  const contexts = run.contexts.flatMap((context) => ['--context', context.name]);
  const child = spawn(
    process.execPath,
    [process.argv[1] ?? '', 'sync', '--daemon', '--log-file', logFile, ...contexts],
    {
      detached: true,
      // What is no log line: how it ended, where it did not start.
      stdio: ['ignore', 'ignore', log],
      // The very files that this command read, whichever way they were named.
      env: { ...allocatorSettings, ...run.env, KUBECONFIG: run.kubeconfigFiles.join(delimiter) },
    },
  );
  closeSync(log);
  return child;
}

/** A daemon that takes its time, as on a machine that is busy or with a store to look through. */
function notHeardOf(logFile: string, pid: number): NaviError {
  return new NaviError('NAVI_DAEMON_SILENT', `the daemon (pid ${pid}) has not answered within ${readyMs / 1_000} s`, {
    hints: ['it goes on, and navi status says how far it is', `log in ${logFile}`],
  });
}

/**
 * In the words with which it ended, where it has left any.
 * @param beforeBytes what the log held before; another daemon may write to it meanwhile
 */
function notStarted(logFile: string, beforeBytes: number): NaviError {
  const lines = readFileSync(logFile).subarray(beforeBytes).toString('utf8').trimEnd().split('\n');
  const place = `log in ${logFile}`;
  const what = 'the daemon did not start';
  const at = lines.findLastIndex((line) => line.startsWith('error: '));
  if (at < 0) return new NaviError('NAVI_DAEMON_SILENT', what, { hints: [...lines.slice(-2), place] });
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => !line.startsWith('  '));
  const hints = rest.slice(0, end < 0 ? 2 : Math.min(end, 2)).map((line) => line.trim());
  return new NaviError('NAVI_DAEMON_SILENT', `${what}: ${lines[at]?.slice('error: '.length) ?? ''}`, {
    hints: [...hints, place],
  });
}
