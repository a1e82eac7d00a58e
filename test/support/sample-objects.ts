import type { JsonObject } from '../../src/core/json.ts';
import { samplePod } from './sample-pod.ts';

/** A type of which samples can be made, with the body of a POST for it. */
export interface SampleType {
  /** `group/version`, or `v1`. */
  readonly apiVersion: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** How many of a variety are of this type, against the other types. */
  readonly weight: number;
  /** Everything but apiVersion, kind and metadata. */
  readonly content: (index: number, name: string, namespace: string) => JsonObject;
}

const selector = (name: string): JsonObject => ({ matchLabels: { app: name } });

function template(name: string, restartPolicy = 'Always'): JsonObject {
  const { spec } = samplePod(name, 1) as { spec: JsonObject };
  const { nodeName: _nodeName, ...rest } = spec;
  return { metadata: { labels: { app: name } }, spec: { ...rest, restartPolicy } };
}

/** Containers without probes: a Job's container that restarts never may have them, but a short one says enough. */
function plainTemplate(name: string, restartPolicy: string): JsonObject {
  return {
    metadata: { labels: { app: name } },
    spec: { restartPolicy, containers: [{ name: 'main', image: 'registry.example.test/batch/task:1.0.0' }] },
  };
}

const rules = [{ apiGroups: [''], resources: ['pods', 'services'], verbs: ['get', 'list', 'watch'] }];
const subjects = (name: string): readonly JsonObject[] => [{ kind: 'ServiceAccount', name, namespace: 'default' }];
const roleRef = (kind: string): JsonObject => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name: 'reader' });
const storage = (amount: string): JsonObject => ({ requests: { storage: amount } });

/** A webhook that no request ever matches: its rule names a group that nobody serves. */
const webhook = (name: string): JsonObject => ({
  name: `${name}.example.test`,
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  failurePolicy: 'Ignore',
  clientConfig: { url: 'https://127.0.0.1:1/' },
  rules: [{ apiGroups: ['nobody.example.test'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['things'] }],
});

const matchConstraints: JsonObject = {
  resourceRules: [
    { apiGroups: ['nobody.example.test'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['things'] },
  ],
};

type Row = readonly [
  apiVersion: string,
  resource: string,
  kind: string,
  weight: number,
  content: SampleType['content'],
];

const namespacedRows: readonly Row[] = [
  [
    'v1',
    'configmaps',
    'ConfigMap',
    30,
    (index) => ({ data: { 'config.yaml': `shard: ${index}\n`.repeat(8), mode: `mode-${index % 5}` } }),
  ],
  [
    'v1',
    'secrets',
    'Secret',
    20,
    (index) => ({ type: 'Opaque', data: { password: Buffer.from(`p${index}`).toString('base64') } }),
  ],
  [
    'v1',
    'services',
    'Service',
    12,
    (_, name) => ({ spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] } }),
  ],
  [
    'v1',
    'endpoints',
    'Endpoints',
    3,
    (index) => ({
      subsets: [{ addresses: [{ ip: `10.1.0.${1 + (index % 250)}` }], ports: [{ name: 'http', port: 8080 }] }],
    }),
  ],
  [
    'v1',
    'events',
    'Event',
    40,
    (index, name, namespace) => ({
      involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace },
      reason: index % 3 === 0 ? 'BackOff' : 'Scheduled',
      type: index % 3 === 0 ? 'Warning' : 'Normal',
      message: `message ${index} about ${name}`,
      source: { component: 'kubelet' },
      count: 1 + (index % 9),
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:05:00Z',
    }),
  ],
  [
    'v1',
    'limitranges',
    'LimitRange',
    1,
    () => ({ spec: { limits: [{ type: 'PersistentVolumeClaim', max: { storage: '10Ti' } }] } }),
  ],
  ['v1', 'resourcequotas', 'ResourceQuota', 1, () => ({ spec: { hard: { 'count/widgets.example.test': '1000000' } } })],
  [
    'v1',
    'persistentvolumeclaims',
    'PersistentVolumeClaim',
    4,
    (index) => ({
      spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: storage(`${1 + (index % 20)}Gi`) },
    }),
  ],
  ['v1', 'podtemplates', 'PodTemplate', 1, (_, name) => ({ template: template(name) })],
  [
    'v1',
    'replicationcontrollers',
    'ReplicationController',
    2,
    (_, name) => ({ spec: { replicas: 0, selector: { app: name }, template: template(name) } }),
  ],
  ['v1', 'serviceaccounts', 'ServiceAccount', 6, () => ({ automountServiceAccountToken: false })],
  ['v1', 'pods', 'Pod', 4, (index, name) => ({ spec: samplePod(name, index)['spec'] })],
  [
    'apps/v1',
    'deployments',
    'Deployment',
    12,
    (index, name) => ({ spec: { replicas: index % 4, selector: selector(name), template: template(name) } }),
  ],
  [
    'apps/v1',
    'replicasets',
    'ReplicaSet',
    16,
    (index, name) => ({ spec: { replicas: index % 2, selector: selector(name), template: template(name) } }),
  ],
  [
    'apps/v1',
    'statefulsets',
    'StatefulSet',
    3,
    (index, name) => ({
      spec: { replicas: index % 3, serviceName: name, selector: selector(name), template: template(name) },
    }),
  ],
  [
    'apps/v1',
    'daemonsets',
    'DaemonSet',
    2,
    (_, name) => ({ spec: { selector: selector(name), template: template(name) } }),
  ],
  [
    'apps/v1',
    'controllerrevisions',
    'ControllerRevision',
    4,
    (index) => ({ revision: 1 + (index % 9), data: { spec: { template: { note: `revision ${index}` } } } }),
  ],
  [
    'batch/v1',
    'jobs',
    'Job',
    4,
    (index, name) => ({ spec: { completions: 1 + (index % 3), template: plainTemplate(name, 'Never') } }),
  ],
  [
    'batch/v1',
    'cronjobs',
    'CronJob',
    3,
    (index, name) => ({
      spec: {
        schedule: `${index % 60} * * * *`,
        suspend: true,
        jobTemplate: { spec: { template: plainTemplate(name, 'OnFailure') } },
      },
    }),
  ],
  [
    'autoscaling/v2',
    'horizontalpodautoscalers',
    'HorizontalPodAutoscaler',
    3,
    (index, name) => ({
      spec: {
        minReplicas: 1,
        maxReplicas: 2 + (index % 8),
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
        ],
      },
    }),
  ],
  [
    'policy/v1',
    'poddisruptionbudgets',
    'PodDisruptionBudget',
    3,
    (_, name) => ({ spec: { maxUnavailable: '25%', selector: selector(name) } }),
  ],
  [
    'networking.k8s.io/v1',
    'ingresses',
    'Ingress',
    4,
    (index, name) => ({
      spec: {
        ingressClassName: 'public',
        rules: [
          {
            host: `${name}.example.test`,
            http: {
              paths: [
                {
                  path: `/${index % 3}`,
                  pathType: 'Prefix',
                  backend: { service: { name, port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    }),
  ],
  [
    'networking.k8s.io/v1',
    'networkpolicies',
    'NetworkPolicy',
    3,
    (_, name) => ({ spec: { podSelector: selector(name), policyTypes: ['Ingress'], ingress: [{}] } }),
  ],
  [
    'discovery.k8s.io/v1',
    'endpointslices',
    'EndpointSlice',
    12,
    (index) => ({
      addressType: 'IPv4',
      endpoints: [{ addresses: [`10.2.${index % 200}.${1 + (index % 250)}`], conditions: { ready: index % 5 !== 0 } }],
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    }),
  ],
  [
    'coordination.k8s.io/v1',
    'leases',
    'Lease',
    6,
    (index) => ({
      spec: { holderIdentity: `holder-${index}`, leaseDurationSeconds: 40, renewTime: '2026-01-01T00:00:00.000000Z' },
    }),
  ],
  ['rbac.authorization.k8s.io/v1', 'roles', 'Role', 4, () => ({ rules })],
  [
    'rbac.authorization.k8s.io/v1',
    'rolebindings',
    'RoleBinding',
    4,
    (_, name) => ({ subjects: subjects(name), roleRef: roleRef('Role') }),
  ],
  [
    'storage.k8s.io/v1',
    'csistoragecapacities',
    'CSIStorageCapacity',
    2,
    (index) => ({ storageClassName: 'fast', capacity: `${1 + index}Gi` }),
  ],
  [
    'resource.k8s.io/v1',
    'resourceclaims',
    'ResourceClaim',
    2,
    () => ({
      spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.example.test', count: 1 } }] } },
    }),
  ],
  [
    'resource.k8s.io/v1',
    'resourceclaimtemplates',
    'ResourceClaimTemplate',
    1,
    () => ({
      spec: { spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.example.test' } }] } } },
    }),
  ],
];

const clusterRows: readonly Row[] = [
  ['v1', 'namespaces', 'Namespace', 2, () => ({})],
  [
    'v1',
    'nodes',
    'Node',
    2,
    (index) => ({ spec: { unschedulable: index % 5 === 0, podCIDR: `10.3.${index % 250}.0/24` } }),
  ],
  [
    'v1',
    'persistentvolumes',
    'PersistentVolume',
    3,
    (index) => ({
      spec: {
        capacity: { storage: `${1 + (index % 30)}Gi` },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Retain',
        storageClassName: 'fast',
        hostPath: { path: `/data/${index}` },
      },
    }),
  ],
  [
    'networking.k8s.io/v1',
    'ingressclasses',
    'IngressClass',
    1,
    () => ({ spec: { controller: 'example.test/ingress' } }),
  ],
  ['rbac.authorization.k8s.io/v1', 'clusterroles', 'ClusterRole', 3, () => ({ rules })],
  [
    'rbac.authorization.k8s.io/v1',
    'clusterrolebindings',
    'ClusterRoleBinding',
    3,
    (_, name) => ({ subjects: subjects(name), roleRef: roleRef('ClusterRole') }),
  ],
  [
    'scheduling.k8s.io/v1',
    'priorityclasses',
    'PriorityClass',
    1,
    (index) => ({ value: 1000 + index, description: `class ${index}` }),
  ],
  ['storage.k8s.io/v1', 'storageclasses', 'StorageClass', 1, () => ({ provisioner: 'example.test/disk' })],
  ['storage.k8s.io/v1', 'csidrivers', 'CSIDriver', 1, () => ({ spec: { attachRequired: false } })],
  [
    'storage.k8s.io/v1',
    'csinodes',
    'CSINode',
    2,
    (index) => ({ spec: { drivers: [{ name: 'disk.example.test', nodeID: `id-${index}` }] } }),
  ],
  [
    'storage.k8s.io/v1',
    'volumeattachments',
    'VolumeAttachment',
    2,
    (index) => ({
      spec: {
        attacher: 'disk.example.test',
        nodeName: `node-${index % 50}`,
        source: { persistentVolumeName: `pv-${index}` },
      },
    }),
  ],
  [
    'storage.k8s.io/v1',
    'volumeattributesclasses',
    'VolumeAttributesClass',
    1,
    (index) => ({ driverName: 'disk.example.test', parameters: { iops: String(index) } }),
  ],
  ['node.k8s.io/v1', 'runtimeclasses', 'RuntimeClass', 1, () => ({ handler: 'runc' })],
  [
    'admissionregistration.k8s.io/v1',
    'validatingwebhookconfigurations',
    'ValidatingWebhookConfiguration',
    1,
    (_, name) => ({ webhooks: [webhook(name)] }),
  ],
  [
    'admissionregistration.k8s.io/v1',
    'mutatingwebhookconfigurations',
    'MutatingWebhookConfiguration',
    1,
    (_, name) => ({ webhooks: [webhook(name)] }),
  ],
  [
    'admissionregistration.k8s.io/v1',
    'validatingadmissionpolicies',
    'ValidatingAdmissionPolicy',
    1,
    () => ({ spec: { matchConstraints, validations: [{ expression: 'true' }] } }),
  ],
  [
    'admissionregistration.k8s.io/v1',
    'validatingadmissionpolicybindings',
    'ValidatingAdmissionPolicyBinding',
    1,
    (_, name) => ({ spec: { policyName: name, validationActions: ['Audit'] } }),
  ],
  [
    'flowcontrol.apiserver.k8s.io/v1',
    'flowschemas',
    'FlowSchema',
    1,
    () => ({ spec: { priorityLevelConfiguration: { name: 'workload-low' }, matchingPrecedence: 9000 } }),
  ],
  [
    'flowcontrol.apiserver.k8s.io/v1',
    'prioritylevelconfigurations',
    'PriorityLevelConfiguration',
    1,
    () => ({ spec: { type: 'Limited', limited: { nominalConcurrencyShares: 1, limitResponse: { type: 'Reject' } } } }),
  ],
  ['resource.k8s.io/v1', 'deviceclasses', 'DeviceClass', 1, () => ({ spec: {} })],
  [
    'resource.k8s.io/v1',
    'resourceslices',
    'ResourceSlice',
    2,
    (index) => ({
      spec: {
        driver: 'gpu.example.test',
        nodeName: `node-${index % 50}`,
        pool: { name: `pool-${index}`, generation: 1, resourceSliceCount: 1 },
        devices: [{ name: 'gpu-0', attributes: { model: { string: `model-${index % 4}` } } }],
      },
    }),
  ],
];

function toSampleType(namespaced: boolean): (row: Row) => SampleType {
  return ([apiVersion, resource, kind, weight, content]) => ({
    apiVersion,
    resource,
    kind,
    namespaced,
    weight,
    content,
  });
}

/** The built-in types of kube-apiserver 1.36 that a client can create without a controller's help. */
export const sampleTypes: readonly SampleType[] = [
  ...namespacedRows.map(toSampleType(true)),
  ...clusterRows.map(toSampleType(false)),
];

/** The path of a type's collection, in a namespace where the type has one. */
export function collectionPath(type: Omit<SampleType, 'weight' | 'content' | 'kind'>, namespace: string): string {
  const root = type.apiVersion === 'v1' ? '/api/v1' : `/apis/${type.apiVersion}`;
  return type.namespaced ? `${root}/namespaces/${namespace}/${type.resource}` : `${root}/${type.resource}`;
}

/** The body of a POST for the object of this type and index to its collection in the namespace. */
export function sampleObject(type: SampleType, name: string, index: number, namespace: string): JsonObject {
  const labels = { app: name, 'example.test/shard': String(index % 16) };
  const annotations = { 'example.test/description': `sample ${index} of ${type.kind}` };
  const metadata = { name, labels, annotations };
  return { apiVersion: type.apiVersion, kind: type.kind, metadata, ...type.content(index, name, namespace) };
}
