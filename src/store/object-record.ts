import type { PodContainer } from '../core/pod-container.ts';

/** One search, label or field term of an object; `text` is `key=value` for labels, annotations and fields. */
export interface StoredTerm {
  readonly kind: string;
  readonly text: string;
}

/** An owner reference of an object. */
export interface StoredOwner {
  readonly uid: string;
  readonly controller: boolean;
}

/** All that the store keeps of one object, derived from it and from nothing else. */
export interface ObjectRecord {
  readonly name: string;
  /** metadata.creationTimestamp, epoch ms; null where it has none. */
  readonly createdAtMs: number | null;
  /** Canonical compact JSON without managedFields. */
  readonly body: string;
  /** JSON of metadata.managedFields as the server sent it, empty where it has none. */
  readonly managedFields: string;
  /** What `packText` makes of managedFields, where it was made already. */
  readonly packedManagedFields?: Uint8Array | undefined;
  /** JSON of metadata.labels. */
  readonly labels: string;
  /** JSON of the printed cells, in the order of the type's columns. */
  readonly cells: string;
  readonly terms: readonly StoredTerm[];
  readonly owners: readonly StoredOwner[];
  /** Of a pod, in the order in which they start; undefined for every other type. */
  readonly containers?: readonly PodContainer[] | undefined;
}

/**
 * An object on its way into the store. `record` is called only where the store does not hold this very state, since
 * deriving costs more than comparing.
 */
export interface ObjectSource {
  /** `namespace/name`, or the name of a cluster-scoped object. */
  readonly key: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly record: () => ObjectRecord;
}

/** The scope whose rows are written, and how its present bodies are shaped. */
export interface ScopeTarget {
  readonly scopeId: number;
  readonly typeId: number;
  /** Relist pass that marks the rows. */
  readonly generation: number;
  readonly representationNumber: number;
  /** False until the first list is complete: what is inserted before is no change in the cluster. */
  readonly logChanges: boolean;
  /** Namespaces whose changes are logged all the same: scopes of their own, which this one takes over, were complete. */
  readonly loggedNamespaces?: ReadonlySet<string> | undefined;
}
