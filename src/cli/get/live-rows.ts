import type { ClusterAnswer } from '../../control/protocol.ts';
import { apiVersion } from '../../core/api-resource.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { asArray, asObject, asString, type JsonObject } from '../../core/json.ts';
import { printerColumn, type PrinterColumn } from '../../core/printer-column.ts';
import { NaviError } from '../../errors/navi-error.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { ObjectRow } from '../../query/object-query.ts';
import { listErrorText, selectorErrorText } from '../../query/selector-error.ts';
import { answerFailure, askCluster, parsedBody } from './ask-cluster.ts';
import type { Failure } from './failure.ts';
import type { GetPlan, GetStep } from './get-plan.ts';
import { isTable, type GetRequest } from './get-request.ts';
import { givenRow, narrowRow, objectRow } from './object-row.ts';
import { knownFailure, type StepRows } from './get-rows.ts';
import type { GetTarget } from './get-target.ts';
import { plainColumns } from './plain-table.ts';

/** What the steps of a plan came to that only the cluster could answer, and the texts of its Warning headers. */
export interface LiveRows {
  readonly rows: ReadonlyMap<GetStep, StepRows>;
  readonly warnings: readonly string[];
}

/** Objects per page, as kubectl asks for them. */
const pageObjects = 500;

const json = 'application/json';
const table = `${json};as=Table;v=v1;g=meta.k8s.io,${json};as=Table;v=v1beta1;g=meta.k8s.io,${json}`;

/**
 * Has the running daemon ask the cluster for the live steps of a plan.
 * @throws NAVI_NOT_MIRRORED with the kubectl command to use where no daemon runs, NAVI_UNREACHABLE
 */
export async function readLive(request: GetRequest, plan: GetPlan, target: GetTarget): Promise<LiveRows> {
  const rows = new Map<GetStep, StepRows>();
  const warnings: string[] = [];
  for (const step of plan.steps) {
    if (step.live === undefined || step.failure !== undefined) continue;
    const asTable = isTable(request.output) && request.table.serverPrint;
    const ask = async (path: string): Promise<ClusterAnswer> => {
      const answer = await askCluster(path, asTable ? table : json, { why: step.live ?? '', request, target });
      warnings.push(...answer.warnings);
      return answer;
    };
    rows.set(step, await readStep(request, step, ask));
  }
  return { rows, warnings };
}

/** @throws what `askCluster` throws, but for what is known without asking: then that is the answer. */
async function readStep(
  request: GetRequest,
  step: GetStep,
  ask: (path: string) => Promise<ClusterAnswer>,
): Promise<StepRows> {
  try {
    return await readPages(request, step, ask);
  } catch (error) {
    const known = error instanceof NaviError && request.impersonate === undefined ? knownFailure(step) : undefined;
    if (known === undefined) throw error;
    return { failure: known };
  }
}

async function readPages(
  request: GetRequest,
  step: GetStep,
  ask: (path: string) => Promise<ClusterAnswer>,
): Promise<StepRows> {
  const rows: ObjectRow[] = [];
  let { type } = step;
  let columns: readonly PrinterColumn[] = plainColumns;
  for (let next = ''; ;) {
    const answer = await ask(requestPath(request, step, next));
    const body = parsedBody(answer);
    if (answer.status < 200 || answer.status > 299)
      return { failure: stepFailure(request, step, answerFailure(answer, body)) };
    if (body['kind'] === 'Table') {
      columns = next === '' ? asArray(body['columnDefinitions']).map(printerColumn) : columns;
      for (const row of asArray(body['rows'])) rows.push(tableRowOf(asObject(row), request.sortBy !== ''));
    } else {
      const objects = step.name === undefined ? asArray(body['items']).map(asObject) : [body];
      for (const object of objects) rows.push(givenRow(withKind(step, object)));
      if (step.name !== undefined) type = typeOf(step.type, body);
    }
    next = asString(asObject(body['metadata'])['continue']);
    if (next === '') return { rows, columns, type };
  }
}

/** kubectl says of a list that is refused what was asked for (kubectl 1.36). */
function stepFailure(request: GetRequest, { type, name }: GetStep, failure: Failure): Failure {
  const { reason, message } = failure;
  if (name !== undefined || (reason !== 'BadRequest' && reason !== 'NotFound')) return failure;
  const texts = { labels: request.selector.trim(), fields: request.fieldSelector.trim() };
  const hasSelector = texts.labels !== '' || texts.fields !== '';
  const text = hasSelector ? selectorErrorText(type, texts, message) : listErrorText(type, message);
  return { reason, message: text };
}

function requestPath(request: GetRequest, { type, name, namespace }: GetStep, next: string): string {
  const root = `/${type.group === '' ? 'api' : 'apis'}/${apiVersion(type)}`;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const subresource = request.subresource === '' ? '' : `/${encodeURIComponent(request.subresource)}`;
  const object = name === undefined ? '' : `/${encodeURIComponent(name)}${subresource}`;
  const query = new URLSearchParams();
  if (isTable(request.output) && request.sortBy !== '') query.set('includeObject', 'Object');
  if (name === undefined) {
    query.set('limit', String(pageObjects));
    if (next !== '') query.set('continue', next);
    if (request.selector.trim() !== '') query.set('labelSelector', request.selector.trim());
    if (request.fieldSelector.trim() !== '') query.set('fieldSelector', request.fieldSelector.trim());
  }
  return `${root}${scope}/${type.resource}${object}${query.size === 0 ? '' : `?${query.toString()}`}`;
}

function tableRowOf(row: JsonObject, isSorted: boolean): ObjectRow {
  const object = asObject(row['object']);
  return { ...(isSorted ? objectRow(object) : narrowRow(object)), cells: canonicalJson(asArray(row['cells'])) };
}

/** Items of lists of built-in types do not say what they are. */
function withKind({ type }: GetStep, object: JsonObject): JsonObject {
  if (asString(object['kind']) !== '') return object;
  return { ...object, apiVersion: apiVersion(type), kind: type.kind };
}

/** A subresource is of another kind than its object: `scale.autoscaling/web`. */
function typeOf(type: MirrorType, object: JsonObject): MirrorType {
  const [version, group = ''] = asString(object['apiVersion']).split('/').reverse();
  return { ...type, kind: asString(object['kind']), group, version: version ?? '' };
}
