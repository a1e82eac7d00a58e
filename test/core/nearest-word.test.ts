import { expect, test } from 'vitest';
import { nearestWord } from '../../src/core/nearest-word.ts';

const commands = ['get', 'search', 'status', 'stop', 'sync'];

test.each([
  ['sttaus', 'status'],
  ['statsu', 'status'],
  ['serch', 'search'],
  ['sinc', 'sync'],
  ['stopp', 'stop'],
  ['gte', 'get'],
  ['delete', undefined],
  ['x', undefined],
  ['', undefined],
  ['s'.repeat(100_000), undefined],
])('%.10s means %s', (typed, meant) => {
  expect(nearestWord(typed, commands)).toBe(meant);
});
