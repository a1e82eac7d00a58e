import { expect, test } from 'vitest';
import { displayWidth } from '../../src/output/line-width.ts';
import { naviTable, tableStyle } from '../../src/output/navi-table.ts';
import { narrowTable } from '../../src/output/narrow-table.ts';

const columns = [
  { header: 'POD' },
  { header: 'SINCE', leaves: 3 },
  { header: 'LIMITS', leaves: 1 },
  { header: 'IMAGE', leaves: 2 },
  { header: 'STATE' },
];
const rows = [
  ['web-6d4b75cb6d-hv8xq', '3d', 'cpu=500m,memory=256Mi', 'registry.example.test/web:1.0.0', 'Running'],
  ['web-6d4b75cb6d-zz9k2', '5h', 'cpu=500m,memory=256Mi', 'registry.example.test/web:1.0.0', 'Terminated (1)'],
];
const style = (width: number) => tableStyle({ isTTY: true, columns: width }, {}, 'never');
const headers = columns.map(({ header }) => header);
const headOf = (text: string): string[] => (text.split('\n')[0] ?? '').split(/ {2,}/);
const noteOf = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

test('all columns stand where there is room for them, and in a pipe', () => {
  const pipe = tableStyle({ isTTY: false }, {});
  expect(narrowTable(columns, rows, pipe)).toBe(naviTable(headers, rows, pipe));
  expect(narrowTable(columns, rows, style(103))).toBe(naviTable(headers, rows, style(103)));
});

test('they leave in their turns, and a last line says which, and what has room for them', () => {
  const narrow = narrowTable(columns, rows, style(102));
  expect(headOf(narrow)).toEqual(['POD', 'SINCE', 'IMAGE', 'STATE']);
  expect(noteOf(narrow)).toBe('too narrow for LIMITS: 103 columns, or a pipe');
  expect(narrow).toContain('registry.example.test/web:1.0.0   Terminated (1)');
  expect(headOf(narrowTable(columns, rows, style(40)))).toEqual(['POD', 'STATE']);
});

test('one that leaves late comes back where a wide one before it made room', () => {
  expect(headOf(narrowTable(columns, rows, style(50)))).toEqual(['POD', 'SINCE', 'STATE']);
  const first = columns.map((column) => (column.header === 'SINCE' ? { ...column, leaves: 0 } : column));
  expect(headOf(narrowTable(first, rows, style(50)))).toEqual(['POD', 'SINCE', 'STATE']);
});

test('what stays is cut where even that is too wide', () => {
  for (const width of [30, 20, 12]) {
    const lines = narrowTable(columns, rows, style(width)).trimEnd().split('\n').slice(0, -1);
    expect(Math.max(...lines.map((line) => displayWidth(line)))).toBeLessThanOrEqual(width);
    expect(headOf(lines.join('\n'))).toHaveLength(2);
    expect(displayWidth(noteOf(narrowTable(columns, rows, style(width))))).toBe(width);
  }
});
