import type { JsonObject } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';

/** A CustomResourceDefinition with what tests read of it. */
export interface CustomDefinition extends KubeObject {
  readonly spec: JsonObject & {
    readonly group: string;
    readonly names: JsonObject & { readonly kind: string; readonly plural: string };
  };
}

interface CustomNames extends JsonObject {
  readonly kind: string;
  readonly plural: string;
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

function definition(names: CustomNames, scope: string, versions: readonly JsonObject[]): CustomDefinition {
  const group = 'example.com';
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}` },
    spec: { group, names, scope, versions },
  };
}

function version(name: string, isStored: boolean, more: JsonObject = {}): JsonObject {
  const spec = {
    type: 'object',
    properties: {
      color: { type: 'string' },
      size: { type: 'integer' },
      on: { type: 'boolean' },
      // The server keeps versions of one schema together and then refuses selectable fields in only one of them.
      [`only-${name}`]: { type: 'string' },
    },
  };
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  return { name, served: true, storage: isStored, schema, ...more };
}

/** Custom types whose names clash with built-in ones, or follow none of the habits of naming. */
export const customDefinitions: readonly CustomDefinition[] = [
  definition({ kind: 'Widget', plural: 'widgets', shortNames: ['wd', 'po'], categories: ['all'] }, 'Namespaced', [
    version('v1alpha1', false),
    version('v1', true, {
      selectableFields: [{ jsonPath: '.spec.color' }, { jsonPath: '.spec.size' }, { jsonPath: '.spec.on' }],
    }),
  ]),
  definition({ kind: 'StrangeKind', plural: 'odds', singular: 'odd' }, 'Cluster', [version('v1', true)]),
  definition({ kind: 'Service', plural: 'services', shortNames: ['ksvc'] }, 'Namespaced', [version('v1', true)]),
  definition({ kind: 'Gizmo', plural: 'gizmos', categories: ['deploy'] }, 'Namespaced', [version('v1', true)]),
];

/** An object to create, and the status to give it afterwards. */
export interface SelectableObject {
  readonly path: string;
  readonly object: KubeObject;
  readonly status?: JsonObject;
}

const core = '/api/v1/namespaces/default';

function object(apiVersion: string, kind: string, name: string, content: JsonObject): KubeObject {
  return { apiVersion, kind, metadata: { name }, ...content };
}

const labelSets: readonly JsonObject[] = [
  {},
  { app: 'web' },
  { app: 'api', tier: '' },
  { app: '', n: '5' },
  { n: '10', in: 'in' },
  { n: '007', notin: 'x' },
  { n: '9223372036854775807', 'example.com/x': 'a.b_c-d' },
  { n: 'web', app: 'web', tier: 'api' },
  { n: '9223372036854775808', app: '10' },
  { n: '99999999999999999999', in: '5', app: 'in' },
];

const podTemplate: JsonObject = {
  metadata: { labels: { app: 'x' } },
  spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] },
};

function pod(name: string, spec: JsonObject): KubeObject {
  return object('v1', 'Pod', name, { spec: { containers: [{ name: 'c', image: 'i' }], ...spec } });
}

function event(name: string, content: JsonObject): KubeObject {
  const involvedObject = { kind: 'Pod', namespace: 'default', name, apiVersion: 'v1', fieldPath: 'spec.containers{c}' };
  return object('v1', 'Event', name, { involvedObject, ...content });
}

function resourceSlice(name: string, content: JsonObject): KubeObject {
  const spec = {
    driver: 'd.example.com',
    pool: { name, generation: 1, resourceSliceCount: 1 },
    devices: [],
    ...content,
  };
  return object('resource.k8s.io/v1', 'ResourceSlice', name, { spec });
}

/** A PEM certificate signing request of an Ed25519 key for the subject `CN=test`, in Base64. */
const signingRequest =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlHT01FSUNBUUF3RHpFTk1Bc0dBMVVFQXd3RWRHVnpkREFxTUFV' +
  'R0F5dGxjQU1oQUdaM2xDNHErSzEvL1M4SApVVkl0NjBvN3lVUmNMYWpSWmNqUFhWNHRGMFJOb0FBd0JRWURLMlZ3QTBFQWdmcEFj' +
  'OWFlYWF1TnJUbWh5alAxCjg3b084TFdyK0g4TmpRY1I2NlEyVkFMMDk4S05yNUxqRW95OUJBL2M5aDN6UW1aL3FXaW9kbElsWjVZ' +
  'RTJXdW4KQWc9PQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K';

/** Objects with labels, and some of every kind that has selectable fields of its own. */
export const selectableObjects: readonly SelectableObject[] = [
  ...labelSets.map((labels, index) => ({
    path: `${core}/configmaps`,
    object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `labelled-${index}`, labels } },
  })),
  { path: `${core}/pods`, object: pod('plain', {}), status: { nominatedNodeName: 'n2' } },
  {
    path: `${core}/pods`,
    object: pod('placed', { nodeName: 'n1', schedulerName: 'other', restartPolicy: 'Never' }),
    status: { phase: 'Running', podIP: '10.1.2.3', podIPs: [{ ip: '10.1.2.3' }] },
  },
  { path: `${core}/pods`, object: pod('hosted', { hostNetwork: true, serviceAccountName: 'robot' }) },
  { path: '/api/v1/nodes', object: object('v1', 'Node', 'n1', {}) },
  { path: '/api/v1/nodes', object: object('v1', 'Node', 'n2', { spec: { unschedulable: true } }) },
  { path: `${core}/secrets`, object: object('v1', 'Secret', 'opaque', {}) },
  { path: `${core}/secrets`, object: object('v1', 'Secret', 'own', { type: 'example.com/own' }) },
  {
    path: `${core}/services`,
    object: object('v1', 'Service', 'headless', { spec: { clusterIP: 'None', ports: [{ port: 80 }] } }),
  },
  {
    path: `${core}/services`,
    object: object('v1', 'Service', 'named', { spec: { type: 'ExternalName', externalName: 'a.example' } }),
  },
  ...['rc-a', 'rc-b'].map((name, index) => ({
    path: `${core}/replicationcontrollers`,
    object: object('v1', 'ReplicationController', name, { spec: { template: rcTemplate() } }),
    ...(index === 0 ? {} : { status: { replicas: 3 } }),
  })),
  {
    path: `${core}/events`,
    object: event('e-a', { reason: 'Started', type: 'Normal', source: { component: 'kubelet' } }),
  },
  {
    path: `${core}/events`,
    object: event('e-b', { reason: 'Failed', type: 'Warning', reportingComponent: 'own', reportingInstance: 'i' }),
  },
  ...['job-a', 'job-b'].map((name, index) => ({
    path: '/apis/batch/v1/namespaces/default/jobs',
    object: object('batch/v1', 'Job', name, { spec: { completions: 2, template: podTemplate } }),
    ...(index === 0 ? {} : { status: { succeeded: 1 } }),
  })),
  {
    path: '/apis/certificates.k8s.io/v1/certificatesigningrequests',
    object: object('certificates.k8s.io/v1', 'CertificateSigningRequest', 'csr', {
      spec: { request: signingRequest, signerName: 'example.com/signer', usages: ['digital signature'] },
    }),
  },
  { path: '/apis/resource.k8s.io/v1/resourceslices', object: resourceSlice('slice-a', { nodeName: 'n1' }) },
  { path: '/apis/resource.k8s.io/v1/resourceslices', object: resourceSlice('slice-b', { allNodes: true }) },
  ...[{ color: 'red', size: 5, on: true }, { color: '', size: 0, on: false }, {}].map((spec, index) => ({
    path: '/apis/example.com/v1/namespaces/default/widgets',
    object: object('example.com/v1', 'Widget', `w-${index}`, { spec }),
  })),
];

function rcTemplate(): JsonObject {
  return { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
}
