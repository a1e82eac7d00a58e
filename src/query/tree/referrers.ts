import type { ObjectName } from './reference.ts';

/** A kind of objects. */
interface Kind {
  readonly group: string;
  readonly kind: string;
}

const workloads = [
  '/Pod',
  '/ReplicationController',
  'apps/DaemonSet',
  'apps/Deployment',
  'apps/StatefulSet',
  'batch/CronJob',
  'batch/Job',
];
const gateway = 'gateway.networking.k8s.io';
const routes = ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'UDPRoute'].map((kind) => `${gateway}/${kind}`);
const bindings = ['rbac.authorization.k8s.io/ClusterRoleBinding', 'rbac.authorization.k8s.io/RoleBinding'];
const choosing = ['/Service', 'networking.k8s.io/NetworkPolicy', 'policy/PodDisruptionBudget'];

/** Which kinds refer to a kind, in the order in which they are shown; the other side of `objectReferences`. */
const known: Readonly<Record<string, readonly string[]>> = {
  '/ConfigMap': workloads,
  '/PersistentVolume': ['/PersistentVolumeClaim'],
  '/PersistentVolumeClaim': workloads,
  '/Pod': [...choosing, 'discovery.k8s.io/EndpointSlice'],
  '/Secret': [...workloads, '/ServiceAccount', 'networking.k8s.io/Ingress', `${gateway}/Gateway`],
  '/Service': [
    'networking.k8s.io/Ingress',
    ...routes,
    'apps/StatefulSet',
    'apiregistration.k8s.io/APIService',
    'admissionregistration.k8s.io/MutatingWebhookConfiguration',
    'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
  ],
  '/ServiceAccount': [...workloads, ...bindings],
  'networking.k8s.io/IngressClass': ['networking.k8s.io/Ingress'],
  'rbac.authorization.k8s.io/ClusterRole': bindings,
  'rbac.authorization.k8s.io/Role': bindings,
  'storage.k8s.io/StorageClass': ['/PersistentVolumeClaim', '/PersistentVolume'],
  [`${gateway}/Gateway`]: routes,
  [`${gateway}/GatewayClass`]: [`${gateway}/Gateway`],
};

/** Workloads are scaled, and what chooses their pods chooses them. Any kind with a scale may be scaled. */
const others = ['autoscaling/HorizontalPodAutoscaler', ...choosing];

/** What the controllers of Kubernetes (1.36) make for a kind, with an owner reference to it. */
const made: Readonly<Record<string, string>> = {
  '/ReplicationController': '/Pod',
  '/Service': 'discovery.k8s.io/EndpointSlice',
  'apps/DaemonSet': '/Pod',
  'apps/Deployment': 'apps/ReplicaSet',
  'apps/ReplicaSet': '/Pod',
  'apps/StatefulSet': '/Pod',
  'batch/CronJob': 'batch/Job',
  'batch/Job': '/Pod',
};

/** The kinds of which objects may refer to that one. */
export function possibleReferrers({ group, kind }: Pick<ObjectName, 'group' | 'kind'>): readonly Kind[] {
  return (known[`${group}/${kind}`] ?? others).map(kindOf);
}

/** The kind of which that one is expected to own objects; any other may have some too. */
export function usualDependent({ group, kind }: Pick<ObjectName, 'group' | 'kind'>): Kind | undefined {
  const key = made[`${group}/${kind}`];
  return key === undefined ? undefined : kindOf(key);
}

function kindOf(key: string): Kind {
  const [group = '', kind = ''] = key.split('/');
  return { group, kind };
}
