import type { Clock } from '../util/clock.ts';
import type { MirrorTimers } from './mirror-timers.ts';

/** How often the two times are compared (ms). */
const tickMs = 10_000;

/** A difference of more than this is no drift of a clock (ms). */
const jumpMs = 30_000;

/**
 * Notices that wall time moved and the monotonic time did not: ahead when the machine slept, back when its clock was
 * set. A process that was only held up sees both move alike.
 */
export class ClockWatch {
  readonly #clock: Clock;
  readonly #timers: MirrorTimers;
  readonly #onJump: (byMs: number) => void;
  #offsetMs: number;

  /** @param onJump told how far wall time jumped (ms); negative where it was set back. */
  constructor(clock: Clock, timers: MirrorTimers, onJump: (byMs: number) => void) {
    this.#clock = clock;
    this.#timers = timers;
    this.#onJump = onJump;
    this.#offsetMs = this.#offset();
  }

  /** Begins; the stop of the mirror ends it. */
  start(): void {
    this.#timers.later(tickMs, () => {
      const offsetMs = this.#offset();
      const byMs = offsetMs - this.#offsetMs;
      this.#offsetMs = offsetMs;
      if (Math.abs(byMs) > jumpMs) this.#onJump(byMs);
      this.start();
    });
  }

  #offset(): number {
    return this.#clock.now() - this.#clock.monotonic();
  }
}
