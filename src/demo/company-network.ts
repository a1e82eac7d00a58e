import type { JsonObject } from '../core/json.ts';
import { settle } from './controllers.ts';
import { selectorLabels, workloadLabels, workloads, type Workload } from './workload.ts';
import { between, controlledBy, dayMs, metadata, nameSuffix, type World } from './world.ts';

const edgeAddress = '203.0.113.40';

interface Entrance {
  readonly host: string;
  readonly namespace: string;
  readonly service: string;
}

/** Hosts by which the outside comes in. */
export const entrances: readonly Entrance[] = [
  { host: 'www.brightharbor.example', namespace: 'shop', service: 'web' },
  { host: 'pay.brightharbor.example', namespace: 'billing', service: 'payments' },
  { host: 'track.brightharbor.example', namespace: 'logistics', service: 'tracking' },
  { host: 'dashboards.brightharbor.example', namespace: 'monitoring', service: 'dashboards' },
];

const withoutService = ['worker', 'controller', 'agent'];

/** Creates services with what stands behind them, ingresses, and the rules of who may talk to whom. */
export function createNetwork(world: World): void {
  createApiService(world);
  for (const workload of workloads) {
    if (withoutService.includes(workload.component)) continue;
    createService(world, workload);
    settle(world, workload.namespace, workload.name);
  }
  for (const entrance of entrances) createIngress(world, entrance);
  for (const namespace of ['shop', 'billing', 'search']) createPolicies(world, namespace);
}

function clusterAddress(world: World): string {
  return `10.96.${between(world, 1, 255)}.${between(world, 1, 255)}`;
}

function createApiService(world: World): void {
  const identity = metadata(world, { namespace: 'default', name: 'kubernetes' }, 230 * dayMs);
  const ports = [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }];
  const spec = { type: 'ClusterIP', clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'], ports };
  world.state.create('services', { metadata: identity, spec });
}

function serviceSpec(world: World, workload: Workload): JsonObject {
  const { name, port, kind } = workload;
  const selector = selectorLabels(workload);
  const isHeadless = kind === 'StatefulSet';
  const clusterIP = isHeadless ? 'None' : clusterAddress(world);
  const address = { clusterIP, clusterIPs: [clusterIP] };
  if (name === 'edge-proxy') {
    const ports = [portOf('http', 80, 31080), portOf('https', 443, 31443)];
    return { type: 'LoadBalancer', ...address, selector, ports };
  }
  const protocol = name === 'coredns' ? 'UDP' : 'TCP';
  const shown = workload.component === 'api' || workload.component === 'frontend' ? 80 : port;
  return { type: 'ClusterIP', ...address, selector, ports: [{ ...portOf('main', shown), protocol }] };
}

function portOf(name: string, port: number, nodePort?: number): JsonObject {
  return { name, port, targetPort: 'main', protocol: 'TCP', ...(nodePort === undefined ? {} : { nodePort }) };
}

function createService(world: World, workload: Workload): void {
  const { namespace, name, port, ageDays } = workload;
  const isEdge = name === 'edge-proxy';
  const service = world.state.create('services', {
    metadata: metadata(world, { namespace, name }, ageDays * dayMs, { labels: workloadLabels(workload) }),
    spec: serviceSpec(world, workload),
    status: { loadBalancer: isEdge ? { ingress: [{ ip: edgeAddress }] } : {} },
  });
  const labels = {
    'kubernetes.io/service-name': name,
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  };
  world.state.create('endpointslices.discovery.k8s.io', {
    metadata: metadata(world, { namespace, name: `${name}-${nameSuffix(world, 5)}` }, ageDays * dayMs, {
      labels,
      ownerReferences: controlledBy(service),
    }),
    addressType: 'IPv4',
    endpoints: [],
    ports: [{ name: 'main', port, protocol: name === 'coredns' ? 'UDP' : 'TCP' }],
  });
}

function createIngress(world: World, { host, namespace, service }: Entrance): void {
  const backend = { service: { name: service, port: { name: 'main' } } };
  world.state.create('ingresses.networking.k8s.io', {
    metadata: metadata(world, { namespace, name: service }, 190 * dayMs, {
      annotations: { 'edge.brightharbor.example/redirect-to-https': 'true' },
    }),
    spec: {
      ingressClassName: 'edge',
      tls: [{ hosts: [host], secretName: `${service}-tls` }],
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
    },
    status: { loadBalancer: { ingress: [{ ip: edgeAddress }] } },
  });
}

function createPolicies(world: World, namespace: string): void {
  const policies: readonly (readonly [string, JsonObject])[] = [
    ['deny-by-default', { podSelector: {}, policyTypes: ['Ingress'] }],
    [
      'allow-from-edge',
      {
        podSelector: { matchLabels: { 'app.kubernetes.io/part-of': namespace } },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'platform' } } }] }],
      },
    ],
  ];
  for (const [name, spec] of policies) {
    world.state.create('networkpolicies.networking.k8s.io', {
      metadata: metadata(world, { namespace, name }, 160 * dayMs),
      spec,
    });
  }
}
