import type { Clock } from '../util/clock.ts';

/** A stream that broke younger than this tells nothing of the path (ms). */
const shortestLifeMs = 20_000;

/** Lives within this share of each other are the same. */
const similarity = 0.1;

/** Scopes whose streams must have broken twice in a row at a similar age. */
const telling = 3;

/** A stream is ended by the server this long before the path would cut it (ms). */
const marginMs = 5_000;

/** From its headers to the end of the slowest backlog and some more (ms). */
const catchUpMs = 6_000;

/** What was learned is tried again after this (ms): the path may have changed. */
const forgetMs = 3_600_000;

/**
 * Learns how long the path to a cluster lets a stream live: proxies cut connections that were silent, or old, for some
 * time. Streams that end by the server's timeout before that lose nothing and stay proven.
 */
export class PathLife {
  readonly #clock: Clock;
  /** By scope: at which age its last stream broke. */
  readonly #last = new Map<number, number>();
  /** By scope: the age at which two streams in a row broke. */
  readonly #twice = new Map<number, number>();
  #learned: { readonly lifeMs: number; readonly at: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The longest timeout that a watch should ask for (ms), undefined where nothing is known. */
  get longestMs(): number | undefined {
    const learned = this.#learned;
    if (learned === undefined) return undefined;
    if (this.#clock.monotonic() - learned.at < forgetMs) return learned.lifeMs;
    this.#learned = undefined;
    this.#last.clear();
    this.#twice.clear();
    return undefined;
  }

  /** Time between two heartbeats (ms) by which each stream, however short, sees one when it has caught up. */
  heartbeatMs(usualMs: number): number {
    const { longestMs } = this;
    return longestMs === undefined ? usualMs : Math.min(usualMs, (longestMs - catchUpMs) * 0.9);
  }

  /** A stream ended well: nothing cuts streams of that scope at its age. */
  endedWell(scopeId: number): void {
    this.#last.delete(scopeId);
    this.#twice.delete(scopeId);
  }

  /** A stream broke, without a word from the server. True where that told something new. */
  broke(scopeId: number, livedMs: number): boolean {
    if (livedMs < shortestLifeMs) return false;
    const last = this.#last.get(scopeId);
    this.#last.set(scopeId, livedMs);
    if (last === undefined || !isSimilar(last, livedMs)) {
      this.#twice.delete(scopeId);
      return false;
    }
    this.#twice.set(scopeId, Math.min(last, livedMs));
    const similar = [...this.#twice.values()].filter((lifeMs) => isSimilar(lifeMs, livedMs));
    if (similar.length < telling || this.longestMs !== undefined) return false;
    this.#learned = { lifeMs: Math.min(...similar) - marginMs, at: this.#clock.monotonic() };
    return true;
  }
}

function isSimilar(a: number, b: number): boolean {
  return Math.abs(a - b) <= similarity * Math.max(a, b);
}
