import type { Health, HealthReason } from '../core/scope-status.ts';
import type { Failure, FailureClass } from '../kube/failure.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import type { Clock } from '../util/clock.ts';
import { beating, identified, type CheckResult } from './cluster-check.ts';
import type { EventsDomain } from './events-domain.ts';
import type { Logger } from './logger.ts';
import type { MirrorTimers } from './mirror-timers.ts';
import { reasonOf } from './reflector-state.ts';
import { TimelineWatch } from './timeline.ts';
import { commitTolerantly } from './tolerant-commit.ts';
import { TroubleLog } from './trouble-log.ts';

/** The identity that only another cluster changes; see `fetchIdentity`. */
const strongIdentity = 'namespace/kube-system';

/** A heartbeat below what was mirrored is repeated after this (ms). */
const suspectAgainMs = 5_500;

/** Failures of a check after which a prober asks, or a credential is tried anew. */
const askedForElsewhere: ReadonlySet<FailureClass> = new Set(['unreachable', 'not-api', 'unauthorized']);

/** Clocks further apart than this are warned of (ms). */
const skewWarningMs = 60_000;

/** Whom the judge tells, and what it writes to. */
export interface CheckJudgeOptions {
  readonly writer: MirrorWriter;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timers: MirrorTimers;
  readonly eventsDomain: () => EventsDomain;
  /** Why nothing is mirrored yet, though the cluster may answer: then a heartbeat that passes does not make it healthy. */
  readonly problem: () => Failure | undefined;
  /** How far the server's clock is ahead of this machine's (ms). */
  readonly skewMs: () => number;
  /** Asks for one more check. */
  readonly checkAgain: () => void;
  readonly onOtherCluster: () => void;
  readonly onStoreGone: () => void;
  /** Told before a heartbeat that passes is taken: until this clock reading a question had no answer. */
  readonly onAnswersAgain: (silentUntil: number) => void;
  /**
   * Ids of the scopes whose rows a heartbeat that passed proves; asked before it is committed. `isBack`: the one before it
   * had failed, so that what it does not prove may be old.
   */
  readonly provenBy: (result: CheckResult, isBack: boolean) => readonly number[];
  /** Told each heartbeat that proves the rows fresh. */
  readonly onBeat: (result: CheckResult) => void;
  /** The server's history is another one: everything is to be listed again. */
  readonly onTimelineReset: () => void;
}

/** The health of a cluster as a whole, apart from its scopes. */
export interface OwnHealth {
  readonly health: Health;
  readonly reason: HealthReason;
  readonly lastError: string | null;
}

/** Says what each check means for the mirror: whose cluster is it, how far is its store, may the rows be called fresh? */
export class CheckJudge {
  /** Number of the server's history; rows of another one are not trusted. */
  timeline: number;
  /** Since when each check told the cluster's identity and etcd's answer (clock reading); null where the last did not. */
  answersSinceMs: number | null = null;
  /** What the last check came to, also where it could not be stored. */
  own: OwnHealth = { health: 'degraded', reason: 'connecting', lastError: null };
  readonly #options: CheckJudgeOptions;
  readonly #timelineWatch = new TimelineWatch();
  readonly #misses: TroubleLog;
  #isLookingAgain = false;
  #isSkewed = false;
  /** When the last check with an unanswered question was over (clock reading), until a heartbeat passes. */
  #silentUntil: number | undefined;

  constructor(options: CheckJudgeOptions) {
    this.#options = options;
    this.timeline = options.writer.mirror().timeline;
    const messages = { begin: 'heartbeat failed', end: 'heartbeat passes again' };
    this.#misses = new TroubleLog(options.log, options.clock, messages);
  }

  /** Takes the result of one check; false where the mirror is to end by it. */
  judge(result: CheckResult): boolean {
    const { writer, log, onStoreGone } = this.#options;
    if (writer.isReplaced) {
      log.error('the store was deleted or replaced while it was open', { file: writer.file });
      onStoreGone();
      return false;
    }
    if (!this.#isSameCluster(result)) return false;
    this.answersSinceMs =
      beating(result) && identified(result) ? (this.answersSinceMs ?? result.startedAtMonotonic) : null;
    if (result.hadSilence) this.#silentUntil = this.#options.clock.monotonic();
    if (beating(result) && identified(result)) this.#beat(result);
    else this.#missed((identified(result) ? result.heartbeat : result.identity) as Failure);
    return true;
  }

  /** Notes the health of the cluster as a whole. */
  saveHealth(health: Health, reason: HealthReason, lastError: string | null): void {
    const { writer, clock } = this.#options;
    this.own = { health, reason, lastError };
    commitTolerantly(writer, () => writer.saveHealth(health, reason, lastError, clock.now()));
  }

  #isSameCluster(result: CheckResult): boolean {
    const { writer, log, onOtherCluster } = this.#options;
    if (!identified(result) || result.identity.uid === '') return true;
    const { uid, source } = result.identity;
    const known = writer.mirror();
    // Another namespace than kube-system may have been made anew in the same cluster: that proves nothing.
    const isOther = known.uid_source === strongIdentity && known.cluster_uid !== uid;
    if (known.cluster_uid !== null && source === strongIdentity && isOther) {
      log.error('another cluster answers behind this context', { reason: 'quarantined' });
      onOtherCluster();
      return false;
    }
    if (known.cluster_uid === null || known.uid_source !== strongIdentity)
      commitTolerantly(writer, () => writer.saveFacts({ cluster_uid: uid, uid_source: source }));
    return true;
  }

  #beat(result: CheckResult & { readonly heartbeat: string }): void {
    const { writer, clock, log, eventsDomain, onAnswersAgain, provenBy, onBeat } = this.#options;
    const { heartbeat, startedAtMs, startedAtMonotonic } = result;
    const isShared = ['shared', 'unknown'].includes(eventsDomain());
    const verdict = isShared
      ? this.#timelineWatch.judge(heartbeat, result.latestResumePoint, startedAtMonotonic)
      : 'same';
    if (verdict === 'suspect') {
      log.warn('the store of the cluster is behind what was mirrored', { resourceVersion: heartbeat });
      this.#lookAgain();
    }
    if (verdict === 'reset') this.#resetTimeline();
    if (verdict !== 'same') {
      this.answersSinceMs = null;
      this.saveHealth('unhealthy', 'etcd', 'the store of the cluster is behind what was mirrored');
      return;
    }
    const isBack = this.#misses.over();
    // A stream that was opened too lately for this heartbeat is proven by the next: that must not take a minute.
    // It does not share the timer of a failure, which may be over at once, or wait for minutes.
    if (isBack) this.#options.timers.later(suspectAgainMs, () => this.#options.checkAgain());
    const problem = this.#options.problem();
    const own: OwnHealth =
      problem === undefined
        ? { health: 'healthy', reason: 'none', lastError: null }
        : { health: 'unhealthy', reason: reasonOf(problem), lastError: problem.message };
    this.own = own;
    this.#warnOfSkew(this.#options.skewMs());
    if (this.#silentUntil !== undefined) onAnswersAgain(this.#silentUntil);
    this.#silentUntil = undefined;
    const proven = provenBy(result, isBack);
    const before = writer.problem;
    commitTolerantly(writer, () => {
      for (const scopeId of proven) writer.scopes.saveAsOf(scopeId, startedAtMs);
      writer.saveFacts({
        confirmed_at: startedAtMs,
        heartbeat_resource_version: heartbeat,
        clock_skew_ms: this.#options.skewMs(),
      });
      const { health, reason, lastError } = withStore(own, before);
      writer.saveHealth(health, reason, lastError, clock.now());
    });
    // Only a commit tells whether the store can be written again, or no longer.
    if (writer.problem?.message !== before?.message) {
      const { health, reason, lastError } = withStore(own, writer.problem);
      this.saveHealth(health, reason, lastError);
    }
    onBeat(result);
  }

  /** Nothing is ordered by the server's clock; certificates and tokens are judged by it. */
  #warnOfSkew(skewMs: number): void {
    const isSkewed = Math.abs(skewMs) > skewWarningMs;
    if (isSkewed && !this.#isSkewed) this.#options.log.warn("the server's clock is another", { durationMs: skewMs });
    this.#isSkewed = isSkewed;
  }

  /** One more heartbeat soon; several suspicions share it. */
  #lookAgain(atLeastMs = 0): void {
    if (this.#isLookingAgain) return;
    this.#isLookingAgain = true;
    this.#options.timers.later(Math.max(suspectAgainMs, atLeastMs), () => {
      this.#isLookingAgain = false;
      this.#options.checkAgain();
    });
  }

  #missed(failed: Failure): void {
    this.#misses.met(failed);
    // Others ask for a cluster that is away or a credential that is refused; the rest may be well again the next moment.
    if (!askedForElsewhere.has(failed.class)) this.#lookAgain(failed.retryAfterMs);
    const reason: HealthReason = failed.class === 'server' ? 'etcd' : reasonOf(failed);
    this.saveHealth('unhealthy', reason, failed.message);
  }

  /**
   * An object was older on the server than in the store: the server's history is another one than that of the rows. False
   * where that was believed so lately that it is not now.
   */
  otherHistory(): boolean {
    const { clock } = this.#options;
    if (!this.#timelineWatch.proves(clock.monotonic())) return false;
    this.#resetTimeline();
    return true;
  }

  #resetTimeline(): void {
    const { writer, log, onTimelineReset } = this.#options;
    this.timeline += 1;
    log.error('the cluster has another history: everything is listed again', {
      reason: 'timeline-reset',
      timeline: this.timeline,
    });
    commitTolerantly(writer, () => writer.saveFacts({ timeline: this.timeline }));
    onTimelineReset();
  }
}

/** The health to show: a store that cannot be written is what is wrong, whatever the cluster says. */
function withStore(own: OwnHealth, problem: MirrorWriter['problem']): OwnHealth {
  return problem === undefined ? own : { health: 'unhealthy', reason: 'storage', lastError: problem.message };
}
