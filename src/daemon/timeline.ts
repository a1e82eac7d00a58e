import { compareResourceVersions } from '../core/resource-version.ts';

/** A server behind its own past must be seen so often, over at least so long (ms), before it is believed. */
const sightings = 3;
const sightingsOverMs = 10_000;

/** Another reset at the earliest after this (ms): the lists after one bring the same again from a cache left behind. */
const resetAgainMs = 300_000;

/** What a heartbeat says about the server's history. */
export type TimelineVerdict =
  /** The store is at or ahead of everything mirrored. */
  | 'same'
  /** It is behind; look again soon. */
  | 'suspect'
  /** It stayed behind, or has overtaken what it was behind of: another history (etcd restored from a snapshot). */
  | 'reset'
  /** It stayed behind, or fell behind again, soon after a reset: an API server serves a cache that its store has left behind. */
  | 'server-cache';

/**
 * Watches whether the revision of the store ever falls below what was mirrored. A watch from a revision that the server
 * has not reached yet is silent, and later skips everything up to it: only this comparison notices.
 */
export class TimelineWatch {
  #behindCount = 0;
  #behindSinceMs = 0;
  #resetAtMs = Number.NEGATIVE_INFINITY;
  /** What was mirrored is of a history that the store has left; once it has overtaken that, nothing else would tell. */
  #isLeftBehind = false;

  /**
   * Judges one heartbeat. `latest` is the largest resume point of a core type; empty where there is none to compare.
   * After `reset` the caller lists everything again.
   */
  judge(heartbeat: string, latest: string, nowMs: number): TimelineVerdict {
    const order = compareResourceVersions(heartbeat, latest);
    if (order === undefined || order >= 0) {
      this.#behindCount = 0;
      if (order === undefined || !this.#isLeftBehind) return 'same';
      return this.#reset(nowMs);
    }
    if (this.#behindCount === 0) this.#behindSinceMs = nowMs;
    this.#behindCount += 1;
    if (this.#behindCount < sightings || nowMs - this.#behindSinceMs < sightingsOverMs) return 'suspect';
    if (nowMs - this.#resetAtMs >= resetAgainMs) return this.#reset(nowMs);
    this.#isLeftBehind = true;
    return 'server-cache';
  }

  /**
   * Other evidence than a heartbeat: an object that is older on the server than in the store. False where the last reset
   * is too young: servers that disagree for good would have everything listed without end.
   */
  proves(nowMs: number): boolean {
    if (nowMs - this.#resetAtMs < resetAgainMs) return false;
    this.#reset(nowMs);
    return true;
  }

  #reset(nowMs: number): TimelineVerdict {
    this.#behindCount = 0;
    this.#isLeftBehind = false;
    this.#resetAtMs = nowMs;
    return 'reset';
  }
}
