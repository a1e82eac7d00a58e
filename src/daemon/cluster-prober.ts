import { delay, type Clock } from '../util/clock.ts';
import { identified, type ClusterCheck } from './cluster-check.ts';

/** Waits of a prober while the cluster cannot be reached: ×1.6 up to the cap (ms). */
const probeFirstMs = 1_000;
const probeCapMs = 20_000;

/** Scopes come back over this time once the cluster answers again (ms). */
const comeBackMs = 1_000;

/** Waits of a prober, one after the other (ms); without end. */
export function* probeWaits(): Generator<number, never> {
  for (let waitMs = probeFirstMs; ; waitMs = Math.min(waitMs * 1.6, probeCapMs)) yield waitMs;
}

/** The one prober that asks for all scopes of a mirror while the cluster cannot be reached. */
export class ClusterProber {
  /** Since when the cluster cannot be reached (epoch ms), while that is so. */
  outageSinceMs: number | undefined;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #stopping: AbortSignal;
  #recovery: Promise<void> | undefined;

  /** @param random in [0, 1) */
  constructor(clock: Clock, random: () => number, stopping: AbortSignal) {
    this.#clock = clock;
    this.#random = random;
    this.#stopping = stopping;
  }

  /** Resolves a moment after the cluster answers again, not for all callers at once; or when `signal` aborts. */
  async awaitCluster(check: ClusterCheck, signal: AbortSignal): Promise<void> {
    this.#recovery ??= this.#probe(check).finally(() => {
      this.#recovery = undefined;
    });
    await this.#recovery;
    await delay(this.#clock, this.#random() * comeBackMs, signal);
  }

  async #probe(check: ClusterCheck): Promise<void> {
    this.outageSinceMs = this.#clock.now();
    for (const waitMs of probeWaits()) {
      if (this.#stopping.aborted) return;
      await delay(this.#clock, waitMs, this.#stopping);
      const result = await check.since(this.#clock.monotonic());
      if (!identified(result)) continue;
      this.outageSinceMs = undefined;
      return;
    }
  }
}
