import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import {
  type ObjectSort,
  type SortOrder,
  sortDeathText,
  sortListItems,
  sortTableRows,
} from '../../src/query/sort-objects.ts';

function orderOf(sort: ObjectSort, objects: readonly Json[]): SortOrder {
  return sort.order(objects.map((object) => sort.keyOf(object)));
}

/** The order of objects that have these values at `.v`; undefined is a missing one. */
function positions(values: readonly (Json | undefined)[], make = sortListItems): unknown {
  const objects = values.map((v) => (v === undefined ? {} : { v }));
  const order = orderOf(make('.v'), objects);
  return order.kind === 'sorted' ? order.positions : order;
}

/** How kubectl dies of values at `.v`. */
function deathOf(values: readonly Json[], path = '.v', make = sortListItems): unknown {
  const order = orderOf(
    make(path),
    values.map((v) => ({ v })),
  );
  return order.kind === 'died' ? order.death : order;
}

describe.each([
  ['sortListItems', sortListItems],
  ['sortTableRows', sortTableRows],
])('%s', (_name, make) => {
  test.each([
    ['integers', [10, 9, -1], [2, 1, 0]],
    ['integers beyond a double', [JSON.rawJSON('9007199254740993'), JSON.rawJSON('9007199254740992')], [1, 0]],
    ['floats', [2.5, 0.5, -1.5], [2, 1, 0]],
    ['quantities', ['1Gi', '100m', '1', '10', '9'], [1, 2, 4, 3, 0]],
    ['strings of which one is no quantity, by bytes', ['b', '10', '9x'], [1, 2, 0]],
    ['strings beyond the basic plane', ['😀', '\uffee'], [1, 0]],
    ['nulls first', [2, null, 1, null], [1, 3, 2, 0]],
    ['equal values as they came', [1, 1, 1], [0, 1, 2]],
    ['missing values first, later ones before earlier ones', [3, undefined, 1, undefined], [3, 1, 2, 0]],
  ] as const)('sorts %s', (_what, values, expected) => {
    expect(positions(values, make)).toEqual(expected);
  });

  test('ties of more than twelve come in the order of a quicksort', () => {
    const values = Array.from({ length: 13 }, (_, index) => index % 3);
    expect(positions(values, make)).toEqual([6, 3, 0, 9, 12, 1, 4, 7, 10, 2, 5, 8, 11]);
  });

  test('nothing at the path in any object fails', () => {
    expect(positions([undefined, undefined], make)).toEqual({
      kind: 'failed',
      message: 'couldn\'t find any field with path "{.v}" in the list of objects',
    });
  });

  test('an empty list never fails', () => {
    expect(orderOf(make('{'), [])).toEqual({ kind: 'sorted', positions: [] });
  });

  test('values without an order are fatal, where two of them are compared', () => {
    expect(deathOf([true, false], '.v', make)).toMatchObject({ exitCode: 1 });
    expect(positions([true], make)).toEqual([0]);
    expect(positions([undefined, true], make)).toEqual([0, 1]);
  });
});

describe('sortListItems', () => {
  test.each([
    [
      [true, false],
      '.v',
      'Field {.v} in *unstructured.Unstructured is an unsortable type: interface, err: unsortable type: bool',
    ],
    [
      [1, 'x'],
      '.v',
      'Field {.v} in *unstructured.Unstructured is an unsortable type: interface, err: unsortable interface: interface',
    ],
    [
      [1, 1.5],
      '.v',
      'Field {.v} in *unstructured.Unstructured is an unsortable type: interface, err: unsortable interface: interface',
    ],
    [
      [[1], [2]],
      '.v',
      'Field {.v} in *unstructured.Unstructured is an unsortable type: interface, err: unsortable type: []interface {}',
    ],
    [
      [{}, {}],
      '.v',
      'Field {.v} in *unstructured.Unstructured is an unsortable type: interface, err: unsortable type: map[string]interface {}',
    ],
    [
      [{ a: 1 }, { a: 2 }],
      '.v..',
      'Field {.v..} in *unstructured.Unstructured is an unsortable type: map, err: unsortable type: map',
    ],
    [
      [1, 2],
      '.v true',
      'Field {.v true} in *unstructured.Unstructured is an unsortable type: bool, err: unsortable type: bool',
    ],
  ])('dies of %j at %s', (values, path, message) => {
    expect(deathOf(values, path)).toEqual({ exitCode: 1, source: 'sorter.go:329', message });
  });

  test('crashes where kubectl does', () => {
    expect(deathOf([['x'], 'text'], '.v.*')).toEqual({
      exitCode: 2,
      source: undefined,
      message: 'reflect: call of reflect.Value.Uint on interface Value',
    });
  });

  test('fails on a path that fails before anything is found, and dies of one that fails later', () => {
    const objects = [{}, { v: [] }, { v: [1] }];
    const message = 'array index out of bounds: index 0, length 0';
    expect(orderOf(sortListItems('.v[0]'), objects)).toEqual({ kind: 'failed', message });
    const order = orderOf(sortListItems('.v[0]'), [{ v: [1] }, { v: [] }, {}]);
    const death = order.kind === 'died' ? order.death : undefined;
    expect(death).toMatchObject({ exitCode: 255, source: 'sorter.go:310', object: { index: 1 } });
  });

  test('fails on a path that cannot be read, even for one object', () => {
    expect(orderOf(sortListItems('.v['), [{}])).toEqual({ kind: 'failed', message: 'unterminated array' });
    expect(orderOf(sortListItems('{.a}{.b}'), [{}])).toMatchObject({
      message: expect.stringMatching(/^unexpected path string/) as string,
    });
  });
});

describe('sortTableRows', () => {
  test('never fails on one row', () => {
    for (const path of ['.none', '.v[', '{.a}{.b', '.v[0]']) {
      expect(orderOf(sortTableRows(path), [{ v: [] }])).toEqual({ kind: 'sorted', positions: [0] });
    }
  });

  test('fails on any row that the path fails on', () => {
    expect(orderOf(sortTableRows('.v[0]'), [{ v: [1] }, { v: [] }])).toMatchObject({ kind: 'failed' });
  });

  test('takes templates of any form, of which the first part counts', () => {
    const objects = [
      { a: 2, b: 1 },
      { a: 1, b: 2 },
    ];
    expect(orderOf(sortTableRows('{.a}{.b}'), objects)).toEqual({ kind: 'sorted', positions: [1, 0] });
    expect(orderOf(sortTableRows('text{.a}'), objects)).toEqual({ kind: 'sorted', positions: [0, 1] });
    expect(orderOf(sortTableRows('{}'), objects)).toMatchObject({ kind: 'died', death: { source: 'sorter.go:375' } });
  });
});

describe('sortDeathText', () => {
  const noonMs = new Date(2026, 10, 21, 12, 3, 4, 56).getTime();

  test('is a line of the log in local time with the process id', () => {
    const death = { exitCode: 1, source: 'sorter.go:375', message: 'Field x' } as const;
    expect(sortDeathText(death, noonMs, 123)).toBe('F1121 12:03:04.056000     123 sorter.go:375] Field x\n');
  });

  test('shows the object that a path failed on', () => {
    const order = orderOf(sortListItems('.v[0]'), [{ v: ['a'] }, { v: [] }]);
    const death = order.kind === 'died' ? order.death : { exitCode: 2 as const, source: undefined, message: '' };
    expect(sortDeathText(death, noonMs, 12345678, { v: [] })).toBe(
      'F1121 12:03:04.056000 12345678 sorter.go:310] Failed to get i values for &unstructured.Unstructured{Object:map[string]interface {}{"v":[]interface {}{}}} using {.v[0]} (&errors.errorString{s:"array index out of bounds: index 0, length 0"})\n',
    );
  });

  test('is the first line of a crash', () => {
    expect(sortDeathText({ exitCode: 2, source: undefined, message: 'reflect: x' }, noonMs, 1)).toBe(
      'panic: reflect: x\n',
    );
  });
});
