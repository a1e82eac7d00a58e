import type { HealthReason } from '../../core/scope-status.ts';
import type { MirrorStatus, TypeStatus } from '../../query/mirror-status.ts';
import type { ScopeDetail } from '../../query/scope-detail.ts';

/** A daemon confirms what it keeps each minute; one that has not for this long (ms) is not believed any more. */
const believedMs = 150_000;

/**
 * What a mirror is worth while nobody keeps it: a daemon that was killed left its last words in the store, where every
 * watch is healthy for ever.
 */
export function whenStopped(mirror: MirrorStatus): MirrorStatus {
  // What went wrong last is of no matter now, unless that is why it was stopped, or why there is nothing at all.
  const isTelling = mirror.reason === 'stopped' || mirror.confirmedAtMs === null;
  const lastError = isTelling ? mirror.lastError : null;
  return { ...unkept(mirror, 'stopped'), lastError };
}

/** What a mirror is worth whose daemon runs and does not answer: no more than it has confirmed lately. */
export function whenSilent(mirror: MirrorStatus, nowMs: number): MirrorStatus {
  const isRecent = mirror.confirmedAtMs !== null && nowMs - mirror.confirmedAtMs < believedMs;
  return isRecent || mirror.health === 'unhealthy' ? mirror : unkept(mirror, 'silent');
}

function unkept(mirror: MirrorStatus, reason: HealthReason): MirrorStatus {
  const types = mirror.types.map((type): TypeStatus => ({
    ...type,
    detail: type.detail && unkeptScope(type.detail, reason),
    polling: type.polling === null ? null : 'paused',
    namespaces: type.namespaces.map((scope) => unkeptScope(scope, reason)),
  }));
  return { ...mirror, health: 'unhealthy', reason, types };
}

/** What is refused or gone stays so without a daemon; nobody asks again. */
function unkeptScope<S extends ScopeDetail>(scope: S, reason: HealthReason): S {
  const kept = { ...scope, nextAttemptAtMs: null };
  if (scope.reason === 'forbidden' || scope.reason === 'absent') return kept;
  return { ...kept, mode: 'stopped', health: 'unhealthy', reason };
}
