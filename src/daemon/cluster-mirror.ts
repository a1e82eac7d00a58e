import { isDeepStrictEqual } from 'node:util';
import type { AlertKeeper } from './alerts/alert-keeper.ts';
import type { ContextSettings, HistorySettings } from '../config/config.ts';
import type { RetrievalSettings } from '../config/retrieval-settings.ts';
import type { ClusterAnswer, RefreshedScope, UsedType, VerifiedScope } from '../control/protocol.ts';
import { isWatchable } from '../core/mirrored-type.ts';
import { laterResourceVersion } from '../core/resource-version.ts';
import { NaviError } from '../errors/navi-error.ts';
import { failure, type Failure } from '../kube/failure.ts';
import type { LiveMirror } from '../core/live-status.ts';
import type { Connect } from '../kube/connections.ts';
import type { Obtained } from '../kube/credentials/credential.ts';
import { fetchPrincipal } from '../kube/principal.ts';
import { Transport, type TrafficCounts } from '../kube/transport.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { withoutPassword } from '../kubeconfig/url-password.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import { delay, type Clock } from '../util/clock.ts';
import { refreshScopes, verifyScopes } from './asked-work.ts';
import { askCluster, streamCluster, type AskOptions, type ClusterStream } from './ask-cluster.ts';
import { MirrorActions } from './actions/mirror-actions.ts';
import { writeBatches } from './batch-writer.ts';
import { ChangeBatcher, type ScopeBatch } from './change-batcher.ts';
import { CheckJudge, type OwnHealth } from './check-judge.ts';
import { beating, ClusterCheck, failureOf, identified, type CheckResult } from './cluster-check.ts';
import { ClusterProber, ProbeWaits } from './cluster-prober.ts';
import { DiscoveryFollower, type DiscoveryResult } from './discovery-follower.ts';
import { findEventsDomain, type EventsDomain } from './events-domain.ts';
import type { HistoryKeeper } from './history-keeper.ts';
import { ListSlots } from './list-slots.ts';
import type { Logger } from './logger.ts';
import { liveMirror } from './live-mirror.ts';
import { storedMetrics, type MirrorMetrics } from './mirror-metrics.ts';
import { MirrorMeters } from './mirror-meters.ts';
import { MirrorGuard } from './mirror-guard.ts';
import { MirrorScopes } from './mirror-scopes.ts';
import { MirrorTimers } from './mirror-timers.ts';
import { PathLife } from './path-life.ts';
import { PublicCertificates } from './public-certificates.ts';
import type { Reflector } from './reflector.ts';
import { memoryOf, reasonOf } from './reflector-state.ts';
import { RequestPace } from './request-pace.ts';
import { SideWork, type SideWorkSettings } from './side-work.ts';
import { StreamingSupport } from './streaming-support.ts';
import { commitTolerantly, tolerateStore } from './tolerant-commit.ts';
import { TroubleLog } from './trouble-log.ts';
import { troubleMs, type Asking } from './used-types.ts';
import { WatchSlots } from './watch-slots.ts';
import type { PageDeriver } from './pages/page-deriver.ts';
import type { PageBounds } from './pages/page-limits.ts';
import { WriteTurns } from './write-turns.ts';

/** What of the configuration a mirror takes over while it runs. */
export interface MirrorSettings extends SideWorkSettings {
  readonly retrieval: RetrievalSettings;
  /** Each scope is compared with the server this often. */
  readonly auditIntervalMs: number;
}

/** What one mirror needs from the process. */
export interface ClusterMirrorOptions extends MirrorSettings {
  readonly context: ResolvedContext;
  readonly settings: ContextSettings;
  readonly writer: MirrorWriter;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  /** The context as its kubeconfig has it this moment. */
  readonly latest: () => ResolvedContext;
  /** How the cluster is connected to; TCP unless given. */
  readonly connect?: Connect | undefined;
  /** Takes the change log over; undefined: nobody does. It ends with the mirror. */
  readonly history?: HistoryKeeper | undefined;
  /** Judges the mirror by the rules of alerts; undefined: nobody does. It ends with the mirror. */
  readonly alerts?: AlertKeeper | undefined;
  /** Those of all mirrors of the process; its own unless given. */
  readonly turns?: WriteTurns | undefined;
  /** See ListPassOptions. */
  readonly deriver?: PageDeriver | undefined;
  /** See ReflectorServices. */
  readonly pageBounds?: PageBounds | undefined;
  /** Another cluster answers behind the context: the mirror has stopped, its store is to be set aside. */
  readonly onOtherCluster: () => void;
  /** The store file is no longer the one that is open: the mirror is to begin anew. */
  readonly onStoreGone: () => void;
  /** Asks for the store to be looked through for damage; nothing waits for it. */
  readonly examineStore: () => void;
  readonly onProgress: () => void;
  /** The cluster has just told who it is: what is queued for it can be carried out. */
  readonly onAnswering?: ((clusterUid: string) => void) | undefined;
  /** Scopes of an earlier process that no watch has proven after so long are listed (ms); undefined: they wait. */
  readonly unprovenListMs?: number | undefined;
}

/** Between two looks at a mirror that has not begun yet (ms). */
const lookMs = 50;

/** How long a cache may take to replay what the store had at a heartbeat (ms). */
const backlogMs = 500;

/** Between two heartbeats (ms). */
const heartbeatMs = 60_000;

/** After a first sync the planner wants statistics soon (ms). */
const firstTidyMs = 30_000;

/** Between two times of tidying the store, and between the steps of one (ms). */
const tidyMs = 600_000;
const tidyMoreMs = 1_000;

/** Between two looks through the whole store (ms). */
const examineMs = 86_400_000;

/**
 * One mirror at work: identity, heartbeat, discovery and the reflectors of one cluster for one user. Knows nothing of
 * other mirrors, and no failure of one reaches another.
 */
export class ClusterMirror {
  #context: ResolvedContext;
  readonly #options: ClusterMirrorOptions;
  readonly #pathLife: PathLife;
  readonly #batcher: ChangeBatcher;
  readonly #stopping = new AbortController();
  readonly #timers: MirrorTimers;
  readonly #prober: ClusterProber;
  /** Between the tries to reach the cluster for the first time. */
  readonly #firstWaits: ProbeWaits;
  readonly #judge: CheckJudge;
  readonly #pace: RequestPace;
  readonly #turns: WriteTurns;
  readonly #meters: MirrorMeters;
  readonly #slots = new ListSlots();
  readonly #transport: Transport;
  /** Changes of the cluster that people ask for. */
  readonly actions: MirrorActions;
  #check: ClusterCheck | undefined;
  #guard: MirrorGuard | undefined;
  #scopes: MirrorScopes | undefined;
  #follower: DiscoveryFollower | undefined;
  /** Whether the cluster has said who the present credential stands for. */
  #knowsPrincipal = false;
  readonly #side: SideWork;
  #settings: MirrorSettings;
  #alerts: AlertKeeper | undefined;
  #isRunning = false;
  /** Set by the first failure that keeps the whole cluster from being mirrored, cleared by the first success. */
  problem: Failure | undefined;

  constructor(options: ClusterMirrorOptions) {
    const { clock, random, writer, log } = options;
    this.#context = options.context;
    this.#options = options;
    this.#settings = options;
    this.#alerts = options.alerts;
    this.#timers = new MirrorTimers(clock, random, this.#stopping.signal);
    this.#meters = new MirrorMeters(clock);
    this.#pace = new RequestPace(clock);
    this.#prober = new ClusterProber(clock, random, this.#stopping.signal);
    this.#firstWaits = new ProbeWaits(clock, this.#stopping.signal);
    this.#judge = new CheckJudge({
      writer,
      clock,
      log,
      timers: this.#timers,
      eventsDomain: () => this.#check?.eventsDomain ?? 'unknown',
      problem: () => this.problem,
      skewMs: () => this.#transport.skewMs,
      checkAgain: () => this.#checkNow(),
      onOtherCluster: options.onOtherCluster,
      onStoreGone: options.onStoreGone,
      onAnswersAgain: (silentUntil) => {
        for (const reflector of this.reflectors) reflector.answersAgain(silentUntil);
      },
      provenBy: (result, isBack) => {
        this.#batcher.flush();
        for (const reflector of this.reflectors) reflector.missWatch(result, isBack);
        return this.reflectors.flatMap((reflector) => (reflector.isProvenBy(result) ? [reflector.scope.scopeId] : []));
      },
      onBeat: (result) => {
        for (const reflector of this.reflectors) reflector.checked(result);
        this.#storeMeasures();
      },
      onTimelineReset: () => this.#scopes?.resetTimeline(),
    });
    this.#transport = new Transport(options.context, { ...options, onNotice: (text) => log.warn(text) });
    this.actions = new MirrorActions({
      transport: this.#transport,
      log,
      stopping: this.#stopping.signal,
      identify: async () => await this.#check?.since(clock.monotonic()),
    });
    this.#pathLife = new PathLife(clock);
    this.#turns = options.turns ?? new WriteTurns();
    this.#batcher = new ChangeBatcher(clock, (batches) => this.#write(batches), this.#turns);
    this.#side = this.#makeSideWork();
  }

  /** What is mirrored, as its kubeconfig has it now. */
  get context(): ResolvedContext {
    return this.#context;
  }

  /** Reflectors of all scopes; empty until the first discovery. */
  get reflectors(): readonly Reflector[] {
    return this.#scopes?.reflectors ?? [];
  }

  /** The types are known and each has its reflector. */
  get isPlanned(): boolean {
    return this.#scopes?.isPlanned === true;
  }

  /** Every listable type has a complete list or a refusal; use was asked for once. */
  get isSettled(): boolean {
    return this.isPlanned && this.reflectors.every((reflector) => reflector.isSettled) && this.#side.isSettled;
  }

  /** Logs that the settings want are being fetched. */
  get isFetchingLogs(): boolean {
    return this.#side.isFetchingLogs;
  }

  /** What the last check came to. */
  get own(): OwnHealth {
    return this.#judge.own;
  }

  /** Since when the cluster cannot be reached (epoch ms), while that is so. */
  get outageSinceMs(): number | undefined {
    return this.#prober.outageSinceMs;
  }

  /** Why the store cannot be written, while that is so. */
  get storeProblem(): NaviError | undefined {
    return this.#options.writer.problem;
  }

  /** Requests and bytes since the start. */
  get traffic(): Readonly<TrafficCounts> {
    return this.#transport.counts;
  }

  /** The mirror as it is at this moment, for status. @param mirrorId as in the path of its store */
  live(mirrorId: string): LiveMirror {
    return liveMirror({
      mirrorId,
      context: this.context.name,
      own: this.#judge.own,
      storeProblem: this.storeProblem,
      traffic: this.traffic,
      batcher: this.#batcher,
      slots: this.#slots,
      meters: this.#meters,
      reflectors: this.reflectors,
      use: this.#scopes?.used.live,
    });
  }

  /** What Prometheus is told of the mirror. */
  metrics(mirrorId: string): MirrorMetrics {
    const { writer } = this.#options;
    return {
      ...storedMetrics(writer),
      live: this.live(mirrorId),
      byType: this.#meters.byType(),
      lags: this.#meters.lags.histogram,
    };
  }

  /** Reaches the cluster, however long that takes, and starts mirroring. Resolves when stopped or started. */
  async run(): Promise<void> {
    const { log, writer, clock } = this.#options;
    // What a writer that was killed called healthy nobody follows any more.
    commitTolerantly(writer, () => writer.scopes.stopAll(clock.now()));
    this.#isRunning = true;
    this.#startAlerts();
    log.info('mirror starts', { server: withoutPassword(this.context.cluster.server) });
    this.#side.use(this.#settings);
    const trouble = new TroubleLog(log, clock, { begin: 'cluster cannot be mirrored', end: 'cluster is mirrored' });
    for (;;) {
      const failed = await this.#attempt();
      if (this.#hasStopped()) return;
      if (failed === undefined) {
        trouble.over();
        return;
      }
      const waitMs = this.#firstWaits.next(failed.class === 'unauthorized' ? 'refused' : 'away');
      this.problem = failed;
      this.#judge.saveHealth('unhealthy', reasonOf(failed), failed.message);
      trouble.met(failed, { retryInMs: Math.round(waitMs) });
      this.#options.onProgress();
      await this.#firstWaits.wait(waitMs);
      if (this.#hasStopped()) return;
    }
  }

  /** Goes on with other settings: streams end only for types whose own policy is another one. */
  useSettings(settings: MirrorSettings): void {
    const { retrieval: before } = this.#settings;
    this.#settings = settings;
    if (this.#isRunning) this.#side.use(settings);
    if (isDeepStrictEqual(before, settings.retrieval) || this.#scopes === undefined) return;
    const scopes = this.#scopes;
    // As with a discovery: what could not be stored is planned again.
    if (!tolerateStore(this.#options.writer, () => scopes.retrievalChanged(before))) this.#follower?.refreshSoon();
    this.#options.onProgress();
  }

  /** Its past is held to other bounds. */
  useHistoryLimits(limits: HistorySettings): void {
    this.#options.history?.useLimits(limits);
  }

  /** Is judged by other rules. @param make the new keeper, made once the one before it has written what it knows */
  async useAlerts(make: () => AlertKeeper | undefined): Promise<void> {
    await this.#alerts?.stop();
    this.#alerts = undefined;
    if (this.#hasStopped()) return;
    this.#alerts = make();
    if (this.#isRunning) this.#startAlerts();
  }

  #startAlerts(): void {
    this.#alerts?.start(() => ({ ...this.#judge.own, answers: this.#judge.answersSinceMs !== null }));
  }

  /** Goes on as the kubeconfig has the context now: the same cluster and user, perhaps with other credentials. */
  useContext(context: ResolvedContext): void {
    this.#context = context;
    this.#transport.useContext(context);
    this.wake();
  }

  /** Something about the credential has changed: whoever waits for the cluster asks it now. */
  wake(): void {
    this.#knowsPrincipal = false;
    this.#transport.wake();
    this.#firstWaits.wake();
    this.#prober.wake();
    this.#checkNow();
  }

  /** Something was added to the change log. */
  changed(): void {
    this.#side.changed();
  }

  /** Somebody read kept logs. */
  usedLogs(ids: readonly number[]): void {
    this.#side.usedLogs(ids);
  }

  /** Takes a credential that a person got; false where the context has no use for one. */
  giveCredential(obtained: Obtained): boolean {
    const isTaken = this.#transport.giveCredential(obtained);
    this.wake();
    return isTaken;
  }

  /** Asks etcd now; for `--once` beside a daemon. True where the rows are proven fresh after it. */
  async confirm(): Promise<boolean> {
    const check = this.#check;
    if (check === undefined) return false;
    const { clock } = this.#options;
    const result = await check.since(clock.monotonic());
    if (!identified(result) || !beating(result) || !this.isPlanned) return false;
    // Caches of the server replay what they had at the heartbeat within milliseconds.
    await delay(clock, backlogMs, this.#stopping.signal);
    if (this.#stopping.signal.aborted) return false;
    this.#batcher.flush();
    return this.reflectors.every((reflector) => reflector.isFreshSince(result.startedAtMonotonic));
  }

  /** Lists types (`plural.group`; none: all) again, now. @throws NAVI_INCOMPLETE while the cluster has not told its types */
  async refresh(types: readonly string[], ended: AbortSignal): Promise<readonly RefreshedScope[]> {
    const { writer, clock } = this.#options;
    const stopping = AbortSignal.any([ended, this.#stopping.signal]);
    this.#refuseUnplanned();
    await this.use(types, { ended, purpose: 'renewal' });
    return await refreshScopes({ reflectors: this.#chosen(types), writer, clock, ended: stopping });
  }

  /** Compares types with the cluster, now. @throws NAVI_INCOMPLETE as `refresh` */
  async verify(types: readonly string[], ended: AbortSignal): Promise<readonly VerifiedScope[]> {
    this.#refuseUnplanned();
    await this.use(types, { ended, purpose: 'renewal' });
    // What is polled or refused is compared only where it is asked for, to say why it is not.
    const reflectors = this.#chosen(types).filter((each) => types.length > 0 || isComparable(each));
    const stopping = AbortSignal.any([ended, this.#stopping.signal]);
    const { clock } = this.#options;
    return await verifyScopes(this.#guard as MirrorGuard, { reflectors, clock, ended: stopping });
  }

  /**
   * Somebody asks for types (`plural.group`); see `UsedTypes`. Resolves once what is stored of those that are followed while they
   * are asked for is the server's of now, or it is known why not.
   */
  async use(types: readonly string[], asking: Asking): Promise<readonly UsedType[]> {
    const ended = AbortSignal.any([asking.ended, this.#stopping.signal]);
    const { clock } = this.#options;
    const askedAtMs = clock.monotonic();
    if (this.problem !== undefined) void this.#isAnswering();
    while (!this.isPlanned && !ended.aborted) {
      const { problem } = this;
      if (problem !== undefined && clock.monotonic() - askedAtMs >= troubleMs)
        return types.map((type) => ({ type, isHit: false, problem: problem.message }));
      await delay(clock, lookMs, ended);
    }
    return (await this.#scopes?.used.ask(types, { ...asking, ended })) ?? [];
  }

  /** Asks the cluster now; what waits for it goes on where it answers. Not where only a person can help. */
  async #isAnswering(): Promise<boolean> {
    if (this.#judge.own.reason === 'auth-needed') return false;
    this.#firstWaits.wake();
    const result = await this.#check?.since(this.#options.clock.monotonic());
    return result !== undefined && identified(result) && beating(result);
  }

  /** @throws NAVI_INCOMPLETE */
  #refuseUnplanned(): void {
    if (this.isPlanned && this.#guard !== undefined) return;
    throw new NaviError('NAVI_INCOMPLETE', `context "${this.context.name}" is not mirrored completely yet`, {
      hints: ['navi status says how far it is'],
    });
  }

  #chosen(types: readonly string[]): readonly Reflector[] {
    return types.length === 0 ? this.reflectors : this.reflectors.filter(({ scope }) => types.includes(scope.name));
  }

  /** Asks the cluster for what is not mirrored. @throws what `askCluster` throws */
  async ask(path: string, options: AskOptions): Promise<ClusterAnswer> {
    return await askCluster(this.#transport, path, this.#untilStopped(options));
  }

  /** Passes on what the cluster sends, as it sends it. @throws what `streamCluster` throws */
  async stream(path: string, options: AskOptions): Promise<ClusterStream> {
    return await streamCluster(this.#transport, path, this.#untilStopped(options));
  }

  #untilStopped(options: AskOptions): AskOptions {
    return { ...options, ended: AbortSignal.any([options.ended, this.#stopping.signal]) };
  }

  /** Ends all streams, commits what was received, closes the store. @param why where it is not navi that ends */
  async stop(why?: string): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { writer, clock } = this.#options;
    this.#batcher.flush();
    this.#stopping.abort();
    this.#follower?.stop();
    this.#scopes?.stop();
    this.#slots.stop();
    this.#storeMeasures();
    commitTolerantly(writer, () => writer.scopes.stopAll(clock.now()));
    if (why !== undefined) this.#judge.saveHealth('unhealthy', 'stopped', why);
    await this.#transport.close();
    await this.#alerts?.stop();
    this.#options.history?.stop();
    writer.close();
  }

  /** One try to reach the cluster; the failure, or undefined once mirroring has begun. */
  async #attempt(): Promise<Failure | undefined> {
    const { clock, log, writer, random } = this.#options;
    try {
      const transport = this.#transport;
      this.#check ??= this.#makeCheck(transport);
      const result = await this.#check.since(clock.monotonic());
      if (this.#stopping.signal.aborted) return undefined;
      if (!identified(result)) return result.identity as Failure;
      this.#follower ??= new DiscoveryFollower({
        transport,
        clock,
        random,
        log,
        onResult: (found) => this.#discovered(found),
      });
      if (!this.#discovered(await this.#follower.first())) this.#follower.refreshSoon();
      await this.#compareDomains(transport, this.#check);
    } catch (error) {
      if (error instanceof NaviError) throw error;
      const known = writer.report(error);
      return known instanceof NaviError ? failure('storage', known.message) : failureOf(error);
    }
    if (this.#hasStopped()) return undefined;
    if (this.problem !== undefined && this.#judge.answersSinceMs !== null)
      this.#judge.saveHealth('healthy', 'none', null);
    this.problem = undefined;
    const tidy = (): void =>
      void tolerateStore(writer, () => {
        if (writer.tidy(clock.now())) this.#timers.later(tidyMoreMs, tidy);
      });
    this.#timers.every(
      () => this.#pathLife.heartbeatMs(heartbeatMs),
      () => this.#checkNow(),
    );
    this.#timers.later(firstTidyMs, tidy);
    this.#timers.every(() => tidyMs, tidy);
    this.#startGuard();
    this.#startCertificates();
    this.#examineDaily();
    const { unprovenListMs } = this.#options;
    if (unprovenListMs !== undefined)
      this.#timers.every(
        () => unprovenListMs,
        () => this.#listUnproven(),
      );
    return undefined;
  }

  #listUnproven(): void {
    for (const reflector of this.reflectors) {
      if (reflector.isSettled && !reflector.isCurrent) reflector.relist('unproven');
    }
  }

  #startGuard(): void {
    const { writer, clock, random, log } = this.#options;
    this.#guard = new MirrorGuard({
      writer,
      clock,
      random,
      log,
      transport: this.#transport,
      check: this.#check as ClusterCheck,
      timers: this.#timers,
      intervalMs: () => this.#settings.auditIntervalMs,
      stopping: this.#stopping.signal,
      reflectors: () => this.reflectors,
      flush: () => this.#batcher.flush(),
      isTrusted: () => this.#judge.answersSinceMs !== null,
      isPlanned: () => this.isPlanned,
      wake: () => this.wake(),
      onOtherHistory: () => this.#judge.otherHistory(),
    });
    this.#guard.start();
    this.#guard.checked();
  }

  /** What an earlier setting kept goes. */
  #startCertificates(): void {
    const { writer, log, settings } = this.#options;
    const options = { writer, log, transport: this.#transport, timers: this.#timers, stopping: this.#stopping.signal };
    if (settings.certificates) new PublicCertificates(options).start();
    else commitTolerantly(writer, () => writer.certificates.forgetAll());
  }

  #examineDaily(): void {
    this.#timers.later(examineMs, () => {
      this.#options.examineStore();
      this.#examineDaily();
    });
  }

  #makeCheck(transport: Transport): ClusterCheck {
    const { clock, writer } = this.#options;
    return new ClusterCheck({
      transport,
      clock,
      namespace: this.context.namespace,
      eventsDomain: writer.mirror().events_domain as EventsDomain,
      eventsNamespace: () => this.#scopes?.eventsNamespace ?? '',
      latestResumePoint: () => this.#latestResumePoint(),
      onResult: (result) => this.#checked(result),
    });
  }

  #checkNow(): void {
    void this.#check?.since(this.#options.clock.monotonic());
  }

  #checked(result: CheckResult): void {
    if (this.#stopping.signal.aborted) return;
    // What came before the answer is no later than it: a heartbeat must not speak for events that wait here.
    this.#batcher.flush();
    tolerateStore(this.#options.writer, () => {
      if (this.#judge.judge(result)) this.#options.onProgress();
    });
    this.#guard?.checked();
    if (identified(result)) this.#prober.answered();
    if (identified(result) && this.#judge.answersSinceMs !== null) this.#options.onAnswering?.(result.identity.uid);
    if (identified(result) && !this.#knowsPrincipal) void this.#learnPrincipal();
  }

  /** Notes who the cluster takes the user for; what cannot be learned now is asked again with the next check. */
  async #learnPrincipal(): Promise<void> {
    const { writer, log } = this.#options;
    this.#knowsPrincipal = true;
    try {
      const principal = await fetchPrincipal(this.#transport, this.#context);
      if (this.#hasStopped()) return;
      const before = writer.mirror().principal;
      if (before === principal) return;
      if (before !== null)
        log.warn('the cluster takes the user for somebody else', { error: `${principal}, not ${before}` });
      commitTolerantly(writer, () => writer.saveFacts({ principal }));
    } catch (error) {
      this.#knowsPrincipal = false;
      log.debug('the cluster does not say who asks', { error: failureOf(error).message });
    }
  }

  /** False where it could not be stored: it is asked for and planned again. */
  #discovered(result: DiscoveryResult): boolean {
    if (this.#stopping.signal.aborted) return true;
    this.#options.log.info('discovered', { types: result.discovery.types.length });
    this.#scopes ??= this.#makeScopes();
    const scopes = this.#scopes;
    const isStored = tolerateStore(this.#options.writer, () => scopes.update(result));
    this.#side.discovered(result.discovery);
    this.#options.onProgress();
    return isStored;
  }

  #makeSideWork(): SideWork {
    const { clock, random, log, writer, history, onProgress } = this.#options;
    return new SideWork({
      clock,
      random,
      log,
      writer,
      history,
      transport: this.#transport,
      stopping: this.#stopping.signal,
      isAnswering: () => this.#judge.answersSinceMs !== null,
      reflectors: () => this.reflectors,
      onSettled: onProgress,
    });
  }

  #makeScopes(): MirrorScopes {
    const { writer, clock, random, log, settings } = this.#options;
    const check = this.#check as ClusterCheck;
    const scopes: MirrorScopes = new MirrorScopes(
      {
        writer,
        clock,
        random,
        log,
        check,
        transport: this.#transport,
        slots: this.#slots,
        pace: this.#pace,
        pathLife: this.#pathLife,
        watchSlots: new WatchSlots(),
        streaming: new StreamingSupport(() => writer.mirror().server_minor),
        batcher: this.#batcher,
        turns: this.#turns,
        deriver: this.#options.deriver,
        pageBounds: this.#options.pageBounds,
        meters: this.#meters,
        timeline: () => this.#judge.timeline,
        answersSinceMs: () => this.#judge.answersSinceMs,
        isAnswering: () => this.#isAnswering(),
        awaitCluster: (absence, signal) => {
          this.#guard?.doubt();
          return this.#prober.awaitCluster(check, absence, signal);
        },
        onOtherHistory: () => this.#judge.otherHistory(),
        suspectTimeline: () => this.#checkNow(),
        streamBroke: () => this.#guard?.streamBroke(),
        refreshDiscovery: () => this.#follower?.refreshSoon(),
        retrieval: () => this.#settings.retrieval,
        erasedWhenDenied: new Set(settings.eraseWhenDenied),
        erasePast: (past) => this.#options.history?.erase(past),
        sealPast: (type) => this.#options.history?.seal(type) ?? true,
        onProgress: (reflector) => {
          // As with a discovery: what could not be stored is planned again.
          if (!tolerateStore(writer, () => scopes.progressed(reflector))) this.#follower?.refreshSoon();
          this.#side.progressed();
          this.#options.onProgress();
        },
      },
      { chosen: settings.namespaces, fallback: this.context.namespace },
      () => this.#follower?.refreshSoon(),
    );
    return scopes;
  }

  /** Largest resume point of the types that kube-apiserver itself stores. */
  #latestResumePoint(): string {
    let latest = '';
    for (const { state, recipe } of this.reflectors) {
      // What an aggregated API serves has revisions of its own.
      if (recipe.printing !== undefined) continue;
      latest = laterResourceVersion(latest, memoryOf(state).resumePoint ?? '');
    }
    return latest;
  }

  /** Asked once per mirror: the heartbeat depends on it. */
  async #compareDomains(transport: Transport, check: ClusterCheck): Promise<void> {
    if (check.eventsDomain !== 'unknown') return;
    const { writer, log } = this.#options;
    try {
      check.eventsDomain = await findEventsDomain(transport);
      commitTolerantly(writer, () => writer.saveFacts({ events_domain: check.eventsDomain }));
    } catch (error) {
      log.debug('revision counters could not be compared', { error: failureOf(error).message });
    }
  }

  #write(batches: readonly ScopeBatch[]): void {
    const { writer, clock } = this.#options;
    // Only the watches of scopes feed the batcher.
    const scopes = this.#scopes as MirrorScopes;
    const onRefused = (error: NaviError): void => this.#judge.saveHealth('unhealthy', 'storage', error.message);
    const onUnplanned = (): void => this.#follower?.refreshSoon();
    writeBatches({ writer, clock, scopes, onRefused, onUnplanned, meters: this.#meters }, batches);
  }

  /** Counts that no batch took along. */
  #storeMeasures(): void {
    const { writer } = this.#options;
    const isDone = tolerateStore(writer, () => {
      if (this.#meters.isDirty) writer.commit(() => this.#meters.store(writer.scopes));
    });
    if (isDone) this.#meters.stored();
  }

  /** As it is now: the compiler takes a signal to stay as it was when first asked. */
  #hasStopped(): boolean {
    return this.#stopping.signal.aborted;
  }
}

function isComparable({ recipe, state }: Reflector): boolean {
  return isWatchable(recipe.type) && state.kind !== 'denied' && state.kind !== 'absent';
}
