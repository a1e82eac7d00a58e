import { globSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { expectError, syncedNavi, type ProgramResult, type SyncedNavi } from '../support/synced-navi.ts';

const ofPods = `namespace = 'shop' and type_id = (select id from resource_type where api_group = '' and resource = 'pods')`;

/** Mirrors by what they lack of a whole one: what to change in its scopes. */
const mirrors = {
  /** The events of both namespaces may not be listed. */
  eventless: `phase = 'denied' where type_id = (select id from resource_type where api_group = '' and resource = 'events')`,
  /** The pods of `shop` may no longer be listed. */
  revoked: `phase = 'denied', refused_at = as_of where ${ofPods}`,
  /** Their first list has not ended. */
  listing: `complete = 0, as_of = null where ${ofPods}`,
} as const;

/** A mirror of that name; `few` is that of a user who may list deployments and services, and the pods of `default`. */
type Mirror = keyof typeof mirrors | 'whole' | 'few';

let navi: SyncedNavi;

/** navi over one of the mirrors, which are of the namespaces `default` and `shop` alone. */
const over = (mirror: Mirror, ...args: readonly string[]): Promise<ProgramResult> =>
  navi.navi(args, environment(mirror));

const environment = (mirror: Mirror): NodeJS.ProcessEnv => ({
  ...(mirror === 'few' ? { KUBECONFIG: `${navi.folder}/kubeconfig-few` } : {}),
  NAVI_DATA_DIR: `${navi.folder}/data-${mirror}`,
  NAVI_CONFIG: `${navi.folder}/config.toml`,
});

/** A deployment with a pod that pulls its image, and what that pod needs. */
function fillShop({ simulator: { state } }: SyncedNavi): void {
  const namespace = 'shop';
  const labels = { app: 'web' };
  const make = (type: string, name: string, object: JsonObject = {}, metadata: JsonObject = {}) =>
    state.create(type, { ...object, metadata: { name, namespace, ...metadata } });
  const ownedBy = (kind: string, object: KubeObject): JsonObject => ({
    ownerReferences: [
      { apiVersion: 'apps/v1', kind, name: object.metadata.name, uid: object.metadata.uid ?? '', controller: true },
    ],
  });
  const spec = {
    containers: [{ name: 'web', image: 'registry.test/web:1', envFrom: [{ configMapRef: { name: 'settings' } }] }],
    volumes: [{ name: 'tls', secret: { secretName: 'tls' } }],
  };
  const template = { metadata: { labels }, spec };
  state.create('nodes', { metadata: { name: 'node-9' } });
  make('configmaps', 'settings');
  make('secrets', 'tls', { type: 'Opaque' });
  make('services', 'web', { spec: { selector: labels } });
  const replicas = { replicas: 1, readyReplicas: 0 };
  const deployment = make('deployments.apps', 'web', { spec: { replicas: 1, template }, status: replicas });
  const set = make(
    'replicasets.apps',
    'web-1',
    { spec: { replicas: 1, template }, status: replicas },
    ownedBy('Deployment', deployment),
  );
  const pod = make(
    'pods',
    'web-1-a',
    {
      spec: { ...spec, nodeName: 'node-9' },
      status: {
        phase: 'Pending',
        conditions: [{ type: 'Ready', status: 'False', message: 'it pulls' }],
        containerStatuses: [{ name: 'web', state: { waiting: { reason: 'ContainerCreating' } } }],
      },
    },
    { labels, ...ownedBy('ReplicaSet', set) },
  );
  const involvedObject = { kind: 'Pod', name: 'web-1-a', namespace, uid: pod.metadata.uid ?? '' };
  const lastTimestamp = new Date().toISOString();
  make('events', 'pull', {
    type: 'Normal',
    reason: 'Pulling',
    message: 'Pulling image "registry.test/web:1"',
    involvedObject,
    lastTimestamp,
  });
  make('events', 'slow', { type: 'Warning', reason: 'Slow', message: 'the pull is slow', involvedObject });
}

/** Copies the whole mirror and changes scopes there, which takes a daemon some time. @param change what follows `update scope set` */
async function copyMirror(mirror: Mirror, change: string): Promise<void> {
  await navi.execute('cp', ['-a', `${navi.folder}/data-whole`, `${navi.folder}/data-${mirror}`]);
  const [file = ''] = globSync(join(`${navi.folder}/data-${mirror}`, '**/mirror.db'));
  const store = new SqliteDatabase(file);
  expect(store.prepare(`update scope set ${change}`).run().changes).toBeGreaterThan(0);
  store.close();
}

beforeAll(async () => {
  navi = await syncedNavi(1);
  fillShop(navi);
  const { state } = navi.simulator;
  const rule = { verbs: ['list', 'watch', 'get'], groups: ['', 'apps'] };
  state.allow('few', { ...rule, resources: ['namespaces', 'nodes', 'services', 'deployments'] });
  state.allow('few', { ...rule, resources: ['pods'], namespaces: ['default'] });
  navi.file('kubeconfig-few', navi.simulator.kubeconfig('few'));
  navi.file('config.toml', '[contexts.simulator]\nnamespaces = ["default", "shop"]\n');
  for (const mirror of ['whole', 'few'] as const)
    expect(await over(mirror, 'sync', '--once')).toMatchObject({ code: 0 });
  for (const mirror of ['eventless', 'revoked', 'listing'] as const) await copyMirror(mirror, mirrors[mirror]);
});

afterAll(() => navi.remove());

/** A phrase as navi tells it. */
const told = (phrase: string): string => `navi: of context "simulator" ${phrase}\n`;

/** The lines of a tree with one space in each gap, without ages. */
const linesOf = (stdout: string): readonly string[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replaceAll(/(?<=\S) {3,}/g, ' ').replace(/ \d+[smh]$/, ''));

/** The first names that a notice has, without the rest of it. */
const firstTold = (stderr: string): string => stderr.split(', ').slice(0, 3).join(', ');

describe('navi tree', () => {
  test('of what may be listed as a whole tells of nothing', async () => {
    for (const more of [[], ['--why']])
      expect(await over('whole', 'tree', '-n', 'shop', 'deployment/web', ...more)).toMatchObject({
        stderr: '',
        code: 0,
      });
  });

  test.each([[[]], [['-o', 'json']]])(
    'tells which types may not be listed, those first that belong there: %j',
    async (more) => {
      const { stdout, stderr, code } = await over('few', 'tree', '-n', 'shop', 'deployment/web', ...more);
      expect(firstTold(stderr)).toBe('navi: of context "simulator" replicasets.apps, secrets, configmaps');
      expect(stderr).toMatch(/^navi: of context "simulator" replicasets.* and \d+ more of shop may not be listed$/m);
      expect(stdout).not.toContain('missing');
      expect(code).toBe(0);
    },
  );

  test('names what is referred to and may not be listed, and its API', async () => {
    const { stdout } = await over('few', 'tree', '-n', 'shop', 'deployment/web');
    expect(linesOf(stdout)).toEqual([
      'Deployment/web 0/1',
      '├─ uses Secret/tls not known',
      '├─ uses ConfigMap/settings not known',
      '└─ is selected by Service/web',
    ]);
    const json = await over('few', 'tree', '-n', 'shop', 'deployment/web', '-o', 'json');
    const { trees } = JSON.parse(json.stdout) as { trees: [{ tree: { children: readonly object[] } }] };
    expect(trees[0].tree.children[0]).toMatchObject({ apiVersion: 'v1', kind: 'Secret', existence: 'unknown' });
  });

  test('of a node tells where pods may not be listed, and where they are not mirrored', async () => {
    const { stderr } = await over('few', 'tree', 'node/node-9');
    expect(stderr).toContain(told('only pods of default are mirrored') + told('pods of shop may not be listed'));
    const mirrored = await over('whole', 'tree', 'node/node-9');
    expect(mirrored.stderr).toMatch(/^navi: of context "simulator" only pods, .* of default, shop are mirrored\n$/);
  });

  test('does not name what may no longer be listed', async () => {
    expect(linesOf((await over('revoked', 'tree', '-n', 'shop', 'service/web')).stdout)).toEqual(['Service/web']);
    const { stdout, stderr } = await over('revoked', 'tree', 'node/node-9');
    expect(linesOf(stdout)).toEqual(['Node/node-9 Unknown']);
    expect(stderr).toContain(told('pods of shop may not be listed'));
  });

  test.each(['tree', 'describe'])(
    'nor navi %s take a refused type, or a namespace without a mirror, for empty',
    async (command) => {
      const pod = [command, 'pod/web-1-a', '-n'];
      expectError(await over('few', ...pod, 'shop'), 4, /cannot list resource "pods"/, /navi status pods/);
      expectError(await over('whole', ...pod, 'bank'), 6, /^error: pods of bank are not mirrored$/m);
      expectError(
        await over('listing', command, 'pod/other', '-n', 'shop'),
        6,
        /pods of shop are not mirrored completely yet$/m,
      );
      expectError(
        await over('whole', command, 'componentstatus/x'),
        6,
        /componentstatuses are not mirrored: probed at/,
      );
    },
  );
});

describe('navi tree --why', () => {
  const why = (mirror: Mirror, object: string): Promise<ProgramResult> =>
    over(mirror, 'tree', '-n', 'shop', object, '--why');

  test('tells that pods may not be listed in place of that there are none', async () => {
    const nothing = 'Service/web: nothing is known to be wrong with it\n';
    const refused = { stdout: nothing, stderr: told('pods of shop may not be listed'), code: 0 };
    expect(await why('few', 'service/web')).toEqual(refused);
    expect(await why('revoked', 'service/web')).toEqual(refused);
  });

  test('tells of pods that are not all there yet', async () => {
    const { stdout, stderr } = await why('listing', 'service/web');
    expect(stdout).toContain('Service/web: 0 of 1 known pods are ready\n');
    expect(stderr).toContain(told('pods of shop are not mirrored completely yet'));
  });

  test('tells that events may not be listed', async () => {
    expect(await why('eventless', 'pod/web-1-a')).toEqual({
      stdout: 'Pod/web-1-a: is not ready: it pulls\n',
      stderr: told('events of shop may not be listed'),
      code: 0,
    });
  });

  test('and of a deployment that its ReplicaSets may not be listed', async () => {
    const { stdout, stderr } = await why('few', 'deployment/web');
    expect(stdout).toBe('Deployment/web: 0 of 1 pods are ready\n');
    expect(firstTold(stderr)).toMatch(/^navi: of context "simulator" replicasets\.apps, events, /);
  });
});

describe('navi describe', () => {
  test.each([[[]], [['-o', 'json']]])('tells that events may not be listed: %j', async (more) => {
    const { stdout, stderr, code } = await over('eventless', 'describe', '-n', 'shop', 'pod/web-1-a', ...more);
    expect(stdout).not.toContain('the pull is slow');
    expect({ stderr, code }).toEqual({ stderr: told('events of shop may not be listed'), code: 0 });
    const whole = await over('whole', 'describe', '-n', 'shop', 'pod/web-1-a', ...more);
    expect(whole).toMatchObject({ stderr: '', stdout: expect.stringContaining('the pull is slow') as string });
  });

  test('tells it of a node too', async () => {
    const { stderr } = await over('few', 'describe', 'node/node-9');
    expect(stderr).toMatch(/^navi: of context "simulator" events, .* may not be listed$/m);
  });

  test('tells it before all else', async () => {
    const { stderr } = await over('few', 'describe', '-n', 'shop', 'service/web');
    expect(firstTold(stderr)).toMatch(/^navi: of context "simulator" events, /);
  });
});

describe('navi images', () => {
  test('tells that events may not be listed where they would tell of a pull', async () => {
    const { stdout, stderr } = await over('eventless', 'images', '-n', 'shop');
    expect(stdout).toMatch(/^registry\.test\/web:1 .* waiting /m);
    expect(stderr).toBe(told('events of shop may not be listed'));
    expect(await over('eventless', 'images', '-n', 'default')).toMatchObject({ stderr: '' });
    const whole = await over('whole', 'images', '-n', 'shop');
    expect(whole).toMatchObject({
      stderr: '',
      stdout: expect.stringMatching(/^registry\.test\/web:1 .* pulling /m) as string,
    });
  });
});
