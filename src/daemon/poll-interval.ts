/** Shortest and longest rest of a polled scope between two lists (ms), before it is spread. */
const leastMs = 30_000;
const mostMs = 600_000;

/** The same of a type that could be watched and changes too often for that: each list logs a change of nearly every object. */
const leastByChoiceMs = 300_000;

/** A list may take this share of the time at most. */
const restsPerList = 20;

/** Where many scopes are polled for want of streams, all together list so often (ms). */
const crowdedListMs = 1_000;

/** Why a scope is polled. */
interface PollCause {
  /** As the configuration says (ms); undefined: nothing. */
  readonly configuredMs?: number | undefined;
  /** Scopes of this mirror that are polled because too many are watched. */
  readonly crowdCount: number;
  /** The type could be watched, and is not because it changes too often. */
  readonly isByChoice: boolean;
}

/** How long a polled scope rests whose last list took so long (ms). */
export function pollIntervalMs(listDurationMs: number, { crowdCount, isByChoice, configuredMs }: PollCause): number {
  if (configuredMs !== undefined) return configuredMs;
  const least = isByChoice ? leastByChoiceMs : leastMs;
  return Math.round(Math.min(Math.max(least, restsPerList * listDurationMs, crowdCount * crowdedListMs), mostMs));
}

/** The rest as it is taken, so that scopes do not list together: within a fifth. @param random in [0, 1) */
export function spreadPollMs(intervalMs: number, random: number): number {
  return Math.round(intervalMs * (0.8 + random * 0.4));
}
