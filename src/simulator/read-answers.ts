import { asString, type Json, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { Clock } from '../util/clock.ts';
import type { AcceptedForm } from './accepted-form.ts';
import { notAcceptable, objectNotFound } from './api-status.ts';
import type { ClusterState } from './cluster-state.ts';
import type { Fault } from './fault.ts';
import { goJson } from './go-json.ts';
import { listBody, listMetadata, partialListBody } from './list-body.ts';
import { listOptions } from './list-options.ts';
import { listPage } from './list-page.ts';
import { objectSelection } from './object-selection.ts';
import { partialMetadata } from './object-shape.ts';
import { jsonAnswer } from './path-answers.ts';
import type { Answer } from './reply.ts';
import type { ResourceTarget } from './request-target.ts';
import { isScale, scaleOf } from './scale.ts';
import type { ServedType } from './served-type.ts';
import { includedObject, TableForm } from './table-form.ts';
import { storedObject } from './write-answers.ts';

/** A GET of an object or of a list. */
export interface ReadRequest {
  readonly state: ClusterState;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly type: ServedType;
  readonly target: ResourceTarget;
  readonly query: URLSearchParams;
  readonly form: AcceptedForm;
  readonly fault: Fault | undefined;
  readonly serverMinor: number;
  /** The WatchList feature gate. */
  readonly watchList: boolean;
}

/** The Table of a request, or undefined for the other forms. @throws ApiRefusal 400 */
export function requestedTable(request: ReadRequest): TableForm | undefined {
  const { form, type, query, serverMinor, clock } = request;
  if (form.as !== 'Table') return undefined;
  const included = includedObject(query);
  return new TableForm(type, { version: form.apiVersion, serverMinor, included }, () => clock.now());
}

function answer(request: ReadRequest, body: string): Answer {
  const { warning } = request.type;
  const headers = warning === undefined ? undefined : { warning: `299 - "${warning}"` };
  return { status: 200, contentType: 'application/json', headers, body };
}

/** What a real server calls the Go type of the object or list. */
function goType(type: ServedType, list: boolean): string {
  if (type.custom !== undefined) return list ? '*unstructured.UnstructuredList' : '*unstructured.Unstructured';
  const group = type.group === '' ? 'core' : (type.group.split('.')[0] ?? '');
  return `*${group}.${type.kind}${list ? 'List' : ''}`;
}

/** @throws ApiRefusal 404 or 406 */
export function getAnswer(request: ReadRequest): Answer {
  const { state, type, target, form } = request;
  const object = storedObject(state, type, target);
  if (object === undefined) throw objectNotFound(type, target.name);
  if (isScale(type, target.subresource)) return jsonAnswer(200, scaleOf(object));
  if (form.as === 'PartialObjectMetadataList') {
    throw notAcceptable(
      `you requested PartialObjectMetadataList, but the requested object is not a list (${goType(type, false)})`,
    );
  }
  return answer(request, `${goJson(inForm(request, object))}\n`);
}

function inForm(request: ReadRequest, object: KubeObject): JsonObject {
  const table = requestedTable(request);
  if (table !== undefined) return table.table({ resourceVersion: object.metadata.resourceVersion }, [object]);
  return request.form.as === 'PartialObjectMetadata' ? partialMetadata(object, request.form.apiVersion) : object;
}

/** The health of the control plane has no resourceVersion. */
const componentStatuses = `${goJson({
  kind: 'ComponentStatusList',
  apiVersion: 'v1',
  metadata: {},
  items: [{ metadata: { name: 'etcd-0' }, conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }] }],
})}\n`;

function edited(body: string, fault: Fault | undefined): string {
  if (fault?.kind !== 'editList') return body;
  return `${goJson(fault.edit(JSON.parse(body) as JsonObject) as Json)}\n`;
}

/** @throws ApiRefusal 400, 406, 410, 422 or 504 */
export async function listAnswer(request: ReadRequest): Promise<Answer> {
  const { state, clock, type, target, query, form } = request;
  const options = listOptions(query, request.watchList);
  const selection = objectSelection(type, query);
  if (form.as === 'PartialObjectMetadata') {
    throw notAcceptable(
      `you requested PartialObjectMetadata, but the requested object is a list (${goType(type, true)})`,
    );
  }
  const table = requestedTable(request);
  if (type.resource === 'componentstatuses') return answer(request, componentStatuses);
  await state.broken.list(type, clock);
  const page = await listPage(state, clock, { type, namespace: asString(target.namespace), selection, options });
  if (table !== undefined) {
    return answer(request, `${goJson(table.table(listMetadata(page), page.objects))}\n`);
  }
  const partial = form.as === 'PartialObjectMetadataList';
  const body = partial ? partialListBody(page, form.apiVersion) : listBody(type, page);
  return answer(request, edited(body, request.fault));
}
