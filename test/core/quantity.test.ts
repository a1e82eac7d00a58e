import { describe, expect, test } from 'vitest';
import { compareQuantities, parseQuantity } from '../../src/core/quantity.ts';

function compare(first: string, second: string): number | undefined {
  const [a, b] = [parseQuantity(first), parseQuantity(second)];
  return a === undefined || b === undefined ? undefined : Math.sign(compareQuantities(a, b));
}

describe('parseQuantity', () => {
  test.each([
    '',
    'abc',
    '1Kib',
    '1.2.3',
    '1e',
    'e',
    'Pi',
    'Ei',
    'e-10',
    '5-',
    '1 ',
    ' 1',
    '1e5i',
    '0x1',
    '1Ki5',
    '１',
    '--1',
  ])('refuses %j', (text) => {
    expect(parseQuantity(text)).toBeUndefined();
  });

  test.each(['-', '+', '.', '-.', 'm', 'Ti', 'E', 'e5', '0', '00', '-0', '0Ei', '.0', '0e99'])(
    'takes %j for zero',
    (text) => {
      expect(compare(text, '0')).toBe(0);
    },
  );
});

describe('compareQuantities', () => {
  test.each([
    ['10', '9', 1],
    ['100m', '0.1', 0],
    ['1k', '1Ki', -1],
    ['1e3', '1k', 0],
    ['1E3', '1000', 0],
    ['1E', '1e18', 0],
    ['1e+3', '1e3', 0],
    ['1e-3', '1m', 0],
    ['1.5Gi', '1610612736', 0],
    ['1Gi', '1G', 1],
    ['0.5n', '1n', 0],
    ['1e-100', '1n', 0],
    ['-0.5n', '-1n', 0],
    ['1.0000000001', '1.000000001', 0],
    ['16Ei', '9223372036854775807', 0],
    ['-16Ei', '-9223372036854775807', 0],
    ['20E', '16Ei', 1],
    ['-1', '0', -1],
    ['-2', '-1', -1],
    ['-1Ki', '-1k', -1],
    ['1e30', '999999999999999999999999999999', 1],
    ['1e2147483647', '9e2147483646', 1],
    ['1e4294967296', '1', 0],
    ['12345678901234567890.5', '12345678901234567890', 1],
  ])('%s against %s is %i', (first, second, expected) => {
    expect(compare(first, second)).toBe(expected);
    expect(compare(second, first)).toBe(expected === 0 ? 0 : -expected);
  });
});
