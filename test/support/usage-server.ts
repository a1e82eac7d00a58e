import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../src/core/json.ts';
import { registerApi } from './aggregated-server.ts';
import type { RealCluster } from './real-cluster.ts';

const groupVersion = 'metrics.k8s.io/v1beta1';

/** What a container uses, as quantities. */
export interface StubUsage {
  readonly cpu: string;
  readonly memory: string;
}

/** A pod that is measured. */
export interface StubPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly containers: Readonly<Record<string, StubUsage>>;
}

/** A node that is measured. */
export interface StubNode {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly usage: StubUsage;
}

/** A server of `metrics.k8s.io` behind the aggregator of a real one, which says what a test has it say. */
export interface UsageServer {
  /** In the order in which it sends them. */
  pods: readonly StubPod[];
  nodes: readonly StubNode[];
  /** Paths of the requests for usage, in order. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

class StubUsageServer implements UsageServer {
  pods: readonly StubPod[] = [];
  nodes: readonly StubNode[] = [];
  readonly requests: string[] = [];
  readonly #server: Server;

  constructor(cluster: Pick<RealCluster, 'caFile'>) {
    const cert = readFileSync(cluster.caFile);
    const key = readFileSync(cluster.caFile.replace(/\.crt$/, '.key'));
    this.#server = createServer({ cert, key }, (request, response) => this.#answer(request, response));
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://usage');
    const document = documents[pathname];
    if (document !== undefined) {
      send(response, document);
      return;
    }
    this.requests.push(request.url ?? '');
    const [, namespace, resource, name] =
      /^\/apis\/metrics\.k8s\.io\/v1beta1\/(?:namespaces\/([^/]+)\/)?(nodes|pods)(?:\/([^/]+))?$/.exec(pathname) ?? [];
    const all = resource === 'nodes' ? this.nodes.map(nodeItem) : this.pods.map(podItem);
    const [key, value] = (searchParams.get('labelSelector') ?? '').split('=');
    const found = all.filter(
      ({ metadata }) =>
        (namespace === undefined || metadata.namespace === namespace) &&
        (name === undefined || metadata.name === name) &&
        (value === undefined || metadata.labels[key ?? ''] === value),
    );
    const kind = resource === 'nodes' ? 'NodeMetrics' : 'PodMetrics';
    if (name === undefined) {
      send(response, { kind: `${kind}List`, apiVersion: groupVersion, metadata: {}, items: found });
    } else if (found[0] !== undefined) send(response, { kind, apiVersion: groupVersion, ...found[0] });
    else sendNotFound(response, `${resource === 'nodes' ? 'node' : resource} "${name}" not found`);
  }
}

const measured = { timestamp: '2026-01-01T00:00:00Z', window: '15s' };

function podItem({ namespace, name, labels = {}, containers }: StubPod) {
  const each = Object.entries(containers).map(([container, usage]) => ({ name: container, usage: { ...usage } }));
  return { metadata: { name, namespace, labels }, ...measured, containers: each };
}

function nodeItem({ name, labels = {}, usage }: StubNode) {
  return { metadata: { name, namespace: '', labels }, ...measured, usage: { ...usage } };
}

const version = { groupVersion, version: 'v1beta1' };
const group = { name: 'metrics.k8s.io', versions: [version], preferredVersion: version };
const resourceOf = (name: string, kind: string, namespaced: boolean): JsonObject => ({
  name,
  singularName: '',
  namespaced,
  kind,
  verbs: ['get', 'list'],
});

const documents: Readonly<Record<string, JsonObject>> = {
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [group] },
  '/apis/metrics.k8s.io': { kind: 'APIGroup', apiVersion: 'v1', ...group },
  [`/apis/${groupVersion}`]: {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: [resourceOf('nodes', 'NodeMetrics', false), resourceOf('pods', 'PodMetrics', true)],
  },
};

function send(response: ServerResponse, body: JsonObject, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function sendNotFound(response: ServerResponse, message: string): void {
  send(response, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason: 'NotFound', code: 404 }, 404);
}

/** Starts it on loopback, and resolves once the API server knows of its types. */
export async function startUsageServer(cluster: RealCluster): Promise<UsageServer> {
  const server = new StubUsageServer(cluster);
  const port = await server.start();
  await registerApi(cluster, { group: 'metrics.k8s.io', version: 'v1beta1', service: 'usage', port });
  const giveUpAt = performance.now() + 30_000;
  for (;;) {
    const { status } = await cluster.request(`/apis/${groupVersion}/nodes`);
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const { text } = await cluster.request('/apis', { accept });
    if (status === 200 && text.includes('metrics.k8s.io')) return server;
    if (performance.now() > giveUpAt) throw new Error('the aggregator does not serve metrics.k8s.io');
  }
}
