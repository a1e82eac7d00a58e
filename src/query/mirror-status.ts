import { resourceName } from '../core/api-resource.ts';
import { clusterHealth, type ScopeHealthCounts } from '../core/cluster-health.ts';
import type { LiveMirror } from '../core/live-status.ts';
import { noCounts } from '../core/scope-counts.ts';
import type { Health, HealthReason } from '../core/scope-status.ts';
import type { MirrorReader } from '../store/open-reader.ts';
import { countShown } from './hidden-rows.ts';
import { readTypes, type MirrorType } from './mirror-type.ts';
import {
  readScopeDetails,
  scopesInPlace,
  togetherDetail,
  type NamespaceDetail,
  type ScopeDetail,
} from './scope-detail.ts';

/** A mirror as `navi status` shows it. Times are epoch milliseconds. */
export interface MirrorStatus {
  readonly server: string;
  readonly serverVersion: string | null;
  readonly clusterUid: string | null;
  /** Who the cluster takes the kubeconfig's user for; null before it has said. */
  readonly principal: string | null;
  /** Derived from the last heartbeat and all scopes. */
  readonly health: Health;
  readonly reason: HealthReason;
  readonly healthSinceMs: number | null;
  readonly lastError: string | null;
  readonly scopeCounts: ScopeHealthCounts;
  /** The last heartbeat that the cluster's store answered. */
  readonly confirmedAtMs: number | null;
  /** How far the API server's clock is ahead of this machine's, to the second; null before its first answer. */
  readonly clockSkewMs: number | null;
  readonly timeline: number;
  /** What the daemon tells at this moment; undefined where none does. */
  readonly live: LiveMirror | undefined;
  readonly types: readonly TypeStatus[];
}

/** A type as `navi status` shows it: all its scopes together. */
export interface TypeStatus {
  /** `plural.group`. */
  readonly type: string;
  readonly objectCount: number;
  readonly retrievalReason: string;
  /** Undefined for a type that is not mirrored; `retrievalReason` says why. */
  readonly detail: ScopeDetail | undefined;
  /** Whether it is polled; paused while the cluster does not answer or the store cannot be written. */
  readonly polling: 'on' | 'paused' | null;
  /** Its scopes where single namespaces are mirrored in place of all, by name, refused ones included; else empty. */
  readonly namespaces: readonly NamespaceDetail[];
}

/** A planned type whose turn has not come: the definitions of custom types are listed before all else. */
const toCome: ScopeDetail = {
  mode: 'listing',
  health: 'degraded',
  reason: 'waiting',
  healthSinceMs: null,
  asOfMs: null,
  complete: false,
  lastError: null,
  nextAttemptAtMs: null,
  pollIntervalMs: null,
  listDurationMs: null,
  lagMs: null,
  counts: noCounts,
  audit: null,
};

/** A type that is followed only while it is asked for, before anybody has. */
const unasked: ScopeDetail = { ...toCome, mode: 'stopped', reason: 'unused' };

/** Whether the cluster has ever told its types, and what went wrong last. */
export interface DiscoveryView {
  readonly isKnown: boolean;
  readonly lastError: string | null;
}

/** What is known of the cluster's types: before the first discovery nothing can be answered. */
export function readDiscovery(reader: MirrorReader): DiscoveryView {
  const row = reader.sqlite
    .prepare('select exists (select 1 from resource_type) as known, (select last_error from mirror) as last_error')
    .get() as { readonly known: number; readonly last_error: string | null };
  return { isKnown: row.known === 1, lastError: row.last_error };
}

interface MirrorRow {
  readonly server: string;
  readonly server_version: string | null;
  readonly cluster_uid: string | null;
  readonly principal: string | null;
  readonly health: string;
  readonly reason: string;
  readonly health_since: number;
  readonly last_error: string | null;
  readonly confirmed_at: number | null;
  readonly timeline: number;
  readonly clock_skew_ms: number | null;
}

/**
 * Reads the status of a mirror; types in discovery order, each in its stored version only.
 * @param live what the daemon tells, which is newer than what it has stored
 */
export function readMirrorStatus(reader: MirrorReader, live?: LiveMirror): MirrorStatus {
  const mirror = reader.sqlite
    .prepare(
      `select server, server_version, cluster_uid, principal, health, reason, health_since, last_error, confirmed_at,
         timeline, clock_skew_ms from mirror`,
    )
    .get() as MirrorRow;
  const all = readTypes(reader).filter(({ version, storedVersion }) => version === storedVersion);
  const names = new Map(all.map((type) => [type.rowTypeId, resourceName(type)] as const));
  for (const type of all) if (type.retrieval !== 'alias') names.set(type.rowTypeId, resourceName(type));
  const details = readScopeDetails(reader, names, live);
  const stored = {
    health: mirror.health as Health,
    reason: mirror.reason as HealthReason,
    lastError: mirror.last_error,
  };
  const own = live ?? stored;
  const types = typeStatuses(reader, all, { details, isAway: own.health === 'unhealthy' });
  return {
    server: mirror.server,
    serverVersion: mirror.server_version,
    clusterUid: mirror.cluster_uid,
    principal: mirror.principal,
    ...derivedHealth({ ...own, healthSinceMs: mirror.health_since || null }, types),
    confirmedAtMs: mirror.confirmed_at,
    clockSkewMs: mirror.clock_skew_ms,
    timeline: mirror.timeline,
    live,
    types,
  };
}

interface OwnHealth {
  readonly health: Health;
  readonly reason: HealthReason;
  readonly lastError: string | null;
  readonly healthSinceMs: number | null;
}

type DerivedHealth = Pick<MirrorStatus, 'health' | 'reason' | 'healthSinceMs' | 'lastError' | 'scopeCounts'>;

/** The cluster's health with the words of what it comes from: its own, or its worst scope's. */
function derivedHealth(own: OwnHealth, types: readonly TypeStatus[]): DerivedHealth {
  const scopes = types.flatMap(({ detail, namespaces }): readonly ScopeDetail[] =>
    namespaces.length > 0 ? namespaces : detail === undefined ? [] : [detail],
  );
  const { health, reason, isOwn, scopes: scopeCounts } = clusterHealth(own, scopes);
  const from = isOwn ? own : (scopes.find((scope) => scope.reason === reason) ?? own);
  return { health, reason, scopeCounts, healthSinceMs: from.healthSinceMs, lastError: from.lastError };
}

interface StatusContext {
  readonly details: ReadonlyMap<number, readonly NamespaceDetail[]>;
  /** The cluster as a whole does not answer, or the store cannot be written. */
  readonly isAway: boolean;
}

function typeStatuses(
  reader: MirrorReader,
  types: readonly MirrorType[],
  { details, isAway }: StatusContext,
): readonly TypeStatus[] {
  const countOf = countShown(reader.sqlite);
  return types
    .filter(({ verbs }) => verbs.includes('list'))
    .map((type): TypeStatus => {
      const scopes = type.retrieval === 'alias' ? [] : scopesInPlace(details.get(type.rowTypeId) ?? []);
      const isToCome = scopes.length === 0 && (type.retrieval === 'watch' || type.retrieval === 'poll');
      const isUnasked = scopes.length === 0 && type.retrieval === 'used';
      const detail = isUnasked ? unasked : isToCome ? toCome : togetherDetail(scopes);
      return {
        type: resourceName(type),
        objectCount: countOf.get(type.rowTypeId) ?? 0,
        retrievalReason: type.retrievalReason,
        detail,
        polling: detail?.mode !== 'polling' ? null : isAway || detail.health === 'unhealthy' ? 'paused' : 'on',
        namespaces: scopes.filter(({ namespace }) => namespace !== ''),
      };
    });
}
