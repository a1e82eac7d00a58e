import { isDeepStrictEqual } from 'node:util';
import type { KeptLogSettings } from '../core/kept-log.ts';
import type { Discovery } from '../kube/discovery.ts';
import type { HistoryKeeper } from './history-keeper.ts';
import { LogKeeper, type LogKeeperOptions } from './log-keeper.ts';
import { MirrorTimers } from './mirror-timers.ts';
import { UsagePoller } from './usage-poller.ts';

/** What is done beside mirroring. */
export interface SideWorkSettings {
  /** Use of nodes and pods is asked for this often (ms); never where it is undefined or 0. */
  readonly usageIntervalMs?: number | undefined;
  /** Which logs are kept; nothing is done about them where it is undefined. */
  readonly keptLogs?: KeptLogSettings | undefined;
}

/** What side work needs of its mirror. */
export interface SideWorkOptions extends Omit<LogKeeperOptions, 'settings' | 'timers' | 'history'> {
  /** Without one nothing is done. */
  readonly history: HistoryKeeper | undefined;
}

/** Something that ends before the mirror does. */
interface Work<T> {
  readonly keeper: T | undefined;
  readonly ending: AbortController;
}

/**
 * What a mirror does beside mirroring, where it has a history to keep it in: asks for use, and keeps logs. Each ends and begins anew
 * when its settings change; mirroring does not notice.
 */
export class SideWork {
  readonly #options: SideWorkOptions;
  #settings: SideWorkSettings = {};
  #usage: Work<UsagePoller> | undefined;
  #logs: Work<LogKeeper> | undefined;
  #discovery: Discovery | undefined;

  constructor(options: SideWorkOptions) {
    this.#options = options;
  }

  /** Goes on with these settings; the first time it begins. */
  use(settings: SideWorkSettings): void {
    const before = this.#settings;
    this.#settings = settings;
    if (settings.usageIntervalMs !== before.usageIntervalMs) this.#beginUsage();
    if (!isDeepStrictEqual(settings.keptLogs, before.keptLogs)) this.#beginLogs();
  }

  /** Nothing is to be waited for: use was asked for once. */
  get isSettled(): boolean {
    return this.#usage?.keeper?.isSettled !== false;
  }

  /** Told of each discovery, after the scopes are planned. */
  discovered(discovery: Discovery): void {
    this.#discovery = discovery;
    this.#usage?.keeper?.discovered(discovery);
  }

  /** Logs are being fetched for the first time. */
  get isFetchingLogs(): boolean {
    return this.#logs?.keeper?.isBusy === true;
  }

  /** Told after commits that added to the change log. */
  changed(): void {
    this.#logs?.keeper?.changed();
  }

  /** Told when a scope has gone on. */
  progressed(): void {
    this.#logs?.keeper?.progressed();
  }

  /** Somebody read kept logs. */
  usedLogs(ids: readonly number[]): void {
    this.#logs?.keeper?.used(ids);
  }

  #beginUsage(): void {
    this.#usage?.ending.abort();
    const { history } = this.#options;
    const { usageIntervalMs: intervalMs = 0 } = this.#settings;
    this.#usage =
      history === undefined || intervalMs === 0
        ? undefined
        : this.#begin((ends) => new UsagePoller({ ...this.#options, ...ends, history, intervalMs }));
    if (this.#discovery !== undefined) this.#usage?.keeper?.discovered(this.#discovery);
  }

  #beginLogs(): void {
    this.#logs?.ending.abort();
    const { history } = this.#options;
    const { keptLogs: settings } = this.#settings;
    this.#logs =
      history === undefined || settings === undefined
        ? undefined
        : this.#begin((ends) => LogKeeper.start({ ...this.#options, ...ends, history, settings }));
    this.progressed();
  }

  #begin<T>(make: (ends: { readonly timers: MirrorTimers; readonly stopping: AbortSignal }) => T | undefined): Work<T> {
    const { clock, random, stopping: mirrorStops } = this.#options;
    const ending = new AbortController();
    const stopping = AbortSignal.any([mirrorStops, ending.signal]);
    return { keeper: make({ timers: new MirrorTimers(clock, random, stopping), stopping }), ending };
  }
}
