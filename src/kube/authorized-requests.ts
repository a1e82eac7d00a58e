import type { JsonObject } from '../core/json.ts';
import { impersonationHeaders, impersonationOf } from '../kubeconfig/impersonation-headers.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { systemClock, type Clock } from '../util/clock.ts';
import { broken } from './broken-connection.ts';
import { classifyAnswer } from './classify-response.ts';
import { Connections, type Connect, type ConnectionKind } from './connections.ts';
import type { Credential, CredentialSource } from './credentials/credential.ts';
import { authorityOf, credentialSource } from './credentials/credential-source.ts';
import { Deadline } from './deadline.ts';
import { RequestFailed, type Failure } from './failure.ts';
import { errorAnswer, type OpenResponse } from './open-response.ts';
import { routeTo, type Route } from './route.ts';
import { connectionMaterial, type ConnectionMaterial } from './tls-material.ts';

/** Longest wait for the body of an error answer (ms): its status says enough. */
export const errorBodyMs = 10_000;

/** Longest wait for the answer that tells whether a credential is known (ms). */
const proofMs = 10_000;

type RequestHeaders = Readonly<Record<string, string | readonly string[]>>;

/** What a transport takes from outside. */
export interface TransportOptions {
  /** Measures how long answers take and credentials last; the machine's own time unless given. */
  readonly clock?: Clock | undefined;
  /** In [0, 1); `Math.random` unless given. */
  readonly random?: (() => number) | undefined;
  /** For exec plugins, and for the proxies it names; the environment of this process unless given. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** TCP, by the proxies that context and environment name, unless given. */
  readonly connect?: Connect | undefined;
  /** The context as its kubeconfig has it now; as it was unless given. */
  readonly latest?: (() => ResolvedContext) | undefined;
  /** Told what people should know of the credential, never with one in it. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/** How a request is sent. */
export interface RequestOptions {
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Until the response headers, ms. Default 65 s: the server gives up on a list after 60 s. */
  readonly headersTimeoutMs?: number | undefined;
  /** Longest silence within the body, ms; 0 for any. Default 30 s. */
  readonly bodyIdleMs?: number | undefined;
  /** Longest body that is read as a whole (bytes), as it travels and unzipped; what a text may hold unless given. */
  readonly maxBytes?: number | undefined;
  /** Until the body of an error answer is there, ms. Default 10 s; without it the status alone counts. */
  readonly errorBodyMs?: number | undefined;
  readonly headers?: RequestHeaders | undefined;
  /** On a connection of its own: one that is open already may lead to what is no longer behind the address. */
  readonly freshConnection?: boolean | undefined;
  /** It asks for what is measured and not for objects: counted apart. */
  readonly isMeasurement?: boolean | undefined;
}

/** A request as it is sent: a GET, a POST of a body, or what changes an object. */
export interface SentRequest {
  readonly kind: ConnectionKind;
  readonly path: string;
  readonly options: RequestOptions;
  readonly body?: JsonObject | undefined;
  readonly change?: { readonly method: 'PATCH' | 'DELETE'; readonly text: string } | undefined;
}

/** In whose name, and by what way, requests are sent. */
interface Standing {
  readonly context: ResolvedContext;
  readonly route: Route;
  readonly impersonation: RequestHeaders;
  /** PEM of the server's authority now. */
  readonly authority: () => string;
  readonly credentials: CredentialSource;
}

/** A response with the credential that it was asked for with. */
interface Answered {
  readonly response: OpenResponse;
  readonly credential: Credential;
}

/**
 * Sends requests to one server in the name of one context. A request that the server refuses for its credential is sent
 * once more with another one, where there is one: for many that are refused at a time one is got.
 */
export class AuthorizedRequests {
  /** Requests sent, without those for what is measured. */
  count = 0;
  measurementCount = 0;
  /** How far the server's clock is ahead of ours (ms), to the second; 0 until it has answered. */
  skewMs = 0;
  readonly #clock: Clock;
  readonly #options: TransportOptions;
  readonly #connections: Connections;
  #standing: Standing;
  /** Whether the server knows a credential that a request was refused for. */
  readonly #proofs = new Map<Credential, Promise<boolean>>();
  #material:
    | { readonly credential: Credential; readonly authority: string; readonly material: ConnectionMaterial }
    | undefined;

  /** Nothing is contacted yet. @throws NaviError for an impersonation that no header holds */
  constructor(context: ResolvedContext, options: TransportOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock();
    this.#connections = new Connections(options.connect);
    this.#standing = this.#standingOf(context);
  }

  get credentials(): CredentialSource {
    return this.#standing.credentials;
  }

  /** Sends from now on as this context says, to the same server; what runs goes on. @throws as the constructor */
  useContext(context: ResolvedContext): void {
    const { user, cluster } = this.#standing.context;
    if (JSON.stringify([user, cluster]) === JSON.stringify([context.user, context.cluster])) return;
    const before = this.#standing;
    this.#standing = this.#standingOf(context);
    before.credentials.close();
  }

  /** @throws RequestFailed for anything but 2xx. */
  async send(sent: SentRequest): Promise<OpenResponse> {
    const first = await this.#once(sent);
    const failed = await this.#failureOf(first, sent.options);
    if (failed === undefined) return first.response;
    const other = await this.#otherThan(first.credential, failed, sent.options);
    if (other === undefined) throw new RequestFailed(failed);
    const second = await this.#once(sent, other);
    const failedAgain = await this.#failureOf(second, sent.options);
    if (failedAgain === undefined) return second.response;
    // It is not sent a third time, but nobody else has to find out.
    await this.#otherThan(other, failedAgain, sent.options);
    throw new RequestFailed(failedAgain);
  }

  /** The answer whatever its status is. @throws RequestFailed where none comes. */
  async sendForAnyStatus(sent: SentRequest): Promise<OpenResponse> {
    const { response, credential } = await this.#once(sent);
    if (response.statusCode !== 401) return response;
    const refused = classifyAnswer({ status: 401, contentType: '', retryAfter: '', body: '' });
    const other = await this.#otherThan(credential, refused, sent.options);
    if (other === undefined) return response;
    response.body.destroy();
    response.deadline.end();
    return (await this.#once(sent, other)).response;
  }

  /** Ends every connection at once, and what is under way for a credential. */
  async close(): Promise<void> {
    this.credentials.close();
    await this.#connections.close();
  }

  /** Why a response is no success; undefined for one. Reads the body of what is none. */
  async #failureOf({ response, credential }: Answered, options: RequestOptions): Promise<Failure | undefined> {
    if (response.statusCode >= 200 && response.statusCode < 300) {
      this.credentials.accepted(credential);
      return undefined;
    }
    return classifyAnswer(await errorAnswer(response, options.errorBodyMs ?? errorBodyMs));
  }

  /** What to try in place of a refused credential; undefined where nothing helps. */
  async #otherThan(
    credential: Credential,
    failed: Failure,
    { signal }: RequestOptions,
  ): Promise<Credential | undefined> {
    if (failed.class !== 'unauthorized' || (await this.#isKnown(credential))) return undefined;
    const other = await this.credentials.refused(credential);
    return signal?.aborted === true ? undefined : other;
  }

  /**
   * An API server that is no part of kube-apiserver may refuse everybody: what tells is a path that every known user
   * may read (the role system:discovery). Asked once for all that were refused.
   */
  async #isKnown(credential: Credential): Promise<boolean> {
    let proof = this.#proofs.get(credential);
    if (proof === undefined) {
      proof = this.#prove(credential).finally(() => this.#proofs.delete(credential));
      this.#proofs.set(credential, proof);
    }
    return await proof;
  }

  async #prove(credential: Credential): Promise<boolean> {
    const options = { headersTimeoutMs: proofMs };
    try {
      const { response } = await this.#once({ kind: 'request', path: '/api', options }, credential);
      await errorAnswer(response, proofMs);
      return response.statusCode === 200;
    } catch (error) {
      if (error instanceof RequestFailed) return false;
      throw error;
    }
  }

  async #once({ kind, path, options, body, change }: SentRequest, given?: Credential): Promise<Answered> {
    const credential = given ?? (await this.credentials.credential());
    const material = await this.#materialOf(credential);
    const { origin, pathPrefix, proxy } = this.#standing.route;
    if (options.isMeasurement === true) this.measurementCount += 1;
    else this.count += 1;
    const deadline = new Deadline(this.#clock, options.signal);
    deadline.expect('answer', options.headersTimeoutMs ?? 65_000);
    try {
      const response = await this.#connections.agent(kind, material, proxy).request({
        origin,
        path: pathPrefix + path,
        method: change?.method ?? (body === undefined ? 'GET' : 'POST'),
        headers: this.#headers(options, material),
        body: change?.text ?? (body === undefined ? null : JSON.stringify(body)),
        signal: deadline.signal,
      });
      // A body that is destroyed unread emits an error; without a listener that would end the process.
      response.body.on('error', () => undefined);
      this.#noteTime(response.headers['date']);
      return { response: { ...response, deadline }, credential };
    } catch (error) {
      deadline.end();
      throw broken(error, options.signal);
    }
  }

  #standingOf(context: ResolvedContext): Standing {
    const { random = Math.random, env = process.env, latest, onNotice } = this.#options;
    const authority = authorityOf(context.cluster, this.#clock);
    return {
      context,
      authority,
      route: routeTo(context.cluster, env),
      impersonation: impersonationHeaders(impersonationOf(context.user)),
      credentials: credentialSource(context, {
        authority,
        random,
        env,
        clock: this.#clock,
        skewMs: () => this.skewMs,
        latest: latest ?? (() => context),
        onNotice: onNotice ?? (() => undefined),
      }),
    };
  }

  async #materialOf(credential: Credential): Promise<ConnectionMaterial> {
    const authority = this.#standing.authority();
    if (this.#material?.credential !== credential || this.#material.authority !== authority) {
      const material = await connectionMaterial(this.#standing.context.cluster, authority, credential);
      this.#material = { credential, authority, material };
    }
    return this.#material.material;
  }

  /** A request that names another user is made as that one, and as nobody whom the context names. */
  #headers(options: RequestOptions, material: ConnectionMaterial): Record<string, string | string[]> {
    const isOther = options.headers?.['impersonate-user'] !== undefined;
    return {
      'user-agent': 'navi',
      accept: options.accept ?? 'application/json',
      ...this.#standing.route.headers,
      ...(isOther ? {} : this.#standing.impersonation),
      ...options.headers,
      ...material.headers,
    } as Record<string, string | string[]>;
  }

  #noteTime(date: string | string[] | undefined): void {
    const serverMs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
    if (!Number.isNaN(serverMs)) this.skewMs = serverMs - Math.floor(this.#clock.now() / 1_000) * 1_000;
  }
}
