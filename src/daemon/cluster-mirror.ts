import type { ContextSettings } from '../config/config.ts';
import type { ClusterAnswer } from '../control/protocol.ts';
import { laterResourceVersion } from '../core/resource-version.ts';
import type { Health, HealthReason } from '../core/scope-status.ts';
import { NaviError } from '../errors/navi-error.ts';
import { fetchHeartbeat, fetchListVersion } from '../kube/cluster-probes.ts';
import type { Failure } from '../kube/failure.ts';
import { warningTexts } from '../kube/list-page.ts';
import { Transport, type BodyAnswer, type RequestOptions } from '../kube/transport.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import { compareResourceVersions } from '../core/resource-version.ts';
import { storeError } from '../store/store-errors.ts';
import { delay, type Clock } from '../util/clock.ts';
import { applyEvents } from './apply-events.ts';
import { ChangeBatcher, type ScopeBatch } from './change-batcher.ts';
import { beating, ClusterCheck, failureOf, identified, type CheckResult, type EventsDomain } from './cluster-check.ts';
import { DiscoveryFollower, type DiscoveryResult } from './discovery-follower.ts';
import { ListSlots } from './list-slots.ts';
import type { Logger } from './logger.ts';
import { MirrorScopes } from './mirror-scopes.ts';
import type { Reflector } from './reflector.ts';
import { memoryOf, reasonOf } from './reflector-state.ts';
import { TimelineWatch } from './timeline.ts';

/** What one mirror needs from the process. */
export interface ClusterMirrorOptions {
  readonly context: ResolvedContext;
  readonly settings: ContextSettings;
  readonly writer: MirrorWriter;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  /** Another cluster answers behind the context: the mirror has stopped, its store is to be set aside. */
  readonly onOtherCluster: () => void;
  /** The store file is no longer the one that is open: the mirror is to begin anew. */
  readonly onStoreGone: () => void;
  readonly onProgress: () => void;
}

/** How a user's question is put. */
export interface AskOptions {
  readonly accept: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Aborted when nobody waits for the answer any more. */
  readonly ended: AbortSignal;
}

/** Longest answer that is passed on (bytes, unzipped): a page of 500 large pods is some 8 MB. */
const askMaxBytes = 32 * 1024 ** 2;

/** How long an answer may take in all (ms): the server gives up on a list after 60 s. */
const askTimeoutMs = 65_000;

/** The identity that only another cluster changes; see `fetchIdentity`. */
const strongIdentity = 'namespace/kube-system';

/** How long a cache may take to replay what the store had at a heartbeat (ms). */
const backlogMs = 500;

/** Between two heartbeats (ms). */
const heartbeatMs = 60_000;

/** A heartbeat below what was mirrored is repeated after this (ms). */
const suspectAgainMs = 5_500;

/** Waits of the one prober while the cluster cannot be reached: ×1.6 up to the cap (ms). */
const probeFirstMs = 1_000;
const probeCapMs = 20_000;

/** Scopes come back over this time once the cluster answers again (ms). */
const comeBackMs = 1_000;

/** After a first sync the planner wants statistics soon (ms). */
const firstTidyMs = 30_000;

/** Between two steps of tidying the store (ms). */
const tidyMs = 600_000;

/**
 * One mirror at work: identity, heartbeat, discovery and the reflectors of one cluster for one user. Knows nothing of
 * other mirrors, and no failure of one reaches another.
 */
export class ClusterMirror {
  readonly context: ResolvedContext;
  readonly #options: ClusterMirrorOptions;
  readonly #batcher: ChangeBatcher;
  readonly #timelineWatch = new TimelineWatch();
  readonly #stopping = new AbortController();
  #transport: Transport | undefined;
  #check: ClusterCheck | undefined;
  #scopes: MirrorScopes | undefined;
  #follower: DiscoveryFollower | undefined;
  #timeline: number;
  #heartbeatPassed = false;
  #isLookingAgain = false;
  #recovery: Promise<void> | undefined;
  /** Set by the first failure that keeps the whole cluster from being mirrored, cleared by the first success. */
  problem: Failure | undefined;
  /** Since when the cluster cannot be reached (epoch ms), while that is so. */
  outageSinceMs: number | undefined;

  constructor(options: ClusterMirrorOptions) {
    this.context = options.context;
    this.#options = options;
    this.#timeline = options.writer.mirror().timeline;
    this.#batcher = new ChangeBatcher(options.clock, (batches) => this.#write(batches));
  }

  /** Reflectors of all scopes; empty until the first discovery. */
  get reflectors(): readonly Reflector[] {
    return this.#scopes?.reflectors ?? [];
  }

  /** The types are known and each has its reflector. */
  get isPlanned(): boolean {
    return this.#scopes?.isPlanned === true;
  }

  /** Every listable type has a complete list or a refusal. */
  get isSettled(): boolean {
    return this.isPlanned && this.reflectors.every((reflector) => reflector.isSettled);
  }

  /** Why the store cannot be written, while that is so. */
  get storeProblem(): NaviError | undefined {
    return this.#options.writer.problem;
  }

  /** Requests and bytes since the start. */
  get traffic(): { readonly requests: number; readonly bytesReceived: number } {
    return this.#transport?.counts ?? { requests: 0, bytesReceived: 0 };
  }

  /** Reaches the cluster, however long that takes, and starts mirroring. Resolves when stopped or started. */
  async run(): Promise<void> {
    const { log } = this.#options;
    log.info('mirror starts', { server: this.context.cluster.server });
    for (let waitMs = probeFirstMs; ; waitMs = Math.min(waitMs * 1.6, probeCapMs)) {
      const failed = await this.#attempt();
      if (failed === undefined || this.#stopping.signal.aborted) return;
      this.problem = failed;
      this.#saveHealth('unhealthy', reasonOf(failed), failed.message);
      log.warn('cluster cannot be mirrored', {
        errorClass: failed.class,
        error: failed.message,
        retryInMs: Math.round(waitMs),
      });
      this.#options.onProgress();
      await delay(this.#options.clock, waitMs, this.#stopping.signal);
    }
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
    return this.reflectors.every((reflector) => reflector.isFresh);
  }

  /**
   * Asks the cluster for what is not mirrored and gives its answer as it is.
   * @throws NAVI_UNREACHABLE where none comes, NAVI_USAGE for an answer that is too large for this way
   */
  async ask(path: string, options: AskOptions): Promise<ClusterAnswer> {
    const { accept, headers: given, ended } = options;
    const signal = AbortSignal.any([ended, this.#stopping.signal, AbortSignal.timeout(askTimeoutMs)]);
    const answer = await this.#askWithin(path, { accept, headers: given, signal });
    if (answer === undefined) {
      const limit = `${askMaxBytes / 1024 ** 2} MiB`;
      throw new NaviError('NAVI_USAGE', `the answer is larger than the ${limit} that the daemon passes on`, {
        hints: ['kubectl get with the same arguments has it'],
      });
    }
    const { status, headers, text } = answer;
    const warnings = warningTexts(headers['warning'] ?? '');
    return { status, contentType: headers['content-type'] ?? '', body: text, warnings };
  }

  async #askWithin(path: string, options: RequestOptions): Promise<BodyAnswer | undefined> {
    try {
      this.#transport ??= await Transport.open(this.context);
      return await this.#transport.ask(path, options, askMaxBytes);
    } catch (error) {
      throw new NaviError('NAVI_UNREACHABLE', `the cluster cannot be asked: ${failureOf(error).message}`, {
        hints: ['navi status says since when'],
      });
    }
  }

  /** Ends all streams, commits what was received, closes the store. */
  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { writer, clock } = this.#options;
    this.#batcher.flush();
    this.#stopping.abort();
    this.#follower?.stop();
    this.#scopes?.stop();
    this.#commit(() => writer.scopes.stopAll(clock.now()));
    await this.#transport?.close();
    writer.close();
  }

  /** One try to reach the cluster; the failure, or undefined once mirroring has begun. */
  async #attempt(): Promise<Failure | undefined> {
    const { clock, log } = this.#options;
    try {
      this.#transport ??= await Transport.open(this.context);
      this.#check ??= this.#makeCheck(this.#transport);
      const result = await this.#check.since(clock.monotonic());
      if (this.#stopping.signal.aborted) return undefined;
      if (!identified(result)) return result.identity as Failure;
      this.#follower ??= new DiscoveryFollower({
        transport: this.#transport,
        clock,
        random: this.#options.random,
        log,
        onResult: (found) => this.#discovered(found),
      });
      this.#discovered(await this.#follower.first());
      await this.#compareDomains(this.#transport);
    } catch (error) {
      if (error instanceof NaviError) throw error;
      return failureOf(error);
    }
    if (this.#hasStopped()) return undefined;
    this.problem = undefined;
    this.#every(heartbeatMs, () => void this.#check?.since(clock.monotonic()));
    this.#later(firstTidyMs, () => this.#tolerant(() => this.#options.writer.tidy(clock.now())));
    this.#every(tidyMs, () => this.#tolerant(() => this.#options.writer.tidy(clock.now())));
    return undefined;
  }

  #makeCheck(transport: Transport): ClusterCheck {
    const { clock, writer } = this.#options;
    return new ClusterCheck({
      transport,
      clock,
      namespace: this.context.namespace,
      eventsDomain: writer.mirror().events_domain as EventsDomain,
      latestResumePoint: () => this.#latestResumePoint(),
      onResult: (result) => this.#checked(result),
    });
  }

  #discovered(result: DiscoveryResult): void {
    if (this.#stopping.signal.aborted) return;
    this.#options.log.info('discovered', { types: result.discovery.types.length });
    this.#scopes ??= this.#makeScopes();
    const scopes = this.#scopes;
    // What could not be stored now is planned again with the next discovery.
    if (!this.#tolerant(() => scopes.update(result))) this.#follower?.refreshSoon();
    this.#options.onProgress();
  }

  #makeScopes(): MirrorScopes {
    const { writer, clock, random, log } = this.#options;
    const scopes: MirrorScopes = new MirrorScopes(
      {
        writer,
        clock,
        random,
        log,
        transport: this.#transport as Transport,
        check: this.#check as ClusterCheck,
        slots: new ListSlots(),
        batcher: this.#batcher,
        timeline: () => this.#timeline,
        heartbeatPassed: () => this.#heartbeatPassed,
        awaitCluster: (signal) => this.#awaitCluster(signal),
        suspectTimeline: () => void this.#check?.since(clock.monotonic()),
        refreshDiscovery: () => this.#follower?.refreshSoon(),
        onProgress: (reflector) => {
          scopes.progressed(reflector);
          this.#options.onProgress();
        },
      },
      () => this.#follower?.refreshSoon(),
    );
    return scopes;
  }

  /** Every check: whose cluster is it, how far is its store, and may the rows be called fresh? */
  #checked(result: CheckResult): void {
    const { writer, log, onOtherCluster, onStoreGone } = this.#options;
    if (this.#stopping.signal.aborted) return;
    if (writer.isReplaced) {
      log.error('the store was deleted or replaced while it was open', { file: writer.file });
      onStoreGone();
      return;
    }
    if (identified(result) && result.identity.uid !== '') {
      const known = writer.mirror();
      // Another namespace than kube-system may have been made anew in the same cluster: that proves nothing.
      const isOther = known.uid_source === strongIdentity && known.cluster_uid !== result.identity.uid;
      if (known.cluster_uid !== null && result.identity.source === strongIdentity && isOther) {
        log.error('another cluster answers behind this context', { reason: 'quarantined' });
        onOtherCluster();
        return;
      }
      if (known.cluster_uid === null || known.uid_source !== strongIdentity) {
        const { uid, source } = result.identity;
        this.#commit(() => writer.saveFacts({ cluster_uid: uid, uid_source: source }));
      }
    }
    this.#heartbeatPassed = beating(result) && identified(result);
    if (beating(result) && identified(result)) this.#beat(result);
    else this.#missed((identified(result) ? result.heartbeat : result.identity) as Failure);
    this.#options.onProgress();
  }

  #beat(result: CheckResult & { readonly heartbeat: string }): void {
    const { writer, clock, log } = this.#options;
    const { heartbeat, startedAtMs } = result;
    const isShared = this.#check?.eventsDomain === 'shared' || this.#check?.eventsDomain === 'unknown';
    const verdict = isShared ? this.#timelineWatch.judge(heartbeat, result.latestResumePoint, startedAtMs) : 'same';
    if (verdict === 'suspect') {
      log.warn('the store of the cluster is behind what was mirrored', { resourceVersion: heartbeat });
      this.#lookAgain();
    }
    if (verdict === 'reset') this.#resetTimeline();
    if (verdict !== 'same') {
      this.#heartbeatPassed = false;
      this.#saveHealth('unhealthy', 'etcd', 'the store of the cluster is behind what was mirrored');
      return;
    }
    this.#commit(() => {
      writer.saveFacts({ confirmed_at: startedAtMs, heartbeat_resource_version: heartbeat });
      writer.saveHealth('healthy', 'none', null, clock.now());
    });
    for (const reflector of this.reflectors) reflector.checked(result);
  }

  /** One more heartbeat soon; several suspicions share it. */
  #lookAgain(): void {
    if (this.#isLookingAgain) return;
    this.#isLookingAgain = true;
    this.#later(suspectAgainMs, () => {
      this.#isLookingAgain = false;
      void this.#check?.since(this.#options.clock.monotonic());
    });
  }

  #missed(failed: Failure): void {
    const { writer } = this.#options;
    this.#options.log.warn('heartbeat failed', { errorClass: failed.class, error: failed.message });
    this.#commit(() => writer.scopes.freezeAsOf());
    const reason: HealthReason = failed.class === 'server' ? 'etcd' : reasonOf(failed);
    this.#saveHealth('unhealthy', reason, failed.message);
  }

  #resetTimeline(): void {
    const { writer, log } = this.#options;
    this.#timeline += 1;
    log.error('the cluster has another history: everything is listed again', {
      reason: 'timeline-reset',
      timeline: this.#timeline,
    });
    this.#commit(() => writer.saveFacts({ timeline: this.#timeline }));
    this.#scopes?.resetTimeline();
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

  /** Do events share the revision counter of the other types? Asked once per mirror: the heartbeat depends on it. */
  async #compareDomains(transport: Transport): Promise<void> {
    const check = this.#check;
    if (check === undefined || check.eventsDomain !== 'unknown') return;
    try {
      const before = await fetchHeartbeat(transport, '');
      const between = await fetchListVersion(transport);
      const after = await fetchHeartbeat(transport, '');
      const isShared =
        (compareResourceVersions(before, between) ?? 1) <= 0 && (compareResourceVersions(between, after) ?? 1) <= 0;
      check.eventsDomain = isShared ? 'shared' : 'own';
      const { writer } = this.#options;
      this.#commit(() => writer.saveFacts({ events_domain: check.eventsDomain }));
    } catch (error) {
      this.#options.log.debug('revision counters could not be compared', { error: failureOf(error).message });
    }
  }

  /** While the cluster cannot be reached one prober asks for all scopes. */
  async #awaitCluster(signal: AbortSignal): Promise<void> {
    this.#recovery ??= this.#probe().finally(() => {
      this.#recovery = undefined;
    });
    await this.#recovery;
    await delay(this.#options.clock, this.#options.random() * comeBackMs, signal);
  }

  async #probe(): Promise<void> {
    const { clock } = this.#options;
    this.outageSinceMs = clock.now();
    for (let waitMs = probeFirstMs; !this.#stopping.signal.aborted; waitMs = Math.min(waitMs * 1.6, probeCapMs)) {
      await delay(clock, waitMs, this.#stopping.signal);
      const result = await (this.#check as ClusterCheck).since(clock.monotonic());
      if (!identified(result)) continue;
      this.outageSinceMs = undefined;
      return;
    }
  }

  /** The batcher's write: one transaction for the events of all scopes. A batch that fails is read again by its scopes. */
  #write(batches: readonly ScopeBatch[]): void {
    const { writer, clock } = this.#options;
    const known = batches.flatMap((batch) => {
      const reflector = this.#scopes?.byScope(batch.scopeId);
      return reflector?.isWatching === true ? [{ ...batch, reflector }] : [];
    });
    try {
      const applied = writer.commit(() =>
        known.map(({ reflector, events }) => this.#apply(reflector, events, clock.now())),
      );
      for (const [index, { reflector, events }] of known.entries()) {
        const result = applied[index];
        if (result === undefined || result.resumePoint === '') continue;
        reflector.committed(result.resumePoint);
        if (result.suspect) reflector.relist('suspected-drift');
        this.#scopes?.committed(reflector, events);
      }
    } catch (error) {
      if (!(error instanceof NaviError)) throw error;
      this.#saveHealth('unhealthy', 'storage', error.message);
      for (const { reflector } of known) reflector.storeFailed(error);
    }
  }

  #apply(reflector: Reflector, events: ScopeBatch['events'], nowMs: number) {
    const { writer } = this.#options;
    const target = writer.scopes.target(reflector.scope.scopeId);
    return applyEvents(
      writer,
      { target, recipe: reflector.recipe, replayedUntil: reflector.replayedUntil, nowMs },
      events,
    );
  }

  #saveHealth(health: Health, reason: HealthReason, lastError: string | null): void {
    const { writer, clock } = this.#options;
    this.#commit(() => writer.saveHealth(health, reason, lastError, clock.now()));
  }

  /** Commits what only describes; see Reflector. */
  #commit(work: () => void): void {
    this.#tolerant(() => this.#options.writer.commit(work));
  }

  /** Runs `work`; false where the store refused it, of which the writer tells. Anything else thrown is a bug. */
  #tolerant(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(storeError(error, this.#options.writer.file) instanceof NaviError)) throw error;
      return false;
    }
  }

  /** As it is now: the compiler takes a signal to stay as it was when first asked. */
  #hasStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Runs `work` once after `ms`, unless the mirror has stopped by then. */
  #later(ms: number, work: () => void): void {
    const cancel = this.#options.clock.after(ms, work);
    this.#stopping.signal.addEventListener('abort', cancel, { once: true });
  }

  /** Repeats `work` until the mirror stops, each time after `ms` give or take a twentieth. */
  #every(ms: number, work: () => void): void {
    const { clock, random } = this.#options;
    let cancel = (): void => undefined;
    const next = (): void => {
      cancel = clock.after(ms * (0.95 + random() / 10), () => {
        work();
        next();
      });
    };
    this.#stopping.signal.addEventListener('abort', () => cancel(), { once: true });
    next();
  }
}
