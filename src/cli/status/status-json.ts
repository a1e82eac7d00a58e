import { instantText } from '../../core/instant-text.ts';
import type { MirrorStatus, TypeStatus } from '../../query/mirror-status.ts';
import type { AuditDetail, ScopeDetail } from '../../query/scope-detail.ts';
import type { ScopeCounts } from '../../core/scope-counts.ts';
import type { KeptLogCounts } from '../../store/kept-log-reader.ts';
import { typesToTell } from './asked-types.ts';
import type { LiveUse } from '../../core/live-status.ts';
import type { ContextSummary } from '../../kubeconfig/context-summary.ts';
import type { ContextStatus, StatusReport } from './read-statuses.ts';

/** The stable JSON of `navi status`; times RFC 3339, ages in milliseconds. */
export function statusJson({ holder, isAnswered, contexts, atMs }: StatusReport) {
  return {
    daemon:
      holder === undefined
        ? null
        : { pid: holder.pid, startedAt: instantText(holder.startedAtMs), isAnswering: isAnswered },
    clusters: contexts.map((status) => clusterJson(status, atMs)),
  };
}

function clusterJson(status: ContextStatus, atMs: number) {
  const { context, mirror, keptLogs = null } = status;
  return {
    context: context.name,
    server: context.server,
    isServerChecked: isServerChecked(context),
    mirrored: mirror !== undefined,
    ...(mirror === undefined ? {} : mirrorJson({ mirror, keptLogs }, typesToTell(status), atMs)),
  };
}

/** Whether a server has to prove by its certificate that it is the one meant; plain HTTP proves nothing. */
function isServerChecked({
  server,
  insecureSkipTlsVerify,
}: Pick<ContextSummary, 'server' | 'insecureSkipTlsVerify'>): boolean {
  return !insecureSkipTlsVerify && server.startsWith('https:');
}

interface Mirrored {
  readonly mirror: MirrorStatus;
  readonly keptLogs: KeptLogCounts | null;
}

function mirrorJson({ mirror, keptLogs }: Mirrored, types: readonly TypeStatus[], atMs: number) {
  const { healthy, degraded, unhealthy, forbidden } = mirror.scopeCounts;
  return {
    serverVersion: mirror.serverVersion,
    clusterUid: mirror.clusterUid,
    principal: mirror.principal,
    health: mirror.health,
    reason: mirror.reason,
    healthSince: instantText(mirror.healthSinceMs),
    lastError: mirror.lastError,
    scopes: {
      healthyCount: healthy,
      degradedCount: degraded,
      unhealthyCount: unhealthy,
      forbiddenCount: forbidden,
    },
    confirmedAt: instantText(mirror.confirmedAtMs),
    clockSkewMs: mirror.clockSkewMs,
    timeline: mirror.timeline,
    live: liveJson(mirror),
    keptLogs,
    types: types.map((type) => typeJson(type, atMs)),
  };
}

function liveJson({ live }: MirrorStatus) {
  if (live === undefined) return null;
  const { requestCount, usageRequestCount, receivedBytes, queuedEventCount, queuedBytes } = live;
  const { waitingListCount, lagP50Ms, lagP99Ms, use } = live;
  return {
    requestCount,
    usageRequestCount,
    receivedBytes,
    queuedEventCount,
    queuedBytes,
    waitingListCount,
    lagP50Ms,
    lagP99Ms,
    use: use === undefined ? null : useJson(use),
  };
}

function useJson({ hitCount, missCount, evictionCount, prefetchCount }: LiveUse) {
  const count = hitCount + missCount;
  return { hitCount, missCount, hitRate: count === 0 ? null : hitCount / count, evictionCount, prefetchCount };
}

function typeJson({ type, retrievalReason, objectCount, detail, polling, namespaces }: TypeStatus, atMs: number) {
  return {
    type,
    mirrored: detail !== undefined,
    retrievalReason,
    objectCount,
    polling,
    ...(detail === undefined ? unmirrored : detailJson(detail, atMs)),
    namespaces: namespaces.map((scope) => ({ namespace: scope.namespace, ...stateJson(scope, atMs) })),
  };
}

/** What `detailJson` has for a type that is not mirrored. */
const unmirrored = {
  mode: null,
  health: null,
  reason: null,
  healthSince: null,
  complete: false,
  asOf: null,
  ageMs: null,
  lastError: null,
  nextAttemptAt: null,
  pollIntervalMs: null,
  listDurationMs: null,
  lagMs: null,
  counters: null,
  relistReasons: [],
  audit: null,
};

function stateJson(detail: ScopeDetail, atMs: number) {
  return {
    mode: detail.mode,
    health: detail.health,
    reason: detail.reason,
    healthSince: instantText(detail.healthSinceMs),
    complete: detail.complete,
    asOf: instantText(detail.asOfMs),
    ageMs: detail.asOfMs === null ? null : Math.max(0, atMs - detail.asOfMs),
    lastError: detail.lastError,
    nextAttemptAt: instantText(detail.nextAttemptAtMs),
    pollIntervalMs: detail.pollIntervalMs,
  };
}

function detailJson(detail: ScopeDetail, atMs: number) {
  return {
    ...stateJson(detail, atMs),
    listDurationMs: detail.listDurationMs,
    lagMs: detail.lagMs,
    ...countsJson(detail.counts),
    audit: auditJson(detail.audit),
  };
}

function countsJson({ bytesReceived, relistReasons, ...counters }: ScopeCounts) {
  return {
    counters: { ...counters, receivedBytes: bytesReceived },
    relistReasons: Object.entries(relistReasons).map(([reason, relistCount]) => ({ reason, relistCount })),
  };
}

function auditJson(audit: AuditDetail | null) {
  if (audit === null) return null;
  const { atMs, objectCount, foundCount, differenceCount } = audit;
  return { at: instantText(atMs), objectCount, foundCount, differenceCount };
}
