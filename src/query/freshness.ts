import type { MirrorType, ScopeView } from './mirror-type.ts';

/** How old data may be before a notice is due (ms), unless the user says otherwise. */
export const defaultNoticeAfterMs = 120_000;

/** How often the daemon asks again whether a refused list is allowed (ms). */
const refusalProbeMs = 600_000;

/** Whether what was answered needs a word about its age. */
export interface FreshnessVerdict<T = MirrorType> {
  /** A notice is due. */
  readonly isDue: boolean;
  /** Age of the oldest data in the answer (ms); null where there is none at all. */
  readonly ageMs: number | null;
  /** The type that is worst, and its reason and last error. */
  readonly type: T | undefined;
}

/**
 * Judges the scopes that an answer came from. Due: a scope whose mirror is known to be broken, or data older than
 * `noticeAfterMs` (for a polled type at least twice its interval, or its `ttlMs`; a refusal is asked for again every ten minutes). A scope that is only being listed again, or whose
 * daemon was stopped, is judged by its age alone.
 */
export function judgeFreshness<T extends { readonly scope: ScopeView | undefined }>(
  types: readonly T[],
  nowMs: number,
  noticeAfterMs: number,
): FreshnessVerdict<T> {
  let worst: FreshnessVerdict<T> = { isDue: false, ageMs: 0, type: undefined };
  for (const type of types) {
    const { scope } = type;
    if (scope === undefined) continue;
    const ageMs = scope.asOfMs === null ? null : Math.max(0, nowMs - scope.asOfMs);
    const isRefused = scope.phase === 'denied';
    const askedEachMs = isRefused ? refusalProbeMs : (scope.pollIntervalMs ?? 0);
    const limit = scope.ttlMs ?? Math.max(noticeAfterMs, 2 * askedEachMs);
    const isBroken = scope.health === 'unhealthy' && scope.reason !== 'stopped' && !isRefused;
    const isDue = isBroken || ageMs === null || ageMs > limit;
    const isWorse =
      isDue !== worst.isDue ? isDue : (ageMs ?? Number.POSITIVE_INFINITY) > (worst.ageMs ?? Number.POSITIVE_INFINITY);
    if (isWorse) worst = { isDue, ageMs, type };
  }
  return worst;
}
