import { isDeepStrictEqual } from 'node:util';
import type { AlertSettings } from '../../config/alert-settings.ts';
import type { Clock } from '../../util/clock.ts';
import type { Logger } from '../logger.ts';
import { AlertKeeper, type AlertKeeperOptions } from './alert-keeper.ts';
import { AlertStore } from './alert-store.ts';
import { Messenger } from './messenger.ts';

/** What alerts of a process work with. */
export interface AlertingOptions {
  readonly settings: AlertSettings;
  /** Path of `user.db`. */
  readonly file: string;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  /** What programs of receivers get, and where secrets may lie. */
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

/** Alerts of all mirrors of a process: who judges each, and who tells the receivers. */
export class Alerting {
  readonly #options: AlertingOptions;
  readonly #store: AlertStore;
  #settings: AlertSettings;
  #messenger: Messenger | undefined;

  constructor(options: AlertingOptions) {
    this.#options = options;
    this.#settings = options.settings;
    this.#store = new AlertStore(options.file);
  }

  /** Begins to tell receivers what an earlier process did not; once no other process does. */
  start(): void {
    const { clock, random, log, env, platform } = this.#options;
    const { receivers } = this.#settings;
    if (receivers.length === 0) return;
    this.#messenger = new Messenger({ receivers, store: this.#store, clock, random, log, env, platform });
  }

  /** Who judges a mirror; undefined where there are no rules. */
  keeper(mirror: Pick<AlertKeeperOptions, 'mirrorId' | 'context' | 'writer' | 'log'>): AlertKeeper | undefined {
    const settings = this.#settings;
    const { clock } = this.#options;
    if (settings.rules.length === 0) return undefined;
    const onMessages = (): void => this.#messenger?.wake();
    return new AlertKeeper({ ...mirror, settings, clock, store: this.#store, onMessages });
  }

  /** Goes on with other receivers, and for keepers that are made from now on with other rules; false where nothing changed. */
  async use(settings: AlertSettings): Promise<boolean> {
    if (isDeepStrictEqual(settings, this.#settings)) return false;
    this.#settings = settings;
    await this.#messenger?.stop();
    this.#messenger = undefined;
    this.start();
    return true;
  }

  /** Ends what is under way; once every keeper has stopped. */
  async stop(): Promise<void> {
    await this.#messenger?.stop();
  }
}
