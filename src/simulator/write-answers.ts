import { apiVersion } from '../core/api-resource.ts';
import { asObject, asString, isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import { administrator } from './access-rules.ts';
import { badRequest, methodNotAllowed, objectNotFound, typeNotFound, unsupportedMediaType } from './api-status.ts';
import type { ClusterState } from './cluster-state.ts';
import { parseJson } from './go-json.ts';
import { listBody } from './list-body.ts';
import { objectSelection } from './object-selection.ts';
import { objectKey, toServed } from './object-shape.ts';
import { jsonAnswer } from './path-answers.ts';
import type { Answer } from './reply.ts';
import type { ResourceTarget } from './request-target.ts';
import { isScale, patchOfScale, scaleOf } from './scale.ts';
import { hasSubresource, type ServedType } from './served-type.ts';

/** A request that changes something. */
export interface WriteRequest {
  readonly state: ClusterState;
  readonly type: ServedType;
  readonly target: ResourceTarget;
  readonly query: URLSearchParams;
  readonly user: string;
  /** First word of the user agent: the field manager. */
  readonly manager: string;
  readonly contentType: string;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

function parseBody(request: WriteRequest): JsonObject {
  const { type, body } = request;
  if (!request.contentType.endsWith('json')) throw unsupportedMediaType('415: Unsupported Media Type', {});
  const refuse = (why: string): Error =>
    badRequest(`the object provided is unrecognized (must be of type ${type.kind}): ${why}`);
  let value: Json;
  try {
    value = parseJson(body);
  } catch {
    throw refuse(`couldn't get version/kind; json parse error: unexpected end of JSON input (${body.slice(0, 30)})`);
  }
  if (!isJsonObject(value)) throw refuse(`Object 'Kind' is missing in '${body}'`);
  return value;
}

/** Kind and namespace of a sent object must be those of the path; a custom resource must say its kind. */
function checkIdentity(request: WriteRequest, object: JsonObject): JsonObject {
  const { type, target } = request;
  const kind = asString(object['kind']);
  if (kind === '' && type.custom !== undefined) {
    const start = request.body.length > 30 ? `${request.body.slice(0, 30)} ...` : request.body;
    const why = `Object 'Kind' is missing in '${request.body}' (${start})`;
    throw badRequest(`the object provided is unrecognized (must be of type ${type.kind}): ${why}`);
  }
  if (kind !== '' && kind !== type.kind) {
    const version = type.version;
    const why = `converting (${version}.${kind}) to (core.${type.kind}): unknown conversion`;
    throw badRequest(`${kind} in version "${version}" cannot be handled as a ${type.kind}: ${why}`);
  }
  const metadata = asObject(object['metadata']);
  const namespace = asString(metadata['namespace']);
  if (type.namespaced && namespace !== '' && namespace !== target.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const name = asString(metadata['name']);
  if (target.single && name !== '' && name !== target.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
  }
  const place = type.namespaced ? { namespace: target.namespace } : {};
  return { ...object, metadata: { ...metadata, ...place, ...(target.single ? { name: target.name } : {}) } };
}

/** `selfsubjectreviews` and `selfsubjectaccessreviews`: who am I, and what may I. */
function reviewAnswer(request: WriteRequest): Answer {
  const { type, user, state } = request;
  const creationTimestamp = new Date(request.nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const head = { kind: type.kind, apiVersion: apiVersion(type), metadata: { creationTimestamp } };
  if (type.resource === 'selfsubjectreviews') {
    const groups = [...(user === administrator ? ['system:masters'] : []), 'system:authenticated'];
    return jsonAnswer(201, { ...head, status: { userInfo: { username: user, uid: user, groups } } });
  }
  if (type.resource !== 'selfsubjectaccessreviews') throw typeNotFound();
  const spec = asObject(parseBody(request)['spec']);
  const attributes = asObject(spec['resourceAttributes']);
  const text = (name: string): string => asString(attributes[name]);
  const allowed =
    state.access.refuse(user, {
      verb: text('verb'),
      group: text('group'),
      resource: text('resource'),
      subresource: text('subresource'),
      namespace: text('namespace'),
      name: text('name'),
    }) === undefined;
  return jsonAnswer(201, { ...head, spec, status: { allowed } });
}

function create(request: WriteRequest): Answer {
  const { type, target, state, manager } = request;
  if (target.single || (type.namespaced && target.namespace === '')) throw methodNotAllowed();
  const object = checkIdentity(request, parseBody(request));
  return jsonAnswer(201, state.writer.create(type, object, { manager }));
}

function replace(request: WriteRequest): Answer {
  const { type, target, state, manager } = request;
  const object = checkIdentity(request, parseBody(request));
  return jsonAnswer(200, state.writer.replace(type, object, { manager, subresource: target.subresource }));
}

const mergeTypes = ['application/merge-patch+json', 'application/strategic-merge-patch+json'];

function patch(request: WriteRequest): Answer {
  const { type, target, state, manager, contentType } = request;
  const custom = type.custom !== undefined;
  if (!mergeTypes.slice(0, custom ? 1 : 2).includes(contentType)) {
    if (!custom) throw unsupportedMediaType('415: Unsupported Media Type', {});
    const known = 'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';
    throw unsupportedMediaType(
      `the body of the request was in an unknown format - accepted media types include: ${known}`,
    );
  }
  const options = { manager, subresource: target.subresource };
  const body = parseBody(request);
  if (!isScale(type, target.subresource)) return jsonAnswer(200, state.writer.patch(type, target, body, options));
  const object = storedObject(state, type, target);
  if (object === undefined) throw objectNotFound(type, target.name);
  return jsonAnswer(200, scaleOf(state.writer.patch(type, target, patchOfScale(object, body), options)));
}

function deletionStatus(type: ServedType, object: KubeObject): JsonObject {
  const { name, uid } = object.metadata;
  const group = type.group === '' ? {} : { group: type.group };
  const details = { name, ...group, kind: type.resource, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

function remove(request: WriteRequest): Answer {
  const { type, target, state } = request;
  const options = request.body === '' ? {} : parseBody(request);
  const { uid, resourceVersion } = asObject(options['preconditions']);
  const wanted = { uid: asString(uid), resourceVersion: asString(resourceVersion) };
  const { object, gone } = state.writer.delete(type, target, wanted);
  const showsObject = !gone || (type.resource === 'pods' && type.group === '');
  return jsonAnswer(200, showsObject ? object : deletionStatus(type, object));
}

/** Deletes what a list would show; the answer is that list. */
function removeCollection(request: WriteRequest): Answer {
  const { type, target, state } = request;
  if (type.namespaced && target.namespace === '') throw methodNotAllowed();
  const selection = objectSelection(type, request.query);
  const prefix = type.namespaced ? `${target.namespace}/` : '';
  const objects = [...state.store.table(type.storage).range(prefix)]
    .map(([, stored]) => toServed(type, stored))
    .filter((object) => selection.matches(object));
  const { revision } = state;
  for (const { metadata } of objects) {
    state.writer.delete(type, { namespace: metadata.namespace ?? '', name: metadata.name });
  }
  const page = { objects, revision, continueToken: '', remainingCount: undefined };
  return { status: 200, contentType: 'application/json', body: listBody(type, page) };
}

function requireSubresource(type: ServedType, name: string, verb = 'get'): void {
  if (isScale(type, name) && ['get', 'patch'].includes(verb)) return;
  if (name !== '' && (name !== 'status' || !hasSubresource(type, name))) {
    if (!(name === 'finalize' && type.resource === 'namespaces')) throw typeNotFound();
  }
}

/**
 * Answers every request that is no read. Strategic merge patches are applied as merge patches, JSON patches and server-side
 * apply are refused, and of the subresources only `status`, a namespace's `finalize` and, by a
 * patch, `scale` can be written.
 * @throws ApiRefusal
 */
export function writeAnswer(request: WriteRequest): Answer {
  const { type, target } = request;
  if (!type.verbs.includes(target.verb)) throw methodNotAllowed();
  if (target.verb === 'create' && type.resource.startsWith('self')) return reviewAnswer(request);
  requireSubresource(type, target.subresource, target.verb);
  if (target.verb === 'create') return create(request);
  if (target.verb === 'deletecollection') return removeCollection(request);
  if (!target.single) throw methodNotAllowed();
  if (target.verb === 'update') return replace(request);
  return target.verb === 'patch' ? patch(request) : remove(request);
}

/** The object of a GET. @throws ApiRefusal 404 */
export function storedObject(state: ClusterState, type: ServedType, target: ResourceTarget): KubeObject | undefined {
  requireSubresource(type, target.subresource);
  const stored = state.store.table(type.storage).get(objectKey(type.namespaced, target.namespace, target.name));
  return stored === undefined ? undefined : toServed(type, stored);
}
