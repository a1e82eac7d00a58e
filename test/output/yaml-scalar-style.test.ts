import { describe, expect, test } from 'vitest';
import { isSimpleKey, scalarStyle } from '../../src/output/yaml-scalar-style.ts';

describe('scalarStyle', () => {
  test.each([
    ['web-1', 'plain', 'plain'],
    ['/a/b', 'plain', 'plain'],
    ['a b', 'plain', 'plain'],
    ['a #b', 'single', 'single'],
    ['yes', 'double', 'double'],
    ['...x', 'single', 'single'],
    ['a\nb', 'literal', 'double'],
    ['a\nb ', 'double', 'double'],
    ['a \nb', 'double', 'double'],
    ['a\n b', 'literal', 'double'],
    ['a\tb', 'double', 'double'],
    ['a\u2028b', 'single', 'double'],
    ['a\u2028 b', 'double', 'double'],
    ['\u200b', 'plain', 'plain'],
    ['a\ufeff', 'double', 'double'],
  ])('%j is %s as a value and %s as a key', (text, value, key) => {
    expect([scalarStyle(text, false), scalarStyle(text, true)]).toEqual([value, key]);
  });
});

test('isSimpleKey counts bytes and refuses line breaks', () => {
  const keys = ['k'.repeat(128), 'é'.repeat(64), 'k'.repeat(129), 'é'.repeat(65), 'a\nb', 'a\u2028b', ''];
  expect(keys.map(isSimpleKey)).toEqual([true, true, false, false, false, false, true]);
});
