import type { HealthReason, ScopeStatus } from '../core/scope-status.ts';
import type { Failure } from '../kube/failure.ts';

/**
 * States, inputs and effects of the reflector: the loop that mirrors one scope. SPEC.md draws the graph and says what
 * bounds each way back to a request; `reflector-transition.ts` is the function over them.
 */
export type ReflectorState =
  /** Waits for one of the few list slots. */
  | (Memory & { readonly kind: 'pending'; readonly plan: ListPlan })
  /** A relist pass runs. */
  | (Memory & { readonly kind: 'listing'; readonly plan: ListPlan })
  /** The pass wants to delete suspiciously much: waits before it is repeated. */
  | (Memory & { readonly kind: 'confirming'; readonly plan: ListPlan })
  /** A watch is being opened at the resume point. */
  | (Memory & { readonly kind: 'connecting' })
  /** The watch is open; `live` once it is proven to have caught up. */
  | (Memory & { readonly kind: 'watching'; readonly live: boolean })
  /** Waits after a failure, or between two watches, then lists or watches. */
  | (Memory & {
      readonly kind: 'backing-off';
      readonly retry: 'list' | 'watch';
      readonly plan: ListPlan;
      /** The watch before ended by the server's timeout: nothing is wrong. */
      readonly afterCleanEnd: boolean;
    })
  /** A polled scope between two lists. */
  | (Memory & { readonly kind: 'resting' })
  /** The type's schema is changing: waits for discovery to tell the new one. */
  | (Memory & { readonly kind: 'held' })
  /** Listing is forbidden, confirmed: asks again from time to time. */
  | (Memory & { readonly kind: 'denied' })
  /** The type is gone, confirmed. */
  | (Memory & { readonly kind: 'absent' })
  | (Memory & { readonly kind: 'stopped' });

/** Name of a state. */
export type ReflectorStateKind = ReflectorState['kind'];

/** What a reflector remembers in every state. */
export interface Memory {
  /** resourceVersion at which the committed rows are the server's; null while there is none. */
  readonly resumePoint: string | null;
  /** A list was complete once: there are rows to show and to protect. */
  readonly complete: boolean;
  /** The type can be watched, as far as is known. */
  readonly watchable: boolean;
  /** Failures in a row; the step of the backoff. */
  readonly failureCount: number;
  /** When the present row of failures began (clock reading, ms), null while there is none. */
  readonly failingSinceMs: number | null;
  /** Watches in a row that ended at once without an event. */
  readonly emptyWatchCount: number;
  /** Bad events in a row at the same resume point. */
  readonly malformedCount: number;
  /** Lists in a row that a watch asked for and that no proven watch followed. */
  readonly relistCount: number;
  /** Refusals (403) in a row, and when the first came (clock reading, ms). */
  readonly refusalCount: number;
  readonly refusedSinceMs: number | null;
  /** When the watch of a polled type is tried again (clock reading, ms); infinite where the type has no watch verb. */
  readonly watchAgainAtMs: number;
  /** Watches in a row that ended before they had worked; null while there is none. */
  readonly brokenWatch: BrokenWatch | null;
}

/** See `isWatchHopeless`. */
export interface BrokenWatch {
  readonly count: number;
  /** When the first of them ended (clock reading, ms). */
  readonly sinceMs: number;
  /** What ended the last one. */
  readonly message: string;
}

/** How the next list is to be done. */
export interface ListPlan {
  readonly reason: RelistReason;
  /** `metadata`: only what changed is fetched whole. Full where rows are missing or of another shape. */
  readonly style: 'full' | 'metadata';
  /** Objects a page where they are small, see `PageLimits`; 0 asks for all at once. Grows each time a continue token expired. */
  readonly pageSize: 500 | 2000 | 0;
  /** The list is to come as a stream, which may be tried so often; 0 asks for pages. */
  readonly streamTries: 0 | 1 | 2;
  /** Rows (`key NUL uid`) that the last pass wanted to delete, empty where nothing is to be confirmed. */
  readonly missing: ReadonlySet<string>;
  /** Lists before this one in which objects were back that the one before them lacked; those that failed say nothing. */
  readonly doubtCount: number;
}

/** Why a list is made: named in the log for each list after the first. */
export type RelistReason =
  | 'first-list'
  | 'expired'
  | 'short-watches'
  | 'malformed-events'
  | 'resource-version-refused'
  | 'server-errors'
  | 'schema-changed'
  | 'timeline-reset'
  | 'interrupted-list'
  /** No watch proved in time that the rows of an earlier process are the server's. */
  | 'unproven'
  | 'confirming-deletions'
  | 'permission-probe'
  | 'namespace-gone'
  | 'poll'
  /** A person asked for it. */
  | 'requested'
  | 'suspected-drift';

/** A failure as the reflector sees it; `serverReady` is asked for after a 403. */
export interface ReflectorFailure extends Failure {
  readonly serverReady?: boolean | undefined;
}

/** What happens to a reflector. */
export type ReflectorInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'slot-granted' }
  | { readonly kind: 'listed'; readonly resourceVersion: string }
  | { readonly kind: 'list-suspicious'; readonly missing: ReadonlySet<string> }
  | { readonly kind: 'list-mostly-changed' }
  /** A streaming list ended before it was complete; `again` where another may fare better. */
  | { readonly kind: 'list-stream-ended'; readonly again: boolean; readonly message: string }
  | { readonly kind: 'list-failed'; readonly failure: ReflectorFailure; readonly pageCount: number }
  | { readonly kind: 'watch-opened' }
  | { readonly kind: 'watch-progress'; readonly resumePoint: string }
  | { readonly kind: 'watch-confirmed' }
  | { readonly kind: 'watch-missed' }
  | { readonly kind: 'watch-ended'; readonly livedMs: number; readonly eventCount: number }
  | {
      readonly kind: 'watch-failed';
      readonly failure: ReflectorFailure;
      readonly livedMs: number;
      readonly eventCount: number;
    }
  | { readonly kind: 'delay-elapsed' }
  | { readonly kind: 'hold' }
  | { readonly kind: 'relist-requested'; readonly reason: RelistReason }
  | { readonly kind: 'type-gone' }
  | { readonly kind: 'stop' };

/** Name of an input. */
export type ReflectorInputKind = ReflectorInput['kind'];

/** Why a cluster is waited for: it is away, or it refuses the credential. */
export type Absence = 'away' | 'refused';

/** What the loop does for a reflector, in the order given. */
export type ReflectorEffect =
  | { readonly kind: 'request-slot' }
  | { readonly kind: 'release-slot' }
  /** Runs a relist pass; answers with listed, list-suspicious, list-mostly-changed, list-stream-ended or list-failed. */
  | { readonly kind: 'list'; readonly plan: ListPlan }
  /** Opens a watch; answers with watch-opened, then progress, then watch-ended or watch-failed. */
  | { readonly kind: 'watch'; readonly resumePoint: string }
  /** Ends a running list or watch without an answer. */
  | { readonly kind: 'cancel' }
  /** Answers with delay-elapsed. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Answers with delay-elapsed once `ms` have passed and the cluster can be reached again. */
  | { readonly kind: 'await-cluster'; readonly ms: number; readonly why: Absence }
  | { readonly kind: 'status'; readonly status: ScopeStatus; readonly nextAttemptInMs: number | null }
  /** Commits that there is no resume point. */
  | { readonly kind: 'forget-resume-point' }
  /** Commits that the scope is forbidden, in the server's words. */
  | { readonly kind: 'deny'; readonly refusal: string }
  /** Commits that the type is gone: its rows become tombstones. */
  | { readonly kind: 'purge' }
  | { readonly kind: 'refresh-discovery' }
  /** Asks for a heartbeat now: the server may have lost history. */
  | { readonly kind: 'suspect-timeline' };

/** `fallback`: where continue tokens expire in mid-list. */
export type Streaming = 'never' | 'fallback' | 'preferred';

/** What a transition depends on besides state and input. */
export interface ReflectorEnvironment {
  /** Clock reading (ms): a clock that is set must not put off what waits for time to pass. */
  readonly nowMs: number;
  /** In [0, 1). */
  readonly random: number;
  /** Since when every check has passed (clock reading, ms); null where the last did not, and rows are in doubt. */
  readonly answersSinceMs: number | null;
  /** Rows of this scope are of the present representation and many enough for a metadata-first list to pay. */
  readonly metadataFirstPays: boolean;
  /** When a list is to come as a stream. */
  readonly streaming: Streaming;
  /** How long a polled scope rests. */
  readonly pollIntervalMs: number;
  /** The cluster does not answer, or the store cannot be written: polls wait. */
  readonly pollPaused: boolean;
  /** There is a place for the stream of this scope: it need not be polled. */
  readonly mayWatch: boolean;
  /** How long a refused scope rests, before it is spread. */
  readonly probeIntervalMs: number;
}

/** A step: the state after it, and what to do. */
export interface ReflectorStep {
  readonly state: ReflectorState;
  readonly effects: readonly ReflectorEffect[];
}

/** The state of a scope before `start`. */
export function initialReflectorState(known: {
  readonly resumePoint: string | null;
  readonly complete: boolean;
  readonly watchable: boolean;
}): ReflectorState {
  return {
    kind: 'stopped',
    ...known,
    failureCount: 0,
    failingSinceMs: null,
    emptyWatchCount: 0,
    malformedCount: 0,
    relistCount: 0,
    refusalCount: 0,
    refusedSinceMs: null,
    watchAgainAtMs: known.watchable ? 0 : Number.POSITIVE_INFINITY,
    brokenWatch: null,
  };
}

/** The part of a state that every state has. */
export function memoryOf(state: ReflectorState): Memory {
  const { resumePoint, complete, watchable, failureCount, failingSinceMs } = state;
  const { emptyWatchCount, malformedCount, relistCount, refusalCount, refusedSinceMs } = state;
  const { watchAgainAtMs, brokenWatch } = state;
  return {
    resumePoint,
    complete,
    watchable,
    failureCount,
    failingSinceMs,
    emptyWatchCount,
    malformedCount,
    relistCount,
    refusalCount,
    refusedSinceMs,
    watchAgainAtMs,
    brokenWatch,
  };
}

/** Why a scope that failed in this way is not healthy. */
export function reasonOf(failure: Failure): HealthReason {
  switch (failure.class) {
    case 'expired':
    case 'version-refused':
      return 'expired';
    case 'not-ready':
    case 'throttled':
      return 'throttled';
    case 'unavailable':
      return 'unavailable';
    case 'unreachable':
    case 'transport':
      return 'disconnected';
    case 'unauthorized':
      return 'auth-needed';
    case 'forbidden':
      return 'forbidden';
    case 'not-found':
      return 'absent';
    case 'not-api':
      return 'not-api';
    case 'storage':
      return 'storage';
    case 'ahead':
      return 'etcd';
    case 'server':
    case 'not-allowed':
    case 'not-acceptable':
    case 'malformed':
    case 'too-long':
      return 'server-error';
  }
}
