import type { Clock } from './clock.ts';

/** How fast tokens come, and how many may lie ready. */
export interface TokenRate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Somebody who waits for a token. */
interface Waiter {
  readonly priority: number;
  readonly order: number;
  readonly grant: () => void;
}

/** Bounds how often something is begun. Tokens go to the lowest priority first, then to who came first. */
export class TokenBucket {
  readonly #clock: Clock;
  readonly #rate: TokenRate;
  readonly #waiting: Waiter[] = [];
  #tokens: number;
  #filledAt: number;
  #order = 0;
  #cancelTimer: (() => void) | undefined;

  /** Full at first. */
  constructor(clock: Clock, rate: TokenRate) {
    this.#clock = clock;
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledAt = clock.monotonic();
  }

  /** Resolves true with a token, or false as soon as `signal` aborts. */
  take(signal?: AbortSignal, priority = 0): Promise<boolean> {
    if (signal?.aborted === true) return Promise.resolve(false);
    return new Promise((resolve) => {
      const stop = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        resolve(false);
      };
      const grant = (): void => {
        signal?.removeEventListener('abort', stop);
        resolve(true);
      };
      const waiter = { priority, order: (this.#order += 1), grant };
      signal?.addEventListener('abort', stop, { once: true });
      this.#waiting.push(waiter);
      this.#waiting.sort((a, b) => a.priority - b.priority || a.order - b.order);
      this.#grant();
    });
  }

  #grant(): void {
    this.#fill();
    while (this.#tokens >= 1) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#tokens -= 1;
      next.grant();
    }
    if (this.#waiting.length === 0 || this.#cancelTimer !== undefined) return;
    this.#cancelTimer = this.#clock.after(((1 - this.#tokens) * 1_000) / this.#rate.perSecond, () => {
      this.#cancelTimer = undefined;
      this.#grant();
    });
  }

  #fill(): void {
    const now = this.#clock.monotonic();
    const { perSecond, burst } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) * perSecond) / 1_000);
    this.#filledAt = now;
  }
}
