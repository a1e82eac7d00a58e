import type { Cell } from '../../core/cell.ts';
import type { JsonObject } from '../../core/json.ts';
import { renderTables, type TableGroup, type TableRow } from '../../output/object-table.ts';
import { namespaceOfKey, type ObjectRow } from '../../query/object-query.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import type { GetPlan } from './get-plan.ts';
import type { GetRequest } from './get-request.ts';
import { inTableOrder, readStep } from './get-rows.ts';

/** What printing came to. */
export interface Printed {
  readonly isEmpty: boolean;
  /** Error lines in order of the arguments, without those that were to be ignored. */
  readonly errors: readonly string[];
}

/** Prints tables, one per run of a type. */
export function printTables(
  reader: MirrorReader,
  asked: { readonly request: GetRequest; readonly plan: GetPlan; readonly nowMs: number },
  write: (text: string) => void,
): Printed {
  const { request, plan, nowMs } = asked;
  const errors: string[] = [];
  const groups: TableGroup[] = [];
  const shown = new Set<string>();
  for (const step of plan.steps) {
    const read = readStep(reader, step, 'row');
    if ('error' in read) {
      if (!(read.isNotFound && request.ignoreNotFound)) errors.push(read.error);
      continue;
    }
    shown.add(`${step.type.group}/${step.type.kind}`);
    addGroup(groups, step.type, read.rows);
  }
  const wide = request.format.kind === 'table' && request.format.wide;
  let isEmpty = true;
  for (const text of renderTables(groups, {
    wide,
    allNamespaces: request.allNamespaces,
    showKind: request.showKind || shown.size > 1,
    showLabels: request.showLabels,
    labelColumns: request.labelColumns,
    noHeaders: request.noHeaders,
    nowMs,
  })) {
    isEmpty = false;
    write(text);
  }
  return { isEmpty, errors };
}

/** Adds rows to the last table where it is of the same type, else begins another one. */
function addGroup(groups: TableGroup[], type: MirrorType, rows: Iterable<ObjectRow>): void {
  const last = groups.at(-1);
  const more = tableRows(inTableOrder(type, rows));
  if (last?.type === type) groups[groups.length - 1] = { ...last, rows: chain(last.rows, more) };
  else groups.push({ type, columns: type.columns, rows: more });
}

function* chain(first: Iterable<TableRow>, second: Iterable<TableRow>): Iterable<TableRow> {
  yield* first;
  yield* second;
}

function* tableRows(rows: Iterable<ObjectRow>): Iterable<TableRow> {
  for (const row of rows) {
    yield {
      namespace: namespaceOfKey(row),
      cells: JSON.parse(row.cells) as Cell[],
      labels: JSON.parse(row.labels) as JsonObject,
    };
  }
}
