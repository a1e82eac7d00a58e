import { asObject } from '../core/json.ts';
import type { KeptLogSettings } from '../core/kept-log.ts';
import { endedRuns, type EndedRun } from '../derive/ended-runs.ts';
import { NaviError } from '../errors/navi-error.ts';
import type { Failure } from '../kube/failure.ts';
import { fetchPodLog, type PodLog } from '../kube/pod-log.ts';
import type { Transport } from '../kube/transport.ts';
import type { WantedLog } from '../store/kept-log-writer.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import { packBytes } from '../store/state-blob.ts';
import { backoffDelayMs } from '../util/backoff.ts';
import type { Clock } from '../util/clock.ts';
import { TokenBucket } from '../util/token-bucket.ts';
import { failureOf } from './cluster-check.ts';
import type { HistoryKeeper } from './history-keeper.ts';
import type { Logger } from './logger.ts';
import type { MirrorTimers } from './mirror-timers.ts';
import { TroubleLog } from './trouble-log.ts';

/** What fetching logs works with. */
export interface LogFetcherOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly timers: MirrorTimers;
  readonly stopping: AbortSignal;
  readonly writer: MirrorWriter;
  readonly history: HistoryKeeper;
  readonly settings: KeptLogSettings;
  /** The cluster answers its heartbeat. */
  readonly isAnswering: () => boolean;
  /** Told when a log was fetched, or could not be. */
  readonly onSettled: () => void;
}

/** Logs that are read at a time, and begun in a second: what users ask for goes before. */
const atOnce = 2;
const rate = { perSecond: 5, burst: 2 };

/** Between the tries for one log, while its pod is there and its node has it. */
const backoff = { firstMs: 1_000, capMs: 300_000 };

/** Tries for a log that is said not to be there: what answers may be behind what told of the run. */
const absentTries = 4;

/** While the cluster does not answer (ms). */
const awayMs = 5_000;

/** A line is written within the second in which its run ends, as the node tells it (RFC 3339 to the second), or soon after (ms). */
const lateLineMs = 2_000;

/** Fetches the logs that are noted as wanted, a few at a time, and keeps them. A log that is not kept stays wanted, whatever ends the process. */
export class LogFetcher {
  readonly #options: LogFetcherOptions;
  readonly #bucket: TokenBucket;
  readonly #trouble: TroubleLog;
  readonly #running = new Set<number>();
  /** When the next look is due (monotonic ms). */
  #dueAt = Infinity;

  constructor(options: LogFetcherOptions) {
    const { log, clock } = options;
    this.#options = options;
    this.#bucket = new TokenBucket(clock, rate);
    this.#trouble = new TroubleLog(log, clock, { begin: 'logs cannot be kept', end: 'logs are kept' });
  }

  /** A log is being fetched, or is wanted and was not tried yet, of a cluster that answers. */
  get isBusy(): boolean {
    const { history, isAnswering } = this.#options;
    if (!isAnswering()) return false;
    const wanted = history.keepLogs((logs) => logs.wanted(atOnce + 1)) ?? [];
    return this.#running.size > 0 || wanted.some(({ attempts }) => attempts === 0);
  }

  /** Something may be wanted. */
  wake(): void {
    const { stopping, clock, history, isAnswering } = this.#options;
    if (stopping.aborted || this.#running.size >= atOnce) return;
    const wanted = history.keepLogs((logs) => logs.wanted(atOnce + 1)) ?? [];
    const idle = wanted.filter(({ id }) => !this.#running.has(id));
    const [next] = idle;
    if (next === undefined) return;
    if (!isAnswering()) {
      this.#wakeIn(awayMs);
      return;
    }
    const waitMs = next.nextAtMs - clock.now();
    // Longer than anything is put off: the clock was set back.
    if (waitMs > 0 && waitMs <= backoff.capMs * 2) {
      this.#wakeIn(waitMs);
      return;
    }
    void this.#fetch(next);
    if (this.#running.size < atOnce) this.wake();
  }

  /** Holds what is kept to its bounds. */
  tidy(): void {
    const { history, settings, clock } = this.#options;
    history.keepLogs((logs) => logs.tidy(settings, clock.now()));
  }

  #wakeIn(ms: number): void {
    const { clock, timers } = this.#options;
    const dueAt = clock.monotonic() + ms;
    if (dueAt >= this.#dueAt) return;
    this.#dueAt = dueAt;
    timers.later(ms, () => {
      if (this.#dueAt === dueAt) this.#dueAt = Infinity;
      this.wake();
    });
  }

  async #fetch(wanted: WantedLog): Promise<void> {
    const { stopping } = this.#options;
    this.#running.add(wanted.id);
    try {
      if (!(await this.#bucket.take(stopping))) return;
      await this.#fetchNow(wanted);
    } finally {
      this.#running.delete(wanted.id);
    }
    this.wake();
    this.#options.onSettled();
  }

  async #fetchNow(wanted: WantedLog): Promise<void> {
    const { transport, settings, stopping, log } = this.#options;
    const { namespace, pod, container } = wanted;
    const run = this.#present(wanted);
    if (typeof run === 'string') {
      if (run === 'unknown') this.#again(wanted, 'the mirror could not be read');
      else this.#lose(wanted, lostBecause[run]);
      return;
    }
    const target = { namespace, pod, container, isPrevious: run.isPrevious };
    const bounds = { lineCount: settings.lineCount, bytes: settings.logBytes };
    let fetched: PodLog;
    try {
      fetched = await fetchPodLog(transport, { ...target, ...bounds }, stopping);
    } catch (error) {
      const failed = failureOf(error);
      if (!stopping.aborted) this.#failed(wanted, failed);
      return;
    }
    if (stopping.aborted) return;
    this.#trouble.over();
    if (isOfAnother(wanted, run, fetched)) {
      this.#again(wanted, 'the node answered with a later run');
      return;
    }
    this.#keep(wanted, fetched);
    log.debug('log kept', { type: 'pods', keys: [`${namespace}/${pod}`], reason: run.why });
  }

  #keep(wanted: WantedLog, { text, lineCount, isCut }: PodLog): void {
    const { history, settings, clock } = this.#options;
    // Packed outside of the transaction.
    const packed = packBytes(text);
    history.keepLogs((logs) => {
      logs.keep(wanted, { packed, lineCount, byteCount: text.length, isCut }, clock.now());
      logs.tidy(settings, clock.now());
    });
  }

  /** The run as its pod tells of it now, or why it does not. */
  #present({ namespace, pod, uid, container, runId }: WantedLog): EndedRun | 'gone' | 'replaced' | 'unknown' {
    const { writer, settings } = this.#options;
    try {
      const object = asObject(writer.pod(`${namespace}/${pod}`));
      if (asObject(object['metadata'])['uid'] !== uid) return 'gone';
      const runs = endedRuns(object, settings.when);
      return runs.find((run) => run.container === container && run.runId === runId) ?? 'replaced';
    } catch (error) {
      // What the mirror's own file refuses tells itself.
      if (writer.report(error) instanceof NaviError) return 'unknown';
      throw error;
    }
  }

  #failed(wanted: WantedLog, failed: Failure): void {
    const isAbsent = failed.status === 400 || failed.status === 404;
    if (!isAbsent) this.#trouble.met(failed);
    if (isAbsent && wanted.attempts + 1 >= absentTries) this.#lose(wanted, failed.message);
    else this.#again(wanted, failed.message);
  }

  #again(wanted: WantedLog, why: string): void {
    const { history, clock, random } = this.#options;
    const nextAtMs = Math.round(clock.now() + backoffDelayMs(backoff, wanted.attempts, random()));
    history.keepLogs((logs) => logs.fail(wanted, why, nextAtMs));
  }

  #lose(wanted: WantedLog, why: string): void {
    this.#options.history.keepLogs((logs) => logs.fail(wanted, why, undefined));
  }
}

const lostBecause = {
  gone: 'the pod was gone before its log could be read',
  replaced: 'later runs took its place before its log could be read',
} as const;

/**
 * Between the status and the request the container may have begun its next run, or another pod the name. A node keeps runs apart, so the
 * first line tells; where there is none, the next try, a while later, asks the pod again.
 */
function isOfAnother({ attempts }: WantedLog, { finishedAtMs, isCurrent, isPrevious }: EndedRun, log: PodLog): boolean {
  const { text } = log;
  if (text.length === 0) return attempts === 0 && isCurrent && !isPrevious;
  const firstAtMs = Date.parse(text.toString('latin1', 0, Math.max(0, text.indexOf(' '))));
  return finishedAtMs !== null && firstAtMs > finishedAtMs + lateLineMs;
}
