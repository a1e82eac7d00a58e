import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StoreSnapshot } from '../../../src/simulator/etcd-store.ts';
import { crdBody, crdName } from '../sample-crd.ts';
import { brokenInvariants } from '../mirror-oracle.ts';
import { SimulatedMirror } from '../simulated-mirror.ts';
import {
  modelNamespaces,
  modelTypes,
  widgets,
  type Action,
  type ModelScript,
  type ModelType,
  type Write,
} from './model-action.ts';
import { BesidesCluster } from './besides-cluster.ts';
import { OtherCluster } from './other-cluster.ts';
import { beginSpell, orderFault, orderWatchFault } from './model-faults.ts';

const definitions = 'customresourcedefinitions.apiextensions.k8s.io';
const user = 'viewer';
const planted = 'correct-horse-battery-staple';
const plantedBase64 = Buffer.from(planted).toString('base64');

/**
 * A heartbeat comes each minute and takes ten seconds at most, and may fall just after a watch was opened again: what is
 * healthy is never older (ms).
 */
const healthyForMs = 2 * 63_000 + 10_000 + 1_000;

/** What is refused is asked for again after 750 s at most, single namespaces later (ms). */
const regainedMs = 3_600_000;

/** A mirror, what was done to its cluster, and every object that its store ever held. */
class ModelRun {
  readonly mirror: SimulatedMirror;
  readonly #isLarge: boolean;
  readonly #seed: number;
  readonly #snapshot: StoreSnapshot;
  /** What the user may do, by type. */
  readonly #permitted = new Map<ModelType, Action & { readonly kind: 'permit' }>();
  /** uid to key of every object that was stored. */
  readonly #seen = new Map<string, string>();
  #counter = 0;
  #due: readonly { turns: number; readonly times: number; readonly write: Write }[] = [];
  #fieldCount = 0;
  #version = 1;
  #wasRefused = false;
  /** A stream that dies in silence looks well until that is noticed. */
  #wasDead = false;
  #isRestored = false;
  #isClockSet = false;
  #lookedAt = -1;
  #other: OtherCluster | undefined;
  besides: BesidesCluster | undefined;

  constructor(mirror: SimulatedMirror, { isLarge, seed }: ModelScript) {
    this.mirror = mirror;
    this.#isLarge = isLarge;
    this.#seed = seed;
    this.#snapshot = mirror.state.snapshot();
    mirror.onTurn = () => {
      this.#writeDue();
      this.look();
    };
  }

  async perform(action: Action): Promise<void> {
    const { mirror } = this;
    switch (action.kind) {
      case 'write':
      case 'delete':
      case 'replace':
        this.#write(action);
        return;
      case 'later':
        this.#due = [...this.#due, { turns: action.turns, times: action.times, write: action.write }];
        return;
      case 'burst':
        for (let index = 0; index < action.count; index += 1)
          this.#write({ kind: 'write', type: 'configmaps', name: index % 2, namespace: 0 });
        return;
      case 'wait':
        await mirror.advance(action.ms);
        return;
      case 'turns':
        await mirror.turns(action.count);
        return;
      case 'cut':
        mirror.network.cut();
        return;
      case 'end-watches':
        mirror.state.endWatches();
        return;
      case 'restart':
        await mirror.restart();
        return;
      case 'kill':
        await mirror.kill();
        return;
      case 'compact':
        mirror.state.compact();
        return;
      case 'edit-definition':
        this.#fieldCount = (this.#fieldCount + 1) % 3;
        this.#putDefinition();
        return;
      case 'switch-version':
        this.#version = 3 - this.#version;
        this.#putDefinition();
        return;
      case 'toggle-definition':
        this.#toggleDefinition();
        return;
      case 'restart-api-server':
        mirror.state.restartApiServer(action.how);
        return;
      case 'restore':
        await this.#restore();
        return;
      case 'down':
        await this.#beDown(action);
        return;
      case 'fault':
        orderFault(mirror.faults, action.fault, action.count);
        return;
      case 'watch-fault':
        orderWatchFault(mirror.faults, action.fault, action.count);
        return;
      case 'spell':
        await this.#spell(action);
        return;
      case 'permit':
        this.#permitted.set(action.type, action);
        this.#wasRefused = true;
        this.#applyPermissions();
        return;
      case 'other-cluster':
        await this.#beElsewhere(action.ms);
        return;
      case 'jump':
        this.#isClockSet = true;
        mirror.clock.jump(action.ms);
    }
  }

  /** Holds what is committed to its promises. @throws with those that are broken */
  look(): void {
    const { mirror } = this;
    // A store that was set aside is gone for a moment.
    if (!existsSync(mirror.file) || mirror.view.version === this.#lookedAt) return;
    const [row] = mirror.rows('select cluster_uid as uid from mirror');
    const isElsewhere = this.#other !== undefined && row?.['uid'] === this.#other.uid;
    if (!isElsewhere) this.#see();
    const state = isElsewhere ? this.#other?.simulator.state : undefined;
    const history = isElsewhere ? this.#other?.history : undefined;
    const compared = { view: mirror.view, state: state ?? mirror.state, history: history ?? mirror.history };
    const broken = brokenInvariants(compared, {
      reshaped: true,
      ahead: this.#isLarge,
      restored: this.#isRestored,
      timesUnsure: this.#isClockSet || this.#wasDead,
    });
    if (broken.length > 0) throw new Error(`broken promises:\n${broken.join('\n')}`);
    this.#lookedAt = mirror.view.version;
  }

  #see(): void {
    for (const { uid, key } of this.mirror.rows('select uid, key from object'))
      this.#seen.set(String(uid), String(key));
    if (this.#deniedTypes().includes('secrets')) this.#forgetSecrets();
  }

  #deniedTypes(): readonly string[] {
    const rows = this.mirror.rows(
      `select resource from scope join resource_type on resource_type.id = type_id where phase = 'denied'`,
    );
    return rows.map(({ resource }) => String(resource));
  }

  /** Secrets that may not be read leave the store without a trace. */
  #forgetSecrets(): void {
    for (const { metadata } of this.mirror.history.allOf('secrets')) this.#seen.delete(metadata.uid ?? '');
  }

  /** Holds what status says, once nothing is in flight, to what can be known. */
  lookAtStatus(): void {
    const { mirror } = this;
    if (!mirror.isRunning || this.#isClockSet || !existsSync(mirror.file)) return;
    const stale = mirror.rows(
      `select resource, scope.as_of from scope join resource_type on resource_type.id = scope.type_id, mirror
       where scope.mode = 'watching' and scope.health = 'healthy' and mirror.health = 'healthy' and scope.as_of < ?`,
      mirror.clock.now() - healthyForMs,
    );
    if (stale.length > 0) throw new Error(`I6 healthy, and old at ${mirror.clock.now()}: ${JSON.stringify(stale)}`);
    const kept = mirror.rows(
      `select key from object join resource_type on resource_type.id = object.type_id join scope on scope.id = scope_id
       where resource = 'secrets' and phase = 'denied'`,
    );
    if (kept.length > 0) throw new Error(`${kept.length} Secrets are kept that may not be read`);
  }

  async #endFaults(): Promise<void> {
    const { mirror } = this;
    mirror.faults.clear();
    mirror.network.return();
    this.#permitted.clear();
    this.#applyPermissions();
    if (this.#wasRefused) await mirror.until('nothing is refused', () => this.#deniedTypes().length === 0, regainedMs);
  }

  /** Ends everything that is wrong and holds the mirror to I4, and its files to I8. */
  async finish(): Promise<void> {
    const { mirror } = this;
    await this.#endFaults();
    for (const { write } of this.#due) this.#write(write);
    this.#due = [];
    await mirror.untilEqual();
    this.look();
    const untold = this.#untoldDeletions();
    if (untold.length > 0) throw new Error(`deletions that were not told once: ${untold.join(', ')}`);
    await mirror.stopProcess();
    this.#searchFiles();
  }

  /** Objects that the store once held, that the cluster has no more, and that have not exactly one tombstone. */
  #untoldDeletions(): readonly string[] {
    if (this.#isRestored) return [];
    const stored = new Set(this.mirror.rows('select uid from object').map(({ uid }) => String(uid)));
    const tombstones = new Map<string, number>();
    for (const { uid } of this.mirror.rows('select uid from tombstone')) {
      tombstones.set(String(uid), (tombstones.get(String(uid)) ?? 0) + 1);
    }
    const deleted = [...this.#seen].filter(([uid]) => !stored.has(uid));
    return deleted.flatMap(([uid, key]) => (tombstones.get(uid) === 1 ? [] : [`${key} ${tombstones.get(uid) ?? 0}`]));
  }

  #searchFiles(): void {
    const folder = dirname(this.mirror.file);
    for (const name of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, name));
      if (bytes.includes(planted) || bytes.includes(plantedBase64))
        throw new Error(`I8 a Secret's value is in ${name}`);
    }
  }

  #writeDue(): void {
    for (const due of this.#due) due.turns -= 1;
    for (const { turns, write } of this.#due) if (turns <= 0) this.#write(write);
    this.#due = this.#due.filter(({ turns, times }) => turns > 1 - times);
  }

  #write({ kind, type, name, namespace }: Write): void {
    const { state } = this.mirror;
    if (state.types.named(type) === undefined) return;
    const at = { namespace: modelNamespaces[namespace] ?? 'default', name: `n${name}` };
    const exists = state
      .list(type)
      .some(({ metadata }) => metadata.name === at.name && metadata.namespace === at.namespace);
    this.#counter += 1;
    if (kind !== 'write') {
      if (exists) state.delete(type, at);
      if (kind === 'delete') return;
    }
    const labels = { counter: String(this.#counter) };
    const secret = type === 'secrets' ? { type: 'Opaque', data: { password: plantedBase64 } } : {};
    if (exists && kind === 'write') state.patch(type, at, { metadata: { labels }, ...secret });
    else state.create(type, { metadata: { ...at, labels }, ...secret });
  }

  async #beDown(action: Action & { readonly kind: 'down' }): Promise<void> {
    const { mirror } = this;
    await mirror.stopProcess();
    for (let index = 0; index < action.writes; index += 1) {
      const type = modelTypes[index % modelTypes.length] ?? 'pods';
      this.#write({ kind: index % 3 === 1 ? 'delete' : 'write', type, name: index % 6, namespace: 0 });
    }
    if (action.restartApiServer) mirror.state.restartApiServer();
    await mirror.open();
  }

  async #spell({ spell, ms }: Action & { readonly kind: 'spell' }): Promise<void> {
    const { mirror } = this;
    if (spell === 'unreachable') mirror.network.leave();
    if (spell === 'dead') {
      this.#wasDead = true;
      mirror.network.die(mirror.clock);
    }
    const end =
      spell === 'unreachable' || spell === 'dead' ? undefined : beginSpell(mirror.faults, mirror.state, spell);
    await mirror.advance(ms);
    if (end === undefined) mirror.network.return();
    else end();
  }

  /** Another cluster is behind the address, and then this one again. */
  async #beElsewhere(ms: number): Promise<void> {
    const { mirror } = this;
    // What is listed for the first time is not asked where it comes from before the check of its watch.
    await this.#endFaults();
    await mirror.untilLive();
    this.#other ??= await OtherCluster.start(mirror, user, this.#seed + 1_000_003);
    mirror.network.target = this.#other.simulator;
    mirror.network.cut();
    await mirror.advance(ms);
    const [row] = mirror.rows('select cluster_uid as uid from mirror');
    if (row?.['uid'] !== this.#other.uid) throw new Error('the other cluster is not noticed');
    // The store of this one was set aside, and will begin anew.
    this.#seen.clear();
    mirror.network.target = mirror.simulator;
    mirror.network.cut();
  }

  async stop(): Promise<void> {
    await this.mirror.stop();
    await this.#other?.simulator.stop();
    await this.besides?.stop();
  }

  /** Written to before it is noticed, a restored store may overtake what was mirrored: no revision tells that. */
  async #restore(): Promise<void> {
    const { mirror } = this;
    await this.#endFaults();
    this.#due = [];
    if (mirror.state.types.named(crdName(widgets)) === undefined) this.#toggleDefinition();
    await mirror.untilLive();
    this.#isRestored = true;
    mirror.state.restore(this.#snapshot);
    mirror.state.restartApiServer();
    await mirror.advance(90_000);
    await mirror.until('it is noticed', () => mirror.saidOfCluster() === 'healthy none');
    await mirror.untilEqual();
    this.#putDefinition();
  }

  #applyPermissions(): void {
    const { state } = this.mirror;
    state.access.revoke(user);
    const plurals = modelTypes.map((type) => type.split('.')[0] ?? type);
    const others = ['namespaces', 'deployments', 'customresourcedefinitions', 'leases', 'apiservices'];
    state.allow(user, { verbs: ['get', 'list', 'watch'], resources: others });
    for (const [index, type] of modelTypes.entries()) {
      const { verbs, inOne } = this.#permitted.get(type) ?? { verbs: ['list', 'watch'], inOne: false };
      const namespaces = inOne ? modelNamespaces.slice(0, 1) : undefined;
      state.allow(user, { verbs: ['get', ...verbs], resources: [plurals[index] ?? ''], namespaces });
    }
  }

  #toggleDefinition(): void {
    const { state } = this.mirror;
    if (state.types.named(crdName(widgets)) !== undefined) {
      state.delete(definitions, { name: crdName(widgets) });
      return;
    }
    state.create(definitions, this.#definition());
  }

  #putDefinition(): void {
    const { state } = this.mirror;
    if (state.types.named(crdName(widgets)) === undefined) return;
    state.patch(definitions, { name: crdName(widgets) }, { spec: this.#definition()['spec'] ?? {} });
  }

  #definition(): ReturnType<typeof crdBody> {
    const body = crdBody({ ...widgets, extraFieldCount: this.#fieldCount });
    const spec = body['spec'] as { readonly versions: readonly object[] };
    const versions = spec.versions.map((version) => ({ ...version, name: `v${this.#version}` }));
    return { ...body, spec: { ...spec, versions } } as never;
  }

  /** Gives the user everything; before the mirror starts. */
  static async start(script: ModelScript): Promise<ModelRun> {
    const { seed, isLarge, isShared } = script;
    let besides: BesidesCluster | undefined;
    const mirror = await SimulatedMirror.start({
      inMemory: true,
      checksOnTheWay: false,
      seed,
      user,
      onOpen: async (process) => await besides?.add(process),
      types: [...modelTypes, 'namespaces', definitions],
      prepare: ({ state }) => {
        state.create('namespaces', { metadata: { name: 'other' } });
        state.allow(user, { verbs: ['get', 'list', 'watch'] });
        state.create(definitions, crdBody(widgets));
        for (const type of modelTypes) {
          const secret = type === 'secrets' ? { type: 'Opaque', data: { password: plantedBase64 } } : {};
          state.create(type, { metadata: { namespace: 'default', name: 'n0' }, ...secret });
        }
        for (let index = 0; isLarge && index < 110; index += 1) {
          state.create('configmaps', { metadata: { namespace: 'default', name: `more-${index}` } });
        }
      },
    });
    const run = new ModelRun(mirror, script);
    if (isShared) {
      besides = await BesidesCluster.start(mirror, seed + 2_000_003);
      await besides.add(mirror.process);
      run.besides = besides;
    }
    return run;
  }
}

/** Runs a script. @throws as soon as a promise is broken, or is never kept */
export async function runModel(script: ModelScript): Promise<void> {
  const { stackTraceLimit } = Error;
  // Requests that are cut short are errors by the thousand, and nobody reads where they came from.
  Error.stackTraceLimit = 0;
  const run = await ModelRun.start(script);
  try {
    for (const action of script.actions) {
      await run.perform(action);
      run.look();
      if (action.kind === 'wait') run.lookAtStatus();
      await run.besides?.check(run.mirror);
    }
    await run.finish();
  } finally {
    await run.stop();
    Error.stackTraceLimit = stackTraceLimit;
  }
}
