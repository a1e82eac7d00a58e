import { describe, expect, test } from 'vitest';
import { pollIntervalMs, spreadPollMs } from '../../src/daemon/poll-interval.ts';

describe('the rest of a polled scope', () => {
  test.each([
    ['half a minute after a quick list', 20, 30_000],
    ['half a minute before the first list has been timed', 0, 30_000],
    ['twenty times a slow list', 5_000, 100_000],
    ['ten minutes at most', 120_000, 600_000],
  ])('is %s', (_what, listDurationMs, expected) => {
    expect(pollIntervalMs(listDurationMs, { crowdCount: 0, isByChoice: false })).toBe(expected);
  });

  test('is five minutes at least where the type could be watched but changes too often', () => {
    expect(pollIntervalMs(20, { crowdCount: 0, isByChoice: true })).toBe(300_000);
    expect(pollIntervalMs(20_000, { crowdCount: 0, isByChoice: true })).toBe(400_000);
  });

  test('grows with the number of those that are polled for want of streams', () => {
    expect(pollIntervalMs(20, { crowdCount: 200, isByChoice: false })).toBe(200_000);
  });

  test('is spread by a fifth to either side', () => {
    expect(spreadPollMs(30_000, 0)).toBe(24_000);
    expect(spreadPollMs(30_000, 0.5)).toBe(30_000);
    expect(spreadPollMs(30_000, 0.999_999)).toBe(36_000);
  });
});
