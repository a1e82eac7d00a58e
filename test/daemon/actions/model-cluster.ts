import type { Action } from '../../../src/core/action/action.ts';
import type { ActionRequest } from '../../../src/core/action/action-request.ts';
import { asObject, asString, isJsonObject, type Json, type JsonObject } from '../../../src/core/json.ts';
import type { ActionAnswer, ActionPort, ActionRead } from '../../../src/daemon/actions/run-action.ts';

/** The process was killed. */
export class Killed extends Error {}

/** What happens to a request on its way. */
export type Fate =
  | 'arrives'
  /** It is carried out, and the answer is lost. */
  | 'answer lost'
  /** It never arrives. */
  | 'lost'
  /** The answer is lost, and it arrives later. */
  | 'late'
  /** What was on its way arrives just before it. */
  | 'after the late'
  /** As with the three above, and the process is killed at once. */
  | 'killed before'
  | 'killed after'
  | 'killed, late';

/** A server of one object, as kube-apiserver behaves for a merge patch and for a deletion: with versions and uids. */
export class ModelCluster {
  object: JsonObject | undefined;
  /** Times that a request was carried out. */
  carriedOutCount = 0;
  /** A change that named no version, or was carried out upon another one, would have shown up here. */
  forcedCount = 0;
  isAway = false;
  #version = 10;
  readonly #late: ActionRequest[] = [];

  constructor(value: string) {
    this.object = this.#made('uid-1', value);
  }

  /** Somebody else sets the field, or another one. */
  edit(field: 'value' | 'other', value: string): void {
    if (this.object === undefined) return;
    this.#store({ ...this.object, data: { ...asObject(this.object['data']), [field]: value } });
  }

  /** Somebody else deletes the object, or puts another one in its place. */
  replace(value: string | undefined): void {
    this.#version += 1;
    this.object = value === undefined ? undefined : this.#made(`uid-${this.#version}`, value);
  }

  /** What was on its way arrives. */
  deliverLate(): void {
    for (const request of this.#late.splice(0)) this.#carryOut(request);
  }

  /** @param fate of each request that is sent, in turn */
  port(fate: () => Fate): ActionPort {
    return {
      read: () => Promise.resolve(this.#read()),
      send: (request) => Promise.resolve(this.#send(request, fate())),
    };
  }

  #read(): ActionRead {
    return this.isAway ? { kind: 'away', message: 'away' } : { kind: 'now', object: this.object };
  }

  #send(request: ActionRequest, fate: Fate): ActionAnswer {
    const lost: ActionAnswer = { kind: 'lost', message: 'no answer' };
    if (fate === 'killed before') throw new Killed();
    if (fate === 'lost' || this.isAway) return lost;
    if (fate === 'late' || fate === 'killed, late') this.#late.push(request);
    if (fate === 'late') return lost;
    if (fate === 'killed, late') throw new Killed();
    if (fate === 'after the late') this.deliverLate();
    const answer = this.#carryOut(request);
    if (fate === 'killed after') throw new Killed();
    return fate === 'answer lost' ? lost : answer;
  }

  #carryOut(request: ActionRequest): ActionAnswer {
    const body = JSON.parse(request.body) as JsonObject;
    const demanded = asObject(request.method === 'DELETE' ? body['preconditions'] : body['metadata']);
    const { object } = this;
    if (object === undefined) return { kind: 'answer', status: 404, body: { kind: 'Status', reason: 'NotFound' } };
    const metadata = asObject(object['metadata']);
    if (demanded['resourceVersion'] === undefined) this.forcedCount += 1;
    else if (demanded['resourceVersion'] !== metadata['resourceVersion'])
      return { kind: 'answer', status: 409, body: { kind: 'Status', reason: 'Conflict' } };
    this.carriedOutCount += 1;
    if (request.method === 'DELETE') {
      this.replace(undefined);
      return { kind: 'answer', status: 200, body: { kind: 'Status' } };
    }
    const { metadata: _, ...change } = body;
    this.#store(merged(object, change) as JsonObject);
    return { kind: 'answer', status: 200, body: this.object as JsonObject };
  }

  #made(uid: string, value: string): JsonObject {
    const metadata = { name: 'a', namespace: 'default', uid, resourceVersion: String(this.#version) };
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value } };
  }

  /** An update that changes nothing keeps the version. */
  #store(object: JsonObject): void {
    if (JSON.stringify(object) === JSON.stringify(this.object)) return;
    this.#version += 1;
    this.object = { ...object, metadata: { ...asObject(object['metadata']), resourceVersion: String(this.#version) } };
  }
}

function merged(value: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const result: Record<string, Json | undefined> = { ...(isJsonObject(value) ? value : {}) };
  for (const [key, each] of Object.entries(patch)) {
    if (each === null) delete result[key];
    else result[key] = merged(result[key], each ?? null);
  }
  return result;
}

/** An action upon the object of a `ModelCluster` as it is now. */
export function actionUpon(cluster: ModelCluster, after: string | undefined): Action {
  const object = cluster.object as JsonObject;
  const before = asObject(object['data'])['value'];
  const target = {
    group: '',
    version: 'v1',
    resource: 'configmaps',
    kind: 'ConfigMap',
    namespace: 'default',
    name: 'a',
    uid: asString(asObject(object['metadata'])['uid']),
  };
  const shared = { target, subresource: '', fieldManager: 'navi' };
  if (after === undefined)
    return {
      ...shared,
      verb: 'delete',
      change: { kind: 'delete', options: {} },
      touched: [{ path: ['data'], before: object['data'] }],
    };
  const touched = [{ path: ['data', 'value'], before, after }];
  return { ...shared, verb: 'patch', change: { kind: 'merge', body: { data: { value: after } } }, touched };
}
