import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { KeptLogSettings } from '../../src/core/kept-log.ts';
import { defaultConfig, type Config, type ContextSettings } from '../../src/config/config.ts';
import { parseAlerts } from '../../src/config/read-alerts.ts';
import { parseConfig } from '../../src/config/read-config.ts';
import { SyncProcess } from '../../src/daemon/sync-process.ts';
import type { ClusterMirror } from '../../src/daemon/cluster-mirror.ts';
import { lineLogger } from '../../src/daemon/logger.ts';
import type { PageBounds } from '../../src/daemon/pages/page-limits.ts';
import { parseKubeconfig } from '../../src/kubeconfig/parse-kubeconfig.ts';
import { mirrorId, resolveContext, type ResolvedContext } from '../../src/kubeconfig/resolve-context.ts';
import type { ClusterState } from '../../src/simulator/cluster-state.ts';
import { FaultHooks } from '../../src/simulator/fault-hooks.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/simulator.ts';
import { historyFile, mirrorFile } from '../../src/store/data-directory.ts';
import type { WalLimits } from '../../src/store/wal-bound.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';
import { MemoryNetwork } from './memory-network.ts';
import { TcpFront } from './tcp-front.ts';
import { historyDifferences } from './history-oracle.ts';
import { brokenInvariants, mirrorDifferences, type OracleOptions } from './mirror-oracle.ts';
import { brokenRequests } from './request-rules.ts';
import { createSeededRandom } from './seeded-random.ts';
import { copyEmptyStore } from './empty-store.ts';
import { ServerHistory } from './server-history.ts';
import { StoreView } from './store-view.ts';

/** The types of the cluster that discovery tells unless a test wants all; types of definitions are always told. */
export const fewTypes: readonly string[] = [
  'configmaps',
  'events',
  'namespaces',
  'pods',
  'secrets',
  'deployments.apps',
  'customresourcedefinitions.apiextensions.k8s.io',
];

/** What a test may set. */
export interface SimulatedMirrorOptions extends Pick<
  SimulatorOptions,
  'watchCacheCapacity' | 'port' | 'watchList' | 'serverMinor'
> {
  /** What the configuration says of the context; the defaults unless given. */
  readonly settings?: Partial<ContextSettings>;
  /** Tables of the configuration besides those of contexts, as TOML; nothing unless given. */
  readonly configuration?: string;
  /** Addresses of the machine; nothing looks at them unless given. */
  readonly addresses?: () => readonly string[];
  /** See `stepMs`. */
  readonly stepMs?: number;
  /** `admin` unless given. */
  readonly user?: string;
  /** Fields of the kubeconfig's user entry, in place of the token of `user`. */
  readonly userEntry?: Readonly<Record<string, unknown>>;
  /** Built-in types that discovery tells, by `plural.group`; `fewTypes` unless given, `all` for every one. */
  readonly types?: readonly string[] | 'all';
  readonly seed?: number;
  /** Chance within the cluster; of the seed unless given. */
  readonly random?: () => number;
  /** Called with each process once it mirrors the cluster: to have it mirror others as well. */
  readonly onOpen?: (process: SyncProcess) => Promise<void>;
  /** Which logs are kept; none unless given. */
  readonly keptLogs?: KeptLogSettings;
  /** See Config; a day unless given. */
  readonly auditIntervalMs?: number;
  /** As in `sync --once`; see SyncProcessOptions. */
  readonly unprovenListMs?: number;
  /** Holds the mirror to its promises whenever time has gone on; true unless given. A test that does so itself need not. */
  readonly checksOnTheWay?: boolean;
  /** Puts a `TcpFront` between the mirror and the server. */
  readonly behindFront?: boolean;
  /** For tests of many runs: a `MemoryNetwork` in place of TCP, and stores that begin as copies of an empty one. */
  readonly inMemory?: boolean;
  readonly walLimits?: WalLimits;
  readonly pageBounds?: PageBounds;
  /** Looks through a store for damage; nothing does unless given. */
  readonly checkStore?: (file: string) => Promise<string | undefined>;
  /** Called before the mirror starts: to fill the cluster and to order faults. */
  readonly prepare?: (mirror: SimulatedMirror) => void;
}

/** One line of the daemon's log. */
export interface LogLine {
  readonly msg: string;
  readonly level: string;
  readonly type?: string;
  readonly namespace?: string;
  readonly reason?: string;
  readonly style?: string;
  readonly errorClass?: string;
  readonly deletions?: number;
  readonly keys?: readonly string[];
  readonly objects?: number;
  readonly isRepaired?: boolean;
}

/** A scope as it is committed. */
export interface ScopeState {
  readonly phase: string;
  readonly resource_version: string | null;
  readonly complete: number;
  readonly generation: number;
  readonly timeline: number;
  readonly mode: string;
  readonly health: string;
  readonly reason: string;
  readonly last_error: string | null;
  readonly refusal: string | null;
  readonly next_attempt_at: number | null;
  readonly as_of: number | null;
  readonly lists: number;
  readonly watches: number;
}

/** Longest wait of the `until…` functions, in virtual time (ms). */
const patienceMs = 900_000;

/** Timers that fall due within this of each other run together (ms), unless a test has so many that it wants it coarser. */
const stepMs = 5;

/** So many turns of the event loop without a sign of life mean that nothing is in flight: by TCP, and in memory. */
const quietTurns = 20;
const quietTurnsInMemory = 5;

/** How often, and how long each time (ms), a list that was answered is waited for. */
const maxPauses = 100;
const pauseMs = 2;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, pauseMs));

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * A sync process that mirrors a simulated API server, both in this process and on one clock that stands still until a
 * test moves it. HTTP between them is real: time goes on only when nothing is in flight.
 */
export class SimulatedMirror {
  readonly clock: FakeClock;
  /** Faults of the test. */
  readonly faults = new FaultHooks();
  /** Time stands still while a program runs that the mirror started. */
  waitsForPrograms = true;
  /** Every line that the daemon logged, oldest first. */
  readonly log: LogLine[] = [];
  /** Every status that a scope of this mirror took, as `type mode health reason` (`type/namespace` …), oldest first. */
  readonly told: string[] = [];
  readonly simulator: Simulator;
  /** All that the cluster ever was. */
  readonly history: ServerHistory;
  /** What is committed. */
  readonly view = new StoreView(() => this.file);
  readonly #onOpen: SimulatedMirrorOptions['onOpen'];
  readonly #network: MemoryNetwork | undefined;
  readonly #front: TcpFront | undefined;
  readonly #replicas: Simulator[] = [];
  readonly #checksOnTheWay: boolean;
  readonly #unprovenListMs: number | undefined;
  readonly #brokenOnTheWay = new Set<string>();
  /** Called in each turn of the event loop in which something may have been committed; what it throws ends the wait. */
  onTurn: (() => void) | undefined;
  readonly #besides: Simulator[] = [];
  /** Built-in types that discovery tells. */
  types: readonly string[] | 'all';
  readonly #auditIntervalMs: number;
  readonly #keptLogs: KeptLogSettings;
  /** Why the process was told to end, if another one writes to its store. */
  takenOver: string | undefined;
  readonly #checkStore: SimulatedMirrorOptions['checkStore'];
  readonly #walLimits: WalLimits | undefined;
  readonly #pageBounds: PageBounds | undefined;
  readonly #context: ResolvedContext;
  /** What the configuration says of the context, from the next start on. */
  settings: Partial<ContextSettings>;
  /** See SimulatedMirrorOptions; from the next start on. */
  configuration: string;
  readonly #addresses: (() => readonly string[]) | undefined;
  readonly #stepMs: number;
  readonly #lastStatus = new WeakMap<object, unknown>();
  readonly #lastTold = new Map<string, string>();
  #process: SyncProcess | undefined;
  readonly #folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'navi-test-'));
  readonly #random: () => number;
  #lives = 0;

  private constructor(
    server: { readonly simulator: Simulator; readonly clock: FakeClock; readonly front: TcpFront | undefined },
    options: SimulatedMirrorOptions,
  ) {
    const { simulator, clock, front } = server;
    this.simulator = simulator;
    this.clock = clock;
    this.history = new ServerHistory(simulator.state);
    this.#front = front;
    this.#onOpen = options.onOpen;
    this.#network = options.inMemory === true ? new MemoryNetwork(simulator) : undefined;
    this.types = options.types ?? fewTypes;
    this.#auditIntervalMs = options.auditIntervalMs ?? defaultConfig.auditIntervalMs;
    this.#keptLogs = options.keptLogs ?? defaultConfig.keptLogs;
    this.#checkStore = options.checkStore;
    this.#walLimits = options.walLimits;
    this.#pageBounds = options.pageBounds;
    this.settings = options.settings ?? {};
    this.configuration = options.configuration ?? '';
    this.#addresses = options.addresses;
    this.#stepMs = options.stepMs ?? stepMs;
    this.#checksOnTheWay = options.checksOnTheWay ?? true;
    this.#unprovenListMs = options.unprovenListMs;
    const random = createSeededRandom(options.seed ?? 1);
    this.#random = () => random.next();
    this.#context = contextOf(simulator, options, front?.url ?? simulator.url);
    this.#orderFaults(simulator);
  }

  /** Starts server and mirror; the mirror has not been heard of yet when this resolves. */
  static async start(options: SimulatedMirrorOptions = {}): Promise<SimulatedMirror> {
    const fake = fakeClock(Date.UTC(2026, 0, 1));
    let readings = 0;
    const clock: FakeClock = Object.create(fake, {
      // Timers may fall due between two milliseconds, wall time has none.
      now: { value: () => Math.floor(fake.now()) },
      // As on a real clock, what is read later is later.
      monotonic: { value: () => fake.monotonic() + (readings += 1) * 1e-7 },
    }) as FakeClock;
    const random = createSeededRandom((options.seed ?? 1) + 1);
    const { watchCacheCapacity, port, watchList, serverMinor } = options;
    const simulator = await startSimulator({
      clock,
      random: options.random ?? (() => random.next()),
      watchCacheCapacity,
      port,
      watchList,
      serverMinor,
    });
    const front = options.behindFront === true ? await TcpFront.start(simulator.url) : undefined;
    const mirror = new SimulatedMirror({ simulator, clock, front }, options);
    options.prepare?.(mirror);
    await mirror.#open();
    return mirror;
  }

  /** Starts another API server of the same cluster, with watch caches of its own. The front may lead to it. */
  async startReplica(): Promise<Simulator> {
    const random = createSeededRandom(77);
    const replica = await startSimulator({ clock: this.clock, random: () => random.next(), beside: this.state });
    this.#orderFaults(replica);
    this.#replicas.push(replica);
    return replica;
  }

  /** Takes another cluster's server into account: it tells the same types, and may have the test's faults. */
  adopt(server: Simulator, { isFaulty }: { readonly isFaulty: boolean }): void {
    this.#besides.push(server);
    this.#orderFaults(server, isFaulty);
  }

  /** The cluster behind the server. */
  get state(): ClusterState {
    return this.simulator.state;
  }

  /** What stands before the server. @throws without `behindFront` */
  get front(): TcpFront {
    if (this.#front === undefined) throw new Error('no front stands before the server');
    return this.#front;
  }

  /** The way to the server. @throws without `inMemory` */
  get network(): MemoryNetwork {
    if (this.#network === undefined) throw new Error('the mirror is connected by TCP');
    return this.#network;
  }

  get process(): SyncProcess {
    if (this.#process === undefined) throw new Error('the sync process is stopped');
    return this.#process;
  }

  get mirror(): ClusterMirror {
    const [mirror] = this.process.mirrors;
    if (mirror === undefined) throw new Error('no mirror runs');
    return mirror;
  }

  /** Has the process mirror the cluster, as a command does that follows it. */
  async add(): Promise<void> {
    await this.process.add(this.#context);
  }

  get dataDir(): string {
    return this.#dataDirOf(this.#lives);
  }

  /** The mirror.db of this life. */
  get file(): string {
    return mirrorFile(this.dataDir, mirrorId(this.#context));
  }

  /** Waits until nothing is in flight between the two. */
  async settle(): Promise<void> {
    let last = '';
    let pauseCount = 0;
    const enough = this.#network === undefined ? quietTurns : quietTurnsInMemory;
    for (let quiet = 0; quiet < enough; quiet += 1) {
      await turn();
      this.onTurn?.();
      const now = this.#signsOfLife();
      if (now !== last) quiet = 0;
      last = now;
      if (this.waitsForPrograms && process.getActiveResourcesInfo().includes('ProcessWrap')) {
        quiet = 0;
        await pause();
        continue;
      }
      // A long list is unzipped by another thread, which no turn of the loop waits for; in memory none is so long.
      if (this.#network !== undefined || quiet < enough - 1 || pauseCount >= maxPauses || !this.#holdsAnswers())
        continue;
      pauseCount += 1;
      quiet = 0;
      await pause();
    }
  }

  /** Lets so many turns of the event loop pass, whatever is in flight. */
  async turns(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      await turn();
      this.onTurn?.();
    }
  }

  /** True while a process mirrors the cluster. */
  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  /** Lets time go on. */
  async advance(ms: number): Promise<void> {
    await this.settle();
    const end = this.clock.monotonic() + ms;
    while (this.clock.monotonic() < end) await this.#step(end - this.clock.monotonic());
    this.#noteBroken();
  }

  /** Lets time go on until the condition holds. @throws with what the mirror says of itself when it never does */
  async until(what: string, holds: () => boolean, withinMs = patienceMs): Promise<void> {
    await this.settle();
    const end = this.clock.monotonic() + withinMs;
    while (!holds()) {
      if (this.clock.monotonic() >= end) throw new Error(`not within ${withinMs} ms: ${what}\n${this.describe()}`);
      await this.#step(end - this.clock.monotonic());
    }
    this.#noteBroken();
  }

  /** Until every scope is followed: watched and proven, polled, refused or gone. */
  async untilLive(withinMs = patienceMs): Promise<void> {
    await this.until('every scope is live', () => this.isLive, withinMs);
  }

  /** Until every scope is followed and has the server's objects. */
  async untilEqual(withinMs = patienceMs): Promise<void> {
    await this.until('the store equals the server', () => this.isLive && this.differences().length === 0, withinMs);
  }

  get isLive(): boolean {
    const [mirror] = this.#process?.mirrors ?? [];
    if (mirror === undefined || !mirror.isPlanned) return false;
    return mirror.reflectors.every(({ state }) =>
      state.kind === 'watching' ? state.live : ['resting', 'denied', 'absent'].includes(state.kind),
    );
  }

  /** Where the store is not what the server has now: one line per type. */
  differences(): readonly string[] {
    return mirrorDifferences(this);
  }

  /** Which invariants do not hold in what is committed; see `brokenInvariants`. */
  broken(options: OracleOptions = {}): readonly string[] {
    return brokenInvariants(this, options);
  }

  /** The committed scope of a type in a namespace; that of all unless given. */
  status(type: string, namespace = ''): ScopeState {
    const [resource = '', ...group] = type.split('.');
    const [row] = this.rows(
      'select scope.* from scope join resource_type on resource_type.id = type_id where resource = ? and api_group = ? and namespace = ?',
      resource,
      group.join('.'),
      namespace,
    );
    if (row === undefined) throw new Error(`no scope of ${type} in ${namespace || 'all namespaces'}`);
    return row as unknown as ScopeState;
  }

  /** Namespaces with a scope of a type, each with its phase; the empty one is all of them. */
  scopesOf(type: string): Readonly<Record<string, string>> {
    const [resource = '', ...group] = type.split('.');
    const rows = this.rows(
      'select namespace, phase from scope join resource_type on resource_type.id = type_id where resource = ? and api_group = ? order by namespace',
      resource,
      group.join('.'),
    );
    return Object.fromEntries(rows.map((row) => [String(row['namespace']), String(row['phase'])]));
  }

  /** `mode health reason` of a type in a namespace, that of all unless given, as status shows it. */
  said(type: string, namespace = ''): string {
    const { mode, health, reason } = this.status(type, namespace);
    return `${mode} ${health} ${reason}`;
  }

  /** `health reason` of the mirror as a whole. */
  saidOfCluster(): string {
    const [row] = this.rows('select health, reason from mirror');
    return `${String(row?.['health'])} ${String(row?.['reason'])}`;
  }

  /** Rows of a query over the committed store. */
  rows(sql: string, ...values: readonly unknown[]): readonly Record<string, unknown>[] {
    return this.view.all(sql, ...values);
  }

  /** Whether the bytes of a text are in any file of the data directory. */
  isOnDisk(text: string): boolean {
    const files = readdirSync(this.dataDir, { recursive: true, withFileTypes: true });
    return files.some((file) => file.isFile() && readFileSync(join(file.parentPath, file.name)).includes(text));
  }

  /** `namespace/name` of every stored object of a type. */
  keys(type: string): readonly string[] {
    const [resource = '', ...group] = type.split('.');
    return this.rows(
      'select key from object join resource_type on resource_type.id = type_id where resource = ? and api_group = ? order by key',
      resource,
      group.join('.'),
    ).map((row) => String(row['key']));
  }

  /** How many requests and log lines there are: what `requests` and `lists` begin after. */
  mark(): Mark {
    const { requests } = this.simulator;
    return { requestCount: requests.length, lineCount: this.log.length, toldCount: this.told.length };
  }

  /** Requests since the mark. */
  requests(since: Mark): Simulator['requests'] {
    return this.simulator.requests.slice(since.requestCount);
  }

  /** First pages of lists of a type since the mark. */
  listRequests(since: Mark, plural: string): Simulator['requests'] {
    return this.requests(since).filter(
      ({ path, query }) =>
        path.endsWith(`/${plural}`) &&
        !query.has('watch') &&
        !query.has('resourceVersionMatch') &&
        query.get('limit') !== '1',
    );
  }

  /** Watches of a type since the mark. */
  watchRequests(since: Mark, plural: string): Simulator['requests'] {
    return this.requests(since).filter(({ path, query }) => path.endsWith(`/${plural}`) && query.has('watch'));
  }

  /** Every status that the scope of a type took since the mark, as `mode health reason`. */
  toldOf(type: string, since: Mark): readonly string[] {
    const prefix = `${type} `;
    return this.told
      .slice(since.toldCount)
      .flatMap((line) => (line.startsWith(prefix) ? [line.slice(prefix.length)] : []));
  }

  /** `type reason style` of every list begun since the mark. */
  lists(since: Mark): readonly string[] {
    return this.log
      .slice(since.lineCount)
      .filter(({ msg }) => msg === 'list')
      .map(({ type, reason, style }) => `${type} ${reason} ${style}`);
  }

  /** What audits found, oldest first. */
  get drifts(): readonly LogLine[] {
    return this.log.filter(({ msg }) => msg === 'drift');
  }

  /** Ends the process as SIGTERM does, and begins another on the same folder. */
  async restart(): Promise<void> {
    await this.stopProcess();
    await this.#open();
  }

  /** Has the process that runs take another configuration over. Resolves with the contexts whose mirror started again. */
  async reconfigure(configuration: string): Promise<readonly string[]> {
    this.configuration = configuration;
    return await this.process.useConfig(this.#config(), parseAlerts('', 'config.toml'));
  }

  /** Ends the process as SIGTERM does. */
  async stopProcess(): Promise<void> {
    this.view.close();
    await this.process.stop();
    this.#process = undefined;
  }

  /**
   * Ends the process as SIGKILL does: another begins on the files as they are now. The old one is stopped on files that
   * nobody reads again.
   */
  async kill(): Promise<void> {
    const databases = [this.file, historyFile(this.file)];
    const copies = databases.flatMap((file) => [file, `${file}-wal`]).filter((file) => existsSync(file));
    const copyOf = (file: string): string => file.replace(this.dataDir, this.#dataDirOf(this.#lives + 1));
    mkdirSync(dirname(copyOf(this.file)), { recursive: true, mode: 0o700 });
    for (const file of copies) copyFileSync(file, copyOf(file));
    await this.stopProcess();
    this.#lives += 1;
    await this.#open();
  }

  /** Starts a process after `stopProcess`. */
  async open(): Promise<void> {
    await this.#open();
  }

  /**
   * Ends all faults, holds the mirror to its promises (I4: it gets to the server's objects; `brokenInvariants`;
   * `brokenRequests`), and stops. @throws when one is broken
   */
  async checkAndStop(options: OracleOptions = {}): Promise<void> {
    try {
      this.faults.clear();
      await this.untilEqual();
      const broken = [
        ...this.broken(options),
        ...this.#brokenBefore(options),
        ...this.#unexpectedDrifts(options),
        ...historyDifferences(this.file),
        ...[this.simulator, ...this.#replicas].flatMap(({ requests }) =>
          brokenRequests(requests, this.settings.certificates),
        ),
      ];
      if (broken.length > 0) throw new Error(`broken promises:\n${broken.join('\n')}`);
    } finally {
      await this.stop();
    }
  }

  /** Lines in which an audit says that rows were not the server's, beyond those that the test brought about. */
  #unexpectedDrifts({ driftCount = 0 }: OracleOptions): readonly string[] {
    return this.drifts.slice(driftCount).map((line) => `drift ${JSON.stringify(line)}`);
  }

  /** Ends mirror and server and removes the files. */
  async stop(): Promise<void> {
    this.view.close();
    await this.#process?.stop();
    await this.#front?.stop();
    for (const server of [...this.#replicas, this.simulator]) await server.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What the mirror says of itself, for failures. */
  describe(): string {
    const scopes = this.#process?.mirrors[0]?.reflectors.map(
      ({ scope, state, status }) =>
        `${scope.name} ${scope.namespace}: ${state.kind}, ${status.mode} ${status.health} ${status.reason} ${status.lastError ?? ''}`,
    );
    const lines = this.log.slice(-15).map((line) => JSON.stringify(line));
    return [...(scopes ?? ['no mirror runs']), ...this.differences(), ...lines].join('\n');
  }

  #dataDirOf(life: number): string {
    return join(this.#folder, `life-${life}`);
  }

  #noteStatus(): void {
    for (const reflector of this.#process?.mirrors[0]?.reflectors ?? []) {
      const { scope, status } = reflector;
      if (this.#lastStatus.get(reflector) === status) continue;
      this.#lastStatus.set(reflector, status);
      const said = `${status.mode} ${status.health} ${status.reason}`;
      const name = scope.namespace === '' ? scope.name : `${scope.name}/${scope.namespace}`;
      if (this.#lastTold.get(name) !== said) this.told.push(`${name} ${said}`);
      this.#lastTold.set(name, said);
    }
  }

  #config(): Config {
    return {
      ...parseConfig(this.configuration, 'config.toml'),
      keptLogs: this.#keptLogs,
      auditIntervalMs: this.#auditIntervalMs,
      contexts: new Map([['*', this.settings]]),
    };
  }

  async #open(): Promise<void> {
    mkdirSync(this.dataDir, { recursive: true, mode: 0o700 });
    if (this.#network !== undefined) await copyEmptyStore(this.file);
    this.#process = new SyncProcess({
      dataDir: this.dataDir,
      clock: this.clock,
      addresses: this.#addresses,
      random: this.#random,
      connect: this.#network?.connect,
      checkStore: this.#checkStore,
      walLimits: this.#walLimits,
      pageBounds: this.#pageBounds,
      unprovenListMs: this.#unprovenListMs,
      onTakenOver: (problem) => {
        this.takenOver = problem.message;
      },
      config: this.#config(),
      log: lineLogger(
        (line) => this.log.push(JSON.parse(line) as LogLine),
        'debug',
        () => this.clock.now(),
      ),
      onProgress: () => this.#noteStatus(),
    });
    await this.#process.add(this.#context);
    await this.#onOpen?.(this.#process);
  }

  async #step(atMostMs: number): Promise<void> {
    const next = this.clock.waiting[0] ?? Number.POSITIVE_INFINITY;
    this.clock.advance(Math.min(Math.max(next, this.#stepMs), atMostMs));
    await this.settle();
  }

  /** A list runs, and everything that was asked for has been answered. */
  #holdsAnswers(): boolean {
    const isListing = this.#process?.mirrors[0]?.reflectors.some(({ state }) => state.kind === 'listing') ?? false;
    const newest = [this.simulator, ...this.#replicas].flatMap(({ requests }) => requests.slice(-20));
    // With coarse steps some list always runs; what it waits for comes with a later step.
    return isListing && this.#stepMs === stepMs && newest.every(({ status }) => status !== undefined);
  }

  #signsOfLife(): string {
    const servers = [this.simulator, ...this.#besides];
    const requests = servers.flatMap((server) => server.requests.slice(-50));
    const answered = requests.filter(({ status }) => status !== undefined).length;
    const requestCount = servers.reduce((sum, server) => sum + server.requests.length, 0);
    const [mirror] = this.#process?.mirrors ?? [];
    let states = 0;
    for (const { state, listedCount } of mirror?.reflectors ?? [])
      states = (Math.imul(states, 31) + state.kind.length * 7 + state.kind.charCodeAt(0) + listedCount) | 0;
    const { traffic } = mirror ?? {};
    return [
      requestCount,
      answered,
      traffic?.requests,
      traffic?.measurements,
      traffic?.bytesReceived,
      this.log.length,
      states,
    ].join(' ');
  }

  /** Promises are kept at every moment, not only in the end. */
  #noteBroken(): void {
    if (!this.#checksOnTheWay || !existsSync(this.file)) return;
    // What only the end of a test can say is left to it.
    const lenient = { ahead: true, reshaped: true, restored: true };
    try {
      for (const line of this.broken(lenient)) this.#brokenOnTheWay.add(`on the way ${line}`);
    } catch (error) {
      // Damage of the store is what some tests are about.
      if (!(error instanceof Error) || error.name !== 'SqliteError') throw error;
    }
  }

  /** What was not kept on the way, but for what the test brought about itself: lost events, times that are unsure. */
  #brokenBefore({ timesUnsure, driftCount = 0 }: OracleOptions): readonly string[] {
    if (driftCount > 0) return [];
    return [...this.#brokenOnTheWay].filter((line) => timesUnsure !== true || !line.includes(' I6 '));
  }

  #orderFaults(simulator: Simulator, isFaulty = true): void {
    simulator.faults.onRequest((request) => {
      const ordered = isFaulty ? this.faults.choose(request) : undefined;
      if (ordered !== undefined || !['/api', '/apis'].includes(request.path) || this.types === 'all') return ordered;
      return { kind: 'editBody', edit: (body) => this.#keepTypes(body) };
    });
  }

  #keepTypes(body: string): string {
    const document = JSON.parse(body) as DiscoveryDocument;
    if (this.types === 'all' || document.kind !== 'APIGroupDiscoveryList') return body;
    const wanted = new Set(this.types);
    const items = document.items.map((group) => ({
      ...group,
      versions: group.versions.map((version) => ({
        ...version,
        resources: version.resources?.filter(({ resource }) => {
          const name = group.metadata.name === undefined ? resource : `${resource}.${group.metadata.name}`;
          return wanted.has(name) || !this.state.types.isBuiltInGroup(group.metadata.name ?? '');
        }),
      })),
    }));
    return JSON.stringify({ ...document, items });
  }
}

/** A point in the history of a mirror. */
export interface Mark {
  readonly requestCount: number;
  readonly lineCount: number;
  readonly toldCount: number;
}

interface DiscoveryDocument {
  readonly kind: string;
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    readonly versions: readonly { readonly resources?: readonly { readonly resource: string }[] }[];
  }[];
}

function contextOf(
  simulator: Simulator,
  { user, userEntry }: Pick<SimulatedMirrorOptions, 'user' | 'userEntry'>,
  url: string,
): ResolvedContext {
  const text = simulator.kubeconfig(user).replace(simulator.url, url);
  const context = resolveContext(parseKubeconfig(text, 'kubeconfig'), undefined);
  if (userEntry === undefined) return context;
  const users = [{ name: context.userName, user: userEntry }];
  const entry = parseKubeconfig(JSON.stringify({ users }), '/nowhere/kubeconfig').users.get(context.userName);
  return { ...context, user: entry ?? context.user };
}
