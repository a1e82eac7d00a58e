import type { Json, JsonObject } from '../../../../src/core/json.ts';
import { ago, casesOf, type TableCase } from './table-case.ts';

const namespaced = { namespace: 'default' };
const deleting = { ...namespaced, deletionTimestamp: ago(1, 'm'), finalizers: ['x/y'] };
const service = casesOf('services', 'v1', 'Service');

const balancer = (...ingress: readonly JsonObject[]): JsonObject => ({ loadBalancer: { ingress } });
const http: JsonObject = { port: 80, protocol: 'TCP', targetPort: 80, nodePort: 30080 };

/** The spec of a service of `type`, with the cluster address in both places. */
function serviceSpec(type: string, clusterIP: string, more: JsonObject): JsonObject {
  return { type, clusterIP, clusterIPs: [clusterIP], ...more };
}

const services: readonly TableCase[] = [
  service(
    'the host name of a load balancer shows in full',
    'NAME | LoadBalancer | 10.0.0.5 | a1b2c3d4e5f6-1234567890.us-east-1.elb.amazonaws.com | 80:30080/TCP,443:30443/TCP | 5d | a=b,c=d',
    {
      metadata: namespaced,
      spec: serviceSpec('LoadBalancer', '10.0.0.5', {
        ports: [http, { port: 443, protocol: 'TCP', targetPort: 443, nodePort: 30443, name: 's' }],
        selector: { c: 'd', a: 'b' },
      }),
      status: balancer({ hostname: 'a1b2c3d4e5f6-1234567890.us-east-1.elb.amazonaws.com' }),
    },
  ),
  service(
    'an external name has no cluster address',
    'NAME | ExternalName | <none> | db.example.com | <none> | 5d | <none>',
    {
      metadata: namespaced,
      spec: { type: 'ExternalName', externalName: 'db.example.com' },
    },
  ),
  service('a headless service says None', 'NAME | ClusterIP | None | <none> | 53/UDP | 5d | <none>', {
    metadata: namespaced,
    spec: serviceSpec('ClusterIP', 'None', { ports: [{ port: 53, protocol: 'UDP', targetPort: 53 }] }),
  }),
  service(
    'a load balancer without an address is pending',
    'NAME | LoadBalancer | 10.0.0.6 | <pending> | 80:30080/TCP | 5d | <none>',
    {
      metadata: namespaced,
      spec: serviceSpec('LoadBalancer', '10.0.0.6', { ports: [http] }),
    },
  ),
  service(
    'addresses of a load balancer come sorted and once, external ones behind',
    'NAME | LoadBalancer | 10.0.0.7 | 1.1.1.1,2.2.2.2,9.9.9.9,1.1.1.1 | 80:30080/TCP | 5d | <none>',
    {
      metadata: namespaced,
      spec: serviceSpec('LoadBalancer', '10.0.0.7', { ports: [http], externalIPs: ['9.9.9.9', '1.1.1.1'] }),
      status: balancer({ ip: '2.2.2.2' }, { ip: '1.1.1.1', hostname: 'x' }, { ip: '2.2.2.2' }, {}),
    },
  ),
  service(
    'a node port service shows its external addresses in order',
    'NAME | NodePort | fd00::1 | 9.9.9.9,1.1.1.1 | 80:30080/TCP | 5d | <none>',
    {
      metadata: namespaced,
      spec: serviceSpec('NodePort', 'fd00::1', { ports: [http], externalIPs: ['9.9.9.9', '1.1.1.1'] }),
    },
  ),
  service('an empty external address is one', 'NAME | NodePort | fd00::2 |  | 80:30080/TCP | 5d | <none>', {
    metadata: namespaced,
    spec: serviceSpec('NodePort', 'fd00::2', { ports: [http], externalIPs: [''] }),
  }),
];

const endpoints = casesOf('endpoints', 'v1', 'Endpoints');
const slice = casesOf('endpointslices.discovery.k8s.io', 'discovery.k8s.io/v1', 'EndpointSlice');
const addresses = (...ips: readonly string[]): readonly Json[] => ips.map((ip) => ({ ip }));
const ports = (...numbers: readonly number[]): readonly Json[] =>
  numbers.map((port) => ({ port, name: `p${port}`, protocol: 'TCP' }));

const behindServices: readonly TableCase[] = [
  endpoints('the first three endpoints show', 'NAME | 1.1.1.1:80,1.1.1.2:80,1.1.1.3:80 + 1 more... | 5d', {
    metadata: namespaced,
    subsets: [{ addresses: addresses('1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'), ports: ports(80) }],
  }),
  endpoints('each port shows with each address', 'NAME | 1.1.1.1:80,1.1.1.1:81,[fd00::1]:82 + 1 more... | 5d', {
    metadata: namespaced,
    subsets: [
      { addresses: addresses('1.1.1.1'), ports: ports(80, 81) },
      { addresses: addresses('fd00::1', 'fd00::2'), ports: ports(82) },
    ],
  }),
  endpoints('addresses without ports stand alone', 'NAME | 1.1.1.1,fd00::1 | 5d', {
    metadata: namespaced,
    subsets: [{ addresses: addresses('1.1.1.1', 'fd00::1') }],
  }),
  endpoints('addresses that are not ready leave the cell empty', 'NAME |  | 5d', {
    metadata: namespaced,
    subsets: [{ notReadyAddresses: addresses('1.1.1.1'), ports: ports(80) }],
  }),
  endpoints('no subsets are none', 'NAME | <none> | 5d', { metadata: namespaced }),
  slice(
    'a slice shows all addresses, ready or not',
    'NAME | IPv4 | 80,443 | 10.0.0.1,10.0.0.2,10.0.0.3 + 2 more... | 5d',
    {
      metadata: namespaced,
      addressType: 'IPv4',
      ports: ports(80, 443),
      endpoints: [
        { addresses: ['10.0.0.1', '10.0.0.2'], conditions: { ready: false } },
        { addresses: ['10.0.0.3', '10.0.0.4', '10.0.0.5'] },
      ],
    },
  ),
  slice('an empty slice is unset', 'NAME | IPv4 | <unset> | <unset> | 5d', {
    metadata: namespaced,
    addressType: 'IPv4',
    ports: [],
    endpoints: [],
  }),
  slice('ports without a number show their name', 'NAME | FQDN | a,80, + 1 more... | a.b | 5d', {
    metadata: namespaced,
    addressType: 'FQDN',
    ports: [
      { name: 'a', protocol: 'TCP' },
      { name: '', port: 80, protocol: 'TCP' },
      { name: '', protocol: 'UDP' },
      { name: 'x', port: 1, protocol: 'TCP' },
    ],
    endpoints: [{ addresses: ['a.b'] }],
  }),
];

const ingress = casesOf('ingresses.networking.k8s.io', 'networking.k8s.io/v1', 'Ingress');
const ingressClass = casesOf('ingressclasses.networking.k8s.io', 'networking.k8s.io/v1', 'IngressClass');
const policy = casesOf('networkpolicies.networking.k8s.io', 'networking.k8s.io/v1', 'NetworkPolicy');
const serviceCidr = casesOf('servicecidrs.networking.k8s.io', 'networking.k8s.io/v1', 'ServiceCIDR');
const ipAddress = casesOf('ipaddresses.networking.k8s.io', 'networking.k8s.io/v1', 'IPAddress');
const rules = (...hosts: readonly string[]): readonly Json[] => hosts.map((host) => (host === '' ? {} : { host }));
const isDefaultClass = { 'ingressclass.kubernetes.io/is-default-class': 'true' };

const networking: readonly TableCase[] = [
  ingress(
    'three hosts of an ingress show',
    'NAME | nginx | a.com,b.com,c.com + 1 more... | 203.0.113.10,x.y | 80, 443 | 5d',
    {
      metadata: namespaced,
      spec: {
        ingressClassName: 'nginx',
        rules: rules('a.com', 'b.com', 'c.com', 'd.com'),
        tls: [{ hosts: ['a.com'] }],
      },
      status: balancer({ hostname: 'x.y' }, { ip: '203.0.113.10' }),
    },
  ),
  ingress('an ingress for every host shows a star and no address', 'NAME | <none> | * |  | 80 | 5d', {
    metadata: { ...namespaced, annotations: { 'kubernetes.io/ingress.class': 'legacy' } },
    spec: { rules: rules('') },
  }),
  ingress('rules without a host do not fill the three places', 'NAME | <none> | a,b |  | 80 | 5d', {
    metadata: namespaced,
    spec: { rules: rules('a', '', 'b') },
  }),
  ingress('rules without a host count as more', 'NAME | <none> | a,b,c + 2 more... |  | 80 | 5d', {
    metadata: namespaced,
    spec: { rules: rules('a', '', 'b', 'c', '') },
  }),
  ingressClass('the default ingress class is marked', 'NAME (default) | x/y | Params.k.example.com/p | 5d', {
    metadata: { annotations: isDefaultClass },
    spec: { controller: 'x/y', parameters: { apiGroup: 'k.example.com', kind: 'Params', name: 'p', scope: 'Cluster' } },
  }),
  ingressClass('parameters of the core group have no group', 'NAME | x/y | ConfigMap/p | 5d', {
    metadata: { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'yes' } },
    spec: { controller: 'x/y', parameters: { kind: 'ConfigMap', name: 'p', scope: 'Cluster' } },
  }),
  ingressClass('a class without parameters says so', 'NAME |  | <none> | 5d', { spec: {} }),
  policy('a policy for all pods selects none in particular', 'NAME | <none> | 5d', {
    metadata: namespaced,
    spec: { podSelector: {} },
  }),
  policy('a policy shows its pod selector', 'NAME | app=web,env notin (dev,test) | 5d', {
    metadata: namespaced,
    spec: {
      podSelector: {
        matchLabels: { app: 'web' },
        matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['test', 'dev'] }],
      },
    },
  }),
  serviceCidr('a range shows both families', 'NAME | 10.96.0.0/16,fd00::/108 | 5d', {
    spec: { cidrs: ['10.96.0.0/16', 'fd00::/108'] },
  }),
  ipAddress('an address shows what it belongs to', 'NAME | services/default/kubernetes | 5d', {
    spec: { parentRef: { resource: 'Services', namespace: 'default', name: 'kubernetes' } },
  }),
  ipAddress('an owner of another group shows it', 'NAME | gateways.gateway.networking.k8s.io/Gw | 5d', {
    spec: { parentRef: { group: 'gateway.networking.k8s.io', resource: 'gateways', name: 'Gw' } },
  }),
  ipAddress('an owner without a type keeps its place empty', 'NAME | .example.com/ns/a | 5d', {
    spec: { parentRef: { group: 'Example.com', namespace: 'ns', name: 'a' } },
  }),
  ipAddress('an address without owner says so', 'NAME | <none> | 5d', {}),
];

const volume = casesOf('persistentvolumes', 'v1', 'PersistentVolume');
const claim = casesOf('persistentvolumeclaims', 'v1', 'PersistentVolumeClaim');
const storageClass = casesOf('storageclasses.storage.k8s.io', 'storage.k8s.io/v1', 'StorageClass');
const attributesClass = casesOf('volumeattributesclasses.storage.k8s.io', 'storage.k8s.io/v1', 'VolumeAttributesClass');
const attachment = casesOf('volumeattachments.storage.k8s.io', 'storage.k8s.io/v1', 'VolumeAttachment');
const csiNode = casesOf('csinodes.storage.k8s.io', 'storage.k8s.io/v1', 'CSINode');
const csiDriver = casesOf('csidrivers.storage.k8s.io', 'storage.k8s.io/v1', 'CSIDriver');
const storageCapacity = casesOf('csistoragecapacities.storage.k8s.io', 'storage.k8s.io/v1', 'CSIStorageCapacity');
const allModes = ['ReadWriteOncePod', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadOnlyMany'];
const annotatedClass = { 'volume.beta.kubernetes.io/storage-class': '' };

const volumes: readonly TableCase[] = [
  volume(
    'a bound volume shows its claim and its modes in a fixed order',
    'NAME | 10Gi | RWO,ROX,RWX,RWOP | Retain | Bound | ns/claim | fast | <unset> |  | 5d | Filesystem',
    {
      spec: {
        capacity: { storage: '10Gi' },
        accessModes: allModes,
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { namespace: 'ns', name: 'claim' },
        storageClassName: 'fast',
        volumeMode: 'Filesystem',
      },
      status: { phase: 'Bound' },
    },
  ),
  volume(
    'a bare volume has no capacity, and an empty annotation hides its class',
    'NAME | 0 |  | Delete | Terminating |  |  | gold | broken | 5d | Block',
    {
      metadata: { deletionTimestamp: ago(1, 'm'), finalizers: ['x/y'], annotations: annotatedClass },
      spec: {
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName: 'fast',
        volumeMode: 'Block',
        volumeAttributesClassName: 'gold',
      },
      status: { phase: 'Available', reason: 'broken' },
    },
  ),
  claim('a bound claim shows what it got', 'NAME | Bound | pv1 | 10Gi | RWO | fast | <unset> | 5d | Filesystem', {
    metadata: namespaced,
    spec: {
      volumeName: 'pv1',
      storageClassName: 'fast',
      volumeMode: 'Filesystem',
      resources: { requests: { storage: '5Gi' } },
    },
    status: { phase: 'Bound', capacity: { storage: '10Gi' }, accessModes: ['ReadWriteOnce'] },
  }),
  claim('a claim without a volume has nothing yet', 'NAME | Pending |  |  |  | slow | <unset> | 5d | Filesystem', {
    metadata: { ...namespaced, annotations: { 'volume.beta.kubernetes.io/storage-class': 'slow' } },
    spec: { storageClassName: 'fast', volumeMode: 'Filesystem', resources: { requests: { storage: '5Gi' } } },
    status: { phase: 'Pending', capacity: { storage: '10Gi' }, accessModes: ['ReadWriteOnce'] },
  }),
  claim('a claim that is deleted is terminating', 'NAME | Terminating | pv9 | 0 |  |  | gold | 5d | Filesystem', {
    metadata: deleting,
    spec: { volumeName: 'pv9', volumeAttributesClassName: 'gold', volumeMode: 'Filesystem' },
    status: { phase: 'Bound' },
  }),
  storageClass(
    'the default storage class is marked',
    'NAME (default) | ebs.csi.aws.com | Delete | WaitForFirstConsumer | true | 5d',
    {
      metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'ebs.csi.aws.com',
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    },
  ),
  storageClass('the beta annotation marks it too', 'NAME (default) | x | Retain | Immediate | false | 5d', {
    metadata: { annotations: { 'storageclass.beta.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'x',
    reclaimPolicy: 'Retain',
    volumeBindingMode: 'Immediate',
  }),
  storageClass('a class that is not the default stands unmarked', 'NAME | x | Delete | Immediate | false | 5d', {
    metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'false' } },
    provisioner: 'x',
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'Immediate',
    allowVolumeExpansion: false,
  }),
  attributesClass('an attributes class shows its driver', 'NAME | d.example.com | 5d', { driverName: 'd.example.com' }),
  attachment('an attachment shows its volume and node', 'NAME | ebs.csi.aws.com | pv1 | n1 | true | 5d', {
    spec: { attacher: 'ebs.csi.aws.com', nodeName: 'n1', source: { persistentVolumeName: 'pv1' } },
    status: { attached: true },
  }),
  attachment('an attachment of an inline volume has no volume name', 'NAME | x |  | n1 | false | 5d', {
    spec: { attacher: 'x', nodeName: 'n1', source: {} },
    status: { attached: false },
  }),
  csiNode('a node counts its drivers', 'NAME | 2 | 5d', {
    spec: {
      drivers: [
        { name: 'a', nodeID: 'a' },
        { name: 'b', nodeID: 'b' },
      ],
    },
  }),
  csiDriver('a driver shows what it asks for', 'NAME | false | true | true | a,,b | true | Persistent,Ephemeral | 5d', {
    spec: {
      attachRequired: false,
      podInfoOnMount: true,
      storageCapacity: true,
      requiresRepublish: true,
      tokenRequests: [{ audience: 'a' }, { audience: '' }, { audience: 'b' }],
      volumeLifecycleModes: ['Persistent', 'Ephemeral'],
    },
  }),
  csiDriver('a driver that asks for nothing', 'NAME | true | false | false | <unset> | false | Persistent | 5d', {
    spec: { attachRequired: true, podInfoOnMount: false, storageCapacity: false, volumeLifecycleModes: ['Persistent'] },
  }),
  storageCapacity('a storage capacity has the default table', 'NAME | 2026-01-05T00:00:00Z', {
    metadata: namespaced,
    storageClassName: 'fast',
    capacity: '1Gi',
  }),
];

/** Services, networking and storage. */
export const networkAndStorageCases: readonly TableCase[] = [...services, ...behindServices, ...networking, ...volumes];
