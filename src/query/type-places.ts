import type { MirrorType } from './mirror-type.ts';

/**
 * A type as it answers for a place: its `scope` is the one that decides there. A namespace with a scope of its own is
 * decided by that one alone, everything else by the scope of all namespaces.
 * @param namespace undefined: all of them, or a cluster-scoped type
 */
export function typeAt(type: MirrorType, namespace: string | undefined): MirrorType {
  const own = namespace === undefined ? undefined : type.namespaceScopes.get(namespace);
  return own === undefined ? type : { ...type, scope: own };
}

/**
 * The types once for each scope that rows may come from, where what is mirrored is looked through as far as it reaches.
 * What is refused gives no rows.
 */
export function readableParts(types: readonly MirrorType[]): readonly MirrorType[] {
  return types.flatMap((type) => {
    const parts = [type, ...[...type.namespaceScopes.values()].map((scope) => ({ ...type, scope }))];
    return parts.filter(({ scope }) => scope !== undefined && scope.phase !== 'denied');
  });
}

/** Whether a type is refused wherever it was asked for: nothing of it can be known. */
export function isRefused(type: MirrorType): boolean {
  return type.scope?.phase === 'denied' && readableParts([type]).length === 0;
}
