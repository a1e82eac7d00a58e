import { resourceName } from '../../core/api-resource.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { scopeView, type ScopeRow, type ScopeView } from '../mirror-type.ts';
import type { PlacedType } from '../left-out.ts';
import type { View } from './view.ts';

/** A type with one of its scopes. */
export interface TypeScope {
  readonly group: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** It is left out of every mirror, for its `retrievalReason`. */
  readonly isOff: boolean;
  /** See MirrorType. */
  readonly usedName: string | undefined;
  /** Why it is not watched, as a phrase; empty where it is. */
  readonly retrievalReason: string;
  /** Namespace of the scope; empty for all. */
  readonly namespace: string;
  /** Undefined where nothing of it is mirrored. */
  readonly scope: ScopeView | undefined;
}

interface Row extends ScopeRow {
  readonly api_group: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: number;
  readonly retrieval: string;
  readonly namespace: string | null;
  readonly retrieval_reason: string;
  readonly scope_id: number | null;
}

/** Every type that the cluster serves once per scope, or once where it has none; those that another one answers for are left out. */
export function readTypeScopes(sqlite: MirrorReader['sqlite']): readonly TypeScope[] {
  const rows = sqlite
    .prepare(
      `select t.api_group, t.resource, t.kind, t.namespaced, t.retrieval, t.retrieval_reason, s.id as scope_id, s.namespace,
         s.phase, s.complete, s.mode, s.health, s.reason,
         s.health_since, s.last_error, s.next_attempt_at, s.poll_interval_ms, s.ttl_ms, s.as_of, s.refusal, s.refused_at
       from main.resource_type t left join main.scope s on s.type_id = t.id
       where t.absent_since is null and t.retrieval <> 'alias' order by t.position`,
    )
    .all() as Row[];
  return rows.map((row) => ({
    group: row.api_group,
    resource: row.resource,
    kind: row.kind,
    namespaced: row.namespaced === 1,
    isOff: row.retrieval === 'off',
    usedName: row.retrieval === 'used' ? resourceName({ group: row.api_group, resource: row.resource }) : undefined,
    retrievalReason: row.retrieval_reason,
    namespace: row.namespace ?? '',
    scope: row.scope_id === null ? undefined : scopeView(row),
  }));
}

/** The scopes that an answer over these views comes from; what is refused gives no rows. */
export function scopesBehind(used: readonly View[], all: readonly TypeScope[]): readonly TypeScope[] {
  const readable = all.filter(({ scope }) => scope !== undefined && scope.phase !== 'denied');
  if (used.some(({ of }) => of === 'all')) return readable;
  return readable.filter((type) => used.some(({ of }) => of === resourceName(type)));
}

/**
 * Refuses a statement over a view of one type that gives no rows: that would look like an empty answer.
 * @throws NAVI_REFUSED, NAVI_INCOMPLETE
 */
export function refuseUnseen(used: readonly View[], all: readonly TypeScope[]): void {
  for (const { of, name } of used) {
    if (of === 'all' || of === 'none') continue;
    const why = unseen(all.filter((type) => resourceName(type) === of));
    if (why === undefined) continue;
    throw new NaviError(
      why.isRefused ? 'NAVI_REFUSED' : 'NAVI_INCOMPLETE',
      `the view ${name} has nothing to show: ${why.text}`,
      {
        hints: [why.isRefused ? `navi status ${of} says since when` : 'navi status says how far the mirror is'],
      },
    );
  }
}

/** Why nothing of a type can be known; undefined where something can. */
function unseen(scopes: readonly TypeScope[]): { readonly isRefused: boolean; readonly text: string } | undefined {
  const [first] = scopes;
  const views = scopes.flatMap(({ scope }) => scope ?? []);
  if (views.some(({ phase, complete }) => phase !== 'denied' && complete)) return undefined;
  const [refused] = views.filter(({ phase }) => phase === 'denied');
  if (refused !== undefined) return { isRefused: true, text: refused.refusal ?? 'the cluster refuses it' };
  const why = views[0] === undefined ? first?.retrievalReason : views[0].lastError;
  return {
    isRefused: false,
    text: why === '' || why === null || why === undefined ? 'its list is not complete yet' : why,
  };
}

/** A type with all of its scopes. */
export type ScopedType = PlacedType & Pick<TypeScope, 'kind' | 'isOff'>;

/** The types of `readTypeScopes`, each once. */
export function scopedTypes(all: readonly TypeScope[]): readonly ScopedType[] {
  return [...Map.groupBy(all, resourceName).values()].flatMap((scopes): readonly ScopedType[] => {
    const whole = scopes.find(({ namespace }) => namespace === '') ?? scopes[0];
    const single = scopes.flatMap(({ namespace, scope }) =>
      namespace === '' || scope === undefined ? [] : [[namespace, scope] as const],
    );
    if (whole === undefined) return [];
    const { group, resource, kind, namespaced, isOff, usedName } = whole;
    const scope = whole.namespace === '' ? whole.scope : undefined;
    return [{ group, resource, kind, namespaced, isOff, usedName, scope, namespaceScopes: new Map(single) }];
  });
}
