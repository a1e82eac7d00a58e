import type { Json, JsonObject } from '../../../../src/core/json.ts';
import { ago, casesOf, type TableCase } from './table-case.ts';

const namespaced = { namespace: 'default' };
const registration = 'admissionregistration.k8s.io';
const hook = (name: string): JsonObject => ({
  name,
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  clientConfig: { url: 'https://127.0.0.1:1' },
});
const mutatingHook = casesOf(
  `mutatingwebhookconfigurations.${registration}`,
  `${registration}/v1`,
  'MutatingWebhookConfiguration',
);
const validatingHook = casesOf(
  `validatingwebhookconfigurations.${registration}`,
  `${registration}/v1`,
  'ValidatingWebhookConfiguration',
);
const validatingPolicy = casesOf(
  `validatingadmissionpolicies.${registration}`,
  `${registration}/v1`,
  'ValidatingAdmissionPolicy',
);
const mutatingPolicy = casesOf(
  `mutatingadmissionpolicies.${registration}`,
  `${registration}/v1`,
  'MutatingAdmissionPolicy',
);
const validatingBinding = casesOf(
  `validatingadmissionpolicybindings.${registration}`,
  `${registration}/v1`,
  'ValidatingAdmissionPolicyBinding',
);
const mutatingBinding = casesOf(
  `mutatingadmissionpolicybindings.${registration}`,
  `${registration}/v1`,
  'MutatingAdmissionPolicyBinding',
);
const labelSelector = '&LabelSelector{MatchLabels:map[string]string{';

const admission: readonly TableCase[] = [
  mutatingHook('a configuration counts its webhooks', 'NAME | 2 | 5d', { webhooks: [hook('a.b.c'), hook('d.e.f')] }),
  validatingHook('a configuration without webhooks has none', 'NAME | 0 | 5d', {}),
  validatingPolicy('a policy shows its kind of parameters', 'NAME | 1 | v1/ConfigMap | 5d', {
    spec: { validations: [{ expression: 'true' }], paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } },
  }),
  mutatingPolicy('a policy without parameters is unset', 'NAME | 1 | <unset> | 5d', {
    spec: { mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: '[]' } }], reinvocationPolicy: 'Never' },
  }),
  validatingBinding('parameters of no namespace may be anywhere', 'NAME | p | */cfg | 5d', {
    spec: { policyName: 'p', paramRef: { name: 'cfg' } },
  }),
  validatingBinding('parameters of a namespace show it', 'NAME | p | ns1/cfg | 5d', {
    spec: { policyName: 'p', paramRef: { name: 'cfg', namespace: 'ns1', selector: { matchLabels: { a: 'b' } } } },
  }),
  validatingBinding(
    'selected parameters show the selector',
    `NAME | p | ${labelSelector}a: b,c: 2,},MatchExpressions:[]LabelSelectorRequirement{},} | 5d`,
    {
      spec: { policyName: 'p', paramRef: { selector: { matchLabels: { c: '2', a: 'b' } } } },
    },
  ),
  mutatingBinding(
    'a selector shows its expressions in order',
    `NAME | p | ${labelSelector}c: 2,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:k,Operator:In,Values:[b a],},LabelSelectorRequirement{Key:e,Operator:Exists,Values:[],},},} | 5d`,
    {
      spec: {
        policyName: 'p',
        paramRef: {
          selector: {
            matchLabels: { c: '2' },
            matchExpressions: [
              { key: 'k', operator: 'In', values: ['b', 'a'] },
              { key: 'e', operator: 'Exists' },
            ],
          },
        },
      },
    },
  ),
  mutatingBinding('a binding without parameters is unset', 'NAME | p | <unset> | 5d', { spec: { policyName: 'p' } }),
];

const flow = 'flowcontrol.apiserver.k8s.io';
const flowSchema = casesOf(`flowschemas.${flow}`, `${flow}/v1`, 'FlowSchema');
const priorityLevel = casesOf(`prioritylevelconfigurations.${flow}`, `${flow}/v1`, 'PriorityLevelConfiguration');

const flowControl: readonly TableCase[] = [
  flowSchema('a flow schema shows how it tells flows apart', 'NAME | workload-low | 9000 | ByUser | 5d | False', {
    spec: {
      priorityLevelConfiguration: { name: 'workload-low' },
      matchingPrecedence: 9000,
      distinguisherMethod: { type: 'ByUser' },
    },
    status: {
      conditions: [
        { type: 'Dangling', status: 'False' },
        { type: 'Dangling', status: 'True' },
      ],
    },
  }),
  flowSchema('a flow schema that was not looked at yet has a question mark', 'NAME | nope | 1 | <none> | 5d | ?', {
    spec: { priorityLevelConfiguration: { name: 'nope' }, matchingPrecedence: 1 },
  }),
  priorityLevel('an exempt level has no limits', 'NAME | Exempt | <none> | <none> | <none> | <none> | 5d', {
    spec: { type: 'Exempt' },
  }),
  priorityLevel('a level with queues shows them', 'NAME | Limited | 100 | 128 | 6 | 50 | 5d', {
    spec: {
      type: 'Limited',
      limited: {
        nominalConcurrencyShares: 100,
        limitResponse: { type: 'Queue', queuing: { queues: 128, handSize: 6, queueLengthLimit: 50 } },
      },
    },
  }),
  priorityLevel('a level that rejects has shares only', 'NAME | Limited | 30 | <none> | <none> | <none> | 5d', {
    spec: { type: 'Limited', limited: { nominalConcurrencyShares: 30, limitResponse: { type: 'Reject' } } },
  }),
];

const signingRequest = casesOf(
  'certificatesigningrequests.certificates.k8s.io',
  'certificates.k8s.io/v1',
  'CertificateSigningRequest',
);
const trustBundle = casesOf(
  'clustertrustbundles.certificates.k8s.io',
  'certificates.k8s.io/v1beta1',
  'ClusterTrustBundle',
);
const podCertificate = casesOf(
  'podcertificaterequests.certificates.k8s.io',
  'certificates.k8s.io/v1beta1',
  'PodCertificateRequest',
);
const condition = (type: string, status = 'True', more: JsonObject = {}): JsonObject => ({ type, status, ...more });
const podCertificateSpec: JsonObject = { podName: 'p', serviceAccountName: 'sa', nodeName: 'n', signerName: 'x/y' };

const certificates: readonly TableCase[] = [
  signingRequest(
    'an approved request with a certificate is issued',
    'NAME | 5d | kubernetes.io/kubelet-serving | system:node:n1 | 24h | Approved,Issued',
    {
      spec: {
        signerName: 'kubernetes.io/kubelet-serving',
        username: 'system:node:n1',
        expirationSeconds: 86_400,
        request: '',
      },
      status: { conditions: [condition('Approved', 'False')], certificate: 'AA==' },
    },
  ),
  signingRequest('a request without a decision is pending', 'NAME | 5d | x/y | bob | <none> | Pending', {
    spec: { signerName: 'x/y', username: 'bob', request: '' },
  }),
  signingRequest('a denial outranks an approval', 'NAME | 5d | <none> | bob | 2m1s | Denied,Failed', {
    spec: { signerName: '', username: 'bob', expirationSeconds: 121, request: '' },
    status: { conditions: [condition('Approved'), condition('Failed'), condition('Denied')] },
  }),
  trustBundle('a bundle shows its signer', 'NAME | x/y', { spec: { signerName: 'x/y', trustBundle: '' } }),
  trustBundle('a bundle without a signer says so', 'NAME | <none>', { spec: { trustBundle: '' } }),
  podCertificate('the last outcome of a request shows', 'NAME | p | sa | n | x/y | Denied | a=1,b=2', {
    metadata: namespaced,
    spec: { ...podCertificateSpec, unverifiedUserAnnotations: { b: '2', a: '1' } },
    status: { conditions: [condition('Issued'), condition('Denied'), condition('Other')] },
  }),
  podCertificate('a request without an outcome is pending', 'NAME | p | sa | n | x/y | Pending | <none>', {
    metadata: namespaced,
    spec: podCertificateSpec,
  }),
];

const resource = 'resource.k8s.io';
const deviceClass = casesOf(`deviceclasses.${resource}`, `${resource}/v1`, 'DeviceClass');
const resourceClaim = casesOf(`resourceclaims.${resource}`, `${resource}/v1`, 'ResourceClaim');
const claimTemplate = casesOf(`resourceclaimtemplates.${resource}`, `${resource}/v1`, 'ResourceClaimTemplate');
const resourceSlice = casesOf(`resourceslices.${resource}`, `${resource}/v1`, 'ResourceSlice');
const taintRule = casesOf(`devicetaintrules.${resource}`, `${resource}/v1beta2`, 'DeviceTaintRule');
const poolStatus = casesOf(
  `resourcepoolstatusrequests.${resource}`,
  `${resource}/v1alpha3`,
  'ResourcePoolStatusRequest',
);
const deleting = { ...namespaced, deletionTimestamp: ago(1, 'm'), finalizers: ['x/y'] };
const reserved: JsonObject = { allocation: {}, reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] };
const pools: readonly Json[] = [
  {
    driver: 'd',
    poolName: 'a',
    generation: 1,
    totalDevices: 4,
    availableDevices: 1,
    allocatedDevices: 2,
    unavailableDevices: 1,
  },
  { driver: 'd', poolName: 'b', generation: 1, totalDevices: 2, validationError: 'bad' },
];

const devices: readonly TableCase[] = [
  deviceClass('a device class shows its age', 'NAME | 5d', { spec: {} }),
  claimTemplate('a claim template shows its age', 'NAME | 5d', { metadata: namespaced, spec: { spec: {} } }),
  resourceClaim('a claim without an allocation is pending', 'NAME | pending | 5d', { metadata: namespaced, spec: {} }),
  resourceClaim('a claim in use is reserved', 'NAME | allocated,reserved | 5d', {
    metadata: namespaced,
    spec: {},
    status: reserved,
  }),
  resourceClaim('a deleted claim without an allocation is only deleted', 'NAME | deleted | 5d', {
    metadata: deleting,
    spec: {},
  }),
  resourceClaim('a deleted claim may still be allocated', 'NAME | deleted,allocated | 5d', {
    metadata: deleting,
    spec: {},
    status: { allocation: {} },
  }),
  resourceSlice('a slice of a node names it', 'NAME | n1 | d.example.com | pool | 5d', {
    spec: { nodeName: 'n1', driver: 'd.example.com', pool: { name: 'pool', generation: 1, resourceSliceCount: 1 } },
  }),
  resourceSlice('a slice of no node has an empty cell', 'NAME |  | d.example.com | pool | 5d', {
    spec: { allNodes: true, driver: 'd.example.com', pool: { name: 'pool', generation: 1, resourceSliceCount: 1 } },
  }),
  taintRule('a taint shows since when it holds', 'NAME | k | v | NoExecute | 2h | 5d'.replace('2h', '120m'), {
    spec: { taint: { key: 'k', value: 'v', effect: 'NoExecute', timeAdded: ago(2, 'h') } },
  }),
  taintRule('a taint without a time has an empty cell', 'NAME | k |  | NoSchedule |  | 5d', {
    spec: { taint: { key: 'k', effect: 'NoSchedule' } },
  }),
  poolStatus('a request without a status is pending', 'NAME | d | - | - | - | - | - | 0 | Pending | <none>', {
    spec: { driver: 'd' },
  }),
  poolStatus('a failed request counts no devices', 'NAME | d | - | - | - | - | - | 3 | Failed | <none>', {
    spec: { driver: 'd' },
    status: { poolCount: 3, pools, conditions: [condition('Failed'), condition('Complete')] },
  }),
  poolStatus(
    'a request that is not through sums up what there is',
    'NAME | d | 6 | 1 | 2 | 1 | 1 | 2 | Pending | <none>',
    {
      spec: { driver: 'd' },
      status: { poolCount: 2, pools, conditions: [condition('Complete', 'False')] },
    },
  ),
  poolStatus('a complete request shows when it was', 'NAME | d | 6 | 1 | 2 | 1 | 1 | 2 | Complete | 3h', {
    spec: { driver: 'd' },
    status: { poolCount: 2, pools, conditions: [condition('Complete', 'True', { lastTransitionTime: ago(3, 'h') })] },
  }),
  poolStatus('sums beyond 2^31 overflow', 'NAME | d | -2147483648 | 0 | 0 | 0 | 0 | 2 | Pending | <none>', {
    spec: { driver: 'd' },
    status: {
      poolCount: 2,
      pools: [
        { driver: 'd', poolName: 'a', generation: 1, totalDevices: 2 ** 31 - 1 },
        { driver: 'd', poolName: 'b', generation: 1, totalDevices: 1 },
      ],
    },
  }),
  poolStatus('a truncated request says so', 'NAME | d | 6 | 1 | 2 | 1 | 1 | 9 | Complete (2/9 pools) | <unknown>', {
    spec: { driver: 'd' },
    status: { poolCount: 9, pools, conditions: [condition('Complete')] },
  }),
];

const podGroup = casesOf('podgroups.scheduling.k8s.io', 'scheduling.k8s.io/v1alpha2', 'PodGroup');
const workload = casesOf('workloads.scheduling.k8s.io', 'scheduling.k8s.io/v1alpha2', 'Workload');

const gangs: readonly TableCase[] = [
  workload('a workload shows its age', 'NAME | 5d', { metadata: namespaced, spec: {} }),
  podGroup('a group of its own is pending', 'NAME | Basic | <none> | Pending | 5d', {
    metadata: namespaced,
    spec: { schedulingPolicy: { basic: {} } },
  }),
  podGroup('a scheduled gang says so', 'NAME | Gang | w | Scheduled | 5d', {
    metadata: namespaced,
    spec: {
      schedulingPolicy: { gang: { minCount: 1 } },
      podGroupTemplateRef: { workload: { workloadName: 'w', podGroupTemplateName: 't' } },
    },
    status: { conditions: [condition('PodGroupScheduled', 'False'), condition('PodGroupScheduled')] },
  }),
  podGroup('a gang that found no place says so', 'NAME | Gang | <none> | Unschedulable | 5d', {
    metadata: namespaced,
    spec: { schedulingPolicy: { gang: { minCount: 1 } } },
    status: { conditions: [condition('PodGroupScheduled', 'Unknown')] },
  }),
  podGroup('a disruption outranks the scheduling', 'NAME | Basic | <none> | Preempted | 5d', {
    metadata: namespaced,
    spec: { schedulingPolicy: { basic: {} } },
    status: {
      conditions: [condition('DisruptionTarget', 'False', { reason: 'Preempted' }), condition('PodGroupScheduled')],
    },
  }),
];

const storageVersion = casesOf(
  'storageversions.internal.apiserver.k8s.io',
  'internal.apiserver.k8s.io/v1alpha1',
  'StorageVersion',
);
const migration = casesOf(
  'storageversionmigrations.storagemigration.k8s.io',
  'storagemigration.k8s.io/v1beta1',
  'StorageVersionMigration',
);

const perServer = (...ids: readonly string[]): readonly Json[] =>
  ids.map((apiServerID) => ({ apiServerID, encodingVersion: 'v1', decodableVersions: ['v1'] }));

const storage: readonly TableCase[] = [
  storageVersion('a storage version shows three servers', 'NAME | v1 | a=v1,b=v1,c=v1 + 1 more... | 5d', {
    spec: {},
    status: { commonEncodingVersion: 'v1', storageVersions: perServer('a', 'b', 'c', 'd') },
  }),
  storageVersion('a storage version without servers is unset', 'NAME | <unset> | <unset> | 5d', { spec: {} }),
  migration('the last state of a migration shows', 'NAME | deployments.apps | Succeeded', {
    spec: { resource: { group: 'apps', resource: 'deployments' } },
    status: { conditions: [condition('Running'), condition('Succeeded'), condition('Failed', 'False')] },
  }),
  migration('a migration that has not begun is unknown', 'NAME | pods | Unknown', {
    spec: { resource: { resource: 'pods' } },
  }),
];

const apiService = casesOf('apiservices.apiregistration.k8s.io', 'apiregistration.k8s.io/v1', 'APIService');
const remote: JsonObject = { service: { namespace: 'kube-system', name: 'metrics-server', port: 443 } };

/** An APIService must be named after what it serves. */
function apiServiceSpec(version: string, more: JsonObject): JsonObject {
  return { group: 'metrics.example.com', version, groupPriorityMinimum: 1, versionPriority: 1, ...more };
}

const apiServices: readonly TableCase[] = [
  apiService('a local API service is part of the server', 'NAME | Local | True | 5d', {
    metadata: { name: 'v1.metrics.example.com' },
    spec: apiServiceSpec('v1', {}),
    status: { conditions: [condition('Available', 'True', { reason: 'Local' })] },
  }),
  apiService(
    'an API service that is not there says why',
    'NAME | kube-system/metrics-server | False (MissingEndpoints) | 5d',
    {
      metadata: { name: 'v2.metrics.example.com' },
      spec: apiServiceSpec('v2', remote),
      status: { conditions: [condition('Available', 'False', { reason: 'MissingEndpoints' })] },
    },
  ),
  apiService(
    'an API service that was not looked at yet is unknown',
    'NAME | kube-system/metrics-server | Unknown | 5d',
    {
      metadata: { name: 'v3.metrics.example.com' },
      spec: apiServiceSpec('v3', remote),
    },
  ),
];

/** Admission, flow control, certificates, devices, gangs, and the API itself. */
export const extensionCases: readonly TableCase[] = [
  ...admission,
  ...flowControl,
  ...certificates,
  ...devices,
  ...gangs,
  ...storage,
  ...apiServices,
];
