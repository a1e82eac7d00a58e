import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failureClasses, failure } from '../../src/kube/failure.ts';
import {
  initialReflectorState,
  type ReflectorEffect,
  type ReflectorFailure,
  type ReflectorInput,
  type ReflectorInputKind,
  type ReflectorState,
  type ReflectorStateKind,
  type RelistReason,
} from '../../src/daemon/reflector-state.ts';
import { transition } from '../../src/daemon/reflector-transition.ts';
import { ordinary, sampleInputs, sampleStates } from '../support/transition-table.ts';

const stateKinds = Object.keys(sampleStates) as ReflectorStateKind[];
const inputKinds = Object.keys(sampleInputs) as ReflectorInputKind[];
const kinds = (effects: readonly ReflectorEffect[]): readonly string[] => effects.map((one) => one.kind);

/** What the loop around the machine holds: at most one of each. */
interface Loop {
  slots: number;
  requested: boolean;
  running: 'list' | 'watch' | 'await' | undefined;
  delay: boolean;
}

const quiet: ReadonlySet<string> = new Set(['held', 'absent', 'stopped']);

function perform(loop: Loop, effects: readonly ReflectorEffect[]): void {
  for (const one of effects) {
    switch (one.kind) {
      case 'request-slot':
        expect(loop.requested, 'one request at a time').toBe(false);
        loop.requested = true;
        break;
      case 'release-slot':
        loop.slots -= 1;
        expect(loop.slots, 'only granted slots are released').toBeGreaterThanOrEqual(0);
        break;
      case 'list':
        expect(loop.slots, 'a list has its slot').toBe(1);
        expect(loop.running).toBeUndefined();
        loop.running = 'list';
        break;
      case 'watch':
        expect(one.resumePoint, 'a watch has its resume point').not.toBe('');
        expect(one.resumePoint).not.toBe('0');
        expect(loop.running).toBeUndefined();
        loop.running = 'watch';
        break;
      case 'await-cluster':
        expect(loop.running).toBeUndefined();
        loop.running = 'await';
        break;
      case 'delay':
        expect(loop.delay).toBe(false);
        expect(one.ms).toBeGreaterThanOrEqual(0);
        expect(one.ms).toBeLessThanOrEqual(750_000);
        loop.delay = true;
        break;
      case 'cancel':
        loop.running = undefined;
        loop.delay = false;
        loop.requested = false;
        break;
      case 'status':
      case 'forget-resume-point':
      case 'deny':
      case 'purge':
      case 'refresh-discovery':
      case 'suspect-timeline':
        break;
    }
  }
}

/** Inputs that the loop can produce now; those from outside always can. */
function possible(loop: Loop, input: ReflectorInput): boolean {
  switch (input.kind) {
    case 'slot-granted':
      return loop.requested;
    case 'listed':
    case 'list-suspicious':
    case 'list-mostly-changed':
    case 'list-stream-ended':
    case 'list-failed':
      return loop.running === 'list';
    case 'watch-opened':
    case 'watch-progress':
    case 'watch-confirmed':
    case 'watch-ended':
    case 'watch-failed':
      return loop.running === 'watch';
    case 'delay-elapsed':
      return loop.delay || loop.running === 'await';
    case 'start':
    case 'hold':
    case 'relist-requested':
    case 'type-gone':
    case 'watch-missed':
    case 'stop':
      return true;
  }
}

/** Takes from the loop what an input uses up. */
function consume(loop: Loop, input: ReflectorInput): void {
  if (input.kind === 'slot-granted') {
    loop.requested = false;
    loop.slots += 1;
  }
  if (input.kind.startsWith('list') || input.kind === 'watch-ended' || input.kind === 'watch-failed') {
    loop.running = undefined;
  }
  if (input.kind === 'delay-elapsed') {
    if (loop.delay) loop.delay = false;
    else loop.running = undefined;
  }
}

const anyFailure = fc.record({
  class: fc.constantFrom(...failureClasses),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: 4_000_000 }), { nil: undefined }),
  serverReady: fc.option(fc.boolean(), { nil: undefined }),
});

const reasons: readonly RelistReason[] = ['schema-changed', 'timeline-reset', 'suspected-drift', 'first-list'];

const anyInput: fc.Arbitrary<ReflectorInput> = fc
  .record({
    // What goes on by itself is drawn more often than what comes from outside.
    kind: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...inputKinds.slice(1, 13)) },
      { weight: 2, arbitrary: fc.constantFrom(...inputKinds) },
    ),
    failed: anyFailure,
    version: fc.constantFrom('', '7', '200', '1000'),
    livedMs: fc.constantFrom(5, 5_000, 10_000, 300_000),
    eventCount: fc.nat(2),
    reason: fc.constantFrom(...reasons),
  })
  .map(({ kind, failed, version, livedMs, eventCount, reason }): ReflectorInput => {
    const theFailure: ReflectorFailure = { ...failure(failed.class, 'x'), ...failed };
    switch (kind) {
      case 'listed':
        return { kind, resourceVersion: version };
      case 'list-suspicious':
        return { kind, missing: new Set([version]) };
      case 'list-failed':
        return { kind, failure: theFailure, pageCount: eventCount };
      case 'list-stream-ended':
        return { kind, again: eventCount > 0, message: 'x' };
      case 'watch-progress':
        return { kind, resumePoint: version || '9' };
      case 'watch-ended':
        return { kind, livedMs, eventCount };
      case 'watch-failed':
        return { kind, failure: theFailure, livedMs, eventCount };
      case 'relist-requested':
        return { kind, reason };
      case 'start':
      case 'slot-granted':
      case 'list-mostly-changed':
      case 'watch-opened':
      case 'watch-confirmed':
      case 'watch-missed':
      case 'delay-elapsed':
      case 'hold':
      case 'type-gone':
      case 'stop':
        return { kind };
    }
  });

const anyStep = fc.record({
  input: anyInput,
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  passedMs: fc.constantFrom(0, 100, 31_000, 130_000, 700_000),
  answersSinceMs: fc.constantFrom(null, 0, 500_000),
  metadataFirstPays: fc.boolean(),
});

const anyStart = fc.record({
  resumePoint: fc.option(fc.constantFrom('5', '100'), { nil: null }),
  complete: fc.boolean(),
  watchable: fc.boolean(),
});

describe('any sequence of inputs', () => {
  test('holds one slot at most, watches only from a resume point and always has one way on', () => {
    fc.assert(
      fc.property(anyStart, fc.array(anyStep, { minLength: 1, maxLength: 80 }), (known, steps) => {
        let state = initialReflectorState(known);
        const loop: Loop = { slots: 0, requested: false, running: undefined, delay: false };
        let nowMs = 0;
        const started = transition(state, { kind: 'start' }, ordinary);
        state = started.state;
        perform(loop, started.effects);
        for (const { input, passedMs, ...env } of steps) {
          if (!possible(loop, input)) continue;
          nowMs += passedMs;
          consume(loop, input);
          const before = state;
          const step = transition(state, input, { ...ordinary, ...env, nowMs });
          state = step.state;
          perform(loop, step.effects);
          const ways = Number(loop.requested) + Number(loop.running !== undefined) + Number(loop.delay);
          expect(ways, `${before.kind} + ${input.kind} → ${state.kind}`).toBe(quiet.has(state.kind) ? 0 : 1);
          expect(loop.slots, state.kind).toBe(state.kind === 'listing' ? 1 : 0);
          const gained = state.resumePoint !== null && state.resumePoint !== before.resumePoint;
          if (gained) expect(['listed', 'watch-progress']).toContain(input.kind);
          if (['pending', 'listing', 'confirming', 'resting', 'denied', 'absent'].includes(state.kind)) {
            expect(state.resumePoint, state.kind).toBeNull();
          }
          if (before.resumePoint !== null && state.resumePoint === null) {
            const told = kinds(step.effects).some((kind) => ['forget-resume-point', 'purge', 'deny'].includes(kind));
            expect(told, `${before.kind} + ${input.kind} drops the resume point in the store too`).toBe(true);
          }
        }
      }),
      { numRuns: 3_000 },
    );
  });

  test('never throws and never invents a resume point, not even for answers that nobody asked for', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...stateKinds),
        fc.array(anyStep, { minLength: 1, maxLength: 30 }),
        (stateKind, steps) => {
          let state: ReflectorState = sampleStates[stateKind];
          for (const { input, passedMs, ...env } of steps) {
            const step = transition(state, input, { ...ordinary, ...env, nowMs: passedMs });
            for (const one of step.effects) if (one.kind === 'watch') expect(one.resumePoint).not.toBe('');
            state = step.state;
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
