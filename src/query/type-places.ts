import type { MirrorType } from './mirror-type.ts';

/** The scopes of a type. */
export type TypePlaces = Pick<MirrorType, 'scope' | 'namespaceScopes'>;

/**
 * A type as it answers for a place: its `scope` is the one that decides there. A namespace with a scope of its own is
 * decided by that one alone, everything else by the scope of all namespaces.
 * @param namespace undefined: all of them, or a cluster-scoped type
 */
export function typeAt<T extends TypePlaces>(type: T, namespace: string | undefined): T {
  const own = namespace === undefined ? undefined : type.namespaceScopes.get(namespace);
  return own === undefined ? type : { ...type, scope: own };
}

/** Whether the rows of a namespace may be shown: it is mirrored, and not refused. */
export function isReadableAt(type: TypePlaces, namespace: string): boolean {
  const { scope } = typeAt(type, namespace);
  return scope !== undefined && scope.phase !== 'denied';
}

/**
 * The types once for each scope that rows may come from, where what is mirrored is looked through as far as it reaches.
 * What is refused gives no rows.
 */
export function readableParts<T extends TypePlaces>(types: readonly T[]): readonly T[] {
  return types.flatMap((type) => partsOf(type).filter(({ scope }) => scope !== undefined && scope.phase !== 'denied'));
}

/** Whether a type is refused wherever it was asked for: nothing of it can be known. */
export function isRefused(type: TypePlaces): boolean {
  const parts = partsOf(type);
  return parts.some(({ scope }) => scope?.phase === 'denied') && readableParts([type]).length === 0;
}

/** Whether nothing of a namespaced type can be known in any of these namespaces; undefined for all. */
export function isRefusedIn(type: TypePlaces, namespaces: readonly string[] | undefined): boolean {
  if (namespaces === undefined) return isRefused(type);
  return namespaces.every((namespace) => typeAt(type, namespace).scope?.phase === 'denied');
}

/** The server's words of the refusal of a type, wherever it was heard first; undefined where there are none. */
export function refusalOf(type: TypePlaces): string | undefined {
  const refused = partsOf(type).find(({ scope }) => scope?.phase === 'denied');
  return refused?.scope?.refusal ?? undefined;
}

function partsOf<T extends TypePlaces>(type: T): readonly T[] {
  return [type, ...[...type.namespaceScopes.values()].map((scope) => ({ ...type, scope }))];
}
