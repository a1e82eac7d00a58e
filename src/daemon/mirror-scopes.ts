import type { RetrievalSettings } from '../config/retrieval-settings.ts';
import { apiVersion, resourceName } from '../core/api-resource.ts';
import { offByConfiguration } from '../core/mirrored-type.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { WatchEvent } from '../kube/watch-stream.ts';
import { aggregatedApisOf } from './aggregated-apis.ts';
import { CustomDefinitions, definitionsType, servicesType } from './custom-definitions.ts';
import { AbsentTypes, type DiscoveryResult } from './discovery-follower.ts';
import { listPriority } from './list-slots.ts';
import { namesNamespaces, NamespaceScopes } from './namespace-scopes.ts';
import type { TypeRecipe } from './object-source.ts';
import { PermissionProbes } from './permission-probes.ts';
import { purgeType } from './purge-type.ts';
import { Reflector, type ReflectorServices } from './reflector.ts';
import { plainPrinting, printedRecipe, printingOf, withoutPrinting, type ServerPrinting } from './server-printing.ts';
import { TypeEraser } from './type-eraser.ts';
import { isTreatedAlike, planTypes, type PlannedType } from './type-plan.ts';
import { commitTolerantly } from './tolerant-commit.ts';
import { UsedTypes, type UsedTypesOptions } from './used-types.ts';

/** Which namespaces a mirror is about. */
export interface MirrorPlaces {
  /** Only these; undefined: all that may be read. */
  readonly chosen: readonly string[] | undefined;
  /** The context's own. */
  readonly fallback: string;
}

/** What reflectors share, but for what their scopes add to it. */
export type ScopeServices = Omit<ReflectorServices, 'beforeList' | 'probeIntervalMs'>;

/**
 * The scopes of one mirror: makes a reflector for each type that discovery tells, and follows types that appear, change
 * and leave.
 */
export class MirrorScopes {
  readonly #services: ReflectorServices;
  /** Scopes of all namespaces, by type. */
  readonly #reflectors = new Map<string, Reflector>();
  readonly #namespaces: NamespaceScopes;
  readonly #probes: PermissionProbes;
  readonly #eraser: TypeEraser;
  /** Types that are followed while they are asked for. */
  readonly used: UsedTypes;
  readonly #byScope = new Map<number, Reflector>();
  readonly #definitions = new CustomDefinitions();
  readonly #absent = new AbsentTypes();
  readonly #onChanged: () => void;
  #planned: readonly PlannedType[] = [];
  #last: DiscoveryResult | undefined;
  /** What the present plan took for aggregated APIs, as text. */
  #plannedApis = '';
  /** Types that are off, and of which nothing is left, or will be. */
  readonly #leftOut = new Set<string>();
  #definitionsListed = false;
  #servicesListed = false;
  #isPlanned = false;
  /** What discovery told waits for the API services or the definitions. */
  #isPlanDue = true;
  #cancelLook: () => void = () => undefined;
  /** Discoveries in a row, since a definition last changed, that were behind what is mirrored. */
  #behindCount = 0;

  /** @param onChanged told when a definition or API service changed and discovery should be asked again. */
  constructor(
    services: ScopeServices & Pick<UsedTypesOptions, 'isAnswering'>,
    places: MirrorPlaces,
    onChanged: () => void,
  ) {
    this.#onChanged = onChanged;
    this.#probes = new PermissionProbes(services.clock);
    this.#services = {
      ...services,
      beforeList: async (reflector, signal) => await this.#namespaces.beforeList(reflector, signal),
      probeIntervalMs: (scope) => this.#probes.intervalMs(scope),
    };
    this.#namespaces = new NamespaceScopes({
      ...places,
      services: this.#services,
      wholeOf: (name) => this.#reflectors.get(name),
      isPlanned: () => this.#isPlanned,
      make: (name, namespace) => this.#make(name, namespace),
      onDropped: (reflector) => this.#dropped(reflector),
    });
    this.#eraser = new TypeEraser(services);
    this.used = new UsedTypes({
      ...services,
      settings: services.retrieval,
      eraser: this.#eraser,
      reflectorsOf: (name) => this.#scopesOf(name),
      follow: (name) => {
        const planned = this.#plannedAs(name);
        if (planned !== undefined) this.#ensure(planned);
      },
      unfollow: (name) => this.#unfollow(name),
    });
  }

  /** All reflectors, in no order. */
  get reflectors(): readonly Reflector[] {
    return [...this.#reflectors.values(), ...this.#namespaces.reflectors];
  }

  /** True once every type of a discovery has its reflector. */
  get isPlanned(): boolean {
    return this.#isPlanned;
  }

  /** A namespace whose events are mirrored as a scope of its own, empty where there is none. */
  get eventsNamespace(): string {
    const listed = this.#namespaces.of('events').find(({ status }) => status.mode === 'watching');
    return listed?.scope.namespace ?? '';
  }

  /** The reflector of a scope. */
  byScope(scopeId: number): Reflector | undefined {
    return this.#byScope.get(scopeId);
  }

  /**
   * Takes over what discovery told. The scopes of CustomResourceDefinitions and API services go first: they say which columns
   * a type has, and who prints it, so all others wait until both were listed or turned out not to be listable.
   */
  update(result: DiscoveryResult): void {
    this.#last = result;
    this.#isPlanDue = true;
    this.#plan(result);
    // A scope that needs no list is known at once, and then the definitions must have been read.
    for (const name of [definitionsType, servicesType]) {
      const planned = this.#planned.find((type) => resourceName(type.recipe.type) === name);
      if (planned !== undefined) this.#ensure(planned);
    }
    if (this.#isKnown(servicesType) && this.#isKnown(definitionsType)) this.#ensureAll(result);
  }

  /**
   * The configuration says otherwise how types come into the mirror: those whose own policy it changed stop, and go on from their
   * resume points as it has them now. Nothing happens to any other.
   */
  retrievalChanged(before: RetrievalSettings): void {
    const now = this.#services.retrieval();
    const names = this.#planned.map(({ recipe }) => resourceName(recipe.type));
    const changed = names.filter((name) => !isTreatedAlike(name, before, now));
    for (const name of changed) {
      // What is being left out goes to its end: its past goes with it, and is not to be torn.
      if (!this.#leftOut.delete(name)) this.#eraser.cancel(name);
      this.used.forget(name);
      this.#unfollow(name);
    }
    if (changed.length > 0) {
      // Where the definitions are being listed, with the end of that.
      this.#isPlanDue = true;
      this.#planAll();
    }
    this.used.keepBounds();
  }

  /** Told whenever a reflector's list or status went on. */
  progressed(reflector: Reflector): void {
    this.#namespaces.progressed(reflector);
    this.#probes.progressed(reflector);
    if (reflector.recipe.printing !== undefined) this.#takeOverPrinting(reflector);
    const isListed = ['connecting', 'watching', 'resting'].includes(reflector.state.kind);
    if (reflector.scope.name === servicesType) this.#servicesProgressed(isListed);
    if (reflector.scope.name === definitionsType) this.#definitionsProgressed(reflector, isListed);
  }

  #definitionsProgressed(reflector: Reflector, isListed: boolean): void {
    const isNews = isListed && !this.#definitionsListed;
    this.#definitionsListed = isListed;
    if (!this.#isKnown(definitionsType)) return;
    if (isNews) this.#reloadDefinitions(reflector);
    // Not listable, or not now: the others do without, and custom types show their name and age.
    if (this.#isPlanDue) this.#planAll();
  }

  /** Told after a batch is committed: definitions and API services shape other types. */
  committed(reflector: Reflector, events: readonly WatchEvent[]): void {
    if (reflector.scope.name === servicesType) this.#onChanged();
    if (namesNamespaces(reflector.scope.name)) this.#namespaces.reconcile();
    this.#probes.committed(reflector.scope.name);
    if (reflector.scope.name !== definitionsType) return;
    // A definition that was deleted and made anew in one batch is a changed one.
    const last = new Map(
      events.flatMap((event) => (event.kind === 'bookmark' ? [] : [[event.object.metadata.name, event] as const])),
    );
    this.#takeOver(() => {
      for (const [name, event] of last) {
        if (event.kind === 'delete') this.#definitionDeleted(name);
        else if (this.#definitions.put(event.object)) this.#definitionChanged(name);
      }
    });
  }

  stop(): void {
    this.#cancelLook();
    this.used.stop();
    this.#eraser.stop();
    this.#probes.stop();
    for (const reflector of this.reflectors) reflector.handle({ kind: 'stop' });
  }

  /** Known once they were listed, or their list failed and will go on failing for a while. */
  #isKnown(name: string): boolean {
    const reflector = this.#reflectors.get(name);
    if (reflector === undefined) return true;
    return !['pending', 'listing', 'stopped'].includes(reflector.state.kind);
  }

  /** With each complete list of the API services: of what changed before it no event tells, and discovery may be older. */
  #servicesProgressed(isListed: boolean): void {
    const isNews = isListed && !this.#servicesListed;
    this.#servicesListed = isListed;
    if (!this.#isKnown(servicesType)) return;
    if (this.#isPlanDue) this.#planAll();
    if (!isNews || this.#last === undefined) return;
    const { types, unknown } = this.#last.discovery;
    const told = new Set([...types.map((type) => apiVersion(type)), ...unknown]);
    const apis = this.#aggregatedApis();
    const isUntold = [...(apis?.keys() ?? [])].some((groupVersion) => !told.has(groupVersion));
    if (isUntold || textOf(apis) !== this.#plannedApis) this.#onChanged();
  }

  /** As the stored API services say; undefined where they may not be read, or were not yet. */
  #aggregatedApis(): ReadonlyMap<string, string> | undefined {
    const { writer } = this.#services;
    const typeId = writer.types.find(servicesType)?.id;
    const scope = typeId === undefined ? undefined : writer.scopes.find(typeId, '');
    if (scope?.complete !== 1 || scope.phase === 'denied' || scope.phase === 'absent') return undefined;
    return aggregatedApisOf(writer.bodies(scope.type_id));
  }

  /** Plans anew and starts every type, once what is listed first is known. */
  #planAll(): void {
    if (this.#last === undefined || !this.#isKnown(servicesType) || !this.#isKnown(definitionsType)) return;
    this.#plan(this.#last);
    this.#ensureAll(this.#last);
  }

  /** After each complete list of the definitions; the stored ones are the truth. */
  #reloadDefinitions(reflector: Reflector): void {
    const { writer } = this.#services;
    const typeId = writer.scopes.get(reflector.scope.scopeId).type_id;
    const isFirst = this.#definitions.byName.size === 0;
    const stored = writer.bodies(typeId) as unknown as readonly KubeObject[];
    this.#takeOver(() => {
      const changed = this.#definitions.replaceAll(stored);
      if (this.#last === undefined || changed.length === 0) return;
      if (isFirst) this.#planAll();
      else for (const name of changed) this.#definitionChanged(name);
    });
  }

  /**
   * Has definitions taken over. Discovery is asked where it lacks a type of theirs that it did not lack before: some API servers
   * establish a definition five seconds after it was made (kube-apiserver's --apiserver-count).
   */
  #takeOver(change: () => void): void {
    const before = new Set(this.#lackedByDiscovery());
    change();
    if (this.#lackedByDiscovery().some((name) => !before.has(name))) this.#definitionsMoved();
  }

  #definitionChanged(name: string): void {
    // Its watch ends within a second and its resume point expires: one list with the new shape, not two.
    this.#hold(name);
    this.#definitionsMoved();
  }

  #definitionsMoved(): void {
    this.#behindCount = 0;
    this.#onChanged();
  }

  /** Types whose definition says that they are served, and that the last discovery did not have. */
  #lackedByDiscovery(): readonly string[] {
    if (this.#last === undefined) return [];
    const told = new Set(this.#last.discovery.types.map((type) => resourceName(type)));
    return [...this.#definitions.established].filter((name) => !told.has(name));
  }

  #hold(name: string): void {
    for (const reflector of this.#scopesOf(name)) reflector.handle({ kind: 'hold' });
  }

  /** All scopes of a type, that of all namespaces first. */
  #scopesOf(name: string): readonly Reflector[] {
    const whole = this.#reflectors.get(name);
    return [...(whole === undefined ? [] : [whole]), ...this.#namespaces.of(name)];
  }

  #definitionDeleted(name: string): void {
    this.#definitions.delete(name);
    this.#gone(name, 'definition deleted');
    this.#definitionsMoved();
  }

  /** A type that is gone, confirmed. One that an earlier process mirrored and discovery lacks has no reflector. */
  #gone(name: string, reason: string): void {
    const { writer, clock, log } = this.#services;
    log.info('type is gone', { type: name, reason });
    this.#absent.forget(name);
    this.#namespaces.forget(name);
    this.#eraser.cancel(name);
    const reflector = this.#reflectors.get(name);
    const stored = writer.types.find(name);
    if (reflector !== undefined && reflector.state.kind !== 'absent') reflector.handle({ kind: 'type-gone' });
    // One whose rows the store refused to let go is still there.
    else if (stored?.absent_since === null) writer.commit(() => purgeType(writer, stored.id, clock.now()));
  }

  /** Types with a reflector, and those that an earlier process mirrored. */
  #mirroredNames(): readonly string[] {
    const stored = [...this.#services.writer.types.all()];
    const known = stored.filter(([, type]) => type.absent_since === null).map(([name]) => name);
    const reflected = [...this.#reflectors].filter(([, reflector]) => reflector.state.kind !== 'absent');
    return [...new Set([...reflected.map(([name]) => name), ...known])];
  }

  #plan(result: DiscoveryResult): void {
    const { writer, clock } = this.#services;
    const aggregatedApis = this.#aggregatedApis();
    this.#plannedApis = textOf(aggregatedApis);
    const versionInUse = new Map([...writer.types.all()].map(([name, type]) => [name, type.version]));
    this.#planned = planTypes(result.discovery, {
      serverMinor: result.version.minor,
      definitions: this.#definitions.byName,
      versionInUse,
      aggregatedApis,
      printings: this.#printings(),
      retrieval: this.#services.retrieval(),
    });
    writer.commit(() => {
      writer.types.save(this.#planned.map((planned) => planned.recipe.type));
      writer.saveFacts({
        server_version: result.version.gitVersion,
        server_minor: result.version.minor,
        discovered_at: clock.now(),
      });
    });
  }

  #ensureAll(result: DiscoveryResult): void {
    const types = this.#planned.map(({ recipe }) => recipe.type);
    this.used.plan(types.filter(({ retrieval }) => retrieval === 'used').map(resourceName));
    for (const type of types) if (type.retrievalReason === offByConfiguration) this.#leaveOut(resourceName(type));
    if (!this.#isPlanned) this.#tellUnknown(types.map(resourceName), result);
    for (const planned of this.#planned) this.#ensure(planned);
    this.#isPlanned = true;
    this.#isPlanDue = false;
    this.#namespaces.reconcile();
    const { clock } = this.#services;
    for (const name of this.#absent.observe(this.#mirroredNames(), result.discovery, clock.monotonic())) {
      this.#gone(name, 'absent from two discoveries');
    }
    this.#lookAgain();
  }

  /** Another discovery before the next regular one, where this one lacked a type that is mirrored or that is defined. */
  #lookAgain(): void {
    this.#cancelLook();
    const { clock } = this.#services;
    // A type that is held stands still: a server that starts lacks all custom types for a moment (kube-apiserver 1.36).
    const isBehind = this.reflectors.some(({ state }) => state.kind === 'held') || this.#lackedByDiscovery().length > 0;
    this.#behindCount = isBehind ? this.#behindCount + 1 : 0;
    const soonMs = behindLookMs * 2 ** this.#behindCount;
    if (isBehind && soonMs < absentLookMs) this.#cancelLook = clock.after(soonMs, this.#onChanged);
    else if (this.#absent.isWaiting) this.#cancelLook = clock.after(absentLookMs, this.#onChanged);
  }

  #ensure(planned: PlannedType): void {
    const { type } = planned.recipe;
    if (type.retrieval === 'off' || type.retrieval === 'alias') return;
    if (type.retrieval === 'used' && !this.used.isFollowed(resourceName(type))) return;
    if (this.#eraser.isErasing(resourceName(type))) return;
    const known = this.#scopesOf(resourceName(type));
    if (known.length === 0) this.#start(planned);
    for (const reflector of known) this.#reshape(reflector, planned);
  }

  #reshape(known: Reflector, planned: PlannedType): void {
    const shape = this.#shapeOf(planned, known.scope.scopeId);
    if (known.state.kind === 'absent') known.relist('first-list', shape);
    else if (known.state.kind === 'held' || known.representation !== shape.representation) {
      known.relist('schema-changed', shape);
    } else known.recipe = shape.recipe;
  }

  /** A planned type as its rows are to be stored: as its server prints them, where they are stored so already. */
  #shapeOf(planned: PlannedType, scopeId: number): Shape {
    const { recipe } = planned;
    const representation = `${planned.shape} timeline ${this.#services.timeline()}`;
    if (recipe.printing === undefined) return { recipe, representation };
    const stored = this.#services.writer.scopes.get(scopeId).representation;
    if (withoutPrinting(stored) !== representation) return { recipe, representation };
    return { recipe: printedRecipe(recipe.type, printingOf(stored) ?? plainPrinting), representation: stored };
  }

  /** After the first page of a list: how the server printed it is how its watch is to be read. */
  #takeOverPrinting(reflector: Reflector): void {
    const { representation } = this.#services.writer.scopes.get(reflector.scope.scopeId);
    const isOfList = withoutPrinting(representation) === withoutPrinting(reflector.representation);
    if (!isOfList || representation === reflector.representation) return;
    reflector.representation = representation;
    reflector.recipe = printedRecipe(reflector.recipe.type, printingOf(representation) ?? plainPrinting);
  }

  /** Of the types whose stored rows their servers printed. */
  #printings(): ReadonlyMap<string, ServerPrinting> {
    const { writer } = this.#services;
    const names = new Map([...writer.types.all()].map(([name, type]) => [type.id, name]));
    return new Map(
      writer.scopes.all().flatMap((scope) => {
        const name = names.get(scope.type_id);
        const printing = printingOf(scope.representation);
        return name === undefined || printing === undefined ? [] : [[name, printing] as const];
      }),
    );
  }

  #start(planned: PlannedType): void {
    const { type } = planned.recipe;
    const name = resourceName(type);
    const typeId = this.#services.writer.types.find(name)?.id;
    if (typeId === undefined) return;
    if (type.namespaced && this.#namespaces.isMirroredSo(typeId)) this.#namespaces.adopt(name, typeId);
    if (!type.namespaced || !this.#namespaces.isChosen) this.#make(name, '');
  }

  /** Makes the reflector of a type in a namespace (empty: all) and starts it; undefined where the type is not planned now. */
  #make(name: string, namespace: string): Reflector | undefined {
    const { writer, clock } = this.#services;
    const planned = this.#plannedAs(name);
    if (planned === undefined) return undefined;
    const typeId = writer.types.find(name)?.id as number;
    // Most are there already at a restart: a transaction for each of 59 would take 20 ms before the first watch is open.
    const scope =
      writer.scopes.find(typeId, namespace) ??
      writer.commit(() => writer.scopes.ensure(typeId, namespace, clock.now()));
    const priority = listPriority(name, planned.recipe.type.position, this.used.useCount(name));
    const reflected = { scopeId: scope.id, namespace, name, priority };
    const reflector = new Reflector(this.#services, reflected, this.#shapeOf(planned, scope.id));
    if (namespace === '') this.#reflectors.set(name, reflector);
    this.#byScope.set(scope.id, reflector);
    reflector.handle({ kind: 'start' });
    return reflector;
  }

  /** A slip in the configuration has no other sign; where there are several clusters one may well lack a type. */
  #tellUnknown(served: readonly string[], { discovery }: DiscoveryResult): void {
    const { log, retrieval } = this.#services;
    if (discovery.unknown.length > 0) return;
    for (const name of retrieval().policies.keys())
      if (name !== '*' && !served.includes(name))
        log.warn('the configuration names a type that the cluster does not serve', { type: name });
  }

  #plannedAs(name: string): PlannedType | undefined {
    return this.#planned.find(({ recipe }) => resourceName(recipe.type) === name);
  }

  /** Ends the streams of a type; rows and resume points stay, from which the next reflectors go on. */
  #unfollow(name: string): void {
    const { writer, meters } = this.#services;
    const reflectors = this.#scopesOf(name);
    // What was received is committed with this.
    for (const reflector of reflectors) reflector.handle({ kind: 'stop' });
    commitTolerantly(writer, () => meters.store(writer.scopes));
    meters.stored();
    this.#namespaces.forget(name);
    this.#reflectors.delete(name);
    for (const reflector of reflectors) this.#dropped(reflector);
  }

  /** What an earlier process mirrored of a type that is off now leaves without a trace: nobody deleted it. */
  #leaveOut(name: string): void {
    const { writer, erasePast } = this.#services;
    const typeId = writer.types.find(name)?.id;
    if (typeId === undefined || this.#leftOut.has(name)) return;
    this.#leftOut.add(name);
    erasePast({ type: name, namespace: '' });
    const scopes = writer.scopes.all().filter((scope) => scope.type_id === typeId);
    if (scopes.length === 0 && !writer.objects.hasTraces(typeId)) return;
    this.#eraser.start({
      name,
      typeId,
      onDone: () => {
        // What the history took over meanwhile.
        erasePast({ type: name, namespace: '' });
        writer.commit(() => {
          for (const { id } of scopes) writer.scopes.drop(id);
        });
        // It may be on again.
        const planned = this.#plannedAs(name);
        if (planned !== undefined) this.#ensure(planned);
      },
    });
  }

  #dropped(reflector: Reflector): void {
    const { scopeId } = reflector.scope;
    this.#byScope.delete(scopeId);
    this.#probes.forget(reflector);
    this.#services.watchSlots.leave(scopeId);
    this.#services.meters.forget(scopeId);
  }

  /** Everything is listed again under the next timeline: the server's history is another one. */
  resetTimeline(): void {
    for (const planned of this.#planned) {
      const representation = `${planned.shape} timeline ${this.#services.timeline()}`;
      for (const reflector of this.#scopesOf(resourceName(planned.recipe.type)))
        if (reflector.state.kind !== 'absent')
          reflector.relist('timeline-reset', { recipe: planned.recipe, representation });
    }
  }
}

const textOf = (apis: ReadonlyMap<string, string> | undefined): string =>
  JSON.stringify(apis === undefined ? null : [...apis]);

/** What of a type shapes its rows. */
interface Shape {
  readonly recipe: TypeRecipe;
  readonly representation: string;
}

/** Second look at a type that a complete discovery lacked: a little over the minute that confirms it (ms). */
const absentLookMs = 63_000;

/** Second look where discovery is behind what is mirrored, doubled each time until it is no sooner than the other (ms). */
const behindLookMs = 500;
