import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { displayWidth } from '../../src/output/line-width.ts';
import { expectError, steeringCharacters, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

/** A shop: a deployment with all that people put around one. */
function fillShop({ simulator: { state } }: SyncedNavi): void {
  const namespace = 'shop';
  const labels = { app: 'web' };
  const template = {
    metadata: { labels },
    spec: {
      serviceAccountName: 'web',
      imagePullSecrets: [{ name: 'registry' }],
      containers: [
        {
          name: 'web',
          image: 'web:1',
          envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'nowhere' } }],
          env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'extra', key: 'a', optional: true } } }],
        },
      ],
      volumes: [
        { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
        { name: 'tls', secret: { secretName: 'tls' } },
      ],
    },
  };
  const owner = (kind: string, apiVersion: string, object: KubeObject): JsonObject[] => [
    { apiVersion, kind, name: object.metadata.name, uid: object.metadata.uid ?? '', controller: true },
  ];
  const make = (type: string, name: string, object: JsonObject = {}, metadata: JsonObject = {}) =>
    state.create(type, { ...object, metadata: { name, namespace, ...metadata } });
  for (const name of ['tls', 'registry']) make('secrets', name, { type: 'Opaque' });
  make('configmaps', 'settings', { data: { a: 'b' } });
  make('serviceaccounts', 'web');
  state.create('storageclasses.storage.k8s.io', { metadata: { name: 'fast' }, provisioner: 'disk.test' });
  state.create('persistentvolumes', {
    metadata: { name: 'volume-1' },
    spec: { storageClassName: 'fast', claimRef: { namespace, name: 'data' } },
    status: { phase: 'Bound' },
  });
  make('persistentvolumeclaims', 'data', {
    spec: { volumeName: 'volume-1', storageClassName: 'fast' },
    status: { phase: 'Bound' },
  });
  const deployment = make('deployments.apps', 'web', {
    spec: { replicas: 2, selector: { matchLabels: labels }, template },
    status: { readyReplicas: 1, replicas: 2 },
  });
  const replicas = { spec: { replicas: 2, template }, status: { replicas: 2, readyReplicas: 1 } };
  const set = make('replicasets.apps', 'web-1', replicas, {
    ownerReferences: owner('Deployment', 'apps/v1', deployment),
  });
  for (const old of ['web-old-1', 'web-old-2', 'web-old-3']) {
    make(
      'replicasets.apps',
      old,
      { spec: { replicas: 0, template }, status: { replicas: 0 } },
      { ownerReferences: owner('Deployment', 'apps/v1', deployment) },
    );
  }
  for (const [name, phase] of [
    ['web-1-a', 'Running'],
    ['web-1-b', 'Pending'],
  ] as const) {
    make(
      'pods',
      name,
      { spec: { ...template.spec, nodeName: 'node-9' }, status: { phase } },
      { labels, ownerReferences: owner('ReplicaSet', 'apps/v1', set) },
    );
  }
  make('services', 'web', { spec: { type: 'ClusterIP', selector: labels, clusterIP: '10.0.0.9' } });
  make('services', 'other', { spec: { type: 'ClusterIP', selector: { app: 'other' } } });
  make('ingresses.networking.k8s.io', 'front', {
    spec: {
      ingressClassName: 'nginx',
      tls: [{ secretName: 'tls' }],
      rules: [
        {
          host: 'shop.test',
          http: {
            paths: [
              { path: '/', backend: { service: { name: 'web' } } },
              { path: '/x', backend: { service: { name: 'gone' } } },
            ],
          },
        },
      ],
    },
  });
  make('horizontalpodautoscalers.autoscaling', 'web', {
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
  });
  make('poddisruptionbudgets.policy', 'web', { spec: { selector: { matchLabels: labels } } });
  make('networkpolicies.networking.k8s.io', 'deny', { spec: { podSelector: {} } });
  make('roles.rbac.authorization.k8s.io', 'reader');
  make('rolebindings.rbac.authorization.k8s.io', 'web-reads', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
    subjects: [
      { kind: 'ServiceAccount', name: 'web', namespace },
      { kind: 'User', name: 'somebody' },
    ],
  });
  state.create('nodes', { metadata: { name: 'node-9' } });
  make(
    'pods',
    'orphan',
    { spec: { containers: [] } },
    { ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'gone', uid: 'nobody', controller: true }] },
  );
  make(
    'configmaps',
    'loop',
    {},
    {
      uid: 'loop-uid',
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'loop', uid: 'loop-uid', controller: true }],
    },
  );
  for (let index = 0; index < 30; index += 1) {
    make(
      'pods',
      `many-${index}`,
      { spec: { containers: [] }, status: { phase: index === 25 ? 'Failed' : 'Running' } },
      { labels: { app: 'many' } },
    );
  }
  make('services', 'many', { spec: { selector: { app: 'many' } } });
}

let navi: SyncedNavi;

beforeAll(async () => {
  navi = await syncedNavi(2);
  fillShop(navi);
  const { code } = await navi.navi(['sync', '--once']);
  expect(code).toBe(0);
});

afterAll(async () => {
  await navi.remove();
});

/** The lines of a tree, without their ages. */
async function tree(...args: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr, code } = await navi.ask(['tree', '-n', 'shop', ...args]);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ {2,}\d+[smh]$/, '').replaceAll(/ {3,}(?=\S)/g, '   '));
}

describe('navi tree', () => {
  test('shows what a deployment owns, what its pods need, and what is around it', async () => {
    expect(await tree('deployment/web')).toEqual([
      'Deployment/web   1/2',
      '├─ owns ReplicaSet/web-1   1/2',
      '│  ├─ owns Pod/web-1-a   Running',
      '│  └─ owns Pod/web-1-b   Pending',
      '├─ … 3 more ReplicaSet: 3 0/0 (--all)',
      '├─ uses PersistentVolumeClaim/data   Bound',
      '│  ├─ is bound to PersistentVolume/volume-1   Bound',
      '│  │  └─ is of class StorageClass/fast   disk.test',
      '│  └─ is of class StorageClass/fast (above)   disk.test',
      '├─ uses Secret/tls   Opaque',
      '├─ uses Secret/nowhere   missing',
      '├─ uses ConfigMap/settings   1 key',
      '├─ uses ConfigMap/extra   missing, optional',
      '├─ pulls with Secret/registry   Opaque',
      '├─ runs as ServiceAccount/web',
      '├─ is scaled by HorizontalPodAutoscaler/web   0',
      '├─ is selected by Service/web   ClusterIP',
      '│  └─ is routed to by Ingress/front   shop.test',
      '├─ is restricted by NetworkPolicy/deny',
      '└─ is guarded by PodDisruptionBudget/web',
    ]);
  });

  test('shows the way down from the owners of a pod, and where it runs', async () => {
    const lines = await tree('pod/web-1-b');
    expect(lines[0]).toBe('Deployment/web   1/2');
    expect(lines).toContain('└─ owns ReplicaSet/web-1   1/2');
    expect(lines).toContain('   └─ owns Pod/web-1-b   Pending');
    expect(lines).toContainEqual(expect.stringMatching(/runs on Node\/node-9 {3}/));
    expect(lines.join('\n')).not.toContain('web-1-a');
  });

  test('follows traffic from an ingress to pods, and shows what does not exist', async () => {
    const lines = await tree('ingress', 'front');
    expect(lines).toContain('│  ├─ selects Pod/web-1-a   Running');
    expect(lines).toContain('├─ is of class IngressClass/nginx   missing');
    expect(lines).toContain('├─ routes to Service/gone   missing');
  });

  test('answers from the other end too', async () => {
    expect(await tree('configmap/settings')).toContain('└─ is used by Deployment/web   1/2');
    expect(await tree('serviceaccount/web')).toEqual([
      'ServiceAccount/web',
      '├─ is used by Deployment/web   1/2',
      '└─ is a subject of RoleBinding/web-reads',
    ]);
    expect(await tree('role/reader')).toContain('└─ is granted by RoleBinding/web-reads');
    expect((await tree('node/node-9')).slice(1)).toEqual([
      '├─ runs Pod/web-1-a in shop   Running',
      '└─ runs Pod/web-1-b in shop   Pending',
    ]);
    expect(await tree('storageclass/fast')).toContainEqual(
      expect.stringContaining('is class of PersistentVolumeClaim/data in shop'),
    );
  });

  test('shows an owner that is gone, and ends where an object owns itself', async () => {
    expect((await tree('pod/orphan')).slice(0, 2)).toEqual([
      'Job/gone   missing',
      expect.stringMatching(/owns Pod\/orphan/),
    ]);
    expect((await tree('configmap/loop')).length).toBeLessThan(5);
  });

  test('folds what is many, with what is in trouble first; --all shows each', async () => {
    const lines = await tree('service/many');
    expect(lines.length).toBeLessThan(12);
    expect(lines).toContainEqual(expect.stringContaining('Pod/many-25'));
    expect(lines.at(-1)).toMatch(/… 22 more Pod: 22 Running \(--all\)$/);
    expect(await tree('service/many', '--all')).toHaveLength(31);
  });

  test('--why follows what is not well down to its cause, with what events say', async () => {
    const { state } = navi.simulator;
    const pod = state.create('pods', {
      metadata: { name: 'stuck', namespace: 'shop' },
      spec: { containers: [{ name: 'a' }], volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'unbound' } }] },
      status: {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', message: 'pod has unbound claims' }],
      },
    });
    const classless = { spec: { storageClassName: 'no-such-class' }, status: { phase: 'Pending' } };
    state.create('persistentvolumeclaims', { metadata: { name: 'unbound', namespace: 'shop' }, ...classless });
    state.create('events', {
      metadata: { name: 'stuck.1', namespace: 'shop' },
      type: 'Warning',
      reason: 'FailedScheduling',
      message: 'no node fits',
      count: 7,
      lastTimestamp: new Date().toISOString(),
      involvedObject: { kind: 'Pod', name: 'stuck', namespace: 'shop', uid: pod.metadata.uid ?? '' },
    });
    state.create('pods', {
      metadata: { name: 'crashing', namespace: 'shop' },
      spec: { containers: [{ name: 'main' }] },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False', message: 'containers with unready status: [main]' }],
        containerStatuses: [
          {
            name: 'main',
            ready: false,
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s' } },
            lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
          },
        ],
      },
    });
    expect((await navi.navi(['sync', '--once'])).code).toBe(0);
    expect(await tree('pod/stuck', '--why')).toEqual([
      'Pod/stuck: is not scheduled: pod has unbound claims',
      expect.stringMatching(/^ {3}FailedScheduling x7, \d+s ago: no node fits$/),
      '└─ PersistentVolumeClaim/unbound: is Pending and not Bound',
      '   └─ StorageClass/no-such-class: does not exist',
    ]);
    expect(await tree('pod/crashing', '--why')).toEqual([
      'Pod/crashing: container main waits: CrashLoopBackOff: back-off 5m0s; it ended before with exit code 137 (OOMKilled)',
    ]);
    expect((await tree('deployment/web', '--why'))[0]).toBe('Deployment/web: 1 of 2 pods are ready');
    expect((await tree('ingress/front', '--why')).at(-1)).toBe('└─ IngressClass/nginx: does not exist');
    expect(await tree('configmap/settings', '--why')).toEqual([
      'ConfigMap/settings: nothing is known to be wrong with it',
    ]);
  });

  test('is coloured on a terminal by state', async () => {
    const narrow = (await navi.onTerminal('tree deployment/web -n shop --color never', 50)).trimEnd().split('\n');
    expect(Math.max(...narrow.map(displayWidth))).toBe(50);
    expect(narrow.length).toBeGreaterThan(5);
    const shown = await navi.onTerminal('tree deployment/web -n shop', 120);
    expect(shown).toContain('\u001B[32mRunning\u001B[39m');
    expect(shown).toContain('\u001B[31mmissing\u001B[39m');
  });

  test.each([
    [['tree', 'deployment/nobody', '-n', 'shop'], 3, /deployments.apps "nobody" does not exist in namespace shop/],
    [['tree', 'deployment/web'], 3, /does not exist in namespace default/],
    [['tree', 'deploymnet/web'], 2, /no type called "deploymnet"\n {2}did you mean deployment\?/],
    [['tree', 'web'], 2, /shows one object: its type and its name/],
    [['tree', 'a/b/c'], 2, /shows one object/],
    [['tree', 'pod/a', 'b'], 2, /shows one object/],
  ])('%j is an error with a way out', async (args, code, says) => {
    expectError(await navi.ask(args), code, says);
  });

  test('keeps a terminal safe from names', async () => {
    const { stdout } = await navi.ask(['tree', 'configmap/evil', '-n', 'default']);
    expect(steeringCharacters(stdout)).toEqual([]);
  });
});
