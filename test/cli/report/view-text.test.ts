import { expect, test } from 'vitest';
import { counted, numberText } from '../../../src/core/counted.ts';
import { agoText, minuteText, sizeText } from '../../../src/cli/report/view-text.ts';

test('times are told to the minute, with how long ago they were or how far ahead they are', () => {
  const now = '2026-03-01T12:00:00.000Z';
  expect(minuteText('2026-03-01T11:59:30.500Z')).toBe('2026-03-01 11:59');
  expect(agoText('2026-03-01T09:00:00.000Z', now)).toBe('2026-03-01 09:00 (3h ago)');
  expect(agoText('2026-03-04T12:00:00.000Z', now)).toBe('2026-03-04 12:00 (in 3d)');
  expect([minuteText(null), agoText(null, now)]).toEqual(['-', '-']);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [1_234_567, '1,234,567'],
])('the number %d is told as %s', (number, text) => {
  expect(numberText(number)).toBe(text);
});

test('counts are told with their word', () => {
  expect([counted(1, 'change'), counted(2_000, 'change'), counted(0, 'kind of it', 'kinds of it')]).toEqual([
    '1 change',
    '2,000 changes',
    '0 kinds of it',
  ]);
});

test('amounts of memory are told in GiB, small ones in MiB', () => {
  expect([sizeText(2 ** 30), sizeText(1.55 * 2 ** 30), sizeText(300 * 2 ** 20)]).toEqual([
    '1 GiB',
    '1.6 GiB',
    '300 MiB',
  ]);
});
