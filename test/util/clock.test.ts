import { describe, expect, test } from 'vitest';
import { backoffDelayMs, patientBackoff, scopeBackoff } from '../../src/util/backoff.ts';
import { delay } from '../../src/util/clock.ts';
import { fakeClock } from '../support/fake-clock.ts';

describe('a delay', () => {
  test('resolves true after its time', async () => {
    const clock = fakeClock();
    const result = delay(clock, 100);
    clock.advance(99);
    expect(clock.waiting).toEqual([1]);
    clock.advance(1);
    expect(await result).toBe(true);
    expect(clock.waiting).toEqual([]);
  });

  test('resolves false as soon as its signal aborts, leaving no timer', async () => {
    const clock = fakeClock();
    const abort = new AbortController();
    const result = delay(clock, 100, abort.signal);
    abort.abort();
    expect(await result).toBe(false);
    expect(clock.waiting).toEqual([]);
    expect(await delay(clock, 100, abort.signal)).toBe(false);
    expect(clock.waiting).toEqual([]);
  });
});

describe('a backoff', () => {
  test('doubles up to its cap, times one to two', () => {
    const attempts = [0, 1, 2, 5, 6, 1_000];
    expect(attempts.map((attempt) => backoffDelayMs(scopeBackoff, attempt, 0))).toEqual([
      800, 1_600, 3_200, 25_600, 30_000, 30_000,
    ]);
    expect(backoffDelayMs(scopeBackoff, 0, 0.999)).toBeLessThan(1_600);
    expect(backoffDelayMs(patientBackoff, 1_000, 0)).toBe(300_000);
  });
});
