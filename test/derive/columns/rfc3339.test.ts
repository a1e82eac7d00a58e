import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRfc3339, zeroTimeMs } from '../../../src/derive/columns/rfc3339.ts';

describe('parseRfc3339', () => {
  test('reads what JavaScript writes', () => {
    const date = fc.date({ min: new Date(zeroTimeMs), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (value) => {
        expect(parseRfc3339(value.toISOString())).toBe(value.getTime());
      }),
    );
  });

  test.each<readonly [string, string]>([
    ['2026-01-05T00:00:00Z', '2026-01-05T00:00:00.000Z'],
    ['2026-01-05T00:00:00.123456Z', '2026-01-05T00:00:00.123Z'],
    ['2026-01-05T00:00:00.9Z', '2026-01-05T00:00:00.900Z'],
    ['2026-01-05T00:00:00,25Z', '2026-01-05T00:00:00.250Z'],
    ['2026-01-05T02:30:00+02:30', '2026-01-05T00:00:00.000Z'],
    ['2026-01-04T23:00:00.5-01:00', '2026-01-05T00:00:00.500Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2024-02-29T9:00:00Z', '2024-02-29T09:00:00.000Z'],
  ])('reads %s', (text, utc) => {
    expect(parseRfc3339(text)).toBe(Date.parse(utc));
  });

  test.each([
    '',
    'garbage',
    '2026-01-05',
    '2026-01-05T00:00:00',
    '2026-01-05 00:00:00Z',
    '2026-01-05t00:00:00z',
    '2026-1-05T00:00:00Z',
    '2026-13-05T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-05T24:00:00Z',
    '2026-01-05T00:60:00Z',
    '2026-01-05T00:00:60Z',
    '2026-01-05T00:00:00.Z',
    '2026-01-05T00:00:00+0100',
    '2026-01-05T00:00:00+01:60',
    '2026-01-05T00:00:00*01:00',
    '2026-01-05T00:00:00Z ',
    'x026-01-05T00:00:00Z',
  ])('refuses "%s"', (text) => {
    expect(parseRfc3339(text)).toBeUndefined();
  });
});
