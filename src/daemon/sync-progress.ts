import { oneLine } from '../core/terminal-text.ts';
import type { ClusterMirror } from './cluster-mirror.ts';
import type { Reflector } from './reflector.ts';
import type { SyncProcess } from './sync-process.ts';
import type { SyncRun } from './run-sync.ts';

/** Between two redraws on a terminal (ms). */
const redrawMs = 100;

/** A line that is wider than the terminal would fill two rows, which drawing in place does not know of. */
const cutLines = '\u001B[?7l';
const wrapLines = '\u001B[?7h';

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
    const lines = this.#sync.mirrors.map((mirror) => this.#line(mirror));
    const up = this.#drawnLines > 0 ? `\u001B[${this.#drawnLines}A` : '';
    this.#run.output.write(`${cutLines}${up}${lines.map((line) => `\r\u001B[2K${line}\n`).join('')}${wrapLines}`);
    this.#drawnLines = lines.length;
  }

  #announce(): void {
    if (this.#run.isTerminal) return;
    for (const mirror of this.#sync.mirrors) {
      const news = mirror.problem?.message ?? (mirror.isSettled ? 'complete' : undefined);
      if (news === undefined || this.#announced.get(mirror) === news || (this.#run.mode === 'once' && mirror.problem))
        continue;
      this.#announced.set(mirror, news);
      this.#run.output.write(`${this.#line(mirror)}\n`);
    }
  }

  #line(mirror: ClusterMirror): string {
    return oneLine(`${mirror.context.name}: ${this.#stateText(mirror)}`);
  }

  #stateText(mirror: ClusterMirror): string {
    if (mirror.problem !== undefined) return `cannot be mirrored: ${mirror.problem.message}`;
    const { reflectors } = mirror;
    const typeCount = typesOf(reflectors).size;
    const doneCount = typeCount - typesOf(reflectors.filter((reflector) => !reflector.isSettled)).size;
    const objects = reflectors.reduce((sum, reflector) => sum + reflector.listedCount, 0);
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    if (!mirror.isSettled) {
      const rate = Math.round(objects / Math.max(seconds, 0.1));
      return `listing, ${doneCount} of ${typeCount} types, ${objectsText(objects)}, ${rate.toLocaleString('en')}/s`;
    }
    const readable = typesOf(reflectors.filter(({ state }) => state.kind !== 'denied'));
    const well = typesOf(reflectors.filter(({ status }) => status.health !== 'unhealthy'));
    const forbiddenCount = typeCount - readable.size;
    const troubledCount = readable.size - well.size;
    const done = readable.size === 0 && forbiddenCount > 0 ? 'nothing may be listed' : 'complete';
    const forbidden = forbiddenCount === 0 ? '' : `, ${forbiddenCount} forbidden`;
    const trouble = troubledCount === 0 ? '' : `, ${troubledCount} in trouble (navi status)`;
    return `${done}, ${typeCount} types, ${objectsText(objects)} listed${forbidden}${trouble}`;
  }
}

function objectsText(count: number): string {
  return `${count.toLocaleString('en')} object${count === 1 ? '' : 's'}`;
}

/** Names of the types; one may have a scope for each namespace. */
const typesOf = (reflectors: readonly Reflector[]): ReadonlySet<string> =>
  new Set(reflectors.map(({ scope }) => scope.name));
