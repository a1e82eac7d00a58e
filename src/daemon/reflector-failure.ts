import type { HealthReason } from '../core/scope-status.ts';
import type { Failure, FailureClass } from '../kube/failure.ts';
import { backoffDelayMs, patientBackoff, scopeBackoff } from '../util/backoff.ts';
import { breaksWatch, isWatchHopeless, withBrokenWatch } from './broken-watch.ts';
import { listFor, statusOf, withStatus } from './reflector-moves.ts';
import {
  memoryOf,
  reasonOf,
  type Absence,
  type ListPlan,
  type ReflectorEnvironment,
  type ReflectorFailure,
  type ReflectorState,
  type ReflectorStep,
  type RelistReason,
} from './reflector-state.ts';

/** A refusal of rows that exist must repeat after this before it counts (ms): a starting server refuses everybody. */
const refusalConfirmMs = 30_000;

/** The same where /readyz never says yes: three refusals over this time (ms). */
const blindRefusalConfirmMs = 120_000;

/** A scope whose watch alone fails with server errors for this long is listed once (ms). */
const serverErrorsMs = 60_000;

/** Longest wait that a server may ask for (ms). */
const maxRetryAfterMs = 300_000;

/** Lists at once that watches may ask for before one of them is proven; more wait as after a failure. */
const freeRelists = 2;

/** A watch that lived so long worked: what broke it is a first failure (ms). */
export const workingWatchMs = 10_000;

/** A watch of a polled type is tried again after this (ms). */
const watchAgainAfterMs = 600_000;

/** What a wait is about. */
interface Wait {
  readonly env: ReflectorEnvironment;
  readonly reason: HealthReason;
  readonly message: string;
  readonly plan?: ListPlan | undefined;
  /** At least this long, ms. */
  readonly atLeastMs?: number | undefined;
  readonly patient?: boolean | undefined;
  /** Wait for the cluster instead of for a time, for this reason. */
  readonly forCluster?: Absence | undefined;
}

/** Stands in a state whose next step is a watch. */
export const anyPlan: ListPlan = {
  reason: 'interrupted-list',
  style: 'full',
  pageSize: 500,
  streamTries: 0,
  missing: new Set<string>(),
  doubtCount: 0,
};

/** One step of the backoff, then a list or a watch. */
export function waitThen(state: ReflectorState, retry: 'list' | 'watch', wait: Wait): ReflectorStep {
  const { env } = wait;
  const backoff = backoffDelayMs(wait.patient === true ? patientBackoff : scopeBackoff, state.failureCount, env.random);
  const ms = Math.max(backoff, wait.atLeastMs ?? 0);
  const next: ReflectorState = {
    ...memoryOf(state),
    kind: 'backing-off',
    retry,
    afterCleanEnd: false,
    plan: wait.plan ?? anyPlan,
    failureCount: state.failureCount + 1,
    failingSinceMs: state.failingSinceMs ?? env.nowMs,
  };
  const status = { ...statusOf(next), health: 'unhealthy', reason: wait.reason, lastError: wait.message } as const;
  return {
    state: next,
    effects: [
      { kind: 'status', status, nextAttemptInMs: wait.forCluster === undefined ? ms : null },
      // The first time only the cluster is waited for, and what it asked; one path that stays broken beside a good cluster backs off.
      wait.forCluster === undefined
        ? { kind: 'delay', ms }
        : { kind: 'await-cluster', ms: state.failureCount === 0 ? (wait.atLeastMs ?? 0) : ms, why: wait.forCluster },
    ],
  };
}

/** After a relist pass failed. Rows written so far stay: they are newer truth, and nothing was swept. */
export function afterListFailure(
  state: ReflectorState & { readonly kind: 'listing' },
  input: { readonly failure: ReflectorFailure; readonly pageCount: number },
  env: ReflectorEnvironment,
): ReflectorStep {
  const step = listFailureStep(state, input, env);
  return { state: step.state, effects: [{ kind: 'release-slot' }, ...step.effects] };
}

function listFailureStep(
  state: ReflectorState & { readonly kind: 'listing' },
  input: { readonly failure: ReflectorFailure; readonly pageCount: number },
  env: ReflectorEnvironment,
): ReflectorStep {
  const { failure } = input;
  const { plan } = state;
  if (failure.class === 'expired' && plan.pageSize !== 0) {
    const pending: ReflectorState = { ...memoryOf(state), kind: 'pending', plan: afterExpiredToken(plan, env) };
    return withStatus(pending, [{ kind: 'request-slot' }]);
  }
  if (failure.class === 'not-acceptable' && plan.style === 'metadata') {
    const pending: ReflectorState = { ...memoryOf(state), kind: 'pending', plan: { ...plan, style: 'full' } };
    return withStatus(pending, [{ kind: 'request-slot' }]);
  }
  if (failure.class === 'forbidden') return afterRefusal(state, failure, { env, retry: 'list', plan });
  // One answer cannot hold the list: pages can, should their tokens live long enough this time.
  const isTooLong = failure.class === 'too-long' && plan.pageSize === 0;
  return afterCommonFailure(state, failure, {
    env,
    retry: 'list',
    plan: isTooLong ? { ...plan, pageSize: 500 } : plan,
  });
}

/** A continue token expired in mid-list: larger pages at once, then a stream, in the end everything in one answer. */
function afterExpiredToken(plan: ListPlan, env: ReflectorEnvironment): ListPlan {
  if (plan.pageSize === 500) return { ...plan, pageSize: 2000, streamTries: 0 };
  const wholly = { ...plan, pageSize: 0 } as const;
  return env.streaming === 'never' ? wholly : { ...wholly, style: 'full', streamTries: 2 };
}

/** After a streaming list ended before it was complete: another one, or pages. Nothing was swept. */
export function afterListStream(
  state: ReflectorState & { readonly kind: 'listing' },
  input: { readonly again: boolean; readonly message: string },
  env: ReflectorEnvironment,
): ReflectorStep {
  const plan = { ...state.plan, streamTries: input.again && state.plan.streamTries === 2 ? 1 : 0 } as const;
  if (plan.streamTries === 0) return { state: { ...state, plan }, effects: [{ kind: 'list', plan }] };
  const wait = waitThen(state, 'list', { env, plan, reason: 'disconnected', message: input.message });
  return { state: wait.state, effects: [{ kind: 'release-slot' }, ...wait.effects] };
}

/**
 * A list because the watch cannot go on from its resume point. The first ones run at once; where each watch asks for
 * the next list, they take the steps of the backoff.
 */
export function relistForWatch(
  state: ReflectorState,
  why: { readonly reason: RelistReason; readonly failure: Failure },
  env: ReflectorEnvironment,
): ReflectorStep {
  const relistCount = state.relistCount + 1;
  const step = listFor({ ...state, relistCount }, why.reason, env);
  if (relistCount <= freeRelists || step.state.kind !== 'pending') return step;
  const tired = { ...step.state, failureCount: relistCount - freeRelists };
  const wait = waitThen(tired, 'list', {
    env,
    plan: step.state.plan,
    reason: reasonOf(why.failure),
    message: why.failure.message,
  });
  const forget = step.effects.filter((effect) => effect.kind === 'forget-resume-point');
  return { state: wait.state, effects: [...forget, ...wait.effects] };
}

/** After a watch could not be opened, or ended with an error. */
export function afterWatchFailure(
  watching: ReflectorState,
  input: { readonly failure: ReflectorFailure; readonly livedMs: number; readonly eventCount: number },
  env: ReflectorEnvironment,
): ReflectorStep {
  const { failure } = input;
  const state = afterWatch(watching, input, env);
  if (isWatchHopeless(state, env) && breaksWatch(failure.class)) return pollInstead(state, env);
  switch (failure.class) {
    case 'expired':
      return relistForWatch(state, { reason: 'expired', failure }, env);
    case 'version-refused':
      return relistForWatch(state, { reason: 'resource-version-refused', failure }, env);
    case 'not-allowed':
      return listFor({ ...unwatchable(state, env), brokenWatch: null }, 'poll', env);
    case 'malformed':
      if (state.malformedCount >= 1) {
        return relistForWatch({ ...state, malformedCount: 0 }, { reason: 'malformed-events', failure }, env);
      }
      return afterCommonFailure({ ...state, malformedCount: 1 }, failure, { env, retry: 'watch' });
    case 'ahead': {
      const step = afterCommonFailure(state, failure, { env, retry: 'watch' });
      return { state: step.state, effects: [...step.effects, { kind: 'suspect-timeline' }] };
    }
    case 'server':
      if (isServerErrorOfItsOwn(state, env)) {
        return listFor({ ...state, failingSinceMs: env.nowMs }, 'server-errors', env);
      }
      return afterCommonFailure(state, failure, { env, retry: 'watch' });
    case 'forbidden':
      return afterRefusal(state, failure, { env, retry: 'watch' });
    case 'not-ready':
    case 'throttled':
    case 'unavailable':
    case 'unreachable':
    case 'transport':
    case 'unauthorized':
    case 'not-found':
    case 'not-acceptable':
    case 'not-api':
    case 'storage':
    case 'too-long':
      return afterCommonFailure(state, failure, { env, retry: 'watch' });
  }
}

/** What a watch that failed leaves behind, whatever is done about it. */
function afterWatch(
  state: ReflectorState,
  { failure, livedMs }: { readonly failure: ReflectorFailure; readonly livedMs: number },
  env: ReflectorEnvironment,
): ReflectorState {
  if (livedMs >= workingWatchMs) return { ...state, failureCount: 0, brokenWatch: null };
  return breaksWatch(failure.class) ? withBrokenWatch(state, failure.message, env) : state;
}

/** Lists now and then instead of watching; the watch is tried again later. */
export function pollInstead(state: ReflectorState, env: ReflectorEnvironment): ReflectorStep {
  return listFor({ ...unwatchable(state, env), failureCount: 0, emptyWatchCount: 0 }, 'poll', env);
}

/** True once a scope has failed for long while the rest of the cluster works: an outage is no reason to list everything. */
function isServerErrorOfItsOwn(state: ReflectorState, env: ReflectorEnvironment): boolean {
  if (env.answersSinceMs === null || state.failingSinceMs === null) return false;
  return env.nowMs - Math.max(state.failingSinceMs, env.answersSinceMs) > serverErrorsMs;
}

/** What takes minutes to change, or costs much to try. */
const patientClasses: ReadonlySet<FailureClass> = new Set(['unavailable', 'not-found', 'not-acceptable', 'too-long']);

interface Next {
  readonly env: ReflectorEnvironment;
  readonly retry: 'list' | 'watch';
  readonly plan?: ListPlan | undefined;
}

/** What a failure means whatever was being done: wait as it asks, then do the same again. */
function afterCommonFailure(state: ReflectorState, failure: ReflectorFailure, next: Next): ReflectorStep {
  const asked = Math.min(failure.retryAfterMs ?? 0, maxRetryAfterMs) * (1 + next.env.random / 4);
  const forCluster = absenceOf(failure);
  const step = waitThen(state, next.retry, {
    env: next.env,
    plan: next.plan,
    reason: reasonOf(failure),
    message: failure.message,
    atLeastMs: Math.round(asked),
    patient: patientClasses.has(failure.class),
    forCluster,
  });
  if (failure.class !== 'not-found') return step;
  return { state: step.state, effects: [...step.effects, { kind: 'refresh-discovery' }] };
}

/** Why a failure has the cluster waited for; undefined for one of the scope alone. */
function absenceOf(failure: ReflectorFailure): Absence | undefined {
  if (failure.class === 'unauthorized') return 'refused';
  return failure.class === 'unreachable' || failure.class === 'not-api' ? 'away' : undefined;
}

/**
 * A 403. It counts when it repeats where there is nothing to lose (no complete list yet) and the server is ready; rows that
 * exist are given up only when the refusal repeats 30 s later. A watch that stays forbidden beside an allowed list is
 * polled.
 */
function afterRefusal(state: ReflectorState, failure: ReflectorFailure, next: Next): ReflectorStep {
  const { env } = next;
  const since = state.refusedSinceMs ?? env.nowMs;
  const refused = { ...state, refusalCount: state.refusalCount + 1, refusedSinceMs: since };
  if (!isConfirmed(refused, failure, env.nowMs)) {
    // A server that is not ready refuses everybody, for a moment only.
    const isBelieved = failure.serverReady === true;
    const atLeastMs = state.complete && isBelieved ? refusalConfirmMs : 0;
    return waitThen(refused, next.retry, {
      env,
      plan: next.plan,
      reason: isBelieved ? 'forbidden' : 'connecting',
      message: failure.message,
      atLeastMs,
    });
  }
  if (next.retry === 'watch') {
    const polled = { ...unwatchable(refused, env), refusalCount: 0, refusedSinceMs: null, brokenWatch: null };
    return listFor(polled, 'poll', env);
  }
  const denied: ReflectorState = { ...memoryOf(refused), kind: 'denied', resumePoint: null };
  const ms = Math.round(env.probeIntervalMs * (0.75 + env.random / 2));
  const status = { ...statusOf(denied), lastError: failure.message };
  return {
    state: denied,
    effects: [
      { kind: 'deny', refusal: failure.message },
      { kind: 'status', status, nextAttemptInMs: ms },
      { kind: 'delay', ms },
    ],
  };
}

function isConfirmed(state: ReflectorState, failure: ReflectorFailure, nowMs: number): boolean {
  const lasted = nowMs - (state.refusedSinceMs ?? nowMs);
  const ready = failure.serverReady === true;
  if (!state.complete) return state.refusalCount >= (ready ? 2 : 3);
  return ready
    ? state.refusalCount >= 2 && lasted >= refusalConfirmMs
    : state.refusalCount >= 3 && lasted >= blindRefusalConfirmMs;
}

function unwatchable(state: ReflectorState, env: ReflectorEnvironment): ReflectorState {
  return { ...state, watchable: false, watchAgainAtMs: env.nowMs + watchAgainAfterMs };
}
