import { resourceName } from '../core/api-resource.ts';
import { discover, fetchServerVersion, type Discovery, type ServerVersion } from '../kube/discovery.ts';
import type { Transport } from '../kube/transport.ts';
import type { Clock } from '../util/clock.ts';
import { backoffDelayMs, scopeBackoff } from '../util/backoff.ts';
import { failureOf } from './cluster-check.ts';
import type { Logger } from './logger.ts';

/** Between two discoveries without a cause (ms), spread by a fifth. */
const refreshMs = 300_000;

/** After a CRD or APIService changed: several changes make one discovery (ms). */
const debounceMs = 2_000;

/** A type must be missing from two complete discoveries this far apart before it counts as gone (ms). */
const absentConfirmMs = 60_000;

/** What one discovery told. */
export interface DiscoveryResult {
  readonly discovery: Discovery;
  readonly version: ServerVersion;
}

/** What following discovery needs. */
export interface DiscoveryFollowerOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  /** Takes over each result but the first; false where that was not possible now, and is to be tried again. */
  readonly onResult: (result: DiscoveryResult) => boolean;
}

/**
 * Follows which types the server serves: at the start, every five minutes, and two seconds after a CRD or APIService
 * changed or a type answered 404.
 */
export class DiscoveryFollower {
  readonly #options: DiscoveryFollowerOptions;
  #cancel: (() => void) | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #failureCount = 0;
  #stopped = false;
  #running = false;

  constructor(options: DiscoveryFollowerOptions) {
    this.#options = options;
  }

  /** Asks for a discovery two seconds from now, or sooner where one is due already. */
  refreshSoon(): void {
    this.#schedule(debounceMs);
  }

  /** The first discovery; later ones follow by themselves. @throws what the server's failure was. */
  async first(): Promise<DiscoveryResult> {
    const result = await this.#fetch();
    this.#schedule(this.#refreshDelayMs());
    return result;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  async #fetch(): Promise<DiscoveryResult> {
    const { transport } = this.#options;
    const [discovery, version] = await Promise.all([discover(transport), fetchServerVersion(transport)]);
    return { discovery, version };
  }

  #refreshDelayMs(): number {
    return Math.round(refreshMs * (0.8 + this.#options.random() * 0.4));
  }

  #schedule(ms: number): void {
    if (this.#stopped) return;
    const { clock } = this.#options;
    const dueAt = clock.monotonic() + ms;
    if (dueAt >= this.#dueAt) return;
    this.#cancel?.();
    this.#dueAt = dueAt;
    this.#cancel = clock.after(ms, () => void this.#refresh());
  }

  async #refresh(): Promise<void> {
    this.#dueAt = Number.POSITIVE_INFINITY;
    // A running one may have begun before what this one is to see.
    if (this.#running) {
      this.#schedule(debounceMs);
      return;
    }
    this.#running = true;
    let next = this.#refreshDelayMs();
    try {
      const result = await this.#fetch();
      if (this.#isStopped()) return;
      if (this.#options.onResult(result)) this.#failureCount = 0;
      else next = this.#backoffMs();
    } catch (error) {
      const failed = failureOf(error);
      this.#options.log.warn('discovery failed', { errorClass: failed.class, error: failed.message });
      next = this.#backoffMs();
    } finally {
      this.#running = false;
    }
    this.#schedule(next);
  }

  #backoffMs(): number {
    return backoffDelayMs(scopeBackoff, this.#failureCount++, this.#options.random());
  }

  #isStopped(): boolean {
    return this.#stopped;
  }
}

/**
 * Notes types that complete discoveries lack, and tells those that two of them lacked at least a minute apart. An API
 * server that starts serves discovery without any CRD group for a moment; one look proves nothing.
 */
export class AbsentTypes {
  readonly #missingSince = new Map<string, number>();

  /**
   * @param mirrored types with rows or a scope, by `plural.group`.
   * @param at monotonic (ms): a clock that is set back would have a type that is gone stay
   * @returns those that are gone, confirmed.
   */
  observe(mirrored: readonly string[], discovery: Discovery, at: number): readonly string[] {
    const served = new Set(discovery.types.map((type) => resourceName(type)));
    const gone: string[] = [];
    for (const name of mirrored) {
      const isUnknown = discovery.unknown.some((groupVersion) => inGroup(name, groupVersion));
      if (served.has(name) || isUnknown) {
        this.#missingSince.delete(name);
        continue;
      }
      const since = this.#missingSince.get(name);
      if (since === undefined) this.#missingSince.set(name, at);
      else if (at - since >= absentConfirmMs) gone.push(name);
    }
    return gone;
  }

  /** True while some type is missing but not confirmed: another discovery is wanted soon. */
  get isWaiting(): boolean {
    return this.#missingSince.size > 0;
  }

  /** Forgets a type that is gone or served again. */
  forget(name: string): void {
    this.#missingSince.delete(name);
  }
}

function inGroup(name: string, groupVersion: string): boolean {
  const [group = '', version] = groupVersion.split('/');
  // The core group has no name: its entries are versions alone, its types have no dot.
  return version === undefined ? !name.includes('.') : name.endsWith(`.${group}`);
}
