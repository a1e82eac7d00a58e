import { nextTurn, type Clock } from '../util/clock.ts';

/** A socket that has bytes is read within so many turns of the event loop after more of it was asked for. */
const readingTurns = 4;

/**
 * Resolves once whatever lay in sockets has been read. After a process was held up its timers run first: what they take for
 * the latest is older than what it was told meanwhile.
 */
export async function socketsRead(): Promise<void> {
  for (let turn = 0; turn < readingTurns; turn += 1) await nextTurn();
}

/**
 * Whether all that a stream had for its reader is taken. While a reader cannot keep up, what the server said long ago
 * lies in sockets: no heartbeat may then speak for the rows.
 */
export class StreamBacklog {
  readonly #clock: Clock;
  #isEmpty = false;
  #emptyAt = Number.NEGATIVE_INFINITY;
  #receivedCount = 0;
  #receivedAt = Number.NEGATIVE_INFINITY;
  #waiting: (() => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Bytes came. */
  received(): void {
    this.#receivedCount += 1;
    this.#receivedAt = this.#clock.monotonic();
    if (this.#isEmpty) this.#emptyAt = this.#clock.monotonic();
    this.#isEmpty = false;
  }

  /** What came is queued to be committed, and the reader waits for more. */
  taken(): void {
    void this.#look();
  }

  /** True where bytes came at or after this clock reading. */
  heardSince(monotonicMs: number): boolean {
    return this.#receivedAt >= monotonicMs;
  }

  /** True where nothing was left to be taken at some moment of or after this clock reading. */
  wasEmptySince(monotonicMs: number): boolean {
    return this.#isEmpty || this.#emptyAt >= monotonicMs;
  }

  /** Resolves once `wasEmptySince` holds, perhaps never. */
  async emptySince(monotonicMs: number): Promise<void> {
    if (this.wasEmptySince(monotonicMs)) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #look(): Promise<void> {
    const countBefore = this.#receivedCount;
    await socketsRead();
    if (this.#receivedCount !== countBefore) return;
    this.#isEmpty = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
