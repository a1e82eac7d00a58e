import type { Clock } from '../util/clock.ts';
import type { Reflector } from './reflector.ts';

/** How often a refused list is asked for again (ms), before it is spread by a quarter. */
const probeMs = 600_000;

/** So many refused lists may be asked for again in that time: more take longer in turn. */
const probesPerRound = 200;

/** After a role or binding changed: several changes make one round of probes (ms). */
const debounceMs = 2_000;

/** Between two rounds for that reason (ms). */
const leastBetweenMs = 30_000;

/** Types whose objects say who may read what. */
const permissionTypes: ReadonlySet<string> = new Set([
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
]);

/** A scope, as far as it says how often it is probed. */
type ProbedScope = Pick<Reflector['scope'], 'name' | 'namespace' | 'priority'>;

/**
 * When refused lists are asked for again. Permissions mostly come for many types at once, so in each namespace the type
 * that people look at first is asked for often, the others rarely; and where one is allowed, all others are asked for.
 */
export class PermissionProbes {
  readonly #clock: Clock;
  /** Refused scopes by namespace. */
  readonly #refused = new Map<string, Set<Reflector>>();
  #refusedCount = 0;
  #cancelRound: (() => void) | undefined;
  #roundAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long a refused scope rests (ms), before it is spread. */
  intervalMs(scope: ProbedScope): number {
    if (scope.namespace === '') return probeMs;
    const beside = this.#refused.get(scope.namespace) ?? new Set();
    const isFirst = [...beside].every((other) => other.scope.priority >= scope.priority);
    const rivalCount = isFirst ? this.#refused.size : this.#refusedCount;
    return probeMs * Math.max(1, Math.ceil(rivalCount / probesPerRound));
  }

  /** Told whenever a reflector's list or status went on. */
  progressed(reflector: Reflector): void {
    const { kind } = reflector.state;
    if (kind === 'denied') this.#add(reflector);
    if (kind === 'absent') this.forget(reflector);
    const isAllowed = kind === 'connecting' || kind === 'watching' || kind === 'resting';
    if (isAllowed && this.forget(reflector)) this.#probe(this.#refused.get(reflector.scope.namespace) ?? []);
  }

  /** The scope is refused no longer, or followed no longer. False where it was not refused. */
  forget(reflector: Reflector): boolean {
    const { namespace } = reflector.scope;
    const refused = this.#refused.get(namespace);
    if (refused?.delete(reflector) !== true) return false;
    this.#refusedCount -= 1;
    if (refused.size === 0) this.#refused.delete(namespace);
    return true;
  }

  /** Told after a batch of a type is committed. */
  committed(name: string): void {
    if (!permissionTypes.has(name) || this.#refusedCount === 0 || this.#cancelRound !== undefined) return;
    const rested = this.#clock.monotonic() - this.#roundAt;
    this.#cancelRound = this.#clock.after(Math.max(debounceMs, leastBetweenMs - rested), () => {
      this.#cancelRound = undefined;
      this.#roundAt = this.#clock.monotonic();
      this.#probe([...this.#refused.values()].flatMap((refused) => [...refused]));
    });
  }

  stop(): void {
    this.#cancelRound?.();
  }

  #add(reflector: Reflector): void {
    const { namespace } = reflector.scope;
    const refused = this.#refused.get(namespace) ?? new Set();
    this.#refused.set(namespace, refused);
    if (refused.has(reflector)) return;
    refused.add(reflector);
    this.#refusedCount += 1;
  }

  #probe(refused: Iterable<Reflector>): void {
    for (const reflector of refused) if (reflector.state.kind === 'denied') reflector.relist('permission-probe');
  }
}
