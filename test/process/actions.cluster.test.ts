import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asObject, type JsonObject } from '../../src/core/json.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { untilSettled } from '../support/daemon-probes.ts';
import { installNavi, type NaviInstallation } from '../support/navi-process.ts';
import { untilQueueSettled } from '../support/queue-probes.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';

/** What is typed, in kubectl's words; the state is made anew before each group. */
const groups: Readonly<Record<string, readonly string[]>> = {
  label: [
    'label configmap one tier=front',
    'label configmap one tier=front',
    'label configmap one tier=back',
    'label configmap one tier=back --overwrite',
    'label cm/one tier-',
    'label cm/one tier-',
    'label cm/one app- extra=1',
    'label cm one two a=b c=d',
    'label cm one missing x=y',
    'label cm missing x=y',
    'label cm --all all=yes',
    'label cm -l app=web web=yes',
    'label cm -l app=none web=yes',
    'label cm,deploy --all every=thing',
    'label cm one',
    'label cm a=b',
    'label a=b',
    'label',
    'label cm one a=b c',
    'label cm one a=b=c',
    'label cm one a=-x-',
    'label cm one a=b a-',
    'label cm one bad/key/x=b',
    'label cm --all -l app=web a=b',
    'label cm one two a=z',
    'label cm one dry=run --dry-run=client',
    'label cm one dry=run --dry-run=server',
    'label cm one dry=run --dry-run=nobody',
    'label cm one dry=run -o name',
    'label cm one res=1 --resource-version=1',
    'label nosuch one a=b',
    'label cm/one deploy/web both=1',
    'label --nope cm one a=b',
  ],
  annotate: [
    'annotate cm one note=seen',
    'annotate cm one note=seen',
    'annotate cm one note=other',
    'annotate cm one note=other --overwrite',
    'annotate cm one note-',
    'annotate cm one note-',
    'annotate cm one a=b=c',
    'annotate cm one a=1 a-',
    'annotate cm one',
    'annotate cm --all every=1',
    'annotate cm missing a=b',
    'annotate cm one dry=run --dry-run=server',
  ],
  scale: [
    'scale deployment web --replicas=3',
    'scale deployment web --replicas=3',
    'scale deployment/web --current-replicas=2 --replicas=1',
    'scale deployment/web --current-replicas=3 --replicas=1',
    'scale deployment web',
    'scale deployment web --replicas=-1',
    'scale deployment web --replicas=x',
    'scale deployment missing --replicas=1',
    'scale cm one --replicas=1',
    'scale deployment web other --replicas=2',
    'scale deployments --all --replicas=4',
    'scale deployments -l app=web --replicas=2',
    'scale deployments -l app=none --replicas=2',
    'scale statefulset/db --replicas=2 --dry-run=server',
    'scale statefulset/db --replicas=2 --dry-run=client',
    'scale deployment/web --resource-version=1 --replicas=1',
    'scale --replicas=1',
  ],
  restart: [
    'restart deployment other',
    'restart deployment/web statefulset/db',
    'restart deployment/paused',
    'restart cm one',
    'restart deployment missing',
    'restart',
    'restart deployments -l app=none',
    'restart deployments -l app=web',
  ],
  cordon: [
    'cordon node-0',
    'cordon node-0',
    'uncordon node-0',
    'uncordon node-0',
    'cordon missing',
    'cordon node-0 missing',
    'cordon node/node-0 node/node-1',
    'cordon -l zone=none',
    'cordon',
    'cordon node-0 -l zone=a',
    'uncordon node-0 node-1',
    'cordon node-1 --dry-run=client',
    'cordon node-1 --dry-run=server',
  ],
  patch: [
    `patch cm one -p {"data":{"color":"blue"}}`,
    `patch cm one -p {"data":{"color":"blue"}}`,
    `patch cm one --type=merge -p {"data":{"color":null,"size":"1"}}`,
    `patch cm one --type=json -p [{"op":"add","path":"/data/shape","value":"round"}]`,
    `patch cm one --type=json -p [{"op":"remove","path":"/data/missing"}]`,
    `patch cm one --type=json -p [{"op":"test","path":"/data/shape","value":"square"},{"op":"remove","path":"/data/shape"}]`,
    `patch cm/one cm/two -p {"data":{"both":"1"}}`,
    `patch cm missing -p {"data":{"color":"blue"}}`,
    `patch deployment web -p {"spec":{"template":{"spec":{"containers":[{"name":"side","image":"side"}]}}}}`,
    `patch deployment web -p {"spec":{"replicas":-1}}`,
    `patch deployment web -p {"spec":{"selector":{"matchLabels":{"x":"y"}}}}`,
    `patch deployment web --subresource=scale --type=merge -p {"spec":{"replicas":5}}`,
    `patch deployment web --subresource=status --type=merge -p {"status":{"replicas":5}}`,
    `patch cm one -p {"data":{"color":"dry"}} --dry-run=server`,
    `patch cm one --type=nothing -p {}`,
    'patch cm one',
    'patch cm -p {}',
    `patch cm one -p {"metadata":{"resourceVersion":"1"},"data":{"color":"x"}}`,
    `patch cm one -p {"data":{"color":"x"}} -o name`,
    `patch cm one -p {"data":{"color":"x"}} --patch-file=y`,
  ],
  apply: [
    'apply --server-side -f FOLDER/new.json',
    'apply --server-side -f FOLDER/new.json',
    'apply --server-side -f FOLDER/changed.json',
    'apply --server-side -f FOLDER/both.json',
    'apply --server-side -f FOLDER/new.json --dry-run=server',
    'apply --server-side -f FOLDER/new.json --dry-run=client',
    'apply --server-side -f FOLDER/unknown.json',
    'apply --server-side -f FOLDER/missing.json',
    'apply --server-side -f FOLDER/bad.json',
    'apply --server-side -f FOLDER/taken.json --force-conflicts',
    'apply --server-side',
    'label -f FOLDER/new.json from=file',
    'annotate -f FOLDER/both.json from=file',
    'scale -f FOLDER/scaled.json --replicas=4',
    'restart -f FOLDER/scaled.json',
    'patch -f FOLDER/new.json -p {"data":{"size":"2"}}',
    'delete -f FOLDER/new.json --dry-run=server',
    'delete -f FOLDER/both.json',
    'delete -f FOLDER/both.json --ignore-not-found',
  ],
  delete: [
    'delete cm one --dry-run=client',
    'delete cm one --dry-run=server',
    'delete cm one',
    'delete cm one',
    'delete cm one --ignore-not-found',
    'delete cm/two deploy/other',
    'delete cm',
    'delete cm -l app=none',
    'delete cm three --all',
    'delete deployment web --cascade=orphan --wait=false',
    'delete deployment paused --cascade=nothing',
    'delete deployment paused --grace-period=1 --now',
    'delete cm three -o name',
    'delete pod bare --force --wait=false',
    'delete pod bare2 --now',
    'delete deploy,cm --all --wait=false',
    'delete',
  ],
};

const objects = (namespace: string): string =>
  [
    ...['one', 'two', 'three'].map((name) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace, labels: { app: name === 'three' ? 'other' : 'web' } },
      data: { color: 'red' },
    })),
    ...['web', 'other', 'paused'].map((name) => workload('Deployment', name, namespace, name === 'paused')),
    workload('StatefulSet', 'db', namespace, false),
    ...['bare', 'bare2'].map((name) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace },
      spec: { containers: [{ name: 'app', image: 'app' }] },
    })),
  ]
    .map((object) => JSON.stringify(object))
    .join('\n---\n');

function workload(kind: string, name: string, namespace: string, isPaused: boolean): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace, labels },
    spec: {
      replicas: 2,
      ...(isPaused ? { paused: true } : {}),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app' }] } },
    },
  };
}

const namespaces = ['by-kubectl', 'by-navi'] as const;

const named = (name: string, data: object): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

/** Manifests, by the names of their files. */
const manifests: Readonly<Record<string, readonly object[]>> = {
  'new.json': [named('new', { size: '1', shape: 'round' })],
  'changed.json': [named('new', { size: '3' })],
  'both.json': [named('new', { size: '3' }), named('second', {})],
  'unknown.json': [{ apiVersion: 'example.com/v1', kind: 'Nothing', metadata: { name: 'x' } }, named('third', {})],
  'bad.json': [named('Bad_Name', {})],
  'taken.json': [named('one', { color: 'taken' })],
  'scaled.json': [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } }],
};

async function nextSecond(): Promise<void> {
  const second = (): number => Math.floor(Date.now() / 1_000);
  const before = second();
  await expect.poll(second, { timeout: 5_000 }).toBeGreaterThan(before);
}

describe.skipIf(clusterProgramsMissing() !== undefined)('commands that change objects', () => {
  let cluster: RealCluster;
  let navi: NaviInstallation;

  beforeAll(async () => {
    cluster = await startRealCluster();
    navi = installNavi(cluster.kubeconfig);
    await cluster.createNodes(2);
    for (const name of namespaces) await cluster.kubectl(['create', 'namespace', name]);
    for (const [name, documents] of Object.entries(manifests)) {
      writeFileSync(join(cluster.folder, name), documents.map((each) => JSON.stringify(each)).join('\n---\n'));
    }
    const daemon = navi.daemon();
    await untilSettled(navi.dataDir, daemon, ['test']);
  });
  afterAll(async () => {
    await navi.remove();
    await cluster.stop();
  });

  async function setUp(): Promise<void> {
    for (const namespace of namespaces) {
      await cluster.kubectl(['delete', 'cm,deploy,sts,pod', '--all', '-n', namespace, '--force']);
      const made = await cluster.kubectl(['create', '-f', '-'], { stdin: objects(namespace) });
      if (made.code !== 0) throw new Error(made.stderr);
    }
    await cordoned([false, false]);
  }

  /** What there is, but for what no two objects have alike. */
  async function state(namespace: string): Promise<readonly (readonly unknown[])[]> {
    const paths = [
      `/api/v1/namespaces/${namespace}/configmaps`,
      `/apis/apps/v1/namespaces/${namespace}/deployments`,
      `/apis/apps/v1/namespaces/${namespace}/statefulsets`,
      `/api/v1/namespaces/${namespace}/pods`,
      '/api/v1/nodes',
    ];
    const lists = await Promise.all(paths.map(async (path) => await cluster.request(path)));
    const lasting = (object: JsonObject): readonly unknown[] => {
      const { name, labels, annotations, deletionTimestamp } = asObject(object['metadata']);
      const parts = [name, labels, annotations, deletionTimestamp !== undefined, object['spec'], object['data']];
      return JSON.parse(JSON.stringify(parts).replaceAll(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"TIME"')) as unknown[];
    };
    return lists.flatMap(({ text }) => (JSON.parse(text).items as JsonObject[]).map(lasting));
  }

  async function cordoned(nodes: readonly boolean[]): Promise<void> {
    for (const [at, unschedulable] of nodes.entries()) {
      const options = {
        method: 'PATCH',
        body: { spec: { unschedulable } },
        contentType: 'application/merge-patch+json',
      };
      await cluster.request(`/api/v1/nodes/node-${at}`, options);
    }
  }

  const toKubectl = (line: string): readonly string[] =>
    line.startsWith('restart') ? ['rollout', ...line.split(' ')] : line.split(' ').filter((word) => word !== '');

  for (const [group, lines] of Object.entries(groups)) {
    test(`say what kubectl says and do what it does: ${group}`, async () => {
      await setUp();
      const differences: unknown[] = [];
      let nodes = [false, false];
      const [byKubectl, byNavi] = namespaces;
      // kubectl says of a patch that was only tried that it was made.
      const plain = (text: string): string =>
        text
          .replaceAll(/by-(kubectl|navi)/g, 'NS')
          .replaceAll(' patched (server dry run)', ' patched')
          .replaceAll(/version to be 1, was \d+/g, 'version');
      for (const typed of lines) {
        const line = typed.replaceAll('FOLDER', cluster.folder);
        const isOfNodes = group === 'cordon';
        if (isOfNodes) await cordoned(nodes);
        // A restart is the second at which it was made: another one within it changes nothing.
        if (group === 'restart') await nextSecond();
        const expected = await cluster.kubectl([...toKubectl(line), ...(isOfNodes ? [] : ['-n', byKubectl])]);
        const expectedState = await state(byKubectl);
        if (isOfNodes) await cordoned(nodes);
        const words = line.split(' ').filter((word) => word !== '');
        const yes = line.startsWith('delete') ? ['--yes'] : [];
        const actual = await navi.ask([...words, ...yes, ...(isOfNodes ? [] : ['-n', byNavi])]);
        const actualState = await state(byNavi);
        nodes = actualState
          .filter(([name]) => String(name).startsWith('node-'))
          .map(([, , , , spec]) => (spec as JsonObject)['unschedulable'] === true);
        const got = [plain(actual.stdout), plain(actual.stderr), actual.code, plain(JSON.stringify(actualState))];
        const wanted = [
          plain(expected.stdout),
          plain(expected.stderr),
          expected.code,
          plain(JSON.stringify(expectedState)),
        ];
        if (JSON.stringify(got) !== JSON.stringify(wanted)) differences.push({ line, got, wanted });
      }
      expect(differences).toEqual([]);
    });
  }

  test('a field of somebody else is a conflict of apply, and stays as it is', async () => {
    await setUp();
    const file = join(cluster.folder, 'taken.json');
    const { code, stdout, stderr } = await navi.run(['apply', '-f', file, '-n', 'by-navi']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Apply failed with 1 conflict');
    expect(stderr).toContain('.data.color');
    const { text } = await cluster.request('/api/v1/namespaces/by-navi/configmaps/one');
    expect((JSON.parse(text) as JsonObject)['data']).toEqual({ color: 'red' });
  });

  test('what somebody may not do is refused in the words of the server', async () => {
    const other = installNavi(cluster.kubeconfigFor({ name: 'viewer' }));
    try {
      const daemon = other.daemon();
      await untilSettled(other.dataDir, daemon, ['test']);
      for (const words of [
        ['label', 'cm', 'one', 'a=b'],
        ['delete', 'cm', 'one', '--yes'],
        ['scale', 'deployment', 'web', '--replicas=1'],
      ]) {
        const { code, stdout, stderr } = await other.run([...words, '-n', 'by-navi']);
        expect({ words, code, stdout }).toEqual({ words, code: 1, stdout: '' });
        expect(stderr).toMatch(/^Error from server \(Forbidden\): .* is forbidden: User "viewer" cannot /);
      }
    } finally {
      await other.remove();
    }
  });

  test('what is queued finds the objects as the mirror has shown them', async () => {
    await setUp();
    const [, namespace] = namespaces;
    const { stdout } = await cluster.kubectl(['get', 'pod', 'bare2', '-n', namespace, '-o', 'name']);
    expect(stdout).toBe('pod/bare2\n');
    const lines = [
      'label cm --all queued=yes',
      'patch deployment web -p {"spec":{"template":{"spec":{"containers":[{"name":"side","image":"side"}]}}}}',
      'patch cm two --type=json -p [{"op":"add","path":"/data/size","value":"1"}]',
      'scale deployment/other --replicas=5',
      'restart statefulset/db',
      `apply -f ${cluster.folder}/new.json`,
      `apply -f ${cluster.folder}/changed.json`,
      'delete deployment paused --yes',
      'delete pod bare2 --yes',
      'delete configmap three --yes',
    ];
    // The mirror has what was set up.
    const has = async (): Promise<boolean> =>
      (await navi.ask(['get', 'pod/bare2', 'cm/three', 'deploy/paused', '-n', namespace])).code === 0;
    for (const giveUpAtMs = Date.now() + 20_000; !(await has());) expect(Date.now()).toBeLessThan(giveUpAtMs);
    for (const line of lines) {
      const { code, stderr } = await navi.run([...line.split(' '), '--queue', '-n', namespace]);
      expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: expect.any(String) as string });
      await untilQueueSettled(navi.dataDir);
    }
    expect(await navi.run(['cordon', 'node-1', '--queue'])).toMatchObject({ code: 0 });
    const entries = await untilQueueSettled(navi.dataDir);
    const told = entries.map(({ state, action, outcome }) => [action.verb, action.target.name, state, outcome]);
    expect(told.filter(([, , state]) => state !== 'done')).toEqual([]);
    expect(told).toHaveLength(lines.length + 3);
  });
});
