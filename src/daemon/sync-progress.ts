import { counted } from '../core/counted.ts';
import { oneLine } from '../core/terminal-text.ts';
import type { ClusterMirror } from './cluster-mirror.ts';
import { DrawnLines } from './drawn-lines.ts';
import type { Reflector } from './reflector.ts';
import type { SyncProcess } from './sync-process.ts';
import type { SyncRun } from './sync-run.ts';

/** Between two redraws on a terminal (ms). */
const redrawMs = 100;

/** A terminal that does not tell its height has that of old. */
const usualRows = 24;

/**
 * What a person sees while `navi sync` runs: on a terminal one line per cluster, redrawn in place; otherwise a line
 * when a cluster is complete. A daemon shows nothing: it has log lines.
 */
export class SyncProgress {
  readonly #run: SyncRun;
  readonly #drawn: DrawnLines;
  readonly #startedAt = performance.now();
  /** What was last told of each, so that it is told once. */
  readonly #announced = new Map<ClusterMirror, string>();
  #mirrors: () => readonly ClusterMirror[] = () => [];
  #timer: NodeJS.Timeout | undefined;
  #hasEnded = false;
  readonly #onResize = (): void => this.changed();

  constructor(run: SyncRun) {
    this.#run = run;
    this.#drawn = new DrawnLines(run.output);
  }

  /** Shows how the mirrors of this process are. */
  follow(sync: SyncProcess): void {
    this.#mirrors = () => sync.mirrors;
    this.#run.output.on?.('resize', this.#onResize);
  }

  /** Writes whole lines, above what is drawn. */
  write(text: string): void {
    this.#drawn.writeAbove(text);
  }

  /** Told that something changed; draws at most ten times a second. */
  changed(): void {
    if (this.#run.mode === 'daemon' || this.#hasEnded) return;
    this.#announce();
    if (!this.#run.isTerminal || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#drawn.draw(this.#fittingLines());
    }, redrawMs);
    this.#timer.unref();
  }

  /** Draws the last state, every cluster on its line, and leaves it. */
  end(): void {
    clearTimeout(this.#timer);
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#run.output.off?.('resize', this.#onResize);
    if (this.#run.mode === 'daemon' || !this.#run.isTerminal) return;
    this.#drawn.draw(this.#mirrors().map((mirror) => this.#line(mirror)));
    this.#drawn.leave();
  }

  /** As many as the terminal has rows: those that are not complete go first, and the last line counts what it hides. */
  #fittingLines(): readonly string[] {
    const mirrors = this.#mirrors();
    const rows = Math.max(2, this.#run.output.rows ?? usualRows);
    // The cursor stands on a row of its own.
    if (mirrors.length < rows) return mirrors.map((mirror) => this.#line(mirror));
    const isDone = (mirror: ClusterMirror): boolean => mirror.problem === undefined && mirror.isSettled;
    const first = new Set([...mirrors.filter((one) => !isDone(one)), ...mirrors.filter(isDone)].slice(0, rows - 2));
    const doneCount = mirrors.filter(isDone).length;
    const lines = mirrors.filter((mirror) => first.has(mirror)).map((mirror) => this.#line(mirror));
    return [...lines, `… ${mirrors.length - first.size} more clusters; ${doneCount} of ${mirrors.length} are complete`];
  }

  #announce(): void {
    if (this.#run.isTerminal) return;
    for (const mirror of this.#mirrors()) {
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
    if (!mirror.isPlanned) return 'connecting';
    const { reflectors } = mirror;
    const typeCount = typesOf(reflectors).size;
    const doneCount = typeCount - typesOf(reflectors.filter((reflector) => !reflector.isSettled)).size;
    const objects = reflectors.reduce((sum, reflector) => sum + reflector.listedCount, 0);
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    if (!mirror.isSettled) {
      const rate = Math.round(objects / Math.max(seconds, 0.1));
      return `listing, ${doneCount} of ${counted(typeCount, 'type')}, ${counted(objects, 'object')}, ${rate.toLocaleString('en')}/s`;
    }
    const readable = typesOf(reflectors.filter(({ state }) => state.kind !== 'denied'));
    const well = typesOf(reflectors.filter(({ status }) => status.health !== 'unhealthy'));
    const forbiddenCount = typeCount - readable.size;
    const troubledCount = readable.size - well.size;
    const done = readable.size === 0 && forbiddenCount > 0 ? 'nothing may be listed' : 'complete';
    const forbidden = forbiddenCount === 0 ? '' : `, ${forbiddenCount} forbidden`;
    const trouble = troubledCount === 0 ? '' : `, ${troubledCount} in trouble (navi status)`;
    return `${done}, ${counted(typeCount, 'type')}, ${counted(objects, 'object')} listed${forbidden}${trouble}`;
  }
}

/** Names of the types; one may have a scope for each namespace. */
const typesOf = (reflectors: readonly Reflector[]): ReadonlySet<string> =>
  new Set(reflectors.map(({ scope }) => scope.name));
