/**
 * Time as a parameter: the one place that names timers and the wall clock, so that everything above can be run on a
 * virtual clock.
 */
export interface Clock {
  /** Wall time, epoch milliseconds. May jump. */
  now(): number;
  /** Milliseconds that never go back; only differences mean anything. */
  monotonic(): number;
  /** Calls `run` once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** The machine's own time. Timers keep the process alive unless `unref` is asked for. */
export function systemClock(options: { readonly unref?: boolean } = {}): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after(ms, run) {
      const timer = setTimeout(run, Math.max(0, ms));
      if (options.unref === true) timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/** Resolves true after `ms`, or false as soon as `signal` aborts. */
export function delay(clock: Clock, ms: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve(false);
      return;
    }
    const stop = (): void => {
      cancel();
      resolve(false);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', stop);
      resolve(true);
    });
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Resolves in the next turn of the event loop: lets sockets and timers have theirs in the middle of long work. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
