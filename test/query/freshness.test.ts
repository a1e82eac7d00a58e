import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { healthReasons, type Health, type RetrievalMode, type ScopePhase } from '../../src/core/scope-status.ts';
import { judgeFreshness } from '../../src/query/freshness.ts';
import type { MirrorType, ScopeView } from '../../src/query/mirror-type.ts';

const nowMs = 10_000_000;
const noticeAfterMs = 120_000;

const modes: readonly RetrievalMode[] = ['listing', 'watching', 'polling', 'stopped'];
const healths: readonly Health[] = ['healthy', 'degraded', 'unhealthy'];
const phases: readonly ScopePhase[] = ['pending', 'listing', 'synced', 'polled', 'absent'];

const anyScope: fc.Arbitrary<ScopeView> = fc.record({
  phase: fc.constantFrom(...phases),
  complete: fc.boolean(),
  mode: fc.constantFrom(...modes),
  health: fc.constantFrom(...healths),
  reason: fc.constantFrom(...healthReasons),
  healthSinceMs: fc.integer({ min: 0, max: nowMs }),
  lastError: fc.option(fc.string(), { nil: null }),
  nextAttemptAtMs: fc.option(fc.integer({ min: 0, max: 2 * nowMs }), { nil: null }),
  pollIntervalMs: fc.option(fc.integer({ min: 30_000, max: 600_000 }), { nil: null }),
  ttlMs: fc.option(fc.integer({ min: 120_000, max: 600_000 }), { nil: null }),
  refusal: fc.constant(null),
  asOfMs: fc.option(fc.integer({ min: 0, max: nowMs }), { nil: null }),
});

/** Only its scope is judged. */
const typeWith = (scope: ScopeView): MirrorType => ({ scope }) as unknown as MirrorType;

const judge = (...scopes: readonly ScopeView[]) =>
  judgeFreshness(
    scopes.map((scope) => typeWith(scope)),
    nowMs,
    noticeAfterMs,
  );

describe('a notice', () => {
  test('is due in every state once the data is older than it may be', () => {
    fc.assert(
      fc.property(anyScope, (scope) => {
        const limitMs = scope.ttlMs ?? Math.max(noticeAfterMs, 2 * (scope.pollIntervalMs ?? 0));
        const isOld = scope.asOfMs === null || nowMs - scope.asOfMs > limitMs;
        if (isOld) expect(judge(scope).isDue).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is due for an unhealthy scope however young its data, unless navi was stopped', () => {
    fc.assert(
      fc.property(anyScope, (scope) => {
        const young = { ...scope, health: 'unhealthy', asOfMs: nowMs } as const;
        expect(judge(young).isDue).toBe(scope.reason !== 'stopped');
      }),
    );
  });

  test('is not due for young data of a scope that works or is being listed again', () => {
    fc.assert(
      fc.property(anyScope, fc.constantFrom('healthy', 'degraded'), (scope, health) => {
        expect(judge({ ...scope, health: health as Health, asOfMs: nowMs - noticeAfterMs }).isDue).toBe(false);
      }),
    );
  });

  test('of several scopes is about one for which it is due, and there never is none where one has one', () => {
    fc.assert(
      fc.property(fc.array(anyScope, { minLength: 1, maxLength: 5 }), (scopes) => {
        const { isDue, type } = judge(...scopes);
        expect(isDue).toBe(scopes.some((scope) => judge(scope).isDue));
        if (isDue && type?.scope !== undefined) expect(judge(type.scope).isDue).toBe(true);
      }),
    );
  });
});
