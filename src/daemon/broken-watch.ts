import type { FailureClass } from '../kube/failure.ts';
import type { BrokenWatch, Memory, ReflectorEnvironment, ReflectorState } from './reflector-state.ts';

/** So many watches in a row that did not work, over at least this time (ms), and navi lists instead. */
const hopelessCount = 5;
const hopelessMs = 120_000;

/**
 * Failures that say something about watching this type and nothing about the cluster: what broke a whole cluster, a
 * credential or an aggregated API breaks its lists as well.
 */
const ownClasses: ReadonlySet<FailureClass> = new Set([
  'expired',
  'version-refused',
  'not-acceptable',
  'malformed',
  'server',
  'transport',
  // Beside a heartbeat that is not behind: one API server of several whose watch cache of the type never gets there.
  'ahead',
]);

/** Whether a watch that failed in this way counts as one that does not work. */
export function breaksWatch(failureClass: FailureClass): boolean {
  return ownClasses.has(failureClass);
}

/** The state with one more watch that ended before it had worked. Those of before an outage of the cluster do not count. */
export function withBrokenWatch<S extends Memory>(state: S, message: string, env: ReflectorEnvironment): S {
  const { brokenWatch: before } = state;
  const counts = before !== null && env.answersSinceMs !== null && before.sinceMs >= env.answersSinceMs;
  const { count = 0, sinceMs = env.nowMs } = counts ? before : {};
  const brokenWatch: BrokenWatch = { count: count + 1, sinceMs, message };
  return { ...state, brokenWatch };
}

/**
 * True once a scope's watches have kept failing beside a cluster that answers, as where something on the way cuts every
 * stream: lists now and then are better than a stream that never holds.
 */
export function isWatchHopeless({ brokenWatch, complete }: Memory, env: ReflectorEnvironment): boolean {
  if (brokenWatch === null || !complete || env.answersSinceMs === null) return false;
  return brokenWatch.count >= hopelessCount && env.nowMs - brokenWatch.sinceMs >= hopelessMs;
}

/** True where a scope waits or lists only because it is polled. */
export function isPolling(state: ReflectorState): boolean {
  if (state.kind === 'resting') return true;
  const isListing = state.kind === 'pending' || state.kind === 'listing' || state.kind === 'backing-off';
  if (!isListing || (state.kind === 'backing-off' && state.retry === 'watch')) return false;
  return state.complete && state.plan.reason === 'poll';
}
