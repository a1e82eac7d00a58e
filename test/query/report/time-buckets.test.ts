import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketOf, timeBuckets } from '../../../src/query/report/time-buckets.ts';

const at = (text: string): number => Date.parse(text);

describe('timeBuckets', () => {
  test('cuts a day into half hours, at whole ones', () => {
    const parts = timeBuckets(at('2026-01-01T10:17:00Z'), at('2026-01-02T10:17:00Z'));
    expect(parts).toEqual({ startMs: at('2026-01-01T10:00:00Z'), widthMs: 1_800_000, count: 49 });
  });

  test.each([
    [0, 60_000],
    [3_600_000, 60_000],
    [7 * 86_400_000, 6 * 3_600_000],
    [30 * 86_400_000, 12 * 3_600_000],
    [365 * 86_400_000, 6 * 86_400_000],
  ])('cuts %d ms into parts of %d ms', (rangeMs, widthMs) => {
    expect(timeBuckets(at('2026-06-01T00:00:30Z'), at('2026-06-01T00:00:30Z') + rangeMs).widthMs).toBe(widthMs);
  });

  test('has a part for every instant of any range, and not many of them', () => {
    const instant = fc.integer({ min: 0, max: at('2100-01-01T00:00:00Z') });
    fc.assert(
      fc.property(instant, instant, instant, (one, other, third) => {
        const [since, between, until] = [one, other, third].sort((a, b) => a - b) as [number, number, number];
        const parts = timeBuckets(since, until);
        expect(parts.count).toBeLessThanOrEqual(72);
        for (const each of [since, between, until]) {
          const begin = parts.startMs + bucketOf(parts, each) * parts.widthMs;
          expect(each).toBeGreaterThanOrEqual(begin);
          expect(each).toBeLessThan(begin + parts.widthMs);
        }
      }),
    );
  });
});

test('bucketOf takes the nearest part for an instant outside', () => {
  const parts = timeBuckets(0, 600_000);
  expect(bucketOf(parts, -1)).toBe(0);
  expect(bucketOf(parts, 86_400_000)).toBe(parts.count - 1);
});
