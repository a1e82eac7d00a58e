import { afterEach, beforeEach, expect, test } from 'vitest';
import { asArray, asObject, asString, type Json, type JsonObject } from '../../src/core/json.ts';
import { wholeUnits } from '../../src/core/quantity.ts';
import { foundCompany } from '../../src/demo/company.ts';
import { seededRandom } from '../../src/demo/seeded-random.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { manualClock, type ManualClock } from './clocks.ts';

const group = '/apis/metrics.k8s.io/v1beta1';

let simulator: Simulator;
let clock: ManualClock;

async function found(usageSeed: number | undefined): Promise<void> {
  clock = manualClock();
  const random = seededRandom(5);
  simulator = await startSimulator({ clock, random, withoutToken: 'admin', usageSeed });
  foundCompany({ state: simulator.state, clock, random });
}

beforeEach(() => found(7));
afterEach(() => simulator.stop());

async function ask(path: string): Promise<JsonObject> {
  const answer = await fetch(simulator.url + path);
  return asObject((await answer.json()) as Json);
}

const refusal = async (path: string): Promise<string> => {
  const { code, message } = await ask(path);
  return `${Number(code)} ${asString(message)}`;
};

interface Told {
  readonly key: string;
  readonly container: string;
  readonly cpu: number;
  readonly memory: number;
}

const amounts = (usage: Json | undefined): Pick<Told, 'cpu' | 'memory'> => ({
  cpu: wholeUnits(asString(asObject(usage)['cpu']), 9),
  memory: wholeUnits(asString(asObject(usage)['memory']), 0),
});

async function pods(query = ''): Promise<readonly Told[]> {
  return asArray((await ask(`${group}/pods${query}`))['items']).flatMap((item) => {
    const { metadata, containers } = asObject(item);
    const { namespace, name } = asObject(metadata);
    return asArray(containers).map((each) => ({
      key: `${asString(namespace)}/${asString(name)}`,
      container: asString(asObject(each)['name']),
      ...amounts(asObject(each)['usage']),
    }));
  });
}

async function nodes(): Promise<ReadonlyMap<string, Pick<Told, 'cpu' | 'memory'>>> {
  const items = asArray((await ask(`${group}/nodes`))['items']).map(asObject);
  return new Map(items.map(({ metadata, usage }) => [asString(asObject(metadata)['name']), amounts(usage)]));
}

test('a cluster has it where it is asked for alone', async () => {
  const document = await ask(group);
  expect(document['resources']).toEqual([
    { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
    { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
  ]);
  expect(await refusal(`${group}/pods?watch=1`)).toMatch(/^405 /);
  await simulator.stop();
  await found(undefined);
  expect((await fetch(simulator.url + group)).status).toBe(404);
});

test('what runs where a kubelet answers is measured, and nothing else', async () => {
  const told = new Set((await pods()).map(({ key }) => key));
  const state = (path: string): JsonObject => {
    const [namespace = '', name = ''] = path.split('/');
    return asObject(simulator.state.get('pods', { namespace, name }));
  };
  const all = simulator.state.list('pods').map(({ metadata: { namespace, name } }) => `${namespace ?? ''}/${name}`);
  const unmeasured = all.filter((key) => !told.has(key)).map(state);
  expect(told.size).toBeGreaterThan(50);
  expect(unmeasured.length).toBeGreaterThan(3);
  for (const key of told) expect(asObject(state(key)['spec'])['nodeName']).not.toBe('worker-c-2');
  for (const pod of unmeasured) {
    const onLost = asObject(pod['spec'])['nodeName'] === 'worker-c-2';
    const running = asArray(asObject(pod['status'])['containerStatuses']).filter(
      (each) => asObject(asObject(each)['state'])['running'] !== undefined,
    );
    expect(onLost || running.length === 0 || asObject(pod['status'])['phase'] !== 'Running').toBe(true);
  }
  expect([...(await nodes()).keys()]).toEqual(['control-a-1', 'worker-a-1', 'worker-a-2', 'worker-b-1', 'worker-c-1']);
});

test('use moves with time, stays within what a container asked for, and a node sums it up', async () => {
  const rooms: ReadonlyMap<string, Pick<Told, 'cpu' | 'memory'>> = new Map(
    simulator.state.list('pods').flatMap(({ metadata: { namespace = '', name }, spec }) =>
      asArray(asObject(spec)['containers']).map((each) => {
        const { name: container, resources } = asObject(each);
        return [`${namespace}/${name}/${asString(container)}`, amounts(asObject(resources)['requests'])] as const;
      }),
    ),
  );
  const seen: number[] = [];
  for (let round = 0; round < 40; round += 1) {
    clock.advance(61_000);
    const told = await pods();
    for (const { key, container, cpu, memory } of told) {
      const room = rooms.get(`${key}/${container}`);
      expect(cpu).toBeGreaterThan(0);
      expect(cpu).toBeLessThanOrEqual(room?.cpu ?? 0);
      expect(memory).toBeGreaterThan(0);
      expect(memory).toBeLessThanOrEqual(room?.memory ?? 0);
    }
    seen.push(told[0]?.cpu ?? 0);
    const sum = told.reduce((total, { cpu }) => total + cpu, 0);
    const ofNodes = [...(await nodes()).values()].reduce((total, { cpu }) => total + cpu, 0);
    expect(ofNodes).toBeGreaterThan(sum);
  }
  expect(new Set(seen).size).toBeGreaterThan(38);
  expect(Math.max(...seen) / Math.min(...seen)).toBeGreaterThan(1.3);
});

test('a seed and an instant tell it all; between two measurements nothing changes', async () => {
  const told = await pods();
  clock.advance(14_999);
  expect(await pods()).toEqual(told);
  clock.advance(1);
  expect(await pods()).not.toEqual(told);
  await simulator.stop();
  await found(7);
  expect(await pods()).toEqual(told);
  await simulator.stop();
  await found(8);
  expect(await pods()).not.toEqual(told);
});

test('one object, a namespace and selectors are answered as by metrics-server', async () => {
  const [first] = await pods();
  const [namespace = '', name = ''] = (first?.key ?? '').split('/');
  const one = await ask(`${group}/namespaces/${namespace}/pods/${name}`);
  expect(one).toMatchObject({
    kind: 'PodMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { namespace, name },
    timestamp: '2026-01-01T00:00:00Z',
    window: '15s',
  });
  expect(new Set((await pods('?fieldSelector=metadata.name=' + name)).map(({ key }) => key))).toEqual(
    new Set([first?.key]),
  );
  const inShop = asArray((await ask(`${group}/namespaces/shop/pods`))['items']);
  expect(inShop.length).toBeGreaterThan(5);
  const labelled = await pods('?labelSelector=app.kubernetes.io/name=web');
  expect(new Set(labelled.map(({ key }) => key.replace(/-.*/, '')))).toEqual(new Set(['shop/web']));
  expect(await ask(`${group}/nodes/worker-a-1`)).toMatchObject({ kind: 'NodeMetrics', window: '15s' });
  expect(await refusal(`${group}/nodes/nobody`)).toBe('404 node "nobody" not found');
  expect(await refusal(`${group}/nodes/worker-c-2`)).toBe('404 nodemetrics.metrics.k8s.io "worker-c-2" not found');
  expect(await refusal(`${group}/namespaces/shop/pods/nobody`)).toBe('404 pods "nobody" not found');
});
