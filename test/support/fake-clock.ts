import type { Clock } from '../../src/util/clock.ts';

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /** Moves both times on by `ms`, running what falls due on the way, in order. */
  advance(ms: number): void;
  /** Moves the wall time alone, as a sleep or a correction does. */
  jump(ms: number): void;
  /** Milliseconds until each waiting timer, soonest first. */
  readonly waiting: readonly number[];
}

/** @param startMs wall time, epoch milliseconds */
export function fakeClock(startMs = 1_000_000): FakeClock {
  let passedMs = 0;
  let jumpedMs = 0;
  let order = 0;
  let timers: readonly { readonly dueAt: number; readonly order: number; readonly run: () => void }[] = [];
  const soonest = () => timers.toSorted((a, b) => a.dueAt - b.dueAt || a.order - b.order);
  return {
    now: () => startMs + passedMs + jumpedMs,
    monotonic: () => passedMs,
    after(ms, run) {
      const timer = { dueAt: passedMs + Math.max(0, ms), order: order++, run };
      timers = [...timers, timer];
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const end = passedMs + ms;
      for (let next = soonest()[0]; next !== undefined && next.dueAt <= end; next = soonest()[0]) {
        const timer = next;
        timers = timers.filter((other) => other !== timer);
        passedMs = timer.dueAt;
        timer.run();
      }
      passedMs = end;
    },
    jump(ms) {
      jumpedMs += ms;
    },
    get waiting() {
      return soonest().map((timer) => timer.dueAt - passedMs);
    },
  };
}
