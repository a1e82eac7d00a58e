import { expect, test } from 'vitest';
import { readsAsOther } from '../../src/output/yaml-plain-meaning.ts';

const others =
  'y N yes Off true NULL ~ .NaN +.inf -.INF 0 08 017 -1 +1 1_000 1__0 1_ 1.10 1. .5 .5e3 1e3 -1.5E-3 0x1F -0X1f 0b11 0o17 ' +
  '18446744073709551615 -9223372036854775808 0xFFFFFFFFFFFFFFFF 99999999999999999999 1:30 -1:30.5 190:20:30 ' +
  '2024-01-01 2024-1-1 2024-02-29 2024-01-01T00:00:00Z 2024-1-1t1:2:3.5+01:00 2024-01-01T23:59:59,5-24:60';
const strings =
  'yEs nULL oN NaN .Nan Infinity v1 1.2.3 1Gi 100m 0x 0b2 0x1G _1 . .e3 ._1 + - -_ 1e 1e400 .1e400 1,000 1:60 1:3a = << ' +
  '0x1FFFFFFFFFFFFFFFFF 2024-02-30 2023-02-29 2024-13-01 2024-00-01 2024-01-00 2024-01-01T10:00:00 2024-01-01T24:00:00Z ' +
  '2024-01-01T00:60:00Z 2024-01-01T00:00:00+25:00 24-01-01 2024-01-01x';

test.each(['', '2024-01-01 10:00:00', '2024-01-01  1:2:3.25', ...others.split(' ')])('%j is not a string', (text) => {
  expect(readsAsOther(text)).toBe(true);
});

test.each([' ', '2024-01-01 10:00:00Z', '2024-01-01 24:00:00', ...strings.split(' ')])('%j is a string', (text) => {
  expect(readsAsOther(text)).toBe(false);
});
