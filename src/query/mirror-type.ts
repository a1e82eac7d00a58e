import type { Health, HealthReason, RetrievalMode, ScopePhase } from '../core/scope-status.ts';
import type { PrinterColumn } from '../core/printer-column.ts';
import { resourceName } from '../core/api-resource.ts';
import type { Retrieval } from '../core/mirrored-type.ts';
import type { MirrorReader } from '../store/open-reader.ts';
import type { TypeEntry } from './resolve-resource.ts';

/** A scope as readers see it. Times are epoch milliseconds. */
export interface ScopeView {
  readonly phase: ScopePhase;
  readonly complete: boolean;
  readonly mode: RetrievalMode;
  readonly health: Health;
  readonly reason: HealthReason;
  readonly healthSinceMs: number;
  readonly lastError: string | null;
  readonly nextAttemptAtMs: number | null;
  readonly pollIntervalMs: number | null;
  /** From which age on an answer says how old it is, where the configuration says it. */
  readonly ttlMs: number | null;
  /** The server's words of the last confirmed refusal. */
  readonly refusal: string | null;
  /**
   * A time at which the rows were the server's, null before the first complete list; of a refused scope the time at which
   * the refusal was last heard.
   */
  readonly asOfMs: number | null;
}

/** A served version of a type of the mirror, with where its rows are. */
export interface MirrorType extends TypeEntry {
  /** Minor version of the API server, whose words some errors follow. */
  readonly serverMinor: number;
  /** Id of the rows; that of the type which answers for an alias. */
  readonly rowTypeId: number;
  readonly columns: readonly PrinterColumn[];
  readonly customFields: readonly string[] | undefined;
  readonly retrieval: Retrieval;
  readonly retrievalReason: string;
  /** `plural.group` of the type of its rows, where that is followed only while it is asked for. */
  readonly usedName: string | undefined;
  /** The version whose bodies are stored. */
  readonly storedVersion: string;
  /** Text of the Warning header of its lists, or null. */
  readonly warning: string | null;
  /** That of all namespaces; undefined for a type that is not mirrored, or only in chosen namespaces. */
  readonly scope: ScopeView | undefined;
  /** Scopes of single namespaces, by namespace; see `typeAt`. */
  readonly namespaceScopes: ReadonlyMap<string, ScopeView>;
}

interface TypeRow {
  readonly id: number;
  readonly api_group: string;
  readonly resource: string;
  readonly version: string;
  readonly kind: string;
  readonly singular: string;
  readonly namespaced: number;
  readonly short_names: string;
  readonly categories: string;
  readonly verbs: string;
  readonly versions: string;
  readonly group_position: number;
  readonly columns: string;
  readonly custom_fields: string | null;
  readonly retrieval: string;
  readonly retrieval_reason: string;
  readonly alias_of: number | null;
  readonly warning: string | null;
}

const strings = (json: string): readonly string[] => JSON.parse(json) as string[];

/** Every served type in every version, in discovery order; what discovery no longer has is left out. */
export function readTypes({ sqlite }: MirrorReader): readonly MirrorType[] {
  const rows = sqlite
    .prepare(
      `select id, api_group, resource, version, kind, singular, namespaced, short_names, categories, verbs, versions,
         group_position, columns, custom_fields, retrieval, retrieval_reason, alias_of, warning
       from resource_type where absent_since is null order by position`,
    )
    .all() as readonly TypeRow[];
  const serverMinor = sqlite.prepare('select server_minor from mirror').pluck().get() as number | undefined;
  const scopes = readScopes(sqlite);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const context = { scopes, serverMinor: serverMinor ?? 0 };
  return rows.flatMap((row) => entries(row, byId.get(row.alias_of ?? row.id) ?? row, context));
}

/** The types in the version whose objects are stored, without those that another type answers for. */
export function storedOf(types: readonly MirrorType[]): readonly MirrorType[] {
  return types.filter(({ version, storedVersion, retrieval }) => version === storedVersion && retrieval !== 'alias');
}

/** The type of a kind in the version whose objects are stored; undefined where the cluster serves none. */
export function typeOfKind(types: readonly MirrorType[], group: string, kind: string): MirrorType | undefined {
  return storedOf(types).find((type) => type.group === group && type.kind === kind);
}

function entries(
  row: TypeRow,
  rowsOf: TypeRow,
  { scopes, serverMinor }: { readonly scopes: ReadonlyMap<number, TypeScopes>; readonly serverMinor: number },
): readonly MirrorType[] {
  const versions = strings(row.versions);
  return versions.map((version, index) => ({
    serverMinor,
    group: row.api_group,
    version,
    resource: row.resource,
    singular: row.singular,
    kind: row.kind,
    namespaced: row.namespaced === 1,
    shortNames: strings(row.short_names),
    categories: strings(row.categories),
    verbs: strings(row.verbs),
    groupPosition: row.group_position,
    preferred: index === 0,
    rowTypeId: rowsOf.id,
    columns: JSON.parse(rowsOf.columns) as PrinterColumn[],
    customFields: row.custom_fields === null ? undefined : strings(row.custom_fields),
    retrieval: row.retrieval as Retrieval,
    retrievalReason: row.retrieval_reason,
    usedName:
      rowsOf.retrieval === 'used' ? resourceName({ group: rowsOf.api_group, resource: rowsOf.resource }) : undefined,
    storedVersion: row.version,
    warning: rowsOf.warning,
    scope: scopes.get(rowsOf.id)?.whole,
    namespaceScopes: scopes.get(rowsOf.id)?.byNamespace ?? noScopes,
  }));
}

const noScopes: ReadonlyMap<string, ScopeView> = new Map();

interface TypeScopes {
  readonly whole: ScopeView | undefined;
  readonly byNamespace: ReadonlyMap<string, ScopeView>;
}

/** Scopes by the id of their type. */
function readScopes(sqlite: MirrorReader['sqlite']): ReadonlyMap<number, TypeScopes> {
  const rows = sqlite
    .prepare(
      `select type_id, namespace, phase, complete, mode, health, reason, health_since, last_error, next_attempt_at,
         poll_interval_ms, ttl_ms, as_of, refusal, refused_at from scope`,
    )
    .all() as readonly (ScopeRow & { readonly type_id: number; readonly namespace: string })[];
  const byType = Map.groupBy(rows, (row) => row.type_id);
  return new Map(
    [...byType].map(([typeId, scopes]) => {
      const views = new Map(scopes.map((row) => [row.namespace, scopeView(row)]));
      const whole = views.get('');
      views.delete('');
      return [typeId, { whole, byNamespace: views }];
    }),
  );
}

/** The columns of a scope that readers see. */
export interface ScopeRow {
  readonly phase: string;
  readonly complete: number;
  readonly mode: string;
  readonly health: string;
  readonly reason: string;
  readonly health_since: number;
  readonly last_error: string | null;
  readonly next_attempt_at: number | null;
  readonly poll_interval_ms: number | null;
  readonly ttl_ms: number | null;
  readonly as_of: number | null;
  readonly refusal: string | null;
  readonly refused_at: number | null;
}

/** A scope as readers see it. */
export function scopeView(row: ScopeRow): ScopeView {
  return {
    phase: row.phase as ScopePhase,
    complete: row.complete === 1,
    mode: row.mode as RetrievalMode,
    health: row.health as Health,
    reason: row.reason as HealthReason,
    healthSinceMs: row.health_since,
    lastError: row.last_error,
    nextAttemptAtMs: row.next_attempt_at,
    pollIntervalMs: row.poll_interval_ms,
    ttlMs: row.ttl_ms,
    refusal: row.refusal,
    asOfMs: row.phase === 'denied' ? row.refused_at : row.as_of,
  };
}
