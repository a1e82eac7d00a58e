import { describe, expect, test } from 'vitest';
import { failureClasses, failure, type FailureClass } from '../../src/kube/failure.ts';
import {
  initialReflectorState,
  type ReflectorEffect,
  type ReflectorEnvironment,
  type ReflectorFailure,
  type ReflectorInput,
  type ReflectorInputKind,
  type ReflectorState,
  type ReflectorStateKind,
  type RelistReason,
} from '../../src/daemon/reflector-state.ts';
import { transition } from '../../src/daemon/reflector-transition.ts';
import { drive, effect, listFailed, type EffectOf } from '../support/driven-reflector.ts';
import {
  firstPlan,
  freshMemory,
  ordinary,
  sampleInputs,
  sampleStates,
  syncedMemory,
  transitionTable,
} from '../support/transition-table.ts';

const stateKinds = Object.keys(transitionTable) as ReflectorStateKind[];
const inputKinds = Object.keys(sampleInputs) as ReflectorInputKind[];

const kinds = (effects: readonly ReflectorEffect[]): readonly string[] => effects.map((one) => one.kind);

const watchFailed = (failed: ReflectorFailure, livedMs = 100): ReflectorInput => ({
  kind: 'watch-failed',
  failure: failed,
  livedMs,
  eventCount: 0,
});

const { watching, listing, connecting } = sampleStates;

describe('the transition table', () => {
  for (const stateKind of stateKinds) {
    test(`says what becomes of ${stateKind}, whatever happens`, () => {
      for (const inputKind of inputKinds) {
        const state = sampleStates[stateKind];
        const step = transition(state, sampleInputs[inputKind], ordinary);
        const expected = transitionTable[stateKind][inputKind];
        const found = [step.state.kind, ...kinds(step.effects)];
        const wanted =
          expected === 'stay' ? [stateKind] : expected === 'release' ? [stateKind, 'release-slot'] : expected;
        expect(found, `${stateKind} + ${inputKind}`).toEqual(wanted);
        if (expected === 'stay' || expected === 'release') expect(step.state).toBe(state);
      }
    });
  }
});

describe('the end of a watch', () => {
  test('by the server timeout reopens it at the same resume point within 250 ms, without a status', () => {
    const reflector = drive(watching, { random: 0.99 });
    const pause = reflector.feed({ kind: 'watch-ended', livedMs: 10_000, eventCount: 0 });
    expect(effect(pause, 'delay').ms).toBeLessThan(250);
    expect(kinds(pause)).toEqual(['delay']);
    const again = effect(reflector.feed({ kind: 'delay-elapsed' }), 'watch');
    expect(again).toEqual({ kind: 'watch', resumePoint: '100' });
  });

  test('that is not followed by another in time is told, and the next one is proven', () => {
    const reflector = drive(watching, { random: 0.99 });
    reflector.feed({ kind: 'watch-ended', livedMs: 10_000, eventCount: 0 });
    expect(effect(reflector.feed({ kind: 'watch-missed' }), 'status').status.health).toBe('degraded');
    expect(reflector.feed({ kind: 'watch-missed' })).toEqual([]);
    expect(kinds(reflector.feed({ kind: 'delay-elapsed' }))).toEqual(['status', 'watch']);
    reflector.feed({ kind: 'watch-opened' });
    expect(effect(reflector.feed({ kind: 'watch-confirmed' }), 'status').status.health).toBe('healthy');
    // Open and proven, but not by the heartbeat that ends an outage: what it has yet to read may be old.
    expect(effect(reflector.feed({ kind: 'watch-missed' }), 'status').status.health).toBe('degraded');
    expect(effect(reflector.feed({ kind: 'watch-confirmed' }), 'status').status.health).toBe('healthy');
  });

  test('within a second without an event makes a list the second time in a row', () => {
    const reflector = drive(connecting);
    const empty: ReflectorInput = { kind: 'watch-ended', livedMs: 20, eventCount: 0 };
    expect(effect(reflector.feed(empty), 'delay').ms).toBeGreaterThanOrEqual(800);
    expect(effect(reflector.feed({ kind: 'delay-elapsed' }), 'watch').resumePoint).toBe('100');
    expect(kinds(reflector.feed(empty))).toEqual(['status', 'forget-resume-point', 'request-slot']);
    expect(reflector.state).toMatchObject({ kind: 'pending', resumePoint: null, plan: { reason: 'short-watches' } });
  });

  test.each<[string, readonly ReflectorInput[]]>([
    ['a bookmark', [{ kind: 'watch-progress', resumePoint: '150' }]],
    [
      'a quiet watch of full length',
      [{ kind: 'watch-ended', livedMs: 300_000, eventCount: 0 }, { kind: 'delay-elapsed' }],
    ],
    [
      'a quiet watch of some seconds',
      [{ kind: 'watch-ended', livedMs: 5_000, eventCount: 0 }, { kind: 'delay-elapsed' }],
    ],
  ])('at once is counted anew after %s', (_what, between) => {
    const reflector = drive(connecting);
    const empty: ReflectorInput = { kind: 'watch-ended', livedMs: 20, eventCount: 0 };
    reflector.feed(empty);
    reflector.feed({ kind: 'delay-elapsed' });
    reflector.feed({ kind: 'watch-opened' });
    for (const input of between) reflector.feed(input);
    reflector.feed(empty);
    expect(reflector.state.kind).toBe('backing-off');
  });

  test('within a second but with events is no empty watch', () => {
    const reflector = drive(connecting);
    for (let round = 0; round < 4; round += 1) {
      reflector.feed({ kind: 'watch-ended', livedMs: 20, eventCount: 1 });
      expect(reflector.state).toMatchObject({ kind: 'backing-off', resumePoint: '100' });
      reflector.feed({ kind: 'delay-elapsed' });
    }
  });

  test('between one and ten seconds takes growing steps of the backoff', () => {
    const reflector = drive(connecting, { random: 0 });
    const waits = [0, 1, 2, 3, 4, 5, 6].map(() => {
      const { ms } = effect(reflector.feed({ kind: 'watch-ended', livedMs: 3_000, eventCount: 7 }), 'delay');
      reflector.feed({ kind: 'delay-elapsed' });
      reflector.feed({ kind: 'watch-opened' });
      reflector.feed({ kind: 'watch-confirmed' });
      return ms;
    });
    expect(waits).toEqual([800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000]);
  });

  test('that brought 500 events is followed by the next at once, however soon: the server drops slow readers', () => {
    const reflector = drive(watching, { random: 0.99 });
    for (let round = 0; round < 9; round += 1) {
      const step = reflector.feed({ kind: 'watch-ended', livedMs: 1_500, eventCount: 500 });
      expect(effect(step, 'delay').ms).toBeLessThan(250);
      expect(reflector.state).toMatchObject({ failureCount: 0, brokenWatch: null });
      reflector.feed({ kind: 'delay-elapsed' });
      reflector.feed({ kind: 'watch-opened' });
    }
    expect(
      effect(reflector.feed({ kind: 'watch-ended', livedMs: 1_500, eventCount: 499 }), 'delay').ms,
    ).toBeGreaterThan(800);
  });

  test('of a polled type that was tried again keeps its resume point', () => {
    const reflector = drive({ ...watching, watchable: false });
    reflector.feed({ kind: 'watch-ended', livedMs: 300_000, eventCount: 0 });
    expect(effect(reflector.feed({ kind: 'delay-elapsed' }), 'watch').resumePoint).toBe('100');
  });
});

describe('a failed watch', () => {
  test.each<[FailureClass, RelistReason]>([
    ['expired', 'expired'],
    ['version-refused', 'resource-version-refused'],
  ])('%s is followed by a list at once', (failureClass, reason) => {
    const reflector = drive(watching);
    const effects = reflector.feed(watchFailed(failure(failureClass, 'too old')));
    expect(kinds(effects)).toEqual(['status', 'forget-resume-point', 'request-slot']);
    expect(reflector.state).toMatchObject({ kind: 'pending', resumePoint: null, plan: { reason, pageSize: 500 } });
  });

  test('that asks for a list after each list waits longer and longer from the third on', () => {
    const reflector = drive(connecting, { random: 0 });
    const waits = [1, 2, 3, 4, 5].map(() => {
      const delay = reflector.feed(watchFailed(failure('expired', 'too old'))).find((one) => one.kind === 'delay');
      if (delay !== undefined) reflector.feed({ kind: 'delay-elapsed' });
      reflector.feed({ kind: 'slot-granted' });
      reflector.feed({ kind: 'listed', resourceVersion: '200' });
      return delay === undefined ? 0 : (delay as EffectOf<'delay'>).ms;
    });
    expect(waits).toEqual([0, 0, 1_600, 3_200, 6_400]);
  });

  test('after a proven watch may ask for a list at once again', () => {
    const reflector = drive(connecting);
    for (let round = 0; round < 5; round += 1) {
      expect(kinds(reflector.feed(watchFailed(failure('expired', 'too old'))))).toContain('request-slot');
      reflector.feed({ kind: 'slot-granted' });
      reflector.feed({ kind: 'listed', resourceVersion: '200' });
      reflector.feed({ kind: 'watch-opened' });
      reflector.feed({ kind: 'watch-confirmed' });
    }
  });

  test.each<FailureClass>([
    'transport',
    'server',
    'not-ready',
    'throttled',
    'unavailable',
    'storage',
    'not-acceptable',
    'too-long',
  ])('%s is tried again from the same resume point', (failureClass) => {
    const reflector = drive(watching);
    const effects = reflector.feed(watchFailed(failure(failureClass, 'no')));
    expect(effect(effects, 'delay').ms).toBeGreaterThanOrEqual(800);
    expect(kinds(effects)).not.toContain('forget-resume-point');
    expect(effect(reflector.feed({ kind: 'delay-elapsed' }), 'watch').resumePoint).toBe('100');
  });

  test.each<FailureClass>(['unreachable', 'not-api'])('%s waits for the cluster, not for a time', (failureClass) => {
    const reflector = drive(watching);
    const effects = reflector.feed(watchFailed(failure(failureClass, 'refused')));
    expect(kinds(effects)).toEqual(['status', 'await-cluster']);
    expect(effect(effects, 'status').nextAttemptInMs).toBeNull();
    expect(effect(reflector.feed({ kind: 'delay-elapsed' }), 'watch').resumePoint).toBe('100');
  });

  test('ahead of the server waits as asked and has the timeline looked at', () => {
    const reflector = drive(watching, { random: 0 });
    const effects = reflector.feed(watchFailed({ ...failure('ahead', 'too large'), retryAfterMs: 4_000 }));
    expect(effect(effects, 'delay').ms).toBe(4_000);
    expect(kinds(effects)).toContain('suspect-timeline');
    expect(reflector.state.resumePoint).toBe('100');
  });

  test('waits at least as long as the server asks, at most a quarter longer, never over 375 s', () => {
    const asked = (retryAfterMs: number, random: number): number => {
      const effects = drive(watching, { random }).feed(watchFailed({ ...failure('throttled', 'later'), retryAfterMs }));
      return effect(effects, 'delay').ms;
    };
    expect(asked(7_000, 0)).toBe(7_000);
    expect(asked(7_000, 0.999)).toBeGreaterThan(8_700);
    expect(asked(7_000, 0.999)).toBeLessThan(8_751);
    expect(asked(86_400_000, 0)).toBe(300_000);
    expect(asked(10, 0)).toBe(800);
  });

  test('unauthorized has the one prober ask until the credential is taken again', () => {
    const effects = drive(watching, { random: 0 }).feed(watchFailed(failure('unauthorized', '401')));
    expect(effect(effects, 'await-cluster')).toMatchObject({ ms: 0, why: 'refused' });
    const away = drive(watching, { random: 0 }).feed(watchFailed(failure('unreachable', 'gone')));
    expect(effect(away, 'await-cluster')).toMatchObject({ ms: 0, why: 'away' });
    const asked = drive(listing).feed(listFailed({ ...failure('unreachable', 'proxy'), retryAfterMs: 8_000 }));
    expect(effect(asked, 'await-cluster')).toMatchObject({ ms: 9_000, why: 'away' });
  });

  test('not found asks discovery, keeps the resume point and never purges', () => {
    const reflector = drive(watching);
    for (let round = 0; round < 50; round += 1) {
      const effects = reflector.feed(watchFailed(failure('not-found', '404')));
      expect(kinds(effects)).toEqual(['status', 'delay', 'refresh-discovery']);
      expect(effect(effects, 'delay').ms).toBeLessThanOrEqual(600_000);
      reflector.feed({ kind: 'delay-elapsed' });
      reflector.wait(600_000);
    }
    expect(reflector.state.resumePoint).toBe('100');
  });

  test('malformed is tried again once, then stepped over by a list', () => {
    const reflector = drive(watching);
    reflector.feed(watchFailed(failure('malformed', 'no JSON')));
    expect(reflector.state).toMatchObject({ kind: 'backing-off', resumePoint: '100' });
    reflector.feed({ kind: 'delay-elapsed' });
    reflector.feed(watchFailed(failure('malformed', 'no JSON')));
    expect(reflector.state).toMatchObject({ kind: 'pending', plan: { reason: 'malformed-events', style: 'full' } });
  });

  test('malformed counts anew once the resume point has moved', () => {
    const reflector = drive(watching);
    for (let round = 0; round < 4; round += 1) {
      reflector.feed(watchFailed(failure('malformed', 'no JSON')));
      expect(reflector.state.kind).toBe('backing-off');
      reflector.feed({ kind: 'delay-elapsed' });
      reflector.feed({ kind: 'watch-progress', resumePoint: `${200 + round}` });
    }
  });

  test('by server errors for over a minute is followed by one list, then by none for another minute', () => {
    const reflector = drive(watching);
    const fail = (): ReflectorState => {
      reflector.feed(watchFailed(failure('server', '500')));
      return reflector.state;
    };
    expect(fail().kind).toBe('backing-off');
    reflector.feed({ kind: 'delay-elapsed' });
    reflector.wait(60_001);
    expect(fail()).toMatchObject({ kind: 'pending', plan: { reason: 'server-errors' } });
    reflector.feed({ kind: 'slot-granted' });
    reflector.feed({ kind: 'listed', resourceVersion: '200' });
    expect(fail().kind).toBe('backing-off');
    reflector.feed({ kind: 'delay-elapsed' });
    reflector.wait(30_000);
    expect(fail().kind).toBe('backing-off');
  });

  test('not allowed makes the type a polled one, which tries to watch again after ten minutes', () => {
    const reflector = drive(watching);
    reflector.feed(watchFailed(failure('not-allowed', '405')));
    reflector.feed({ kind: 'slot-granted' });
    const rest = reflector.feed({ kind: 'listed', resourceVersion: '200' });
    expect(effect(rest, 'delay').ms).toBe(ordinary.pollIntervalMs);
    expect(effect(rest, 'status').status).toMatchObject({ mode: 'polling', health: 'healthy' });
    expect(reflector.state).toMatchObject({ kind: 'resting', resumePoint: null });
    reflector.wait(600_000);
    reflector.feed({ kind: 'delay-elapsed' });
    reflector.feed({ kind: 'slot-granted' });
    expect(effect(reflector.feed({ kind: 'listed', resourceVersion: '300' }), 'watch').resumePoint).toBe('300');
  });

  test('never moves the resume point', () => {
    for (const failureClass of failureClasses) {
      const { state } = transition(watching, watchFailed(failure(failureClass, 'x')), ordinary);
      expect([null, '100'], failureClass).toContain(state.resumePoint);
    }
  });

  test('has each class end in a state that goes on by itself', () => {
    for (const failureClass of failureClasses) {
      const { effects } = transition(watching, watchFailed(failure(failureClass, 'x')), ordinary);
      const onward = effects.filter((one) => ['delay', 'await-cluster', 'request-slot'].includes(one.kind));
      expect(onward, failureClass).toHaveLength(1);
    }
  });

  test('takes longer steps each time, but starts anew after a watch that lived ten seconds', () => {
    const reflector = drive(watching, { random: 0 });
    const wait = (livedMs: number): number => {
      const { ms } = effect(reflector.feed(watchFailed(failure('transport', 'reset'), livedMs)), 'delay');
      reflector.feed({ kind: 'delay-elapsed' });
      reflector.feed({ kind: 'watch-opened' });
      reflector.feed({ kind: 'watch-confirmed' });
      return ms;
    };
    expect([wait(2_000), wait(2_000), wait(2_000), wait(50_000), wait(2_000)]).toEqual([800, 1_600, 3_200, 800, 1_600]);
  });
});

describe('a failed list', () => {
  test('gives its slot back first, whatever failed', () => {
    for (const failureClass of failureClasses) {
      const { effects } = transition(listing, listFailed(failure(failureClass, 'x')), ordinary);
      expect(kinds(effects)[0], failureClass).toBe('release-slot');
      expect(kinds(effects).filter((kind) => kind === 'release-slot')).toHaveLength(1);
    }
  });

  test('by an expired continue token asks for larger pages, in the end for all at once, then backs off', () => {
    const reflector = drive(listing);
    const sizes: (number | string)[] = [];
    for (let round = 0; round < 3; round += 1) {
      const effects = reflector.feed(listFailed(failure('expired', '410')));
      sizes.push(kinds(effects).includes('delay') ? 'delay' : 'at once');
      if (kinds(effects).includes('delay')) reflector.feed({ kind: 'delay-elapsed' });
      const { plan } = effect(reflector.feed({ kind: 'slot-granted' }), 'list');
      sizes.push(plan.pageSize);
    }
    expect(sizes).toEqual(['at once', 2000, 'at once', 0, 'delay', 0]);
  });

  test('by an answer that cannot hold all at once asks for pages again, after ever longer waits', () => {
    const reflector = drive({ ...listing, plan: { ...firstPlan, pageSize: 0 } }, { random: 0 });
    const waits: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      waits.push(effect(reflector.feed(listFailed(failure('too-long', 'longer than 511 MiB'))), 'delay').ms);
      reflector.feed({ kind: 'delay-elapsed' });
      expect(effect(reflector.feed({ kind: 'slot-granted' }), 'list').plan.pageSize).toBe(500);
    }
    expect(waits.slice(0, 3)).toEqual([800, 1_600, 3_200]);
    expect(waits.at(-1)).toBe(300_000);
  });

  test('of metadata that the server does not serve is made as a full list at once', () => {
    const plan = { ...firstPlan, style: 'metadata', reason: 'expired' } as const;
    const reflector = drive({ ...listing, plan });
    reflector.feed(listFailed(failure('not-acceptable', '406')));
    expect(reflector.state).toMatchObject({ kind: 'pending', plan: { style: 'full' } });
  });

  test('keeps what is to be confirmed', () => {
    const reflector = drive({ ...listing, plan: { ...firstPlan, missing: new Set(['a']) } });
    reflector.feed(listFailed(failure('transport', 'reset')));
    reflector.feed({ kind: 'delay-elapsed' });
    expect(effect(reflector.feed({ kind: 'slot-granted' }), 'list').plan.missing).toEqual(new Set(['a']));
  });

  test('stays unfinished for ever without a purge, a denial or a resume point, unless it is forbidden', () => {
    for (const failureClass of failureClasses.filter((one) => one !== 'forbidden')) {
      const reflector = drive({ ...listing, complete: true });
      for (let round = 0; round < 20; round += 1) {
        const effects = reflector.feed(listFailed(failure(failureClass, 'x')));
        expect(kinds(effects)).not.toContain('purge');
        expect(kinds(effects)).not.toContain('deny');
        expect(reflector.state.resumePoint).toBeNull();
        reflector.wait(600_000);
        reflector.feed({ kind: 'delay-elapsed' });
        reflector.feed({ kind: 'slot-granted' });
        expect(reflector.state.kind).toBe('listing');
      }
    }
  });
});

describe('a refusal', () => {
  const forbidden = (serverReady: boolean): ReflectorFailure => ({ ...failure('forbidden', '403'), serverReady });
  const complete: ReflectorState = { ...listing, complete: true };

  function refuseList(reflector: ReturnType<typeof drive>, serverReady: boolean): ReflectorStateKind {
    if (reflector.state.kind === 'backing-off') reflector.feed({ kind: 'delay-elapsed' });
    if (reflector.state.kind === 'pending') reflector.feed({ kind: 'slot-granted' });
    reflector.feed(listFailed(forbidden(serverReady)));
    return reflector.state.kind;
  }

  test('of a first list counts when it repeats where the server is ready', () => {
    const reflector = drive(listing);
    expect(refuseList(reflector, true)).toBe('backing-off');
    reflector.feed({ kind: 'delay-elapsed' });
    reflector.feed({ kind: 'slot-granted' });
    const effects = reflector.feed(listFailed(forbidden(true)));
    expect(kinds(effects)).toEqual(['release-slot', 'deny', 'status', 'delay']);
    expect(effect(effects, 'status').status).toMatchObject({ mode: 'stopped', reason: 'forbidden', lastError: '403' });
  });

  test('of a first list counts only the third time where the server never says that it is ready', () => {
    const reflector = drive(listing);
    expect([1, 2, 3].map(() => refuseList(reflector, false))).toEqual(['backing-off', 'backing-off', 'denied']);
  });

  test('of a complete list counts when it repeats after 30 s and the server is ready', () => {
    const reflector = drive(complete);
    const first = reflector.feed(listFailed(forbidden(true)));
    expect(effect(first, 'delay').ms).toBeGreaterThanOrEqual(30_000);
    expect(kinds(first)).not.toContain('deny');
    reflector.wait(29_999);
    expect(refuseList(reflector, true)).toBe('backing-off');
    reflector.wait(1);
    expect(refuseList(reflector, true)).toBe('denied');
  });

  test('of a complete list by a server that is not ready takes three in two minutes', () => {
    const reflector = drive(complete);
    expect(refuseList(reflector, false)).toBe('backing-off');
    reflector.wait(60_000);
    expect(refuseList(reflector, false)).toBe('backing-off');
    reflector.wait(59_999);
    expect(refuseList(reflector, false)).toBe('backing-off');
    reflector.wait(1);
    expect(refuseList(reflector, false)).toBe('denied');
  });

  test('is forgotten once a list came through', () => {
    const reflector = drive(complete);
    refuseList(reflector, true);
    reflector.feed({ kind: 'delay-elapsed' });
    reflector.feed({ kind: 'slot-granted' });
    reflector.feed({ kind: 'listed', resourceVersion: '200' });
    reflector.wait(60_000);
    reflector.feed({ kind: 'relist-requested', reason: 'suspected-drift' });
    expect(refuseList(reflector, true)).toBe('backing-off');
  });

  test('that is confirmed drops the resume point and is probed after 7.5 to 12.5 minutes', () => {
    for (const random of [0, 0.999]) {
      const reflector = drive(listing, { random });
      refuseList(reflector, true);
      reflector.feed({ kind: 'delay-elapsed' });
      reflector.feed({ kind: 'slot-granted' });
      const effects = reflector.feed(listFailed(forbidden(true)));
      const { ms } = effect(effects, 'delay');
      expect(ms).toBeGreaterThanOrEqual(450_000);
      expect(ms).toBeLessThanOrEqual(750_000);
      expect(reflector.state.resumePoint).toBeNull();
    }
  });

  test('stays in force while it is probed', () => {
    const reflector = drive(sampleStates.denied);
    const probe = reflector.feed({ kind: 'delay-elapsed' });
    expect(effect(probe, 'status').status.reason).toBe('forbidden');
    expect(effect(reflector.feed({ kind: 'slot-granted' }), 'status').status.reason).toBe('forbidden');
  });

  test('of a watch, once confirmed, makes the type a polled one and gives nothing up', () => {
    const reflector = drive(watching);
    const first = reflector.feed(watchFailed(forbidden(true)));
    expect(effect(first, 'delay').ms).toBeGreaterThanOrEqual(30_000);
    expect(reflector.state.resumePoint).toBe('100');
    reflector.wait(30_000);
    reflector.feed({ kind: 'delay-elapsed' });
    const second = reflector.feed(watchFailed(forbidden(true)));
    expect(kinds(second)).not.toContain('deny');
    expect(reflector.state).toMatchObject({ kind: 'pending', watchable: false, plan: { reason: 'poll' } });
  });

  test('of a watch after the permission was revoked is followed by a list that decides anew', () => {
    const reflector = drive(watching);
    reflector.feed(watchFailed(forbidden(true)));
    reflector.wait(30_000);
    reflector.feed({ kind: 'delay-elapsed' });
    reflector.feed(watchFailed(forbidden(true)));
    reflector.feed({ kind: 'slot-granted' });
    expect(refuseList(reflector, true)).toBe('backing-off');
  });

  test('that names system:anonymous never denies', () => {
    const reflector = drive(complete);
    for (let round = 0; round < 10; round += 1) {
      const effects = reflector.feed(listFailed({ ...failure('unauthorized', '403'), serverReady: true }));
      expect(kinds(effects)).not.toContain('deny');
      expect(effect(effects, 'status').status.reason).toBe('auth-needed');
      reflector.wait(60_000);
      reflector.feed({ kind: 'delay-elapsed' });
      reflector.feed({ kind: 'slot-granted' });
    }
  });
});

describe('a start', () => {
  const start = (known: Parameters<typeof initialReflectorState>[0]) =>
    transition(initialReflectorState(known), { kind: 'start' }, { ...ordinary, metadataFirstPays: true });

  test('with a resume point watches and lists nothing', () => {
    const step = start({ resumePoint: '100', complete: true, watchable: true });
    expect(effect(step.effects, 'watch')).toEqual({ kind: 'watch', resumePoint: '100' });
    expect(kinds(step.effects)).not.toContain('request-slot');
  });

  test('without rows makes a full first list', () => {
    const step = start({ resumePoint: null, complete: false, watchable: true });
    expect(step.state).toMatchObject({ kind: 'pending', plan: { reason: 'first-list', style: 'full' } });
  });

  test('after an interrupted list over complete rows compares metadata first', () => {
    const step = start({ resumePoint: null, complete: true, watchable: true });
    expect(step.state).toMatchObject({ kind: 'pending', plan: { reason: 'interrupted-list', style: 'metadata' } });
  });

  test('of a type that cannot be watched lists it, even with an old resume point', () => {
    const step = start({ resumePoint: '100', complete: true, watchable: false });
    expect(step.state).toMatchObject({ kind: 'pending', resumePoint: null, plan: { reason: 'poll', style: 'full' } });
    expect(kinds(step.effects)).toContain('forget-resume-point');
  });
});

describe('a list by metadata', () => {
  const style = (reason: RelistReason, env: Partial<ReflectorEnvironment>): string => {
    const { state } = transition(watching, { kind: 'relist-requested', reason }, { ...ordinary, ...env });
    return state.kind === 'pending' ? state.plan.style : state.kind;
  };

  test('needs a heartbeat, rows of the present shape, and a reason that trusts them', () => {
    expect(style('expired', { metadataFirstPays: true })).toBe('metadata');
    expect(style('expired', { metadataFirstPays: true, answersSinceMs: null })).toBe('full');
    expect(style('expired', { metadataFirstPays: false })).toBe('full');
    for (const reason of [
      'schema-changed',
      'timeline-reset',
      'malformed-events',
      'suspected-drift',
      'poll',
      'requested',
    ] as const) {
      expect(style(reason, { metadataFirstPays: true }), reason).toBe('full');
    }
  });

  test('that finds most objects changed goes on as a full list in the same slot', () => {
    const plan = { ...firstPlan, style: 'metadata', reason: 'expired' } as const;
    const step = transition({ ...listing, plan }, { kind: 'list-mostly-changed' }, ordinary);
    expect(step.effects).toEqual([{ kind: 'list', plan: { ...plan, style: 'full' } }]);
  });
});

describe('the status', () => {
  test('is healthy only in a proven watch, between polls, and while a poll runs that follows no failure', () => {
    const healthy = new Set<string>();
    const steps = stateKinds.flatMap((stateKind) =>
      inputKinds.map((inputKind) => transition(sampleStates[stateKind], sampleInputs[inputKind], ordinary)),
    );
    for (const { state, effects } of steps) {
      if (effects.some((one) => one.kind === 'status' && one.status.health === 'healthy')) healthy.add(state.kind);
    }
    const proven = transition({ ...watching, live: false }, { kind: 'watch-confirmed' }, ordinary);
    expect(effect(proven.effects, 'status').status).toMatchObject({ mode: 'watching', health: 'healthy' });
    expect([...healthy]).toEqual(['pending']);
    const failed = transition({ ...sampleStates.resting, failureCount: 1 }, { kind: 'delay-elapsed' }, ordinary);
    expect(effect(failed.effects, 'status').status).toMatchObject({ health: 'degraded', reason: 'connecting' });
    const polled = transition({ ...listing, watchable: false, watchAgainAtMs: 9e15 }, sampleInputs.listed, ordinary);
    expect(effect(polled.effects, 'status').status).toMatchObject({ mode: 'polling', health: 'healthy' });
  });
});

test('memory of a fresh and a synced scope differ only in their rows', () => {
  expect({ ...syncedMemory, resumePoint: null, complete: false }).toEqual(freshMemory);
});
