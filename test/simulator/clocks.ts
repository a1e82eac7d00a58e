import type { Clock } from '../../src/util/clock.ts';

/** The machine's time, running so many times faster from now on. */
export function quickClock(factor: number): Pick<Clock, 'now' | 'after'> {
  const startMs = Date.now();
  return {
    now: () => startMs + (Date.now() - startMs) * factor,
    after: (ms, run) => {
      const timer = setTimeout(run, Math.max(0, ms / factor));
      return () => clearTimeout(timer);
    },
  };
}

/** Time that moves only when a test says so. */
export interface ManualClock extends Pick<Clock, 'now' | 'after'> {
  /** Moves on, running every timer that falls due, in the order of their times. */
  advance(ms: number): void;
}

/** A clock that stands at 2026-01-01T00:00:00Z. */
export function manualClock(): ManualClock {
  let nowMs = Date.UTC(2026, 0, 1);
  let timers: readonly { readonly atMs: number; readonly run: () => void }[] = [];
  return {
    now: () => nowMs,
    after: (ms, run) => {
      const timer = { atMs: nowMs + ms, run };
      timers = [...timers, timer];
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance: (ms) => {
      const endMs = nowMs + ms;
      const next = (): (typeof timers)[number] | undefined =>
        timers.toSorted((a, b) => a.atMs - b.atMs).find(({ atMs }) => atMs <= endMs);
      for (let timer = next(); timer !== undefined; timer = next()) {
        const due = timer;
        timers = timers.filter((other) => other !== due);
        nowMs = Math.max(nowMs, due.atMs);
        due.run();
      }
      nowMs = endMs;
    },
  };
}
