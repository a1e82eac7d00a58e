import type { Json } from '../../../../src/core/json.ts';
import type { FieldHint, FieldHints } from '../../../support/schema-objects.ts';

/** What makes random objects interesting to the printers: the values they look for, and the fields they read. */

const always: FieldHint = { share: 0.95 };
const often: FieldHint = { share: 0.75 };
const half: FieldHint = { share: 0.5 };

function oneOf(...values: readonly Json[]): FieldHint {
  return { ...often, values };
}

function sure(...values: readonly Json[]): FieldHint {
  return { ...always, values };
}

/** The fields of a condition; `types` are those that the printer of its type looks for. */
function conditionHints(definition: string, types: readonly string[], reasons: readonly string[] = []): FieldHints {
  return {
    [`${definition}.type`]: sure(...types, ...types, 'Other', ''),
    [`${definition}.status`]: sure('True', 'True', 'True', 'False', 'Unknown', ''),
    [`${definition}.reason`]: oneOf('', 'BecauseOfIt', 'A reason', ...reasons),
    [`${definition}.lastTransitionTime`]: often,
  };
}

const addresses = ['10.0.0.1', '10.0.0.2', '192.168.1.1', 'fd00::1', '2001:db8::2', '::ffff:1.2.3.4', '', 'none'];
const hosts = ['a.example.com', 'b.example.com', '*.example.com', '', '', 'c', 'ü.example.com'];
const names = ['a', 'b', 'web', 'db-0', 'x.y', '', 'größe', 'two\nlines'];
const groups = ['', 'apps', 'example.com', 'Networking.K8s.IO'];
const labelKeys = ['app', 'tier', 'a/b', 'example.com/x-y', 'A.b_c', '10', 'release', 'Zone'];
const labelValues = ['', 'web', 'db', 'A_b.c', '1', 'x'.repeat(63)];
const resourceNames = [
  'cpu',
  'memory',
  'storage',
  'pods',
  'limits.cpu',
  'limits.memory',
  'requests.cpu',
  'limits.',
  'ü',
];
const annotationKeys = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
  'ingressclass.kubernetes.io/is-default-class',
  'volume.beta.kubernetes.io/storage-class',
  'example.com/note',
];
const nodeLabelKeys = [
  'node-role.kubernetes.io/master',
  'node-role.kubernetes.io/control-plane',
  'node-role.kubernetes.io/',
  'node-role.kubernetes.io/ä b',
  'kubernetes.io/role',
  'kubernetes.io/os',
  '10',
];

const metadata: FieldHints = {
  'ObjectMeta.creationTimestamp': always,
  'ObjectMeta.deletionTimestamp': { share: 0.15 },
  'ObjectMeta.labels': { ...half, keys: [...nodeLabelKeys, ...labelKeys], values: ['', '', 'worker', 'true', 'ä'] },
  'ObjectMeta.annotations': { ...half, keys: annotationKeys, values: ['true', 'true', 'false', 'True', '', 'gold'] },
  'ObjectMeta.ownerReferences': half,
  'ObjectMeta.finalizers': { share: 0.2, values: ['example.com/x'] },
  'OwnerReference.controller': often,
  'OwnerReference.apiVersion': { share: 1, values: ['v1', 'apps/v1', 'Example.com/v1', '', '/', 'v1/', '/v1'] },
  'OwnerReference.kind': oneOf('StatefulSet', 'Thing', 'ÄÖ', ''),
};

const selectors: FieldHints = {
  'LabelSelector.matchLabels': { ...often, keys: labelKeys, values: labelValues },
  'LabelSelector.matchExpressions': often,
  'LabelSelectorRequirement.key': sure(...labelKeys),
  'LabelSelectorRequirement.operator': sure('In', 'NotIn', 'Exists', 'DoesNotExist', 'In', 'NotIn'),
  'LabelSelectorRequirement.values': { ...half, values: labelValues },
  '*.selector': { ...often, keys: labelKeys, values: labelValues },
  '*.nodeSelector': { ...often, keys: labelKeys, values: labelValues },
};

const workloads: FieldHints = {
  '*.template': always,
  '*.jobTemplate': always,
  'PodTemplateSpec.spec': always,
  'PodSpec.containers': always,
  'Container.name': sure('a', 'b', 'c', ''),
  'Container.image': sure('shop:1', 'registry.test/db@sha256:0', '', 'größe:1'),
  'PodSpec.volumes': { share: 0.1 },
  'PodSpec.affinity': { share: 0.05 },
  '*.replicas': often,
  '*.readyReplicas': often,
  'JobSpec.completions': half,
  'JobSpec.parallelism': { ...often, values: [0, 1, 2, 5, -1] },
  'JobStatus.startTime': often,
  'JobStatus.completionTime': half,
  'JobStatus.succeeded': often,
  'CronJobSpec.schedule': oneOf('* * * * *', '@hourly', 'TZ=UTC 0 0 * * *', ''),
  'CronJobSpec.timeZone': { share: 0.5, values: ['UTC', 'Europe/Berlin', ''] },
  'CronJobStatus.lastScheduleTime': often,
  ...conditionHints('JobCondition', ['Complete', 'Failed', 'Suspended', 'FailureTarget', 'SuccessCriteriaMet']),
};

const autoscaling: FieldHints = {
  'HorizontalPodAutoscalerSpec.metrics': always,
  'HorizontalPodAutoscalerStatus.currentMetrics': always,
  '*.type': always,
  'MetricSpec.type': sure('Resource', 'ContainerResource', 'Pods', 'Object', 'External', 'Resource', 'New'),
  'MetricStatus.type': sure('Resource', 'ContainerResource', 'Pods', 'Object', 'External', ''),
  ...Object.fromEntries(
    ['resource', 'containerResource', 'pods', 'object', 'external'].flatMap((field) => [
      // The server's printer dies of a metric without its block.
      [`MetricSpec.${field}`, { share: 1 }],
      [`MetricStatus.${field}`, { share: 0.85 }],
    ]),
  ),
  '*.target': always,
  '*.current': always,
  'MetricTarget.averageUtilization': half,
  'MetricTarget.averageValue': half,
  'MetricTarget.value': half,
  'MetricValueStatus.averageUtilization': half,
  'MetricValueStatus.averageValue': half,
  'MetricValueStatus.value': half,
  '*.minAvailable': half,
  '*.maxUnavailable': half,
};

const network: FieldHints = {
  'ServiceSpec.type': sure('ClusterIP', 'NodePort', 'LoadBalancer', 'LoadBalancer', 'ExternalName', 'Odd'),
  'ServiceSpec.clusterIP': { ...half, values: ['10.0.0.9', 'None', '', 'fd00::9'] },
  'ServiceSpec.clusterIPs': { ...often, values: ['10.0.0.9', 'None', '', 'fd00::9'] },
  'ServiceSpec.externalIPs': { ...half, values: addresses },
  'ServiceSpec.externalName': oneOf('example.com', ''),
  'ServicePort.nodePort': { ...half, values: [0, 30_080, 31_000, -1] },
  '*.port': { share: 0.85 },
  '*.ports': always,
  '*.loadBalancer': always,
  '*.ingress': always,
  'LoadBalancerIngress.ip': { ...often, values: addresses },
  'LoadBalancerIngress.hostname': { ...half, values: hosts },
  'IngressLoadBalancerIngress.ip': { ...often, values: addresses },
  'IngressLoadBalancerIngress.hostname': { ...half, values: hosts },
  '*.ingressClassName': { ...half, values: ['nginx', ''] },
  'IngressSpec.rules': always,
  'IngressRule.host': { share: 0.8, values: hosts },
  'IngressSpec.tls': half,
  'IngressClassSpec.parameters': often,
  'IngressClassParametersReference.apiGroup': { ...half, values: groups },
  'Endpoints.subsets': always,
  'EndpointSubset.addresses': always,
  'EndpointAddress.ip': sure(...addresses),
  'EndpointSlice.endpoints': always,
  'Endpoint.addresses': { ...always, values: addresses },
  'EndpointPort.name': { ...half, values: ['http', '', 'https'] },
  'ServiceCIDRSpec.cidrs': { ...always, values: ['10.0.0.0/16', 'fd00::/64', ''] },
  'ParentReference.group': { ...often, values: groups },
  'ParentReference.resource': oneOf('services', 'Gateways', ''),
  'ParentReference.namespace': { ...half, values: ['default', 'Ns', ''] },
};

const accessModes = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod', 'Odd', ''];

const storage: FieldHints = {
  '*.accessModes': { share: 0.8, values: accessModes },
  '*.capacity': { share: 0.85, keys: ['storage', 'storage', 'cpu'] },
  '*.storageClassName': { ...half, values: ['gold', ''] },
  '*.volumeAttributesClassName': { ...half, values: ['fast', ''] },
  'PersistentVolumeSpec.claimRef': often,
  '*.volumeName': { ...often, values: ['pv-1', ''] },
  '*.phase': { share: 0.85 },
  'CSIDriverSpec.volumeLifecycleModes': { ...often, values: ['Persistent', 'Ephemeral', ''] },
  'CSIDriverSpec.tokenRequests': often,
  'CSINodeSpec.drivers': always,
  'VolumeAttachmentSource.persistentVolumeName': { ...often, values: ['pv-1', ''] },
};

const events: FieldHints = {
  'Event.series': { share: 0.4 },
  'EventSeries.count': often,
  '*.lastObservedTime': often,
  'Event.eventTime': half,
  'Event.firstTimestamp': { share: 0.6 },
  'Event.lastTimestamp': { share: 0.6 },
  'Event.deprecatedFirstTimestamp': { share: 0.6 },
  'Event.deprecatedLastTimestamp': { share: 0.6 },
  '*.involvedObject': always,
  '*.regarding': always,
  'ObjectReference.kind': sure('Pod', 'ÄÖÜ', 'İstanbul', 'ΣΑΣ', 'ReplicaSet', ''),
  'ObjectReference.name': oneOf(...names),
  'ObjectReference.fieldPath': { ...half, values: ['spec.containers{a}', ''] },
  'EventSource.component': oneOf('kubelet', ''),
  'EventSource.host': { ...half, values: ['node-1', ''] },
  '*.reportingComponent': { ...half, values: ['scheduler', ''] },
  '*.reportingController': { ...half, values: ['scheduler', ''] },
  '*.reportingInstance': { ...half, values: ['scheduler-0', ''] },
};

const quotas: FieldHints = {
  '*.hard': { ...always, keys: resourceNames },
  '*.used': { share: 0.85, keys: resourceNames },
  'PriorityClass.value': often,
};

const nodes: FieldHints = {
  'NodeStatus.addresses': always,
  'NodeAddress.type': sure('InternalIP', 'ExternalIP', 'Hostname', 'InternalIP'),
  'NodeAddress.address': oneOf(...addresses),
  'NodeStatus.nodeInfo': always,
  'NodeSystemInfo.kernelVersion': oneOf('6.1.0', '', 'odd\nkernel'),
  'NodeSystemInfo.architecture': oneOf('amd64', '', 'arm64'),
  'NodeSystemInfo.osImage': oneOf('Debian 13', ''),
  'NodeSystemInfo.containerRuntimeVersion': oneOf('containerd://2.1', ''),
  'NodeStatus.images': { share: 0.05 },
  ...conditionHints('NodeCondition', ['Ready', 'MemoryPressure']),
};

const access: FieldHints = {
  'Subject.kind': sure('User', 'Group', 'ServiceAccount', 'user', ''),
  'Subject.name': oneOf(...names),
  'RoleRef.kind': oneOf('Role', 'ClusterRole', ''),
  '*.paramKind': half,
  '*.paramRef': often,
  'ParamRef.name': { ...half, values: ['p', ''] },
  'ParamRef.namespace': { ...half, values: ['ns', ''] },
  'ParamRef.selector': often,
};

const extension: FieldHints = {
  'CertificateSigningRequestStatus.certificate': half,
  'CertificateSigningRequestSpec.expirationSeconds': { ...often, values: [0, 1, 600, 3600, 86_400, 31_536_000, -5] },
  ...conditionHints('CertificateSigningRequestCondition', ['Approved', 'Denied', 'Failed']),
  ...conditionHints('PodCondition', ['Ready', 'Initialized', 'PodScheduled'], ['SchedulingGated']),
  ...conditionHints('MigrationCondition', ['Running', 'Succeeded', 'Failed']),
  ...conditionHints('FlowSchemaCondition', ['Dangling']),
  ...conditionHints('APIServiceCondition', ['Available']),
  ...conditionHints('CustomResourceDefinitionCondition', ['Established', 'NamesAccepted']),
  ...conditionHints('Condition', [
    'Issued',
    'Denied',
    'Failed',
    'Complete',
    'Running',
    'Succeeded',
    'PodGroupScheduled',
    'DisruptionTarget',
  ]),
  // The server's documentation of its API dies of a kind without a name.
  'CustomResourceDefinitionSpec.names': { share: 1 },
  'CustomResourceDefinitionNames.kind': { share: 1, values: ['Thing', 'Other'] },
  'APIServiceSpec.service': often,
  // Served by nobody, so that the groups of other types stay what they are.
  'APIServiceSpec.group': { share: 1, values: ['random.example.org'] },
  'APIServiceSpec.version': { share: 1, values: ['v1', 'v2'] },
  '*.unverifiedUserAnnotations': often,
  '*.commonEncodingVersion': { ...half, values: ['v1', ''] },
  '*.storageVersions': always,
  'FlowSchemaSpec.distinguisherMethod': half,
  'PriorityLevelConfigurationSpec.limited': often,
  'LimitResponse.queuing': often,
  '*.allocation': half,
  '*.reservedFor': half,
  '*.taint': always,
  'DeviceTaint.timeAdded': half,
  '*.pools': always,
  '*.poolCount': often,
  '*.validationError': { share: 0.3, values: ['broken', ''] },
  '*.gang': half,
  '*.podGroupTemplateRef': half,
  // The server's printer dies of a reference without a workload.
  'PodGroupTemplateReference.workload': { share: 1 },
  'ResourceSliceSpec.devices': { share: 0.1 },
};

/** Hints for every built-in type. */
export const fieldHints: FieldHints = {
  '*.spec': always,
  '*.status': { share: 0.9 },
  '*.conditions': { share: 0.9 },
  ...metadata,
  ...selectors,
  ...workloads,
  ...autoscaling,
  ...network,
  ...storage,
  ...events,
  ...quotas,
  ...nodes,
  ...access,
  ...extension,
};
