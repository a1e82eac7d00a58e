import { readFileSync } from 'node:fs';
import { Agent, createServer, request, type Server } from 'node:https';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { RealCluster } from './real-cluster.ts';

/** A request that came to a gateway. */
export interface GatewayRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
}

/** What a gateway does to a request, instead of passing it on as it is. */
export type Interference =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: OutgoingHttpHeaders;
      readonly body: string;
    }
  /** Passed on once that has come. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** Passed on without its credential. */
  | { readonly kind: 'anonymous' }
  /** The body ends after so many bytes: as if that were all of it, or by the end of the connection. */
  | { readonly kind: 'shorten'; readonly bytes: number; readonly by: 'end' | 'cut' };

/** An HTTP gateway before a real API server, which proves itself as that server does. */
export interface Gateway {
  /** `https://127.0.0.1:<port>`. */
  readonly url: string;
  /** Asked about every request; what it says nothing of is passed on. */
  interfere: (request: GatewayRequest) => Interference | undefined;
  /** Every request so far with the status of its answer, in the order of the answers. */
  readonly answered: readonly (GatewayRequest & { readonly status: number })[];
  /** Cuts every connection and ends. */
  stop(): Promise<void>;
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly interference: Interference | undefined;
}

/** Starts a gateway on a free port of loopback, with the certificate of the API server. */
export async function startGateway(cluster: Pick<RealCluster, 'url' | 'caFile'>): Promise<Gateway> {
  const cert = readFileSync(cluster.caFile);
  const key = readFileSync(join(dirname(cluster.caFile), 'apiserver.key'));
  const agent = new Agent({ keepAlive: true, ca: cert });
  const answered: (GatewayRequest & { readonly status: number })[] = [];
  const server = createServer({ cert, key }, (incoming, outgoing) => {
    const asked = requestOf(incoming);
    outgoing.on('error', () => undefined);
    const interference = gateway.interfere(asked);
    const note = (status: number): void => void answered.push({ ...asked, status });
    void pass({ incoming, outgoing, interference }, { url: cluster.url, agent }, note);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gateway: Gateway = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    interfere: () => undefined,
    answered,
    stop: () => stop(server, agent),
  };
  return gateway;
}

function requestOf(incoming: IncomingMessage): GatewayRequest {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'https://gateway');
  const { method = '', headers } = incoming;
  return { method, path: pathname, query: searchParams, accept: headers.accept ?? '' };
}

async function pass(
  { incoming, outgoing, interference }: Exchange,
  to: { readonly url: string; readonly agent: Agent },
  note: (status: number) => void,
): Promise<void> {
  if (interference?.kind === 'answer') {
    note(interference.status);
    outgoing.writeHead(interference.status, interference.headers).end(interference.body);
    return;
  }
  if (interference?.kind === 'hold') await interference.until;
  const headers = { ...incoming.headers };
  if (interference?.kind === 'anonymous') delete headers.authorization;
  const { method } = incoming;
  const upstream = request(new URL(incoming.url ?? '/', to.url), { agent: to.agent, method, headers }, (answer) => {
    note(answer.statusCode ?? 0);
    outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
    outgoing.flushHeaders();
    answer.on('error', () => outgoing.destroy());
    if (interference?.kind === 'shorten') shorten(answer, outgoing, interference);
    else answer.pipe(outgoing);
  });
  upstream.on('error', () => outgoing.destroy());
  outgoing.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
}

function shorten(
  answer: IncomingMessage,
  outgoing: ServerResponse,
  { bytes, by }: Extract<Interference, { readonly kind: 'shorten' }>,
): void {
  let left = bytes;
  answer.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, left);
    left -= part.length;
    const isOver = left === 0;
    outgoing.write(part, () => {
      if (!isOver) return;
      if (by === 'end') outgoing.end();
      else outgoing.destroy();
    });
    if (isOver) answer.removeAllListeners('data').resume();
  });
}

async function stop(server: Server, agent: Agent): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  agent.destroy();
  await closed;
}
