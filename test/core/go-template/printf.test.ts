import { describe, expect, test } from 'vitest';
import { toBytes } from '../../../src/core/byte-text.ts';
import { formatPrint, formatPrintf, formatPrintln } from '../../../src/core/go-template/printf.ts';
import { type GoValue, goBool, goInt, goString, goValueOf } from '../../../src/core/go-template/value.ts';
import type { Json } from '../../../src/core/json.ts';

function printf(format: string, ...values: readonly Json[]): string {
  return formatPrintf(toBytes(format), values.map(goValueOf));
}

describe('formatPrintf', () => {
  test.each([
    ['%d|%5d|%-5d|%05d|%+d|% d', 7, '7|    7|7    |00007|+7| 7'],
    ['%x|%#X|%b|%o|%#o|%O|%c|%q|%U|%#U', 255, "ff|0XFF|11111111|377|0377|0o377|ÿ|'ÿ'|U+00FF|U+00FF 'ÿ'"],
    ['%.3d|%08.3d|%.0d', 5, '005|     005|5'],
  ])('integers: %s', (format, value, text) => {
    const count = format.split('|').length;
    expect(printf(format, ...Array.from({ length: count }, () => value))).toBe(toBytes(text));
  });

  test.each([
    ['%v', 1234567.5, '1.2345675e+06'],
    ['%g', 0.00001, '1e-05'],
    ['%.0f', 0.5, '0'],
    ['%.0f', 1.5, '2'],
    ['%.0f', 2.5, '2'],
    ['%.1f', 0.25, '0.2'],
    ['%e', 1500.5, '1.500500e+03'],
    ['%.3g', 1234567.5, '1.23e+06'],
    ['%.30f', 0.1, '0.100000000000000005551115123126'],
    ['%+08.2f', 1.5, '+0001.50'],
    ['%.2e', 9.999, '1.00e+01'],
    ['%.0e', 2.5, '2e+00'],
    ['%.16g', 0.9007199254740993, '0.9007199254740993'],
    ['%.5g', 100.001, '100'],
    ['%.2f', 0.125, '0.12'],
    ['%.2f', 0.375, '0.38'],
    ['%.1f', 0.15, '0.1'],
    ['%g', 5e-324, '5e-324'],
    ['%.0f', 1.5e22, '15000000000000000000000'],
  ])('floats: %s of %d is %s', (format, value, text) => {
    expect(printf(format, value)).toBe(text);
  });

  test.each([
    ['%s|%10s|%-10s|%.2s|%08s', 'héllo', 'héllo|     héllo|héllo     |hé|000héllo'],
    ['%q|%+q|%#q|%x|% X', 'é"', '"é\\""|"\\u00e9\\""|`é"`|c3a922|C3 A9 22'],
  ])('strings: %s', (format, value, text) => {
    const count = format.split('|').length;
    expect(printf(format, ...Array.from({ length: count }, () => value))).toBe(toBytes(text));
  });

  test.each([
    ['%d %d', [1], '1 %!d(MISSING)'],
    ['%d', [1, 'a'], '1%!(EXTRA string=a)'],
    ['%d', ['a'], '%!d(string=a)'],
    ['%z', [1], '%!z(int64=1)'],
    ['%d', [null], '%!d(<nil>)'],
    ['%', [1], '%!(NOVERB)%!(EXTRA int64=1)'],
    ['%[2]d %[1]d', [1, 2], '2 1'],
    ['%[3]d', [1], '%!d(BADINDEX)'],
    ['%*d', [5, 7], '    7'],
    ['%*d', ['a', 7], '%!(BADWIDTH)7'],
    ['%.*f', [-1, 1.5], '%!(BADPREC)1.500000'],
    ['100%%', [], '100%'],
  ])('%s complains about what does not fit', (format, values, text) => {
    expect(printf(format, ...values)).toBe(text);
  });

  test('flags and verbs apply to every part of a map or list', () => {
    const value = { b: [1, 'x', null], a: 1.5 };
    expect(printf('%v', value)).toBe('map[a:1.5 b:[1 x <nil>]]');
    expect(printf('%#v', value)).toBe(
      'map[string]interface {}{"a":1.5, "b":[]interface {}{1, "x", interface {}(nil)}}',
    );
    expect(printf('%2d', value)).toBe('map[%!d(string= a):%!d(float64=1.5) %!d(string= b):[ 1 %!d(string= x) <nil>]]');
    expect(printf('%T', value)).toBe('map[string]interface {}');
  });
});

describe('formatPrint', () => {
  const values: readonly (GoValue | undefined)[] = [goInt(1), goInt(2), goString('a'), goBool(true), undefined];

  test('puts a space between two values neither of which is a string', () => {
    expect(formatPrint(values)).toBe('1 2atrue <nil>');
  });

  test('println puts one between all', () => {
    expect(formatPrintln(values)).toBe('1 2 a true <nil>\n');
  });
});
