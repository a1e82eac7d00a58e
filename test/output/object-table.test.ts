import { describe, expect, test } from 'vitest';
import type { Cell } from '../../src/core/cell.ts';
import type { PrinterColumn } from '../../src/core/printer-column.ts';
import { type TableGroup, type TableOptions, type TableRow, renderTables } from '../../src/output/object-table.ts';

const nowMs = Date.UTC(2026, 0, 10);
const dayMs = 24 * 60 * 60 * 1000;
const plain: TableOptions = {
  wide: false,
  allNamespaces: false,
  showKind: false,
  showLabels: false,
  labelColumns: [],
  noHeaders: false,
  nowMs,
};

const column = (name: string, priority = 0): PrinterColumn => ({
  name,
  type: 'string',
  format: name === 'Name' ? 'name' : '',
  priority,
});
const row = (namespace: string, cells: readonly Cell[], labels = {}): TableRow => ({ namespace, cells, labels });

const age: Cell = { sinceMs: nowMs - 5 * dayMs };
const restarts: Cell = { sinceMs: nowMs - 300_000, before: '12 (', after: ' ago)' };
const pods: TableGroup = {
  type: { kind: 'Pod', group: '', namespaced: true },
  columns: ['Name', 'Ready', 'Status', 'Restarts', 'Age'].map((name) => column(name)),
  rows: [
    row('default', ['a', '1/1', 'Running', '0', age]),
    row('default', ['web-1', '1/1', 'Running', '0', age], { 'app.kubernetes.io/name': 'w', app: 'web' }),
    row('default', ['web-22222222', '0/1', 'CrashLoopBackOff', restarts, { sinceMs: nowMs - 2 * dayMs + 1 }], {
      app: 'web',
    }),
  ],
};
const services: TableGroup = {
  type: { kind: 'Service', group: '', namespaced: true },
  columns: ['Name', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age'].map((name) => column(name)),
  rows: [row('default', ['kubernetes', 'ClusterIP', '10.96.0.1', '<none>', '443/TCP', age])],
};
const nodes: TableGroup = {
  type: { kind: 'Node', group: '', namespaced: false },
  columns: [column('Name'), column('Status'), column('Internal-IP', 1), column('Age')],
  rows: [row('', ['n1', 'Ready', '10.0.0.1', age])],
};
const gizmos: TableGroup = { ...services, type: { kind: 'Gizmo', group: 'x.io', namespaced: true }, rows: [] };

function render(groups: readonly TableGroup[], options: Partial<TableOptions> = {}): string[] {
  const text = [...renderTables(groups, { ...plain, ...options })].join('');
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text.split('\n').slice(0, -1);
}

describe('renderTables', () => {
  test('separates types by an empty line and prefixes their kinds', () => {
    expect(render([pods, services], { showKind: true })).toEqual([
      'NAME               READY   STATUS             RESTARTS      AGE',
      'pod/a              1/1     Running            0             5d',
      'pod/web-1          1/1     Running            0             5d',
      'pod/web-22222222   0/1     CrashLoopBackOff   12 (5m ago)   47h',
      '',
      'NAME                 TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE',
      'service/kubernetes   ClusterIP   10.96.0.1    <none>        443/TCP   5d',
    ]);
  });

  test('without headers leaves out the empty line and the headers’ widths', () => {
    const lines = render([pods, services], { showKind: true, noHeaders: true });
    expect(lines).toHaveLength(4);
    expect(lines[1]).toBe('pod/web-1          1/1   Running            0             5d');
  });

  test('a type without rows leaves no trace', () => {
    expect(render([gizmos, nodes, gizmos], { showKind: true })).toEqual([
      'NAME      STATUS   AGE',
      'node/n1   Ready    5d',
    ]);
    expect(render([gizmos])).toEqual([]);
  });

  test('the prefix has the group, in lower case', () => {
    const rows = [row('default', ['g1', '', '', '', '', null])];
    expect(render([{ ...gizmos, rows }], { showKind: true, noHeaders: true })[0]).toMatch(/^gizmo\.x\.io\/g1 {3}/);
  });

  test('the same type again has its own header', () => {
    const one = { ...pods, rows: [row('default', ['a', '1/1', 'Running', '0', age])] };
    expect(render([one, nodes, one]).filter((line) => line.includes('READY'))).toHaveLength(2);
  });

  test('cluster-scoped types have an empty namespace only after a namespaced one was printed', () => {
    expect(render([pods, nodes], { allNamespaces: true, showKind: true }).slice(-2)).toEqual([
      'NAMESPACE   NAME      STATUS   AGE',
      '            node/n1   Ready    5d',
    ]);
    expect(render([gizmos, nodes, pods], { allNamespaces: true, showKind: true }).slice(0, 5)).toEqual([
      'NAME      STATUS   AGE',
      'node/n1   Ready    5d',
      '',
      'NAMESPACE   NAME               READY   STATUS             RESTARTS      AGE',
      'default     pod/a              1/1     Running            0             5d',
    ]);
  });

  test('wide columns stand where they are defined', () => {
    expect(render([nodes], { wide: true })).toEqual([
      'NAME   STATUS   INTERNAL-IP   AGE',
      'n1     Ready    10.0.0.1      5d',
    ]);
  });

  test('label columns and all labels come last, missing ones empty', () => {
    const options = { labelColumns: ['app', 'app.kubernetes.io/name', 'app/'], showLabels: true };
    const rows = [...pods.rows].map((each) => ({ ...each, cells: each.cells.slice(0, 1) }));
    const lines = render([{ ...pods, columns: pods.columns.slice(0, 1), rows }], options);
    expect(lines).toEqual([
      'NAME           APP   NAME         LABELS',
      'a                                 <none>',
      'web-1          web   w            app.kubernetes.io/name=w,app=web',
      'web-22222222   web                app=web',
    ]);
  });

  test('a missing last label leaves the padding before it', () => {
    expect(render([{ ...nodes, rows: [row('', ['n1', 'Ready', '', age])] }], { labelColumns: ['x'] })[1]).toBe(
      'n1     Ready    5d    ',
    );
  });

  test('headers are upper-cased rune by rune', () => {
    const columns = [column('Name'), column('Größe ß'), column('Up-to-date')];
    expect(render([{ ...nodes, columns, rows: [row('', ['a', '1', '2'])] }])[0]).toBe('NAME   GRÖßE ß   UP-TO-DATE');
  });

  test('cells beyond the columns are dropped and missing ones are empty', () => {
    const columns = [column('Name'), column('Age')];
    const rows = [row('', ['a', '1', 'extra']), row('', ['b'])];
    expect(render([{ ...nodes, columns, rows }])).toEqual(['NAME   AGE', 'a      1', 'b      ']);
  });

  test('cells beyond the columns take the places of labels', () => {
    const rows = [row('', ['a', 'extra'], { x: '1' })];
    const lines = render([{ ...nodes, columns: [column('Name')], rows }], { labelColumns: ['x'], showLabels: true });
    expect(lines).toEqual(['NAME   X       LABELS', 'a      extra   1']);
  });

  test('a single column is not padded', () => {
    expect(render([{ ...nodes, columns: [column('Name')] }])).toEqual(['NAME', 'n1']);
  });
});
