import { resourceName } from '../../core/api-resource.ts';
import { goQuote } from '../../core/go-quote.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import {
  objectByKey,
  readObjects,
  rowTally,
  type ObjectDetail,
  type ObjectQuery,
  type ObjectRow,
  type RowTally,
} from '../../query/object-query.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { serverFailure, type Failure } from './failure.ts';
import type { GetStep } from './get-plan.ts';
import type { HeldSnapshot } from './held-snapshot.ts';
import { givenRow } from './object-row.ts';
import { plainColumns } from './plain-table.ts';
import type { FoundRows } from './read-plan.ts';
import type { RowQuery } from './row-query.ts';

/** Rows of one step with the columns that their cells follow, or what stands in their place. */
export type StepRows =
  | {
      readonly type: MirrorType;
      readonly rows: Iterable<ObjectRow>;
      readonly columns: readonly PrinterColumn[];
      /** Reads the row again, whole; undefined where the rows are whole themselves. */
      readonly again?: ((row: ObjectRow) => ObjectRow) | undefined;
      /** Tells of the rows without reading them; undefined where they have to be read for that. */
      readonly tally?: RowTally | undefined;
      /** The object of a manifest is there, but a label selector leaves it out. */
      readonly isFiltered?: boolean | undefined;
    }
  | { readonly failure: Failure };

/** Where the rows of a plan's steps come from: the store, or for a live step what the cluster answered. */
export interface RowSource {
  read(step: GetStep, detail: ObjectDetail): StepRows;
  /**
   * What was read, in the order and number that is wanted.
   * @throws NAVI_USAGE for a filter that matched nothing and looks like a mistake
   */
  arranged(found: readonly FoundRows[], detail: ObjectDetail): readonly FoundRows[];
  /** Rows that are read once, the last that are read: the snapshot ends with them. */
  last<T>(rows: Iterable<T>): Iterable<T>;
  /** Everything was read. */
  end(): void;
}

/** Which rows of the store are wanted besides what a plan says. */
interface RowChoice {
  readonly liveRows: ReadonlyMap<GetStep, StepRows>;
  readonly query: RowQuery | undefined;
}

/** The store as a source. Lists are read as they are iterated, a named object at once. */
export function storedRows(reader: MirrorReader, { liveRows, query }: RowChoice, snapshot: HeldSnapshot): RowSource {
  return {
    read(step, printed) {
      const detail = query?.detail(printed) ?? printed;
      const elsewhere = rowsFromElsewhere(step, liveRows);
      if (elsewhere !== undefined) return query?.matching(elsewhere) ?? elsewhere;
      if (query === undefined) return readStep(reader, step, { detail });
      const { condition } = query.candidates(step.type, detail);
      const matching = query.matching(readStep(reader, step, { detail, condition }));
      // Where the store leaves out everything, only the others can tell a slip in the expression.
      if (condition !== undefined && !query.hasMatch) query.tryOn(readStep(reader, step, { detail }));
      return matching;
    },
    arranged(found, printed) {
      query?.refuseMistake();
      return query?.arranged(found, printed) ?? found;
    },
    last: (rows) => snapshot.add(rows),
    end: () => snapshot.end(),
  };
}

/** What of a plan the store is not asked for. */
function rowsFromElsewhere(step: GetStep, liveRows: RowChoice['liveRows']): StepRows | undefined {
  if (step.failure !== undefined) return { failure: step.failure };
  if (step.given !== undefined) return { type: step.type, rows: [givenRow(step.given)], columns: plainColumns };
  return liveRows.get(step);
}

function readStep(
  reader: MirrorReader,
  step: GetStep,
  { detail, condition }: { readonly detail: ObjectDetail } & Pick<ObjectQuery, 'condition'>,
): StepRows {
  const { type, name, namespace } = step;
  const known = knownFailure(step);
  if (known !== undefined) return { failure: known };
  const query = { typeId: type.rowTypeId, namespace, name, labels: step.labels, fields: step.fields };
  const rows = readObjects(reader, name === undefined ? { ...query, condition } : query, detail);
  const { columns } = type;
  if (name === undefined) {
    return { type, rows, columns, again: rereading(reader, type), tally: rowTally(reader, { ...query, condition }) };
  }
  const found = [...rows];
  if (found.length > 0) return { type, rows: found, columns };
  const isFiltered = step.labels.length > 0 && [...readObjects(reader, { ...query, labels: [] }, 'row')].length > 0;
  return isFiltered ? { type, rows: [], columns, isFiltered } : { failure: notFoundFailure(reader, step) };
}

function rereading(reader: MirrorReader, type: MirrorType): (row: ObjectRow) => ObjectRow {
  let read: ReturnType<typeof objectByKey> | undefined;
  return (row) => {
    read ??= objectByKey(reader, type.rowTypeId, 'whole');
    return read(row.key) ?? row;
  };
}

/**
 * What the cluster answers as far as that is known without asking it; undefined where the rows are the answer, and where
 * only the cluster knows: that everything is refused says nothing of one namespace or one object.
 */
export function knownFailure(step: GetStep): Failure | undefined {
  if (!step.type.verbs.includes('list')) return methodFailure(step);
  return step.type.scope?.phase === 'denied' && step.live === undefined ? forbiddenFailure(step.type) : undefined;
}

/** What a server says of types without the list verb (kube-apiserver 1.36). */
function methodFailure(step: GetStep): Failure {
  if (step.name !== undefined) return serverFailure('NotFound', 'the server could not find the requested resource');
  return serverFailure('MethodNotAllowed', 'the server does not allow this method on the requested resource');
}

/** The server's own refusal of the list, as it was last told. */
function forbiddenFailure(type: MirrorType): Failure {
  return serverFailure('Forbidden', type.scope?.refusal ?? `${resourceName(type)} is forbidden`);
}

/** `PLURAL "NAME" not found`, or that its namespace does not exist (kubectl's rule: not for the default namespace). */
export function notFoundFailure(reader: MirrorReader, { type, namespace, name }: GetStep): Failure {
  if (namespace !== undefined && namespace !== 'default' && isMissingNamespace(reader, namespace)) {
    return serverFailure('NotFound', `namespaces ${goQuote(namespace)} not found`);
  }
  return serverFailure('NotFound', `${resourceName(type)} ${goQuote(name ?? '')} not found`);
}

function isMissingNamespace(reader: MirrorReader, namespace: string): boolean {
  const row = reader.sqlite
    .prepare(
      `select resource_type.id as id, scope.complete as complete from resource_type join scope on scope.type_id = resource_type.id
       where api_group = '' and resource = 'namespaces' and phase <> 'denied'`,
    )
    .get() as { id: number; complete: number } | undefined;
  if (row?.complete !== 1) return false;
  const query = { typeId: row.id, name: namespace, labels: [], fields: [] };
  return [...readObjects(reader, query, 'row')].length === 0;
}

/** Rows in the order in which the server lists them as a table: FlowSchemas by precedence, all others as stored. */
export function inTableOrder(type: MirrorType, rows: Iterable<ObjectRow>): Iterable<ObjectRow> {
  if (resourceName(type) !== 'flowschemas.flowcontrol.apiserver.k8s.io') return rows;
  const precedence = type.columns.findIndex((column) => column.name === 'MatchingPrecedence');
  const of = (row: ObjectRow): number => Number((JSON.parse(row.cells) as unknown[])[precedence]);
  return [...rows].sort((a, b) => of(a) - of(b) || (a.name < b.name ? -1 : 1));
}
