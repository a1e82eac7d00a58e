import { fetchListPage } from '../kube/list-page.ts';
import { storedRepresentation } from '../kube/representation.ts';
import type { ScopeTarget } from '../store/object-record.ts';
import type { StoredRow } from '../store/object-writer.ts';
import type { Reflector, ReflectorServices } from './reflector.ts';
import { memoryOf } from './reflector-state.ts';
import { tolerateStore } from './tolerant-commit.ts';

/**
 * Types (`plural.group`) whose objects name the namespaces, best first. Whoever may not list namespaces of an OpenShift
 * cluster may list the projects that are theirs: each is a namespace of that name.
 */
const sources: readonly string[] = ['namespaces', 'projects.project.openshift.io'];

/** Whether objects of this type (`plural.group`) name the namespaces. */
export function namesNamespaces(type: string): boolean {
  return sources.includes(type);
}

/** What scopes of single namespaces need besides what all reflectors share. */
export interface NamespaceScopesOptions {
  readonly services: ReflectorServices;
  /** Only these namespaces are mirrored; undefined: all that may be read. */
  readonly chosen: readonly string[] | undefined;
  /** The context's namespace, where the cluster does not tell which there are. */
  readonly fallback: string;
  /** The scope of all namespaces of a type, where there is one. */
  readonly wholeOf: (name: string) => Reflector | undefined;
  /** Every type of a discovery has had its turn. */
  readonly isPlanned: () => boolean;
  /** Makes and starts the reflector of a type (`plural.group`) in a namespace; undefined while discovery lacks the type. */
  readonly make: (name: string, namespace: string) => Reflector | undefined;
  /** The scope has left the store. */
  readonly onDropped: (reflector: Reflector) => void;
}

/** The scopes of a type that is mirrored by namespaces. */
interface TypeScopes {
  readonly typeId: number;
  readonly byNamespace: Map<string, Reflector>;
  /** The list of all is allowed and runs: the streams of single namespaces would move its rows. */
  isPaused: boolean;
}

const isListed = (kind: Reflector['state']['kind']): boolean => ['connecting', 'watching', 'resting'].includes(kind);

/** Which namespaces there are, as far as that is known. */
interface Wanted {
  readonly names: ReadonlySet<string>;
  /** Others are gone, or not chosen. */
  readonly isComplete: boolean;
}

/**
 * Scopes of single namespaces: for types that may not be listed as a whole, and for a context of which only some
 * namespaces are to be mirrored. Namespaces come from the mirrored ones, or projects; where neither may be listed, the
 * context's own is tried.
 */
export class NamespaceScopes {
  readonly #options: NamespaceScopesOptions;
  readonly #types = new Map<string, TypeScopes>();
  /** Scopes whose namespace is gone: dropped once a list finds them empty, or they are refused. */
  readonly #gone = new Set<Reflector>();

  constructor(options: NamespaceScopesOptions) {
    this.#options = options;
  }

  /** All reflectors of single namespaces, in no order. */
  get reflectors(): readonly Reflector[] {
    return [...this.#types.values()].flatMap(({ byNamespace }) => [...byNamespace.values()]);
  }

  /** Those of one type. */
  of(name: string): readonly Reflector[] {
    return [...(this.#types.get(name)?.byNamespace.values() ?? [])];
  }

  /** Only chosen namespaces are mirrored: types with namespaces have no scope of all. */
  get isChosen(): boolean {
    return this.#options.chosen !== undefined;
  }

  /** Mirrors a type by namespaces from now on; what an earlier process mirrored goes on at once. */
  adopt(name: string, typeId: number): void {
    if (this.#types.has(name)) return;
    this.#types.set(name, { typeId, byNamespace: new Map(), isPaused: false });
    for (const { namespace } of this.#options.services.writer.scopes.namespacesOf(typeId)) this.#make(name, namespace);
    this.reconcile();
    if (this.isChosen) this.#dropWhole(typeId);
  }

  /** The type is mirrored by namespaces, or was when the last process ended. */
  isMirroredSo(typeId: number): boolean {
    return this.isChosen || this.#options.services.writer.scopes.namespacesOf(typeId).length > 0;
  }

  /** The type is gone: its scopes go without a word, since their rows have gone with the type. */
  forget(name: string): void {
    const scopes = this.#types.get(name);
    if (scopes === undefined) return;
    this.#types.delete(name);
    for (const reflector of scopes.byNamespace.values()) this.#leave(reflector);
  }

  /** Makes the scopes of namespaces that are new, and has those of namespaces that are gone listed a last time. */
  reconcile(): void {
    const wanted = this.#types.size === 0 ? undefined : this.#wanted();
    if (wanted === undefined) return;
    for (const [name, { byNamespace, isPaused }] of this.#types) {
      if (!isPaused) for (const namespace of wanted.names) this.#make(name, namespace);
      for (const [namespace, reflector] of byNamespace) {
        if (wanted.names.has(namespace)) this.#gone.delete(reflector);
        else if (wanted.isComplete) this.#remove(reflector);
      }
    }
  }

  /** Told whenever a reflector's list or status went on. */
  progressed(reflector: Reflector): void {
    const { name, namespace } = reflector.scope;
    const { kind } = reflector.state;
    if (namespace !== '') {
      // Its effects are not done yet.
      if (this.#gone.has(reflector)) queueMicrotask(() => this.#dropTolerantly(reflector));
      return;
    }
    if (namesNamespaces(name) && (isListed(kind) || kind === 'denied')) this.reconcile();
    const scopes = this.#types.get(name);
    if (scopes === undefined) {
      if (kind === 'denied' && reflector.recipe.type.namespaced) this.adopt(name, this.#typeIdOf(reflector));
      return;
    }
    // The list of all has taken the rows over and dropped these scopes in the same transaction.
    if (isListed(kind)) this.forget(name);
    else if (scopes.isPaused && (kind === 'denied' || kind === 'backing-off')) this.#resume(scopes);
  }

  /**
   * Called before a list of all namespaces: where the type is mirrored by namespaces, asks first whether the list is
   * allowed now, and only then stops their streams.
   * @throws RequestFailed, as the list would
   */
  async beforeList({ scope, recipe }: Reflector, signal: AbortSignal): Promise<void> {
    const scopes = this.#types.get(scope.name);
    if (scope.namespace !== '' || scopes === undefined || scopes.isPaused) return;
    const { type } = recipe;
    const target = { type, namespace: '', representation: storedRepresentation(type) };
    await fetchListPage(this.#options.services.transport, target, { limit: 1, continueToken: '', signal });
    if (!signal.aborted) this.#pause(scopes);
  }

  #pause(scopes: TypeScopes): void {
    const { writer, batcher, clock } = this.#options.services;
    scopes.isPaused = true;
    // What was received counts: a stream that is opened again must not replay it.
    batcher.flush();
    for (const reflector of scopes.byNamespace.values()) reflector.handle({ kind: 'stop' });
    const status = { mode: 'listing', health: 'degraded', reason: 'connecting', lastError: null } as const;
    writer.commit(() => {
      for (const { scope } of scopes.byNamespace.values())
        writer.scopes.saveStatus(scope.scopeId, status, clock.now(), null);
    });
  }

  #resume(scopes: TypeScopes): void {
    scopes.isPaused = false;
    const { writer } = this.#options.services;
    for (const reflector of scopes.byNamespace.values()) {
      const { representation, resource_version } = writer.scopes.get(reflector.scope.scopeId);
      const isMoved = resource_version === null && memoryOf(reflector.state).resumePoint !== null;
      reflector.handle({ kind: 'start' });
      // The type may have changed meanwhile, or the list of all have moved the rows.
      if (representation !== reflector.representation) reflector.relist('schema-changed');
      else if (isMoved) reflector.relist('interrupted-list');
    }
    this.reconcile();
  }

  #wanted(): Wanted | undefined {
    const { chosen, fallback, services, wholeOf, isPlanned } = this.#options;
    if (chosen !== undefined) return { names: new Set(chosen), isComplete: true };
    const { writer } = services;
    for (const source of sources) {
      const reflector = wholeOf(source);
      const scope = reflector === undefined ? undefined : writer.scopes.get(reflector.scope.scopeId);
      if (scope?.complete === 1 && scope.phase !== 'denied' && scope.phase !== 'absent')
        return { names: new Set(writer.keys(scope.type_id)), isComplete: true };
      const isToCome =
        reflector === undefined ? !isPlanned() : ['pending', 'listing', 'stopped'].includes(reflector.state.kind);
      if (isToCome) return undefined;
    }
    return { names: new Set([fallback]), isComplete: false };
  }

  #make(name: string, namespace: string): void {
    const scopes = this.#types.get(name);
    if (scopes === undefined || scopes.byNamespace.has(namespace)) return;
    const reflector = this.#options.make(name, namespace);
    if (reflector !== undefined) scopes.byNamespace.set(namespace, reflector);
  }

  #remove(reflector: Reflector): void {
    if (this.isChosen) {
      this.#drop(reflector);
      return;
    }
    const isNews = !this.#gone.has(reflector);
    this.#gone.add(reflector);
    if (!isNews || reflector.state.kind === 'denied') this.#dropGone(reflector);
    else reflector.relist('namespace-gone');
  }

  /** What the store refuses now is done with the next look at the namespaces. */
  #dropTolerantly(reflector: Reflector): void {
    tolerateStore(this.#options.services.writer, () => this.#dropGone(reflector));
  }

  #dropGone(reflector: Reflector): void {
    const { writer } = this.#options.services;
    if (!this.#gone.has(reflector)) return;
    const { kind } = reflector.state;
    const isEmpty = (): boolean => writer.scopes.countRows(writer.scopes.get(reflector.scope.scopeId)) === 0;
    if (kind === 'denied' || (isListed(kind) && isEmpty())) this.#drop(reflector);
  }

  /** Takes a scope out of the store; hidden rows of a namespace that is gone, or was not chosen, go with it. */
  #drop(reflector: Reflector): void {
    const { writer, batcher, clock, log } = this.#options.services;
    const { scopeId, name, namespace } = reflector.scope;
    // Afterwards nothing of it could be written.
    batcher.flush();
    writer.commit(() => {
      const rows = writer.scopes.rows(writer.scopes.get(scopeId));
      this.#purge(writer.scopes.target(scopeId), rows, clock.now());
      writer.scopes.drop(scopeId);
    });
    this.#types.get(name)?.byNamespace.delete(namespace);
    this.#leave(reflector);
    log.info('scope dropped', { type: name, namespace });
  }

  /** What an earlier process mirrored of all namespaces: those that were not chosen leave. */
  #dropWhole(typeId: number): void {
    const { chosen = [], services } = this.#options;
    const { writer, clock } = services;
    const whole = writer.scopes.find(typeId, '');
    if (whole === undefined) return;
    const kept = new Set(chosen);
    writer.commit(() => {
      const others = writer.scopes.rows(whole).filter(({ key }) => !kept.has(key.slice(0, key.indexOf('/'))));
      this.#purge(writer.scopes.target(whole.id), others, clock.now());
      writer.scopes.drop(whole.id);
    });
  }

  #purge(target: ScopeTarget, rows: readonly StoredRow[], nowMs: number): void {
    const { objects } = this.#options.services.writer;
    for (const row of rows)
      objects.delete(target, row, { cause: 'purge', nowMs, resourceVersion: row.resource_version });
  }

  #leave(reflector: Reflector): void {
    this.#gone.delete(reflector);
    reflector.handle({ kind: 'stop' });
    this.#options.onDropped(reflector);
  }

  #typeIdOf({ scope }: Reflector): number {
    return this.#options.services.writer.scopes.get(scope.scopeId).type_id;
  }
}
