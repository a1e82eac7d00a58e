import { readFileSync, writeFileSync } from 'node:fs';
import { counted } from '../core/counted.ts';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Alerting, type AlertingOptions } from './alerts/alerting.ts';
import type { Config } from '../config/config.ts';
import type { AlertSettings } from '../config/alert-settings.ts';
import { controlSocketPath } from '../control/socket-path.ts';
import { oneLine } from '../core/terminal-text.ts';
import { errorText } from '../errors/error-text.ts';
import { NaviError } from '../errors/navi-error.ts';
import { errorOfAll, ofContext } from '../errors/of-contexts.ts';
import { unusable } from '../kubeconfig/usable-context.ts';
import { daemonMark, dataDirectory, userFile } from '../store/data-directory.ts';
import { checkStore } from '../store/store-check.ts';
import { systemClock, type Clock } from '../util/clock.ts';
import { serveControl, type ControlServer } from './control-server.ts';
import { detachDaemon } from './detach.ts';
import { HeapWatch, ownHeap } from './heap-watch.ts';
import { LogFile } from './log-file.ts';
import { lineLogger, plainLogger, type Logger } from './logger.ts';
import { readAllSettings } from './all-settings.ts';
import { LiveConfig } from './live-config.ts';
import { machineAddresses } from './network-watch.ts';
import { storeUnwritable } from './mirror-store.ts';
import { onceOutcome } from './once-outcome.ts';
import { PageDeriver } from './pages/page-deriver.ts';
import { writeSourceContexts } from './sources/source-contexts.ts';
import { syncBesideDaemon } from './sync-beside-daemon.ts';
import { SyncProcess } from './sync-process.ts';
import { Supervisor } from './supervisor.ts';
import { SyncProgress } from './sync-progress.ts';
import type { SyncRun } from './sync-run.ts';

/** So long `--once` waits for the proof of a watch before it lists (ms): a list needs neither heartbeat nor watch. */
const unprovenListMs = 30_000;

/** So long `--once` waits for logs that are being fetched, once all is listed (ms); the next process fetches the rest. */
const lastLogsMs = 10_000;

/** Interrupted by the user. */
const interrupted = 130;

/** Most contexts that a warning names. */
const mostNamedCount = 10;

/**
 * `navi sync`: resolves with the exit code. Contexts that cannot be used are told, and the others go on.
 * @throws NaviError as `SyncProcess` does, and NAVI_CONFIG_BROKEN.
 */
export async function runSync(asked: SyncRun): Promise<number> {
  const dataDir = dataDirectory(asked.env);
  const clock = systemClock();
  const settings = readAllSettings(asked.env, clock.now());
  const { config, alerts } = settings;
  const progress = new SyncProgress(asked);
  const logFile = asked.logFile === undefined ? undefined : new LogFile(asked.logFile);
  const log = logger(asked, (line) => (logFile ?? progress).write(line));
  const run = usable(asked);
  warnOfUnknown(config, { run, progress, log, file: settings.file });
  for (const fault of run.faults) tellFault(fault, { run, progress, log });
  if (run.mode === 'detach') return await detachDaemon(dataDir, run);
  // Everything written from here on is for this user alone.
  process.umask(0o077);
  const ended = Promise.withResolvers<number>();
  // It may fail while nobody waits for it yet.
  ended.promise.catch(() => undefined);
  let onProgress = (): void => undefined;
  const deriver = new PageDeriver(clock, pageThreads());
  let sync: SyncProcess;
  try {
    sync = new SyncProcess({
      dataDir,
      config,
      clock,
      deriver,
      alerting: run.mode === 'once' ? undefined : alertingOf(alerts, { dataDir, clock, log, env: run.env }),
      log,
      addresses: machineAddresses,
      checkStore,
      isOnce: run.mode === 'once',
      unprovenListMs: run.mode === 'once' ? unprovenListMs : undefined,
      onTakenOver: ended.reject,
      onProgress: () => onProgress(),
    });
  } catch (error) {
    const isHeld = error instanceof NaviError && error.code === 'NAVI_DAEMON_RUNNING';
    if (!isHeld || run.mode === 'daemon') throw error;
    return await syncBesideDaemon(run, error);
  }
  const supervisor = run.mode === 'daemon' ? new Supervisor(run.env, clock, log) : undefined;
  const live = new LiveConfig(settings, run.env, { sync, log, clock });
  const release = onSignals(run, log, { end: ended.resolve, reload: () => live.reloadQuietly() });
  const heapWatch = run.mode === 'once' ? undefined : new HeapWatch(clock, ownHeap);
  let server: ControlServer | undefined;
  try {
    const own = { stop: () => ended.resolve(0), reload: () => live.reload(), settings: () => live.settings() };
    server = await serveControl(
      controlSocketPath(dataDir, run.env),
      (request, connection) => sync.answer(request, own, connection),
      log,
    );
    if (run.mode !== 'once') {
      markDaemon(dataDir);
      await live.serve();
    }
    progress.follow(sync);
    onProgress = () => {
      progress.changed();
      supervisor?.progress(isReady(sync), statusLine(sync));
    };
    const failedCodes = await addAll(sync, { run, progress, log });
    if (run.mode !== 'once') await addSources(sync, config, { dataDir, log, knownContexts: run.knownContexts });
    if (run.mode === 'once') onProgress = untilDone(sync, { clock, run, progress, failedCodes, end: ended.resolve });
    onProgress();
    return await ended.promise;
  } finally {
    supervisor?.stopping();
    heapWatch?.stop();
    server?.close();
    live.close();
    progress.end();
    await sync.stop();
    await deriver.close();
    release();
    log.info('stopped');
    logFile?.close();
  }
}

/** So that whoever asks once it has ended is told, once. */
function markDaemon(dataDir: string): void {
  writeFileSync(daemonMark(dataDir), '', { mode: 0o600 });
}

/** Who looks for what is wrong: only a process that stays. */
function alertingOf(
  settings: AlertSettings,
  { dataDir, ...rest }: Pick<AlertingOptions, 'clock' | 'log' | 'env'> & { readonly dataDir: string },
): Alerting {
  const { platform } = process;
  return new Alerting({ ...rest, settings, file: userFile(dataDir), random: Math.random, platform });
}

/**
 * Makes threads that read pages. Their program is read once: after an upgrade in place the file is that of another navi, which
 * may derive other rows.
 */
function pageThreads(): () => Worker {
  // In the package, where this module is a chunk; see build/build.ts.
  const program = readFileSync(join(import.meta.dirname, '..', 'pages', 'page-thread.js'), 'utf8');
  return () => new Worker(program, { eval: true });
}

/** Who is told of what goes wrong. */
interface Told {
  readonly run: SyncRun;
  readonly progress: SyncProgress;
  readonly log: Logger;
}

/** Contexts that contradict themselves are faults. @throws NaviError where no context is left */
function usable(run: SyncRun): SyncRun {
  const faults = [...run.faults, ...run.contexts.flatMap((context) => unusable(context) ?? [])];
  const contexts = run.contexts.filter((context) => unusable(context) === undefined);
  if (contexts.length === 0) throw errorOfAll(faults);
  return { ...run, contexts, faults };
}

function tellFault(fault: NaviError, { run, progress, log }: Told): void {
  if (run.mode === 'daemon') log.error('context cannot be mirrored', { error: fault.message });
  else progress.write(errorText(fault));
}

/**
 * Begins with every context; one whose store cannot be used keeps no other from it. Resolves with the exit codes of those that
 * failed. @throws NaviError where all did
 */
async function addAll(sync: SyncProcess, told: Told): Promise<readonly number[]> {
  const { run } = told;
  const failed: NaviError[] = [];
  for (const context of run.contexts) {
    try {
      await sync.add(context, { name: context.name, kubeconfig: run.kubeconfigFiles });
    } catch (error) {
      if (!(error instanceof NaviError)) throw error;
      failed.push(run.contexts.length === 1 ? error : ofContext(context.name, error));
    }
  }
  if (failed.length === run.contexts.length) throw errorOfAll(failed);
  for (const fault of failed) tellFault(fault, told);
  return [...run.faults, ...failed].map(({ exitCode }) => exitCode);
}

/** Begins with every source; one that cannot be is told, and the others go on. */
async function addSources(
  sync: SyncProcess,
  { sources }: Config,
  {
    dataDir,
    log,
    knownContexts,
  }: { readonly dataDir: string; readonly log: Logger; readonly knownContexts: readonly string[] },
): Promise<void> {
  for (const { context, origin } of writeSourceContexts(dataDir, sources)) {
    const { name } = context;
    try {
      // The user's own kubeconfig comes first: by this name nobody would ever ask for the source.
      if (knownContexts.includes(name))
        throw new NaviError('NAVI_CONFIG_BROKEN', 'the kubeconfig has a context of its name');
      await sync.add(context, origin);
    } catch (error) {
      if (!(error instanceof NaviError)) throw error;
      log.error('source cannot be mirrored', { context: name, error: error.message });
    }
  }
}

/** Settings of a context that nobody knows settle nothing: most often its name is mistyped. */
function warnOfUnknown(config: Config, { run, progress, log, file }: Told & { readonly file: string }): void {
  const unknown = [...config.contexts.keys()].filter((name) => name !== '*' && !run.knownContexts.includes(name));
  if (unknown.length === 0) return;
  const which = `the kubeconfig has no context ${unknown.map((name) => JSON.stringify(name)).join(', ')}`;
  const known = `it has ${run.knownContexts.slice(0, mostNamedCount).join(', ')}`;
  if (run.mode === 'daemon') log.warn('settings of an unknown context', { file, error: `${which}; ${known}` });
  else progress.write(`warning: ${oneLine(`${file} has settings for nothing: ${which}; ${known}`)}\n`);
}

/** What to do with progress of `--once`: end with the outcome, once there is one. */
function untilDone(
  sync: SyncProcess,
  {
    clock,
    run,
    progress,
    failedCodes,
    end,
  }: Pick<Told, 'run' | 'progress'> & {
    readonly clock: Clock;
    readonly failedCodes: readonly number[];
    readonly end: (code: number) => void;
  },
): () => undefined {
  let isEnding = false;
  let hasWaited = false;
  let cancelWait: (() => void) | undefined;
  const look = (): undefined => {
    progress.changed();
    const outcome = isEnding ? undefined : onceOutcome(sync, { isTerminal: run.isTerminal, failedCodes });
    if (outcome === undefined) return;
    if (!hasWaited && sync.mirrors.some(({ isFetchingLogs }) => isFetchingLogs)) {
      cancelWait ??= clock.after(lastLogsMs, () => {
        hasWaited = true;
        look();
      });
      return;
    }
    isEnding = true;
    cancelWait?.();
    progress.end();
    progress.write(outcome.text);
    end(outcome.code);
  };
  return look;
}

/** What can be mirrored is: a cluster that is away or refuses keeps nobody from those that are there. */
function isReady({ mirrors }: SyncProcess): boolean {
  const isDone = mirrors.every(({ isSettled, problem }) => isSettled || problem !== undefined);
  return isDone && mirrors.some(({ isSettled }) => isSettled);
}

/** How far the mirrors are, for who supervises. */
function statusLine({ mirrors }: SyncProcess): string {
  const scopes = mirrors.flatMap(({ reflectors }) => reflectors);
  const settledCount = scopes.filter(({ isSettled }) => isSettled).length;
  return `${settledCount} of ${counted(scopes.length, 'type')} of ${counted(mirrors.length, 'cluster')} are mirrored`;
}

function logger(run: SyncRun, write: (line: string) => void): Logger {
  if (run.env['NAVI_DEBUG'] !== undefined) return lineLogger(write, 'debug');
  if (run.mode === 'daemon') return lineLogger(write, 'info');
  return plainLogger(write, run.mode === 'once' ? new Set([storeUnwritable]) : undefined);
}

/** What signals have done. */
interface OnSignals {
  readonly end: (code: number) => void;
  readonly reload: () => void;
}

/** Ends on SIGINT and SIGTERM; returns what takes the handlers away again. */
function onSignals(run: SyncRun, log: Logger, { end, reload }: OnSignals): () => void {
  const stop = (signal: NodeJS.Signals): void => {
    log.info('stopping', { signal });
    end(run.mode === 'daemon' || signal === 'SIGTERM' ? 0 : interrupted);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // A foreground process ends with its terminal.
  if (run.mode === 'daemon') process.on('SIGHUP', reload);
  return () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    process.off('SIGHUP', reload);
  };
}
