import type { WatchEvent } from '../kube/watch-stream.ts';
import type { Clock } from '../util/clock.ts';

/** Bounds of one transaction: whichever comes first. */
const maxBatchEvents = 500;
const maxBatchBytes = 1024 * 1024;

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
 * Gathers the events of all scopes of a mirror into transactions. Writing is synchronous, so the queue never holds
 * more than one batch: a scope that brings more is written at once, and its socket waits meanwhile.
 */
export class ChangeBatcher {
  readonly #clock: Clock;
  readonly #write: (batches: readonly ScopeBatch[]) => void;
  #batches = new Map<number, OpenBatch>();
  #eventCount = 0;
  #bytes = 0;
  #cancelTimer: (() => void) | undefined;
  #dueAt = Number.POSITIVE_INFINITY;

  /** @param write commits batches in one transaction; it must not throw. */
  constructor(clock: Clock, write: (batches: readonly ScopeBatch[]) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  /** How much waits to be committed; bookmarks are counted as events. */
  get queued(): { readonly eventCount: number; readonly bytes: number } {
    return { eventCount: this.#eventCount, bytes: this.#bytes };
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
    if (this.#eventCount >= maxBatchEvents || this.#bytes >= maxBatchBytes) {
      this.flush();
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
    this.#batches = new Map();
    this.#eventCount = 0;
    this.#bytes = 0;
    this.#write(batches);
  }

  #flushWithin(ms: number): void {
    const dueAt = this.#clock.monotonic() + ms;
    if (dueAt >= this.#dueAt) return;
    this.#cancelTimer?.();
    this.#dueAt = dueAt;
    this.#cancelTimer = this.#clock.after(ms, () => this.flush());
  }
}
