import type { JsonObject } from '../../../../src/core/json.ts';
import { ago, casesOf, type TableCase } from './table-case.ts';

const namespaced = { namespace: 'default' };
const configMap = casesOf('configmaps', 'v1', 'ConfigMap');
const serviceAccount = casesOf('serviceaccounts', 'v1', 'ServiceAccount');
const namespace = casesOf('namespaces', 'v1', 'Namespace');
const quota = casesOf('resourcequotas', 'v1', 'ResourceQuota');
const limitRange = casesOf('limitranges', 'v1', 'LimitRange');
const priorityClass = casesOf('priorityclasses.scheduling.k8s.io', 'scheduling.k8s.io/v1', 'PriorityClass');
const runtimeClass = casesOf('runtimeclasses.node.k8s.io', 'node.k8s.io/v1', 'RuntimeClass');
const lease = casesOf('leases.coordination.k8s.io', 'coordination.k8s.io/v1', 'Lease');
const leaseCandidate = casesOf('leasecandidates.coordination.k8s.io', 'coordination.k8s.io/v1beta1', 'LeaseCandidate');
const budget = casesOf('poddisruptionbudgets.policy', 'policy/v1', 'PodDisruptionBudget');

const configuration: readonly TableCase[] = [
  configMap('a config map counts text and binary keys', 'NAME | 3 | 5d', {
    metadata: namespaced,
    data: { a: '1', b: '2' },
    binaryData: { c: 'AA==' },
  }),
  configMap('an empty config map has no keys', 'NAME | 0 | 5d', { metadata: namespaced }),
  serviceAccount('a service account shows its age only', 'NAME | 5d', {
    metadata: namespaced,
    secrets: [{ name: 's' }],
  }),
  namespace('a namespace shows its phase', 'NAME | Terminating | 5d', {
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Terminating' },
  }),
  quota(
    'a quota shows what is used of what is allowed',
    'NAME | count/deployments.apps: 1/5, limits: 0/1, pods: 2/10, requests.cpu: 500m/2 | limits.cpu: 1/4, limits.memory: 0/8Gi | 5d',
    {
      metadata: namespaced,
      spec: { hard: { 'services.nodeports': '1' } },
      status: {
        hard: {
          pods: '10',
          'count/deployments.apps': '5',
          'requests.cpu': '2',
          'limits.cpu': '4',
          'limits.memory': '8Gi',
          limits: '1',
        },
        used: { pods: '2', 'count/deployments.apps': '1', 'requests.cpu': '500m', 'limits.cpu': '1', secrets: '7' },
      },
    },
  ),
  quota('a quota that was never computed shows nothing', 'NAME |  |  | 5d', {
    metadata: namespaced,
    spec: { hard: { pods: '10' } },
  }),
  limitRange('a limit range has the default table', 'NAME | 2026-01-05T00:00:00Z', { metadata: namespaced }),
  priorityClass(
    'a priority class always shows its preemption policy',
    'NAME | 1000000 | false | 5d | PreemptLowerPriority',
    {
      value: 1_000_000,
      preemptionPolicy: 'PreemptLowerPriority',
    },
  ),
  priorityClass('the global default says so', 'NAME | -5 | true | 5d | Never', {
    value: -5,
    globalDefault: true,
    preemptionPolicy: 'Never',
  }),
  runtimeClass('a runtime class shows its handler', 'NAME | kata | 5d', { handler: 'kata' }),
  lease('a lease shows its holder', 'NAME | node-1_uuid | 5d', {
    metadata: namespaced,
    spec: { holderIdentity: 'node-1_uuid' },
  }),
  lease('a lease without a holder has an empty cell', 'NAME |  | 5d', { metadata: namespaced, spec: {} }),
  leaseCandidate('a candidate shows its versions', 'NAME | l | 1.36.0 | 1.35.0 | 5d', {
    metadata: namespaced,
    spec: {
      leaseName: 'l',
      binaryVersion: '1.36.0',
      emulationVersion: '1.35.0',
      strategy: 'OldestEmulationVersion',
      // The server removes candidates that are not renewed, when it starts and from time to time.
      renewTime: '2999-01-01T00:00:00.000000Z',
    },
  }),
  budget('a budget shows a number of pods', 'NAME | N/A | 1 | 0 | 5d', {
    metadata: namespaced,
    spec: { maxUnavailable: 1 },
    status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  }),
  budget('a budget shows a percentage', 'NAME | 50% | N/A | 2 | 5d', {
    metadata: namespaced,
    spec: { minAvailable: '50%' },
    status: { disruptionsAllowed: 2, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  }),
];

const role = casesOf('roles.rbac.authorization.k8s.io', 'rbac.authorization.k8s.io/v1', 'Role');
const roleBinding = casesOf('rolebindings.rbac.authorization.k8s.io', 'rbac.authorization.k8s.io/v1', 'RoleBinding');
const clusterRoleBinding = casesOf(
  'clusterrolebindings.rbac.authorization.k8s.io',
  'rbac.authorization.k8s.io/v1',
  'ClusterRoleBinding',
);
const apiGroup = 'rbac.authorization.k8s.io';

const permissions: readonly TableCase[] = [
  role('a role has the default table, in UTC', 'NAME | 2026-01-05T00:00:00Z', {
    metadata: { ...namespaced, creationTimestamp: '2026-01-05T00:00:00Z' },
    rules: [],
  }),
  roleBinding(
    'a binding shows its subjects by kind',
    'NAME | ClusterRole/admin | 5d | alice, bob | devs | ns1/sa1, /sa2',
    {
      metadata: namespaced,
      roleRef: { apiGroup, kind: 'ClusterRole', name: 'admin' },
      subjects: [
        { kind: 'User', name: 'alice' },
        { kind: 'ServiceAccount', namespace: 'ns1', name: 'sa1' },
        { kind: 'User', name: 'bob' },
        { kind: 'Group', name: 'devs' },
        { kind: 'Robot', name: 'r2' },
        { kind: 'ServiceAccount', name: 'sa2' },
      ],
    },
  ),
  clusterRoleBinding('a binding without subjects has empty cells', 'NAME | ClusterRole/x | 5d |  |  | ', {
    roleRef: { apiGroup, kind: 'ClusterRole', name: 'x' },
  }),
];

const autoscaler = casesOf('horizontalpodautoscalers.autoscaling', 'autoscaling/v2', 'HorizontalPodAutoscaler');
const scaleTargetRef = { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' };

const utilization = (averageUtilization: number | undefined): JsonObject => ({
  type: 'Utilization',
  averageUtilization,
});

function resourceMetric(name: string, target: JsonObject): JsonObject {
  return { type: 'Resource', resource: { name, target } };
}

function autoscalerCase(
  title: string,
  targets: string,
  metrics: readonly JsonObject[],
  current: readonly JsonObject[],
): TableCase {
  return autoscaler(title, `NAME | Deployment/web | ${targets} | 2 | 10 | 3 | 5d`, {
    metadata: namespaced,
    spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 10, metrics },
    status: { currentReplicas: 3, desiredReplicas: 3, currentMetrics: current },
  });
}

const average: JsonObject = { type: 'AverageValue', averageValue: '100' };
const metric = { name: 'm' };
const describedObject = { kind: 'Service', name: 's' };

const autoscaling: readonly TableCase[] = [
  autoscalerCase(
    'a utilization stands against its target',
    'cpu: 45%/80%',
    [resourceMetric('cpu', utilization(80))],
    [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 45, averageValue: '1' } } }],
  ),
  autoscalerCase(
    'a value that is not known yet says so',
    'memory: <unknown>/500Mi',
    [resourceMetric('memory', { type: 'AverageValue', averageValue: '500Mi' })],
    [],
  ),
  autoscalerCase(
    'the current value is the one at the same place, of whatever name',
    'cpu: 3%/<auto>, memory: <unknown>/100',
    [resourceMetric('cpu', utilization(undefined)), resourceMetric('memory', average)],
    [
      { type: 'Resource', resource: { name: 'memory', current: { averageUtilization: 3 } } },
      { type: 'External', external: { metric, current: { value: '1' } } },
    ],
  ),
  autoscalerCase(
    'a metric without a quantity is nil',
    '<nil>/100',
    [{ type: 'Pods', pods: { metric, target: average } }],
    [{ type: 'Pods', pods: { metric, current: {} } }],
  ),
  autoscalerCase(
    'a metric of a container shows its resource',
    'cpu: 7%/50%, memory: 20Mi/100',
    [
      { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'c', target: utilization(50) } },
      { type: 'ContainerResource', containerResource: { name: 'memory', container: 'c', target: average } },
    ],
    [
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: 'c', current: { averageUtilization: 7 } },
      },
      {
        type: 'ContainerResource',
        containerResource: { name: 'memory', container: 'c', current: { averageValue: '20Mi' } },
      },
    ],
  ),
  autoscalerCase(
    'a metric of an object stands against its value',
    '1500m/10k, <unknown>/100 (avg)',
    [
      { type: 'Object', object: { describedObject, metric, target: { type: 'Value', value: '10k' } } },
      { type: 'Object', object: { describedObject, metric, target: average } },
    ],
    [
      { type: 'Object', object: { describedObject, metric, current: { value: '1500m' } } },
      { type: 'Object', object: { describedObject, metric, current: { value: '1' } } },
    ],
  ),
  autoscalerCase(
    'two metrics show',
    'cpu: <unknown>/80%, 12/100 (avg) + 1 more...',
    [
      resourceMetric('cpu', utilization(80)),
      { type: 'External', external: { metric, target: average } },
      { type: 'Pods', pods: { metric, target: average } },
    ],
    [{ type: 'Resource' }, { type: 'External', external: { metric, current: { averageValue: '12' } } }],
  ),
  autoscalerCase(
    'a metric from outside without a value is nil',
    '<nil>/5, <unknown>/5',
    [
      { type: 'External', external: { metric, target: { type: 'Value', value: '5' } } },
      { type: 'External', external: { metric, target: { type: 'Value', value: '5' } } },
    ],
    [{ type: 'External', external: { metric, current: {} } }],
  ),
];

const event = casesOf('events', 'v1', 'Event');
const web: JsonObject = { kind: 'Pod', namespace: 'default', name: 'web-0', fieldPath: 'spec.containers{c}' };

const events: readonly TableCase[] = [
  event(
    'a series tells when it was seen last and how often',
    '119s | Normal | Pulled | pod/web-0 | spec.containers{c} | kubelet, n1 | Successfully pulled image "x" | 5m | 3 | NAME',
    {
      metadata: namespaced,
      involvedObject: web,
      type: 'Normal',
      reason: 'Pulled',
      message: '  Successfully pulled image "x"\n',
      source: { component: 'kubelet', host: 'n1' },
      firstTimestamp: ago(5, 'm'),
      lastTimestamp: ago(4, 'm'),
      count: 7,
      series: { count: 3, lastObservedTime: ago(2, 'm').replace('Z', '.123456Z') },
    },
  ),
  event(
    'an event without times is of unknown age and counts once',
    '<unknown> | Warning | Odd | node |  |  | line one... | <unknown> | 1 | NAME',
    {
      metadata: namespaced,
      involvedObject: { kind: 'Node' },
      type: 'Warning',
      reason: 'Odd',
      message: 'line one\nline two',
      firstTimestamp: null,
      lastTimestamp: null,
      eventTime: null,
      source: {},
    },
  ),
  event(
    'a kind is in lower case letter by letter',
    '<unknown> | Normal | Seen | iσασ/a |  |  |  | <unknown> | 1 | NAME',
    {
      metadata: namespaced,
      involvedObject: { kind: '\u0130ΣΑΣ', name: 'a', namespace: 'default' },
      type: 'Normal',
      reason: 'Seen',
    },
  ),
  event(
    'a singleton event was seen at its event time',
    '3m | Normal | Started | pod/a |  | scheduler, s-1 | Started | 3m | 1 | NAME',
    {
      metadata: namespaced,
      involvedObject: { kind: 'Pod', name: 'a', namespace: 'default' },
      type: 'Normal',
      reason: 'Started',
      message: 'Started',
      eventTime: ago(180, 's').replace('Z', '.000999Z'),
      reportingComponent: 'scheduler',
      reportingInstance: 's-1',
      source: {},
    },
  ),
  event(
    'a repeated event shows its first and last time',
    '1h | Normal | Seen | pod/a |  | kubelet | again | 2d | 40 | NAME'.replace('1h', '60m'),
    {
      metadata: namespaced,
      involvedObject: { kind: 'Pod', name: 'a', namespace: 'default' },
      type: 'Normal',
      reason: 'Seen',
      message: '\u0085again\u3000',
      firstTimestamp: ago(2, 'd'),
      lastTimestamp: ago(60, 'm'),
      count: 40,
      source: { component: 'kubelet' },
    },
  ),
];

/** Configuration, permissions, autoscaling and events. */
export const policyAndEventCases: readonly TableCase[] = [...configuration, ...permissions, ...autoscaling, ...events];
