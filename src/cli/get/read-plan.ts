import type { ObjectDetail } from '../../query/object-query.ts';
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
    return [isServerTable ? { ...read, rows: inTableOrder(read.type, read.rows) } : read];
  });
  // Sorting reads rows twice.
  const once = (read: FoundRows): FoundRows =>
    request.sortBy === '' ? { ...read, rows: source.last(read.rows) } : read;
  const found = source.arranged(shown, detail).map(once);
  if (plan.errorText !== undefined) {
    const message = plan.errorText(reads);
    return { found, failures: message === '' ? [] : [{ reason: '', message, isWhole: true }] };
  }
  const failures = [...reads.values()].flatMap((read) => ('failure' in read ? [read.failure] : []));
  return { found, failures: failures.filter((failure) => !(isNotFound(failure) && request.ignoreNotFound)) };
}
