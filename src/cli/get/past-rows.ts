import { parseJson } from '../../core/canonical-json.ts';
import { resourceName } from '../../core/api-resource.ts';
import { instantText } from '../../core/instant-text.ts';
import { asObject, type Json } from '../../core/json.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import { compareUtf8 } from '../../core/utf8-order.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { Deletion } from '../../query/history/past-objects.ts';
import { PastObjects } from '../../query/history/past-objects.ts';
import { readObjects, type ObjectDetail, type ObjectRow } from '../../query/object-query.ts';
import { isReadableAt } from '../../query/type-places.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { packText, type StateParts } from '../../store/state-blob.ts';
import type { GetPlan, GetStep } from './get-plan.ts';
import { isTable, type GetRequest } from './get-request.ts';
import { knownFailure, notFoundFailure, type StepRows } from './get-rows.ts';
import { narrowRow } from './object-row.ts';
import { concerns, isSelected } from './watched-change.ts';

/** Which past is asked for: how objects were at an instant (epoch ms), or those that are gone. */
export type PastChoice = { readonly kind: 'at'; readonly atMs: number } | { readonly kind: 'deleted' };

/** What follows the columns of a type in a table of what is gone. */
const deletedColumn: PrinterColumn = { name: 'Deleted', type: 'string', format: '', priority: 0 };

/**
 * The rows of a plan as they were, in place of those of the store. Within its snapshot; what changed since is in memory.
 * @throws NAVI_TOO_OLD for an instant that the mirror does not reach back to, NAVI_USAGE for what it does not mirror
 */
export function pastRows(
  reader: MirrorReader,
  { request, plan }: { readonly request: GetRequest; readonly plan: GetPlan },
  choice: PastChoice,
): ReadonlyMap<GetStep, StepRows> {
  const past = new PastObjects(reader);
  try {
    const detail: ObjectDetail = isTable(request.output) && request.sortBy === '' && !request.query ? 'row' : 'whole';
    const rows = plan.steps.map((step): readonly [GetStep, StepRows] => {
      refuseUnknown(step);
      const failure = step.failure ?? knownFailure(step);
      if (failure !== undefined) return [step, { failure }];
      if (choice.kind === 'deleted') return [step, named(reader, step, deletedRows(past, step))];
      return [step, named(reader, step, rowsAt(reader, past, { step, detail, atMs: choice.atMs }))];
    });
    return new Map(rows);
  } finally {
    past.close();
  }
}

/** @throws NAVI_USAGE */
function refuseUnknown({ type, live, given }: GetStep): void {
  if (live === undefined && given === undefined) return;
  const name = resourceName(type);
  throw new NaviError('NAVI_USAGE', `navi does not mirror ${name} so that it could tell how it was`, {
    hints: [`navi types says what is mirrored`],
  });
}

/** A named object that is not among the rows was not there. */
function named(reader: MirrorReader, step: GetStep, found: Extract<StepRows, { rows: unknown }>): StepRows {
  if (step.name === undefined) return found;
  const rows = [...found.rows];
  return rows.length > 0 ? { ...found, rows } : { failure: notFoundFailure(reader, step) };
}

function deletedRows(past: PastObjects, step: GetStep): Extract<StepRows, { rows: unknown }> {
  const { type } = step;
  const deletions = past
    .deletions({ typeId: type.rowTypeId, type: resourceName(type) })
    .filter(({ key, state }) => isWanted(step, key) && isSelected(step, state));
  const rows = deletions
    .toSorted((one, other) => compareUtf8(one.key, other.key) || one.atMs - other.atMs)
    .map((deletion) => rowOfDeletion(deletion));
  return { type, rows, columns: [...type.columns, deletedColumn] };
}

function rowOfDeletion({ state, atMs }: Deletion): ObjectRow {
  const row = rowOf(state);
  const cells = JSON.parse(row.cells) as Json[];
  return { ...row, cells: JSON.stringify([...cells, { sinceMs: atMs, after: ' ago' }]), changed_at: atMs };
}

function rowsAt(
  reader: MirrorReader,
  past: PastObjects,
  { step, detail, atMs }: { readonly step: GetStep; readonly detail: ObjectDetail; readonly atMs: number },
): Extract<StepRows, { rows: unknown }> {
  const { type, namespace, name, labels, fields } = step;
  const of = { typeId: type.rowTypeId, type: resourceName(type) };
  const since = past.knownSince(of, namespace);
  if (since === undefined || atMs < since || !past.reachesBackTo(atMs)) {
    const reach = since === undefined ? '' : `; it reaches back to ${instantText(past.oldest(since)) ?? ''}`;
    throw new NaviError('NAVI_TOO_OLD', `the mirror cannot tell how ${of.type} were at ${instantText(atMs)}${reach}`, {
      hints: ['--at takes a later time'],
    });
  }
  const changed = past.statesAt(of, atMs, (key) => isWanted(step, key));
  const then = [...changed].flatMap(([key, state]) =>
    state !== undefined && isSelected(step, state) ? [{ ...rowOf(state), key }] : [],
  );
  then.sort((one, other) => compareUtf8(one.key, other.key));
  const present = readObjects(reader, { typeId: of.typeId, namespace, name, labels, fields }, detail);
  return { type, rows: merged(present, changed, then), columns: type.columns };
}

/** Rows of the store but those that have changed since, and these as they were, in list order. */
function merged(
  present: Iterable<ObjectRow>,
  changed: ReadonlyMap<string, unknown>,
  then: readonly ObjectRow[],
): Iterable<ObjectRow> {
  return {
    *[Symbol.iterator]() {
      let at = 0;
      for (const row of present) {
        if (changed.has(row.key)) continue;
        for (let next = then[at]; next !== undefined && compareUtf8(next.key, row.key) < 0; next = then[at]) {
          yield next;
          at += 1;
        }
        yield row;
      }
      yield* then.slice(at);
    },
  };
}

/** Whether a key is asked for, and may be read now. */
function isWanted(step: GetStep, key: string): boolean {
  const namespace = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
  return concerns(step, key) && isReadableAt(step.type, namespace);
}

/** A state as the store would have it, whole. */
function rowOf({ body, managedFields, cells }: StateParts): ObjectRow {
  const zstd = managedFields === '' ? null : packText(managedFields);
  return { ...narrowRow(asObject(parseJson(body))), cells, json: body, zstd };
}
