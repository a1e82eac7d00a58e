import type { MirrorType } from '../../query/mirror-type.ts';
import type { ObjectDetail, RowCells, RowTally } from '../../query/object-query.ts';
import { isNotFound, type Failure } from './failure.ts';
import type { GetPlan, GetStep } from './get-plan.ts';
import { isTable, type GetRequest } from './get-request.ts';
import { inTableOrder, type RowSource, type StepRows } from './get-rows.ts';

/** The rows of a step that has some, or may have. */
export type FoundRows = Extract<StepRows, { readonly rows: unknown }>;

/** A plan as it was read. */
export interface ReadPlan {
  /** In order of printing. */
  readonly found: readonly FoundRows[];
  /** In order of the arguments, without those that were to be ignored. */
  readonly failures: readonly Failure[];
}

/** The rows of a type are one table, of however many namespaces they are. */
function joined(reads: readonly FoundRows[]): readonly FoundRows[] {
  const tables: FoundRows[] = [];
  for (const read of reads) {
    const last = tables.at(-1);
    const isMore =
      last !== undefined && isSameType(last.type, read.type) && last.again !== undefined && read.again !== undefined;
    if (isMore) tables[tables.length - 1] = { ...last, rows: chained(last.rows, read.rows), tally: both(last, read) };
    else tables.push(read);
  }
  return tables;
}

function both({ tally: first }: FoundRows, { tally: second }: FoundRows): RowTally | undefined {
  if (first === undefined || second === undefined) return undefined;
  return {
    count: () => first.count() + second.count(),
    cells: (indexes) => bothCells(first.cells(indexes), second.cells(indexes)),
    // Both are of one type.
    row: (objectId) => first.row(objectId),
  };
}

function bothCells(first: RowCells, second: RowCells): RowCells {
  return {
    objectIds: [...first.objectIds, ...second.objectIds],
    texts: first.texts.map((texts, at) => [...texts, ...(second.texts[at] ?? [])]),
  };
}

/** Sorting reads rows more than once. */
function chained<T>(first: Iterable<T>, second: Iterable<T>): Iterable<T> {
  return {
    *[Symbol.iterator]() {
      yield* first;
      yield* second;
    },
  };
}

function isSameType(one: MirrorType, other: MirrorType): boolean {
  return one.group === other.group && one.resource === other.resource && one.version === other.version;
}

/** The rows as the server lists them in a table. What the store tells of them is in its own order. */
function asTable(read: FoundRows): FoundRows {
  const rows = inTableOrder(read.type, read.rows);
  return rows === read.rows ? read : { ...read, rows, tally: undefined };
}

/** Reads every step of a plan; what fails does not stop the others. */
export function readPlan(
  source: RowSource,
  { request, plan }: { readonly request: GetRequest; readonly plan: GetPlan },
  detail: ObjectDetail,
): ReadPlan {
  const reads = new Map<GetStep, StepRows>(plan.steps.map((step) => [step, source.read(step, detail)]));
  const isServerTable = isTable(request.output) && request.table.serverPrint;
  const shown = [...reads].flatMap(([step, read]) => {
    if (!('rows' in read) || read.isFiltered === true || step.isHidden === true) return [];
    return [isServerTable ? asTable(read) : read];
  });
  // Sorting reads rows twice.
  const once = (read: FoundRows): FoundRows =>
    request.sortBy === '' ? { ...read, rows: source.last(read.rows) } : read;
  const found = source.arranged(joined(shown), detail).map(once);
  if (plan.errorText !== undefined) {
    const message = plan.errorText(reads);
    return { found, failures: message === '' ? [] : [{ reason: '', message, isWhole: true }] };
  }
  const failures = [...reads.values()].flatMap((read) => ('failure' in read ? [read.failure] : []));
  return { found, failures: failures.filter((failure) => !(isNotFound(failure) && request.ignoreNotFound)) };
}
