import type { Clock } from '../util/clock.ts';

/** Timers that end with the mirror. */
export class MirrorTimers {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #stopping: AbortSignal;

  /** @param random in [0, 1) */
  constructor(clock: Clock, random: () => number, stopping: AbortSignal) {
    this.#clock = clock;
    this.#random = random;
    this.#stopping = stopping;
  }

  /** Runs `work` once after `ms`, unless the mirror has stopped by then. */
  later(ms: number, work: () => void): void {
    const cancel = this.#clock.after(ms, () => {
      this.#stopping.removeEventListener('abort', cancel);
      work();
    });
    this.#stopping.addEventListener('abort', cancel, { once: true });
  }

  /** Repeats `work` until the mirror stops, each time after `ms` as it is then, give or take a twentieth. */
  every(ms: () => number, work: () => void): void {
    let cancel = (): void => undefined;
    const next = (): void => {
      cancel = this.#clock.after(ms() * (0.95 + this.#random() / 10), () => {
        work();
        next();
      });
    };
    this.#stopping.addEventListener('abort', () => cancel(), { once: true });
    next();
  }
}
