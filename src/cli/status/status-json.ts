import type { TypeStatus } from '../../query/mirror-status.ts';
import type { StatusReport } from './read-statuses.ts';
import { withoutPassword } from '../../kubeconfig/url-password.ts';

const timeText = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** The stable JSON of `navi status`; times RFC 3339, ages in milliseconds. */
export function statusJson({ holder, contexts, atMs }: StatusReport) {
  return {
    daemon: holder === undefined ? null : { pid: holder.pid, startedAt: timeText(holder.startedAtMs) },
    clusters: contexts.map(({ context, mirror }) => ({
      context: context.name,
      server: withoutPassword(context.cluster.server),
      mirrored: mirror !== undefined,
      ...(mirror === undefined
        ? {}
        : {
            serverVersion: mirror.serverVersion,
            clusterUid: mirror.clusterUid,
            health: mirror.health,
            reason: mirror.reason,
            lastError: mirror.lastError,
            confirmedAt: timeText(mirror.confirmedAtMs),
            timeline: mirror.timeline,
            types: mirror.types.map((type) => typeJson(type, atMs)),
          }),
    })),
  };
}

function typeJson(type: TypeStatus, nowMs: number) {
  return {
    type: type.type,
    mirrored: type.mode !== undefined,
    namespaces: type.namespaces ?? null,
    retrievalReason: type.retrievalReason,
    objectCount: type.objectCount,
    mode: type.mode ?? null,
    health: type.health ?? null,
    reason: type.reason ?? null,
    healthSince: timeText(type.healthSinceMs ?? null),
    complete: type.complete,
    asOf: timeText(type.asOfMs),
    ageMs: type.asOfMs === null ? null : nowMs - type.asOfMs,
    lastError: type.lastError,
    nextAttemptAt: timeText(type.nextAttemptAtMs),
    counters: type.counters,
  };
}
