import { RequestFailed, failure, type Failure } from '../kube/failure.ts';
import { fetchHeartbeat, fetchIdentity, fetchLeaseVersion, type ClusterIdentity } from '../kube/cluster-probes.ts';
import type { Transport } from '../kube/transport.ts';
import type { Clock } from '../util/clock.ts';

/** How the revision of the store is asked for: core events where they share its counter, else the controller manager's lease. */
export type EventsDomain = 'unknown' | 'shared' | 'own' | 'denied';

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
  readonly #latestResumePoint: () => string;
  readonly #onResult: (result: CheckResult) => void;
  #running: { readonly startedAt: number; readonly result: Promise<CheckResult> } | undefined;
  #identifiedAt = Number.NEGATIVE_INFINITY;
  #beatAt = Number.NEGATIVE_INFINITY;

  constructor(options: {
    readonly transport: Transport;
    readonly clock: Clock;
    /** A namespace that the user may read if any. */
    readonly namespace: string;
    readonly eventsDomain: EventsDomain;
    /** Largest resume point of a core type now, empty where there is none. */
    readonly latestResumePoint: () => string;
    /** Called with every result before those who asked for it go on. */
    readonly onResult: (result: CheckResult) => void;
  }) {
    this.#transport = options.transport;
    this.#clock = options.clock;
    this.#namespace = options.namespace;
    this.eventsDomain = options.eventsDomain;
    this.#latestResumePoint = options.latestResumePoint;
    this.#onResult = options.onResult;
  }

  /** Has the cluster been identified by a check that began at `monotonicMs` or later? */
  identifiedSince(monotonicMs: number): boolean {
    return this.#identifiedAt >= monotonicMs;
  }

  /** Has etcd answered a check that began at `monotonicMs` or later? */
  beatSince(monotonicMs: number): boolean {
    return this.#beatAt >= monotonicMs;
  }

  /** A check that began at `monotonicMs` (of the clock) or later: the running one, or a new one. Never throws. */
  async since(monotonicMs: number): Promise<CheckResult> {
    const running = this.#running;
    if (running !== undefined && running.startedAt >= monotonicMs) return await running.result;
    if (running !== undefined) {
      await running.result;
      return await this.since(monotonicMs);
    }
    const startedAt = this.#clock.monotonic();
    const result = this.#run(startedAt);
    this.#running = { startedAt, result };
    return await result;
  }

  async #run(startedAt: number): Promise<CheckResult> {
    const startedAtMs = this.#clock.now();
    const latestResumePoint = this.#latestResumePoint();
    const [identity, heartbeat] = await Promise.all([this.#identity(), this.#heartbeat()]);
    const result: CheckResult = { startedAtMs, startedAtMonotonic: startedAt, latestResumePoint, identity, heartbeat };
    this.#running = undefined;
    if (identified(result)) this.#identifiedAt = startedAt;
    if (beating(result)) this.#beatAt = startedAt;
    this.#onResult(result);
    return result;
  }

  async #identity(): Promise<ClusterIdentity | Failure> {
    try {
      return await fetchIdentity(this.#transport, this.#namespace);
    } catch (error) {
      return failureOf(error);
    }
  }

  async #heartbeat(): Promise<string | Failure> {
    try {
      if (this.eventsDomain === 'own' || this.eventsDomain === 'denied') return await this.#leaseVersion();
      return await fetchHeartbeat(this.#transport, '');
    } catch (error) {
      const failed = failureOf(error);
      if (failed.class !== 'forbidden') return failed;
      this.eventsDomain = 'denied';
      return await this.#leaseVersion();
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

/** The failure in anything thrown by src/kube; other errors are bugs and go on. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RequestFailed) return error.failure;
  if (error instanceof Error && error.name === 'AbortError') return failure('transport', 'the request was cancelled');
  throw error;
}
