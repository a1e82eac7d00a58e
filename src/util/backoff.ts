/** Bounds of an exponential delay, in milliseconds. */
export interface BackoffBounds {
  readonly firstMs: number;
  readonly capMs: number;
}

/** Per scope: 0.8 s doubling to 30 s, as client-go's reflector has it. */
export const scopeBackoff: BackoffBounds = { firstMs: 800, capMs: 30_000 };

/** For aggregated APIs and types that are refused, which tend to stay away for long: the same start, 5 minutes at most. */
export const patientBackoff: BackoffBounds = { firstMs: 800, capMs: 300_000 };

/**
 * Delay before try number `attempt` (0 is the first): doubling up to the cap, times a factor in [1, 2) from `random`
 * in [0, 1), so that scopes that failed together do not come back together.
 */
export function backoffDelayMs(bounds: BackoffBounds, attempt: number, random: number): number {
  const base = Math.min(bounds.capMs, bounds.firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(base * (1 + random));
}
