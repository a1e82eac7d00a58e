import { gatewayText } from '../core/gateway-answer.ts';
import { RequestFailed, failure, type Failure } from '../kube/failure.ts';
import {
  fetchHeartbeat,
  fetchIdentity,
  fetchLeaseVersion,
  isAlive,
  isReady,
  type ClusterIdentity,
} from '../kube/cluster-probes.ts';
import type { Transport } from '../kube/transport.ts';
import { delay, type Clock } from '../util/clock.ts';
import type { EventsDomain } from './events-domain.ts';
import { socketsRead } from './stream-backlog.ts';

/** Result of one check. Times are epoch milliseconds and taken before the first request went out. */
export interface CheckResult {
  readonly startedAtMs: number;
  readonly identity: ClusterIdentity | Failure;
  /** Clock reading before the first request went out. */
  readonly startedAtMonotonic: number;
  /** Largest resume point of a core type before that: what the heartbeat must not be below. */
  readonly latestResumePoint: string;
  /** Revision of the store now, or a failure; empty where nothing tells it. */
  readonly heartbeat: string | Failure;
  /** A question had no answer, whatever others had: connections that were open then may be dead. */
  readonly hadSilence: boolean;
}

/** Checks begin at least so long after one another (ms): sixty streams that come back one by one cost a few. */
const spacingMs = 250;

/** A user who may not read events is asked for again after this (ms). */
const deniedProbeMs = 600_000;

/** So many refusals count though /readyz never says yes. */
const blindRefusals = 3;

/** A store that has not answered for this long may be away while its server is not (ms). */
const silenceMs = 3_000;

/** True for a question to which no answer came though there was a connection. */
function isUnanswered(fact: ClusterIdentity | Failure | string): fact is Failure {
  return typeof fact !== 'string' && 'class' in fact && fact.class === 'transport' && fact.status === 0;
}

/** True for a question that did not reach the cluster, or to which no answer came. */
function isLost(fact: ClusterIdentity | Failure | string): boolean {
  return typeof fact !== 'string' && 'class' in fact && ['transport', 'unreachable'].includes(fact.class);
}

/** True for a check in which the cluster told who it is. */
export function identified(result: CheckResult): result is CheckResult & { readonly identity: ClusterIdentity } {
  return 'uid' in result.identity;
}

/** True for a check in which etcd answered. */
export function beating(result: CheckResult): result is CheckResult & { readonly heartbeat: string } {
  return typeof result.heartbeat === 'string';
}

/**
 * Asks the cluster who it is and etcd how far it is. Callers that ask while a check is under way share the next one, so
 * that sixty reconnecting scopes cost one or two checks, not sixty.
 */
export class ClusterCheck {
  eventsDomain: EventsDomain;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #namespace: string;
  readonly #eventsNamespace: () => string;
  readonly #latestResumePoint: () => string;
  readonly #onResult: (result: CheckResult) => void;
  #running: { readonly startedAt: number; readonly result: Promise<CheckResult> } | undefined;
  /** The check that begins soon, for all who ask until then: streams are opened one by one. */
  #next: Promise<CheckResult> | undefined;
  #startedAt = Number.NEGATIVE_INFINITY;
  #identifiedAt = Number.NEGATIVE_INFINITY;
  /** Refusals of the heartbeat in a row; when the last one that counted came; what was known before it. */
  #refusalCount = 0;
  #deniedAt = 0;
  #domainBefore: EventsDomain = 'unknown';
  /** Checks in a row that were refused the identity. */
  #namelessCount = 0;

  constructor(options: {
    readonly transport: Transport;
    readonly clock: Clock;
    /** A namespace that the user may read if any. */
    readonly namespace: string;
    readonly eventsDomain: EventsDomain;
    /** A namespace whose events the user may list, empty where none is known. */
    readonly eventsNamespace: () => string;
    /** Largest resume point of a core type now, empty where there is none. */
    readonly latestResumePoint: () => string;
    /** Called with every result before those who asked for it go on. */
    readonly onResult: (result: CheckResult) => void;
  }) {
    this.#transport = options.transport;
    this.#clock = options.clock;
    this.#namespace = options.namespace;
    this.eventsDomain = options.eventsDomain;
    this.#eventsNamespace = options.eventsNamespace;
    this.#latestResumePoint = options.latestResumePoint;
    this.#onResult = options.onResult;
  }

  /** Has the cluster been identified by a check that began at `monotonicMs` or later? */
  identifiedSince(monotonicMs: number): boolean {
    return this.#identifiedAt >= monotonicMs;
  }

  /** A check that began at `monotonicMs` (of the clock) or later: the running one, or a new one. Never throws. */
  async since(monotonicMs: number): Promise<CheckResult> {
    const running = this.#running;
    if (running !== undefined && running.startedAt >= monotonicMs) return await running.result;
    if (running !== undefined) {
      await running.result;
      return await this.since(monotonicMs);
    }
    const waitMs = this.#startedAt + spacingMs - this.#clock.monotonic();
    if (waitMs <= 0) return await this.#begin();
    this.#next ??= delay(this.#clock, waitMs).then(() => this.#begin());
    return await this.#next;
  }

  #begin(): Promise<CheckResult> {
    this.#next = undefined;
    const startedAt = this.#clock.monotonic();
    this.#startedAt = startedAt;
    const result = this.#run();
    this.#running = { startedAt, result };
    return result;
  }

  async #run(): Promise<CheckResult> {
    // What a stream was told before this moment is known to it from then on.
    await socketsRead();
    const startedAt = this.#clock.monotonic();
    const startedAtMs = this.#clock.now();
    const latestResumePoint = this.#latestResumePoint();
    const facts = await this.#facts(startedAt);
    const result: CheckResult = { startedAtMs, startedAtMonotonic: startedAt, latestResumePoint, ...facts };
    this.#running = undefined;
    if (identified(result)) this.#identifiedAt = startedAt;
    this.#onResult(result);
    return result;
  }

  /** Where both questions stay without an answer, the server itself tells whether it is away or its store is. */
  async #facts(startedAt: number): Promise<Pick<CheckResult, 'identity' | 'heartbeat' | 'hadSilence'>> {
    const answered = new AbortController();
    const isServerAlive = this.#livesBeside(answered.signal);
    const [identity, heartbeat] = behindGateway(await Promise.all([this.#identity(), this.#heartbeat()]));
    const hadSilence = isLost(identity) || isLost(heartbeat);
    const isSlow = this.#clock.monotonic() - startedAt >= silenceMs;
    if (!isSlow || !isUnanswered(identity) || !isUnanswered(heartbeat)) {
      answered.abort();
      return { identity, heartbeat, hadSilence };
    }
    if (!(await isServerAlive)) return { identity, heartbeat, hadSilence };
    const silence = failure('server', `the API server answers, its store does not: ${heartbeat.message}`);
    return { identity: silence, heartbeat: silence, hadSilence };
  }

  /** Asked only of a server that lets the other questions wait. */
  async #livesBeside(answered: AbortSignal): Promise<boolean> {
    await delay(this.#clock, silenceMs, answered);
    return !answered.aborted && (await isAlive(this.#transport, answered));
  }

  async #identity(): Promise<ClusterIdentity | Failure> {
    try {
      const identity = await fetchIdentity(this.#transport, this.#namespace);
      if (identity.uid === '' && (await this.#isStarting())) {
        return failure('unreachable', 'the API server is not ready and refuses everybody');
      }
      if (identity.uid !== '') this.#namelessCount = 0;
      return identity;
    } catch (error) {
      return failureOf(error);
    }
  }

  /** A server that starts refuses everybody for a moment (kube-apiserver 1.36): whoever comes back now is refused too. */
  async #isStarting(): Promise<boolean> {
    this.#namelessCount += 1;
    return this.#namelessCount < blindRefusals && !(await isReady(this.#transport));
  }

  async #heartbeat(): Promise<string | Failure> {
    if (this.eventsDomain === 'own') return await this.#leaseVersion();
    if (this.#isDenied()) return await this.#heartbeatInNamespace();
    try {
      const version = await fetchHeartbeat(this.#transport, '');
      if (this.eventsDomain === 'denied') this.eventsDomain = this.#domainBefore;
      this.#refusalCount = 0;
      return version;
    } catch (error) {
      const failed = failureOf(error);
      return failed.class === 'forbidden' ? await this.#refused(failed) : failed;
    }
  }

  #isDenied(): boolean {
    return this.eventsDomain === 'denied' && this.#clock.monotonic() - this.#deniedAt < deniedProbeMs;
  }

  /** A server that starts refuses everybody for a moment: that says nothing of what this user may read. */
  async #refused(failed: Failure): Promise<string | Failure> {
    this.#refusalCount += 1;
    if (this.#refusalCount < blindRefusals && !(await isReady(this.#transport))) return failed;
    if (this.eventsDomain !== 'denied') this.#domainBefore = this.eventsDomain;
    this.eventsDomain = 'denied';
    this.#deniedAt = this.#clock.monotonic();
    return await this.#heartbeatInNamespace();
  }

  /** Events of one namespace come from etcd as those of all do. */
  async #heartbeatInNamespace(): Promise<string | Failure> {
    const namespace = this.#eventsNamespace();
    if (namespace === '') return await this.#leaseVersion();
    try {
      return await fetchHeartbeat(this.#transport, namespace);
    } catch (error) {
      const failed = failureOf(error);
      return failed.class === 'forbidden' ? await this.#leaseVersion() : failed;
    }
  }

  /** The lease bounds the revision from below; where it may not be read either, the identity alone shows that etcd lives. */
  async #leaseVersion(): Promise<string | Failure> {
    try {
      return await fetchLeaseVersion(this.#transport);
    } catch (error) {
      const failed = failureOf(error);
      return failed.class === 'forbidden' || failed.class === 'not-found' ? '' : failed;
    }
  }
}

/**
 * kube-apiserver itself serves what a check asks for: where something else answers in its place, a gateway says that it is away.
 * Where only the heartbeat has no answer of it, it is its store that does not answer in time.
 */
function behindGateway([identity, heartbeat]: readonly [ClusterIdentity | Failure, string | Failure]): readonly [
  ClusterIdentity | Failure,
  string | Failure,
] {
  const isFailure = (fact: ClusterIdentity | Failure | string): fact is Failure =>
    typeof fact !== 'string' && 'class' in fact && fact.class === 'unavailable';
  const away = (failed: Failure): Failure => ({
    ...failed,
    class: 'unreachable',
    message: gatewayText(failed.status, failed.message),
  });
  if (isFailure(identity)) return [away(identity), isFailure(heartbeat) ? away(heartbeat) : heartbeat];
  return [identity, isFailure(heartbeat) ? { ...heartbeat, class: 'server' } : heartbeat];
}

/** The failure in anything thrown by src/kube; other errors are bugs and go on. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RequestFailed) return error.failure;
  if (error instanceof Error && error.name === 'AbortError') return failure('transport', 'the request was cancelled');
  throw error;
}
