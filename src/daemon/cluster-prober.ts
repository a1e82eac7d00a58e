import { delay, type Clock } from '../util/clock.ts';
import { identified, type ClusterCheck } from './cluster-check.ts';
import type { Absence } from './reflector-state.ts';

/** Waits of a prober while the cluster is away, or refuses the credential: from the first to the longest (ms). */
const waitsMs = {
  away: { first: 1_000, longest: 20_000 },
  refused: { first: 10_000, longest: 600_000 },
} as const satisfies Record<Absence, unknown>;

/** Each wait is so many times the one before. */
const growth = 1.6;

/** Scopes come back over this time once the cluster answers again (ms). */
const comeBackMs = 1_000;

/** Waits between questions to a cluster that does not answer as it should; they end early when somebody wakes it. */
export class ProbeWaits {
  readonly #clock: Clock;
  readonly #stopping: AbortSignal;
  #why: Absence | undefined;
  #nextMs = 0;
  #wake = new AbortController();

  constructor(clock: Clock, stopping: AbortSignal) {
    this.#clock = clock;
    this.#stopping = stopping;
  }

  /** How long the next wait for this reason takes (ms); another reason than before begins anew. */
  next(why: Absence): number {
    const { first, longest } = waitsMs[why];
    const waitMs = this.#why === why ? Math.min(this.#nextMs, longest) : first;
    this.#why = why;
    this.#nextMs = waitMs * growth;
    return waitMs;
  }

  /** Resolves after `ms`, or when somebody wakes it, the mirror stops or `signal` aborts. */
  async wait(ms: number, signal = this.#stopping): Promise<void> {
    if (ms > 0) await delay(this.#clock, ms, AbortSignal.any([signal, this.#stopping, this.#wake.signal]));
  }

  /** The next wait is a first one. */
  beginAnew(): void {
    this.#why = undefined;
  }

  /** Ends every wait there is; what follows begins with short ones. */
  wake(): void {
    this.beginAnew();
    const woken = this.#wake;
    this.#wake = new AbortController();
    woken.abort();
  }
}

/** The one prober that asks for all scopes of a mirror while the cluster does not answer as it should. */
export class ClusterProber {
  /** Since when the cluster cannot be asked (epoch ms), while that is so. */
  outageSinceMs: number | undefined;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #stopping: AbortSignal;
  readonly #waits: ProbeWaits;
  #recovery: Promise<void> | undefined;
  #answered = new AbortController();

  /** @param random in [0, 1) */
  constructor(clock: Clock, random: () => number, stopping: AbortSignal) {
    this.#clock = clock;
    this.#random = random;
    this.#stopping = stopping;
    this.#waits = new ProbeWaits(clock, stopping);
  }

  /**
   * Resolves a moment after the cluster answers again, not for all callers at once, and `ms` from now at the soonest; or
   * when `signal` aborts.
   */
  async awaitCluster(
    check: ClusterCheck,
    { why, ms }: { readonly why: Absence; readonly ms: number },
    signal: AbortSignal,
  ): Promise<void> {
    await this.#waits.wait(ms, signal);
    if (signal.aborted) return;
    this.#recovery ??= this.#probe(check, why).finally(() => {
      this.#recovery = undefined;
    });
    await this.#recovery;
    await delay(this.#clock, this.#random() * comeBackMs, signal);
  }

  /** Asks at once, and lets nobody wait any longer than that takes. */
  wake(): void {
    this.#waits.wake();
  }

  /** Told each check in which the cluster said who it is: whoever waits for that waits no longer. */
  answered(): void {
    this.#answered.abort();
  }

  async #probe(check: ClusterCheck, why: Absence): Promise<void> {
    const { signal: answered } = (this.#answered = new AbortController());
    this.outageSinceMs = this.#clock.now();
    this.#waits.beginAnew();
    for (let reason = why; !this.#stopping.aborted;) {
      await this.#waits.wait(this.#waits.next(reason), answered);
      if (answered.aborted) break;
      const result = await check.since(this.#clock.monotonic());
      if (identified(result)) break;
      reason = 'class' in result.identity && result.identity.class === 'unauthorized' ? 'refused' : 'away';
    }
    this.outageSinceMs = undefined;
  }
}
