import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StoreSnapshot } from '../../../src/simulator/etcd-store.ts';
import { crdBody, crdName } from '../sample-crd.ts';
import { SimulatedMirror } from '../simulated-mirror.ts';
import { modelNamespaces, modelTypes, widgets, type Action, type ModelScript, type ModelType } from './model-action.ts';
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

/** A mirror, what was done to its cluster, and every object that its store ever held. */
class ModelRun {
  readonly mirror: SimulatedMirror;
  readonly #isLarge: boolean;
  readonly #snapshot: StoreSnapshot;
  /** What the user may do, by type. */
  readonly #permitted = new Map<ModelType, readonly string[]>();
  /** uid to key of every object that was stored. */
  readonly #seen = new Map<string, string>();
  #counter = 0;
  #fieldCount = 0;
  #version = 1;
  #isRestored = false;
  #lookedAt = -1;

  constructor(mirror: SimulatedMirror, isLarge: boolean) {
    this.mirror = mirror;
    this.#isLarge = isLarge;
    this.#snapshot = mirror.state.snapshot();
    mirror.onTurn = () => this.look();
  }

  async perform(action: Action): Promise<void> {
    const { mirror } = this;
    switch (action.kind) {
      case 'write':
      case 'delete':
      case 'replace':
        this.#write(action.kind, action.type, { name: action.name, namespace: action.namespace });
        return;
      case 'burst':
        for (let index = 0; index < action.count; index += 1)
          this.#write('write', 'configmaps', { name: index % 2, namespace: 0 });
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
        this.#permitted.set(action.type, action.verbs);
        this.#applyPermissions();
    }
  }

  /** Holds what is committed to its promises. @throws with those that are broken */
  look(): void {
    const { mirror } = this;
    if (mirror.view.version === this.#lookedAt) return;
    for (const { uid, key } of mirror.rows('select uid, key from object')) this.#seen.set(String(uid), String(key));
    const broken = mirror.broken({ reshaped: true, ahead: this.#isLarge, restored: this.#isRestored });
    if (broken.length > 0) throw new Error(`broken promises:\n${broken.join('\n')}`);
    this.#lookedAt = mirror.view.version;
  }

  /** Holds what status says, once nothing is in flight, to what can be known. */
  lookAtStatus(): void {
    const { mirror } = this;
    if (!mirror.isRunning) return;
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

  /** Ends everything that is wrong and holds the mirror to I4, and its files to I8. */
  async finish(): Promise<void> {
    const { mirror } = this;
    mirror.faults.clear();
    mirror.network.return();
    this.#permitted.clear();
    this.#applyPermissions();
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

  #write(kind: 'write' | 'delete' | 'replace', type: ModelType, place: { name: number; namespace: number }): void {
    const { state } = this.mirror;
    if (state.types.named(type) === undefined) return;
    const at = { namespace: modelNamespaces[place.namespace] ?? 'default', name: `n${place.name}` };
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
      this.#write(index % 3 === 1 ? 'delete' : 'write', type, { name: index % 6, namespace: 0 });
    }
    if (action.restartApiServer) mirror.state.restartApiServer();
    await mirror.open();
  }

  async #spell({ spell, ms }: Action & { readonly kind: 'spell' }): Promise<void> {
    const { mirror } = this;
    if (spell === 'unreachable') mirror.network.leave();
    const end =
      spell === 'unreachable' ? () => mirror.network.return() : beginSpell(mirror.faults, mirror.state, spell);
    await mirror.advance(ms);
    end();
  }

  /** Written to before it is noticed, a restored store may overtake what was mirrored: no revision tells that. */
  async #restore(): Promise<void> {
    const { mirror } = this;
    mirror.faults.clear();
    this.#permitted.clear();
    this.#applyPermissions();
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
      const verbs = this.#permitted.get(type) ?? ['get', 'list', 'watch'];
      state.allow(user, { verbs: ['get', ...verbs], resources: [plurals[index] ?? ''] });
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
  static async start({ seed, isLarge }: ModelScript): Promise<ModelRun> {
    const mirror = await SimulatedMirror.start({
      inMemory: true,
      seed,
      user,
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
    return new ModelRun(mirror, isLarge);
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
    }
    await run.finish();
  } finally {
    await run.mirror.stop();
    Error.stackTraceLimit = stackTraceLimit;
  }
}
