import { undoEvents, type EtcdStore } from './etcd-store.ts';
import { ObjectTable } from './object-table.ts';
import { firstAfter, type StoredEvent } from './stored-event.ts';
import { WatchListeners, type WatchEnd, type WatchListener, type WatchSource } from './watch-source.ts';

/** Events younger than this are kept whatever the capacity: the ring of kube-apiserver grows for them. */
const freshEventMs = 75_000;

/** How many old events a cache keeps at least; the lower bound of kube-apiserver. */
const defaultCapacity = 100;

/**
 * The watch cache that an API server process keeps of one type: its objects, and a window of events from which watches
 * resume. It begins at the revision of its own first list, so that a new process expires every older resource version;
 * and it goes on as before when etcd is restored underneath it.
 */
export class WatchCache implements WatchSource {
  readonly #storage: string;
  readonly #store: EtcdStore;
  readonly #table: ObjectTable;
  readonly #listeners = new WatchListeners();
  readonly #unsubscribe: () => void;
  readonly #beginRevision: number;
  #events: StoredEvent[] = [];
  #revision: number;
  #dropped = false;
  /** Events that a stalled cache has not taken; undefined while it follows etcd. */
  #untaken: StoredEvent[] | undefined;
  /** The state that pages of one list are cut from. */
  #past: { readonly revision: number; readonly table: ObjectTable } | undefined;
  readonly capacity: number;

  constructor(store: EtcdStore, storage: string, capacity = defaultCapacity) {
    this.#store = store;
    this.#storage = storage;
    this.capacity = capacity;
    this.#table = new ObjectTable(store.table(storage));
    this.#beginRevision = store.revision;
    this.#revision = store.revision;
    this.#unsubscribe = store.subscribe((event) => this.#take(event));
  }

  /** How far the cache is: the last event, or the last time it asked etcd. */
  get revision(): number {
    return this.#revision;
  }

  /** The current objects. Not to be changed by the caller. */
  get table(): ObjectTable {
    return this.#table;
  }

  /** Watches resume from this revision or a later one. */
  get oldestResumeRevision(): number {
    const [oldest] = this.#events;
    return this.#dropped && oldest !== undefined ? oldest.revision - 1 : this.#beginRevision;
  }

  /** Hears nothing of etcd any more until `follow`. */
  stall(): void {
    this.#untaken ??= [];
  }

  /** Takes what it has not heard of. */
  follow(): void {
    const events = this.#untaken ?? [];
    this.#untaken = undefined;
    for (const event of events) this.#take(event);
  }

  /** Whether it is behind etcd for as long as it is stalled. */
  get isStalled(): boolean {
    return this.#untaken !== undefined;
  }

  /** Asks etcd how far it is. A restored etcd that is behind changes nothing. */
  progress(): void {
    if (this.isStalled) return;
    this.#revision = Math.max(this.#revision, this.#store.revision);
  }

  /** The events after `revision`, oldest first; undefined when the window does not reach back to it. */
  eventsAfter(revision: number): readonly StoredEvent[] | undefined {
    if (revision < this.oldestResumeRevision) return undefined;
    return this.#events.slice(firstAfter(this.#events, revision));
  }

  /** The objects at a revision; undefined outside the window. */
  at(revision: number): ObjectTable | undefined {
    if (revision > this.#revision) return undefined;
    const later = this.eventsAfter(revision);
    if (later === undefined) return undefined;
    if (later.length === 0) return this.#table;
    if (this.#past?.revision !== revision) this.#past = { revision, table: undoEvents(this.#table, later) };
    return this.#past.table;
  }

  subscribe(listener: WatchListener): () => void {
    return this.#listeners.add(listener);
  }

  endWatches(end: WatchEnd): void {
    this.#listeners.end(end);
  }

  /** Stops following etcd. */
  close(end: WatchEnd): void {
    this.#unsubscribe();
    this.endWatches(end);
  }

  #take(event: StoredEvent): void {
    if (this.#untaken !== undefined) {
      this.#untaken.push(event);
      return;
    }
    if (event.storage !== this.#storage || event.revision <= this.#revision) return;
    this.#revision = event.revision;
    if (event.type === 'DELETED') this.#table.delete(event.key);
    else this.#table.set(event.key, event.object);
    this.#events.push(event);
    this.#dropOld(event.atMs);
    this.#listeners.tell(event);
  }

  #dropOld(nowMs: number): void {
    let dropCount = 0;
    while (this.#events.length - dropCount > this.capacity) {
      const oldest = this.#events[dropCount];
      if (oldest === undefined || oldest.atMs > nowMs - freshEventMs) break;
      dropCount += 1;
    }
    if (dropCount === 0) return;
    this.#events = this.#events.slice(dropCount);
    this.#dropped = true;
  }
}
