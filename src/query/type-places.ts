import type { MirrorType, ScopeView } from './mirror-type.ts';

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

const healthOrder = ['healthy', 'degraded', 'unhealthy'];

/**
 * The scope that stands for a whole type where its state is shown: that of all namespaces, or where single ones are
 * mirrored in its place, the worst of those that may be read.
 */
export function summaryScope(type: MirrorType): ScopeView | undefined {
  let worst: ScopeView | undefined;
  for (const scope of type.namespaceScopes.values()) {
    if (scope.phase !== 'denied' && (worst === undefined || isWorse(scope, worst))) worst = scope;
  }
  const isInPlace = type.scope === undefined || type.scope.phase === 'denied';
  return isInPlace ? (worst ?? type.scope ?? [...type.namespaceScopes.values()][0]) : type.scope;
}

function isWorse(a: ScopeView, b: ScopeView): boolean {
  const order = healthOrder.indexOf(a.health) - healthOrder.indexOf(b.health);
  return order === 0 ? (a.asOfMs ?? 0) < (b.asOfMs ?? 0) : order > 0;
}

/** Namespaces of a type that is mirrored by namespaces, sorted; undefined for any other. */
export function mirroredNamespaces({ scope, namespaceScopes }: MirrorType): readonly string[] | undefined {
  if (namespaceScopes.size === 0 || (scope !== undefined && scope.phase !== 'denied')) return undefined;
  const names = [...namespaceScopes].flatMap(([name, own]) => (own.phase === 'denied' ? [] : [name]));
  return names.length === 0 ? undefined : names.toSorted();
}
