import type { LiveMirror, LiveScope, LiveUse } from '../core/live-status.ts';
import type { NaviError } from '../errors/navi-error.ts';
import type { TrafficCounts } from '../kube/transport.ts';
import type { ChangeBatcher } from './change-batcher.ts';
import type { OwnHealth } from './check-judge.ts';
import type { ListSlots } from './list-slots.ts';
import type { MirrorMeters } from './mirror-meters.ts';
import type { Reflector } from './reflector.ts';

/** What a mirror's daemon knows at this moment is gathered from these. */
export interface LiveMirrorParts {
  readonly mirrorId: string;
  readonly context: string;
  /** What the last heartbeat came to. */
  readonly own: OwnHealth;
  readonly storeProblem: NaviError | undefined;
  readonly traffic: Readonly<TrafficCounts>;
  readonly batcher: ChangeBatcher;
  readonly slots: ListSlots;
  readonly meters: MirrorMeters;
  readonly reflectors: readonly Reflector[];
  readonly use: LiveUse | undefined;
}

/** A mirror as it is at this moment, also where the store cannot take it. */
export function liveMirror(parts: LiveMirrorParts): LiveMirror {
  const { storeProblem, traffic, batcher, slots, meters, reflectors } = parts;
  const { eventCount, bytes } = batcher.queued;
  return {
    mirrorId: parts.mirrorId,
    context: parts.context,
    ...(storeProblem === undefined
      ? parts.own
      : { health: 'unhealthy', reason: 'storage', lastError: storeProblem.message }),
    requestCount: traffic.requests,
    usageRequestCount: traffic.measurements,
    receivedBytes: traffic.bytesReceived,
    queuedEventCount: eventCount,
    queuedBytes: bytes,
    waitingListCount: slots.waitingCount,
    lagP50Ms: meters.lags.quantileMs(0.5),
    lagP99Ms: meters.lags.quantileMs(0.99),
    use: parts.use,
    scopes: reflectors.map((reflector) => liveScope(reflector)),
  };
}

function liveScope({ scope, listedCount, toldStatus, nextAttemptAtMs, pollIntervalMs, meter }: Reflector): LiveScope {
  return {
    ...toldStatus,
    type: scope.name,
    namespace: scope.namespace,
    nextAttemptAtMs,
    pollIntervalMs,
    listedCount,
    listDurationMs: meter.listDurationMs,
    lagMs: meter.lagMs,
    counts: meter.total,
  };
}
