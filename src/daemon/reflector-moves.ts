import type { HealthReason, ScopeStatus } from '../core/scope-status.ts';
import { isPolling } from './broken-watch.ts';
import {
  memoryOf,
  type ListPlan,
  type ReflectorEffect,
  type ReflectorEnvironment,
  type ReflectorState,
  type ReflectorStep,
  type RelistReason,
} from './reflector-state.ts';

/** Reasons that leave the stored rows in doubt, or of another shape: only a full list will do. */
const fullListReasons: ReadonlySet<RelistReason> = new Set([
  'first-list',
  'schema-changed',
  'timeline-reset',
  'malformed-events',
  'suspected-drift',
  'requested',
  'poll',
]);

/** Waits for a list slot, with the plan that fits the reason. The resume point goes. */
export function listFor(state: ReflectorState, reason: RelistReason, env: ReflectorEnvironment): ReflectorStep {
  const metadata =
    state.complete && env.answersSinceMs !== null && env.metadataFirstPays && !fullListReasons.has(reason);
  const plan: ListPlan = {
    reason,
    style: metadata ? 'metadata' : 'full',
    pageSize: 500,
    // A stream cannot be compared by metadata first: what it tells of changes meanwhile no watch repeats.
    streamTries: env.streaming === 'preferred' && !metadata ? 2 : 0,
    missing: new Set<string>(),
    doubtCount: 0,
  };
  const pending: ReflectorState = { ...memoryOf(state), kind: 'pending', resumePoint: null, plan };
  const forget: readonly ReflectorEffect[] = state.resumePoint === null ? [] : [{ kind: 'forget-resume-point' }];
  return withStatus(pending, [...forget, { kind: 'request-slot' }]);
}

/** A step that also tells the status of its state. */
export function withStatus(
  state: ReflectorState,
  effects: readonly ReflectorEffect[],
  nextAttemptInMs: number | null = null,
): ReflectorStep {
  return { state, effects: [{ kind: 'status', status: statusOf(state), nextAttemptInMs }, ...effects] };
}

/** Mode and health of a state that has no failure to tell of. */
export function statusOf(state: ReflectorState): ScopeStatus {
  switch (state.kind) {
    case 'pending':
    case 'listing':
      if (isPolling(state)) return pollStatus(state);
      return status('listing', 'degraded', state.complete ? listingReason(state) : 'waiting');
    case 'confirming':
      return status('listing', 'degraded', 'confirming-deletions');
    case 'connecting':
      return status('watching', 'degraded', 'connecting');
    case 'watching':
      return state.live ? status('watching', 'healthy', 'none') : status('watching', 'degraded', 'connecting');
    case 'backing-off':
      if (isPolling(state)) return pollStatus(state);
      return status(state.retry === 'watch' ? 'watching' : 'listing', 'degraded', 'connecting');
    case 'resting':
      return pollStatus(state);
    case 'held':
      return status('listing', 'degraded', 'connecting');
    case 'denied':
      return status('stopped', 'unhealthy', 'forbidden');
    case 'absent':
      return status('stopped', 'unhealthy', 'absent');
    case 'stopped':
      return status('stopped', 'unhealthy', 'stopped');
  }
}

/** A type that is polled because nothing else is possible is as well as it can be. */
function pollStatus({ brokenWatch, watchable, failureCount }: ReflectorState): ScopeStatus {
  if (failureCount > 0) return status('polling', 'degraded', 'connecting');
  if (brokenWatch === null || watchable) return status('polling', 'healthy', 'none');
  return { ...status('polling', 'degraded', 'watch-failing'), lastError: brokenWatch.message };
}

function listingReason({ plan }: { readonly plan: ListPlan }): HealthReason {
  if (plan.reason === 'permission-probe') return 'forbidden';
  return plan.reason === 'confirming-deletions' ? 'confirming-deletions' : 'expired';
}

function status(mode: ScopeStatus['mode'], health: ScopeStatus['health'], reason: HealthReason): ScopeStatus {
  return { mode, health: reason === 'none' ? 'healthy' : health, reason, lastError: null };
}
