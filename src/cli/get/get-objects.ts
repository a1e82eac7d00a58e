import { NaviError } from '../../errors/navi-error.ts';
import { ownFailure, type Failure } from './failure.ts';
import type { FoundObject } from './found-object.ts';
import type { RowSource } from './get-rows.ts';
import type { Asked, Printed } from './get-tables.ts';
import { readPlan, type FoundRows } from './read-plan.ts';
import { choosePrinter } from './printers/choose-printer.ts';
import type { ObjectPrinter } from './printers/object-printer.ts';
import { sortTogether, type SortedRow } from './sortable-rows.ts';

type Write = (text: string | Uint8Array) => void;

/**
 * Prints objects in a machine format: one named object as it is, everything else as a List; what is missing goes to the
 * failures (kubectl 1.36).
 * @throws NAVI_AS_KUBECTL for a format, template or order that cannot be used
 */
export function printObjects(source: RowSource, asked: Asked, write: Write): Printed {
  const { request, plan } = asked;
  // A format that does not exist is told only after what was asked for was found.
  let printer: ObjectPrinter | undefined;
  const chosen = (): ObjectPrinter => (printer ??= choosePrinter(request.output));
  const { found, failures } = readPlan(source, asked, request.sortBy === '' ? detailOf(chosen) : 'whole');
  if (plan.isSingle && failures.length > 0) return { isEmpty: true, failures };
  if (found.length === 0 && !plan.isBulk && request.ignoreNotFound) return { isEmpty: true, failures };
  const failed = print(chosen(), { plan, request, source, reads: found }, write);
  return { isEmpty: false, failures: failed === undefined ? failures : [...failures, failed] };
}

function detailOf(chosen: () => ObjectPrinter): ObjectPrinter['detail'] {
  try {
    return chosen().detail;
  } catch (error) {
    if (error instanceof NaviError) return 'row';
    throw error;
  }
}

function print(
  printer: ObjectPrinter,
  {
    plan,
    request,
    source,
    reads,
  }: Pick<Asked, 'plan' | 'request'> & { readonly source: RowSource; readonly reads: readonly FoundRows[] },
  write: Write,
): Failure | undefined {
  // What one file of manifests names may be several; unsorted rows come only once.
  const kept = plan.isSingle ? [...foundIn(reads)] : undefined;
  const [only, ...others] = kept ?? [];
  if (only !== undefined && others.length === 0) {
    const { text, failure } = printer.single(only);
    write(text);
    return failure === undefined ? undefined : ownFailure(failure);
  }
  if (request.sortBy === '') return printList(printer, kept ?? foundIn(reads), write);
  const sorted = sortTogether(request.sortBy, reads);
  return sorted.ok ? printList(printer, source.last(wholeObjects(sorted.rows)), write) : ownFailure(sorted.message);
}

function* wholeObjects(rows: readonly SortedRow[]): Iterable<FoundObject> {
  for (const { of, row } of rows) yield of.whole(row);
}

function printList(printer: ObjectPrinter, found: Iterable<FoundObject>, write: Write): Failure | undefined {
  const failure = printer.list(found, write);
  return failure === undefined ? undefined : ownFailure(failure);
}

function* foundIn(reads: readonly FoundRows[]): Iterable<FoundObject> {
  for (const { type, rows } of reads) for (const row of rows) yield { type, row };
}
