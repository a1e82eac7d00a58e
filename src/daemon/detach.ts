import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { askDaemon } from '../control/control-client.ts';
import type { DaemonInfo } from '../control/protocol.ts';
import { controlSocketPath } from '../control/socket-path.ts';
import { exitCodes, NaviError } from '../errors/navi-error.ts';
import { exitCodeOf } from '../errors/of-contexts.ts';
import { checkPrivate, lockFile, makePrivateDirectory } from '../store/data-directory.ts';
import { lockHolder } from '../store/lock-database.ts';
import { delay, systemClock, type Clock } from '../util/clock.ts';
import { allocatorSettings } from '../core/allocator-settings.ts';
import { openLog } from './log-file.ts';
import { syncBesideDaemon } from './sync-beside-daemon.ts';
import type { SyncRun } from './sync-run.ts';

/** How long a daemon may take until it answers (ms). */
const readyMs = 15_000;

/** How long a process that keeps the mirrors may take until it answers as the daemon, or ends (ms). */
const heldMs = 10_000;

/** A daemon that was started here. */
interface StartedDaemon {
  readonly child: ChildProcess;
  /** Exit code, null by a signal; undefined while it runs. */
  endedWith: number | null | undefined;
  /** When it ended (monotonic ms). */
  endedAt: number;
}

/**
 * Puts a daemon into the background: a process of its own session, its log lines in `daemon.log` of the data directory.
 * Resolves with the exit code once it answers on the control socket: 0, or that some contexts cannot be used. Of several at one time one
 * starts, and the others have it take their contexts in; the end of a `sync --once` that is about to end is waited for.
 * @throws NAVI_DAEMON_SILENT with the end of its log, NAVI_DAEMON_RUNNING for a `sync --once` that goes on.
 */
export async function detachDaemon(dataDir: string, run: SyncRun): Promise<number> {
  makePrivateDirectory(dataDir);
  const path = controlSocketPath(dataDir, run.env);
  checkPrivate(dirname(path), 'directory');
  const logFile = join(dataDir, 'daemon.log');
  const beforeBytes = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  const clock = systemClock();
  const startedAt = clock.monotonic();
  let started: StartedDaemon | undefined;
  let listing: DaemonInfo | undefined;
  while (clock.monotonic() - startedAt < readyMs) {
    const info = await daemonAt(path, () => clock.monotonic() - startedAt < heldMs);
    listing = info?.isOnce === true ? info : undefined;
    if (info !== undefined && listing === undefined) return await metDaemon(run, info, { started, logFile });
    const isHeld = lockHolder(lockFile(dataDir)) !== undefined;
    if (started === undefined || (started.endedWith !== undefined && !isHeld)) {
      // One that was kept out by another is started again once that has ended; one that failed is not.
      if (started !== undefined && started.endedWith !== exitCodes.NAVI_DAEMON_RUNNING) break;
      if (listing === undefined) started = startDaemon(run, logFile, clock);
    } else if (hasFailed(started, clock) && listing === undefined) break;
    await delay(clock, 50);
  }
  if (listing !== undefined) throw stillListing(listing);
  if (started?.endedWith === undefined) throw notHeardOf(logFile, started?.child.pid ?? 0);
  throw notStarted(logFile, beforeBytes);
}

/** What listens there tells of itself; undefined where nothing does, or it ends meanwhile. @throws NAVI_DAEMON_SILENT */
async function daemonAt(path: string, isPatient: () => boolean): Promise<DaemonInfo | undefined> {
  try {
    return (await askDaemon(path, { method: 'info' })) as DaemonInfo | undefined;
  } catch (error) {
    if (error instanceof NaviError && error.code === 'NAVI_DAEMON_SILENT' && isPatient()) return undefined;
    throw error;
  }
}

async function metDaemon(
  run: SyncRun,
  { pid }: DaemonInfo,
  { started, logFile }: { readonly started: StartedDaemon | undefined; readonly logFile: string },
): Promise<number> {
  if (pid === started?.child.pid) {
    run.output.write(`daemon started (pid ${pid}), log in ${logFile}\n`);
    return exitCodeOf([...run.faults.map(({ exitCode }) => exitCode), 0]);
  }
  run.output.write(`a daemon runs already (pid ${pid})\n`);
  if (started !== undefined) await endStarted(started);
  return await syncBesideDaemon(run, new NaviError('NAVI_DAEMON_SILENT', 'the daemon ended while it was asked'));
}

/** One that is still on its way would take the mirrors over as soon as whoever keeps them is stopped. */
async function endStarted({ child, endedWith }: StartedDaemon): Promise<void> {
  if (endedWith !== undefined) return;
  const ended = once(child, 'exit');
  child.ref();
  child.kill('SIGTERM');
  await ended;
}

/** Whether it ended for good: by itself, or since another one keeps the mirrors that nobody finds. */
function hasFailed({ endedWith, endedAt }: StartedDaemon, clock: Pick<Clock, 'monotonic'>): boolean {
  if (endedWith === undefined) return false;
  return endedWith !== exitCodes.NAVI_DAEMON_RUNNING || clock.monotonic() - endedAt > heldMs;
}

function startDaemon(run: SyncRun, logFile: string, clock: Pick<Clock, 'monotonic'>): StartedDaemon {
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
  // It lives on, also where it is not waited for any longer.
  child.unref();
  const started: StartedDaemon = { child, endedWith: undefined, endedAt: 0 };
  child.once('exit', (code) => {
    started.endedWith = code;
    started.endedAt = clock.monotonic();
  });
  return started;
}

/** What it would take over ends before it does. */
function stillListing({ pid }: DaemonInfo): NaviError {
  return new NaviError(
    'NAVI_DAEMON_RUNNING',
    `navi sync --once (pid ${pid}) keeps the mirrors until it has listed all`,
    {
      hints: ['navi status says how far it is', 'navi sync --detach once it has ended'],
    },
  );
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
