import { HistoryKeeper } from './history-keeper.ts';
import type { AlertKeeper } from './alerts/alert-keeper.ts';
import type { Alerting } from './alerts/alerting.ts';
import { renameSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { polled } from '../config/retrieval-settings.ts';
import { settingsOf, type Config } from '../config/config.ts';
import type { AlertSettings } from '../config/alert-settings.ts';
import { refuseReadOnly } from '../config/read-only.ts';
import type {
  ContextChoice,
  ControlRequest,
  DaemonInfo,
  DaemonSettings,
  HandedCredential,
  MirrorInfo,
  WakeAnswer,
} from '../control/protocol.ts';
import { protocolVersion } from '../control/protocol.ts';
import { NaviError } from '../errors/navi-error.ts';
import { readKubeconfigFiles } from '../kubeconfig/read-kubeconfig.ts';
import { mirrorId, resolveContext, type ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { refuseUnusable } from '../kubeconfig/usable-context.ts';
import { historyFile, mirrorDirectory, mirrorFile, userFile } from '../store/data-directory.ts';
import type { Connect } from '../kube/connections.ts';
import { noCredential, type Obtained } from '../kube/credentials/credential.ts';
import type { HeldLock } from '../store/lock-database.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import { storeError } from '../store/store-errors.ts';
import type { WalLimits } from '../store/wal-bound.ts';
import type { Clock } from '../util/clock.ts';
import { KeyedQueue } from '../util/keyed-queue.ts';
import type { AskOptions } from './ask-cluster.ts';
import { ActionQueue } from './actions/action-queue.ts';
import { ClusterMirror, type MirrorSettings } from './cluster-mirror.ts';
import { StreamedAnswer, type ControlConnection } from './control-server.ts';
import { FollowedContexts, type ContextOrigin } from './followed-contexts.ts';
import { buildInfo } from '../util/build-info.ts';
import { SourceApi } from './sources/source-api.ts';
import { sourceServer } from '../kubeconfig/source-server.ts';
import { takeInstanceLock } from './instance-lock.ts';
import type { Logger } from './logger.ts';
import { metricsText, processUsage } from './metrics-text.ts';
import { NetworkWatch } from './network-watch.ts';
import { openMirrorStore, setAsideAndTell, type MirrorStore } from './mirror-store.ts';
import type { PageDeriver } from './pages/page-deriver.ts';
import type { PageBounds } from './pages/page-limits.ts';
import { WriteTurns } from './write-turns.ts';

/** Wait before a mirror that could not begin anew is tried again (ms). */
const addAgainMs = 10_000;

/** A store that is damaged again so soon after it was begun anew (ms) lies on a bad disk: the next one waits as long. */
const damagedAgainMs = 60_000;

/** So many connections are told of changes at once: each commit is told to all of them. Nothing is kept for any. */
const maxFollowers = 100;

/** What the process as a whole works with. */
export interface SyncProcessOptions {
  readonly dataDir: string;
  /** Until `useConfig` brings another one. */
  readonly config: Config;
  readonly clock: Clock;
  /** In [0, 1); `Math.random` unless given. */
  readonly random?: (() => number) | undefined;
  readonly log: Logger;
  /** Addresses of this machine, for `NetworkWatch`; nothing looks at them unless given. */
  readonly addresses?: (() => readonly string[]) | undefined;
  /** How clusters are connected to; TCP unless given. */
  readonly connect?: Connect | undefined;
  /** Looks through a store for damage (`checkStore`); nothing does unless given. */
  readonly checkStore?: ((file: string) => Promise<string | undefined>) | undefined;
  /** Reads large pages of lists; see ListPassOptions. Closed by who made it. */
  readonly deriver?: PageDeriver | undefined;
  /** See ReflectorServices. */
  readonly pageBounds?: PageBounds | undefined;
  /** It ends once everything is listed: what people queued is not carried out, and who looks for a daemon finds none. */
  readonly isOnce?: boolean | undefined;
  /** See ClusterMirrorOptions. */
  readonly unprovenListMs?: number | undefined;
  /** Alerts of all mirrors; none unless given. Begun and stopped with the process. */
  readonly alerting?: Alerting | undefined;
  /** Bounds of each store's write-ahead log; `walLimits` unless given. */
  readonly walLimits?: WalLimits | undefined;
  /** Told when another process writes to a store of this one: this one is to end. */
  readonly onTakenOver?: ((problem: NaviError) => void) | undefined;
  /** Told whenever something is worth showing anew. */
  readonly onProgress: () => void;
}

/** What the process as a whole does when it is asked to. */
export interface OwnProcess {
  stop(): void;
  /** Reads the configuration again. @throws NaviError where it cannot be used */
  reload(): Promise<unknown>;
  /** The configuration as it is in force. */
  settings(): DaemonSettings;
}

/** What of the configuration a mirror takes over while it runs. */
function mirrorSettings(config: Config, source: SourceApi | undefined): MirrorSettings {
  const { auditIntervalMs, usageIntervalMs, keptLogs } = config;
  const retrieval = source === undefined ? config.retrieval : polled(config.retrieval, source.intervalMs);
  return { retrieval, auditIntervalMs, usageIntervalMs, keptLogs };
}

/**
 * All mirrors of one data directory: the one writer process. Each mirror is isolated; contexts that mean the same
 * cluster and user share one.
 */
export class SyncProcess {
  readonly #options: SyncProcessOptions;
  readonly #lock: HeldLock;
  readonly #startedAtMs: number;
  readonly #mirrors = new Map<string, ClusterMirror>();
  /** Connections that are told of changes, by mirror. */
  readonly #followers = new Map<string, Set<ControlConnection>>();
  /** Starts and renewals of each mirror, one at a time. */
  readonly #changes = new KeyedQueue();
  readonly #turns = new WriteTurns();
  readonly #queue: ActionQueue;
  readonly #writers = new Map<string, MirrorWriter>();
  /** When the store of a mirror was last found to be damaged (monotonic ms). */
  readonly #damagedAt = new Map<string, number>();
  readonly #cancelStart = new Map<string, () => void>();
  readonly #followed: FollowedContexts;
  /** By name; made when their mirrors begin. */
  readonly #sources = new Map<string, SourceApi>();
  readonly #network: NetworkWatch | undefined;
  #config: Config;
  #stopping = false;

  /** @throws NAVI_DAEMON_RUNNING when another process keeps this data directory. */
  constructor(options: SyncProcessOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#startedAtMs = options.clock.now();
    this.#queue = new ActionQueue(userFile(options.dataDir), options.clock);
    this.#followed = new FollowedContexts(options.clock, options.log, {
      goOn: (id, context) => void this.#goOn(id, context),
      end: (id, why) => void this.#end(id, why),
    });
    this.#lock = takeInstanceLock(options.dataDir, this.#startedAtMs);
    options.alerting?.start();
    if (options.addresses !== undefined)
      this.#network = new NetworkWatch(options.clock, options.addresses, () => this.#joinedNetwork());
  }

  /** The mirrors, by when they were added. */
  get mirrors(): readonly ClusterMirror[] {
    return [...this.#mirrors.values()];
  }

  /**
   * Starts to mirror what a context points to; a mirror that runs already is left alone. With an origin the context is
   * followed through changes of its kubeconfig.
   * @throws NAVI_CONTEXT_UNSUPPORTED, and what opening the store throws.
   */
  async add(context: ResolvedContext, origin?: ContextOrigin): Promise<void> {
    refuseUnusable(context);
    const id = mirrorId(context);
    if (origin !== undefined) this.#followed.add(origin, context);
    await this.#changes.run(id, async () => await this.#start(id, context));
  }

  /**
   * Goes on with other settings. A mirror whose context is to be mirrored otherwise (`[contexts]`) stops and starts again from its
   * resume points; all else is taken over while it runs. Resolves with the names of the contexts of those that started again.
   */
  async useConfig(config: Config, alerts: AlertSettings): Promise<readonly string[]> {
    const before = this.#config;
    this.#config = config;
    const isJudgedAnew = (await this.#options.alerting?.use(alerts)) === true;
    const mirrors = [...this.#mirrors];
    const changed = mirrors.filter(
      ([, { context }]) => !isDeepStrictEqual(settingsOf(before, context.name), settingsOf(config, context.name)),
    );
    const restarted = new Set(changed.map(([id]) => id));
    await Promise.all(
      mirrors.map(([id]) => (restarted.has(id) ? this.#restart(id) : this.#takeOver(id, before, isJudgedAnew))),
    );
    return changed.map(([, { context }]) => context.name);
  }

  /** Has a mirror that runs go on as the configuration says now; its streams, and a list under way, are left alone. */
  async #takeOver(id: string, before: Config, isJudgedAnew: boolean): Promise<void> {
    const config = this.#config;
    await this.#changes.run(id, async () => {
      const mirror = this.#mirrors.get(id);
      if (mirror === undefined || this.#stopping) return;
      if (!isDeepStrictEqual(config.history, before.history)) mirror.useHistoryLimits(config.history);
      const source = this.#sources.get(mirror.context.name);
      const settings = mirrorSettings(config, source);
      if (!isDeepStrictEqual(settings, mirrorSettings(before, source))) mirror.useSettings(settings);
      if (isJudgedAnew) await mirror.useAlerts(() => this.#keeper(id, mirror.context));
    });
  }

  #keeper(id: string, context: ResolvedContext): AlertKeeper | undefined {
    const writer = this.#writers.get(id);
    const log = this.#options.log.child({ context: context.name });
    if (writer === undefined) return undefined;
    return this.#options.alerting?.keeper({ mirrorId: id, context: context.name, writer, log });
  }

  async #restart(id: string): Promise<void> {
    await this.#changes.run(id, async () => {
      const mirror = this.#mirrors.get(id);
      if (mirror === undefined || this.#stopping) return;
      this.#mirrors.delete(id);
      await mirror.stop();
      await this.#startAgain(id, mirror.context, () => undefined);
    });
  }

  /** The program behind a context, where that is a source. */
  #sourceOf({ name, cluster }: ResolvedContext): SourceApi | undefined {
    const settings = this.#config.sources.get(name);
    if (settings === undefined || cluster.server !== sourceServer(name)) return undefined;
    const known = this.#sources.get(name);
    if (known !== undefined) return known;
    const { clock } = this.#options;
    const made = new SourceApi({ name, settings, env: process.env, clock });
    this.#sources.set(name, made);
    return made;
  }

  /** Only as a change of this mirror: two writers of one store must never be open. */
  async #start(id: string, context: ResolvedContext): Promise<void> {
    if (this.#mirrors.has(id) || this.#stopping) return;
    const config = this.#config;
    const { clock, random, deriver, onProgress } = this.#options;
    const source = this.#sourceOf(context);
    const log = this.#options.log.child({ context: context.name });
    const { writer, examine } = await this.#openStore(id, context, log);
    const history = await HistoryKeeper.open({
      file: historyFile(writer.file),
      limits: config.history,
      writer,
      clock,
      log,
    });
    const mirror: ClusterMirror = new ClusterMirror({
      context,
      history,
      alerts: this.#options.alerting?.keeper({ mirrorId: id, context: context.name, writer, log }),
      ...mirrorSettings(config, source),
      settings: settingsOf(config, context.name),
      writer,
      clock,
      random: random ?? Math.random,
      log,
      latest: () => this.#followed.latest(id, context),
      unprovenListMs: this.#options.unprovenListMs,
      connect: source?.connect ?? this.#options.connect,
      turns: this.#turns,
      deriver,
      pageBounds: this.#options.pageBounds,
      onOtherCluster: () => void this.#beginAnew(id, writer, { between: () => this.#setAside(id, log), waitMs: 0 }),
      onStoreGone: () => void this.#beginAnew(id, writer, { between: () => undefined, waitMs: 0 }),
      examineStore: examine,
      onProgress,
      onAnswering: (clusterUid) => void this.#runQueueAsKnown(id, clusterUid, log),
    });
    this.#mirrors.set(id, mirror);
    this.#writers.set(id, writer);
    mirror.run().catch((error: unknown) => {
      queueMicrotask(() => {
        throw error;
      });
    });
  }

  #joinedNetwork(): void {
    this.#options.log.info('the machine has another network address: every cluster is asked');
    for (const mirror of this.#mirrors.values()) mirror.wake();
  }

  async #openStore(id: string, context: ResolvedContext, log: Logger): Promise<MirrorStore> {
    const { dataDir, clock, checkStore, walLimits, onProgress, onTakenOver } = this.#options;
    const file = mirrorFile(dataDir, id);
    const store: MirrorStore = await openMirrorStore({
      file,
      context,
      clock,
      log,
      check: checkStore ?? (() => Promise.resolve(undefined)),
      walLimits,
      onProblem: onProgress,
      onDamaged: () => this.#beginUndamaged(id, store.writer, log),
      onTakenOver: (problem) => onTakenOver?.(problem),
      onChange: () => {
        this.#mirrors.get(id)?.changed();
        for (const follower of this.#followers.get(id) ?? []) follower.nudge();
      },
    });
    return store;
  }

  /** Answers what commands ask over the control socket. */
  async answer(request: ControlRequest, own: OwnProcess, connection: ControlConnection): Promise<unknown> {
    switch (request.method) {
      case 'info':
        return this.#info(own);
      case 'live':
        return [...this.#mirrors].map(([id, mirror]) => mirror.live(id));
      case 'metrics':
        return this.metricsText();
      case 'add':
        for (const context of contextsOf(request)) await this.add(context, originOf(context, request));
        return this.#info(own);
      case 'confirm':
        return await this.#confirm(request);
      case 'follow':
        for (const context of contextsOf(request)) await this.#follow(context, request, connection);
        return null;
      case 'read':
        return await this.#mirrorOf(request).ask(request.path, questionOf(request, connection));
      case 'stream': {
        const { answer, bytes } = await this.#mirrorOf(request).stream(request.path, questionOf(request, connection));
        return new StreamedAnswer(answer, bytes);
      }
      case 'refresh':
        return await this.#mirrorOf(request).refresh(request.types, connection.ended);
      case 'verify':
        return await this.#mirrorOf(request).verify(request.types, connection.ended);
      case 'act': {
        this.#refuseReadOnly();
        const { action, isDryRun, headers } = request;
        return await this.#mirrorOf(request).actions.act(action, { isDryRun, headers, ended: connection.ended });
      }
      case 'run-queue': {
        this.#refuseReadOnly();
        const mirror = this.#mirrorOf(request);
        const clusterUid = await mirror.actions.identity();
        return await mirror.actions.runQueue(this.#queue, { mirrorId: mirrorId(mirror.context), clusterUid });
      }
      case 'use':
        return await this.#mirrorOf(request).use(request.types, {
          ended: connection.ended,
          purpose: request.purpose,
        });
      case 'wake':
        return this.#wake(request);
      case 'used-logs':
        this.#mirrorOf(request).usedLogs(request.logs);
        return null;
      case 'stop':
        own.stop();
        return this.#info(own);
      case 'reload':
        return await own.reload();
    }
  }

  /** @throws NAVI_USAGE */
  #refuseReadOnly(): void {
    refuseReadOnly(this.#config);
  }

  /** What waits for a cluster is carried out once that has told who it is. */
  async #runQueueAsKnown(id: string, clusterUid: string, log: Logger): Promise<void> {
    const { isOnce } = this.#options;
    const mirror = this.#mirrors.get(id);
    if (isOnce === true || this.#config.isReadOnly || mirror === undefined) return;
    try {
      await mirror.actions.runQueue(this.#queue, { mirrorId: id, clusterUid });
    } catch (error) {
      if (!(error instanceof NaviError)) throw error;
      log.warn('queued actions wait', { error: error.message });
    }
  }

  /** What Prometheus is told, as text. */
  metricsText(): string {
    const mirrors = [...this.#mirrors].map(([id, mirror]) => mirror.metrics(id));
    return metricsText({ startedAtMs: this.#startedAtMs, ...processUsage() }, mirrors);
  }

  /** Drains every mirror and frees the data directory. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#followed.close();
    this.#network?.stop();
    for (const cancel of this.#cancelStart.values()) cancel();
    for (const source of this.#sources.values()) source.close();
    await this.#changes.idle();
    await Promise.all(this.mirrors.map((mirror) => mirror.stop()));
    await this.#queue.idle();
    await this.#options.alerting?.stop();
    this.#lock.release();
  }

  async #confirm(choice: ContextChoice): Promise<{ readonly confirmed: boolean }> {
    let confirmed = true;
    for (const context of contextsOf(choice)) {
      await this.add(context, originOf(context, choice));
      confirmed = (await this.#mirrors.get(mirrorId(context))?.confirm()) === true && confirmed;
    }
    return { confirmed };
  }

  /** What its kubeconfig says has changed: credentials are swapped, or a mirror begins. */
  async #goOn(id: string, context: ResolvedContext): Promise<void> {
    const mirror = this.#mirrors.get(id);
    if (mirror !== undefined) {
      mirror.useContext(context);
      return;
    }
    try {
      await this.add(context);
    } catch (error) {
      if (!(error instanceof NaviError)) throw error;
      this.#options.log.error('mirror cannot begin', { context: context.name, error: error.message });
    }
  }

  /** No context means this mirror any more: it stops, and nothing of it is deleted. */
  async #end(id: string, why: string): Promise<void> {
    await this.#changes.run(id, async () => {
      // One that was to begin anew later does not.
      this.#cancelStart.get(id)?.();
      const mirror = this.#mirrors.get(id);
      if (mirror === undefined || this.#stopping) return;
      this.#mirrors.delete(id);
      this.#options.log.warn('mirror ends', { context: mirror.context.name, error: why });
      await mirror.stop(why);
      this.#options.onProgress();
    });
  }

  #wake(request: Extract<ControlRequest, { readonly method: 'wake' }>): WakeAnswer {
    const [context] = contextsOf(request);
    const mirror = context === undefined ? undefined : this.#mirrors.get(mirrorId(context));
    const obtained = request.credential === undefined ? undefined : obtainedOf(request.credential);
    const isTaken = obtained !== undefined && mirror?.giveCredential(obtained) === true;
    mirror?.wake();
    return { isMirrored: mirror !== undefined, isTaken };
  }

  /** Tells a connection of changes for as long as it lasts. */
  async #follow(context: ResolvedContext, choice: ContextChoice, connection: ControlConnection): Promise<void> {
    await this.add(context, originOf(context, choice));
    if (connection.ended.aborted) return;
    this.#refuseFollower(connection);
    const id = mirrorId(context);
    const followers = this.#followers.get(id) ?? new Set();
    this.#followers.set(id, followers.add(connection));
    connection.ended.addEventListener('abort', () => followers.delete(connection), { once: true });
  }

  /** @throws NAVI_DAEMON_BUSY where so many others are told of changes already */
  #refuseFollower(connection: ControlConnection): void {
    const followers = new Set([...this.#followers.values()].flatMap((each) => [...each]));
    if (followers.has(connection) || followers.size < maxFollowers) return;
    throw new NaviError(
      'NAVI_DAEMON_BUSY',
      `${maxFollowers} commands follow this daemon already, and it tells no more`,
      {
        hints: ['end some of the commands that run with -w or --watch, or that wait, and try again'],
      },
    );
  }

  /** The mirror of the one context of a request. @throws NAVI_NOT_MIRRORED */
  #mirrorOf(choice: ContextChoice): ClusterMirror {
    const [context] = contextsOf(choice);
    const mirror = context === undefined ? undefined : this.#mirrors.get(mirrorId(context));
    if (mirror === undefined) {
      throw new NaviError('NAVI_NOT_MIRRORED', `the daemon does not mirror context "${context?.name ?? ''}"`, {
        hints: [`navi sync --context ${context?.name ?? 'NAME'} adds it`],
      });
    }
    return mirror;
  }

  /** Damage is met by whatever reads a bad page first; the store is begun anew once. */
  #beginUndamaged(id: string, writer: MirrorWriter, log: Logger): void {
    const { clock } = this.#options;
    const isAgain = clock.monotonic() - (this.#damagedAt.get(id) ?? Number.NEGATIVE_INFINITY) < damagedAgainMs;
    this.#damagedAt.set(id, clock.monotonic());
    const between = (): void => setAsideAndTell(writer.file, clock, log);
    void this.#beginAnew(id, writer, { between, waitMs: isAgain ? damagedAgainMs : 0 });
  }

  /** Stops a mirror whose store, that of `writer`, can no longer be used, and starts it again. */
  async #beginAnew(id: string, writer: MirrorWriter, renewal: Renewal): Promise<void> {
    await this.#changes.run(id, async () => {
      const mirror = this.#mirrors.get(id);
      if (mirror === undefined || this.#writers.get(id) !== writer || this.#stopping) return;
      this.#mirrors.delete(id);
      await mirror.stop();
      if (renewal.waitMs > 0) this.#startLater(id, mirror.context, renewal);
      else await this.#startAgain(id, mirror.context, renewal.between);
    });
  }

  /** Starts a mirror again, for as long as that takes: whoever took the store away may not be done. */
  async #startAgain(id: string, context: ResolvedContext, between: () => void): Promise<void> {
    if (this.#stopping || this.#mirrors.has(id)) return;
    let left = between;
    try {
      left();
      left = () => undefined;
      await this.#start(id, context);
    } catch (error) {
      const known = storeError(error, mirrorFile(this.#options.dataDir, id));
      if (!(known instanceof NaviError)) throw error;
      this.#options.log.error('mirror cannot begin anew', { context: context.name, error: known.message });
      this.#startLater(id, context, { between: left, waitMs: addAgainMs });
    }
  }

  #startLater(id: string, context: ResolvedContext, { between, waitMs }: Renewal): void {
    const start = async (): Promise<void> => await this.#startAgain(id, context, between);
    this.#cancelStart.get(id)?.();
    this.#cancelStart.set(
      id,
      this.#options.clock.after(waitMs, () => void this.#changes.run(id, start)),
    );
  }

  /** Another cluster took the place of the one that was mirrored: its store is kept beside the fresh one. */
  #setAside(id: string, log: Logger): void {
    const directory = mirrorDirectory(this.#options.dataDir, id);
    const aside = `${directory}.quarantined-${this.#options.clock.now()}`;
    renameSync(directory, aside);
    log.warn('store set aside', { reason: 'quarantined', file: aside });
  }

  #info(own: OwnProcess): DaemonInfo {
    const mirrors = [...this.#mirrors].map(([id, mirror]): MirrorInfo => {
      const { reflectors, traffic } = mirror;
      return {
        context: mirror.context.name,
        mirrorId: id,
        scopeCount: reflectors.length,
        settledCount: reflectors.filter((reflector) => reflector.isSettled).length,
        requestCount: traffic.requests,
        receivedBytes: traffic.bytesReceived,
      };
    });
    return {
      protocolVersion,
      version: buildInfo.version,
      pid: process.pid,
      startedAt: new Date(this.#startedAtMs).toISOString(),
      settings: own.settings(),
      isOnce: this.#options.isOnce === true,
      contexts: mirrors.map((mirror) => mirror.context),
      mirrors,
    };
  }
}

/** How a mirror begins anew. */
interface Renewal {
  /** Done once the mirror has stopped and before it starts again, until it succeeds. */
  readonly between: () => void;
  readonly waitMs: number;
}

function questionOf(
  { accept, headers }: Extract<ControlRequest, { readonly method: 'read' | 'stream' }>,
  { ended }: ControlConnection,
): AskOptions {
  return { accept, headers, ended };
}

function contextsOf(choice: ContextChoice): readonly ResolvedContext[] {
  const kubeconfig = readKubeconfigFiles(choice.kubeconfig);
  return choice.contexts.map((name) => resolveContext(kubeconfig, name, choice.overrides));
}

function originOf(context: ResolvedContext, choice: ContextChoice): ContextOrigin {
  const { kubeconfig, overrides } = choice;
  return { name: context.name, kubeconfig, ...(overrides === undefined ? {} : { overrides }) };
}

function obtainedOf({ token, certificate, key, expiresAt }: HandedCredential): Obtained {
  const credential = { ...noCredential, token, certificate, key };
  return { credential, expiresAtMs: expiresAt === null ? undefined : Date.parse(expiresAt) };
}
