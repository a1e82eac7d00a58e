import type { Cell } from '../../core/cell.ts';
import type { JsonObject } from '../../core/json.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import { kubectlError } from '../../errors/as-kubectl.ts';
import { renderTables, type TableGroup, type TableOptions, type TableRow } from '../../output/object-table.ts';
import type { ObjectRow } from '../../query/object-query.ts';
import { namespaceOfKey } from '../../core/key-range.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { Failure } from './failure.ts';
import { wholeObject } from './found-object.ts';
import type { GetPlan } from './get-plan.ts';
import { showsNamespaces, type GetRequest } from './get-request.ts';
import type { RowSource } from './get-rows.ts';
import { plainColumns, plainRow } from './plain-table.ts';
import { readPlan, type FoundRows } from './read-plan.ts';
import { sortedItems, sortedRows } from './sort-rows.ts';
import { SortableRows, sortTogether } from './sortable-rows.ts';

/** What printing came to. */
export interface Printed {
  readonly isEmpty: boolean;
  /** In order of the arguments, without those that were to be ignored. */
  readonly failures: readonly Failure[];
}

/** What is printed: the request, what it reads, and when it is. */
export interface Asked {
  readonly request: GetRequest;
  readonly plan: GetPlan;
  readonly nowMs: number;
}

/** The rows of one step. */
interface StepTable {
  readonly type: MirrorType;
  readonly columns: readonly PrinterColumn[];
  readonly rows: Iterable<ObjectRow>;
}

/** What a plan prints as tables. */
export interface AskedTables {
  readonly groups: readonly TableGroup[];
  readonly options: TableOptions;
  readonly failures: readonly Failure[];
}

/** Prints tables, one per run of a type. @throws NAVI_AS_KUBECTL where several tables cannot be sorted */
export function printTables(source: RowSource, asked: Asked, write: (text: string | Uint8Array) => void): Printed {
  const { groups, options, failures } = askedTables(source, asked);
  let isEmpty = true;
  for (const text of renderTables(groups, options)) {
    isEmpty = false;
    write(text);
  }
  return { isEmpty, failures };
}

/** Reads tables, one per run of a type; their rows are read as they are iterated. @throws NAVI_AS_KUBECTL where several tables cannot be sorted */
export function askedTables(source: RowSource, asked: Asked): AskedTables {
  const { request, nowMs } = asked;
  const { found, failures } = readPlan(source, asked, request.sortBy === '' ? 'row' : 'whole');
  const tables = stepTables(request, found);
  // What is sorted is in memory by now.
  if (request.sortBy !== '') source.end();
  const options = {
    wide: request.output.format === 'wide',
    allNamespaces: showsNamespaces(request),
    showKind: request.table.showKind || kindsOf(request.table.serverPrint ? found : tables).size > 1,
    showLabels: request.table.showLabels,
    labelColumns: request.table.labelColumns,
    noHeaders: request.output.noHeaders,
    nowMs,
  };
  return { groups: groupsOf(tables), options, failures };
}

/** Kinds that count as asked for: with the server's tables also those without objects. */
function kindsOf(
  tables: readonly { readonly type: MirrorType; readonly rows: Iterable<ObjectRow> }[],
): ReadonlySet<string> {
  return new Set(tables.map(({ type }) => `${type.group}/${type.version}/${type.kind}`));
}

function stepTables(request: GetRequest, found: readonly FoundRows[]): readonly StepTable[] {
  const { sortBy, table } = request;
  if (!table.serverPrint) {
    return sortBy === ''
      ? found.flatMap(({ type, rows }) => {
          const plain = Array.from(rows, plainRow);
          return plain.length === 0 ? [] : [{ type, columns: plainColumns, rows: plain }];
        })
      : sortPlain(sortBy, found);
  }
  return sortBy === '' ? found : sortTables(sortBy, found);
}

/**
 * The tables in the order of `--sort-by` (kubectl 1.36): each by its rows, where what fails leaves nothing of it to print;
 * several also among each other, by what the path finds in the tables themselves.
 * @throws NAVI_AS_KUBECTL where it finds nothing in those, and where values cannot be compared
 */
function sortTables(sortBy: string, found: readonly FoundRows[]): readonly StepTable[] {
  return inTableTurn(sortBy, found).flatMap((read) => {
    const sortable = new SortableRows(read);
    const sorted = sortedRows(sortBy, () => sortable.objects());
    if (!sorted.ok) return [];
    return [{ ...read, rows: sorted.positions.flatMap((position) => sortable.rows[position] ?? []) }];
  });
}

function inTableTurn(sortBy: string, found: readonly FoundRows[]): readonly FoundRows[] {
  if (found.length < 2) return found;
  const sorted = sortedItems(sortBy, function* () {
    for (const { type, rows } of found) {
      const objects = Array.from(rows, (row) => ({ object: wholeObject({ type, row }) }));
      yield { apiVersion: 'meta.k8s.io/v1', kind: 'Table', metadata: { resourceVersion: '' }, rows: objects };
    }
  });
  if (!sorted.ok) throw kubectlError(sorted.message);
  return sorted.positions.flatMap((position) => found[position] ?? []);
}

/** Without the server's tables kubectl sorts objects, those of all types together. @throws NAVI_AS_KUBECTL */
function sortPlain(sortBy: string, found: readonly FoundRows[]): readonly StepTable[] {
  const sorted = sortTogether(sortBy, found);
  if (!sorted.ok) throw kubectlError(sorted.message);
  return sorted.rows.map(({ of, row }) => ({ type: of.type, columns: plainColumns, rows: [plainRow(row)] }));
}

/** Tables as groups; rows of the same type that follow each other are one group. */
function groupsOf(tables: readonly StepTable[]): readonly TableGroup[] {
  const groups: (TableGroup & { readonly type: MirrorType })[] = [];
  for (const { type, columns, rows } of tables) {
    const last = groups.at(-1);
    const more = tableRows(rows);
    if (last?.type === type) groups[groups.length - 1] = { ...last, rows: chain(last.rows, more) };
    else groups.push({ type, columns, rows: more });
  }
  return groups;
}

function* chain(first: Iterable<TableRow>, second: Iterable<TableRow>): Iterable<TableRow> {
  yield* first;
  yield* second;
}

function* tableRows(rows: Iterable<ObjectRow>): Iterable<TableRow> {
  for (const row of rows) yield tableRow(row);
}

/** A row of the store as a table shows it. */
export function tableRow(row: Pick<ObjectRow, 'key' | 'name' | 'cells' | 'labels'>): TableRow {
  return {
    namespace: namespaceOfKey(row),
    cells: JSON.parse(row.cells) as Cell[],
    labels: JSON.parse(row.labels) as JsonObject,
  };
}
