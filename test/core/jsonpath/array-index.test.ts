import { describe, expect, test } from 'vitest';
import { addToIndex, parseArrayIndex } from '../../../src/core/jsonpath/array-index.ts';

describe('parseArrayIndex', () => {
  test.each([
    ['0', 0],
    ['-0', 0],
    ['007', 7],
    ['-12', -12],
    ['9007199254740993', 9007199254740993n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['9223372036854775808', undefined],
    ['', undefined],
    ['-', undefined],
    ['1.0', undefined],
  ])('reads %j as %s', (text, index) => {
    expect(parseArrayIndex(text)).toBe(index);
  });
});

describe('addToIndex', () => {
  test('keeps every digit and wraps round at 64 bits', () => {
    expect(addToIndex(2, 3)).toBe(5);
    expect(addToIndex(Number.MAX_SAFE_INTEGER, 1)).toBe(2n ** 53n);
    expect(addToIndex(2n ** 53n, -1)).toBe(Number.MAX_SAFE_INTEGER);
    expect(addToIndex(2n ** 63n - 1n, 1)).toBe(-(2n ** 63n));
  });
});
