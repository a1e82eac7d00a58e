import fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayWidth } from '../../src/output/line-width.ts';
import { caution, naviTable, tableStyle } from '../../src/output/navi-table.ts';

const pipe = tableStyle({}, {});
const terminal = (columns: number) => tableStyle({ isTTY: true, columns }, {}, 'never');

const cell = fc.constantFrom('', 'a', 'web-0', '日本語', 'e\u0301', '👩‍👩‍👧', '\u001B[31mred\u001B[39m', 'x'.repeat(40));
const table = fc
  .integer({ min: 1, max: 5 })
  .chain((columns) => fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 1 }));

test('every cell begins where its column does, three columns of the terminal behind the widest one before', () => {
  fc.assert(
    fc.property(table, ([headers = [], ...rows]) => {
      const all = [headers, ...rows];
      const widths = headers.map((_, column) => Math.max(...all.map((cells) => displayWidth(cells[column] ?? ''))));
      const expected = all.map((cells) =>
        cells
          .map((text, column) => text + ' '.repeat((widths[column] ?? 0) - displayWidth(text)))
          .join('   ')
          .trimEnd(),
      );
      expect(naviTable(headers, rows, pipe)).toBe(`${expected.join('\n')}\n`);
      expect(naviTable(headers, rows, terminal(1_000))).toBe(`${expected.join('\n')}\n`);
    }),
  );
});

test('a table that is too wide is cut the same way in its first row and in its thousandth', () => {
  const rows = Array.from({ length: 1_000 }, () => ['team-000', 'x'.repeat(50), '日本語'.repeat(9)]);
  const lines = naviTable(['NAMESPACE', 'POD', 'MESSAGE'], rows, terminal(60)).trimEnd().split('\n');
  expect(lines).toHaveLength(1_001);
  expect(lines[1]).toMatch(/^team-000 {4}x+… {3}[日本語]+…$/);
  expect(new Set(lines.slice(1))).toHaveLength(1);
  expect(Math.max(...lines.map(displayWidth))).toBe(60);
});

test('no line is wider than a terminal of 80, even of a table of nine columns', () => {
  const many = fc
    .integer({ min: 1, max: 9 })
    .chain((columns) => fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 1 }));
  fc.assert(
    fc.property(many, ([headers = [], ...rows]) => {
      const lines = naviTable(headers, rows, terminal(80)).split('\n');
      expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(80);
    }),
  );
});

test('what deserves a look has a colour that light and dark terminals show, where there are 256', () => {
  const painted = (env: NodeJS.ProcessEnv): string =>
    caution(tableStyle({ isTTY: true, columns: 80 }, env, 'auto').color)('x');
  expect(painted({ TERM: 'xterm-256color' })).toBe('\u001B[38;5;130mx\u001B[39m');
  expect(painted({ TERM: 'xterm', COLORTERM: 'truecolor' })).toBe('\u001B[38;5;130mx\u001B[39m');
  expect(painted({ TERM: 'xterm' })).toBe('\u001B[33mx\u001B[39m');
  expect(painted({ TERM: 'dumb' })).toBe('x');
});

test('a table without headers has no line for them', () => {
  expect(naviTable([], [['Ready', '4/4']], pipe)).toBe('Ready   4/4\n');
});
