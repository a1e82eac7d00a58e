import { describe, expect, test } from 'vitest';
import { humanDuration } from '../../src/core/human-duration.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const yearMs = 365 * dayMs;

describe('humanDuration', () => {
  test.each<readonly [number, string]>([
    [-2 * secondMs, '<invalid>'],
    [-1999, '0s'],
    [0, '0s'],
    [999, '0s'],
    [secondMs, '1s'],
    [2 * minuteMs - 1, '119s'],
    [2 * minuteMs, '2m'],
    [2 * minuteMs + secondMs, '2m1s'],
    [10 * minuteMs - 1, '9m59s'],
    [10 * minuteMs, '10m'],
    [3 * hourMs - 1, '179m'],
    [3 * hourMs, '3h'],
    [3 * hourMs + minuteMs, '3h1m'],
    [8 * hourMs - 1, '7h59m'],
    [8 * hourMs, '8h'],
    [2 * dayMs - 1, '47h'],
    [2 * dayMs, '2d'],
    [2 * dayMs + hourMs, '2d1h'],
    [8 * dayMs - 1, '7d23h'],
    [8 * dayMs, '8d'],
    [2 * yearMs - 1, '729d'],
    [2 * yearMs, '2y'],
    [2 * yearMs + dayMs, '2y1d'],
    [8 * yearMs - 1, '7y364d'],
    [8 * yearMs, '8y'],
    [500 * yearMs, '292y'],
    [100 * yearMs + 364 * dayMs, '100y'],
  ])('cuts %i ms to %s', (ms, text) => {
    expect(humanDuration(ms)).toBe(text);
  });
});
