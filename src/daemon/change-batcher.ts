import type { WatchEvent } from '../kube/watch-stream.ts';
import type { Clock } from '../util/clock.ts';
import { WriteTurns } from './write-turns.ts';

/** Bounds of one transaction: whichever comes first. */
export const maxBatchEvents = 100;
const maxBatchBytes = 1024 * 1024;

/**
 * How long a transaction should take (ms), by what the last one took for each event: nothing else of the process runs meanwhile,
 * and its first event is seen with its last. Some 0.3 ms an event, ten times that in a process that has just begun, where batches
 * of 100 kept the first changes of a burst from being seen for 250 ms.
 */
const batchMs = 40;

/** Fewer events are not worth a transaction. */
const leastBatchEvents = 10;

/** Longest wait of an event before it is committed (ms): part of the change-to-visible time. */
const maxBatchAgeMs = 40;

/** Resume points that only bookmarks moved are committed this often (ms): a restart replays at most that much. */
const bookmarkAgeMs = 15_000;

/** Events of one scope in stream order, with what they add up to. */
export interface ScopeBatch {
  readonly scopeId: number;
  readonly events: readonly WatchEvent[];
  /** Clock reading when the first of them that is no bookmark came; null where all are. */
  readonly receivedAt: number | null;
}

interface OpenBatch {
  readonly events: WatchEvent[];
  receivedAt: number | null;
}

/**
 * Gathers the events of all scopes of a mirror into transactions. The queue never holds more than one batch: what is
 * full is written at once, and the sockets of those that have more wait until it is the mirror's turn again.
 */
export class ChangeBatcher {
  readonly #clock: Clock;
  readonly #write: (batches: readonly ScopeBatch[]) => void;
  #batches = new Map<number, OpenBatch>();
  #eventCount = 0;
  #bytes = 0;
  #mostEvents = leastBatchEvents;
  #cancelTimer: (() => void) | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  readonly #turns: WriteTurns;
  #turn: Promise<void> | undefined;

  /** @param write commits batches in one transaction; it must not throw. */
  constructor(clock: Clock, write: (batches: readonly ScopeBatch[]) => void, turns: WriteTurns = new WriteTurns()) {
    this.#clock = clock;
    this.#write = write;
    this.#turns = turns;
  }

  /** How much waits to be committed; bookmarks are counted as events. */
  get queued(): { readonly eventCount: number; readonly bytes: number } {
    return { eventCount: this.#eventCount, bytes: this.#bytes };
  }

  /** Events that are written in one transaction for now. */
  get mostEvents(): number {
    return this.#mostEvents;
  }

  /** Resolves when events may be added: at once, unless a full batch was written in this turn. */
  async ready(): Promise<void> {
    while (this.#turn !== undefined) await this.#turn;
  }

  /**
   * Adds events of a scope; `bytes` is their size on the wire.
   * @param receivedAt clock reading when they came
   */
  add(scopeId: number, events: readonly WatchEvent[], bytes: number, receivedAt = this.#clock.monotonic()): void {
    const batch = this.#batches.get(scopeId) ?? { events: [], receivedAt: null };
    this.#batches.set(scopeId, batch);
    batch.events.push(...events);
    const bookmarksOnly = events.every((event) => event.kind === 'bookmark');
    if (!bookmarksOnly) batch.receivedAt ??= receivedAt;
    this.#eventCount += events.length;
    this.#bytes += bytes;
    if (this.#eventCount >= this.#mostEvents || this.#bytes >= maxBatchBytes) {
      this.flush();
      this.#turn ??= this.#turns.next().then(() => {
        this.#turn = undefined;
      });
      return;
    }
    this.#flushWithin(bookmarksOnly ? bookmarkAgeMs : maxBatchAgeMs);
  }

  /** Commits everything queued, now. */
  flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#dueAt = Number.POSITIVE_INFINITY;
    if (this.#batches.size === 0) return;
    const batches = [...this.#batches].map(([scopeId, batch]) => ({ scopeId, ...batch }));
    const eventCount = this.#eventCount;
    this.#batches = new Map();
    this.#eventCount = 0;
    this.#bytes = 0;
    const beganAt = this.#clock.monotonic();
    this.#write(batches);
    const eachMs = (this.#clock.monotonic() - beganAt) / eventCount;
    this.#mostEvents = Math.min(maxBatchEvents, Math.max(leastBatchEvents, Math.floor(batchMs / eachMs)));
  }

  #flushWithin(ms: number): void {
    const dueAt = this.#clock.monotonic() + ms;
    if (dueAt >= this.#dueAt) return;
    this.#cancelTimer?.();
    this.#dueAt = dueAt;
    this.#cancelTimer = this.#clock.after(ms, () => this.flush());
  }
}
