import { describe, expect, test } from 'vitest';
import type { PrinterColumn } from '../../src/core/printer-column.ts';
import type { TableRow } from '../../src/output/object-table.ts';
import { WatchTable, type WatchEventName, type WatchTableOptions } from '../../src/output/watch-table.ts';

const nowMs = Date.UTC(2026, 0, 10);
const plain: WatchTableOptions = {
  wide: false,
  allNamespaces: false,
  showKind: false,
  showLabels: false,
  labelColumns: [],
  noHeaders: false,
  nowMs,
  showEvents: false,
};

const column = (name: string): PrinterColumn => ({
  name,
  type: 'string',
  format: name === 'Name' ? 'name' : '',
  priority: 0,
});
const row = (name: string, ...cells: readonly string[]): TableRow => ({
  namespace: 'shop',
  cells: [name, ...cells],
  labels: { app: name },
});
const pod = { kind: 'Pod', group: '', namespaced: true };
const node = { kind: 'Node', group: '', namespaced: false };

/** Prints blocks of rows one after the other. */
function print(
  options: Partial<WatchTableOptions>,
  blocks: readonly (readonly [rows: readonly TableRow[], event?: WatchEventName, columns?: readonly string[]])[],
  type = pod,
): string[] {
  const table = new WatchTable({ ...plain, ...options });
  const text = blocks.flatMap(([rows, event = 'MODIFIED', columns = ['Name', 'Ready', 'Age']]) => [
    ...table.lines({ type, columns: columns.map(column) }, rows, event),
  ]);
  return text.join('').split('\n').slice(0, -1);
}

describe('WatchTable', () => {
  test('prints one header, and a longer cell widens its own line and those after it', () => {
    const blocks = [[[row('a', '1', '5s')]], [[row('b-is-much-longer', '1', '6s')]], [[row('a', '0', '7s')]]] as const;
    expect(print({}, blocks)).toEqual([
      'NAME   READY   AGE',
      'a      1       5s',
      'b-is-much-longer   1       6s',
      'a                  0       7s',
    ]);
  });

  test('prints nothing, no header either, where there is nothing', () => {
    expect(print({}, [[[]], [[]]])).toEqual([]);
    expect(print({}, [[[]], [[row('a', '1', '5s')]]])).toEqual(['NAME   READY   AGE', 'a      1       5s']);
  });

  test('pads what happened to eight characters, before the namespace', () => {
    const blocks = [
      [[row('a', '1', '5s')], 'ADDED'],
      [[row('a', '1', '5s')], 'MODIFIED'],
      [[row('a', '1', '5s')], 'DELETED'],
    ] as const;
    expect(print({ showEvents: true, allNamespaces: true }, blocks)).toEqual([
      'EVENT      NAMESPACE   NAME   READY   AGE',
      'ADDED      shop        a      1       5s',
      'MODIFIED   shop        a      1       5s',
      'DELETED    shop        a      1       5s',
    ]);
  });

  test('has an empty namespace column for cluster-scoped types of all namespaces', () => {
    expect(print({ allNamespaces: true }, [[[{ ...row('n', '1', '5s'), namespace: '' }]]], node)).toEqual([
      'NAMESPACE   NAME   READY   AGE',
      '            n      1       5s',
    ]);
  });

  test('prints a header again where the columns of the type change', () => {
    const blocks = [[[row('a', '1', '5s')]], [[row('a', '5s')], 'MODIFIED', ['Name', 'Age']]] as const;
    expect(print({}, blocks)).toEqual(['NAME   READY   AGE', 'a      1       5s', 'NAME   AGE', 'a      5s']);
  });

  test('keeps the widths of columns apart from whether there are headers', () => {
    expect(print({ noHeaders: true, showKind: true, labelColumns: ['app'] }, [[[row('a', '1', '5s')]]])).toEqual([
      'pod/a   1     5s    a',
    ]);
  });

  test('counts ages to the time that is given with the rows', () => {
    const table = new WatchTable(plain);
    const aged = { ...row('a', '1'), cells: ['a', '1', { sinceMs: nowMs }] };
    const group = { type: pod, columns: ['Name', 'Ready', 'Age'].map(column) };
    expect([...table.lines(group, [aged], 'ADDED', nowMs + 60_000)].join('')).toContain('a      1       60s\n');
    expect([...table.lines(group, [aged], 'MODIFIED', nowMs + 3_600_000)].join('')).toBe('a      1       60m\n');
  });
});
