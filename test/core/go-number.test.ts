import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/core/canonical-json.ts';
import { fitsInt64, goFloat, goJsonNumber, goNumber } from '../../src/core/go-number.ts';
import type { RawJson } from '../../src/core/json.ts';

describe('goNumber', () => {
  test.each([
    ['0', '0'],
    ['-1', '-1'],
    ['1000000', '1000000'],
    ['9007199254740993', '9007199254740993'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['9223372036854775808', '9.223372036854776e+18'],
    ['12345678901234567890', '1.2345678901234567e+19'],
    ['100000.5', '100000.5'],
    ['1234567.5', '1.2345675e+06'],
    ['0.0001', '0.0001'],
    ['0.00001', '1e-05'],
    ['1e-7', '1e-07'],
    ['1e21', '1e+21'],
    ['1.5e-300', '1.5e-300'],
    ['0.5', '0.5'],
  ])('prints %s as %s', (token, text) => {
    expect(goNumber(parseJson(token) as number | RawJson)).toBe(text);
  });

  test('takes a raw number with a point for a float', () => {
    expect(goNumber(JSON.rawJSON('1.0'))).toBe('1');
    expect(goNumber(JSON.rawJSON('1234567.0'))).toBe('1.234567e+06');
  });
});

test('goFloat writes whole floats with an exponent from a million on', () => {
  expect([999_999, 1_000_000, -1_000_000, 0].map(goFloat)).toEqual(['999999', '1e+06', '-1e+06', '0']);
});

test('goJsonNumber keeps int64 and writes everything else as the shortest float', () => {
  const tokens = [
    '-0',
    '1.0',
    '1e6',
    '9223372036854775807',
    '9223372036854775808',
    '1e21',
    '1e-7',
    '12345678901234567890',
  ];
  const texts = [
    '0',
    '1',
    '1000000',
    '9223372036854775807',
    '9223372036854776000',
    '1e+21',
    '1e-7',
    '12345678901234567000',
  ];
  expect(tokens.map(goJsonNumber)).toEqual(texts);
});

test('fitsInt64 refuses points, exponents and what is out of range', () => {
  const fitting = ['0', '-9223372036854775808', '9223372036854775807', '0000000000000000000000001'];
  const others = ['1.0', '1e3', '-9223372036854775809', '9223372036854775808', '', '-'];
  expect([fitting.every(fitsInt64), others.some(fitsInt64)]).toEqual([true, false]);
});
