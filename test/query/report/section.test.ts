import { expect, test } from 'vitest';
import { briefText, firstRows, rowMax } from '../../../src/query/report/section.ts';

test('firstRows has the first rows, and how many there are', () => {
  const all = Array.from({ length: rowMax + 7 }, (_none, index) => index);
  expect(firstRows(all)).toEqual({ totalCount: rowMax + 7, rows: all.slice(0, rowMax) });
  expect(firstRows(['a', 'b'], 1)).toEqual({ totalCount: 2, rows: ['a'] });
  expect(firstRows([])).toEqual({ totalCount: 0, rows: [] });
});

test('briefText cuts what is long, and no character in two', () => {
  expect(briefText('x'.repeat(400))).toBe('x'.repeat(400));
  expect(briefText('x'.repeat(1_000_000))).toBe(`${'x'.repeat(399)}…`);
  const cut = briefText('😀'.repeat(500));
  expect(cut).toBe(`${'😀'.repeat(399)}…`);
});
