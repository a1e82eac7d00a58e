import type { Fault, FaultRequest } from './fault.ts';

/** Chooses a fault for a request; undefined leaves the request alone. */
export type FaultHook = (request: FaultRequest) => Fault | undefined;

/** The faults that a test has ordered. The first hook, in the order of their making, that answers decides. */
export class FaultHooks {
  readonly #hooks = new Set<FaultHook>();

  /** Asks the hook about every request from now on; the returned function ends that. */
  onRequest(hook: FaultHook): () => void {
    this.#hooks.add(hook);
    return () => this.#hooks.delete(hook);
  }

  /** Does it to the first request that fits. */
  once(fits: (request: FaultRequest) => boolean, fault: Fault): () => void {
    return this.times(1, fits, fault);
  }

  /** Does it to the first `count` requests that fit. */
  times(count: number, fits: (request: FaultRequest) => boolean, fault: Fault): () => void {
    let left = count;
    const end = this.onRequest((request) => {
      if (!fits(request)) return undefined;
      left -= 1;
      if (left <= 0) end();
      return fault;
    });
    return end;
  }

  /** Does it to every request that fits. */
  always(fits: (request: FaultRequest) => boolean, fault: Fault): () => void {
    return this.onRequest((request) => (fits(request) ? fault : undefined));
  }

  /** Ends all faults. */
  clear(): void {
    this.#hooks.clear();
  }

  /** The fault for a request. */
  choose(request: FaultRequest): Fault | undefined {
    for (const hook of this.#hooks) {
      const fault = hook(request);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
}
