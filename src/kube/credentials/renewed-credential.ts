import type { Clock } from '../../util/clock.ts';
import { failure, RequestFailed, type Failure } from '../failure.ts';
import type { Credential, CredentialSource, Obtained } from './credential.ts';

/** Waits after failures: doubling from the first to the longest (ms); an issuer that is merely away is asked sooner. */
const firstWaitMs = 10_000;
const longestWaitMs = 600_000;
const longestAwayMs = 30_000;

/** The last part of a life in which it is renewed: a fifth, at most this (ms). */
const renewAheadMs = 120_000;

/** A new credential is used for this long at least (ms), whatever its end and our clock say. */
const shortestUseMs = 10_000;

/** What a source of renewed credentials works with. */
export interface RenewalOptions {
  /** Asks for a credential; throws RequestFailed. */
  readonly obtain: (signal: AbortSignal) => Promise<Obtained>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** How far the server's clock is ahead of ours (ms). */
  readonly skewMs: () => number;
}

interface Held extends Obtained {
  /** Clock reading when it came. */
  readonly sinceMonotonic: number;
  /** Renewed from then on, epoch ms by the server's clock. */
  readonly dueAtMs: number;
}

/**
 * A credential that somebody has to be asked for, again and again: once for all requests, ahead of its end, and once
 * after the server refused it. What fails is tried again after a wait that grows; until then requests fail at once, and
 * neither the issuer nor the cluster hears of them.
 */
export class RenewedCredential implements CredentialSource {
  problem: Failure | undefined;
  readonly #options: RenewalOptions;
  readonly #closing = new AbortController();
  #held: Held | undefined;
  #renewal: Promise<void> | undefined;
  /** Failures since a server took a credential. */
  #failureCount = 0;
  #tryAgainAt = Number.NEGATIVE_INFINITY;
  /** The present one takes the place of a refused one, and no server has taken it yet. */
  #isUnproven = false;

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  async credential(): Promise<Credential> {
    const held = this.#held;
    if (held !== undefined && !this.#hasEnded(held)) {
      if (this.#isDue(held)) void this.#renew();
      return held.credential;
    }
    await this.#renew();
    // A new one whose end our clock has passed is used all the same: the server knows better.
    if (this.#held !== undefined && this.#held !== held) return this.#held.credential;
    throw new RequestFailed(this.problem ?? failure('unauthorized', 'there is no credential'));
  }

  async refused(credential: Credential): Promise<Credential | undefined> {
    if (this.#held?.credential === credential) {
      if (this.#isUnproven) this.#fail(failure('unauthorized', 'the cluster refuses a credential that is new'));
      this.#held = undefined;
      this.#isUnproven = true;
    }
    if (this.#held === undefined) await this.#renew();
    return this.#held?.credential;
  }

  accepted(credential: Credential): void {
    if (this.#held?.credential !== credential) return;
    this.#isUnproven = false;
    // What fails while a credential is good are renewals ahead of its end.
    if (this.problem === undefined) this.#failureCount = 0;
  }

  wake(): void {
    this.#failureCount = 0;
    this.#tryAgainAt = Number.NEGATIVE_INFINITY;
    this.#isUnproven = false;
  }

  give(obtained: Obtained): boolean {
    this.wake();
    this.#hold(obtained);
    return true;
  }

  close(): void {
    this.#closing.abort();
  }

  #serverNow(): number {
    return this.#options.clock.now() + this.#options.skewMs();
  }

  #isYoung(held: Held): boolean {
    return this.#options.clock.monotonic() - held.sinceMonotonic < shortestUseMs;
  }

  #hasEnded(held: Held): boolean {
    return held.expiresAtMs !== undefined && this.#serverNow() >= held.expiresAtMs && !this.#isYoung(held);
  }

  #isDue(held: Held): boolean {
    return this.#serverNow() >= held.dueAtMs && !this.#isYoung(held);
  }

  /** One try for all who ask meanwhile; none before the wait after a failure is over. */
  async #renew(): Promise<void> {
    if (this.#renewal === undefined) {
      if (this.#closing.signal.aborted || this.#options.clock.monotonic() < this.#tryAgainAt) return;
      this.#renewal = this.#obtain().finally(() => {
        this.#renewal = undefined;
      });
    }
    await this.#renewal;
  }

  async #obtain(): Promise<void> {
    try {
      this.#hold(await this.#options.obtain(this.#closing.signal));
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      this.#fail(error.failure);
    }
  }

  #hold(obtained: Obtained): void {
    const { expiresAtMs = Number.POSITIVE_INFINITY } = obtained;
    const lifeMs = Math.max(0, expiresAtMs - this.#serverNow());
    const dueAtMs = expiresAtMs - Math.min(lifeMs / 5, renewAheadMs);
    this.#held = { ...obtained, dueAtMs, sinceMonotonic: this.#options.clock.monotonic() };
    this.problem = undefined;
    this.#tryAgainAt = Number.NEGATIVE_INFINITY;
  }

  #fail(failed: Failure): void {
    const { clock, random } = this.#options;
    const longestMs = failed.class === 'unreachable' ? longestAwayMs : longestWaitMs;
    const waitMs = Math.min(firstWaitMs * 2 ** Math.min(this.#failureCount, 30), longestMs) * (1 + random() / 4);
    this.#failureCount += 1;
    this.#tryAgainAt = clock.monotonic() + waitMs;
    this.problem = failed;
  }
}
