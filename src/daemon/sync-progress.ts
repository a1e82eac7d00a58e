import { oneLine } from '../core/terminal-text.ts';
import type { ClusterMirror } from './cluster-mirror.ts';
import type { Reflector } from './reflector.ts';
import type { SyncProcess } from './sync-process.ts';
import type { SyncRun } from './run-sync.ts';

/** Between two redraws on a terminal (ms). */
const redrawMs = 100;

/**
 * What a person sees while `navi sync` runs: on a terminal one line per cluster, redrawn in place; otherwise a line
 * when a cluster is complete. A daemon shows nothing: it has log lines.
 */
export class SyncProgress {
  readonly #sync: SyncProcess;
  readonly #run: SyncRun;
  readonly #startedAt = performance.now();
  /** What was last told of each, so that it is told once. */
  readonly #announced = new Map<ClusterMirror, string>();
  #drawnLines = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(sync: SyncProcess, run: SyncRun) {
    this.#sync = sync;
    this.#run = run;
  }

  /** Told that something changed; draws at most ten times a second. */
  changed(): void {
    if (this.#run.mode === 'daemon') return;
    this.#announce();
    if (!this.#run.isTerminal || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
    }, redrawMs);
    this.#timer.unref();
  }

  /** Draws the last state and leaves the line. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#run.mode !== 'daemon' && this.#run.isTerminal) this.#draw();
  }

  #draw(): void {
    const lines = this.#sync.mirrors.map((mirror) => oneLine(this.#line(mirror)));
    const up = this.#drawnLines > 0 ? `\u001B[${this.#drawnLines}A` : '';
    this.#run.output.write(`${up}${lines.map((line) => `\r\u001B[2K${line}\n`).join('')}`);
    this.#drawnLines = lines.length;
  }

  #announce(): void {
    if (this.#run.isTerminal) return;
    for (const mirror of this.#sync.mirrors) {
      const news = mirror.problem?.message ?? (mirror.isSettled ? 'complete' : undefined);
      if (news === undefined || this.#announced.get(mirror) === news || (this.#run.mode === 'once' && mirror.problem))
        continue;
      this.#announced.set(mirror, news);
      this.#run.output.write(`${oneLine(this.#line(mirror))}\n`);
    }
  }

  #line(mirror: ClusterMirror): string {
    const name = mirror.context.name;
    if (mirror.problem !== undefined) return `${name}: cannot be mirrored: ${mirror.problem.message}`;
    const { reflectors } = mirror;
    const typeCount = typesOf(reflectors).size;
    const doneCount = typeCount - typesOf(reflectors.filter((reflector) => !reflector.isSettled)).size;
    const objects = reflectors.reduce((sum, reflector) => sum + reflector.listedCount, 0);
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    if (!mirror.isSettled) {
      const rate = Math.round(objects / Math.max(seconds, 0.1));
      return `${name}: listing, ${doneCount} of ${typeCount} types, ${objects.toLocaleString('en')} objects, ${rate.toLocaleString('en')}/s`;
    }
    const troubled = typeCount - typesOf(reflectors.filter(({ status }) => status.health !== 'unhealthy')).size;
    const trouble = troubled === 0 ? '' : `, ${troubled} in trouble (navi status)`;
    return `${name}: complete, ${typeCount} types, ${objects.toLocaleString('en')} objects listed${trouble}`;
  }
}

/** Names of the types; one may have a scope for each namespace. */
const typesOf = (reflectors: readonly Reflector[]): ReadonlySet<string> =>
  new Set(reflectors.map(({ scope }) => scope.name));
