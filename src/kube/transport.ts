import { createGunzip, constants } from 'node:zlib';
import type { Readable } from 'node:stream';
import type { JsonObject } from '../core/json.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { isApiBody, maxTextBytes, tooLong, unzipped, type BodyAnswer, type RawAnswer } from './answer.ts';
import {
  AuthorizedRequests,
  errorBodyMs,
  type RequestOptions,
  type SentRequest,
  type TransportOptions,
} from './authorized-requests.ts';
import { chunksOf } from './body-chunks.ts';
import { broken } from './broken-connection.ts';
import { classifyForeignBody } from './classify-response.ts';
import type { Obtained } from './credentials/credential.ts';
import { RequestFailed } from './failure.ts';
import { errorAnswer, flatHeaders, type OpenResponse } from './open-response.ts';

/** Longest time for a body that is read as a whole (ms): a page that trickles in holds a slot all the while. */
const wholeBodyMs = 120_000;

/** An answer whose body is still to come. `headers` has lower-case names. */
interface OpenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body of what is no success, up to 64 KiB of it. */
  readonly refusal: string;
  /** That of a success, to be read once; leaving it ends the request. */
  readonly bytes: AsyncIterable<Buffer> | undefined;
}

/** Counts of one mirror's traffic since the process began. */
export interface TrafficCounts {
  /** Without those for what is measured, which come all the time. */
  readonly requests: number;
  readonly measurements: number;
  bytesReceived: number;
}

/**
 * Authenticated HTTP/1.1 to one API server: one agent for requests (few kept-alive connections) and one for watches
 * (each holds a connection for minutes), one that keeps none, and one for what users ask, so that they never hold up
 * mirroring. The only door to the network.
 */
export class Transport {
  readonly counts: TrafficCounts;
  readonly #requests: AuthorizedRequests;

  /** Nothing is contacted yet. @throws NaviError for an impersonation that no header holds */
  constructor(context: ResolvedContext, options: TransportOptions = {}) {
    const requests = new AuthorizedRequests(context, options);
    this.#requests = requests;
    this.counts = {
      get requests() {
        return requests.count;
      },
      get measurements() {
        return requests.measurementCount;
      },
      bytesReceived: 0,
    };
  }

  /** How far the server's clock is ahead of ours (ms), to the second; 0 until it has answered. */
  get skewMs(): number {
    return this.#requests.skewMs;
  }

  /** Something outside has changed: what failed for its credential is tried again with the next request. */
  wake(): void {
    this.#requests.credentials.wake();
  }

  /** Goes on as this context says, which leads to the same server; streams that run are left alone. */
  useContext(context: ResolvedContext): void {
    this.#requests.useContext(context);
  }

  /** Takes a credential that a person got; false where this context has no use for one. */
  giveCredential(obtained: Obtained): boolean {
    return this.#requests.credentials.give(obtained);
  }

  /**
   * GETs `path` and reads the whole body, unzipped.
   * @throws RequestFailed for anything but 2xx with a body that may be an API server's; `too-long` where it is that.
   */
  async get(path: string, options: RequestOptions = {}): Promise<BodyAnswer> {
    return await unzipped(await this.getRaw(path, options), options.signal);
  }

  /** As `get`, without unzipping it: `unzipped` and `unzippedHere` do. @throws RequestFailed as `get` */
  async getRaw(path: string, options: RequestOptions = {}): Promise<RawAnswer> {
    const kind = options.freshConnection === true ? 'fresh' : 'request';
    const headers = { 'accept-encoding': 'gzip', ...options.headers };
    return await this.#raw(await this.#requests.send({ kind, path, options: { ...options, headers } }), options);
  }

  /** POSTs a JSON body, as reviews want it: they change nothing. @throws RequestFailed as `get` */
  async post(path: string, body: JsonObject, options: RequestOptions = {}): Promise<BodyAnswer> {
    const headers = { 'content-type': 'application/json', ...options.headers };
    const sent = { kind: 'request', path, body, options: { ...options, headers } } as const;
    return await unzipped(await this.#raw(await this.#requests.send(sent), options), options.signal);
  }

  /**
   * GETs `path` for a user and reads the whole answer, whatever its status.
   * @param maxBytes of the body, unzipped; a longer one is given up as `undefined`
   * @throws RequestFailed where no answer comes.
   */
  async ask(path: string, options: RequestOptions, maxBytes: number): Promise<BodyAnswer | undefined> {
    const response = await this.#requests.sendForAnyStatus({ kind: 'ask', path, options });
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
   * Changes an object for a user, once: the answer whatever its status, on a connection that nothing else used before, so that
   * one that died while it was idle does not swallow a request that was sent. Sent again only after a 401, which changes nothing.
   * @throws RequestFailed where no answer comes: of class `unreachable` nothing was sent, of another one it may have been
   */
  async change(path: string, change: NonNullable<SentRequest['change']>, options: RequestOptions): Promise<BodyAnswer> {
    const response = await this.#requests.sendForAnyStatus({ kind: 'fresh', path, change, options });
    const bytes = (await this.#bytes(response, options)) ?? Buffer.alloc(0);
    const headers = flatHeaders(response.headers);
    return { status: response.statusCode, headers, text: bytes.toString('utf8'), byteCount: bytes.length };
  }

  /**
   * GETs `path` for a user, and gives the body as it comes, for as long as it comes: only who reads on gets more sent. Like
   * a watch it has a connection of its own, so that a slow reader holds up nobody else.
   * @throws RequestFailed where no answer comes, also by reading.
   */
  async open(path: string, options: RequestOptions): Promise<OpenAnswer> {
    const given = { headersTimeoutMs: 0, ...options };
    const response = await this.#requests.sendForAnyStatus({ kind: 'watch', path, options: given });
    const answer = { status: response.statusCode, headers: flatHeaders(response.headers) };
    if (answer.status >= 200 && answer.status <= 299) {
      return { ...answer, refusal: '', bytes: this.#passOn(response, options.signal) };
    }
    const { body } = await errorAnswer(response, options.errorBodyMs ?? errorBodyMs);
    return { ...answer, refusal: body, bytes: undefined };
  }

  /**
   * Opens a watch: resolves with the body's bytes, unzipped, once the headers are there. Destroying the stream ends
   * the request.
   * @throws RequestFailed for anything but 200.
   */
  async stream(path: string, options: RequestOptions = {}): Promise<Readable> {
    const given = { headersTimeoutMs: 150_000, ...options };
    const response = await this.#requests.send({ kind: 'watch', path, options: given });
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
    await this.#requests.close();
  }

  async #raw(response: OpenResponse, options: RequestOptions): Promise<RawAnswer> {
    const headers = flatHeaders(response.headers);
    const { maxBytes = maxTextBytes } = options;
    const bytes = await this.#bytes(response, options, maxBytes);
    if (bytes === undefined) throw tooLong(maxBytes);
    return { status: response.statusCode, headers, bytes, maxBytes };
  }

  async *#passOn({ body, deadline }: OpenResponse, signal: AbortSignal | undefined): AsyncGenerator<Buffer, void> {
    try {
      deadline.expect('more', 0);
      for await (const chunk of chunksOf(body)) {
        this.counts.bytesReceived += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw broken(error, signal);
    } finally {
      deadline.end();
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
      deadline.expectEnd(wholeBodyMs);
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
}
