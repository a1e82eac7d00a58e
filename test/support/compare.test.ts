import { describe, expect, test } from 'vitest';
import { deepDifference, parseExactJson } from './compare.ts';

describe('deepDifference', () => {
  test.each([
    ['equal values in another order of keys', { a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }, undefined],
    ['an absent and an undefined member', { a: undefined }, {}, undefined],
    ['a nested scalar', { spec: { list: [1, 'x'] } }, { spec: { list: [1, 'y'] } }, '$.spec.list[1]: "x" / "y"'],
    ['a key that is no identifier', { 'a/b': 1 }, {}, '$["a/b"]: 1 / absent'],
    ['an array and an object', [1], { 0: 1 }, '$: [1] / {"0":1}'],
    ['a null and an absent member', { a: null }, {}, '$.a: null / absent'],
    ['a number and its text', { a: 1 }, { a: '1' }, '$.a: 1 / "1"'],
    ['the length of arrays', [1, 2], [1], '$[1]: 2 / absent'],
  ])('tells %s', (_what, a, b, expected) => {
    expect(deepDifference(a, b)).toBe(expected);
  });

  test('tells integers apart that a double cannot', () => {
    const a = parseExactJson('{"n":12345678901234567890}');
    expect(deepDifference(a, parseExactJson('{"n":12345678901234567891}'))).toBe(
      '$.n: 12345678901234567890 / 12345678901234567891',
    );
    expect(deepDifference(a, parseExactJson('{"n":12345678901234567890}'))).toBeUndefined();
  });
});
