import { compareHealth } from '../core/health-order.ts';
import type { ScopeRow } from './mirror-type.ts';
import type { LiveMirror, LiveScope } from '../core/live-status.ts';
import { addCounts, noCounts, parseRelistReasons, type ScopeCounts } from '../core/scope-counts.ts';
import type { Health, HealthReason, RetrievalMode } from '../core/scope-status.ts';
import type { MirrorReader } from '../store/open-reader.ts';

/** A scope, or all scopes of a type together, as `navi status` shows it. Times are epoch milliseconds. */
export interface ScopeDetail {
  readonly mode: RetrievalMode;
  readonly health: Health;
  readonly reason: HealthReason;
  /** Null where nothing was stored yet. */
  readonly healthSinceMs: number | null;
  /** A time at which the rows were the server's; of a refused scope the time at which that was last heard. */
  readonly asOfMs: number | null;
  readonly complete: boolean;
  readonly lastError: string | null;
  readonly nextAttemptAtMs: number | null;
  /** Null while it is not polled. */
  readonly pollIntervalMs: number | null;
  /** Of the last complete list; null before the first. */
  readonly listDurationMs: number | null;
  /** Of the last commit with an event; null where no daemon tells. */
  readonly lagMs: number | null;
  readonly counts: ScopeCounts;
  /** Null before the first audit. */
  readonly audit: AuditDetail | null;
}

/** What the last audit of a scope came to. */
export interface AuditDetail {
  readonly atMs: number;
  /** Objects compared. */
  readonly objectCount: number;
  /** Differences that it found, and that all audits ever found. */
  readonly foundCount: number;
  readonly differenceCount: number;
}

/** A scope of one namespace, or (empty) of all. */
export interface NamespaceDetail extends ScopeDetail {
  readonly namespace: string;
}

/** Details of all scopes by the id of their type; what a daemon tells takes the place of what it has stored. */
export function readScopeDetails(
  reader: MirrorReader,
  typeNames: ReadonlyMap<number, string>,
  live: LiveMirror | undefined,
): ReadonlyMap<number, readonly NamespaceDetail[]> {
  const rows = selectScopes(reader);
  const told = new Map(live?.scopes.map((scope) => [scopeKey(scope.type, scope.namespace), scope]));
  const details = new Map<number, NamespaceDetail[]>();
  for (const row of rows) {
    const key = scopeKey(typeNames.get(row.type_id) ?? '', row.namespace);
    const detail = live === undefined ? storedDetail(row) : withLive(storedDetail(row), told.get(key));
    details.set(row.type_id, [...(details.get(row.type_id) ?? []), { ...detail, namespace: row.namespace }]);
  }
  return details;
}

const scopeKey = (type: string, namespace: string): string => `${type} ${namespace}`;

/** The scopes that answer for a type: that of all namespaces, or where it is refused or missing those of single ones. */
export function scopesInPlace(scopes: readonly NamespaceDetail[]): readonly NamespaceDetail[] {
  const whole = scopes.filter(({ namespace }) => namespace === '');
  const single = scopes.filter(({ namespace }) => namespace !== '');
  return single.length === 0 || whole.some((scope) => !isRefused(scope)) ? whole : single;
}

/** What is refused, confirmed, gives no answers. */
export function isRefused({ mode, reason }: ScopeDetail): boolean {
  return mode === 'stopped' && reason === 'forbidden';
}

/**
 * Scopes of one type as one: the worst one's mode and health, the oldest data, sums of counts. Refused ones count only
 * where all are refused; undefined where there are none.
 */
export function togetherDetail(scopes: readonly ScopeDetail[]): ScopeDetail | undefined {
  const allowed = scopes.filter((scope) => !isRefused(scope));
  const shown = allowed.length > 0 ? allowed : scopes;
  const worst = shown.toSorted(compareHealth).at(-1);
  if (worst === undefined) return undefined;
  const longest = (values: readonly (number | null)[]): number | null =>
    values.reduce<number | null>((most, value) => (value === null ? most : Math.max(most ?? value, value)), null);
  return {
    ...worst,
    asOfMs: oldest(shown.map(({ asOfMs }) => asOfMs)),
    complete: shown.every(({ complete }) => complete),
    pollIntervalMs: longest(shown.map(({ pollIntervalMs }) => pollIntervalMs)),
    listDurationMs: longest(shown.map(({ listDurationMs }) => listDurationMs)),
    lagMs: longest(shown.map(({ lagMs }) => lagMs)),
    counts: scopes.reduce((sum, { counts }) => addCounts(sum, counts), noCounts),
    audit: togetherAudit(shown),
  };
}

function togetherAudit(scopes: readonly ScopeDetail[]): AuditDetail | null {
  const audits = scopes.flatMap(({ audit }) => (audit === null ? [] : [audit]));
  if (audits.length < scopes.length || audits.length === 0) return null;
  const sum = (of: (audit: AuditDetail) => number): number => audits.reduce((total, audit) => total + of(audit), 0);
  return {
    atMs: Math.min(...audits.map(({ atMs }) => atMs)),
    objectCount: sum(({ objectCount }) => objectCount),
    foundCount: sum(({ foundCount }) => foundCount),
    differenceCount: sum(({ differenceCount }) => differenceCount),
  };
}

/** The earliest; null where one is null. */
function oldest(times: readonly (number | null)[]): number | null {
  return times.reduce((least, time) => (least === null || time === null ? null : Math.min(least, time)));
}

interface DetailRow extends ScopeRow, Omit<ScopeCounts, 'bytesReceived' | 'relistReasons'> {
  readonly type_id: number;
  readonly namespace: string;
  readonly list_duration_ms: number | null;
  readonly relist_reasons: string;
  readonly bytes_received: number;
  readonly audited_at: number | null;
  readonly audit_object_count: number;
  readonly audit_found_count: number;
  readonly audit_difference_count: number;
}

function selectScopes({ sqlite }: MirrorReader): readonly DetailRow[] {
  return sqlite
    .prepare(
      `select type_id, namespace, phase, complete, mode, health, reason, health_since, last_error, next_attempt_at,
         poll_interval_ms, ttl_ms, as_of, refusal, refused_at, list_duration_ms, lists, watches, reconnects, events, bookmarks,
         relists, relist_reasons, bytes_received, audited_at, audit_object_count, audit_found_count,
         audit_difference_count from scope order by namespace`,
    )
    .all() as DetailRow[];
}

function storedDetail(row: DetailRow): ScopeDetail {
  const { lists, watches, reconnects, events, bookmarks, relists } = row;
  return {
    mode: row.mode as RetrievalMode,
    health: row.health as Health,
    reason: row.reason as HealthReason,
    healthSinceMs: row.health_since,
    asOfMs: row.phase === 'denied' ? row.refused_at : row.as_of,
    complete: row.complete === 1,
    lastError: row.last_error,
    nextAttemptAtMs: row.next_attempt_at,
    pollIntervalMs: row.poll_interval_ms,
    listDurationMs: row.list_duration_ms,
    lagMs: null,
    counts: {
      lists,
      watches,
      reconnects,
      events,
      bookmarks,
      relists,
      bytesReceived: row.bytes_received,
      relistReasons: parseRelistReasons(row.relist_reasons),
    },
    audit:
      row.audited_at === null
        ? null
        : {
            atMs: row.audited_at,
            objectCount: row.audit_object_count,
            foundCount: row.audit_found_count,
            differenceCount: row.audit_difference_count,
          },
  };
}

/** A scope that the daemon has not begun with yet still bears what an earlier one left. */
function withLive(stored: ScopeDetail, told: LiveScope | undefined): ScopeDetail {
  if (told !== undefined) {
    const { type: _type, namespace: _namespace, listedCount: _listedCount, ...live } = told;
    return { ...stored, ...live };
  }
  if (stored.reason !== 'stopped') return stored;
  return { ...stored, mode: 'listing', health: 'degraded', reason: 'waiting' };
}
