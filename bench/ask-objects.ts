import { asObject, asString, type JsonObject } from '../src/core/json.ts';
import type { KubeObject } from '../src/core/kube-object.ts';
import { samplePod, samplePodStatus } from '../test/support/sample-pod.ts';

/** Creates an object of a type and returns it with its uid. */
export type Create = (type: string, object: JsonObject) => KubeObject;

/** A cluster of many objects to ask. */
export interface AskLoad {
  /** Objects of all types together. */
  readonly objectCount: number;
  /** PEM of an authority, which each namespace shows. */
  readonly authority: string;
  readonly nowMs: number;
}

const words = ['checkout', 'catalog', 'payments', 'ledger', 'mailer', 'reports', 'search', 'gateway'] as const;
const parts = ['web', 'backend', 'worker', 'cache', 'api'] as const;
const applicationsPerNamespace = words.length * parts.length;

/** What one application comes to, its pods and events and its share of nodes and namespaces included. */
const objectsPerApplication = 25;

function namespaceName(index: number): string {
  return `team-${String(index).padStart(3, '0')}`;
}

/** The namespace of the contexts. */
export const homeNamespace = namespaceName(1);

/** Pods, as `namespace/name`, that are deleted once they are mirrored: some forty. */
export const deletedNames = /^team-000\/mailer-/;

function applicationName(index: number): string {
  return `${words[index % words.length]}-${parts[Math.floor(index / words.length) % parts.length]}`;
}

function podName(application: number, pod: number): string {
  return `${applicationName(application)}-${hash(application, 2)}-${hash(application * 8 + pod, 7).slice(-5)}`;
}

/** A pod of `homeNamespace` that crashes again and again, and of which events tell. */
export const crashingPod = podName(57, 1);

interface Application {
  readonly index: number;
  readonly name: string;
  readonly namespace: string;
}

/**
 * Fills an empty cluster: in each hundred objects some 30 pods, 20 events, 8 ReplicaSets, 16 ConfigMaps, 6 Secrets, 4 each of
 * Deployments, Services, EndpointSlices and ServiceAccounts, and what else a cluster has. Every name follows from the count.
 */
export function fillAskCluster(create: Create, load: AskLoad): void {
  const count = Math.max(1, Math.floor(load.objectCount / objectsPerApplication));
  const nodeCount = Math.ceil(count / 8);
  let madeCount = 0;
  const counted: Create = (type, object) => {
    madeCount += 1;
    return create(type, object);
  };
  for (let index = 0; index < nodeCount; index += 1) createNode(counted, index);
  createCertificateType(counted);
  for (let index = 0; index < count; index += 1) {
    const namespace = namespaceName(Math.floor(index / applicationsPerNamespace));
    if (index % applicationsPerNamespace === 0) createNamespace(counted, namespace, load);
    createApplication(counted, { index, name: applicationName(index), namespace }, { nodeCount, nowMs: load.nowMs });
  }
  for (let index = 0; madeCount < load.objectCount; index += 1) {
    const namespace = namespaceName(index % Math.ceil(count / applicationsPerNamespace));
    counted('configmaps', { metadata: { name: `settings-${index}`, namespace }, data: settings(index) });
  }
}

function settings(index: number): JsonObject {
  return { 'config.yaml': `shard: ${index}\nlevel: info\n`.repeat(12), mode: `mode-${index % 5}` };
}

function createNode(create: Create, index: number): void {
  const capacity = { cpu: '16', memory: '64Gi', pods: '110' };
  const condition = { type: 'Ready', status: index % 97 === 5 ? 'False' : 'True', reason: 'KubeletReady' };
  create('nodes', {
    metadata: { name: `node-${index}`, labels: { 'topology.kubernetes.io/zone': `zone-${index % 3}` } },
    spec: { providerID: `example:///node-${index}` },
    status: {
      capacity,
      allocatable: capacity,
      conditions: [condition],
      addresses: [{ type: 'InternalIP', address: `192.168.${index >> 8}.${index & 255}` }],
      nodeInfo: {
        kubeletVersion: 'v1.36.0',
        osImage: 'Linux',
        kernelVersion: '6.12',
        containerRuntimeVersion: 'x://2',
      },
    },
  });
}

function createNamespace(create: Create, name: string, { authority }: AskLoad): void {
  create('namespaces', { metadata: { name, labels: { team: name } } });
  const metadata = { name: 'kube-root-ca.crt', namespace: name };
  create('configmaps', { metadata, data: { 'ca.crt': authority } });
}

/** The definition of cert-manager's Certificate, as far as navi looks at it. */
function createCertificateType(create: Create): void {
  const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const [plural, group] = ['certificates', 'cert-manager.io'];
  create('customresourcedefinitions.apiextensions.k8s.io', {
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, singular: 'certificate', kind: 'Certificate', listKind: 'CertificateList' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: open } }],
    },
  });
}

interface Surroundings {
  readonly nodeCount: number;
  readonly nowMs: number;
}

function controlledBy({ apiVersion, kind, metadata }: KubeObject): JsonObject {
  const { name, uid } = metadata;
  return { apiVersion, kind, name, uid: uid ?? '', controller: true, blockOwnerDeletion: true };
}

function createApplication(create: Create, application: Application, around: Surroundings): void {
  const { name, namespace, index } = application;
  const labels = { app: name, 'app.kubernetes.io/part-of': words[index % words.length] ?? '' };
  const own = (suffix = ''): JsonObject => ({ name: `${name}${suffix}`, namespace, labels });
  const podCount = 7 + (index % 2);
  const template = { metadata: { labels }, spec: podSpec(application, index) };
  const spec = { replicas: podCount, selector: { matchLabels: { app: name } }, template };
  const isReady = { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' };
  const status = { replicas: podCount, readyReplicas: podCount, availableReplicas: podCount };
  const deployment = create('deployments.apps', {
    metadata: { ...own(), annotations: { 'deployment.kubernetes.io/revision': '2' } },
    spec,
    status: { ...status, updatedReplicas: podCount, conditions: [isReady] },
  });
  const replicaSets = [1, 2].map((revision) =>
    create('replicasets.apps', {
      metadata: {
        ...own(`-${hash(index, revision)}`),
        annotations: { 'deployment.kubernetes.io/revision': String(revision) },
        ownerReferences: [controlledBy(deployment)],
      },
      spec: { ...spec, replicas: revision === 2 ? podCount : 0 },
      status: revision === 2 ? status : { replicas: 0 },
    }),
  );
  const replicaSet = replicaSets[1] ?? deployment;
  const pods = Array.from({ length: podCount }, (_, pod) =>
    createPod(create, { ...application, pod, labels, owner: controlledBy(replicaSet) }, around),
  );
  for (const [event, pod] of pods.slice(0, 5).entries()) createEvent(create, pod, index * 5 + event, around.nowMs);
  createSurroundings(create, { ...application, labels }, pods);
}

function hash(index: number, salt: number): string {
  return (0x10000000 + ((index * 2654435761 + salt * 40503) % 0x0fffffff)).toString(16);
}

interface PodPlace extends Application {
  readonly pod: number;
  readonly labels: JsonObject;
  readonly owner: JsonObject;
}

function createPod(create: Create, place: PodPlace, { nodeCount }: Surroundings): KubeObject {
  const { namespace, index, pod, labels, owner } = place;
  const serial = index * 8 + pod;
  const metadata = asObject(samplePod(podName(index, pod), serial)['metadata']);
  return create('pods', {
    metadata: {
      ...metadata,
      namespace,
      labels: { ...asObject(metadata['labels']), ...labels },
      ownerReferences: [owner],
    },
    spec: { ...podSpec(place, serial), nodeName: `node-${serial % nodeCount}` },
    status: samplePodStatus(serial),
  });
}

/** The containers of a sample pod with what the application has beside them. */
function podSpec({ name }: Application, serial: number): JsonObject {
  const { nodeName: _nodeName, ...spec } = asObject(samplePod(name, serial)['spec']);
  const volumes = [
    { name: 'config', configMap: { name: `${name}-config`, defaultMode: 420 } },
    { name: 'scratch', emptyDir: {} },
    { name: 'cache', emptyDir: { sizeLimit: '1Gi' } },
    { name: 'tls', secret: { secretName: `${name}-tls`, defaultMode: 420 } },
  ];
  return { ...spec, serviceAccountName: name, volumes };
}

/** What is told of pods: how often each comes follows from its place. */
const occurrences = [
  ['Normal', 'Scheduled', 'Successfully assigned POD to a node'],
  ['Normal', 'Pulled', 'Container image "registry.example.test/mesh/proxy:2.14.1" already present on machine'],
  ['Warning', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503'],
  ['Warning', 'BackOff', 'Back-off restarting failed container main in pod POD'],
  ['Normal', 'Started', 'Started container main: everything is fine'],
] as const;

function createEvent(create: Create, pod: KubeObject, serial: number, nowMs: number): void {
  const { name, namespace = '', uid = '' } = pod.metadata;
  const [type, reason, message] = occurrences[serial % occurrences.length] ?? occurrences[0];
  const timeText = (agoMs: number): string => new Date(nowMs - agoMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const agoMs = (serial % 3_500) * 1_000;
  create('events', {
    metadata: { name: `${name}.${hash(serial, 3)}`, namespace, creationTimestamp: timeText(agoMs + 60_000) },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace, uid },
    type,
    reason,
    message: message.replace('POD', () => name),
    source: { component: 'kubelet' },
    count: 1 + (serial % 40),
    firstTimestamp: timeText(agoMs + 60_000),
    lastTimestamp: timeText(agoMs),
  });
}

/** What an application has beside its pods. */
function createSurroundings(
  create: Create,
  { name, namespace, index, labels }: Application & { readonly labels: JsonObject },
  pods: readonly KubeObject[],
): void {
  const own = (suffix = ''): JsonObject => ({ name: `${name}${suffix}`, namespace, labels });
  const service = create('services', {
    metadata: own(),
    spec: {
      selector: { app: name },
      clusterIP: `10.96.${index >> 8}.${index & 255}`,
      ports: [{ name: 'http', port: 80 }],
    },
  });
  create('endpointslices.discovery.k8s.io', {
    metadata: { ...own('-x7k2p'), ownerReferences: [controlledBy(service)] },
    addressType: 'IPv4',
    endpoints: pods.map(({ status, metadata }) => ({
      addresses: [asString(asObject(status)['podIP'])],
      conditions: { ready: true },
      targetRef: { kind: 'Pod', name: metadata.name, namespace },
    })),
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  });
  create('serviceaccounts', { metadata: own() });
  create('configmaps', { metadata: own('-config'), data: settings(index) });
  create('secrets', {
    metadata: own('-tls'),
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': 'eA==', 'tls.key': 'eA==' },
  });
  if (index % 2 === 0) createRelease(create, own, index);
  if (index % 4 === 0) createIngress(create, own());
  if (index % 4 === 1) {
    const target = { apiVersion: 'apps/v1', kind: 'Deployment', name };
    create('horizontalpodautoscalers.autoscaling', {
      metadata: own(),
      spec: { minReplicas: 2, maxReplicas: 9, scaleTargetRef: target },
    });
  }
  if (index % 10 === 0) createCertificate(create, own(), index);
}

function createRelease(create: Create, own: (suffix: string) => JsonObject, index: number): void {
  const { name, namespace } = own('');
  const status = index % 40 === 0 ? 'failed' : 'deployed';
  const labels = { owner: 'helm', name: name ?? '', version: '1', status };
  const metadata = { name: `sh.helm.release.v1.${asString(name)}.v1`, namespace: namespace ?? '', labels };
  create('secrets', { metadata, type: 'helm.sh/release.v1', data: { release: 'eA==' } });
}

function createIngress(create: Create, metadata: JsonObject): void {
  const name = asString(metadata['name']);
  const path = { path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: 80 } } } };
  const host = `${name}.${asString(metadata['namespace'])}.example.test`;
  create('ingresses.networking.k8s.io', {
    metadata,
    spec: { rules: [{ host, http: { paths: [path] } }], tls: [{ hosts: [host], secretName: `${name}-tls` }] },
  });
}

function createCertificate(create: Create, metadata: JsonObject, index: number): void {
  const name = asString(metadata['name']);
  create('certificates.cert-manager.io', {
    metadata,
    spec: { secretName: `${name}-tls`, dnsNames: [`${name}.example.test`], issuerRef: { name: 'internal' } },
    status: {
      notBefore: '2026-01-01T00:00:00Z',
      notAfter: new Date(Date.UTC(2027, 0, 1 + (index % 300))).toISOString().replace('.000', ''),
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  });
}
