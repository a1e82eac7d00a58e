import type { JsonObject } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { Clock } from '../util/clock.ts';
import { AccessRules, type AccessRule } from './access-rules.ts';
import { typeNotFound, objectNotFound } from './api-status.ts';
import { BrokenTypes } from './broken-types.ts';
import { establish, definitionChanged, definitionRemoved } from './definition-controller.ts';
import { EtcdStore, type StoreSnapshot } from './etcd-store.ts';
import { objectKey, toServed } from './object-shape.ts';
import { ObjectWriter } from './object-writer.ts';
import type { ServedType } from './served-type.ts';
import type { StoredEvent } from './stored-event.ts';
import { TypeRegistry } from './type-registry.ts';
import { WatchCache } from './watch-cache.ts';
import { EtcdWatchSource, type WatchEnd, type WatchSource } from './watch-source.ts';

/** What the state takes from outside. */
export interface ClusterStateOptions {
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** In [0, 1). */
  readonly random: () => number;
  /** Events that a watch cache keeps at least. */
  readonly watchCacheCapacity?: number | undefined;
  /** Who a request without a credential is. */
  readonly withoutToken?: string | undefined;
  /** The cluster of another API server: this one serves the same etcd from watch caches of its own. */
  readonly beside?: ClusterState | undefined;
}

/** Which object of a type; no namespace for a cluster-scoped one. */
export interface ObjectReference {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** How long the watches of a type outlive a change of its definition; the value of kube-apiserver 1.36. */
const definitionChangeMs = 1000;

/** How long watches of a type stay open of which an object cannot be decoded; the value of kube-apiserver 1.36. */
const undecodableSilenceMs = 30_000;

/** How often caches of quiet types ask etcd how far it is. */
const progressIntervalMs = 60_000;

const firstNamespaces = ['kube-system', 'kube-public', 'default', 'kube-node-lease'] as const;

const writerName = 'simulator';

/**
 * The cluster behind the simulated API server: etcd, the served types, the watch caches of the one API server process,
 * and who may do what. Its methods write past HTTP, access rules and faults; types are called `plural` or
 * `plural.group`, as in `pods` and `deployments.apps`.
 */
export class ClusterState {
  readonly store: EtcdStore;
  readonly types: TypeRegistry;
  readonly access: AccessRules;
  readonly writer: ObjectWriter;
  /** Types that cannot be read. */
  readonly broken = new BrokenTypes();
  readonly #options: ClusterStateOptions;
  readonly #caches = new Map<string, WatchCache>();
  readonly #direct = new Map<string, EtcdWatchSource>();
  readonly #stale = new Set<string>();
  #cancelProgress: () => void = () => {};

  constructor(options: ClusterStateOptions) {
    const { beside } = options;
    this.#options = options;
    this.types = beside?.types ?? new TypeRegistry();
    this.access = beside?.access ?? new AccessRules(options.withoutToken);
    this.store = beside?.store ?? new EtcdStore(() => options.clock.now());
    this.writer = beside?.writer ?? new ObjectWriter(this.store, options);
    if (beside === undefined) {
      for (const name of firstNamespaces) this.create('namespaces', { metadata: { name } });
      this.store.subscribe((event) => this.#afterWrite(event));
    }
    this.#openCaches();
    this.#scheduleProgress();
  }

  /** The newest revision of etcd. */
  get revision(): number {
    return this.store.revision;
  }

  /** The served type of that name in its preferred version. @throws ApiRefusal 404 */
  type(name: string): ServedType {
    const type = this.types.named(name);
    if (type === undefined) throw typeNotFound();
    return type;
  }

  /** Creates an object, status included; `metadata` needs at least a name. @throws ApiRefusal as over HTTP */
  create(typeName: string, object: JsonObject): KubeObject {
    return this.writer.create(this.type(typeName), object, { manager: writerName, keepStatus: true });
  }

  /** Replaces an object, status included. @throws ApiRefusal 404, or 409 when it names an old resourceVersion */
  replace(typeName: string, object: JsonObject): KubeObject {
    return this.writer.replace(this.type(typeName), object, { manager: writerName, keepStatus: true });
  }

  /** Applies a JSON merge patch to the whole object, status included. @throws ApiRefusal 404 */
  patch(typeName: string, reference: ObjectReference, patch: JsonObject): KubeObject {
    const target = { namespace: reference.namespace ?? '', name: reference.name };
    return this.writer.patch(this.type(typeName), target, patch, { manager: writerName, keepStatus: true });
  }

  /** Deletes an object as a request would: finalizers hold it. Returns its last state. @throws ApiRefusal 404 */
  delete(typeName: string, reference: ObjectReference): KubeObject {
    const target = { namespace: reference.namespace ?? '', name: reference.name };
    return this.writer.delete(this.type(typeName), target).object;
  }

  /** Ends the time of objects that were made to live for a while, as events are: all go at one revision. */
  expire(typeName: string, references: readonly ObjectReference[]): void {
    const type = this.type(typeName);
    const keys = references.map(({ namespace, name }) => objectKey(type.namespaced, namespace ?? '', name));
    this.writer.expire(type.storage, keys);
  }

  /** The object now. @throws ApiRefusal 404 */
  get(typeName: string, reference: ObjectReference): KubeObject {
    const type = this.type(typeName);
    const key = objectKey(type.namespaced, reference.namespace ?? '', reference.name);
    const object = this.store.table(type.storage).get(key);
    if (object === undefined) throw objectNotFound(type, reference.name);
    return toServed(type, object);
  }

  /** All objects of the type now, in etcd's order. */
  list(typeName: string): readonly KubeObject[] {
    return this.stateAt(this.store.revision, typeName);
  }

  /** The oracle: all objects of the type as they were at a revision, in etcd's order, compacted or not. */
  stateAt(revision: number, typeName: string): readonly KubeObject[] {
    const type = this.type(typeName);
    return this.store
      .stateAt(type.storage, revision)
      .values()
      .map((object) => toServed(type, object));
  }

  /** Does what the namespace controller does: removes everything in the namespace, type by type, then itself. */
  finishNamespace(name: string): void {
    const storages = new Set(this.types.groups().flatMap(({ versions }) => versions.flatMap(({ types }) => types)));
    for (const type of storages) {
      if (!type.namespaced) continue;
      const keys = [...this.store.table(type.storage).range(`${name}/`)].map(([key]) => key);
      for (const key of keys) this.writer.remove(type.storage, key);
    }
    this.writer.remove('namespaces', name);
  }

  /** Adds a rule of a user, and the user. */
  allow(user: string, rule: AccessRule): void {
    this.access.allow(user, rule);
  }

  /** Forbids readers everything before `revision`, the newest one unless given. */
  compact(revision?: number): void {
    this.store.compact(revision);
  }

  /** Another process takes over: every watch cache begins anew, and open watches are cut or end cleanly. */
  restartApiServer(openWatches: WatchEnd = 'reset'): void {
    this.#closeSources(openWatches);
    this.#openCaches();
  }

  /** From now on every watch cache stays behind etcd, as that of an API server whose connection to it is bad. */
  stall(): void {
    for (const cache of this.#caches.values()) cache.stall();
  }

  /** The watch caches catch up. */
  follow(): void {
    for (const cache of this.#caches.values()) cache.follow();
  }

  /**
   * From now on an object of the type cannot be decoded: open watches are silent for half a minute and end, new ones and
   * lists fail, until `repairType`.
   */
  breakType(typeName: string): void {
    const type = this.type(typeName);
    for (const version of this.types.ofStorage(type.storage)) this.broken.add(version, 'unable to decode an object');
    const cache = this.cacheOf(type);
    cache?.stall();
    this.#options.clock.after(undecodableSilenceMs, () => cache?.close('end'));
  }

  /** Ends `breakType`: the type's cache begins anew, which expires every resource version. */
  repairType(typeName: string): void {
    const type = this.type(typeName);
    for (const version of this.types.ofStorage(type.storage)) this.broken.remove(version);
    this.renewCache(type.storage);
  }

  /** Completes the answers of all open watches, as at their timeouts. */
  endWatches(): void {
    for (const source of [...this.#caches.values(), ...this.#direct.values()]) source.endWatches('end');
  }

  /** etcd as it is now, for `restore`. */
  snapshot(): StoreSnapshot {
    return this.store.snapshot();
  }

  /**
   * Puts etcd back, under the running API server: its caches and watches notice nothing, until `restartApiServer`.
   * Definitions of custom resources are not followed back.
   */
  restore(snapshot: StoreSnapshot): void {
    this.store.restore(snapshot);
  }

  /** The watch cache of a type; undefined for the types that are read from etcd. */
  cacheOf(type: ServedType): WatchCache | undefined {
    if (!type.watchCached) return undefined;
    const known = this.#caches.get(type.storage);
    if (known !== undefined) return known;
    const made = new WatchCache(this.store, type.storage, this.#options.watchCacheCapacity);
    this.#caches.set(type.storage, made);
    return made;
  }

  /** What watches of the type follow. */
  watchSource(type: ServedType): WatchSource {
    const cache = this.cacheOf(type);
    if (cache !== undefined) return cache;
    const known = this.#direct.get(type.storage);
    if (known !== undefined) return known;
    const made = new EtcdWatchSource(this.store, type.storage);
    this.#direct.set(type.storage, made);
    return made;
  }

  /** The type's cache begins anew; watches on the old one live for another second. */
  renewCache(storage: string): void {
    const old = this.#caches.get(storage);
    this.#caches.delete(storage);
    if (this.types.ofStorage(storage).length > 0) {
      this.#caches.set(storage, new WatchCache(this.store, storage, this.#options.watchCacheCapacity));
    }
    if (old !== undefined) this.#options.clock.after(definitionChangeMs, () => old.close('end'));
  }

  /** Marks a group-version as unreachable in discovery, as a broken aggregated API is, or as reachable again. */
  setStale(group: string, version: string, stale: boolean): void {
    if (stale) this.#stale.add(`${group}/${version}`);
    else this.#stale.delete(`${group}/${version}`);
  }

  /** Whether `setStale` marked it. */
  isStale(group: string, version: string): boolean {
    return this.#stale.has(`${group}/${version}`);
  }

  /** Ends all timers and watches. */
  close(): void {
    this.#cancelProgress();
    this.#closeSources('reset');
  }

  #closeSources(end: WatchEnd): void {
    const sources = [...this.#caches.values(), ...this.#direct.values()];
    this.#caches.clear();
    this.#direct.clear();
    for (const source of sources) source.close(end);
  }

  /** A cache that is opened late would miss the past that a real server's has seen since its start. */
  #openCaches(): void {
    for (const { versions } of this.types.groups()) {
      for (const { types } of versions) for (const type of types) this.cacheOf(type);
    }
  }

  #scheduleProgress(): void {
    this.#cancelProgress = this.#options.clock.after(progressIntervalMs, () => {
      for (const cache of this.#caches.values()) cache.progress();
      this.#scheduleProgress();
    });
  }

  #afterWrite(event: StoredEvent): void {
    if (event.storage !== 'customresourcedefinitions.apiextensions.k8s.io') return;
    if (event.type === 'ADDED') establish(this, event.object);
    else if (event.type === 'DELETED') definitionRemoved(this, event.object);
    else definitionChanged(this, event.object, event.previous);
  }
}
