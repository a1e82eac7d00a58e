import type { KubeObject } from '../../src/core/kube-object.ts';
import type { ClusterState } from '../../src/simulator/cluster-state.ts';
import { undoEvents, type StoreSnapshot } from '../../src/simulator/etcd-store.ts';
import { toServed } from '../../src/simulator/object-shape.ts';
import { ObjectTable } from '../../src/simulator/object-table.ts';
import type { ServedType } from '../../src/simulator/served-type.ts';
import type { StoredEvent } from '../../src/simulator/stored-event.ts';

/** Which state of which object. */
function stateName(storage: string, object: KubeObject): string {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  return `${storage} ${namespace ?? ''}/${name} ${uid} ${resourceVersion}`;
}

/**
 * Everything that the simulated cluster ever was, also before etcd was restored: which states objects had, and what
 * there was at each revision of each history.
 */
export class ServerHistory {
  readonly #state: ClusterState;
  readonly #states = new Map<string, KubeObject[]>();
  /** The histories that a restore ended, as they were then. */
  readonly #ended: StoreSnapshot[] = [];

  constructor(state: ClusterState) {
    this.#state = state;
    const types = state.types.groups().flatMap(({ versions }) => versions.flatMap((version) => version.types));
    for (const { storage } of types) {
      for (const object of state.store.table(storage).values()) this.#note(storage, object);
    }
    state.store.onRestore(() => this.#ended.push(state.store.snapshot()));
    state.store.subscribe(({ storage, object }) => this.#note(storage, object));
  }

  /** How often etcd was restored. */
  get restoreCount(): number {
    return this.#ended.length;
  }

  /** Every state of every object of a storage key. */
  allOf(storage: string): readonly KubeObject[] {
    return [...this.#states].flatMap(([name, states]) => (name.startsWith(`${storage} `) ? states : []));
  }

  /** The states that an object had at a resourceVersion: one for each history that had such a state. */
  statesOf(type: ServedType, object: KubeObject): readonly KubeObject[] {
    const { storage } = type;
    return (this.#states.get(stateName(storage, object)) ?? []).map((state) => toServed(type, state));
  }

  /** All objects of a type at a revision, by history: that of now first. */
  stateAt(type: ServedType, revision: number): readonly (readonly KubeObject[])[] {
    const { store } = this.#state;
    const tables = [
      store.stateAt(type.storage, revision),
      ...this.#ended
        .toReversed()
        .flatMap((ended) => (revision > ended.revision ? [] : [tableAt(ended, type.storage, revision)])),
    ];
    return tables.map((table) => [...table.values()].map((object) => toServed(type, object)));
  }

  /** Writes of a type after a revision and before a time (epoch ms); of the history of now. */
  missed(type: ServedType, revision: number, beforeMs: number): readonly StoredEvent[] {
    return this.#state.store.eventsAfter(type.storage, revision).filter(({ atMs }) => atMs < beforeMs);
  }

  #note(storage: string, object: KubeObject): void {
    const name = stateName(storage, object);
    const known = this.#states.get(name);
    if (known === undefined) this.#states.set(name, [object]);
    else known.push(object);
  }
}

function tableAt({ tables, events }: StoreSnapshot, storage: string, revision: number): ObjectTable {
  const later = (events.get(storage) ?? []).filter((event) => event.revision > revision);
  return undoEvents(tables.get(storage) ?? new ObjectTable(), later);
}
