import { compareHealth, type HealthAndReason } from './health-order.ts';
import type { RetrievalMode } from './scope-status.ts';

/** How many scopes of a cluster are in which health. */
export interface ScopeHealthCounts {
  readonly healthy: number;
  readonly degraded: number;
  readonly unhealthy: number;
  /** Refused by RBAC, confirmed: not counted as unhealthy. */
  readonly forbidden: number;
}

/** What a cluster's scopes and its own heartbeat come to. */
export interface ClusterHealth extends HealthAndReason {
  readonly scopes: ScopeHealthCounts;
  /** True where the reason is the cluster's own, false where it is that of its worst scope. */
  readonly isOwn: boolean;
}

/** A scope as the cluster's health sees it. */
interface ScopeHealth extends HealthAndReason {
  readonly mode: RetrievalMode;
}

/**
 * A cluster's health. Unhealthy: it cannot be reached or trusted as a whole, the store cannot be written, or none of its
 * scopes works. Degraded: some of its scopes do not; the reason is the worst one's. Types that the cluster refuses to its user
 * are no fault of it, nor are types that are gone, or that nobody asks for.
 * @param own what the last heartbeat came to
 */
export function clusterHealth(own: HealthAndReason, scopes: readonly ScopeHealth[]): ClusterHealth {
  const isRefused = ({ mode, reason }: ScopeHealth): boolean => mode === 'stopped' && reason === 'forbidden';
  const counted = scopes.filter((scope) => !isRefused(scope) && scope.reason !== 'absent' && scope.reason !== 'unused');
  const countOf = (health: ScopeHealth['health']): number => counted.filter((scope) => scope.health === health).length;
  const counts = {
    healthy: countOf('healthy'),
    degraded: countOf('degraded'),
    unhealthy: countOf('unhealthy'),
    forbidden: scopes.filter(isRefused).length,
  };
  if (own.health === 'unhealthy') return { ...own, scopes: counts, isOwn: true };
  const worst = counted.toSorted(compareHealth).at(-1);
  if (worst === undefined || worst.health === 'healthy') return { ...own, scopes: counts, isOwn: true };
  const isAll = counts.unhealthy === counted.length || counted.some(({ reason }) => reason === 'storage');
  return { health: isAll ? 'unhealthy' : 'degraded', reason: worst.reason, scopes: counts, isOwn: false };
}
