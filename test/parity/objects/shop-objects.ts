import type { Json, JsonObject } from '../../../src/core/json.ts';
import { type StoredObject, timeText } from '../etcd-objects.ts';

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The time of `age` before now, such as `2h`, in the middle of that unit so that its text does not change soon. */
export function before(nowMs: number, age: string): string {
  const unit = age.slice(-1) as keyof typeof unitMs;
  return timeText(nowMs - (Number(age.slice(0, -1)) + 0.4) * unitMs[unit]);
}

const container = (name: string, image: string): JsonObject => ({
  name,
  image,
  resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '1Gi' } },
  ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
  env: [
    { name: 'NODE', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } },
    { name: 'EMPTY' },
    { name: 'ON', value: 'on' },
  ],
});

/** What one pod of the shop is like. */
interface Pod {
  readonly namespace?: string;
  readonly name: string;
  readonly app: string;
  readonly age: string;
  readonly node?: string;
  readonly phase?: string;
  readonly restartCount?: number;
  readonly priority?: number;
  readonly images?: readonly string[];
  readonly state?: JsonObject;
  readonly labels?: JsonObject;
  readonly owner?: string;
}

function podStatus(nowMs: number, pod: Pod): JsonObject {
  const isReady = pod.state === undefined && pod.phase === undefined;
  const state = pod.state ?? { running: { startedAt: before(nowMs, pod.age) } };
  const restartCount = pod.restartCount ?? 0;
  const finished = { exitCode: 1, reason: 'Error', finishedAt: before(nowMs, '4h'), startedAt: before(nowMs, '5h') };
  return {
    phase: pod.phase ?? 'Running',
    podIP: `10.1.0.${pod.name.length}`,
    podIPs: [{ ip: `10.1.0.${pod.name.length}` }],
    conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False', lastTransitionTime: before(nowMs, '6h') }],
    containerStatuses: (pod.images ?? ['nginx:1.25']).map((image, index) => ({
      name: `c${index}`,
      image,
      imageID: `sha256:${index}`,
      ready: isReady,
      restartCount,
      state,
      lastState: restartCount === 0 ? {} : { terminated: finished },
    })),
  };
}

function shopPod(nowMs: number, pod: Pod): StoredObject {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: pod.owner, uid: 'u-rs', controller: true };
  const metadata = {
    name: pod.name,
    namespace: pod.namespace ?? 'foo',
    creationTimestamp: before(nowMs, pod.age),
    labels: { app: pod.app, 'app.kubernetes.io/name': pod.app, ...pod.labels },
    annotations: { note: 'a: b', 'example.com/json': '{"a":1}\n' },
    ...(pod.owner === undefined ? {} : { ownerReferences: [owner] }),
  };
  const containers = (pod.images ?? ['nginx:1.25']).map((image, index) => container(`c${index}`, image));
  const spec = {
    containers,
    restartPolicy: 'Always',
    ...(pod.node === undefined ? {} : { nodeName: pod.node }),
    ...(pod.priority === undefined ? {} : { priority: pod.priority }),
  };
  const object = { apiVersion: 'v1', kind: 'Pod', metadata, spec, status: podStatus(nowMs, pod) };
  return { type: 'pods', object };
}

const waiting = (reason: string): JsonObject => ({ waiting: { reason, message: `${reason}: see the log` } });

const pods: readonly Pod[] = [
  { name: 'web-0', app: 'web', age: '4h', node: 'node-1', priority: 10, owner: 'web-5d' },
  { name: 'web-1', app: 'web', age: '30h', node: 'node-2', priority: 5, restartCount: 3 },
  { name: 'web-2', app: 'web', age: '5d', node: 'node-1', labels: { tier: 'front', track: '' } },
  { name: 'web.a', app: 'web', age: '9d', node: 'node-3', images: ['nginx:1.25', 'envoy:2'] },
  { name: 'web', app: 'web', age: '3d', phase: 'Pending' },
  { name: 'db-0', app: 'db', age: '400d', node: 'node-1', labels: { tier: 'back', weight: '10' } },
  { name: 'db-1', app: 'db', age: '800d', node: 'node-2', labels: { tier: 'back', weight: '9' } },
  { name: 'crash', app: 'job', age: '6d', restartCount: 12, state: waiting('CrashLoopBackOff'), node: 'node-2' },
  { name: 'pull', app: 'job', age: '20h', state: waiting('ImagePullBackOff'), phase: 'Pending', node: 'node-3' },
  {
    name: 'done',
    app: 'job',
    age: '12d',
    phase: 'Succeeded',
    state: { terminated: { exitCode: 0, reason: 'Completed' } },
  },
  {
    name: 'oom',
    app: 'job',
    age: '13d',
    phase: 'Failed',
    state: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
  },
  { name: 'a', namespace: 'foo-bar', app: 'web', age: '10d', node: 'node-1' },
  { name: 'a-1', namespace: 'foo-bar', app: 'web', age: '11d', node: 'node-1' },
  { name: 'a0', namespace: 'foo-bar', app: 'db', age: '12d' },
  { name: 'a.b', namespace: 'foo-bar', app: 'db', age: '3000d', node: 'node-2' },
  { name: 'alone', namespace: 'one', app: 'solo', age: '50d', node: 'node-1' },
];

/** More pods than an insertion sort takes, with few different labels: ties of a sort. */
const tiedPods: readonly Pod[] = Array.from({ length: 30 }, (_, index) => ({
  name: `p${String(index).padStart(3, '0')}`,
  namespace: 'ties',
  app: `app-${index % 3}`,
  age: `${10 + (index % 7)}d`,
  node: `node-${index % 4}`,
  restartCount: index % 5,
  labels: { mod: String(index % 4), even: index % 2 === 0 ? 'yes' : 'no' },
}));

const template = (app: string): JsonObject => ({
  metadata: { labels: { app } },
  spec: { containers: [container('main', `${app}:1.0`)] },
});

/** `[type, apiVersion, kind, name, fields]` in the namespace foo. */
type Row = readonly [type: string, apiVersion: string, kind: string, name: string, fields: JsonObject];

const selector = (app: string): JsonObject => ({ matchLabels: { app } });

const rows: readonly Row[] = [
  [
    'deployments.apps',
    'apps/v1',
    'Deployment',
    'web',
    {
      spec: { replicas: 3, selector: selector('web'), template: template('web') },
      status: { replicas: 3, readyReplicas: 2, updatedReplicas: 3, availableReplicas: 2 },
    },
  ],
  [
    'deployments.apps',
    'apps/v1',
    'Deployment',
    'api',
    { spec: { replicas: 0, selector: selector('api'), template: template('api') }, status: {} },
  ],
  [
    'replicasets.apps',
    'apps/v1',
    'ReplicaSet',
    'web-5d',
    {
      spec: { replicas: 3, selector: selector('web'), template: template('web') },
      status: { replicas: 3, readyReplicas: 2 },
    },
  ],
  [
    'statefulsets.apps',
    'apps/v1',
    'StatefulSet',
    'db',
    {
      spec: { replicas: 2, serviceName: 'db', selector: selector('db'), template: template('db') },
      status: { replicas: 2, readyReplicas: 2 },
    },
  ],
  [
    'services',
    'v1',
    'Service',
    'web',
    {
      spec: {
        type: 'ClusterIP',
        clusterIP: 'None',
        clusterIPs: ['None'],
        selector: { app: 'web' },
        ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 'http' }],
      },
    },
  ],
  ['configmaps', 'v1', 'ConfigMap', 'settings', { data: { mode: 'fast', on: 'yes', 'config.yaml': 'a: 1\nb: [x]\n' } }],
  ['configmaps', 'v1', 'ConfigMap', 'web', { data: {}, immutable: true }],
  ['secrets', 'v1', 'Secret', 'token', { type: 'example.com/token', data: { token: 'dG9r', user: 'bWU=' } }],
  ['secrets', 'v1', 'Secret', 'none', { type: 'Opaque' }],
  [
    'jobs.batch',
    'batch/v1',
    'Job',
    'import',
    {
      spec: { completions: 3, parallelism: 2, template: template('import') },
      status: { succeeded: 2, active: 1, startTime: '2026-01-01T00:00:00Z' },
    },
  ],
  [
    'horizontalpodautoscalers.autoscaling',
    'autoscaling/v2',
    'HorizontalPodAutoscaler',
    'web',
    {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        minReplicas: 2,
        maxReplicas: 9,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
        ],
      },
      status: {
        currentReplicas: 3,
        desiredReplicas: 4,
        currentMetrics: [
          { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 45, averageValue: '1' } } },
        ],
      },
    },
  ],
];

function shopObject(nowMs: number, [type, apiVersion, kind, name, fields]: Row, index: number): StoredObject {
  const creationTimestamp = before(nowMs, `${(index + 1) * 17}d`);
  const metadata = { name, namespace: 'foo', creationTimestamp, labels: { app: name } };
  return { type, object: { apiVersion, kind, metadata, ...fields } };
}

function shopEvent(nowMs: number, index: number, [reason, message, about]: readonly string[]): StoredObject {
  const at = before(nowMs, `${index + 4}h`);
  const involvedObject: Json = { kind: 'Pod', namespace: 'foo', name: about, apiVersion: 'v1', uid: `u-${about}` };
  const object = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${about}.${index}`, namespace: 'foo', creationTimestamp: at },
    involvedObject,
    type: index % 2 === 0 ? 'Normal' : 'Warning',
    reason,
    message,
    source: { component: 'kubelet', host: 'node-1' },
    firstTimestamp: at,
    lastTimestamp: at,
    count: index + 1,
    eventTime: null,
    reportingComponent: 'kubelet',
    reportingInstance: 'node-1',
  };
  return { type: 'events', object };
}

const events = [
  ['Started', 'Started\tcontainer c', 'web-0'],
  ['BackOff', 'Back-off restarting failed container\nsecond line', 'crash'],
  ['Pulled', 'Image "nginx:1.25" already present', 'web-1'],
  ['Failed', '\u001B[31mred\u001B[0m is not printed red', 'pull'],
] as const;

/** Pods and what belongs to them in the namespaces foo, foo-bar, one and ties, hours to years old. */
export function shopObjects(nowMs: number): readonly StoredObject[] {
  return [
    ...[...pods, ...tiedPods].map((pod) => shopPod(nowMs, pod)),
    ...rows.map((row, index) => shopObject(nowMs, row, index)),
    ...events.map((event, index) => shopEvent(nowMs, index, event)),
  ];
}

/** Objects whose age is of seconds and minutes: their text changes while one looks. */
export function recentObjects(nowMs: number): readonly StoredObject[] {
  return ['1s', '50s', '100s', '3m', '9m', '25m', '100m', '179m'].map((age, index) => ({
    type: 'configmaps',
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `age-${index}`, namespace: 'recent', creationTimestamp: before(nowMs, age) },
    },
  }));
}
