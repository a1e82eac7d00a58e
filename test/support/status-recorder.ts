import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { askHosted, type HostedNavi } from './hosted-navi.ts';
import type { NaviInstallation } from './navi-process.ts';

/** What `navi status -o json` says of one type. */
export interface RecordedType {
  readonly type: string;
  readonly mode: string | null;
  readonly health: string | null;
  readonly reason: string | null;
  readonly ageMs: number | null;
  readonly asOf: string | null;
  readonly objectCount: number;
}

/** One answer of `navi status`. */
export interface RecordedStatus {
  /** performance.now() before the command was started, and after it had answered. */
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly isRunning: boolean;
  readonly health: string;
  readonly reason: string;
  readonly timeline: number;
  readonly types: readonly RecordedType[];
}

/** Times of proof (epoch ms) after `sinceMs` that these answers told of any type. */
export function provenAfter(said: readonly RecordedStatus[], sinceMs: number): readonly number[] {
  const proven = said.flatMap(({ types }) => types.map(({ asOf }) => Date.parse(asOf ?? '')));
  return proven.filter((atMs) => atMs > sinceMs);
}

interface StatusJson {
  readonly daemon: unknown;
  readonly clusters: readonly {
    readonly health: string;
    readonly reason: string;
    readonly timeline: number;
    readonly types?: readonly RecordedType[];
  }[];
}

/** How a type stands, as one word each: `watching healthy none`. */
export function stateOf(status: RecordedStatus, type: string): string {
  const found = status.types.find((candidate) => candidate.type === type);
  return found === undefined ? 'unknown' : `${found.mode} ${found.health} ${found.reason}`;
}

/** Asks `navi status -o json` all the time, so that what it said during a fault can be held against what was true. */
export class StatusRecorder {
  readonly statuses: RecordedStatus[] = [];
  readonly #navi: HostedNavi;
  readonly #everyMs: number;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #onStatus = (): void => undefined;

  private constructor(navi: NaviInstallation, everyMs: number) {
    this.#navi = navi.host();
    this.#everyMs = everyMs;
    this.#done = this.#poll();
  }

  /** Resolves with the first answer in. @param everyMs pause after each answer */
  static async start(navi: NaviInstallation, everyMs = 500): Promise<StatusRecorder> {
    const recorder = new StatusRecorder(navi, everyMs);
    await recorder.until('status answers', () => true);
    return recorder;
  }

  /** @throws what made status fail meanwhile */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
  }

  /** The first answer to a question that is asked from now on and fits. @throws with the last states after the time */
  async until(what: string, fits: (status: RecordedStatus) => boolean, timeoutMs = 30_000): Promise<RecordedStatus> {
    const fromAt = performance.now();
    for (;;) {
      const found = this.statuses.find((status) => status.askedAt >= fromAt && fits(status));
      if (found !== undefined) return found;
      const leftMs = fromAt + timeoutMs - performance.now();
      if (leftMs <= 0) throw new Error(`not within ${timeoutMs} ms: ${what}; status says ${this.#last()}`);
      const next = new Promise<void>((resolve) => (this.#onStatus = resolve));
      await Promise.race([next, pause(leftMs), this.#done]);
    }
  }

  /** Answers that were asked for and given between two readings of performance.now(). */
  between(fromAt: number, toAt: number): readonly RecordedStatus[] {
    return this.statuses.filter(({ askedAt, answeredAt }) => askedAt >= fromAt && answeredAt <= toAt);
  }

  /** The states of a type since then, one after the other, without repetitions. */
  sequence(type: string, fromAt = 0): readonly string[] {
    const states = this.statuses.filter(({ askedAt }) => askedAt >= fromAt).map((status) => stateOf(status, type));
    return states.filter((state, index) => state !== states[index - 1]);
  }

  /**
   * Holds what was said of a type between two readings of performance.now() against an outage that began at `sinceMs`
   * (epoch): something was said, never that it is healthy, and no later time at which its rows were proven.
   */
  expectOutage(type: string, fromAt: number, toAt: number, sinceMs: number): void {
    const said = this.between(fromAt, toAt).map((status) => ({
      state: stateOf(status, type),
      asOf: status.types.find((candidate) => candidate.type === type)?.asOf ?? '',
    }));
    expect(said.length).toBeGreaterThan(0);
    expect(said.filter(({ state, asOf }) => state.includes(' healthy ') || Date.parse(asOf) > sinceMs)).toEqual([]);
  }

  #last(): string {
    const last = this.statuses.at(-1);
    if (last === undefined) return 'nothing';
    const odd = last.types.filter(({ health }) => health !== 'healthy' && health !== null);
    return JSON.stringify({ health: last.health, reason: last.reason, types: odd.slice(0, 5) });
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const askedAt = performance.now();
      const { code, stdout, stderr } = await askHosted(this.#navi, ['status', '-o', 'json']);
      if (code !== 0 && code !== 6) throw new Error(`navi status: ${code} ${stderr}`);
      const { daemon, clusters } = JSON.parse(stdout) as StatusJson;
      const [cluster] = clusters;
      if (cluster !== undefined) {
        const { health, reason, timeline, types = [] } = cluster;
        const times = { askedAt, answeredAt: performance.now() };
        this.statuses.push({ ...times, isRunning: daemon !== null, health, reason, timeline, types });
      }
      this.#onStatus();
      await pause(this.#everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
