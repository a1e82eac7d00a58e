import { promisify } from 'node:util';
import { createGunzip, constants, gunzip } from 'node:zlib';
import type { Readable } from 'node:stream';
import { Agent, request, type buildConnector, type Dispatcher } from 'undici';
import { messageOf, systemCodeOf } from '../errors/navi-error.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { systemClock, type Clock } from '../util/clock.ts';
import { classifyAnswer, classifyForeignBody } from './classify-response.ts';
import { Deadline } from './deadline.ts';
import { failure, RequestFailed } from './failure.ts';
import { connectionMaterial, type ConnectionMaterial } from './tls-material.ts';

const gunzipBytes = promisify(gunzip);

/** Longest body of an error answer that is read: enough for any Status object. */
const maxErrorBodyBytes = 64 * 1024;

/** Longest wait for the body of an error answer (ms): its status says enough. */
const errorBodyMs = 10_000;

/** Counts of one mirror's traffic since the process began. */
export interface TrafficCounts {
  requests: number;
  bytesReceived: number;
}

/** Makes the connections of a transport in another way than over TCP. */
export type Connect = buildConnector.connector;

/** What a transport takes from outside. */
export interface TransportOptions {
  /** Measures how long answers take; the machine's own time unless given. */
  readonly clock?: Pick<Clock, 'after'> | undefined;
  /** TCP unless given. */
  readonly connect?: Connect | undefined;
}

/** A response whose headers are there; its body is read within the deadline, which ends with it. */
interface OpenResponse extends Dispatcher.ResponseData {
  readonly deadline: Deadline;
}

/** How a request is sent. */
export interface RequestOptions {
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Until the response headers, ms. Default 65 s: the server gives up on a list after 60 s. */
  readonly headersTimeoutMs?: number | undefined;
  /** Longest silence within the body, ms; 0 for any. Default 30 s. */
  readonly bodyIdleMs?: number | undefined;
  /** Until the body of an error answer is there, ms. Default 10 s; without it the status alone counts. */
  readonly errorBodyMs?: number | undefined;
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** On a connection of its own: one that is open already may lead to what is no longer behind the address. */
  readonly freshConnection?: boolean | undefined;
}

/** A complete answer. `headers` has lower-case names. */
export interface BodyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Of the body as it travelled, zipped or not. */
  readonly byteCount: number;
}

/**
 * Authenticated HTTP/1.1 to one API server: one agent for requests (few kept-alive connections) and one for watches
 * (each holds a connection for minutes), one that keeps none, and one for what users ask, so that they never hold up
 * mirroring. The only door to the network.
 */
export class Transport {
  readonly counts: TrafficCounts = { requests: 0, bytesReceived: 0 };
  readonly #clock: Pick<Clock, 'after'>;
  readonly #origin: string;
  readonly #basePath: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #requestAgent: Agent;
  readonly #watchAgent: Agent;
  readonly #freshAgent: Agent;
  readonly #askAgent: Agent;

  private constructor(server: string, material: ConnectionMaterial, options: TransportOptions) {
    const url = new URL(server);
    this.#clock = options.clock ?? systemClock();
    this.#origin = url.origin;
    this.#basePath = url.pathname.replace(/\/+$/, '');
    this.#headers = { 'user-agent': 'navi', ...material.headers };
    // TCP keepalive after 30 s makes a dead path an error after some 40 s (Linux); HTTP/2 pings would hide it.
    const tcp = { ...material.tls, timeout: 10_000, keepAlive: true, keepAliveInitialDelay: 30_000 };
    const connect = options.connect ?? tcp;
    // How long an answer may take is a matter of each request's deadline.
    const agentOptions = { connect, allowH2: false, headersTimeout: 0, bodyTimeout: 0 };
    this.#requestAgent = new Agent({ ...agentOptions, connections: 8, keepAliveTimeout: 30_000 });
    this.#watchAgent = new Agent({ ...agentOptions, keepAliveTimeout: 30_000 });
    this.#freshAgent = new Agent({ ...agentOptions, pipelining: 0 });
    this.#askAgent = new Agent({ ...agentOptions, connections: 4, keepAliveTimeout: 30_000 });
  }

  /** @throws RequestFailed when the context's certificates cannot be read. */
  static async open(context: ResolvedContext, options: TransportOptions = {}): Promise<Transport> {
    return new Transport(context.cluster.server, await connectionMaterial(context), options);
  }

  /**
   * GETs `path` and reads the whole body, unzipped.
   * @throws RequestFailed for anything but 2xx with a body that may be an API server's.
   */
  async get(path: string, options: RequestOptions = {}): Promise<BodyAnswer> {
    const agent = options.freshConnection === true ? this.#freshAgent : this.#requestAgent;
    const response = await this.#send(agent, path, {
      ...options,
      headers: { 'accept-encoding': 'gzip', ...options.headers },
    });
    return await this.#body(response, options);
  }

  /**
   * GETs `path` for a user and reads the whole answer, whatever its status.
   * @param maxBytes of the body, unzipped; a longer one is given up as `undefined`
   * @throws RequestFailed where no answer comes.
   */
  async ask(path: string, options: RequestOptions, maxBytes: number): Promise<BodyAnswer | undefined> {
    const response = await this.#request(this.#askAgent, path, options);
    const bytes = await this.#bytes(response, options, maxBytes);
    if (bytes === undefined) return undefined;
    return {
      status: response.statusCode,
      headers: flatHeaders(response.headers),
      text: bytes.toString('utf8'),
      byteCount: bytes.length,
    };
  }

  /**
   * Opens a watch: resolves with the body's bytes, unzipped, once the headers are there. Destroying the stream ends
   * the request.
   * @throws RequestFailed for anything but 200.
   */
  async stream(path: string, options: RequestOptions = {}): Promise<Readable> {
    const response = await this.#send(this.#watchAgent, path, { headersTimeoutMs: 150_000, ...options });
    response.deadline.expect('more', options.bodyIdleMs ?? 0);
    response.body.on('close', () => response.deadline.end());
    const headers = flatHeaders(response.headers);
    if (!isApiBody(headers['content-type'] ?? '')) {
      response.body.destroy();
      throw new RequestFailed(classifyForeignBody(headers['content-type'] ?? ''));
    }
    if (headers['content-encoding'] !== 'gzip') return response.body;
    const flush = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
    const unzipped = createGunzip(flush);
    response.body.on('error', (error) => unzipped.destroy(error));
    unzipped.on('close', () => response.body.destroy());
    return response.body.pipe(unzipped);
  }

  /** Ends every connection at once. */
  async close(): Promise<void> {
    const agents = [this.#requestAgent, this.#watchAgent, this.#freshAgent, this.#askAgent];
    await Promise.all(agents.map((agent) => agent.destroy()));
  }

  async #send(agent: Agent, path: string, options: RequestOptions): Promise<OpenResponse> {
    const response = await this.#request(agent, path, options);
    if (response.statusCode >= 200 && response.statusCode < 300) return response;
    throw new RequestFailed(classifyAnswer(await errorAnswer(response, options.errorBodyMs ?? errorBodyMs)));
  }

  async #body(response: OpenResponse, options: RequestOptions): Promise<BodyAnswer> {
    const headers = flatHeaders(response.headers);
    const bytes = (await this.#bytes(response, options)) as Buffer;
    try {
      const text = (headers['content-encoding'] === 'gzip' ? await gunzipBytes(bytes) : bytes).toString('utf8');
      return { status: response.statusCode, headers, text, byteCount: bytes.length };
    } catch (error) {
      throw broken(error, options.signal);
    }
  }

  /** The whole body as it came; undefined where it is longer than `maxBytes`. */
  async #bytes(response: OpenResponse, options: RequestOptions, maxBytes = Infinity): Promise<Buffer | undefined> {
    const { body, deadline } = response;
    const idleMs = options.bodyIdleMs ?? 30_000;
    const chunks: Buffer[] = [];
    let byteCount = 0;
    try {
      deadline.expect('more of the answer', idleMs);
      for await (const chunk of body as AsyncIterable<Buffer>) {
        deadline.expect('more of the answer', idleMs);
        chunks.push(chunk);
        byteCount += chunk.length;
        this.counts.bytesReceived += chunk.length;
        if (byteCount > maxBytes) return undefined;
      }
      return Buffer.concat(chunks);
    } catch (error) {
      throw broken(error, options.signal);
    } finally {
      deadline.end();
    }
  }

  async #request(agent: Agent, path: string, options: RequestOptions): Promise<OpenResponse> {
    this.counts.requests += 1;
    const deadline = new Deadline(this.#clock, options.signal);
    deadline.expect('answer', options.headersTimeoutMs ?? 65_000);
    try {
      const response = await request(this.#origin + this.#basePath + path, {
        dispatcher: agent,
        headers: { ...this.#headers, accept: options.accept ?? 'application/json', ...options.headers },
        signal: deadline.signal,
      });
      // A body that is destroyed unread emits an error; without a listener that would end the process.
      response.body.on('error', () => undefined);
      return { ...response, deadline };
    } catch (error) {
      deadline.end();
      throw broken(error, options.signal);
    }
  }
}

/** True for the content types that an API server answers with; a portal's HTML is none. */
export function isApiBody(contentType: string): boolean {
  return contentType.startsWith('application/json') || contentType.startsWith('application/vnd.kubernetes');
}

async function errorAnswer(response: OpenResponse, withinMs: number) {
  const headers = flatHeaders(response.headers);
  response.deadline.expect('more of the answer', withinMs);
  const body = await errorBody(response.body, headers['content-encoding'] === 'gzip');
  response.deadline.end();
  return {
    status: response.statusCode,
    contentType: headers['content-type'] ?? '',
    retryAfter: headers['retry-after'] ?? '',
    body,
  };
}

async function errorBody(body: Readable, isZipped: boolean): Promise<string> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      byteCount += chunk.length;
      if (byteCount >= maxErrorBodyBytes) break;
    }
    const bytes = Buffer.concat(chunks);
    const text = isZipped ? await gunzipBytes(bytes, { maxOutputLength: maxErrorBodyBytes }) : bytes;
    return text.toString('utf8');
  } catch {
    // The status alone classifies it.
    return isZipped ? '' : Buffer.concat(chunks).toString('utf8');
  }
}

/** Codes that mean "no server there", as opposed to a connection that broke in use. */
const unreachableCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function broken(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true || error instanceof RequestFailed) return error;
  const code = systemCodeOf(error) || (error instanceof Error ? systemCodeOf(error.cause) : '');
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  const isTls =
    code.startsWith('ERR_TLS') ||
    code.startsWith('CERT_') ||
    code.includes('SELF_SIGNED') ||
    code.startsWith('UNABLE_TO');
  const kind = unreachableCodes.has(code) || isTls ? 'unreachable' : 'transport';
  return new RequestFailed(failure(kind, `${messageOf(error)}${cause}`), error);
}

function flatHeaders(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
