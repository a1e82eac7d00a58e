/** Least rest between two steps (ms): time for what waits on a socket. */
const leastRestMs = 10;

/** Rest after a step, as a multiple of how long it took. */
const restPerStep = 5;

/**
 * How long what follows the change log rests after a step (ms), where it has more to do: it shares a thread with the changes
 * that come, and leaves them five sixths of it. Without that, taking over and judging what 500 changes a second had gathered
 * kept the changes after them waiting for 380 ms and more.
 * @param tookMs the step
 */
export function restMs(tookMs: number): number {
  return Math.max(leastRestMs, tookMs * restPerStep);
}
