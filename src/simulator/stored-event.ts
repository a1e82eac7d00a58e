import type { KubeObject } from '../core/kube-object.ts';

/** One write in the history of the store. */
export interface StoredEvent {
  /** The store's revision that the write made; also the object's resourceVersion. */
  readonly revision: number;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly storage: string;
  /** `namespace/name`, or `name` for a type without namespaces. */
  readonly key: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The state after the write; for DELETED the last state, with the resourceVersion of the delete. */
  readonly object: KubeObject;
  /** The state before the write. */
  readonly previous: KubeObject | undefined;
}

/** Position of the first event after `revision` in a list that is ordered by revision. */
export function firstAfter(events: readonly StoredEvent[], revision: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.revision ?? 0) <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}
