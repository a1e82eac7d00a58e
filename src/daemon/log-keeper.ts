import { asObject, asString, type JsonObject } from '../core/json.ts';
import { keepsLogsOf } from '../core/kept-log.ts';
import { containerNamesOf, endedRuns } from '../derive/ended-runs.ts';
import { NaviError } from '../errors/navi-error.ts';
import { LogFetcher, type LogFetcherOptions } from './log-fetcher.ts';
import type { Reflector } from './reflector.ts';

/** What keeping logs needs of its mirror. */
export interface LogKeeperOptions extends LogFetcherOptions {
  readonly reflectors: () => readonly Reflector[];
}

/** From a change to the look at it (ms): what comes at once is looked at once. */
const lookMs = 200;

/** Between the steps of a look at many pods (ms), and pods of one: some 0.1 ms each. */
const stepMs = 25;
const podsPerStep = 100;

/** Between two times of tidying (ms). */
const tidyMs = 600_000;

/**
 * Has the last lines of containers that ended fetched and kept, where the settings want it. What is to be fetched follows from the
 * pods as they lie in the mirror, and each run is noted once: to look twice, or after a restart, changes nothing. It is apart
 * from mirroring: what fails here says nothing of the cluster's health.
 */
export class LogKeeper {
  readonly #options: LogKeeperOptions;
  readonly #fetcher: LogFetcher;
  /** Pods that changed behind this entry of the change log are to be looked at; undefined: all. */
  #after: number | undefined;
  #isLooking = false;
  /** Something came after the present look began. */
  #isAgain = false;
  #wasSettled = false;

  private constructor(options: LogKeeperOptions) {
    this.#options = options;
    this.#fetcher = new LogFetcher(options);
  }

  /** Removes what is no longer to be kept and begins; undefined where nothing is to be. The stop of the mirror ends it. */
  static start(options: LogKeeperOptions): LogKeeper | undefined {
    const { history, settings, timers } = options;
    history.eraseLogs((namespace) => keepsLogsOf(settings, namespace));
    if (settings.namespaces.length === 0) return undefined;
    const keeper = new LogKeeper(options);
    keeper.changed();
    timers.every(
      () => tidyMs,
      () => keeper.#fetcher.tidy(),
    );
    return keeper;
  }

  /** Pods are being looked at, or logs of theirs fetched for the first time. */
  get isBusy(): boolean {
    return this.#isLooking || this.#fetcher.isBusy;
  }

  /** Told after commits that added to the change log. */
  changed(): void {
    this.#isAgain = true;
    if (this.#isLooking || this.#options.stopping.aborted) return;
    this.#isLooking = true;
    this.#options.timers.later(lookMs, () => this.#look());
  }

  /** Told when a scope has gone on: no change tells of what a first list brings. */
  progressed(): void {
    const pods = this.#options.reflectors().filter(({ scope }) => scope.name === 'pods');
    const isSettled = pods.length > 0 && pods.every((reflector) => reflector.isSettled);
    const isNews = isSettled && !this.#wasSettled;
    this.#wasSettled = isSettled;
    if (!isNews) return;
    this.#after = undefined;
    this.changed();
  }

  /** Somebody read these. */
  used(ids: readonly number[]): void {
    const { history, clock } = this.#options;
    history.keepLogs((logs) => logs.use(ids, clock.now()));
  }

  #look(): void {
    const { writer } = this.#options;
    if (!writer.isOpen) return;
    this.#isAgain = false;
    const after = this.#after;
    this.#after = this.#told(() => writer.logEnd().lastSeq) ?? after;
    this.#step({ after, behindKey: '' });
  }

  #step(span: { readonly after: number | undefined; readonly behindKey: string }): void {
    const { writer, timers } = this.#options;
    if (!writer.isOpen) return;
    const found = this.#told(() => writer.endedPods(span, podsPerStep));
    const chosen = (found?.keys ?? []).filter((key) => keepsLogsOf(this.#options.settings, namespaceOf(key)));
    let hasNew = false;
    for (const key of chosen) hasNew = this.#see(key) || hasNew;
    if (hasNew) this.#fetcher.wake();
    const last = found?.keys.at(-1);
    if (found?.hasMore === true && last !== undefined) {
      timers.later(stepMs, () => this.#step({ ...span, behindKey: last }));
      return;
    }
    this.#isLooking = false;
    this.#fetcher.wake();
    if (this.#isAgain) this.changed();
    else this.#options.onSettled();
  }

  /** True where a log of a pod is wanted that was not before. */
  #see(key: string): boolean {
    const { writer, history, settings, clock } = this.#options;
    const body = this.#told(() => writer.pod(key));
    if (body === undefined) return false;
    const pod: JsonObject = asObject(body);
    const { namespace, name, uid } = asObject(pod['metadata']);
    const runs = endedRuns(pod, settings.when);
    if (runs.length === 0) return false;
    const seen = { namespace: asString(namespace), name: asString(name), uid: asString(uid) };
    const nowMs = clock.now();
    const times = { nowMs, oldestMs: nowMs - settings.ageMs };
    const names = JSON.stringify(containerNamesOf(pod));
    return history.keepLogs((logs) => logs.see({ ...seen, names }, runs, times)) === true;
  }

  /** What the mirror's own file refuses tells itself. */
  #told<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (this.#options.writer.report(error) instanceof NaviError) return undefined;
      throw error;
    }
  }
}

function namespaceOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}
