import { leftOut } from './left-out.ts';
import type { MirrorType } from './mirror-type.ts';

/** Namespaces in which something was looked for; an empty one is all of them, or that of cluster-scoped types. */
type Namespaces = Set<string>;

/**
 * Where an answer looked for objects of which types. What it could not see there is what it leaves out: an answer that goes
 * from object to object knows only in the end which types it is about.
 */
export class LookedPlaces {
  readonly #looked = new Map<MirrorType, Namespaces>();
  readonly #swept = new Map<string, readonly MirrorType[]>();

  /** Looks for objects of a type. @param namespace empty for all namespaces, or a cluster-scoped type */
  add(type: MirrorType, namespace: string): void {
    put(this.#looked, type, namespace);
  }

  /** Looks for objects of any of these types: those that are in a namespace, or with an empty one all. */
  addAny(types: readonly MirrorType[], namespace: string): void {
    this.#swept.set(namespace, types);
  }

  /** Types that were looked for by their names. */
  get types(): readonly MirrorType[] {
    return [...this.#looked.keys()];
  }

  /** See `leftOut` of the query: types that were looked for by their names come before the others. */
  get leftOut(): readonly string[] {
    const places = new Map([...this.#looked].map(([type, namespaces]) => [type, new Set(namespaces)]));
    for (const [namespace, types] of this.#swept) {
      for (const type of types) {
        // What is off is in no mirror, and nothing that others own: measurements, and the same objects again.
        if (type.retrieval !== 'off' && (type.namespaced || namespace === '')) put(places, type, namespace);
      }
    }
    // No namespace has a comma.
    const alike = Map.groupBy(places, ([, namespaces]) => (namespaces.has('') ? '' : [...namespaces].sort().join()));
    return [...alike].flatMap(([place, found]) =>
      leftOut(
        found.map(([type]) => type),
        place === '' ? undefined : place.split(','),
      ),
    );
  }
}

function put(places: Map<MirrorType, Namespaces>, type: MirrorType, namespace: string): void {
  const known = places.get(type);
  if (known === undefined) places.set(type, new Set([namespace]));
  else known.add(namespace);
}
