import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asString, type JsonObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { views } from '../../src/query/sql/views.ts';
import { HistoryWriter } from '../../src/store/history-writer.ts';
import { schemaFaults, type JsonSchema } from '../support/json-schema.ts';
import { samplePod, samplePodStatus } from '../support/sample-pod.ts';
import { syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../schemas/sql.json'), 'utf8')) as JsonSchema;

let navi: SyncedNavi;

type Row = Readonly<Record<string, string | number | null>>;

/** The rows of a statement, without their context. */
async function rows(statement: string, ...args: readonly string[]): Promise<readonly Row[]> {
  const { stdout, stderr, code } = await navi.ask(['sql', statement, '-o', 'json', ...args]);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const answer = JSON.parse(stdout) as { rows: Record<string, string | number | null>[] };
  expect(schemaFaults(answer, schema)).toEqual([]);
  return answer.rows.map(({ context, ...row }) => {
    expect(context).toBe('simulator');
    return row;
  });
}

/** What `navi get` has of a type in all namespaces. */
async function objectsOf(type: string): Promise<readonly KubeObject[]> {
  const { stdout } = await navi.ask(['get', type, '-A', '-o', 'json']);
  return (JSON.parse(stdout) as { items: KubeObject[] }).items;
}

/** The cells of the lines that `navi get` prints, by column. */
async function printedRows(type: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const { stdout } = await navi.ask(['get', type, '-A', '-o', 'wide']);
  const [header = '', ...lines] = stdout.trimEnd().split('\n');
  const starts = [...header.matchAll(/\S+(?: \S+)*/g)].map(({ index, 0: name }) => ({ index, name }));
  return lines.map((line) =>
    Object.fromEntries(starts.map(({ index, name }, at) => [name, line.slice(index, starts[at + 1]?.index).trim()])),
  );
}

const waiting = {
  state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } },
  ready: false,
  restartCount: 0,
};
const killed = { exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-01-02T03:04:05Z' };

/** Fills the cluster with what the views are about; some of it changes between two looks of navi. */
async function fill(synced: SyncedNavi): Promise<void> {
  const { state } = synced.simulator;
  const put = (type: string, object: KubeObject, change: JsonObject): void => {
    state.writer.put(state.type(type), { ...object, ...change });
  };
  for (const pod of state.list('pods'))
    put('pods', pod, { status: samplePodStatus(Number(pod.metadata.name.slice(4))) });
  const sample = samplePod('mixed', 1);
  const mixed = state.create('pods', {
    ...sample,
    metadata: { name: 'mixed', namespace: 'shop', labels: { app: 'mixed', empty: '' }, annotations: { note: 'a\nb' } },
    spec: {
      ...(sample['spec'] as JsonObject),
      initContainers: [{ name: 'prepare', image: 'prepare:1', resources: { limits: { cpu: '1500m' } } }],
    },
  });
  put('pods', mixed, {
    status: {
      phase: 'Running',
      reason: 'Odd',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [
        { name: 'main', ...waiting, restartCount: 4, lastState: { terminated: killed } },
        { name: 'proxy', ready: true, restartCount: 1, state: { running: { startedAt: '2026-01-01T00:00:00Z' } } },
      ],
    },
  });
  const set = state.create('replicasets.apps', { metadata: { name: 'web-1', namespace: 'shop' } });
  const owner = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: 'web-1',
    uid: set.metadata.uid ?? '',
    controller: true,
  };
  const lost = { apiVersion: 'v1', kind: 'ConfigMap', name: 'lost', uid: 'lost-uid' };
  state.create('configmaps', { metadata: { name: 'owned', namespace: 'shop', ownerReferences: [owner, lost] } });
  state.create('secrets', { metadata: { name: 'tls', namespace: 'shop' }, type: 'Opaque', data: { key: 'c2VjcmV0' } });
  state.create('nodes', {
    metadata: { name: 'node-1', labels: { 'node-role.kubernetes.io/worker': '' } },
    spec: { unschedulable: true },
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [{ type: 'InternalIP', address: '10.9.0.1' }],
      nodeInfo: { kubeletVersion: 'v1.36.3', architecture: 'arm64' },
      capacity: { cpu: '4', memory: '16Gi', pods: '110' },
      allocatable: { cpu: '3900m', memory: '15Gi', pods: '100' },
    },
  });
  state.create('events', {
    metadata: { name: 'pod-0.1', namespace: 'default' },
    type: 'Warning',
    reason: 'BackOff',
    message: 'it waits',
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'pod-0' },
    lastTimestamp: '2026-01-02T03:04:05Z',
  });
  expect(await synced.navi(['sync', '--once'])).toMatchObject({ code: 0 });
  const pod = state.list('pods').find(({ metadata }) => metadata.name === 'pod-0');
  if (pod === undefined) throw new Error('no pod-0');
  put('pods', pod, { metadata: { ...pod.metadata, labels: { app: 'changed' } } });
  state.delete('configmaps', { namespace: 'shop', name: 'in-shop' });
  state.delete('events', { namespace: 'default', name: 'pod-0.1' });
  expect(await synced.navi(['sync', '--once'])).toMatchObject({ code: 0 });
}

/** Notes a run of a container whose lines are kept. */
async function keepLog(): Promise<void> {
  const [file = ''] = globSync(join(navi.dataDir, 'mirrors/*/history.db'));
  const history = await HistoryWriter.open(file, { ageMs: 86_400_000, bytes: 1024 ** 3 });
  const pod = { namespace: 'default', name: 'pod-0', uid: 'u', names: '{}' };
  const run = {
    container: 'app',
    runId: 'r',
    isCurrent: true,
    isPrevious: false,
    why: 'crashed',
    exitCode: 1,
  } as const;
  history.logs.see(pod, [{ ...run, reason: 'Error', finishedAtMs: 2_000 }], { nowMs: 3_000, oldestMs: 1_000 });
  for (const wanted of history.logs.wanted(1))
    history.logs.keep(wanted, { packed: Buffer.from('x'), lineCount: 1, byteCount: 1, isCut: false }, 3_000);
  history.close();
}

beforeAll(async () => {
  navi = await syncedNavi(9);
  await fill(navi);
  await keepLog();
});
afterAll(async () => {
  await navi.remove();
});

test('each view has rows, and the columns that it is documented with', async () => {
  for (const { name, columns } of views) {
    const found = await rows(`select * from ${name}`);
    expect(found.length, name).toBeGreaterThan(0);
    expect(Object.keys(found[0] ?? {}), name).toEqual(columns.map((column) => column.name));
    for (const { name: column, type } of columns) {
      const values = found.map((row) => row[column]).filter((value) => value !== null);
      const fits = (value: unknown): boolean =>
        type === 'integer' ? Number.isInteger(value) : typeof value === 'string';
      expect(
        values.filter((value) => !fits(value)),
        `${name}.${column}`,
      ).toEqual([]);
      if (type === 'JSON') expect(() => values.map((value) => JSON.parse(String(value)) as unknown)).not.toThrow();
      if (column.endsWith('_at')) {
        expect(values.filter((value) => !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(String(value)))).toEqual(
          [],
        );
      }
    }
  }
});

describe('objects', () => {
  test.each(['pods', 'configmaps', 'nodes', 'replicasets.apps', 'secrets'])('has the %s of navi get', async (type) => {
    const expected = await objectsOf(type);
    const found = await rows(`select * from objects where type = '${type}' order by namespace, name`);
    expect(found.map(({ body }) => JSON.parse(String(body)) as unknown)).toEqual(expected);
    expect(
      found.map(({ namespace, name, uid, kind, created_at: created }) => [namespace, name, uid, kind, created]),
    ).toEqual(
      expected.map(({ metadata, kind }) => [
        metadata.namespace ?? '',
        metadata.name,
        metadata.uid,
        kind,
        metadata.creationTimestamp,
      ]),
    );
    expect(found.map(({ labels }) => JSON.parse(String(labels)) as unknown)).toEqual(
      expected.map(({ metadata }) => metadata.labels ?? {}),
    );
  });

  test('counts ages from the moment of the statement', async () => {
    const [first] = await rows(`select age_seconds, created_at from objects where name = 'pod-1' limit 1`);
    const ageMs = Date.now() - Date.parse(String(first?.['created_at']));
    expect(Math.abs(Number(first?.['age_seconds']) * 1_000 - ageMs)).toBeLessThan(20_000);
  });
});

describe('cells', () => {
  test.each(['pods', 'nodes', 'services', 'configmaps'])('has what navi get -o wide prints of %s', async (type) => {
    const printed = await printedRows(type);
    const found = await rows(`select namespace, name, "column", value from cells where type = '${type}'`);
    const byObject = Map.groupBy(found, ({ namespace, name }) => `${String(namespace)}/${String(name)}`);
    expect(byObject.size).toBe(printed.length);
    for (const row of printed) {
      const cells = byObject.get(`${row['NAMESPACE'] ?? ''}/${row['NAME'] ?? ''}`) ?? [];
      const { NAMESPACE: _namespace, AGE: age, ...others } = row;
      const told = Object.fromEntries(cells.map((cell) => [cell['column'], cell['value']]));
      expect(told).toMatchObject(others);
      expect(told['AGE']).toMatch(age === '<unknown>' ? /^<unknown>$/ : /^(\d+[smhd])+$/);
    }
  });
});

describe('pods', () => {
  test('has what navi get prints', async () => {
    const printed = await printedRows('pods');
    const found = await rows('select namespace, name, status, ready, restarts, pod_ip, node from pods order by 1, 2');
    expect(found.map((row) => Object.values(row).map((value) => String(value ?? '<none>')))).toEqual(
      printed.map((row) => [
        row['NAMESPACE'],
        row['NAME'],
        row['STATUS'],
        row['READY'],
        row['RESTARTS']?.replace(/ .*/, ''),
        row['IP'],
        row['NODE'],
      ]),
    );
  });

  test('has what the object says, and NULL for what it does not', async () => {
    const columns = 'phase, is_ready, reason, message, qos_class, service_account, host_ip, started_at';
    expect(await rows(`select ${columns} from pods where name = 'mixed'`)).toEqual([
      {
        phase: 'Running',
        is_ready: 1,
        reason: 'Odd',
        message: null,
        qos_class: null,
        service_account: 'catalog',
        host_ip: null,
        started_at: null,
      },
    ]);
  });

  test('is compared as numbers with parameters, which are texts', async () => {
    const statement = 'select name from pods where restarts > :least and is_ready = :ready';
    expect(await rows(statement, '--param', 'least=3', '--param', 'ready=1')).toEqual([{ name: 'mixed' }]);
  });
});

test('containers has each one with its state and its resources', async () => {
  const columns = `name, role, image, state, reason, message, is_ready, restarts, exit_code, last_exit_code, last_reason,
    last_finished_at, started_at, cpu_request, cpu_limit, memory_request, memory_limit`;
  const found = await rows(`select ${columns} from containers where pod = 'mixed' order by name`);
  const empty = { exit_code: null, last_exit_code: null, last_reason: null, last_finished_at: null, started_at: null };
  const resources = { cpu_request: '100m', cpu_limit: '500m', memory_request: '128Mi', memory_limit: '512Mi' };
  const catalog = 'registry.example.test/shop/catalog:1.1.0';
  const proxy = 'registry.example.test/mesh/proxy:2.14.1';
  const last = { last_exit_code: 137, last_reason: 'OOMKilled', last_finished_at: '2026-01-02T03:04:05Z' };
  const why = { state: 'waiting', reason: 'ImagePullBackOff', message: 'no such image' };
  const none = { state: 'unknown', reason: null, message: null, is_ready: 0, restarts: 0 };
  const running = { state: 'running', reason: null, message: null, started_at: '2026-01-01T00:00:00Z' };
  expect(found).toEqual([
    { name: 'main', role: 'main', image: catalog, ...empty, ...why, is_ready: 0, restarts: 4, ...last, ...resources },
    {
      name: 'prepare',
      role: 'init',
      image: 'prepare:1',
      ...none,
      ...empty,
      cpu_request: null,
      cpu_limit: '1500m',
      memory_request: null,
      memory_limit: null,
    },
    { name: 'proxy', role: 'main', image: proxy, ...empty, ...running, is_ready: 1, restarts: 1, ...resources },
  ]);
  const more = `select node, finished_at, requests, limits ->> 'cpu' as cpu from containers where name = 'prepare'`;
  expect(await rows(more)).toEqual([{ node: 'node-1', finished_at: null, requests: null, cpu: '1500m' }]);
  const [{ count, pods } = {}] = await rows(
    'select count(*) as count, count(distinct namespace || pod) as pods from containers',
  );
  expect([count, pods]).toEqual([10 * 2 + 1, 10]);
});

test('quantity() is the number of a quantity', async () => {
  expect(
    await rows(
      `select quantity('250m') as a, quantity('1.5Gi') as b, quantity('2e3') as c, quantity('x') as d, quantity(null) as e`,
    ),
  ).toEqual([{ a: 0.25, b: 1_610_612_736, c: 2_000, d: null, e: null }]);
  expect(await rows(`select sum(quantity(cpu_request)) as cpu from containers where pod = 'mixed'`)).toEqual([
    { cpu: 0.2 },
  ]);
});

test('labels, annotations and owners have one row for each', async () => {
  const pods = await objectsOf('pods');
  const labels = pods.flatMap(({ metadata }) =>
    Object.entries(metadata.labels ?? {}).map(([key, value]) => [metadata.name, key, asString(value)]),
  );
  const found = await rows(`select name, key, value from labels where type = 'pods'`);
  expect(found.map((row) => Object.values(row).join()).toSorted()).toEqual(
    labels.map((label) => label.join()).toSorted(),
  );
  expect(await rows(`select namespace, key, value from labels where name = 'mixed' and value = ''`)).toEqual([
    { namespace: 'shop', key: 'empty', value: '' },
  ]);
  expect(await rows(`select key, value from annotations where name = 'mixed'`)).toEqual([
    { key: 'note', value: 'a\nb' },
  ]);
  const [set] = await objectsOf('replicasets.apps');
  const owned = { type: 'configmaps', namespace: 'shop', name: 'owned' };
  expect(
    await rows(
      'select type, namespace, name, owner_type, owner_kind, owner_name, owner_uid, is_controller from owners order by is_controller',
    ),
  ).toEqual([
    { ...owned, owner_type: null, owner_kind: null, owner_name: null, owner_uid: 'lost-uid', is_controller: 0 },
    {
      ...owned,
      owner_type: 'replicasets.apps',
      owner_kind: 'ReplicaSet',
      owner_name: 'web-1',
      owner_uid: set?.metadata.uid,
      is_controller: 1,
    },
  ]);
});

test('events has what the cluster told', async () => {
  const [event] = await objectsOf('events');
  const [found] = await rows('select * from events');
  expect(found).toMatchObject({
    namespace: 'default',
    name: 'evil',
    type: 'Warning',
    reason: 'Bad',
    message: event?.['message'],
    involved_kind: 'Pod',
    involved_namespace: 'default',
    involved_name: 'pod-1',
    count: 1,
  });
});

test('nodes has what they are and what they can take', async () => {
  const [printed] = await printedRows('nodes');
  const [found] = await rows('select * from nodes');
  expect(found).toMatchObject({
    name: 'node-1',
    status: printed?.['STATUS'],
    is_ready: 1,
    is_unschedulable: 1,
    roles: 'worker',
    kubelet_version: 'v1.36.3',
    internal_ip: '10.9.0.1',
    external_ip: null,
    architecture: 'arm64',
    cpu_capacity: '4',
    cpu_allocatable: '3900m',
    memory_allocatable: '15Gi',
    pods_allocatable: '100',
  });
});

test('changes and deleted have what happened since the first list', async () => {
  const changes = await rows(`select operation, type, kind, namespace, name from changes order by seq`);
  expect(changes).toContainEqual({
    operation: 'updated',
    type: 'pods',
    kind: 'Pod',
    namespace: 'default',
    name: 'pod-0',
  });
  const gone = { type: 'configmaps', kind: 'ConfigMap', namespace: 'shop', name: 'in-shop' };
  expect(changes).toContainEqual({ operation: 'deleted', ...gone });
  const [found, ...others] = await rows(
    "select type, kind, namespace, name, cause, body from deleted where type <> 'events'",
  );
  expect(others).toEqual([]);
  expect(found).toMatchObject(gone);
  expect(['event', 'sweep']).toContain(found?.['cause']);
  expect(JSON.parse(String(found?.['body']))).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'in-shop' } });
});

test('expired_events has what the cluster told once and has no more', async () => {
  const found = await rows(
    'select namespace, name, type, reason, involved_name, last_seen_at, expired_at from expired_events',
  );
  expect(found).toMatchObject([
    {
      namespace: 'default',
      name: 'pod-0.1',
      type: 'Warning',
      reason: 'BackOff',
      involved_name: 'pod-0',
      last_seen_at: '2026-01-02T03:04:05Z',
    },
  ]);
  expect(await rows("select name from events where name = 'pod-0.1'")).toEqual([]);
});

test('what the mirror itself has forgotten is told from its history, each of it once', async () => {
  const told = async (): Promise<readonly (readonly Row[])[]> => [
    await rows('select seq, at, operation, type, namespace, name, uid, resource_version from changes order by seq'),
    await rows(
      'select type, namespace, name, uid, deleted_at, cause, resource_version, body from deleted order by uid',
    ),
    await rows('select name, expired_at from expired_events'),
  ];
  const before = await told();
  expect(before.map(({ length }) => length > 0)).toEqual([true, true, true]);
  const [file = ''] = globSync(join(navi.dataDir, 'mirrors/*/mirror.db'));
  const mirror = new SqliteDatabase(file);
  const last = mirror.prepare('select min(seq) from change').pluck().get() as number;
  for (const upTo of [last, 1_000_000]) {
    mirror.prepare('delete from change where seq <= ?').run(upTo);
    mirror.prepare('update mirror set forgotten_seq = ?').run(upTo);
    expect(await told()).toEqual(before);
  }
  mirror.exec('delete from tombstone');
  mirror.close();
  expect(await told()).toEqual(before);
});

test('the tables of the history are out of reach', async () => {
  for (const name of [
    'newest',
    'gap',
    'object_type',
    'log',
    '"navi_past".change',
    "'navi_past'.newest",
    "'navi_deletion'",
    "'navi_change'",
    "'navi_kept_log'",
    'navi_change',
    'main.change',
  ]) {
    const { code, stdout, stderr } = await navi.ask(['sql', `select 1 from changes, ${name}`]);
    expect({ name, code, stdout }).toEqual({ name, code: 2, stdout: '' });
    expect(stderr).toMatch(/out of reach|no view/);
  }
});

test('types and scopes say what navi types and navi status say', async () => {
  const { types } = JSON.parse((await navi.ask(['types', '-o', 'json'])).stdout) as {
    types: {
      type: string;
      kind: string;
      objectCount: number | null;
      namespaced: boolean;
      shortNames: string[];
      verbs: string[];
    }[];
  };
  const found = await rows('select type, kind, object_count, is_namespaced, short_names, verbs from types');
  const expected = types.map((each) => ({
    type: each.type,
    kind: each.kind,
    object_count: each.objectCount,
    is_namespaced: Number(each.namespaced),
    short_names: each.shortNames.join(',') || null,
    verbs: each.verbs.join(','),
  }));
  const byType = (a: { type?: unknown }, b: { type?: unknown }): number => String(a.type).localeCompare(String(b.type));
  expect(found.toSorted(byType)).toEqual(expected.toSorted(byType));
  const { clusters } = JSON.parse((await navi.ask(['status', '--all', '-o', 'json'])).stdout) as {
    clusters: { types: { type: string; mode: string | null; health: string | null; asOf: string | null }[] }[];
  };
  const told = (clusters[0]?.types ?? [])
    .filter(({ mode }) => mode !== null)
    .map(({ type, mode, health }) => ({ type, mode, health }));
  expect((await rows('select type, mode, health from scopes')).toSorted(byType)).toEqual(told.toSorted(byType));
});
