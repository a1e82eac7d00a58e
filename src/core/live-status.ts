import type { ScopeCounts } from './scope-counts.ts';
import type { Health, HealthReason, ScopeStatus } from './scope-status.ts';

/**
 * What a running daemon knows of a mirror beyond what it has stored: it answers with it while the store cannot be
 * written. Plain JSON, since it travels over the control socket. Times are epoch milliseconds.
 */
export interface LiveMirror {
  readonly mirrorId: string;
  readonly context: string;
  /** What the last heartbeat came to, or the store's trouble. */
  readonly health: Health;
  readonly reason: HealthReason;
  readonly lastError: string | null;
  /** Since the process began, without those for the use of nodes and pods. */
  readonly requestCount: number;
  readonly usageRequestCount: number;
  readonly receivedBytes: number;
  /** Events, and their bytes, that wait to be committed. */
  readonly queuedEventCount: number;
  readonly queuedBytes: number;
  /** Lists that wait for their turn. */
  readonly waitingListCount: number;
  /** From receiving a change to having it committed, over the last commits (ms); null before the first. */
  readonly lagP50Ms: number | null;
  readonly lagP99Ms: number | null;
  /** Of types that are followed while they are asked for; absent where there are none. */
  readonly use?: LiveUse | undefined;
  readonly scopes: readonly LiveScope[];
}

/** What came of questions for types that are followed while they are asked for, since the process began. */
export interface LiveUse {
  /** The rows were current when the question came. */
  readonly hitCount: number;
  /** It waited for the cluster. */
  readonly missCount: number;
  /** Types that made room: they were stopped, or their rows erased. */
  readonly evictionCount: number;
  /** Types that were followed because another one was asked for. */
  readonly prefetchCount: number;
}

/** A scope as it is at this moment. */
export interface LiveScope extends ScopeStatus {
  /** `plural.group`. */
  readonly type: string;
  /** Empty: all. */
  readonly namespace: string;
  readonly nextAttemptAtMs: number | null;
  readonly pollIntervalMs: number | null;
  /** Objects that its present list has brought. */
  readonly listedCount: number;
  readonly listDurationMs: number | null;
  /** Of the last commit with an event (ms); null before the first. */
  readonly lagMs: number | null;
  /** Since the store was made. */
  readonly counts: ScopeCounts;
}
