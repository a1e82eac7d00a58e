import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolveContext, type ResolvedContext } from '../../src/kubeconfig/resolve-context.ts';
import { parseKubeconfig } from '../../src/kubeconfig/parse-kubeconfig.ts';
import { Transport } from '../../src/kube/transport.ts';

/** An HTTP server on loopback that answers as a test says, for answers that no API server gives. */
export interface StubServer {
  readonly url: string;
  /** Method and path with query of each request, in order of arrival. */
  readonly requests: readonly string[];
  /** A transport to it, with a token. */
  transport(options?: { readonly basePath?: string; readonly user?: string }): Promise<Transport>;
  stop(): Promise<void>;
}

/** How a test answers one request. */
export type StubAnswer = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts a server that answers every request by `answer`. */
export async function startStubServer(answer: StubAnswer): Promise<StubServer> {
  const requests: string[] = [];
  const transports: Transport[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    async transport(options = {}) {
      const transport = new Transport(contextFor(`${url}${options.basePath ?? ''}`, options.user));
      transports.push(transport);
      return transport;
    },
    async stop() {
      for (const transport of transports) await transport.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A context that points at `server`. @param user the user entry as YAML */
export function contextFor(server: string, user = '{token: sesame}'): ResolvedContext {
  const text = `
clusters: [{name: c, cluster: {server: "${server}"}}]
users: [{name: u, user: ${user}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`;
  return resolveContext(parseKubeconfig(text, '/nowhere/config'), undefined);
}

/** Answers with JSON. */
export function answerJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
