import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TableLayout } from '../../src/output/table-layout.ts';

function layOut(...rows: readonly (readonly string[])[]): string {
  const layout = new TableLayout();
  for (const row of rows) {
    layout.addRow(row);
  }
  return [...layout.chunks()].join('');
}

describe('TableLayout', () => {
  test('pads every cell but the last to its column', () => {
    expect(layOut(['NAME', 'READY', 'AGE'], ['web-22222222', '1/1', '5d'], ['a', '10/10', '47h'])).toBe(
      'NAME           READY   AGE\nweb-22222222   1/1     5d\na              10/10   47h\n',
    );
  });

  test('makes no column narrower than six', () => {
    expect(layOut(['A', 'B'], ['b', 'c'])).toBe('A     B\nb     c\n');
  });

  test('leaves the padding of the column before an empty last cell', () => {
    expect(layOut(['NAME', 'APP'], ['web', ''])).toBe('NAME   APP\nweb    \n');
  });

  test('counts code points', () => {
    expect(layOut(['日本語', 'x'], ['e\u0301 😀', 'x'], ['abcd', 'x'])).toBe('日本語    x\ne\u0301 😀   x\nabcd   x\n');
  });

  test('does not pad a single column', () => {
    expect(layOut(['NAME'], ['a'], ['longer'])).toBe('NAME\na\nlonger\n');
  });

  test('has no text without rows, and a line for an empty row', () => {
    expect([layOut(), layOut([]), layOut([''])]).toEqual(['', '\n', '\n']);
  });

  test('a tab inside a cell separates cells, in its neighbours only as far as they have them', () => {
    const rows = [
      ['LAST SEEN', 'MESSAGE'],
      ['5m', 'Started\tcontainer c'],
      ['7m', 'Pulled it all\vand more'],
      ['9m', 'x'],
    ];
    expect(layOut(...rows)).toBe(
      'LAST SEEN   MESSAGE\n5m          Started         container c\n7m          Pulled it all   and more\n9m          x\n',
    );
  });

  test('a column that comes again is not narrower than before', () => {
    expect(layOut(['wide cell', 'x'], ['one'], ['a', 'b'])).toBe('wide cell   x\none\na           b\n');
  });

  test('a column that comes again wider leaves the lines before as they were', () => {
    expect(layOut(['a', 'b'], ['one'], ['wide cell', 'b'])).toBe('a     b\none\nwide cell   b\n');
  });

  test('a newline inside a cell ends the row and a form feed the columns too', () => {
    expect(layOut(['a\nb', 'c'], ['long cell', 'd'])).toBe('a\nb           c\nlong cell   d\n');
    expect(layOut(['a', 'b\fc', 'd'], ['long cell', 'e'])).toBe('a     b\nc           d\nlong cell   e\n');
  });

  test('one row with a tab changes no row without one', () => {
    const cell = fc.stringMatching(/^[a-zé😀 ]{0,9}$/u);
    const rowsOf = fc
      .integer({ min: 2, max: 4 })
      .chain((count) => fc.array(fc.array(cell, { minLength: count, maxLength: count })));
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const [first = ['a', 'b']] = rows;
        const bent = [...first.slice(0, -1), 'x\ty'];
        const lines = layOut(...rows, [...bent.slice(0, -1), 'x y']).split('\n');
        expect(
          layOut(...rows, bent)
            .split('\n')
            .slice(0, -2),
        ).toEqual(lines.slice(0, -2));
      }),
    );
  });

  test('gives large tables in texts of about 64 KiB that end with a line', () => {
    const layout = new TableLayout();
    for (let index = 0; index < 10_000; index += 1) {
      layout.addRow([`name-${index}`, '1/1', 'Running']);
    }
    const chunks = [...layout.chunks()];
    expect(chunks.length).toBe(4);
    expect(chunks.every((chunk) => chunk.endsWith('\n') && chunk.length < 66_000)).toBe(true);
    expect(chunks.join('').split('\n')[9999]).toBe('name-9999   1/1   Running');
  });
});
