import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SortData, pdqSort } from '../../src/core/pdq-sort.ts';

interface Recorded extends SortData {
  readonly positions: readonly number[];
  readonly counts: { compared: number; swapped: number };
}

/** The positions of keys, to be sorted by them. */
function recorded(
  keys: readonly number[],
  less = (first: number, second: number): boolean => first < second,
): Recorded {
  const positions = keys.map((_, index) => index);
  const counts = { compared: 0, swapped: 0 };
  return {
    positions,
    counts,
    length: keys.length,
    less: (first, second) => {
      counts.compared += 1;
      return less(keys[positions[first]!]!, keys[positions[second]!]!);
    },
    swap: (first, second) => {
      counts.swapped += 1;
      [positions[first], positions[second]] = [positions[second]!, positions[first]!];
    },
  };
}

function sorted(keys: readonly number[]): readonly number[] {
  const data = recorded(keys);
  pdqSort(data);
  return data.positions;
}

describe('pdqSort', () => {
  test.each([
    { count: 13, modulus: 3, order: '006 003 000 009 012 001 004 007 010 002 005 008 011' },
    { count: 20, modulus: 2, order: '010 018 002 016 004 000 006 014 008 012 005 011 009 013 007 015 003 017 001 019' },
    {
      count: 60,
      modulus: 5,
      order:
        '015 055 050 045 040 005 035 000 030 025 010 020 031 046 056 001 016 051 041 036 011 021 006 026 017 012 047 027 002 052 042 007 032 037 057 022 008 033 038 053 018 048 058 043 028 003 013 023 009 049 044 024 004 039 054 019 014 034 029 059',
    },
  ])('$count keys of $modulus values come in the order of kubectl 1.36', ({ count, modulus, order }) => {
    const keys = Array.from({ length: count }, (_, index) => index % modulus);
    expect(sorted(keys)).toEqual(order.split(' ').map(Number));
  });

  test('keeps equal keys in order up to twelve', () => {
    expect(sorted([2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1])).toEqual([1, 3, 5, 7, 9, 11, 0, 2, 4, 6, 8, 10]);
  });

  test('sorts any keys, every position once', () => {
    const keys = fc.array(fc.nat(40), { maxLength: 400 });
    fc.assert(
      fc.property(keys, (given) => {
        const positions = sorted(given);
        expect(positions.map((index) => given[index])).toEqual(given.toSorted((first, second) => first - second));
        expect(new Set(positions).size).toBe(given.length);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test.each([
    ['ascending', (index: number) => index],
    ['descending', (index: number) => -index],
    ['all equal', () => 0],
    ['like organ pipes', (index: number) => Math.min(index, 5000 - index)],
    ['interleaved', (index: number) => (index * 2654435761) % 5003],
  ])('compares %s keys in n log n', (_name, keyAt) => {
    const data = recorded(Array.from({ length: 5000 }, (_, index) => keyAt(index)));
    pdqSort(data);
    expect(data.counts.compared).toBeLessThan(5000 * 20);
  });

  test('falls back to a heap sort when an adversary spoils every pivot', () => {
    const keys = antiquicksort(3000);
    const data = recorded(keys);
    pdqSort(data);
    expect(data.positions.map((index) => keys[index])).toEqual(keys.toSorted((first, second) => first - second));
    expect(data.counts.compared).toBeLessThan(3000 * 60);
  });

  test('ends on a comparison that is no order', () => {
    const data = recorded(
      Array.from({ length: 300 }, (_, index) => index),
      () => true,
    );
    pdqSort(data);
    expect(new Set(data.positions).size).toBe(300);
  });

  test('a comparison that throws goes through', () => {
    const failing = {
      length: 2,
      swap: () => {},
      less: (): boolean => {
        throw new Error('no order');
      },
    };
    expect(() => pdqSort(failing)).toThrow('no order');
  });

  test('one element, or none, is not compared', () => {
    for (const length of [0, 1]) {
      const data = recorded(Array.from({ length }, () => 1));
      pdqSort(data);
      expect(data.counts.compared).toBe(0);
    }
  });
});

/** Keys that a sort decides itself as late as it can, so that its pivots are the worst. */
function antiquicksort(count: number): readonly number[] {
  const undecided = count;
  const values = Array.from({ length: count }, () => undecided);
  const positions = Array.from({ length: count }, (_, index) => index);
  let solid = 0;
  let candidate = 0;
  pdqSort({
    length: count,
    less: (first, second) => {
      const [a, b] = [positions[first]!, positions[second]!];
      if (values[a] === undecided && values[b] === undecided) {
        values[a === candidate ? a : b] = solid;
        solid += 1;
      }
      candidate = values[a] === undecided ? a : values[b] === undecided ? b : candidate;
      return values[a]! < values[b]!;
    },
    swap: (first, second) => {
      [positions[first], positions[second]] = [positions[second]!, positions[first]!];
    },
  });
  return values;
}
