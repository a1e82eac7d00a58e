/**
 * Runs work one after the other for each key, in the order in which it was asked for; work of different keys runs side
 * by side. For steps of one thing that must not overlap though each of them waits for something.
 */
export class KeyedQueue {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` once all earlier work of `key` has ended, however it ended; resolves and rejects as it does. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const result = before.then(work, work);
    this.#last.set(key, result);
    try {
      return await result;
    } finally {
      if (this.#last.get(key) === result) this.#last.delete(key);
    }
  }

  /** Resolves once nothing is under way and nothing waits; never rejects. */
  async idle(): Promise<void> {
    while (this.#last.size > 0) await Promise.allSettled(this.#last.values());
  }
}
