import type { StatusReport } from '../../src/cli/status/read-statuses.ts';
import { noCounts } from '../../src/core/scope-counts.ts';
import type { Health, HealthReason, RetrievalMode } from '../../src/core/scope-status.ts';
import type { ContextSummary } from '../../src/kubeconfig/context-summary.ts';
import type { MirrorStatus, TypeStatus } from '../../src/query/mirror-status.ts';
import type { ScopeDetail } from '../../src/query/scope-detail.ts';

/** When the sample reports are read (epoch ms). */
export const reportAtMs = Date.UTC(2026, 0, 1);

/** A context called `prod`. */
export const prodContext: ContextSummary = {
  name: 'prod',
  namespace: 'default',
  server: 'https://prod.example',
  userName: 'u',
  mirrorId: '0123456789abcdef',
  insecureSkipTlsVerify: false,
};

/** A scope that is well, with what is given. */
export function sampleDetail(given: Partial<ScopeDetail> = {}): ScopeDetail {
  return {
    mode: 'watching',
    health: 'healthy',
    reason: 'none',
    healthSinceMs: reportAtMs - 60_000,
    asOfMs: reportAtMs - 20_000,
    complete: true,
    lastError: null,
    nextAttemptAtMs: null,
    pollIntervalMs: null,
    listDurationMs: 12,
    lagMs: null,
    counts: noCounts,
    audit: null,
    ...given,
  };
}

/** A type with three objects, in the state `MODE HEALTH REASON`. */
export function sampleType(
  type: string,
  state = 'watching healthy none',
  given: Partial<ScopeDetail> = {},
): TypeStatus {
  const [mode, health, reason] = state.split(' ') as [RetrievalMode, Health, HealthReason];
  return {
    type,
    objectCount: 3,
    retrievalReason: '',
    detail: sampleDetail({ mode, health, reason, ...given }),
    polling: mode === 'polling' ? 'on' : null,
    namespaces: [],
  };
}

/** A report of the one context, whose daemon runs as pid 7. */
export function sampleReport(mirror: Partial<MirrorStatus> = {}, report: Partial<StatusReport> = {}): StatusReport {
  const status: MirrorStatus = {
    server: 'https://prod.example',
    serverVersion: 'v1.36.3',
    clusterUid: 'u',
    principal: null,
    clockSkewMs: 0,
    health: 'healthy',
    reason: 'none',
    healthSinceMs: reportAtMs - 3_600_000,
    lastError: null,
    scopeCounts: { healthy: 1, degraded: 0, unhealthy: 0, forbidden: 0 },
    confirmedAtMs: reportAtMs - 20_000,
    timeline: 1,
    live: undefined,
    types: [sampleType('pods')],
    ...mirror,
  };
  return {
    holder: { pid: 7, startedAtMs: reportAtMs - 3_600_000 },
    isAnswered: true,
    contexts: [{ context: prodContext, mirror: status, asked: undefined, keptLogs: undefined }],
    faults: [],
    atMs: reportAtMs,
    ...report,
  };
}
