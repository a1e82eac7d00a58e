import type { ErasedPast } from '../store/history-writer.ts';
import { policyOf, type RetrievalSettings } from '../config/retrieval-settings.ts';
import { isWatchable } from '../core/mirrored-type.ts';
import type { ScopeStatus } from '../core/scope-status.ts';
import { messageOf, NaviError } from '../errors/navi-error.ts';
import { isReady } from '../kube/cluster-probes.ts';
import { failure, type Failure, RequestFailed } from '../kube/failure.ts';
import type { Transport } from '../kube/transport.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import type { Clock } from '../util/clock.ts';
import type { ChangeBatcher } from './change-batcher.ts';
import { identified, type CheckResult, type ClusterCheck } from './cluster-check.ts';
import type { PageDeriver } from './pages/page-deriver.ts';
import { PageLimits, type PageBounds } from './pages/page-limits.ts';
import { runListPass, type ListPassResult } from './list-pass.ts';
import { emptyLogSoon } from './erase-denied.ts';
import type { ListSlots } from './list-slots.ts';
import type { Logger } from './logger.ts';
import type { MirrorMeters, ScopeMeter } from './mirror-meters.ts';
import type { TypeRecipe } from './object-source.ts';
import { pollIntervalMs, spreadPollMs } from './poll-interval.ts';
import type { PathLife } from './path-life.ts';
import { purgeType } from './purge-type.ts';
import {
  initialReflectorState,
  type Absence,
  type ListPlan,
  type ReflectorEffect,
  type ReflectorFailure,
  type ReflectorInput,
  type ReflectorState,
  type RelistReason,
} from './reflector-state.ts';
import type { RequestPace } from './request-pace.ts';
import { transition } from './reflector-transition.ts';
import { StreamBacklog } from './stream-backlog.ts';
import type { StreamingSupport } from './streaming-support.ts';
import { commitTolerantly, tolerateStore } from './tolerant-commit.ts';
import { backlogMs, runWatchPass } from './watch-pass.ts';
import type { WatchSlots } from './watch-slots.ts';
import type { WriteTurns } from './write-turns.ts';

/** What the reflectors of one mirror share. */
export interface ReflectorServices {
  readonly writer: MirrorWriter;
  readonly transport: Transport;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly slots: ListSlots;
  readonly pace: RequestPace;
  readonly pathLife: PathLife;
  readonly watchSlots: WatchSlots;
  readonly streaming: StreamingSupport;
  readonly check: ClusterCheck;
  readonly batcher: ChangeBatcher;
  readonly turns: WriteTurns;
  /** See ListPassOptions. */
  readonly deriver?: PageDeriver | undefined;
  /** How long pages of lists may become; `pageBounds` unless given. */
  readonly pageBounds?: PageBounds | undefined;
  readonly meters: MirrorMeters;
  readonly log: Logger;
  readonly timeline: () => number;
  /** Since when etcd has answered every heartbeat (clock reading); null where it did not answer the last. */
  readonly answersSinceMs: () => number | null;
  /** Resolves once the cluster answers again, `ms` from now at the soonest, or the signal aborts. */
  readonly awaitCluster: (
    absence: { readonly why: Absence; readonly ms: number },
    signal: AbortSignal,
  ) => Promise<void>;
  readonly suspectTimeline: () => void;
  /** Told each watch that ended without a word from the server. */
  readonly streamBroke: () => void;
  /** The server's history is proven to be another one than that of the rows; false where that is not believed yet. */
  readonly onOtherHistory: () => boolean;
  readonly refreshDiscovery: () => void;
  /** Types (`plural.group`) whose rows leave the store when they may no longer be read. */
  readonly erasedWhenDenied: ReadonlySet<string>;
  /** Takes what left the store so out of the history too. */
  readonly erasePast: (past: ErasedPast) => void;
  /** What the history took over of a type goes on without its rows; false where that cannot be done yet. */
  readonly sealPast: (type: string) => boolean;
  /** What the configuration says of how types come into the mirror. */
  readonly retrieval: () => RetrievalSettings;
  /** Called before each list. @throws RequestFailed where it is in vain */
  readonly beforeList: (reflector: Reflector, signal: AbortSignal) => Promise<void>;
  /** How long a refused scope rests, before it is spread. */
  readonly probeIntervalMs: (scope: ReflectedScope) => number;
  /** Told every change of mode or health, and pages as they are committed. */
  readonly onProgress: (reflector: Reflector) => void;
}

/** The scope that a reflector mirrors. */
export interface ReflectedScope {
  readonly scopeId: number;
  readonly namespace: string;
  /** `plural.group`. */
  readonly name: string;
  /** Order among the lists that wait; lower is sooner. */
  readonly priority: number;
}

/** A signal as it is now: the compiler takes it to stay as it was when first asked. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** Nothing of the scope is followed. */
const isQuiet = ({ kind }: ReflectorState): boolean => kind === 'denied' || kind === 'absent' || kind === 'stopped';

/** Below this many rows a full list is as cheap as a metadata-first one. */
const metadataFirstRows = 100;

/** A scope whose watch ended cleanly stays healthy for so long without one (ms). */
const reconnectMs = 2_000;

/** From when on a stream that always has more to read is behind (ms). */
const behindMs = 2_000;

/**
 * The loop around the reflector's transition function: performs effects, feeds what happened back. It decides nothing.
 */
export class Reflector {
  readonly scope: ReflectedScope;
  readonly meter: ScopeMeter;
  recipe: TypeRecipe;
  /** Hash of all that shapes stored rows; a new one takes effect with the next list. */
  representation: string;
  /** Objects committed by the list that runs. */
  listedCount = 0;
  status: ScopeStatus = { mode: 'stopped', health: 'unhealthy', reason: 'stopped', lastError: null };
  /** When the next attempt is due (epoch ms); null where none is, or where the cluster is waited for. */
  nextAttemptAtMs: number | null = null;
  /** See `applyEvents`. */
  replayedUntil = '';
  #state: ReflectorState;
  readonly #limits: PageLimits;
  readonly #services: ReflectorServices;
  readonly #inputs: ReflectorInput[] = [];
  #draining = false;
  /** Clock reading at which the rows were the server's, proven last by a list or a watch of this process. */
  #currentAt: number | undefined;
  /** Clock reading at which the last list began. */
  #listedFrom = 0;
  #abort = new AbortController();
  #cancelTimer: (() => void) | undefined;
  #withdraw: (() => void) | undefined;
  #isBusy = false;
  /** Clock reading at which the present stream was opened. */
  #openedAt: number | undefined;
  /** Events of the stream wait for the check that is under way. */
  #holdsEvents = false;
  /** Of the present stream. */
  #backlog: StreamBacklog;
  /** Clock reading at the end of the last stream. */
  #endedAt = 0;

  constructor(
    services: ReflectorServices,
    scope: ReflectedScope,
    shape: { recipe: TypeRecipe; representation: string },
  ) {
    this.#services = services;
    this.scope = scope;
    this.#limits = new PageLimits(services.pageBounds);
    this.meter = services.meters.open(scope, services.writer.scopes);
    this.recipe = shape.recipe;
    this.representation = shape.representation;
    this.#backlog = new StreamBacklog(services.clock);
    const row = services.writer.scopes.get(scope.scopeId);
    this.replayedUntil = row.replayed_until;
    const isCurrent = row.representation === shape.representation && row.timeline === services.timeline();
    this.#state = initialReflectorState({
      resumePoint: isCurrent ? row.resource_version : null,
      complete: row.complete === 1,
      watchable: isWatchable(shape.recipe.type),
    });
  }

  /** For log lines. */
  get #place(): { readonly type: string; readonly namespace?: string } {
    const { name, namespace } = this.scope;
    return namespace === '' ? { type: name } : { type: name, namespace };
  }

  /** How long this scope rests between two lists (ms); null while it is not polled. */
  get pollIntervalMs(): number | null {
    return this.status.mode === 'polling' ? this.#pollIntervalMs() : null;
  }

  /** From which age on answers say how old they are, where the configuration says that of a polled type (ms). */
  get #ttlMs(): number | null {
    const policy = policyOf(this.#services.retrieval(), this.scope.name);
    return this.status.mode === 'polling' && policy?.mode === 'poll' ? (policy.ttlMs ?? null) : null;
  }

  /** The present state, for status and tests. */
  get state(): ReflectorState {
    return this.#state;
  }

  /** True while the committed rows are a complete list: shown, watched or polled. */
  get isSettled(): boolean {
    return ['connecting', 'watching', 'resting', 'denied', 'absent'].includes(this.#state.kind) || this.#isWatchPause();
  }

  /** The rows are those of a list or of a proven watch of this process, and not only those of an earlier one. */
  get isCurrent(): boolean {
    return this.#currentAt !== undefined || this.#state.kind === 'denied' || this.#state.kind === 'absent';
  }

  /** A list that began after this clock reading, or a watch that was proven after it, brought the rows. */
  isCurrentSince(monotonicMs: number): boolean {
    return this.#currentAt !== undefined && this.#currentAt >= monotonicMs;
  }

  /** Feeds one input; its effects run at once or, from within an effect, right after. */
  handle(input: ReflectorInput): void {
    this.#inputs.push(input);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) this.#step(next);
    } finally {
      this.#draining = false;
    }
  }

  /** Lists again for `reason`; with a new shape where one is given. */
  relist(reason: RelistReason, shape?: { readonly recipe: TypeRecipe; readonly representation: string }): void {
    if (shape !== undefined) {
      this.recipe = shape.recipe;
      this.representation = shape.representation;
    }
    this.handle({ kind: 'relist-requested', reason });
  }

  /** Told by the batcher: events of this scope are committed up to `resumePoint`. */
  committed(resumePoint: string): void {
    this.handle({ kind: 'watch-progress', resumePoint });
  }

  /** Told by the batcher: events of this scope could not be committed, and must be read again. */
  storeFailed(error: unknown): void {
    if (!this.isWatching) return;
    this.#abortRunning();
    this.handle({ kind: 'watch-failed', failure: failure('storage', messageOf(error)), livedMs: 0, eventCount: 0 });
  }

  /** Ends a list or watch that runs, as if it had failed so. What was received before is committed first. */
  interrupt(why: Failure): void {
    if (!this.#isBusy) return;
    this.#services.batcher.flush();
    if (this.isWatching) {
      this.#abortRunning();
      this.handle({ kind: 'watch-failed', failure: why, livedMs: 0, eventCount: 0 });
    } else if (this.#state.kind === 'listing') {
      this.#abortRunning();
      this.handle({ kind: 'list-failed', failure: why, pageCount: 0 });
    }
  }

  /**
   * Told when the cluster answers again that had not answered until this clock reading: a stream from before then that has
   * been silent since may be dead though its connection is not, and no bookmark of a quiet type need ever tell. It is opened
   * again as if the server had ended it, and proves nothing until then.
   */
  answersAgain(silentUntil: number): void {
    const openedAt = this.#openedAt;
    if (openedAt === undefined || openedAt >= silentUntil || this.#backlog.heardSince(silentUntil)) return;
    this.#services.batcher.flush();
    // The store may have refused that, or what it told has the scope listed again.
    if (!this.isWatching) return;
    const livedMs = this.#services.clock.monotonic() - openedAt;
    this.#abortRunning();
    this.handle({ kind: 'watch-ended', livedMs, eventCount: 1 });
    this.handle({ kind: 'watch-missed' });
  }

  /**
   * The status as it is told now. A stream that has not been read to its end for some seconds may have broken, or tell of what
   * the rows do not show: the scope is catching up. So it is where a stream ended cleanly and none was opened since.
   */
  get toldStatus(): ScopeStatus {
    const { status } = this;
    if (status.mode !== 'watching' || status.health !== 'healthy') return status;
    const isBehind =
      this.#state.kind === 'watching' && !this.#backlog.wasEmptySince(this.#services.clock.monotonic() - behindMs);
    return isBehind || this.#isOverdue ? { ...status, health: 'degraded', reason: 'connecting' } : status;
  }

  /** No stream is open, nor was one for some seconds. */
  get #isOverdue(): boolean {
    return this.#openedAt === undefined && this.#services.clock.monotonic() - this.#endedAt >= reconnectMs;
  }

  /** A watch is open or being opened: its events may be committed. */
  get isWatching(): boolean {
    return this.#state.kind === 'watching' || this.#state.kind === 'connecting';
  }

  /** The rows are as fresh as this scope's mode can have them, with all that its stream had at this clock reading. */
  isFreshSince(monotonicMs: number): boolean {
    const { state } = this;
    if (state.kind === 'watching') return state.live && this.#backlog.wasEmptySince(monotonicMs);
    return (
      state.kind === 'resting' ||
      state.kind === 'denied' ||
      state.kind === 'absent' ||
      (state.kind === 'backing-off' && state.afterCleanEnd)
    );
  }

  /**
   * Told every heartbeat that passed: a stream that was open before it has caught up by now. This is what keeps a watch
   * proven that was opened again after a clean end.
   */
  checked(result: CheckResult): void {
    if (this.#hasCaughtUp(result)) this.#confirmed(result.startedAtMs);
    else if (this.#isBehind(result)) void this.#proveLater(result);
  }

  #isBehind({ startedAtMonotonic }: Pick<CheckResult, 'startedAtMonotonic'>): boolean {
    return this.#state.kind === 'watching' && !this.#backlog.wasEmptySince(startedAtMonotonic);
  }

  /** What came before a heartbeat is still to be read: it proves the rows once it is. */
  async #proveLater(result: CheckResult): Promise<void> {
    const backlog = this.#backlog;
    await backlog.emptySince(result.startedAtMonotonic);
    this.#services.batcher.flush();
    if (backlog !== this.#backlog || !(this.isProvenBy(result) || this.#hasCaughtUp(result))) return;
    this.#commit((writer) => writer.scopes.saveAsOf(this.scope.scopeId, result.startedAtMs));
    this.#confirmed(result.startedAtMs);
  }

  /** Whether a heartbeat proves the rows: the watch was open before it, and has caught up. */
  isProvenBy(result: CheckResult): boolean {
    const { mode, health } = this.status;
    if (mode !== 'watching' || health !== 'healthy' || this.#state.kind !== 'watching') return false;
    if (this.#isBehind(result)) return false;
    return this.#state.live || this.#hasCaughtUp(result);
  }

  /**
   * Asked with every heartbeat that passed: a healthy scope that has no open watch for a while now says so. Where the
   * heartbeat before it failed (`isBack`), the rows are old unless this one proves them, so that nothing may be called healthy.
   */
  missWatch(result: CheckResult, isBack: boolean): void {
    const { mode, health } = this.status;
    if (mode !== 'watching' || health !== 'healthy') return;
    if (this.#isOverdue || (isBack && !this.isProvenBy(result))) this.handle({ kind: 'watch-missed' });
  }

  #hasCaughtUp({ startedAtMonotonic }: CheckResult): boolean {
    if (this.#openedAt === undefined || this.#holdsEvents || this.#isBehind({ startedAtMonotonic })) return false;
    return startedAtMonotonic - this.#openedAt >= backlogMs(this.scope.name);
  }

  #isWatchPause(): boolean {
    return this.#state.kind === 'backing-off' && this.#state.retry === 'watch' && this.#state.complete;
  }

  #step(input: ReflectorInput): void {
    const { clock, random, answersSinceMs, writer, watchSlots, streaming, probeIntervalMs } = this.#services;
    const metadataFirstPays = (): boolean => this.#metadataFirstPays();
    const { scope } = this;
    if (input.kind === 'listed') this.#currentAt = this.#listedFrom;
    if (input.kind === 'watch-confirmed') this.#currentAt = clock.monotonic();
    const step = transition(this.#state, input, {
      nowMs: clock.monotonic(),
      random: random(),
      answersSinceMs: answersSinceMs(),
      streaming: streaming.of(this.scope.scopeId, this.recipe),
      // Counts rows: only where a list is planned.
      get metadataFirstPays() {
        return metadataFirstPays();
      },
      // Takes a place: only where a watch is planned.
      get mayWatch() {
        return watchSlots.take(scope);
      },
      get probeIntervalMs() {
        return probeIntervalMs(scope);
      },
      pollIntervalMs: spreadPollMs(this.#pollIntervalMs(), random()),
      pollPaused: answersSinceMs() === null || writer.problem !== undefined,
    });
    this.#state = step.state;
    if (step.state.kind === 'resting') watchSlots.giveBack(scope.scopeId);
    if (isQuiet(step.state)) watchSlots.leave(scope.scopeId);
    for (const effect of step.effects) this.#perform(effect);
  }

  #pollIntervalMs(): number {
    const { retrieval, verbs } = this.recipe.type;
    const policy = policyOf(this.#services.retrieval(), this.scope.name);
    return pollIntervalMs(this.meter.listDurationMs ?? 0, {
      configuredMs: policy?.mode === 'poll' ? policy.intervalMs : undefined,
      crowdCount: this.#services.watchSlots.waitingCount,
      isByChoice: retrieval === 'poll' && verbs.includes('watch'),
    });
  }

  #metadataFirstPays(): boolean {
    const { writer } = this.#services;
    let rowCount = 0;
    tolerateStore(writer, () => {
      const row = writer.scopes.get(this.scope.scopeId);
      if (row.representation === this.representation) rowCount = writer.scopes.countRows(row);
    });
    return rowCount >= metadataFirstRows;
  }

  #perform(effect: ReflectorEffect): void {
    const { slots, suspectTimeline, refreshDiscovery } = this.#services;
    switch (effect.kind) {
      case 'request-slot':
        this.#withdraw = slots.request(this.scope.priority, () => {
          this.#withdraw = undefined;
          this.handle({ kind: 'slot-granted' });
        });
        return;
      case 'release-slot':
        slots.release();
        return;
      case 'list':
        this.#run((signal) => this.#list(effect.plan, signal));
        return;
      case 'watch':
        this.#run((signal) => this.#watch(effect, signal));
        return;
      case 'cancel':
        this.#cancel();
        return;
      case 'delay':
        this.#cancelTimer = this.#services.clock.after(effect.ms, () => this.handle({ kind: 'delay-elapsed' }));
        return;
      case 'await-cluster':
        this.#run((signal) => this.#awaitCluster(effect, signal));
        return;
      case 'status':
        this.#tell(effect.status, effect.nextAttemptInMs);
        return;
      case 'forget-resume-point':
        this.#commit((writer) => writer.scopes.clearResumePoint(this.scope.scopeId, 'pending'));
        return;
      case 'deny':
        this.#deny(effect.refusal);
        return;
      case 'purge':
        this.#purge();
        return;
      case 'refresh-discovery':
        refreshDiscovery();
        return;
      case 'suspect-timeline':
        suspectTimeline();
    }
  }

  /** Runs one asynchronous effect; what it throws besides its own failures is a bug and ends the process. */
  #run(work: (signal: AbortSignal) => Promise<void>): void {
    this.#abort = new AbortController();
    this.#isBusy = true;
    const { signal } = this.#abort;
    work(signal).then(
      () => {
        if (this.#abort.signal === signal) this.#isBusy = false;
      },
      (error: unknown) => {
        if (signal.aborted) return;
        queueMicrotask(() => {
          throw error;
        });
      },
    );
  }

  async #list(plan: ListPlan, signal: AbortSignal): Promise<void> {
    const { log, clock, writer, transport, check, timeline, onProgress } = this.#services;
    const startedAt = clock.monotonic();
    this.#listedFrom = startedAt;
    this.listedCount = 0;
    this.meter.listing(plan.reason);
    let pageCount = 0;
    log.info('list', { ...this.#place, reason: plan.reason, style: plan.style });
    let result: ListPassResult;
    try {
      await this.#services.beforeList(this, signal);
      result = await runListPass({
        writer,
        transport,
        clock,
        scopeId: this.scope.scopeId,
        namespace: this.scope.namespace,
        recipe: this.recipe,
        representation: this.representation,
        timeline: timeline(),
        plan,
        watchable: isWatchable(this.recipe.type),
        identify: async (monotonicMs) => identified(await check.since(monotonicMs)),
        pace: this.#services.pace.requests,
        turns: this.#services.turns,
        limits: this.#limits,
        deriver: this.#services.deriver,
        signal,
        onReceived: (byteCount) => this.meter.received(byteCount),
        onPage: (objectCount) => {
          pageCount += 1;
          this.listedCount += objectCount;
          onProgress(this);
        },
        onOtherHistory: this.#services.onOtherHistory,
        onWarning: (warning) => this.#saveWarning(warning),
      });
    } catch (error) {
      if (signal.aborted) return;
      const failed = await this.#failureOf(error);
      if (!isAborted(signal)) this.handle({ kind: 'list-failed', failure: failed, pageCount });
      return;
    }
    if (signal.aborted) return;
    this.#listed(result, clock.monotonic() - startedAt);
  }

  #listed(result: ListPassResult, durationMs: number): void {
    const { log, streaming } = this.#services;
    switch (result.kind) {
      case 'listed':
        this.replayedUntil = result.replayedUntil;
        this.meter.listed(durationMs);
        log.info('listed', {
          ...this.#place,
          objects: result.objectCount,
          deletions: result.deletedCount,
          durationMs: Math.round(durationMs),
          resourceVersion: result.resourceVersion,
        });
        this.handle({ kind: 'listed', resourceVersion: result.resourceVersion });
        return;
      case 'suspicious':
        log.warn('list wants to delete suspiciously many objects', { ...this.#place, deletions: result.missing.size });
        this.handle({ kind: 'list-suspicious', missing: result.missing });
        return;
      case 'mostly-changed':
        this.handle({ kind: 'list-mostly-changed' });
        return;
      case 'stream-ended': {
        const { fault, message } = result;
        log.info('list stream ended', { ...this.#place, because: message });
        if (fault === 'refused') streaming.refused();
        if (fault === 'ignored') streaming.ignored(this.scope.scopeId);
        this.handle({ kind: 'list-stream-ended', again: fault === 'cut', message });
      }
    }
  }

  async #watch(effect: Extract<ReflectorEffect, { kind: 'watch' }>, signal: AbortSignal): Promise<void> {
    const { batcher, log, pace, pathLife, streamBroke } = this.#services;
    if (!(await pace.watches.take(signal, this.scope.priority))) return;
    this.meter.watching();
    this.#backlog = new StreamBacklog(this.#services.clock);
    const end = await runWatchPass({
      ...this.#services,
      backlog: this.#backlog,
      scope: this.scope,
      meter: this.meter,
      recipe: this.recipe,
      resumePoint: effect.resumePoint,
      signal,
      needsProof: () => this.status.health !== 'healthy',
      onOpened: (openedAt) => {
        this.#openedAt = openedAt;
        this.handle({ kind: 'watch-opened' });
      },
      onHeld: (isHeld) => {
        this.#holdsEvents = isHeld;
      },
      onConfirmed: (provenAtMs) => this.#confirmed(provenAtMs),
    });
    if (signal.aborted || end === undefined) return;
    this.#closed();
    // What was received counts before the stream is opened again, or it would be replayed over newer rows.
    batcher.flush();
    if (isAborted(signal)) return;
    if (end.error === undefined) {
      pathLife.endedWell(this.scope.scopeId);
      this.handle({ kind: 'watch-ended', livedMs: end.livedMs, eventCount: end.eventCount });
      return;
    }
    const failed = await this.#failureOf(end.error);
    if (isAborted(signal)) return;
    if (failed.class === 'transport') streamBroke();
    if (failed.class === 'transport' && pathLife.broke(this.scope.scopeId, end.livedMs))
      log.warn('the path to the cluster cuts streams', { durationMs: Math.round(end.livedMs) });
    log.debug('watch failed', { ...this.#place, errorClass: failed.class, error: failed.message });
    this.handle({ kind: 'watch-failed', failure: failed, livedMs: end.livedMs, eventCount: end.eventCount });
  }

  #confirmed(provenAtMs: number): void {
    if (this.#state.kind !== 'watching' || this.#state.live) return;
    this.#services.batcher.flush();
    // The store may have refused that, or what it told has the scope listed again.
    if (!this.isWatching) return;
    this.#commit((writer) => writer.scopes.saveAsOf(this.scope.scopeId, provenAtMs));
    this.handle({ kind: 'watch-confirmed' });
  }

  async #awaitCluster(absence: { readonly why: Absence; readonly ms: number }, signal: AbortSignal): Promise<void> {
    await this.#services.awaitCluster(absence, signal);
    if (!signal.aborted) this.handle({ kind: 'delay-elapsed' });
  }

  async #failureOf(error: unknown): Promise<ReflectorFailure> {
    const { slots, clock } = this.#services;
    const known = this.#services.writer.report(error);
    if (known instanceof NaviError) return failure('storage', known.message);
    if (!(error instanceof RequestFailed)) throw error;
    const failed: Failure = error.failure;
    if (failed.class === 'throttled') slots.narrow(clock);
    if (failed.class === 'unavailable') return await this.#awayWithCluster(failed);
    if (failed.class !== 'forbidden') return failed;
    return { ...failed, serverReady: await isReady(this.#services.transport) };
  }

  /** One API is away, or a gateway says so of the whole cluster: then that is waited for. */
  async #awayWithCluster(failed: Failure): Promise<Failure> {
    const { check, clock } = this.#services;
    const { identity } = await check.since(clock.monotonic());
    return 'class' in identity && identity.class === 'unreachable' ? identity : failed;
  }

  #tell(status: ScopeStatus, nextAttemptInMs: number | null): void {
    const { clock, log, onProgress } = this.#services;
    const isNews = status.reason !== this.status.reason || status.health !== this.status.health;
    this.status = status;
    const nowMs = clock.now();
    const nextAttemptAtMs = nextAttemptInMs === null ? null : nowMs + nextAttemptInMs;
    this.nextAttemptAtMs = nextAttemptAtMs;
    this.#commit((writer) => {
      writer.scopes.saveStatus(this.scope.scopeId, status, nowMs, nextAttemptAtMs);
      writer.scopes.savePollInterval(this.scope.scopeId, this.pollIntervalMs, this.#ttlMs);
    });
    if (isNews && status.health === 'unhealthy') {
      const { mode, reason, lastError } = status;
      log.warn('scope is unhealthy', {
        ...this.#place,
        mode,
        reason,
        error: lastError ?? undefined,
        retryInMs: nextAttemptInMs ?? undefined,
      });
    }
    onProgress(this);
  }

  /** What may no longer be read must not lie here; other types' rows are hidden until the permission returns. */
  #deny(refusal: string): void {
    const { writer, clock, erasedWhenDenied } = this.#services;
    const isErased = erasedWhenDenied.has(this.scope.name);
    this.#commit(() => {
      if (isErased) {
        writer.objects.erase(writer.scopes.get(this.scope.scopeId));
        writer.scopes.beginAnew(this.scope.scopeId);
      }
      writer.scopes.deny(this.scope.scopeId, refusal, clock.now());
    });
    if (!isErased) return;
    emptyLogSoon(writer, clock);
    this.#services.erasePast({ type: this.scope.name, namespace: this.scope.namespace });
  }

  #purge(): void {
    const { clock } = this.#services;
    this.#commit((writer) => purgeType(writer, writer.scopes.get(this.scope.scopeId).type_id, clock.now()));
  }

  #saveWarning(warning: string | null): void {
    this.#commit((writer) => writer.types.saveWarning(writer.scopes.get(this.scope.scopeId).type_id, warning));
  }

  /** Commits what only describes. */
  #commit(work: (writer: MirrorWriter) => void): void {
    const { writer } = this.#services;
    commitTolerantly(writer, () => work(writer));
  }

  #cancel(): void {
    this.#cancelTimer?.();
    this.#withdraw?.();
    this.#withdraw = undefined;
    if (this.#isBusy) this.#services.batcher.flush();
    this.#abortRunning();
  }

  #closed(): void {
    this.#openedAt = undefined;
    this.#holdsEvents = false;
    this.#endedAt = this.#services.clock.monotonic();
  }

  #abortRunning(): void {
    this.#abort.abort();
    this.#closed();
    this.#isBusy = false;
  }
}
