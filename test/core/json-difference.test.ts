import { describe, expect, test } from 'vitest';
import { jsonDifferences } from '../../src/core/json-difference.ts';

describe('the differences of two values', () => {
  test('go by the names of members and of items', () => {
    const before = {
      spec: {
        replicas: 2,
        containers: [
          { name: 'a', image: 'a:1' },
          { name: 'b', image: 'b:1' },
        ],
      },
    };
    const after = {
      spec: {
        replicas: 3,
        containers: [
          { name: 'b', image: 'b:2' },
          { name: 'a', image: 'a:1' },
        ],
      },
    };
    expect(jsonDifferences(before, after)).toEqual([
      { path: 'spec.replicas', before: 2, after: 3 },
      { path: 'spec.containers[b].image', before: 'b:1', after: 'b:2' },
    ]);
  });

  test('tell what was added and what was removed as a whole', () => {
    expect(jsonDifferences({ a: { b: 1 } }, { c: [1] })).toEqual([
      { path: 'a', before: { b: 1 }, after: undefined },
      { path: 'c', before: undefined, after: [1] },
    ]);
  });

  test('of lists of values, and of items that share a name, are the lists', () => {
    expect(jsonDifferences({ a: [1, 2] }, { a: [2] })).toEqual([{ path: 'a', before: [1, 2], after: [2] }]);
    const twice = [{ name: 'a' }, { name: 'a' }];
    expect(jsonDifferences(twice, [{ name: 'a' }])).toEqual([{ path: '', before: twice, after: [{ name: 'a' }] }]);
  });

  test('leave out what is not asked for', () => {
    expect(jsonDifferences({ a: { b: 1, c: 1 } }, { a: { b: 2, c: 2 } }, new Set(['a.b']))).toEqual([
      { path: 'a.c', before: 1, after: 2 },
    ]);
    expect(jsonDifferences({ a: 1 }, { a: 1 })).toEqual([]);
  });
});
