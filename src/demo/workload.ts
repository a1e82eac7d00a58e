import type { JsonObject } from '../core/json.ts';

/** A program that the company runs, by what differs from one to the next. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  /** A daemon set has one for each worker node. */
  readonly replicas: number;
  readonly version: string;
  readonly ageDays: number;
  readonly port: number;
  readonly component: string;
  /** Millicores. */
  readonly cpuMillis: number;
  readonly memoryMebibytes: number;
  /** A proxy runs beside the main container. */
  readonly hasSidecar: boolean;
  /** Of the volume that each pod of a stateful set claims. */
  readonly storageGibibytes: number;
  readonly priorityClass: string;
}

/** Where the company's images come from. */
export const imageRegistry = 'registry.brightharbor.example';

type Row = readonly [
  place: string,
  kind: Workload['kind'],
  replicas: number,
  version: string,
  ageDays: number,
  component: string,
  more?: Partial<Workload>,
];

const mesh = { hasSidecar: true };

const rows: readonly Row[] = [
  ['shop/web', 'Deployment', 4, '4.12.1', 212, 'frontend', { ...mesh, priorityClass: 'customer-facing' }],
  ['shop/cart', 'Deployment', 3, '2.8.0', 212, 'api', { ...mesh, priorityClass: 'customer-facing' }],
  ['shop/checkout', 'Deployment', 3, '3.4.2', 198, 'api', { ...mesh, priorityClass: 'customer-facing' }],
  ['shop/catalog', 'Deployment', 2, '1.19.0', 212, 'api', mesh],
  ['shop/recommendations', 'Deployment', 2, '0.9.3', 41, 'worker'],
  ['billing/invoices', 'Deployment', 2, '5.1.0', 176, 'api', mesh],
  ['billing/payments', 'Deployment', 3, '7.0.4', 190, 'api', { ...mesh, priorityClass: 'customer-facing' }],
  ['billing/tax', 'Deployment', 2, '1.3.1', 88, 'api'],
  [
    'billing/ledger',
    'StatefulSet',
    3,
    '11.2.0',
    190,
    'database',
    { storageGibibytes: 50, cpuMillis: 1000, port: 5432 },
  ],
  ['search/query', 'Deployment', 3, '6.3.0', 151, 'api'],
  ['search/indexer', 'Deployment', 2, '6.3.0', 151, 'worker'],
  ['search/suggest', 'Deployment', 2, '2.0.5', 63, 'api'],
  ['search/embeddings', 'Deployment', 2, '0.4.0', 9, 'worker', { cpuMillis: 6000, memoryMebibytes: 8192 }],
  ['search/index', 'StatefulSet', 3, '8.15.2', 151, 'database', { storageGibibytes: 120, cpuMillis: 2000, port: 9200 }],
  ['logistics/tracking', 'Deployment', 2, '3.3.3', 120, 'api'],
  ['logistics/routes', 'Deployment', 2, '1.8.7', 97, 'api'],
  ['logistics/labels', 'Deployment', 1, '0.7.0', 97, 'worker'],
  ['platform/edge-proxy', 'Deployment', 2, '1.32.0', 230, 'proxy', { priorityClass: 'platform-critical' }],
  ['platform/queue-operator', 'Deployment', 1, '0.14.2', 140, 'controller'],
  ['platform/certificate-issuer', 'Deployment', 1, '1.6.0', 230, 'controller'],
  ['platform/broker', 'StatefulSet', 3, '4.1.0', 140, 'broker', { storageGibibytes: 30, port: 5672 }],
  ['monitoring/metrics-store', 'StatefulSet', 2, '3.5.1', 201, 'database', { storageGibibytes: 200, port: 9090 }],
  ['monitoring/dashboards', 'Deployment', 1, '12.2.0', 201, 'frontend'],
  ['monitoring/alert-router', 'Deployment', 2, '0.28.1', 201, 'controller'],
  ['monitoring/log-collector', 'DaemonSet', 5, '4.0.7', 201, 'agent', { priorityClass: 'platform-critical' }],
  [
    'kube-system/coredns',
    'Deployment',
    2,
    '1.13.1',
    230,
    'dns',
    { port: 53, priorityClass: 'system-cluster-critical' },
  ],
  ['kube-system/network-agent', 'DaemonSet', 5, '1.18.4', 230, 'agent', { priorityClass: 'system-node-critical' }],
];

function workloadOf([place, kind, replicas, version, ageDays, component, more = {}]: Row): Workload {
  const [namespace = '', name = ''] = place.split('/');
  return {
    namespace,
    name,
    kind,
    replicas,
    version,
    ageDays,
    component,
    port: 8080,
    cpuMillis: 250,
    memoryMebibytes: 256,
    hasSidecar: false,
    storageGibibytes: 0,
    priorityClass: '',
    ...more,
  };
}

/** Everything that the company runs for ever, by namespace. */
export const workloads: readonly Workload[] = rows.map(workloadOf);

/** The workload of that name. @throws when there is none */
export function workloadNamed(namespace: string, name: string): Workload {
  const found = workloads.find((workload) => workload.namespace === namespace && workload.name === name);
  if (found === undefined) throw new Error(`the company runs no ${namespace}/${name}`);
  return found;
}

/** Labels that select a workload's pods. */
export function selectorLabels(workload: Workload): JsonObject {
  return { 'app.kubernetes.io/name': workload.name, 'app.kubernetes.io/part-of': workload.namespace };
}

/** All labels of a workload and what belongs to it. */
export function workloadLabels(workload: Workload, version = workload.version): JsonObject {
  return {
    ...selectorLabels(workload),
    'app.kubernetes.io/component': workload.component,
    'app.kubernetes.io/version': version,
    'app.kubernetes.io/managed-by': 'harbormaster',
  };
}

/** The image of a workload's main container. */
export function imageOf(workload: Workload, version = workload.version): string {
  return `${imageRegistry}/${workload.namespace}/${workload.name}:${version}`;
}

function mainContainer(workload: Workload, version: string): JsonObject {
  const memory = `${workload.memoryMebibytes}Mi`;
  return {
    name: workload.name,
    image: imageOf(workload, version),
    imagePullPolicy: 'IfNotPresent',
    ports: [{ name: 'main', containerPort: workload.port, protocol: 'TCP' }],
    envFrom: [{ configMapRef: { name: `${workload.name}-settings` } }],
    resources: { requests: { cpu: `${workload.cpuMillis}m`, memory }, limits: { memory } },
    readinessProbe: { tcpSocket: { port: 'main' }, periodSeconds: 5, failureThreshold: 3 },
    ...(workload.storageGibibytes > 0 ? { volumeMounts: [{ name: 'data', mountPath: '/var/lib/data' }] } : {}),
  };
}

const sidecar: JsonObject = {
  name: 'mesh',
  image: `${imageRegistry}/platform/mesh:2.31.0`,
  ports: [{ name: 'admin', containerPort: 15000, protocol: 'TCP' }],
  resources: { requests: { cpu: '50m', memory: '64Mi' } },
};

/** The pod template of a workload in a version. */
export function podTemplate(workload: Workload, version = workload.version): JsonObject {
  return {
    metadata: { labels: workloadLabels(workload, version) },
    spec: {
      serviceAccountName: workload.name,
      ...(workload.priorityClass === '' ? {} : { priorityClassName: workload.priorityClass }),
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      containers: [mainContainer(workload, version), ...(workload.hasSidecar ? [sidecar] : [])],
    },
  };
}
