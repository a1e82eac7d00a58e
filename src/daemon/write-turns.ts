import { nextTurn } from '../util/clock.ts';

/**
 * Turns to write, one in each turn of the event loop, in the order of asking: writing is synchronous, and a mirror that
 * has much to write is to leave room between two batches for sockets, timers and the other mirrors of the process.
 */
export class WriteTurns {
  readonly #waiting: (() => void)[] = [];
  #isGiving = false;

  /** Resolves when it is the asker's turn. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#isGiving) void this.#give();
    });
  }

  async #give(): Promise<void> {
    this.#isGiving = true;
    while (this.#waiting.length > 0) {
      await nextTurn();
      this.#waiting.shift()?.();
    }
    this.#isGiving = false;
  }
}
