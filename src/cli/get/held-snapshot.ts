import { uptimeMs } from '../../output/uptime.ts';

/** Reads rows to their end at once, and gives them again from where it put them. */
export type KeepRows = <T>(rows: Iterable<T>) => Iterable<T>;

/** Longest time that rows are read as they are printed (ms); from then on what is left is read at once. */
const lazyMs = 3_000;

/**
 * Ends a snapshot of the store as soon as its rows are read, so that slow printing never holds it: the writer could not
 * fold its log meanwhile. Rows are read as they are printed for a few seconds; then all that is left is read at once.
 */
export class HeldSnapshot {
  readonly #end: () => void;
  readonly #keep: KeepRows;
  readonly #startedAt = uptimeMs();
  readonly #unread = new Set<HeldRows<unknown>>();
  #hasEnded = false;

  /**
   * @param end ends the snapshot; called once at most
   * @param keep where the rows go that are read at once; into memory, unless said
   */
  constructor(end: () => void, keep: KeepRows = (rows) => [...rows]) {
    this.#end = end;
    this.#keep = keep;
  }

  /** Whether what is printed may still wait for its reader: from then on the rest must be read first. */
  get mayWait(): boolean {
    return this.#hasEnded || uptimeMs() - this.#startedAt <= lazyMs;
  }

  /** The same rows, to be iterated once. All that are to be read must be added before the first of them is. */
  add<T>(rows: Iterable<T>): Iterable<T> {
    const held = new HeldRows(rows);
    this.#unread.add(held);
    return this.#each(held);
  }

  /** Ends it now: everything is read. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#end();
  }

  *#each<T>(held: HeldRows<T>): Iterable<T> {
    try {
      for (let row = held.next(); row !== undefined; row = held.next()) {
        if (this.#unread.size > 0 && uptimeMs() - this.#startedAt > lazyMs) this.#readAll();
        yield row;
      }
      this.#finish(held);
    } finally {
      // Whoever stops in the middle leaves a statement open otherwise.
      held.close();
    }
  }

  #readAll(): void {
    for (const held of this.#unread) {
      held.readAll(this.#keep);
      this.#finish(held);
    }
  }

  #finish(held: HeldRows<unknown>): void {
    if (this.#unread.delete(held) && this.#unread.size === 0) this.end();
  }
}

/** Rows that come from the store one at a time, until the rest is asked for. */
class HeldRows<T> {
  #rows: Iterator<T>;

  constructor(rows: Iterable<T>) {
    this.#rows = rows[Symbol.iterator]();
  }

  next(): T | undefined {
    const { value, done } = this.#rows.next();
    return done === true ? undefined : value;
  }

  close(): void {
    this.#rows.return?.();
  }

  readAll(keep: KeepRows): void {
    const unread = this.#rows;
    this.#rows = keep({ [Symbol.iterator]: () => ({ next: () => unread.next() }) })[Symbol.iterator]();
  }
}
