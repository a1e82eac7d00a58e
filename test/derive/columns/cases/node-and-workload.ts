import type { JsonObject } from '../../../../src/core/json.ts';
import { ago, casesOf, type TableCase } from './table-case.ts';

const node = casesOf('nodes', 'v1', 'Node');

const nodeCases: readonly TableCase[] = [
  node(
    'a cordoned control plane node shows its roles and addresses',
    'NAME | Ready,SchedulingDisabled | control-plane,etcd | 5d | v1.36.0 | 10.0.0.2 | <none> | Debian GNU/Linux 12 (bookworm) | 6.1.0-13-amd64 (amd64) | containerd://2.0.0',
    {
      metadata: {
        labels: {
          'node-role.kubernetes.io/etcd': '',
          'node-role.kubernetes.io/control-plane': 'x',
          'node-role.kubernetes.io/': 'y',
        },
      },
      spec: { unschedulable: true },
      status: {
        conditions: [
          { type: 'Ready', status: 'Unknown' },
          { type: 'Ready', status: 'True' },
        ],
        addresses: [
          { type: 'Hostname', address: 'h' },
          { type: 'InternalIP', address: '10.0.0.2' },
          { type: 'InternalIP', address: '10.0.0.3' },
        ],
        nodeInfo: {
          kubeletVersion: 'v1.36.0',
          osImage: 'Debian GNU/Linux 12 (bookworm)',
          kernelVersion: '6.1.0-13-amd64',
          containerRuntimeVersion: 'containerd://2.0.0',
          architecture: 'amd64',
        },
      },
    },
  ),
  node(
    'a node that does not answer is not ready, and its older role label counts',
    'NAME | NotReady | etcd,worker | 5d | v1.34.1 | <none> | 1.2.3.4 | <unknown> | <unknown> (arm64) | <unknown>',
    {
      metadata: { labels: { 'kubernetes.io/role': 'worker', 'node-role.kubernetes.io/etcd': '' } },
      status: {
        conditions: [{ type: 'Ready', status: 'Unknown' }],
        addresses: [{ type: 'ExternalIP', address: '1.2.3.4' }],
        nodeInfo: { kubeletVersion: 'v1.34.1', architecture: 'arm64' },
      },
    },
  ),
  node(
    'a node without conditions is unknown and has an empty version',
    'NAME | Unknown | <none> | 5d |  | <none> | <none> | <unknown> | <unknown> | <unknown>',
    { metadata: { labels: { 'kubernetes.io/role': '' } } },
  ),
];

const containers: JsonObject = {
  containers: [
    { name: 'nginx', image: 'nginx:1.25' },
    { name: 'side', image: 'busybox' },
  ],
};
const template: JsonObject = { metadata: { labels: { app: 'web' } }, spec: containers };
const namespaced = { namespace: 'default' };
const selector: JsonObject = {
  matchLabels: { app: 'web' },
  matchExpressions: [
    { key: 'tier', operator: 'In', values: ['b', 'a'] },
    { key: 'env', operator: 'NotIn', values: ['dev'] },
    { key: 'new', operator: 'Exists' },
    { key: 'a.b/old', operator: 'DoesNotExist' },
  ],
};
const selectorCell = '!a.b/old,app=web,env notin (dev),new,tier in (a,b)';

const deployment = casesOf('deployments.apps', 'apps/v1', 'Deployment');
const replicaSet = casesOf('replicasets.apps', 'apps/v1', 'ReplicaSet');
const replicationController = casesOf('replicationcontrollers', 'v1', 'ReplicationController');
const statefulSet = casesOf('statefulsets.apps', 'apps/v1', 'StatefulSet');
const daemonSet = casesOf('daemonsets.apps', 'apps/v1', 'DaemonSet');
const revision = casesOf('controllerrevisions.apps', 'apps/v1', 'ControllerRevision');

/** A reason to call a selector invalid. */
function invalidSelector(matchExpression: JsonObject): JsonObject {
  return { matchLabels: { app: 'web' }, matchExpressions: [matchExpression] };
}

const invalidSelectors: readonly (readonly [why: string, selector: JsonObject])[] = [
  ['In without values', invalidSelector({ key: 'a', operator: 'In', values: [] })],
  ['Exists with a value', invalidSelector({ key: 'a', operator: 'Exists', values: ['b'] })],
  ['an unknown operator', invalidSelector({ key: 'a', operator: 'Gt', values: ['1'] })],
  ['a key that is no label key', invalidSelector({ key: 'a b', operator: 'Exists' })],
  ['a key with an empty prefix', invalidSelector({ key: '/a', operator: 'Exists' })],
  ['a key with an upper-case prefix', invalidSelector({ key: 'A.b/a', operator: 'Exists' })],
  ['a value that is no label value', { matchLabels: { app: 'web!' } }],
  ['a value of 64 characters', { matchLabels: { app: 'x'.repeat(64) } }],
  ['a value that ends in a dash', invalidSelector({ key: 'a', operator: 'NotIn', values: ['b-'] })],
];

const workloads: readonly TableCase[] = [
  deployment(
    'a deployment shows its selector in the order of the keys',
    `NAME | 0/3 | 1 | 0 | 5d | nginx,side | nginx:1.25,busybox | ${selectorCell}`,
    {
      metadata: namespaced,
      spec: { replicas: 3, selector, template },
      status: { updatedReplicas: 1 },
    },
  ),
  deployment('a deployment with an empty selector has an empty cell', 'NAME | 1/1 | 1 | 1 | 5d | nginx | nginx | ', {
    metadata: namespaced,
    spec: { replicas: 1, selector: {}, template: { spec: { containers: [{ name: 'nginx', image: 'nginx' }] } } },
    status: { readyReplicas: 1, updatedReplicas: 1, availableReplicas: 1 },
  }),
  deployment('a deployment with an invalid selector says <invalid>', 'NAME | 0/0 | 0 | 0 | 5d |  |  | <invalid>', {
    metadata: namespaced,
    spec: { replicas: 0, selector: invalidSelectors[0]?.[1], template: {} },
  }),
  ...invalidSelectors.map(([why, invalid]) =>
    replicaSet(
      `a selector is an error with ${why}`,
      'NAME | 2 | 1 | 1 | 5d | nginx,side | nginx:1.25,busybox | <error>',
      {
        metadata: namespaced,
        spec: { replicas: 2, selector: invalid, template },
        status: { replicas: 1, readyReplicas: 1 },
      },
    ),
  ),
  replicaSet(
    'a replica set without a selector says <none>',
    'NAME | 2 | 0 | 0 | 5d | nginx,side | nginx:1.25,busybox | <none>',
    {
      metadata: namespaced,
      spec: { replicas: 2, template },
    },
  ),
  replicationController(
    'a replication controller has a map as selector',
    'NAME | 2 | 2 | 1 | 5d | nginx,side | nginx:1.25,busybox | a=1,b=2',
    {
      metadata: namespaced,
      spec: { replicas: 2, selector: { b: '2', a: '1' }, template },
      status: { replicas: 2, readyReplicas: 1 },
    },
  ),
  statefulSet('a stateful set has no selector column', 'NAME | 1/2 | 5d | nginx,side | nginx:1.25,busybox', {
    metadata: namespaced,
    spec: { replicas: 2, selector, template },
    status: { replicas: 2, readyReplicas: 1 },
  }),
  daemonSet(
    'a daemon set shows where it runs',
    `NAME | 1 | 2 | 3 | 4 | 5 | disk=ssd,zone=a | 5d | nginx,side | nginx:1.25,busybox | app=web`,
    {
      metadata: namespaced,
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { ...template, spec: { ...containers, nodeSelector: { zone: 'a', disk: 'ssd' } } },
      },
      status: {
        desiredNumberScheduled: 1,
        currentNumberScheduled: 2,
        numberReady: 3,
        updatedNumberScheduled: 4,
        numberAvailable: 5,
        numberMisscheduled: 0,
      },
    },
  ),
  daemonSet(
    'a daemon set for every node has no node selector',
    'NAME | 0 | 0 | 0 | 0 | 0 | <none> | 5d |  |  | <none>',
    {
      metadata: namespaced,
      spec: { template: {} },
      status: { desiredNumberScheduled: 0, currentNumberScheduled: 0, numberReady: 0, numberMisscheduled: 0 },
    },
  ),
  revision('a revision shows who controls it', 'NAME | statefulset.apps/Web | 3 | 5d', {
    metadata: {
      ...namespaced,
      ownerReferences: [
        { apiVersion: 'v1', kind: 'Node', name: 'n0', uid: '0' },
        { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'Web', uid: '1', controller: true },
      ],
    },
    revision: 3,
  }),
  revision('an owner of the core group stands without a group', 'NAME | node/n1 | 1 | 5d', {
    metadata: {
      ...namespaced,
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'n1', uid: '2', controller: true }],
    },
    revision: 1,
  }),
  revision('an owner without a group before the slash stands without one', 'NAME | node/n2 | 1 | 5d', {
    metadata: {
      ...namespaced,
      ownerReferences: [{ apiVersion: '/v1', kind: 'Node', name: 'n2', uid: '3', controller: true }],
    },
    revision: 1,
  }),
  revision('an owner without a kind stands with its name alone', 'NAME | n3 | 1 | 5d', {
    metadata: { ...namespaced, ownerReferences: [{ apiVersion: 'v1', name: 'n3', uid: '4', controller: true }] },
    revision: 1,
  }),
  revision('a revision without a controller says so and keeps all digits', 'NAME | <none> | 9007199254740993 | 5d', {
    metadata: namespaced,
    revision: JSON.rawJSON('9007199254740993'),
  }),
];

const job = casesOf('jobs.batch', 'batch/v1', 'Job');
/** A time that is there and zero; the server sends it as null. */
const zeroTime = '0001-01-01T00:00:00Z';
const cronJob = casesOf('cronjobs.batch', 'batch/v1', 'CronJob');
const deleting = { ...namespaced, deletionTimestamp: ago(1, 'm'), finalizers: ['x/y'] };
const condition = (type: string, status = 'True'): JsonObject => ({ type, status });
const jobRest = '5d | nginx,side | nginx:1.25,busybox | a=b';
const jobSpec: JsonObject = { selector: { matchLabels: { a: 'b' } }, template };

const jobs: readonly TableCase[] = [
  job('a suspended parallel job counts against one completion', `NAME | Suspended | 2/1 of 3 |  | ${jobRest}`, {
    metadata: namespaced,
    spec: { ...jobSpec, parallelism: 3, suspend: true },
    status: { succeeded: 2, conditions: [condition('Suspended')] },
  }),
  job('a complete job shows how long it took', `NAME | Complete | 1/1 | 95s | ${jobRest}`, {
    metadata: namespaced,
    spec: { ...jobSpec, completions: 1, parallelism: 1 },
    status: {
      succeeded: 1,
      startTime: ago(200, 's'),
      completionTime: ago(105, 's'),
      conditions: [condition('Complete')],
    },
  }),
  job('a job that completed at no time has an invalid duration', `NAME | Running | 0/5 | <invalid> | ${jobRest}`, {
    metadata: namespaced,
    spec: { ...jobSpec, completions: 5, parallelism: 1 },
    status: { startTime: ago(10, 'm'), completionTime: zeroTime },
  }),
  job('a job that started at no time took the longest that there is', `NAME | Running | 0/5 | 292y | ${jobRest}`, {
    metadata: namespaced,
    spec: { ...jobSpec, completions: 5, parallelism: 1 },
    status: { startTime: zeroTime, completionTime: ago(10, 'm') },
  }),
  job('a running job shows how long it has been running', `NAME | Running | 0/5 | 10m | ${jobRest}`, {
    metadata: namespaced,
    spec: { ...jobSpec, completions: 5, parallelism: 1 },
    status: { startTime: ago(10, 'm') },
  }),
  job('a job without completions or parallelism needs one', `NAME | Running | 0/1 |  | ${jobRest}`, {
    metadata: namespaced,
    spec: { ...jobSpec, parallelism: 0 },
  }),
  job('only the first condition of a type counts', `NAME | SuccessCriteriaMet | 0/1 |  | ${jobRest}`, {
    metadata: namespaced,
    spec: { ...jobSpec, parallelism: 1 },
    status: { conditions: [condition('SuccessCriteriaMet'), condition('Complete', 'False'), condition('Complete')] },
  }),
  job('a failed job stays failed while it is deleted', `NAME | Failed | 0/1 |  | ${jobRest}`, {
    metadata: deleting,
    spec: { ...jobSpec, parallelism: 1 },
    status: { conditions: [condition('Failed')] },
  }),
  job('a deletion outranks a failure to come', `NAME | Terminating | 0/1 |  | ${jobRest}`, {
    metadata: deleting,
    spec: { ...jobSpec, parallelism: 1 },
    status: { conditions: [condition('FailureTarget')] },
  }),
  job('a failure to come shows', `NAME | FailureTarget | 0/1 |  | ${jobRest}`, {
    metadata: namespaced,
    spec: { ...jobSpec, parallelism: 1 },
    status: { conditions: [condition('FailureTarget'), condition('SuccessCriteriaMet')] },
  }),
  cronJob(
    'a cron job that never ran says so',
    'NAME | */5 * * * * | <none> | False | 0 | <none> | 5d | nginx,side | nginx:1.25,busybox | <none>',
    {
      metadata: namespaced,
      spec: { schedule: '*/5 * * * *', suspend: false, jobTemplate: { spec: { template } } },
    },
  ),
  cronJob(
    'a suspended cron job shows when it ran last',
    'NAME | @daily | Etc/UTC | True | 1 | 23h | 2y1d | nginx,side | nginx:1.25,busybox | a=b',
    {
      metadata: { ...namespaced, creationTimestamp: ago(731, 'd') },
      spec: { schedule: '@daily', timeZone: 'Etc/UTC', suspend: true, jobTemplate: { spec: jobSpec } },
      status: { active: [{ kind: 'Job', name: 'j' }], lastScheduleTime: ago(23, 'h') },
    },
  ),
  cronJob(
    'a cron job that ran at no time ran long ago',
    'NAME | @daily | <none> | False | 0 | <unknown> | 5d | nginx,side | nginx:1.25,busybox | a=b',
    {
      metadata: namespaced,
      spec: { schedule: '@daily', suspend: false, jobTemplate: { spec: jobSpec } },
      status: { lastScheduleTime: zeroTime },
    },
  ),
];

/** Nodes, workloads and jobs. */
export const workloadCases: readonly TableCase[] = [...nodeCases, ...workloads, ...jobs];
