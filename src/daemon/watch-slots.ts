/** Streams that one mirror keeps open at most: each holds a connection here, and a watcher and its buffer on the server. */
const maxWatches = 300;

/**
 * Says which scopes may keep a watch open. Scopes of all namespaces always may; those of single namespaces share what is
 * left and are polled beyond it, until a place is free at their next list.
 */
export class WatchSlots {
  readonly #max: number;
  readonly #watching = new Set<number>();
  readonly #waiting = new Set<number>();

  constructor(max = maxWatches) {
    this.#max = max;
  }

  /** Scopes that are polled for want of a place. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** Takes a place for a scope, or says that there is none. A scope that has one keeps it. */
  take(scope: { readonly scopeId: number; readonly namespace: string }): boolean {
    const { scopeId, namespace } = scope;
    const isFree = this.#watching.has(scopeId) || namespace === '' || this.#watching.size < this.#max;
    if (isFree) {
      this.#watching.add(scopeId);
      this.#waiting.delete(scopeId);
    } else this.#waiting.add(scopeId);
    return isFree;
  }

  /** The scope watches no longer, but may wait for its turn. */
  giveBack(scopeId: number): void {
    this.#watching.delete(scopeId);
  }

  /** The scope is not followed any more. */
  leave(scopeId: number): void {
    this.#watching.delete(scopeId);
    this.#waiting.delete(scopeId);
  }
}
