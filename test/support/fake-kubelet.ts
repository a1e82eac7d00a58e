import { createServer } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeAuthority } from './certificates.ts';
import type { RealCluster } from './real-cluster.ts';

/** One log that was asked for. */
export interface AskedLog {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly query: URLSearchParams;
}

/** Writes a log, or what the kubelet says in its place, and ends the response unless it goes on. */
export type LogWriter = (asked: AskedLog, response: ServerResponse) => void;

/** The part of a kubelet that kube-apiserver gets logs from. */
export interface FakeKubelet {
  /** Makes a node of which this is the kubelet. */
  joinAs(cluster: RealCluster, node: string): Promise<void>;
  stop(): Promise<void>;
}

/** Listens on loopback with a certificate of its own: without an authority for kubelets kube-apiserver takes any. */
export async function startFakeKubelet(write: LogWriter): Promise<FakeKubelet> {
  const authority = makeAuthority();
  const { certificate, key } = authority.server();
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'https://kubelet');
    const [, root, namespace = '', pod = '', container = ''] = pathname.split('/');
    if (root === 'containerLogs') write({ namespace, pod, container, query }, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    joinAs: async (cluster, node) => {
      const body = {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name: node },
        status: {
          addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
          daemonEndpoints: { kubeletEndpoint: { Port: port } },
        },
      };
      const { status, text } = await cluster.request('/api/v1/nodes', { method: 'POST', body });
      if (status !== 201) throw new Error(`cannot create ${node}: ${status} ${text}`);
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      authority.remove();
    },
  };
}
