import type { Health, RetrievalMode } from './scope-status.ts';

/**
 * A time (epoch ms) at which a scope's rows were the server's; null for never. A healthy watch is proven by each
 * heartbeat, everything else only by its own last list or watch.
 */
export function provenAt(
  scope: { readonly mode: RetrievalMode; readonly health: Health; readonly asOfMs: number | null },
  confirmedAtMs: number | null,
): number | null {
  const { mode, health, asOfMs } = scope;
  if (mode !== 'watching' || health !== 'healthy') return asOfMs;
  if (asOfMs === null || confirmedAtMs === null) return asOfMs ?? confirmedAtMs;
  return Math.max(asOfMs, confirmedAtMs);
}
