import { isDeepStrictEqual } from 'node:util';
import type { DaemonSettings, ReloadAnswer } from '../control/protocol.ts';
import { NaviError } from '../errors/navi-error.ts';
import type { Clock } from '../util/clock.ts';
import { readAllSettings, type AllSettings } from './all-settings.ts';
import type { Logger } from './logger.ts';
import { serveMetrics, type MetricsServer } from './metrics-server.ts';
import type { SyncProcess } from './sync-process.ts';

/** The configuration of a process that runs, which may be read again; `SyncProcess.useConfig` says what becomes of mirrors. */
export class LiveConfig {
  readonly #env: NodeJS.ProcessEnv;
  readonly #sync: SyncProcess;
  readonly #log: Logger;
  readonly #clock: Clock;
  #settings: AllSettings;
  #metrics: MetricsServer | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    settings: AllSettings,
    env: NodeJS.ProcessEnv,
    { sync, log, clock }: { readonly sync: SyncProcess; readonly log: Logger; readonly clock: Clock },
  ) {
    this.#settings = settings;
    this.#clock = clock;
    this.#env = env;
    this.#sync = sync;
    this.#log = log;
  }

  /** Serves metrics where a port is set. */
  async serve(): Promise<void> {
    const { metricsPort } = this.#settings.config;
    if (metricsPort === undefined) return;
    this.#metrics = await serveMetrics(metricsPort, () => this.#sync.metricsText(), this.#log);
  }

  /** Reads it again, one time after the other. @throws NAVI_CONFIG_BROKEN, NAVI_USAGE; then what held before does */
  async reload(): Promise<ReloadAnswer> {
    const next = this.#last.then(() => this.#reload());
    this.#last = next.catch(() => undefined);
    return await next;
  }

  /** The same for who cannot be answered, such as the sender of a signal: a fault is logged. */
  reloadQuietly(): void {
    this.reload().catch((error: unknown) => {
      if (!(error instanceof NaviError)) throw error;
      this.#log.error('configuration cannot be used, the one before holds', { error: error.message });
    });
  }

  /** What is in force. */
  settings(): DaemonSettings {
    const { file, readAtMs, digest, config } = this.#settings;
    const { metricsPort = null } = config;
    const isMetricsServed = this.#metrics !== undefined;
    return { file, readAt: new Date(readAtMs).toISOString(), digest, metricsPort, isMetricsServed };
  }

  close(): void {
    this.#metrics?.close();
  }

  async #reload(): Promise<ReloadAnswer> {
    const settings = readAllSettings(this.#env, this.#clock.now());
    const { file, config, alerts } = settings;
    const { metricsPort: before, sources } = this.#settings.config;
    this.#settings = settings;
    const contexts = await this.#sync.useConfig(config, alerts);
    if (config.metricsPort !== before) {
      this.#metrics?.close();
      this.#metrics = undefined;
      await this.serve();
    }
    this.#log.info('configuration is read again', { file, mirrors: contexts.length });
    const { metricsPort } = config;
    const isServed = metricsPort === undefined || this.#metrics !== undefined;
    if (!isDeepStrictEqual(sources, config.sources))
      return { file, contexts, problem: 'sources are taken over when the daemon starts again' };
    return { file, contexts, problem: isServed ? null : `metrics cannot be served on port ${metricsPort}` };
  }
}
