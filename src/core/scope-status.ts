/** How a scope gets its data. An error changes the health, never the mode's rows. */
export type RetrievalMode = 'listing' | 'watching' | 'polling' | 'stopped';

/** Whether the mode works. */
export type Health = 'healthy' | 'degraded' | 'unhealthy';

/** Why a scope or cluster is not healthy, or `none`: the closed list that status, logs and notices use. */
export const healthReasons = [
  'none',
  /** Not there yet: waiting for its first list, or listing for the first time. */
  'waiting',
  'connecting',
  'disconnected',
  /** The resume point is too old; a relist is due or running. */
  'expired',
  'throttled',
  'forbidden',
  'auth-needed',
  /** Discovery no longer has the type. */
  'absent',
  /** Another cluster answers behind the same context. */
  'quarantined',
  'server-error',
  /** The aggregated API behind the type is away. */
  'unavailable',
  /** The server answers from a cache that its store has left behind, or etcd does not answer. */
  'etcd',
  'not-api',
  /** Its watch does not hold beside a cluster that answers: it is polled instead. */
  'watch-failing',
  /** A list wants to delete suspiciously many rows and is being repeated. */
  'confirming-deletions',
  /** The store could not be written. */
  'storage',
  /** Followed only while it is asked for, and it was not for a while: the rows are as they were. */
  'unused',
  /** navi itself was stopped. */
  'stopped',
  /** A daemon runs and neither answers nor has confirmed anything lately. Never stored. */
  'silent',
] as const;

/** One of `healthReasons`. */
export type HealthReason = (typeof healthReasons)[number];

/** What a scope goes on from after a restart. */
export type ScopePhase = 'pending' | 'listing' | 'synced' | 'polled' | 'denied' | 'absent';

/** The two axes of a scope besides its data, with the reason and the last error's text. */
export interface ScopeStatus {
  readonly mode: RetrievalMode;
  readonly health: Health;
  readonly reason: HealthReason;
  readonly lastError: string | null;
}
