import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';

/** A request to the API server: a GET for JSON unless said. */
export interface ApiRequest {
  readonly method?: string | undefined;
  /** A string or bytes go as they are, anything else as JSON. */
  readonly body?: unknown;
  readonly accept?: string | undefined;
  /** `application/json` unless said. */
  readonly contentType?: string | undefined;
  /** Another bearer token than the client's own. */
  readonly token?: string | undefined;
}

/** A whole answer, whatever its status; the body is decoded as UTF-8 and never decompressed. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Requests with kept-alive connections; `close` ends those. */
export interface ApiClient {
  request(path: string, options?: ApiRequest): Promise<ApiResponse>;
  close(): void;
}

/** Which server, how it proves itself and who asks. */
export interface ApiClientOptions {
  readonly url: string;
  /** PEM. Read at the first request, and again after one that failed: the API server writes it when it starts. */
  readonly caFile: string;
  readonly token: string;
  /** How many requests run at once at most; more wait for their turn. */
  readonly connectionCount?: number | undefined;
}

function encodeBody(body: unknown): string | Uint8Array | undefined {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return body;
  return JSON.stringify(body);
}

/** A client for one API server. A request rejects only when no whole answer arrives. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connectionCount ?? 32 });
  let ca: Buffer | undefined;

  const send = (path: string, given: ApiRequest): Promise<ApiResponse> =>
    new Promise((resolve, reject) => {
      ca ??= readFileSync(options.caFile);
      const body = encodeBody(given.body);
      const headers: Record<string, string> = {
        accept: given.accept ?? 'application/json',
        authorization: `Bearer ${given.token ?? options.token}`,
      };
      if (body !== undefined) {
        headers['content-type'] = given.contentType ?? 'application/json';
        headers['content-length'] = String(Buffer.byteLength(body));
      }
      const request = httpsRequest(
        new URL(path, options.url),
        { agent, ca, method: given.method ?? 'GET', headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            const text = Buffer.concat(chunks).toString();
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
          });
        },
      );
      request.once('error', (error) => {
        // It may have been read while the server was writing it.
        ca = undefined;
        reject(error);
      });
      request.end(body);
    });

  return { request: (path, given = {}) => send(path, given), close: () => agent.destroy() };
}
