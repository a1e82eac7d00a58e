import { usageGroup, usageVersion, type UsageKind } from '../core/usage.ts';
import type { Discovery } from '../kube/discovery.ts';
import type { Failure } from '../kube/failure.ts';
import type { Transport } from '../kube/transport.ts';
import { fetchUsage } from '../kube/usage-list.ts';
import type { Clock } from '../util/clock.ts';
import { failureOf } from './cluster-check.ts';
import type { HistoryKeeper } from './history-keeper.ts';
import type { Logger } from './logger.ts';
import type { MirrorTimers } from './mirror-timers.ts';
import type { Reflector } from './reflector.ts';
import { TroubleLog } from './trouble-log.ts';

/** What polling usage needs of its mirror. */
export interface UsagePollerOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timers: MirrorTimers;
  readonly stopping: AbortSignal;
  /** Keeps what is told. */
  readonly history: HistoryKeeper;
  /** Between the beginnings of two rounds (ms). */
  readonly intervalMs: number;
  /** The cluster answers its heartbeat. */
  readonly isAnswering: () => boolean;
  readonly reflectors: () => readonly Reflector[];
  /** Each kind was asked for once. */
  readonly onSettled: () => void;
}

/** Each namespace that is asked for by itself makes a round this much longer (ms): their number is not bounded. */
const perPlaceMs = 1_000;

/** What is refused or not there is asked for again after so long (ms). */
const refusedRestMs = 60_000;

const kinds: readonly UsageKind[] = ['nodes', 'pods'];

/**
 * Asks for what nodes and pods use, again and again, while the cluster serves that. It is apart from mirroring: it
 * touches no row of an object, and what fails here says nothing of the cluster's health.
 */
export class UsagePoller {
  readonly #options: UsagePollerOptions;
  readonly #troubles: Readonly<Record<UsageKind, TroubleLog>>;
  readonly #restsUntil = new Map<UsageKind, number>();
  #served: readonly UsageKind[] = [];
  #isRunning = false;
  #isTold = false;
  #isFirstDone = false;

  constructor(options: UsagePollerOptions) {
    const { log, clock } = options;
    const trouble = (kind: UsageKind): TroubleLog =>
      new TroubleLog(log, clock, { begin: `use of ${kind} is not told`, end: `use of ${kind} is told` });
    this.#options = options;
    this.#troubles = { nodes: trouble('nodes'), pods: trouble('pods') };
  }

  /** Nothing is to be waited for: each kind that is served was asked for once, whatever came of it. */
  get isSettled(): boolean {
    return this.#isFirstDone || (this.#isTold && this.#served.length === 0);
  }

  /** Told of each discovery, after the scopes are planned. */
  discovered({ types, unknown }: Pick<Discovery, 'types' | 'unknown'>): void {
    this.#isTold = true;
    // While its server is away nothing may be concluded.
    if (unknown.includes(`${usageGroup}/${usageVersion}`)) return;
    const isServed = (kind: UsageKind): boolean =>
      types.some((type) => type.group === usageGroup && type.version === usageVersion && type.resource === kind);
    this.#served = kinds.filter(isServed);
    if (this.#served.length === 0 || this.#isRunning) return;
    this.#isRunning = true;
    void this.#round();
  }

  async #round(): Promise<void> {
    const { clock, timers, intervalMs, stopping, isAnswering } = this.#options;
    const startedAt = clock.monotonic();
    let placeCount = 0;
    for (const kind of isAnswering() ? this.#served : []) {
      if ((this.#restsUntil.get(kind) ?? 0) > clock.monotonic()) continue;
      placeCount = Math.max(placeCount, await this.#poll(kind));
      if (stopping.aborted) return;
    }
    if (isAnswering() && !this.#isFirstDone) {
      this.#isFirstDone = true;
      this.#options.onSettled();
    }
    if (this.#served.length === 0) {
      this.#isRunning = false;
      return;
    }
    const nextMs = this.#intervalOf(placeCount) - (clock.monotonic() - startedAt);
    timers.later(Math.max(nextMs, Math.min(intervalMs, perPlaceMs)), () => void this.#round());
  }

  #intervalOf(placeCount: number): number {
    return this.#options.intervalMs + Math.max(0, placeCount - 1) * perPlaceMs;
  }

  /** How many places were asked for. */
  async #poll(kind: UsageKind): Promise<number> {
    const { transport, clock, history, stopping } = this.#options;
    const places = this.#places(kind);
    const intervalMs = this.#intervalOf(places.length);
    const failures: Failure[] = [];
    history.keepUsage((usage) => usage.keepPlaces(kind, places));
    for (const place of places) {
      const source = { kind, place, intervalMs };
      try {
        const told = await fetchUsage(transport, { kind, namespace: place }, stopping);
        if (stopping.aborted) return 0;
        history.keepUsage((usage) => usage.add(source, told, clock.now()));
      } catch (error) {
        const failed = failureOf(error);
        if (stopping.aborted) return 0;
        failures.push(failed);
        history.keepUsage((usage) => usage.fail(source, failed, clock.now()));
      }
    }
    this.#judge(kind, failures, places.length);
    return places.length;
  }

  #judge(kind: UsageKind, failures: readonly Failure[], placeCount: number): void {
    const [first] = failures;
    if (first === undefined) {
      this.#troubles[kind].over();
      return;
    }
    this.#troubles[kind].met(first);
    const isRefused = failures.every((failed) => failed.class === 'forbidden' || failed.class === 'not-found');
    if (isRefused && failures.length === placeCount)
      this.#restsUntil.set(kind, this.#options.clock.monotonic() + refusedRestMs);
  }

  /** Where the objects themselves may be read: as a whole, else in single namespaces. Use is shown nowhere else. */
  #places(kind: UsageKind): readonly string[] {
    const readable = this.#options
      .reflectors()
      .filter(({ scope, state }) => scope.name === kind && state.kind !== 'denied' && state.kind !== 'absent')
      .map(({ scope }) => scope.namespace);
    return readable.includes('') ? [''] : readable;
  }
}
