import { failure } from '../kube/failure.ts';
import { isPolling, isWatchHopeless, withBrokenWatch } from './broken-watch.ts';
import {
  afterListFailure,
  afterListStream,
  afterWatchFailure,
  anyPlan,
  pollInstead,
  relistForWatch,
  waitThen,
  workingWatchMs,
} from './reflector-failure.ts';
import { listFor, withStatus } from './reflector-moves.ts';
import {
  memoryOf,
  type ReflectorEnvironment,
  type ReflectorInput,
  type ReflectorState,
  type ReflectorStep,
} from './reflector-state.ts';

/** A clean end of a watch younger than this without an event says that the resume point is not served (ms). */
const emptyWatchMs = 1_000;

/** A watch that brought so many events has worked, however soon the server ended it, as it does with slow readers. */
const workingEventCount = 500;

/** Wait before a suspicious list is repeated: at first, and at most where each new one is suspicious again (ms). */
const confirmAfterMs = 10_000;
const confirmAtMostMs = 300_000;

/** A poll that is paused looks so often whether it may go on (ms); that asks the cluster nothing. */
const pausedPollMs = 5_000;

/** Longest pause before a watch that ended cleanly is opened again (ms): spreads scopes that end together. */
const reconnectSpreadMs = 250;

/**
 * The reflector: what becomes of a scope in `state` when `input` happens, and what the loop is to do. Pure and total;
 * an input that means nothing in a state leaves it as it is.
 */
export function transition(state: ReflectorState, input: ReflectorInput, env: ReflectorEnvironment): ReflectorStep {
  switch (input.kind) {
    case 'start':
      return state.kind === 'stopped' ? start(state, env) : stay(state);
    case 'slot-granted':
      return slotGranted(state);
    case 'listed':
      return state.kind === 'listing' ? listed(state, input.resourceVersion, env) : stay(state);
    case 'list-suspicious':
      return state.kind === 'listing' ? suspicious(state, input.missing) : stay(state);
    case 'list-mostly-changed':
      return state.kind === 'listing' ? listWhole(state) : stay(state);
    case 'list-stream-ended':
      return state.kind === 'listing' ? afterListStream(state, input, env) : stay(state);
    case 'list-failed':
      return state.kind === 'listing' ? afterListFailure(state, input, env) : stay(state);
    case 'watch-opened':
      return state.kind === 'connecting' ? opened(state) : stay(state);
    case 'watch-progress':
      return progressed(state, input.resumePoint);
    case 'watch-confirmed':
      return state.kind === 'watching' && !state.live ? confirmed(state) : stay(state);
    case 'watch-missed':
      return missed(state);
    case 'watch-ended':
      return isWatch(state) ? ended(state, input, env) : stay(state);
    case 'watch-failed':
      return isWatch(state) ? afterWatchFailure(state, input, env) : stay(state);
    case 'delay-elapsed':
      return delayElapsed(state, env);
    case 'hold':
      return hold(state);
    case 'relist-requested':
      return relist(state, input.reason, env);
    case 'type-gone':
      return gone(state);
    case 'stop':
      return stop(state);
  }
}

const stay = (state: ReflectorState): ReflectorStep => ({ state, effects: [] });

const isWatch = (state: ReflectorState): boolean => state.kind === 'connecting' || state.kind === 'watching';

function start(state: ReflectorState, env: ReflectorEnvironment): ReflectorStep {
  if (state.resumePoint !== null && state.watchable && env.mayWatch) return connect(state, false);
  return listFor(
    state,
    state.complete ? (state.watchable && env.mayWatch ? 'interrupted-list' : 'poll') : 'first-list',
    env,
  );
}

function slotGranted(state: ReflectorState): ReflectorStep {
  if (state.kind !== 'pending') return { state, effects: [{ kind: 'release-slot' }] };
  return withStatus({ ...state, kind: 'listing' }, [{ kind: 'list', plan: state.plan }]);
}

function listed(state: ReflectorState, resourceVersion: string, env: ReflectorEnvironment): ReflectorStep {
  const healthy = {
    ...memoryOf(state),
    complete: true,
    failureCount: 0,
    failingSinceMs: null,
    malformedCount: 0,
    refusalCount: 0,
    refusedSinceMs: null,
  };
  const release = { kind: 'release-slot' } as const;
  const tryWatch = healthy.watchable || env.nowMs >= healthy.watchAgainAtMs;
  if (resourceVersion === '' || !tryWatch || !env.mayWatch) {
    const resting: ReflectorState = { ...healthy, kind: 'resting', resumePoint: null };
    return withStatus(resting, [release, { kind: 'delay', ms: env.pollIntervalMs }], env.pollIntervalMs);
  }
  const step = connect({ ...healthy, kind: 'connecting', resumePoint: resourceVersion }, false);
  return { state: step.state, effects: [release, ...step.effects] };
}

function suspicious(state: ReflectorState & { kind: 'listing' }, missing: ReadonlySet<string>): ReflectorStep {
  // Lists that contradict each other: a server that answers so is not asked without end. Those that lack more and more, as of
  // events that expire by the thousand, come to an end, and the sooner the next is made the fewer others it lacks.
  const last = state.plan;
  const isNoneBack = [...last.missing].every((row) => missing.has(row));
  const doubtCount = isNoneBack ? last.doubtCount : last.doubtCount + 1;
  const reason = 'confirming-deletions';
  const plan = { ...last, reason, style: 'full', streamTries: 0, missing, doubtCount } as const;
  const ms = Math.min(confirmAtMostMs, confirmAfterMs * 2 ** doubtCount);
  const effects = [{ kind: 'release-slot' }, { kind: 'delay', ms }] as const;
  return withStatus({ ...state, kind: 'confirming', plan, failureCount: 0 }, effects, ms);
}

/** More than a fifth of the objects changed: fetching them one by one would cost more than the whole list. */
function listWhole(state: ReflectorState & { kind: 'listing' }): ReflectorStep {
  const plan = { ...state.plan, style: 'full' } as const;
  return { state: { ...state, plan }, effects: [{ kind: 'list', plan }] };
}

function connect(state: ReflectorState, afterCleanEnd: boolean): ReflectorStep {
  const resumePoint = state.resumePoint ?? '';
  const next: ReflectorState = { ...memoryOf(state), kind: 'connecting' };
  const watch = { kind: 'watch', resumePoint } as const;
  return afterCleanEnd ? { state: next, effects: [watch] } : withStatus(next, [watch]);
}

function opened(state: ReflectorState): ReflectorStep {
  return { state: { ...memoryOf(state), kind: 'watching', live: false }, effects: [] };
}

function progressed(state: ReflectorState, resumePoint: string): ReflectorStep {
  if (!isWatch(state)) return stay(state);
  return { state: { ...state, resumePoint, emptyWatchCount: 0, malformedCount: 0 }, effects: [] };
}

function confirmed(state: ReflectorState): ReflectorStep {
  const live: ReflectorState = {
    ...memoryOf(state),
    kind: 'watching',
    live: true,
    watchable: true,
    relistCount: 0,
    failingSinceMs: null,
    refusalCount: 0,
    refusedSinceMs: null,
  };
  return withStatus(live, []);
}

/** No watch has proven the rows in time: the scope is no longer as fresh as it was. */
function missed(state: ReflectorState): ReflectorStep {
  if (state.kind === 'backing-off' && state.afterCleanEnd) return withStatus({ ...state, afterCleanEnd: false }, []);
  if (state.kind === 'watching') return withStatus({ ...state, live: false }, []);
  return state.kind === 'connecting' ? withStatus(state, []) : stay(state);
}

function ended(
  state: ReflectorState,
  end: { readonly livedMs: number; readonly eventCount: number },
  env: ReflectorEnvironment,
): ReflectorStep {
  if (end.livedMs < workingWatchMs && end.eventCount < workingEventCount) return endedEarly(state, end, env);
  // A server timeout, or a reader that was dropped: the stream is opened again at once, and stays as fresh as it was.
  const wasLive = state.kind === 'watching' && state.live;
  const rested: ReflectorState = {
    ...memoryOf(state),
    kind: 'backing-off',
    retry: 'watch',
    plan: anyPlan,
    afterCleanEnd: true,
    failureCount: 0,
    emptyWatchCount: 0,
    brokenWatch: null,
  };
  const effects = [{ kind: 'delay', ms: Math.floor(env.random * reconnectSpreadMs) }] as const;
  return wasLive ? { state: rested, effects } : withStatus(rested, effects);
}

/** No server timeout: it counts as a step of the backoff. */
function endedEarly(
  state: ReflectorState,
  end: { readonly livedMs: number; readonly eventCount: number },
  env: ReflectorEnvironment,
): ReflectorStep {
  const isEmpty = end.eventCount === 0 && end.livedMs < emptyWatchMs;
  const message = isEmpty ? 'the watch ended at once' : 'the watch ended early';
  const emptyWatchCount = isEmpty ? state.emptyWatchCount + 1 : 0;
  const early = withBrokenWatch({ ...state, emptyWatchCount }, message, env);
  if (isWatchHopeless(early, env)) return pollInstead(early, env);
  if (emptyWatchCount >= 2) {
    const why = { reason: 'short-watches', failure: failure('transport', message) } as const;
    return relistForWatch({ ...early, emptyWatchCount: 0 }, why, env);
  }
  return waitThen(early, 'watch', { env, reason: 'disconnected', message });
}

function delayElapsed(state: ReflectorState, env: ReflectorEnvironment): ReflectorStep {
  if (env.pollPaused && isPolling(state) && state.kind !== 'pending' && state.kind !== 'listing')
    return { state, effects: [{ kind: 'delay', ms: pausedPollMs }] };
  switch (state.kind) {
    case 'backing-off':
      if (state.retry === 'watch') return connect(state, state.afterCleanEnd);
      return withStatus({ ...memoryOf(state), kind: 'pending', plan: state.plan }, [{ kind: 'request-slot' }]);
    case 'confirming':
      return withStatus({ ...memoryOf(state), kind: 'pending', plan: state.plan }, [{ kind: 'request-slot' }]);
    case 'resting':
      return listFor(state, 'poll', env);
    case 'denied':
      return listFor(state, 'permission-probe', env);
    case 'pending':
    case 'listing':
    case 'connecting':
    case 'watching':
    case 'held':
    case 'absent':
    case 'stopped':
      return stay(state);
  }
}

function hold(state: ReflectorState): ReflectorStep {
  if (state.kind === 'stopped' || state.kind === 'absent' || state.kind === 'held') return stay(state);
  return withStatus({ ...memoryOf(state), kind: 'held' }, leave(state));
}

function relist(
  state: ReflectorState,
  reason: Parameters<typeof listFor>[1],
  env: ReflectorEnvironment,
): ReflectorStep {
  if (state.kind === 'stopped') return stay(state);
  const step = listFor(state, reason, env);
  return { state: step.state, effects: [...leave(state), ...step.effects] };
}

function gone(state: ReflectorState): ReflectorStep {
  if (state.kind === 'stopped' || state.kind === 'absent') return stay(state);
  const absent: ReflectorState = { ...memoryOf(state), kind: 'absent', resumePoint: null, complete: false };
  return withStatus(absent, [...leave(state), { kind: 'purge' }]);
}

function stop(state: ReflectorState): ReflectorStep {
  if (state.kind === 'stopped') return stay(state);
  return { state: { ...memoryOf(state), kind: 'stopped' }, effects: leave(state) };
}

/** What must end when a state is left from outside. */
function leave(state: ReflectorState): ReflectorStep['effects'] {
  return state.kind === 'listing' ? [{ kind: 'cancel' }, { kind: 'release-slot' }] : [{ kind: 'cancel' }];
}
