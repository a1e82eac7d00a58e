import type { EtcdStore } from './etcd-store.ts';
import type { StoredEvent } from './stored-event.ts';

/** How an API server ends the watches of a type by itself: by cutting connections, or by completing the answers. */
export type WatchEnd = 'reset' | 'end';

/** What a watch follows. */
export interface WatchListener {
  onEvent(event: StoredEvent): void;
  onEnd(end: WatchEnd): void;
}

/** Where a watch gets its events from: the watch cache of a type, or etcd. */
export interface WatchSource {
  /** The listener is told of every later event, until the returned function is called or the source closes. */
  subscribe(listener: WatchListener): () => void;
  /** Ends the open watches; new ones go on from where they were. */
  endWatches(end: WatchEnd): void;
  /** Ends every watch, and follows etcd no more. */
  close(end: WatchEnd): void;
}

/** Listeners that leave one by one, or all together at the end. */
export class WatchListeners {
  readonly #listeners = new Set<WatchListener>();

  add(listener: WatchListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: StoredEvent): void {
    for (const listener of this.#listeners) listener.onEvent(event);
  }

  end(how: WatchEnd): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener.onEnd(how);
  }
}

/** The source of a type without a watch cache: etcd itself, which also notices when etcd is put back. */
export class EtcdWatchSource implements WatchSource {
  readonly #listeners = new WatchListeners();
  readonly #unsubscribe: () => void;

  constructor(store: EtcdStore, storage: string) {
    this.#unsubscribe = store.subscribe((event) => {
      if (event.storage === storage) this.#listeners.tell(event);
    });
  }

  subscribe(listener: WatchListener): () => void {
    return this.#listeners.add(listener);
  }

  endWatches(end: WatchEnd): void {
    this.#listeners.end(end);
  }

  close(end: WatchEnd): void {
    this.#unsubscribe();
    this.endWatches(end);
  }
}
