/** Upper bounds of the histogram's buckets (ms): around the 100 and 250 ms that a change may take. */
export const lagBucketsMs = [5, 10, 25, 50, 75, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 60_000] as const;

/** So many last commits say how long a change takes now. */
const recentCount = 1_000;

/** A histogram as Prometheus has it. */
export interface LagHistogram {
  /** Commits at most as late as each of `lagBucketsMs`, in that order; cumulative. */
  readonly counts: readonly number[];
  readonly count: number;
  readonly sumMs: number;
}

/** Measures from receiving a change to having it committed, which is when readers see it. One measure per commit. */
export class LagMeter {
  readonly #counts = lagBucketsMs.map(() => 0);
  readonly #recent: number[] = [];
  #count = 0;
  #sumMs = 0;

  /** Adds the lag of the oldest change of a commit. */
  add(lagMs: number): void {
    for (const [index, boundMs] of lagBucketsMs.entries())
      if (lagMs <= boundMs) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#recent[this.#count % recentCount] = lagMs;
    this.#count += 1;
    this.#sumMs += lagMs;
  }

  /** Since the process began. */
  get histogram(): LagHistogram {
    return { counts: [...this.#counts], count: this.#count, sumMs: this.#sumMs };
  }

  /** What this share of the last 1,000 commits did not exceed (whole ms); null before the first. */
  quantileMs(share: number): number | null {
    const sorted = this.#recent.toSorted((a, b) => a - b);
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
    return value === undefined ? null : Math.round(value);
  }
}
