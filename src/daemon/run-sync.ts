import { dirname } from 'node:path';
import { readConfig } from '../config/read-config.ts';
import { askDaemon } from '../control/control-client.ts';
import { controlSocketPath } from '../control/socket-path.ts';
import { oneLine } from '../core/terminal-text.ts';
import { NaviError } from '../errors/navi-error.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { checkPrivate, dataDirectory } from '../store/data-directory.ts';
import { checkStore } from '../store/store-check.ts';
import { systemClock } from '../util/clock.ts';
import { confirmByDaemon } from './confirm-by-daemon.ts';
import { serveControl, type ControlServer } from './control-server.ts';
import { detachDaemon } from './detach.ts';
import { lineLogger, plainLogger, type Logger } from './logger.ts';
import { serveMetrics, type MetricsServer } from './metrics-server.ts';
import { machineAddresses } from './network-watch.ts';
import { onceOutcome } from './once-outcome.ts';
import { SyncProcess } from './sync-process.ts';
import { SyncProgress } from './sync-progress.ts';

/** How `navi sync` was asked to run. */
export interface SyncRun {
  readonly mode: 'foreground' | 'once' | 'daemon' | 'detach';
  readonly contexts: readonly ResolvedContext[];
  /** Absolute paths, for a daemon that is asked to add contexts. */
  readonly kubeconfigFiles: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** For progress and log lines. */
  readonly output: { write(text: string): unknown };
  readonly isTerminal: boolean;
}

/** Interrupted by the user. */
const interrupted = 130;

/**
 * `navi sync`: resolves with the exit code.
 * @throws NaviError as `SyncProcess` does, and NAVI_CONFIG_BROKEN.
 */
export async function runSync(run: SyncRun): Promise<number> {
  const dataDir = dataDirectory(run.env);
  const config = readConfig(run.env);
  if (run.mode === 'detach') return await detachDaemon(dataDir, run);
  // Everything written from here on is for this user alone.
  process.umask(0o077);
  let sync: SyncProcess;
  let onProgress = (): void => undefined;
  const log = logger(run);
  const ended = Promise.withResolvers<number>();
  // It may fail while nobody waits for it yet.
  ended.promise.catch(() => undefined);
  try {
    sync = new SyncProcess({
      dataDir,
      config,
      clock: systemClock(),
      log,
      addresses: machineAddresses,
      checkStore,
      onTakenOver: ended.reject,
      onProgress: () => onProgress(),
    });
  } catch (error) {
    const isHeld = error instanceof NaviError && error.code === 'NAVI_DAEMON_RUNNING';
    if (!isHeld || run.mode === 'daemon') throw error;
    return await askRunningDaemon(dataDir, run, error);
  }
  let isEnding = false;
  const progress = new SyncProgress(sync, run);
  onProgress = () => {
    progress.changed();
    const outcome = run.mode === 'once' && !isEnding ? onceOutcome(sync, run.output) : undefined;
    if (outcome === undefined) return;
    isEnding = true;
    ended.resolve(outcome);
  };
  const release = onSignals(run, log, (code) => ended.resolve(code));
  let server: ControlServer | undefined;
  let metrics: MetricsServer | undefined;
  try {
    const stop = (): void => ended.resolve(0);
    server = await serveControl(
      controlSocketPath(dataDir, run.env),
      (request, connection) => sync.answer(request, stop, connection),
      log,
    );
    if (config.metricsPort !== undefined && run.mode !== 'once')
      metrics = await serveMetrics(config.metricsPort, () => sync.metricsText(), log);
    for (const context of run.contexts) {
      await sync.add(context, { name: context.name, kubeconfig: run.kubeconfigFiles });
    }
    onProgress();
    return await ended.promise;
  } finally {
    server?.close();
    metrics?.close();
    progress.end();
    await sync.stop();
    release();
    log.info('stopped');
  }
}

function logger(run: SyncRun): Logger {
  const write = (line: string): void => void run.output.write(line);
  if (run.env['NAVI_DEBUG'] !== undefined) return lineLogger(write, 'debug');
  return run.mode === 'daemon' ? lineLogger(write, 'info') : plainLogger(write);
}

/** Ends on SIGINT and SIGTERM; returns what takes the handlers away again. */
function onSignals(run: SyncRun, log: Logger, end: (code: number) => void): () => void {
  const stop = (signal: NodeJS.Signals): void => {
    log.info('stopping', { signal });
    end(run.mode === 'daemon' || signal === 'SIGTERM' ? 0 : interrupted);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  };
}

/** Beside a daemon: `--once` has it confirm, a foreground sync has it take the contexts in. */
async function askRunningDaemon(dataDir: string, run: SyncRun, held: NaviError): Promise<number> {
  const path = controlSocketPath(dataDir, run.env);
  checkPrivate(dirname(path), 'directory');
  const names = run.contexts.map((context) => context.name);
  const about = { contexts: names, kubeconfig: run.kubeconfigFiles };
  if (run.mode === 'once') {
    if (!(await confirmByDaemon(path, run.contexts, about))) throw held;
    const all = `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} complete`;
    run.output.write(`the running daemon confirms: ${oneLine(all)}\n`);
    return 0;
  }
  const answer = await askDaemon(path, { method: 'add', ...about });
  if (answer === undefined) throw held;
  run.output.write(`the running daemon now keeps ${oneLine(names.join(', '))}; navi status shows how far it is\n`);
  return 0;
}
