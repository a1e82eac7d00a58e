import type { KubeObject } from '../core/kube-object.ts';
import { ObjectTable } from './object-table.ts';
import { firstAfter, type StoredEvent } from './stored-event.ts';

/** What `EtcdStore.restore` takes back: the objects and the history at one revision. */
export interface StoreSnapshot {
  readonly revision: number;
  readonly compactedRevision: number;
  readonly tables: ReadonlyMap<string, ObjectTable>;
  readonly events: ReadonlyMap<string, readonly StoredEvent[]>;
}

/**
 * The simulated etcd: all objects of all types under one revision counter, with every write remembered. Compaction only
 * forbids what a real etcd could no longer answer; `stateAt` still knows everything.
 */
export class EtcdStore {
  #revision = 1;
  #compactedRevision = 0;
  #tables = new Map<string, ObjectTable>();
  #events = new Map<string, StoredEvent[]>();
  /** Events that some listener has not seen: a listener may write, and all must see events in order. */
  readonly #untold: StoredEvent[] = [];
  readonly #listeners = new Set<(event: StoredEvent) => void>();
  readonly #restoreListeners = new Set<() => void>();
  readonly #now: () => number;
  #lastPast: { readonly storage: string; readonly revision: number; readonly table: ObjectTable } | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The newest revision. */
  get revision(): number {
    return this.#revision;
  }

  /** Reads of older revisions are refused. */
  get compactedRevision(): number {
    return this.#compactedRevision;
  }

  /** The objects of one storage key now. Not to be changed by the caller. */
  table(storage: string): ObjectTable {
    const known = this.#tables.get(storage);
    if (known !== undefined) return known;
    const made = new ObjectTable();
    this.#tables.set(storage, made);
    return made;
  }

  /** Writes the object that `make` builds for the new revision. */
  put(storage: string, key: string, make: (revision: number) => KubeObject): KubeObject {
    const table = this.table(storage);
    const previous = table.get(key);
    const revision = this.#revision + 1;
    const object = make(revision);
    this.#revision = revision;
    table.set(key, object);
    const type = previous === undefined ? 'ADDED' : 'MODIFIED';
    this.#append({ revision, atMs: this.#now(), storage, key, type, object, previous });
    return object;
  }

  /** Removes an object; `make` builds its last state for the revision of the delete. */
  remove(
    storage: string,
    key: string,
    make: (revision: number, last: KubeObject) => KubeObject,
  ): KubeObject | undefined {
    const table = this.table(storage);
    const previous = table.get(key);
    if (previous === undefined) return undefined;
    const revision = this.#revision + 1;
    const object = make(revision, previous);
    this.#revision = revision;
    table.delete(key);
    this.#append({ revision, atMs: this.#now(), storage, key, type: 'DELETED', object, previous });
    return object;
  }

  /** Removes objects whose lease has ended: etcd does that in one transaction, so all of them go at one revision. */
  expire(storage: string, keys: readonly string[], make: (revision: number, last: KubeObject) => KubeObject): void {
    const table = this.table(storage);
    const revision = this.#revision + 1;
    this.#revision = revision;
    for (const key of keys) {
      const previous = table.get(key);
      if (previous === undefined) continue;
      table.delete(key);
      const object = make(revision, previous);
      this.#append({ revision, atMs: this.#now(), storage, key, type: 'DELETED', object, previous });
    }
  }

  /** Moves the revision without a write that any test can see, as the control plane's own leases do. */
  advance(count = 1): void {
    this.#revision += count;
  }

  /** Later events of one storage key, oldest first. */
  eventsAfter(storage: string, revision: number): readonly StoredEvent[] {
    const events = this.#events.get(storage) ?? [];
    return events.slice(firstAfter(events, revision));
  }

  /** Calls `listener` for every write from now on; the returned function ends that. */
  subscribe(listener: (event: StoredEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets, for readers, what was before `revision` (the newest one unless given). */
  compact(revision = this.#revision): void {
    this.#compactedRevision = Math.max(this.#compactedRevision, Math.min(revision, this.#revision));
  }

  /** The objects as they were at a revision, compacted or not. The test oracle. */
  stateAt(storage: string, revision: number): ObjectTable {
    const later = this.eventsAfter(storage, revision);
    const current = this.table(storage);
    if (later.length === 0) return current;
    const past = this.#lastPast;
    if (past?.storage === storage && past.revision === revision) return past.table;
    const table = undoEvents(current, later);
    this.#lastPast = { storage, revision, table };
    return table;
  }

  /** The store as it is now, untouched by later writes. */
  snapshot(): StoreSnapshot {
    return {
      revision: this.#revision,
      compactedRevision: this.#compactedRevision,
      tables: new Map([...this.#tables].map(([storage, table]) => [storage, new ObjectTable(table)])),
      events: new Map([...this.#events].map(([storage, events]) => [storage, [...events]])),
    };
  }

  /** Calls `listener` before each restore, while what it ends is still there. */
  onRestore(listener: () => void): void {
    this.#restoreListeners.add(listener);
  }

  /** Goes back to a snapshot without telling any reader, as a restored etcd does. */
  restore(snapshot: StoreSnapshot): void {
    for (const listener of this.#restoreListeners) listener();
    this.#revision = snapshot.revision;
    this.#compactedRevision = snapshot.compactedRevision;
    this.#tables = new Map([...snapshot.tables].map(([storage, table]) => [storage, new ObjectTable(table)]));
    this.#events = new Map([...snapshot.events].map(([storage, events]) => [storage, [...events]]));
    this.#lastPast = undefined;
  }

  #append(event: StoredEvent): void {
    const events = this.#events.get(event.storage);
    if (events === undefined) this.#events.set(event.storage, [event]);
    else events.push(event);
    this.#untold.push(event);
    if (this.#untold.length > 1) return;
    for (let told = this.#untold[0]; told !== undefined; told = this.#untold[0]) {
      for (const listener of this.#listeners) listener(told);
      this.#untold.shift();
    }
  }
}

/** The table as it was before the events, which are the newest ones and ordered by revision. */
export function undoEvents(table: ObjectTable, events: readonly StoredEvent[]): ObjectTable {
  const past = new ObjectTable(table);
  for (const event of events.toReversed()) {
    if (event.previous === undefined) past.delete(event.key);
    else past.set(event.key, event.previous);
  }
  return past;
}
