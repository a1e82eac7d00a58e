import { expect, test } from 'vitest';
import { compareYamlKeys } from '../../src/output/yaml-key-order.ts';

test.each([
  ['a', 'b'],
  ['Z', 'a'],
  ['a', 'ab'],
  ['', 'a'],
  ['app', 'app-x'],
  ['app-x', 'app.x'],
  ['a.b', 'ab'],
  ['a2', 'a10'],
  ['a02', 'a3'],
  ['a1', 'a01'],
  ['a.', 'a0'],
  ['1a', 'a'],
  ['x100', 'x101'],
  ['x099', 'x0100'],
  ['a10', 'a19'],
  ['a9', 'aé'],
  ['é', '日'],
  ['a-', 'a1'],
  ['😀', '😁'],
])('%j comes before %j', (first, second) => {
  expect([compareYamlKeys(first, second) < 0, compareYamlKeys(second, first) > 0]).toEqual([true, true]);
});

test('a key equals itself', () => {
  expect(compareYamlKeys('a10b', 'a10b')).toBe(0);
});
