import { randomUUID } from 'node:crypto';
import { NaviError } from '../errors/navi-error.ts';
import { failure } from '../kube/failure.ts';
import { type ErasedPast, type HistoryLimits, HistoryWriter } from '../store/history-writer.ts';
import type { KeptLogWriter } from '../store/kept-log-writer.ts';
import type { UsageWriter } from '../store/usage-writer.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import { setAsideDamaged } from '../store/set-aside.ts';
import type { Clock } from '../util/clock.ts';
import type { Logger } from './logger.ts';
import { restMs } from './rest.ts';
import { TroubleLog } from './trouble-log.ts';

/** What a keeper works with. */
export interface HistoryKeeperOptions {
  /** Of `history.db`. */
  readonly file: string;
  readonly limits: HistoryLimits;
  readonly writer: MirrorWriter;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Between two looks at the change log (ms). Of an object that changes again meanwhile only the last state is written; but what
 * gathers at 500 changes a second has to be taken over beside the changes that come.
 */
const lookMs = 2_000;

/** Entries that one step takes over, some 150 µs each (CPU), in which nothing else happens. */
const entriesPerStep = 50;

/** Between two times of tidying (ms). */
const tidyMs = 600_000;

/** How long a mirror that stops goes on with what is left (ms); the next start takes the rest. */
const lastStepsMs = 500;

/**
 * Takes the change log of one mirror over into its `history.db`, always some seconds behind. A mirror does without it: what goes
 * wrong here is logged, and what its own log forgets meanwhile is noted as a gap.
 */
export class HistoryKeeper {
  readonly #options: HistoryKeeperOptions;
  readonly #history: HistoryWriter;
  readonly #trouble: TroubleLog;
  #cancel: () => void = () => undefined;
  #tidiedAt: number;
  #isStopped = false;

  private constructor(options: HistoryKeeperOptions, history: HistoryWriter) {
    const { clock, log } = options;
    this.#options = options;
    this.#history = history;
    this.#trouble = new TroubleLog(log, clock, { begin: 'history cannot be kept', end: 'history is kept' });
    this.#tidiedAt = clock.monotonic();
  }

  /**
   * Opens the history of a mirror to which nothing was written since it was opened; undefined, which is logged, where it cannot be
   * opened. A damaged one is set aside, and a new one begun.
   */
  static async open(options: HistoryKeeperOptions): Promise<HistoryKeeper | undefined> {
    const { log, writer } = options;
    let history: HistoryWriter | undefined;
    try {
      history = await openedHistory(options);
      const keeper = new HistoryKeeper(options, history);
      keeper.#continueLog();
      keeper.#lookLater(lookMs);
      return keeper;
    } catch (error) {
      history?.close();
      log.error('history cannot be kept', { error: storeProblem(error, writer).message });
      return undefined;
    }
  }

  /** Holds the past to other bounds from the next look on. */
  useLimits(limits: HistoryLimits): void {
    this.#history.limits = limits;
    this.#history.usage.useLimit(limits.bytes);
    this.#tidiedAt = Number.NEGATIVE_INFINITY;
  }

  /** Removes every trace of a scope's objects that was taken over. */
  erase(past: ErasedPast): void {
    this.#tolerate(() => {
      if (this.#history.hasPast(past.type)) this.#history.erase(past);
    });
  }

  /** See `HistoryWriter.seal`; false where not everything of the log was taken over yet, or the history cannot be written. */
  seal(type: string): boolean {
    const { writer, clock } = this.#options;
    return (
      this.#tolerate(() => {
        const { log, lastSeq } = writer.logEnd();
        if (this.#isStopped || this.#history.takenSeq(log) !== lastSeq) return false;
        this.#history.seal(log, type, clock.now());
        return true;
      }) ?? false
    );
  }

  /** Writes what nodes and pods use; not after it was stopped. What the store refuses is logged. */
  keepUsage(work: (usage: UsageWriter) => void): void {
    if (!this.#isStopped) this.#tolerate(() => work(this.#history.usage));
  }

  /** What `work` makes of kept logs; undefined after it was stopped, and where the store refuses it, which is logged. */
  keepLogs<T>(work: (logs: KeptLogWriter) => T): T | undefined {
    return this.#isStopped ? undefined : this.#tolerate(() => work(this.#history.logs));
  }

  /** Removes every trace of the kept logs of namespaces that are no longer chosen. */
  eraseLogs(isChosen: (namespace: string) => boolean): void {
    this.#tolerate(() =>
      this.#history.eraseLogs(this.#history.logs.namespaces().filter((namespace) => !isChosen(namespace))),
    );
  }

  /** Takes what is left, for a while, and closes the history. Before the mirror is closed. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#cancel();
    const { clock } = this.#options;
    const endMs = clock.monotonic() + lastStepsMs;
    this.#tolerate(() => {
      while (this.#step() && clock.monotonic() < endMs);
    });
    this.#history.close();
  }

  /**
   * A power cut takes the newest entries of a log that is not flushed with each commit, and their numbers come again. What was
   * taken over of these is of a log that ended there: from now on this one goes by another name.
   */
  #continueLog(): void {
    const { writer } = this.#options;
    const { log, lastSeq } = writer.logEnd();
    if ((this.#history.takenSeq(log) ?? 0) <= lastSeq) return;
    const name = randomUUID();
    this.#history.begin(name, lastSeq);
    writer.commit(() => writer.renameLog(name), 'notes');
  }

  #lookLater(ms: number): void {
    this.#cancel = this.#options.clock.after(ms, () => {
      const { clock } = this.#options;
      const beganAt = clock.monotonic();
      const hasMore = this.#tolerate(() => [this.#step(), this.#tidy()].includes(true));
      if (hasMore !== undefined) this.#trouble.over();
      const tookMs = clock.monotonic() - beganAt;
      if (!this.#isStopped) this.#lookLater(hasMore === true ? restMs(tookMs) : lookMs);
    });
  }

  /** True where there is more to take. */
  #step(): boolean {
    const { writer, clock } = this.#options;
    if (!writer.isOpen) return false;
    const { log, lastSeq } = writer.logEnd();
    const taken = this.#history.takenSeq(log);
    if (taken === lastSeq) return false;
    const piece = writer.loggedEntries(taken ?? 0, entriesPerStep);
    this.#history.take(piece, clock.now());
    return piece.entries.length === entriesPerStep;
  }

  /** True where there is more to tidy. */
  #tidy(): boolean {
    const { clock } = this.#options;
    if (clock.monotonic() - this.#tidiedAt < tidyMs) return false;
    if ([this.#history.tidy(clock.now()), this.#history.usage.tidy(clock.now())].includes(true)) return true;
    this.#tidiedAt = clock.monotonic();
    return false;
  }

  /** What `work` returns; undefined where a store refused it, which is logged; that of the mirror tells itself. */
  #tolerate<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#trouble.met(failure('storage', storeProblem(error, this.#options.writer).message));
      return undefined;
    }
  }
}

/**
 * What one of the two stores refused. A NaviError is the history's, of which the mirror's writer is told nothing: what its own
 * database says when it is read comes as it is. @throws what is no error of a store
 */
function storeProblem(error: unknown, writer: MirrorWriter): NaviError {
  const known = error instanceof NaviError || !writer.isOpen ? error : writer.report(error);
  if (known instanceof NaviError) return known;
  throw error;
}

async function openedHistory({ file, limits, clock, log }: HistoryKeeperOptions): Promise<HistoryWriter> {
  try {
    return await HistoryWriter.open(file, limits);
  } catch (error) {
    if (!(error instanceof NaviError) || error.code !== 'NAVI_STORE_CORRUPT') throw error;
    log.error('history is damaged', { error: error.message, file: setAsideDamaged(file, clock.now()) });
    return await HistoryWriter.open(file, limits);
  }
}
