import { describe, expect, test } from 'vitest';
import type { RowValue } from '../../../src/output/rows/row-format.ts';
import { tableRows } from '../../../src/output/rows/table-rows.ts';

const source = { context: 'one', ageMs: 0, isStale: false };

function table(
  columns: readonly string[],
  rows: readonly (readonly RowValue[])[],
  width: number | null = null,
): string {
  const format = tableRows(false, { width, isColored: false });
  return [format.begin(columns), ...rows.map((row) => format.row(source, row)), format.end([source], false)].join('');
}

describe('a table of rows', () => {
  test('is as wide as its cells, in columns of a terminal', () => {
    expect(
      table(
        ['a', 'b'],
        [
          ['日本', 'x'],
          ['ab', null],
          [null, 12n],
        ],
      ),
    ).toBe('a      b\n日本   x\nab\n       12\n');
  });

  test('without rows is nothing', () => {
    expect(table(['a'], [])).toBe('');
  });

  test('is cut to a terminal, and to nothing else', () => {
    const long = 'x'.repeat(1_000);
    const lines = table(['a', 'b'], [[long, long]], 40).split('\n');
    expect(lines[1]).toHaveLength(40);
    expect(lines[1]).toContain('…');
    expect(table(['a', 'b'], [[long, long]])).toContain(`${long}   ${long}`);
  });

  test('takes its widths from the first 10,000 rows, and cuts nothing behind them', () => {
    const rows = Array.from({ length: 10_003 }, (_none, index): RowValue[] => [
      index < 10_000 ? 'ab' : 'a longer one',
      'z',
    ]);
    const lines = table(['a', 'b'], rows).trimEnd().split('\n');
    expect(lines).toHaveLength(10_004);
    expect(lines[1]).toBe('ab   z');
    expect(lines.at(-1)).toBe('a longer one   z');
  });

  test('gives rows away as soon as its widths are known', () => {
    const format = tableRows(false, { width: null, isColored: false });
    format.begin(['a']);
    const given = Array.from({ length: 20_000 }, () => format.row(source, ['x']).length);
    expect(given.findIndex((length) => length > 0)).toBe(9_999);
    expect(given.at(-1)).toBe(2);
    expect(format.end([source], false)).toBe('');
  });
});
