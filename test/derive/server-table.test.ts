import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/core/canonical-json.ts';
import type { Json } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { plainTable, serverCells } from '../../src/derive/server-table.ts';

const createdAtMs = Date.UTC(2026, 0, 1);

function object(creationTimestamp: string | undefined = '2026-01-01T00:00:00Z'): KubeObject {
  return { apiVersion: 'x.org/v1', kind: 'Thing', metadata: { name: 'one', creationTimestamp } };
}

/** The cell that `cell` becomes in a column called Age, unless said, so many milliseconds after the creation. */
function stored(cell: Json, afterMs: number, column: { readonly name?: string; readonly type?: string } = {}) {
  const columns = [{ name: 'Age', type: 'string', format: '', priority: 0, ...column }];
  return serverCells(columns, { cells: [cell], object: object() }, createdAtMs + afterMs)[0];
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const counting = { sinceMs: createdAtMs };

describe('a cell that is the age of its object', () => {
  test.each<[string, number]>([
    ['0s', 0],
    ['5s', 5_900],
    ['2m', 120 * secondMs],
    ['9m59s', 10 * minuteMs - 1],
    ['3h5m', 185 * minuteMs],
    ['47h', 2 * dayMs - 1],
    ['2d1h', 49 * hourMs],
    ['30d', 30 * dayMs + 23 * hourMs],
    ['2y1d', 731 * dayMs],
    ['9y', 3_500 * dayMs],
  ])('counts on from the creation: %s', (text, afterMs) => {
    expect(stored(text, afterMs)).toEqual(counting);
    expect(stored(text, afterMs, { name: 'Since', type: 'date' })).toEqual(counting);
    expect(stored(text, afterMs, { name: 'AGE' })).toEqual(counting);
  });

  test('is known as one though the clocks of server and daemon differ by up to two minutes', () => {
    expect(stored('0s', 119 * secondMs)).toEqual(counting);
    expect(stored('3h', 3 * hourMs - 119 * secondMs)).toEqual(counting);
    expect(stored('4d23h', 5 * dayMs + 119 * secondMs)).toEqual(counting);
  });
});

describe('a cell stays as it came', () => {
  test.each<[string, Json, number]>([
    ['another age', '5m', 10 * minuteMs],
    ['an age of the future', '5m', 2 * minuteMs],
    ['a duration that kubectl would write otherwise', '90m', 90 * minuteMs + dayMs],
    ['a duration that kubectl would not write', '0d', 0],
    ['text', 'old', 0],
    ['an unknown age', '<unknown>', 0],
    ['a number', 5, 5_000],
  ])('where it is %s', (_what, cell, afterMs) => {
    expect(stored(cell, afterMs)).toBe(cell);
  });

  test('in a column of another name and type, and where the object has no time of creation', () => {
    expect(stored('5s', 5_000, { name: 'Uptime' })).toBe('5s');
    const columns = [{ name: 'Age', type: 'string', format: '', priority: 0 }];
    const timeless = { ...object(), metadata: { name: 'one' } };
    expect(serverCells(columns, { cells: ['5s'], object: timeless }, createdAtMs + 5_000)).toEqual(['5s']);
  });

  test('whatever scalar it is', () => {
    for (const cell of ['', null, true, 1.5, 'two\nlines']) expect(stored(cell, 0, { name: 'Any' })).toBe(cell);
  });

  test('beyond the columns too', () => {
    expect(serverCells([], { cells: ['5s', 1], object: object() }, createdAtMs + 5_000)).toEqual(['5s', 1]);
  });
});

describe('a cell that is no scalar', () => {
  test('becomes the text that kubectl prints', () => {
    expect(stored(['a', 1], 0)).toBe('[a 1]');
    expect(stored({ b: null, a: 'x' }, 0)).toBe('map[a:x b:<nil>]');
    expect(stored({ sinceMs: 5 }, 0)).toBe('map[sinceMs:5]');
  });

  test('keeps every digit of an integer', () => {
    expect(stored(parseJson('9223372036854775807'), 0)).toBe('9223372036854775807');
  });
});

describe('objects that come without a Table', () => {
  test('show their name and age, as kubectl prints them', () => {
    expect(plainTable.columns.map(({ name, format, priority }) => [name, format, priority])).toEqual([
      ['Name', 'name', 0],
      ['Age', '', 0],
    ]);
    expect(plainTable.cells(object())).toEqual(['one', counting]);
    expect(plainTable.cells({ ...object(), metadata: { name: 'one' } })).toEqual(['one', { sinceMs: null }]);
  });
});
