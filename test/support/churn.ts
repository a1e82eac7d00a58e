import { setTimeout as pause } from 'node:timers/promises';
import { type ApiClient, createApiClient } from './api-client.ts';
import { ensureNamespaces } from './load.ts';
import type { RealCluster } from './real-cluster.ts';
import { crdBody, crdName, crdType, type SampleCrd } from './sample-crd.ts';
import { collectionPath, sampleObject, sampleTypes, type SampleType } from './sample-objects.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';
import { waitForCrd, waitForCrdGone } from './wait-for-crd.ts';

/**
 * Random changes to a cluster at a steady rate. What is done to which object follows from the seed; the changes of one
 * object reach the server one after the other, those of different objects at once.
 */
export interface ChurnOptions {
  readonly seed: number;
  /** Changes a second; what the server cannot take in time is made up for later. */
  readonly perSecond: number;
  readonly durationMs: number;
  /** Ends it early, in the same quiet state. */
  readonly signal?: AbortSignal | undefined;
}

/** What a churn did, when every one of its requests is answered. */
export interface ChurnLog {
  readonly createdCount: number;
  readonly updatedCount: number;
  readonly deletedCount: number;
  /** Names of definitions, each deleted one gone from the server. */
  readonly crdsCreated: readonly string[];
  readonly crdsChanged: readonly string[];
  readonly crdsDeleted: readonly string[];
  /** Requests that failed, as `METHOD path: reason`; expected only where faults are made at the same time. */
  readonly failures: readonly string[];
  /** From the first change to the last answer. */
  readonly durationMs: number;
}

const connectionCount = 24;
const tickMs = 10;
const storagePauseMs = 25;
const storageAttemptCount = 200;
/** With weights: large bodies are rare, so that the rate is not bound by the API server's work on them. */
const churnedResources: Readonly<Record<string, number>> = {
  configmaps: 8,
  secrets: 4,
  services: 2,
  serviceaccounts: 2,
  events: 8,
  pods: 2,
  deployments: 1,
  replicasets: 1,
  cronjobs: 1,
  ingresses: 2,
  endpointslices: 6,
  leases: 6,
  roles: 2,
  clusterroles: 1,
  storageclasses: 1,
};
const namespaces = ['churn-0', 'churn-1', 'churn-2'] as const;
const crdsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const mergePatch = 'application/merge-patch+json';

/** A custom type of the churn's own; everything done to it and its objects waits for what was done before. */
interface LiveCrd {
  crd: SampleCrd;
  last: Promise<void>;
  /** Changes of its objects that are not answered yet. */
  readonly pending: Set<Promise<void>>;
}

interface LiveObject {
  readonly path: string;
  /** The definition that the object's type comes from. */
  readonly owner: LiveCrd | undefined;
  /** False from the sending of its creation to the answer, and for ever where that failed. */
  isMade: boolean;
  updateCount: number;
  last: Promise<void>;
}

interface ChurnState {
  readonly client: ApiClient;
  readonly random: SeededRandom;
  readonly seed: number;
  readonly objects: LiveObject[];
  readonly crds: LiveCrd[];
  readonly pending: Set<Promise<void>>;
  readonly log: {
    createdCount: number;
    updatedCount: number;
    deletedCount: number;
    readonly crdsCreated: string[];
    readonly crdsChanged: string[];
    readonly crdsDeleted: string[];
    readonly failures: string[];
  };
  nextIndex: number;
}

/** Starts the work after what came before, and keeps it until it is done; a failure is logged and ends there. */
function enqueue(state: ChurnState, before: readonly Promise<void>[], work: () => Promise<void>): Promise<void> {
  const done = Promise.all(before)
    .then(work)
    .catch((error: unknown) => {
      state.log.failures.push(error instanceof Error ? error.message : String(error));
    });
  state.pending.add(done);
  void done.then(() => state.pending.delete(done));
  return done;
}

/**
 * Sends one change. kube-apiserver 1.36 answers 503 "apiserver is shutting down" for a custom type while a change of
 * its definition replaces its storage; that is tried again for a few seconds.
 */
async function send(state: ChurnState, method: string, path: string, body?: unknown): Promise<void> {
  const contentType = method === 'PATCH' ? mergePatch : undefined;
  for (let attempt = 1; ; attempt += 1) {
    const { status, text } = await state.client
      .request(path, { method, body, contentType })
      .catch((error: unknown) => ({ status: 0, text: String(error) }));
    if (status >= 200 && status < 300) return;
    const isReplaced = status === 503 && path.includes('.example.test/');
    if (!isReplaced || attempt === storageAttemptCount) {
      throw new Error(`${method} ${path}: ${status} ${text.slice(0, 300)}`);
    }
    await pause(storagePauseMs);
  }
}

/** A change of one object, after what was done to it before; nothing where its creation failed. */
function enqueueChange(state: ChurnState, object: LiveObject, work: () => Promise<void>): void {
  const { owner } = object;
  const done = enqueue(state, [object.last], async () => (object.isMade ? work() : undefined));
  object.last = done;
  owner?.pending.add(done);
  void done.then(() => owner?.pending.delete(done));
}

/** Takes an element out, at a random place. */
function takeRandom<T>(state: ChurnState, values: T[]): T | undefined {
  return values.splice(state.random.below(values.length), 1)[0];
}

function createObject(state: ChurnState, type: SampleType, owner?: LiveCrd): void {
  const index = state.nextIndex;
  state.nextIndex += 1;
  const namespace = state.random.pick(namespaces);
  const name = `churn-${state.seed}-${index}`;
  const collection = collectionPath(type, namespace);
  const body = sampleObject(type, name, index, namespace);
  const last = owner === undefined ? Promise.resolve() : owner.last;
  const object: LiveObject = { path: `${collection}/${name}`, owner, isMade: true, updateCount: 0, last };
  enqueueChange(state, object, async () => {
    object.isMade = false;
    await send(state, 'POST', collection, body);
    object.isMade = true;
    state.log.createdCount += 1;
  });
  state.objects.push(object);
}

function updateObject(state: ChurnState): void {
  const object = state.random.pick(state.objects);
  object.updateCount += 1;
  const note = `update ${object.updateCount} ${'x'.repeat(state.random.below(200))}`;
  const labels = { 'example.test/revision': String(object.updateCount % 5) };
  const body = { metadata: { labels, annotations: { 'example.test/note': note } } };
  enqueueChange(state, object, async () => {
    await send(state, 'PATCH', object.path, body);
    state.log.updatedCount += 1;
  });
}

function deleteObject(state: ChurnState): void {
  const object = takeRandom(state, state.objects);
  if (object === undefined) return;
  enqueueChange(state, object, async () => {
    await send(state, 'DELETE', object.path);
    state.log.deletedCount += 1;
  });
}

function createCrd(state: ChurnState): void {
  const index = state.nextIndex;
  state.nextIndex += 1;
  const group = `churn${state.seed}.example.test`;
  const crd = { group, singular: `thing${index}`, namespaced: state.random.next() < 0.5, extraFieldCount: 0 };
  const last = enqueue(state, [], async () => {
    await send(state, 'POST', crdsPath, crdBody(crd));
    state.log.crdsCreated.push(crdName(crd));
    await waitForCrd(state.client, crdName(crd), crdType(crd));
  });
  const live: LiveCrd = { crd, last, pending: new Set() };
  state.crds.push(live);
  for (let count = 0; count < 3; count += 1) createObject(state, crdType(crd), live);
}

function changeCrd(state: ChurnState): void {
  const live = state.random.pick(state.crds);
  const crd = { ...live.crd, extraFieldCount: live.crd.extraFieldCount + 1 };
  live.crd = crd;
  live.last = enqueue(state, [live.last], async () => {
    await send(state, 'PATCH', `${crdsPath}/${crdName(crd)}`, crdBody(crd));
    state.log.crdsChanged.push(crdName(crd));
  });
}

function deleteCrd(state: ChurnState): void {
  const live = takeRandom(state, state.crds);
  if (live === undefined) return;
  const owned = state.objects.filter(({ owner }) => owner === live);
  for (const object of owned) state.objects.splice(state.objects.indexOf(object), 1);
  void enqueue(state, [live.last, ...live.pending], async () => {
    await send(state, 'DELETE', `${crdsPath}/${crdName(live.crd)}`);
    await waitForCrdGone(state.client, crdName(live.crd));
    state.log.crdsDeleted.push(crdName(live.crd));
  });
}

/** Objects grow to this many before creations and deletions balance. */
const settledObjectCount = 300;

/** Changes of definitions a second: rare, because each keeps the API server busy for a while. */
const crdChangesPerSecond = 0.5;

function changeDefinition(state: ChurnState): void {
  const dice = state.random.next();
  if (state.crds.length === 0 || (dice < 0.4 && state.crds.length < 5)) createCrd(state);
  else if (dice < 0.75) changeCrd(state);
  else deleteCrd(state);
}

/** Decides on one change and starts it. */
function changeSomething(state: ChurnState, types: readonly SampleType[], perSecond: number): void {
  const { random, objects, crds } = state;
  if (random.next() < Math.min(0.01, crdChangesPerSecond / perSecond)) return changeDefinition(state);
  const dice = random.next();
  const deletion = objects.length < settledObjectCount ? 0.1 : 0.25;
  if (objects.length > 0 && dice < deletion) return deleteObject(state);
  if (objects.length > 10 && dice < 0.75) return updateObject(state);
  if (crds.length === 0 || dice < 0.95) return createObject(state, random.pick(types));
  const owner = random.pick(crds);
  return createObject(state, crdType(owner.crd), owner);
}

/** Starts changes at the rate until the time is over, never more than a second's worth unanswered. */
async function changeForAWhile(state: ChurnState, options: ChurnOptions): Promise<void> {
  const types = sampleTypes.flatMap((type) => Array.from({ length: churnedResources[type.resource] ?? 0 }, () => type));
  const startedMs = performance.now();
  const pendingLimit = Math.max(connectionCount, options.perSecond);
  let startedCount = 0;
  for (;;) {
    const elapsedMs = performance.now() - startedMs;
    if (elapsedMs >= options.durationMs || options.signal?.aborted === true) return;
    const dueCount = Math.floor((elapsedMs / 1000) * options.perSecond);
    while (startedCount < dueCount && state.pending.size < pendingLimit) {
      changeSomething(state, types, options.perSecond);
      startedCount += 1;
    }
    await pause(tickMs);
  }
}

/**
 * Changes objects of 15 built-in types in three namespaces and custom types that come, change their schema and go,
 * about one such change every two seconds. Resolves in a quiet state: every request is answered, every deleted
 * definition gone. What it made stays in the cluster.
 */
export async function churn(cluster: RealCluster, options: ChurnOptions): Promise<ChurnLog> {
  const { url, caFile, adminToken } = cluster;
  const client = createApiClient({ url, caFile, token: adminToken, connectionCount });
  const state: ChurnState = {
    client,
    random: createSeededRandom(options.seed),
    seed: options.seed,
    objects: [],
    crds: [],
    pending: new Set(),
    log: {
      createdCount: 0,
      updatedCount: 0,
      deletedCount: 0,
      crdsCreated: [],
      crdsChanged: [],
      crdsDeleted: [],
      failures: [],
    },
    nextIndex: 0,
  };
  try {
    await ensureNamespaces(client, namespaces);
    const startedMs = performance.now();
    await changeForAWhile(state, options);
    await Promise.all(state.pending);
    return { ...state.log, durationMs: performance.now() - startedMs };
  } finally {
    client.close();
  }
}
