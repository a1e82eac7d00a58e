import { expect, test } from 'vitest';
import { detailTable } from '../../src/output/detail-table.ts';
import { displayWidth } from '../../src/output/line-width.ts';
import { tableStyle } from '../../src/output/navi-table.ts';

const headers = ['TYPE', 'MODE', 'DETAIL'];
const rows = [
  ['pods', 'watching', ''],
  ['nodes', 'stopped', 'it is forbidden to this user in all namespaces'],
];
const style = (columns: number) => tableStyle({ isTTY: true, columns }, {}, 'never');

test('a detail stands in its column where that fits, and always in a pipe', () => {
  const wide =
    'TYPE    MODE       DETAIL\npods    watching\nnodes   stopped    it is forbidden to this user in all namespaces\n';
  expect(detailTable(headers, rows, style(80))).toBe(wide);
  expect(detailTable(headers, rows, tableStyle({ isTTY: false }, {}))).toBe(wide);
});

test('it stands below its row, broken between words, where the terminal is narrower', () => {
  expect(detailTable(headers, rows, style(30))).toBe(
    'TYPE    MODE\npods    watching\nnodes   stopped\n    it is forbidden to this\n    user in all namespaces\n',
  );
});

test('no line is wider than the terminal, whatever its words are', () => {
  const odd = [['a', 'b', `${'x'.repeat(50)} ${'漢'.repeat(30)} y`]];
  for (const columns of [60, 20, 9]) {
    const lines = detailTable(headers, odd, style(columns)).split('\n');
    expect(Math.max(...lines.map((line) => displayWidth(line)))).toBeLessThanOrEqual(Math.max(columns, 12));
    expect(lines.join('').replaceAll(' ', '')).toContain('x'.repeat(50));
  }
});
