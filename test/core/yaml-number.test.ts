import { expect, test } from 'vitest';
import { yamlFloat, yamlInteger } from '../../src/core/yaml-number.ts';

test.each([
  ['0x1F', 31n],
  ['010', 8n],
  ['0o17', 15n],
  ['-0b11', -3n],
  ['1_000', 1000n],
  ['18446744073709551615', 18446744073709551615n],
  ['-9223372036854775808', -9223372036854775808n],
  ['18446744073709551616', undefined],
  ['+9223372036854775808', undefined],
  ['08', undefined],
  ['0x', undefined],
])('%s is the integer %s', (text, value) => {
  expect(yamlInteger(text)).toBe(value);
});

test.each([
  ['08', 8],
  ['.5', 0.5],
  ['1.', 1],
  ['-1.5e3', -1500],
  ['1_0.5', 10.5],
  ['-0.0', -0],
  ['._1', undefined],
  ['1e400', undefined],
  ['.inf', undefined],
])('%s is the float %s', (text, value) => {
  expect(yamlFloat(text)).toBe(value);
});
