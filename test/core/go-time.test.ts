import { describe, expect, test } from 'vitest';
import { goNanoseconds } from '../../src/core/go-nanoseconds.ts';
import { readRfc3339 } from '../../src/core/go-time.ts';

const layout = ' as "2006-01-02T15:04:05Z07:00": cannot parse ';

describe('readRfc3339', () => {
  test.each([
    ['2024-08-30T06:00:00Z', '2024-08-30T06:00:00.000Z'],
    ['2024-08-30T06:00:00.75+02:00', '2024-08-30T04:00:00.750Z'],
    ['2024-02-29T23:59:59,5-01:30', '2024-03-01T01:29:59.500Z'],
    ['0024-08-30T6:00:00Z', '0024-08-30T06:00:00.000Z'],
  ])('reads %s', (text, instant) => {
    const read = readRfc3339(text);
    expect(read.ok && new Date(read.atMs).toISOString()).toBe(instant);
  });

  // As Go 1.26 says it.
  test.each([
    ['', `${layout}"" as "2006"`],
    ['24-08-30', `${layout}"24-08-30" as "2006"`],
    ['2024', `${layout}"" as "-"`],
    ['2024-8-30T06:00:00Z', `${layout}"8-30T06:00:00Z" as "01"`],
    ['2024-08-30', `${layout}"" as "T"`],
    ['2024-08-30T06:00:00', `${layout}"" as "Z07:00"`],
    ['2024-08-30T06:00:00+0200', `${layout}"+0200" as "Z07:00"`],
    ['2024-08-30T06:00:00Zebra', ': extra text: "ebra"'],
    ['2024-13-30T06:00:00Z', ': month out of range'],
    ['2023-02-29T06:00:00Z', ': day out of range'],
    ['2024-08-00T06:00:00Z', ': day out of range'],
    ['2024-08-30T24:00:00Z', ': hour out of range'],
    ['2024-08-30T06:60:00Z', ': minute out of range'],
    ['2024-08-30T06:00:60Z', ': second out of range'],
    ['2024-08-30T06:00:00+25:00', ': time zone offset hour out of range'],
  ])('does not read %j', (text, why) => {
    expect(readRfc3339(text)).toEqual({ ok: false, fault: `parsing time ${JSON.stringify(text)}${why}` });
  });
});

test.each([
  ['0', 0n],
  ['', 0n],
  ['1h30m', 5_400_000_000_000n],
  ['-1.5s', -1_500_000_000n],
  ['+2m0.25s', 120_250_000_000n],
  ['.5ms', 500_000n],
  ['3µs4ns', 3_004n],
])('%s is so many nanoseconds', (text, nanoseconds) => {
  expect(goNanoseconds(text)).toBe(nanoseconds);
});
