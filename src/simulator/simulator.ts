import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { resourceName } from '../core/api-resource.ts';
import { systemClock, type Clock } from '../util/clock.ts';
import { administrator } from './access-rules.ts';
import { ClusterState } from './cluster-state.ts';
import { FaultHooks } from './fault-hooks.ts';
import type { Fault } from './fault.ts';
import { kubeconfigText } from './kubeconfig-text.ts';
import type { PodLogSource } from './pod-logs.ts';
import { Reply } from './reply.ts';
import { answerRequest, type ServerSettings } from './request-handler.ts';
import { requestTarget, type RequestTarget } from './request-target.ts';
import { usageTypes } from './usage-answers.ts';

/** What a test may set; the defaults are those of kube-apiserver 1.36. */
export interface SimulatorOptions {
  /** The machine's own time unless given. */
  readonly clock?: Pick<Clock, 'now' | 'after'> | undefined;
  /** In [0, 1): uids, generated names, watch lengths. `Math.random` unless given. */
  readonly random?: (() => number) | undefined;
  /** Port to listen on; a free one unless given. */
  readonly port?: number | undefined;
  /** The cluster of another API server, which this one serves as well, from watch caches of its own. */
  readonly beside?: ClusterState | undefined;
  /** The WatchList feature gate; on unless given. */
  readonly watchList?: boolean | undefined;
  /** What `/version` says, as in 1.36, and which columns Tables have. */
  readonly serverMinor?: number | undefined;
  /** Events that each watch cache keeps at least; 100 unless given. Younger than 75 s are kept in any case. */
  readonly watchCacheCapacity?: number | undefined;
  /**
   * Who a request without a credential is; `system:anonymous`, who may do nothing, unless given. kubectl sends no token
   * over plain HTTP, so it needs `admin` here.
   */
  readonly withoutToken?: string | undefined;
  /**
   * A watcher that leaves more than this untaken, of what came after it began, is dropped; 1 MiB unless given. The sockets
   * hold some more.
   */
  readonly watchBacklogBytes?: number | undefined;
  /** Logs of containers in place of those that the simulator makes up. */
  readonly podLogs?: PodLogSource | undefined;
  /**
   * Nodes and pods are measured, as by a metrics-server behind the aggregator, and use what this seed gives them. Unless given
   * the cluster has no `metrics.k8s.io`.
   */
  readonly usageSeed?: number | undefined;
}

/** One request as it came in. */
interface SeenRequest {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Undefined for a bad token. */
  readonly user: string | undefined;
  readonly accept: string | undefined;
  readonly userAgent: string | undefined;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** Undefined until the headers of the answer went out, and for ever when none did. */
  readonly status: number | undefined;
}

/** A running simulated API server. */
export interface Simulator {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The cluster, to be read and written past HTTP. */
  readonly state: ClusterState;
  readonly faults: FaultHooks;
  /** Every request so far, in the order of arrival. */
  readonly requests: readonly SeenRequest[];
  /** A kubeconfig with the token of the user, who may do nothing until `state.allow`; of the administrator unless given. */
  kubeconfig(user?: string): string;
  /** Serves a connection that came in another way than over the port. */
  accept(connection: Duplex): void;
  /** Ends open watches and all connections. May be called twice. */
  stop(): Promise<void>;
}

interface Listening {
  readonly server: Server;
  readonly settings: ServerSettings;
  readonly faults: FaultHooks;
  readonly requests: SeenRequest[];
}

function logRequest(listening: Listening, request: IncomingMessage, url: URL): { status: number | undefined } {
  const { settings, requests } = listening;
  const seen = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    user: settings.state.access.userOf(request.headers.authorization),
    accept: request.headers.accept,
    userAgent: request.headers['user-agent'],
    atMs: settings.clock.now(),
    status: undefined as number | undefined,
  };
  requests.push(seen);
  return seen;
}

function chooseFault(
  listening: Listening,
  target: RequestTarget,
  request: IncomingMessage,
  url: URL,
): Fault | undefined {
  const { settings, faults } = listening;
  return faults.choose({
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    user: settings.state.access.userOf(request.headers.authorization),
    verb: target.verb,
    type: target.about === 'resource' ? resourceName(target) : '',
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function handle(listening: Listening, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { settings } = listening;
  const url = new URL(request.url ?? '/', settings.url);
  const seen = logRequest(listening, request, url);
  const target = requestTarget(request.method ?? 'GET', url.pathname, url.searchParams);
  const fault = chooseFault(listening, target, request, url);
  response.setHeader('date', new Date(settings.clock.now()).toUTCString());
  const body = await readBody(request);
  if (fault?.kind === 'reset') {
    response.destroy();
    return;
  }
  if (fault?.kind === 'hang' && fault.before === 'headers') return;
  if (fault?.kind === 'delay') {
    await new Promise<void>((resolve) => settings.clock.after(fault.delayMs, resolve));
  }
  const reply = new Reply(response, fault, (status) => {
    seen.status = status;
  });
  await answerRequest(settings, { headers: request.headers, url, target, body, fault }, reply);
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(server: Server, state: ClusterState): Promise<void> {
  state.close();
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

/**
 * Starts an API server in this process, on loopback and without TLS, with an empty cluster: the four namespaces of a new
 * one and the types of Kubernetes 1.36. It answers what kube-apiserver 1.36 answers, to the byte where clients look, and
 * fails on demand. It knows no defaulting, no validation beyond names, no grace periods, no controllers but that of
 * definitions, no JSON patches or server-side apply, no protobuf or YAML, and other versions of a built-in type are not
 * converted.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const clock = options.clock ?? systemClock({ unref: true });
  const random = options.random ?? Math.random;
  const { watchCacheCapacity, withoutToken, beside } = options;
  const state = new ClusterState({ clock, random, watchCacheCapacity, withoutToken, beside });
  if (options.usageSeed !== undefined) state.types.serve(usageTypes);
  const faults = new FaultHooks();
  const requests: SeenRequest[] = [];
  const server = createServer({ keepAliveTimeout: 0 });
  const url = await listen(server, options.port ?? 0);
  const settings: ServerSettings = {
    url,
    state,
    clock,
    random,
    watchList: options.watchList ?? true,
    serverMinor: options.serverMinor ?? 36,
    watchBacklogBytes: options.watchBacklogBytes ?? 1_048_576,
    podLogs: options.podLogs,
    usageSeed: options.usageSeed ?? 0,
  };
  server.on('request', (request, response) => {
    // A client that is gone in mid-request leaves nobody to tell.
    handle({ server, settings, faults, requests }, request, response).catch(() => response.destroy());
  });
  return {
    url,
    state,
    faults,
    requests,
    kubeconfig: (user = administrator) => {
      state.access.addUser(user);
      return kubeconfigText(url, user);
    },
    accept: (connection) => void server.emit('connection', connection),
    stop: () => stop(server, state),
  };
}
