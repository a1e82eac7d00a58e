import type { IncomingHttpHeaders } from 'node:http';
import { request as httpRequest } from 'node:http';
import { startSimulator, type SimulatorOptions } from '../../src/simulator/simulator.ts';
import { startRealCluster } from '../support/real-cluster.ts';

/** A request of a conformance case: a GET by the administrator for JSON unless said. */
export interface TestRequest {
  readonly method?: string;
  readonly body?: unknown;
  readonly accept?: string;
  readonly contentType?: string;
  /** `admin`, `viewer`, `limited` or `nobody`. */
  readonly user?: string;
}

/** A whole answer. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** An API server that the conformance suite can hold to its cases: the simulator, or a real one. */
export interface ServerUnderTest {
  readonly kind: 'simulator' | 'real';
  /** Sends the request and reads the answer to its end. */
  request(path: string, options?: TestRequest): Promise<TestAnswer>;
  /** Compacts the store at its newest revision. */
  compact(): Promise<void>;
  /** Ends the API server process, open watches included, and starts another on the same store. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

function encode(body: unknown): string | undefined {
  return body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
}

/** One plain HTTP request with a token and any headers; the body is decoded as UTF-8 and never decompressed. */
export function send(
  url: string,
  options: TestRequest & { readonly headers?: Record<string, string> },
): Promise<TestAnswer> {
  return new Promise((resolve, reject) => {
    const body = encode(options.body);
    const headers: Record<string, string> = {
      accept: options.accept ?? 'application/json',
      authorization: `Bearer token-of-${options.user ?? 'admin'}`,
      ...(body === undefined
        ? {}
        : {
            'content-type': options.contentType ?? 'application/json',
            'content-length': String(Buffer.byteLength(body)),
          }),
      ...options.headers,
    };
    const request = httpRequest(url, { method: options.method ?? 'GET', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    request.once('error', reject);
    request.end(body);
  });
}

/** The simulator, with rules for the users that a real cluster of the tests has. */
export async function simulatorUnderTest(options: SimulatorOptions = {}): Promise<ServerUnderTest> {
  const simulator = await startSimulator(options);
  const reads = ['get', 'list', 'watch'];
  simulator.state.allow('viewer', { verbs: reads, resources: ['pods', 'configmaps', 'services', 'deployments'] });
  simulator.state.allow('limited', { verbs: reads, resources: ['pods'], namespaces: ['default'] });
  simulator.state.access.addUser('nobody');
  return {
    kind: 'simulator',
    request: (path, given = {}) => send(`${simulator.url}${path}`, given),
    compact: () => Promise.resolve(simulator.state.compact()),
    restart: () => Promise.resolve(simulator.state.restartApiServer()),
    stop: () => simulator.stop(),
  };
}

/** A real kube-apiserver with etcd. */
export async function realServerUnderTest(): Promise<ServerUnderTest> {
  const cluster = await startRealCluster();
  const etcd = async (path: string, body: unknown): Promise<unknown> => {
    const answer = await fetch(`${cluster.etcdUrl}/v3/kv/${path}`, { method: 'POST', body: JSON.stringify(body) });
    return answer.json();
  };
  return {
    kind: 'real',
    request: (path, { user, ...given } = {}) =>
      cluster.request(path, user === undefined ? given : { ...given, token: `token-of-${user}` }),
    compact: async () => {
      const range = (await etcd('range', { key: 'AA==' })) as { header: { revision: string } };
      await etcd('compaction', { revision: range.header.revision, physical: true });
    },
    restart: async () => {
      await cluster.stopApiServer('SIGKILL');
      await cluster.startApiServer();
    },
    stop: () => cluster.stop(),
  };
}
