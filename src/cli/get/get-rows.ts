import { resourceName } from '../../core/api-resource.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { readObjects, type ObjectDetail, type ObjectRow } from '../../query/object-query.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { GetStep } from './get-plan.ts';

/** Rows of one step, or the error line that stands in their place. */
export type StepRows =
  | { readonly rows: Iterable<ObjectRow> }
  | { readonly error: string; readonly isNotFound: boolean };

/** Reads the rows of a step; lists are read as they are iterated, a named object at once. */
export function readStep(reader: MirrorReader, step: GetStep, detail: ObjectDetail): StepRows {
  const { type, name, namespace } = step;
  if (step.problem !== undefined) return { error: step.problem, isNotFound: false };
  if (!type.verbs.includes('list')) return { error: methodError(step), isNotFound: false };
  if (type.scope?.phase === 'denied') return { error: forbiddenError(step), isNotFound: false };
  const query = { typeId: type.rowTypeId, namespace, name, labels: step.labels, fields: step.fields };
  const rows = readObjects(reader, query, detail);
  if (name === undefined) return { rows };
  const found = [...rows];
  if (found.length > 0) return { rows: found };
  return { error: notFoundError(reader, step), isNotFound: true };
}

/** What a server says of types without the list verb (kube-apiserver 1.36). */
function methodError(step: GetStep): string {
  if (step.name !== undefined) return 'Error from server (NotFound): the server could not find the requested resource';
  return 'Error from server (MethodNotAllowed): the server does not allow this method on the requested resource';
}

/** The server's own refusal of the list, as it was last told. */
function forbiddenError(step: GetStep): string {
  const name = resourceName(step.type);
  return `Error from server (Forbidden): ${step.type.scope?.lastError ?? `${name} is forbidden`}`;
}

/** `PLURAL "NAME" not found`, or that its namespace does not exist (kubectl's rule: not for the default namespace). */
function notFoundError(reader: MirrorReader, step: GetStep): string {
  const { type, namespace, name } = step;
  if (namespace !== undefined && namespace !== 'default' && isMissingNamespace(reader, namespace)) {
    return `Error from server (NotFound): namespaces "${namespace}" not found`;
  }
  return `Error from server (NotFound): ${resourceName(type)} "${name}" not found`;
}

function isMissingNamespace(reader: MirrorReader, namespace: string): boolean {
  const row = reader.sqlite
    .prepare(
      `select resource_type.id as id, scope.complete as complete from resource_type join scope on scope.type_id = resource_type.id
       where api_group = '' and resource = 'namespaces'`,
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
