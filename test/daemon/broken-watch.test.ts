import { describe, expect, test } from 'vitest';
import { breaksWatch, isPolling, isWatchHopeless, withBrokenWatch } from '../../src/daemon/broken-watch.ts';
import type { ReflectorEnvironment, ReflectorInput, ReflectorState } from '../../src/daemon/reflector-state.ts';
import { statusOf } from '../../src/daemon/reflector-moves.ts';
import { transition } from '../../src/daemon/reflector-transition.ts';
import { failure, failureClasses, type FailureClass } from '../../src/kube/failure.ts';
import { ordinary, sampleStates, syncedMemory } from '../support/transition-table.ts';

const { connecting, resting, watching } = sampleStates;

const fails = (failureClass: FailureClass, livedMs = 100): ReflectorInput => ({
  kind: 'watch-failed',
  failure: failure(failureClass, 'cut'),
  livedMs,
  eventCount: 0,
});

/** What becomes of a watch that breaks so often, each time 30 s after the last. */
function afterBreaks(count: number, input: ReflectorInput, env: Partial<ReflectorEnvironment> = {}): ReflectorState {
  let state: ReflectorState = connecting;
  for (let index = 0; index < count; index += 1) {
    const now = { ...ordinary, ...env, nowMs: ordinary.nowMs + index * 30_000 };
    state = transition({ ...state, kind: 'connecting', resumePoint: '100' }, input, now).state;
  }
  return state;
}

describe('a watch that keeps breaking', () => {
  test.each<[string, ReflectorInput]>([
    ['by a reset', fails('transport')],
    ['by errors of the server', fails('server')],
    ['by answers that are no events', fails('malformed')],
    ['with an end at once', { kind: 'watch-ended', livedMs: 20, eventCount: 0 }],
    ['with an end after some seconds', { kind: 'watch-ended', livedMs: 5_000, eventCount: 3 }],
    ['by a resume point that no server knows', fails('expired')],
  ])('%s is polled instead at the fifth time over two minutes', (_what, input) => {
    expect(isPolling(afterBreaks(4, input))).toBe(false);
    const state = afterBreaks(5, input);
    expect(state).toMatchObject({ kind: 'pending', plan: { reason: 'poll' }, watchable: false });
    expect(statusOf(state)).toMatchObject({ mode: 'polling', health: 'degraded', reason: 'watch-failing' });
    expect(statusOf(state).lastError).toBeTruthy();
  });

  test('many times within two minutes is not given up', () => {
    const hasty = { ...connecting, brokenWatch: { count: 50, sinceMs: ordinary.nowMs - 119_000, message: 'cut' } };
    expect(isPolling(transition(hasty, fails('transport'), ordinary).state)).toBe(false);
  });

  test('while the cluster does not answer is no fault of the watch', () => {
    expect(isPolling(afterBreaks(20, fails('transport'), { answersSinceMs: null }))).toBe(false);
  });

  test('before and after an outage of the cluster is counted anew', () => {
    const before = { count: 50, sinceMs: ordinary.nowMs - 500_000, message: 'cut' };
    const broken = { ...connecting, brokenWatch: before };
    const env = { ...ordinary, answersSinceMs: ordinary.nowMs - 400_000 };
    const { state } = transition(broken, fails('transport'), env);
    expect(isPolling(state)).toBe(false);
    expect(state.brokenWatch).toMatchObject({ count: 1, sinceMs: ordinary.nowMs });
    expect(isPolling(transition(broken, fails('transport'), { ...env, answersSinceMs: before.sinceMs }).state)).toBe(
      true,
    );
  });

  test('for reasons that its list would meet as well is not polled', () => {
    const kept = failureClasses.filter((name) => !breaksWatch(name));
    expect(kept).toEqual(
      expect.arrayContaining(['unreachable', 'unauthorized', 'unavailable', 'throttled', 'forbidden', 'storage']),
    );
    for (const name of kept) {
      const state = transition(connecting, fails(name), ordinary).state;
      expect(state.brokenWatch, name).toBeNull();
    }
  });

  test('is counted anew after one that lived ten seconds, however that ended', () => {
    const broken = withBrokenWatch(watching, 'cut', ordinary);
    expect(transition(broken, fails('transport', 10_000), ordinary).state.brokenWatch).toBeNull();
    const end = { kind: 'watch-ended', livedMs: 10_000, eventCount: 0 } as const;
    expect(transition(broken, end, ordinary).state.brokenWatch).toBeNull();
    expect(transition(broken, fails('transport', 9_999), ordinary).state.brokenWatch).toMatchObject({ count: 2 });
  });
});

describe('a type that is polled because its watch breaks', () => {
  const brokenWatch = { count: 5, sinceMs: ordinary.nowMs - 600_000, message: 'the watch ended at once' };
  const polled = { ...resting, brokenWatch, watchAgainAtMs: ordinary.nowMs };

  test('is watched again when that is due, and polled again with the first failure', () => {
    const listing = { ...polled, kind: 'listing', plan: sampleStates.pending.plan } as const;
    const listed = { kind: 'listed', resourceVersion: '200' } as const;
    const early = transition({ ...listing, watchAgainAtMs: ordinary.nowMs + 1 }, listed, ordinary);
    expect(early.state.kind).toBe('resting');
    const tried = transition(listing, listed, ordinary);
    expect(tried.state.kind).toBe('connecting');
    const back = transition(tried.state, fails('transport'), ordinary).state;
    expect(back).toMatchObject({ kind: 'pending', plan: { reason: 'poll' } });
    expect(back.watchAgainAtMs).toBeGreaterThan(ordinary.nowMs);
  });

  test('is watched for good once a watch is proven and lives', () => {
    const live = transition(
      { ...polled, kind: 'watching', live: false, resumePoint: '200' },
      { kind: 'watch-confirmed' },
      ordinary,
    );
    expect(statusOf(live.state)).toMatchObject({ mode: 'watching', health: 'healthy' });
    const ended = transition(live.state, { kind: 'watch-ended', livedMs: 300_000, eventCount: 0 }, ordinary).state;
    expect(ended).toMatchObject({ watchable: true, brokenWatch: null });
  });
});

describe('a poll', () => {
  test('that is paused waits without a request and without a word', () => {
    const step = transition(resting, { kind: 'delay-elapsed' }, { ...ordinary, pollPaused: true });
    expect(step.state).toBe(resting);
    expect(step.effects).toEqual([{ kind: 'delay', ms: 5_000 }]);
  });

  test('that failed is paused in the same way, and a list for another reason is not', () => {
    const failed = { ...sampleStates['backing-off'], retry: 'list' } as const;
    const poll = { ...failed, plan: { ...failed.plan, reason: 'poll' } } as const;
    const paused = { ...ordinary, pollPaused: true };
    expect(transition(poll, { kind: 'delay-elapsed' }, paused).state).toBe(poll);
    expect(transition(failed, { kind: 'delay-elapsed' }, paused).state.kind).toBe('pending');
  });

  test('shows the mode polling while it waits for its slot, lists, and after it failed', () => {
    const plan = { ...sampleStates.pending.plan, reason: 'poll' } as const;
    const memory = { ...syncedMemory, resumePoint: null, watchable: false };
    expect(statusOf({ ...memory, kind: 'pending', plan })).toMatchObject({ mode: 'polling', health: 'healthy' });
    expect(statusOf({ ...memory, kind: 'listing', plan })).toMatchObject({ mode: 'polling', health: 'healthy' });
    const failed = transition(
      { ...memory, kind: 'listing', plan },
      { kind: 'list-failed', failure: failure('server', 'no'), pageCount: 0 },
      ordinary,
    );
    expect(failed.effects).toContainEqual(
      expect.objectContaining({
        kind: 'status',
        status: { mode: 'polling', health: 'unhealthy', reason: 'server-error', lastError: 'no' },
      }),
    );
  });

  test('is no reason to stop watching a scope that has no complete list', () => {
    const broken = { count: 9, sinceMs: 0, message: 'cut' };
    expect(isWatchHopeless({ ...syncedMemory, brokenWatch: broken }, ordinary)).toBe(true);
    expect(isWatchHopeless({ ...syncedMemory, complete: false, brokenWatch: broken }, ordinary)).toBe(false);
  });
});
