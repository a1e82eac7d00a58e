import type { Health, HealthReason } from './scope-status.ts';

const healths: readonly Health[] = ['healthy', 'degraded', 'unhealthy'];

/** Reasons from the mildest to the gravest: what a person has to see to comes after what mends itself. */
const reasons: readonly HealthReason[] = [
  'none',
  'unused',
  'absent',
  'stopped',
  'forbidden',
  'waiting',
  'connecting',
  'confirming-deletions',
  'watch-failing',
  'expired',
  'throttled',
  'unavailable',
  'server-error',
  'disconnected',
  'not-api',
  'etcd',
  'quarantined',
  'auth-needed',
  'storage',
  'silent',
];

/** Health with its reason, of a scope or of more. */
export interface HealthAndReason {
  readonly health: Health;
  readonly reason: HealthReason;
}

/** Negative where `a` is better off than `b`: by health, then by reason. */
export function compareHealth(a: HealthAndReason, b: HealthAndReason): number {
  return healths.indexOf(a.health) - healths.indexOf(b.health) || reasons.indexOf(a.reason) - reasons.indexOf(b.reason);
}
