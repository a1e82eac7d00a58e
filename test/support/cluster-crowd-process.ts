import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import type { Claim, CrowdRequest, FloodResult, Mark, StoreVerdict, WrittenMark } from './cluster-crowd.ts';
import { mirrorDifferences } from './mirror-oracle.ts';
import { createSeededRandom, type SeededRandom } from './seeded-random.ts';
import { StoreView } from './store-view.ts';

/*
 * Simulated API servers in a process of their own, as `cluster-crowd.ts` starts it: what they cost is not taken from
 * whoever looks at the daemon.
 */

const namespace = 'default';
const tickMs = 5;

/** The types that a flood changes: half of the changes are of core events. */
const floodedTypes = ['events', 'pods', 'events', 'configmaps'] as const;
type FloodedType = (typeof floodedTypes)[number];

interface Cluster {
  readonly simulator: Simulator;
  /** Names that are alive, by type. */
  readonly names: Record<FloodedType, string[]>;
  readonly random: SeededRandom;
  madeCount: number;
}

const clusters: Cluster[] = [];

function body(type: FloodedType, name: string, index: number): JsonObject {
  const labels = { app: `app-${index % 40}`, shard: String(index % 16) };
  const metadata = { name, namespace, labels };
  if (type === 'configmaps') return { metadata, data: { count: '0', text: `text-${index} `.repeat(8) } };
  if (type === 'events') {
    const involvedObject = { kind: 'Pod', name: `pods-${index % 500}`, namespace };
    const [reason, message] = ['Pulled', `Successfully pulled image "registry.example.test/app:${index}" in 1.2s`];
    return { metadata, type: 'Normal', reason, message, count: 1, involvedObject };
  }
  const containers = [
    { name: 'main', image: `registry.example.test/app:${index % 90}`, args: ['--shard', String(index)] },
  ];
  return { metadata, spec: { nodeName: `node-${index % 50}`, containers }, status: { phase: 'Pending' } };
}

/** The next state of an object: as small a change as those of real controllers. */
function changed(object: KubeObject, count: number): KubeObject {
  if (object.kind === 'Event') return { ...object, count };
  if (object.kind === 'ConfigMap')
    return { ...object, data: { ...(object['data'] as JsonObject), count: String(count) } };
  const containerStatuses = [{ name: 'main', ready: count % 2 === 0, restartCount: count, image: 'x', imageID: '' }];
  return { ...object, status: { phase: 'Running', podIP: `10.0.${count % 250}.7`, containerStatuses } };
}

function create(cluster: Cluster, type: FloodedType): void {
  const name = `${type}-${cluster.madeCount}`;
  cluster.simulator.state.create(type, body(type, name, cluster.madeCount));
  cluster.madeCount += 1;
  cluster.names[type].push(name);
}

/** Mostly updates; of each type one in ten is a creation together with a deletion. */
function changeOne(cluster: Cluster, number: number): number {
  const { simulator, names, random } = cluster;
  const type = floodedTypes[number % floodedTypes.length] ?? 'events';
  if (number % 40 < 4) {
    const [name] = names[type].splice(random.below(names[type].length), 1);
    if (name !== undefined) simulator.state.delete(type, { namespace, name });
    create(cluster, type);
    return 2;
  }
  const name = random.pick(names[type]);
  const { state } = simulator;
  const served = state.type(type);
  const object = state.store.table(served.storage).get(`${namespace}/${name}`);
  if (object !== undefined) state.writer.put(served, changed(object, number));
  return 1;
}

async function flood(cluster: Cluster, changeCount: number, perSecond: number): Promise<FloodResult> {
  const { state } = cluster.simulator;
  const fromRevision = state.revision;
  const startedAt = performance.now();
  let doneCount = 0;
  for (let number = 0; doneCount < changeCount;) {
    const dueCount = Math.min(changeCount, ((performance.now() - startedAt) / 1_000) * perSecond);
    // Sockets are to have their turn though the machine be too slow for the rate.
    const turnEndsAt = performance.now() + 50;
    while (doneCount < dueCount && performance.now() < turnEndsAt) {
      doneCount += changeOne(cluster, number);
      number += 1;
    }
    await pause(tickMs);
  }
  return { fromRevision, changeCount: doneCount, durationMs: performance.now() - startedAt };
}

/** Writes one object again and again; each write is a mark whose way to the store is timed. */
async function mark(cluster: Cluster, { count, everyMs }: Mark): Promise<readonly WrittenMark[]> {
  const { state } = cluster.simulator;
  const written: WrittenMark[] = [];
  for (let index = 0; index < count; index += 1) {
    const atMs = performance.timeOrigin + performance.now();
    const object = state.patch('configmaps', { namespace, name: 'mark' }, { data: { mark: `${index} ${atMs}` } });
    written.push({ resourceVersion: object.metadata.resourceVersion ?? '', atMs });
    await pause(everyMs);
  }
  return written;
}

/** Holds a store against the cluster; the cluster must stand still, and the store have caught up. */
function verdict(cluster: Cluster, file: string, sinceRevision: number): StoreVerdict {
  const { state } = cluster.simulator;
  const view = new StoreView(() => file);
  try {
    const told = view.all<{ key: string; type: string; version: string }>(
      `select key, resource as type, resource_version as version from change
       join resource_type on resource_type.id = type_id order by seq`,
    );
    const names = new Set(told.map(({ key, type, version }) => `${type} ${key}@${version}`));
    const writes = [...new Set(floodedTypes)].flatMap((type) =>
      state.store
        .eventsAfter(state.type(type).storage, sinceRevision)
        .map(({ key, revision }) => `${type} ${key}@${revision}`),
    );
    const untold = writes.filter((write) => !names.has(write));
    const last = new Map<string, number>();
    const disordered = told.filter(({ key, type, version }) => {
      const before = last.get(`${type} ${key}`) ?? 0;
      last.set(`${type} ${key}`, Number(version));
      return Number(version) <= before;
    });
    return {
      differences: mirrorDifferences({ view, state }),
      untoldCount: untold.length,
      untold: untold.slice(0, 5),
      disordered: disordered.slice(0, 5).map(({ key, version }) => `${key}@${version}`),
      toldCount: told.length,
    };
  } finally {
    view.close();
  }
}

/** A heartbeat and the events of before it take different ways: so much may lie between them (ms). */
const deliveryMs = 50;

function untrue({ simulator: { state } }: Cluster, claims: readonly Claim[]): readonly string[] {
  return claims.flatMap(({ type, resumePoint, asOfMs }) => {
    const [next] = state.store.eventsAfter(state.type(type).storage, resumePoint);
    if (next === undefined || next.atMs >= asOfMs - deliveryMs) return [];
    return [`${type} at ${resumePoint} lack ${next.revision}, written ${asOfMs - next.atMs} ms before`];
  });
}

async function answer(request: CrowdRequest): Promise<unknown> {
  if (request.ask === 'start') {
    const cluster: Cluster = {
      simulator: await startSimulator(),
      names: { events: [], pods: [], configmaps: [] },
      random: createSeededRandom(clusters.length + 1),
      madeCount: 0,
    };
    clusters.push(cluster);
    cluster.simulator.state.create('configmaps', { metadata: { name: 'mark', namespace }, data: {} });
    for (const type of ['events', 'pods', 'configmaps'] as const) {
      for (let count = 0; count < request.objectCounts[type]; count += 1) create(cluster, type);
    }
    return { index: clusters.length - 1, url: cluster.simulator.url, kubeconfig: cluster.simulator.kubeconfig() };
  }
  const cluster = clusters[request.cluster];
  if (cluster === undefined) throw new Error(`no cluster ${request.cluster}`);
  switch (request.ask) {
    case 'flood':
      return await flood(cluster, request.changeCount, request.perSecond);
    case 'mark':
      return await mark(cluster, request.mark);
    case 'fail': {
      const { status, retryAfterSeconds } = request;
      const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
      cluster.simulator.faults.always(() => true, { kind: 'answer', status, headers });
      return null;
    }
    case 'hang':
      cluster.simulator.faults.always(() => true, { kind: 'hang', before: request.before });
      return null;
    case 'heal':
      cluster.simulator.faults.clear();
      return null;
    case 'verdict':
      return verdict(cluster, request.file, request.sinceRevision);
    case 'untrue':
      return untrue(cluster, request.claims);
    case 'requests':
      return cluster.simulator.requests.length;
  }
}

process.on('message', ({ id, request }: { readonly id: number; readonly request: CrowdRequest }) => {
  answer(request).then(
    (result) => process.send?.({ id, result }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
