import { compareResourceVersions } from '../core/resource-version.ts';
import { NaviError } from '../errors/navi-error.ts';
import { RequestFailed } from '../kube/failure.ts';
import type { Transport } from '../kube/transport.ts';
import type { MirrorWriter } from '../store/mirror-writer.ts';
import type { RecentObject } from '../store/recent-objects.ts';
import type { Clock } from '../util/clock.ts';
import type { Reflector } from './reflector.ts';
import { fetchReadable } from './readable-object.ts';
import { memoryOf } from './reflector-state.ts';
import { tolerateStore } from './tolerant-commit.ts';

/** Objects that are asked for: those that changed last are the ones that another history lacks. */
const sampleSize = 20;

/** Broken streams alone have it asked this often at most (ms). */
const spacingMs = 300_000;

/** What the sample works with. */
export interface HistorySampleOptions {
  readonly writer: MirrorWriter;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  readonly reflectors: () => readonly Reflector[];
  /** An object is older on the server than in the store; false where that is not believed yet. */
  readonly onOtherHistory: () => boolean;
  /** An object of this scope is missing: its stream may still tell so, or never. */
  readonly onMissing: (scopeId: number) => void;
}

/**
 * Asks etcd, after an outage, for the objects that changed last. One whose resourceVersion is lower there than in the store
 * is of another history, though the revision of the cluster's store be ahead of all that was mirrored: it was restored
 * from a snapshot, and has overtaken.
 */
export class HistorySample {
  readonly #options: HistorySampleOptions;
  /** What an earlier process mirrored is in doubt as well. */
  #isDue = true;
  /** The objects to ask for, as they were when the doubt came up: what comes later says nothing of the time before. */
  #rows: readonly RecentObject[] | undefined;
  #isRunning = false;
  #settledAt = Number.NEGATIVE_INFINITY;

  constructor(options: HistorySampleOptions) {
    this.#options = options;
  }

  /** The cluster was away: what it has now may be another history. */
  doubt(): void {
    this.doubtALittle();
    this.#settledAt = Number.NEGATIVE_INFINITY;
  }

  /** A stream broke, as it does when the cluster goes away, and for many other reasons. */
  doubtALittle(): void {
    if (!this.#isDue) this.#rows = this.#recent();
    this.#isDue = true;
  }

  /** The cluster answers: asks, where that is due. What cannot be asked now stays due. */
  async settle(): Promise<void> {
    const now = this.#options.clock.monotonic();
    if (!this.#isDue || this.#isRunning || now - this.#settledAt < spacingMs) return;
    const rows = this.#rows ?? this.#recent();
    this.#isDue = false;
    this.#isRunning = true;
    this.#settledAt = now;
    try {
      if ((await this.#isOther(rows)) && !this.#options.onOtherHistory()) this.#keep(rows);
    } catch (error) {
      const { stopping, writer } = this.#options;
      if (stopping.aborted) return;
      if (!(error instanceof RequestFailed) && !(writer.report(error) instanceof NaviError)) throw error;
      this.#keep(rows);
    } finally {
      this.#isRunning = false;
    }
  }

  #keep(rows: readonly RecentObject[]): void {
    this.#rows = rows;
    this.#isDue = true;
  }

  /** Of types whose rows are the server's at a resourceVersion. */
  #recent(): readonly RecentObject[] {
    const { writer } = this.#options;
    let rows: readonly RecentObject[] = [];
    tolerateStore(writer, () => {
      rows = writer.recentObjects([...this.#typesAtResumePoints().keys()], sampleSize);
    });
    return rows;
  }

  async #isOther(rows: readonly RecentObject[]): Promise<boolean> {
    const { onMissing, stopping } = this.#options;
    const byType = this.#typesAtResumePoints();
    for (const row of rows) {
      const reflector = byType.get(row.type_id);
      // A list that was made meanwhile compares for itself.
      if (reflector === undefined) continue;
      const order = await this.#orderOf(row, reflector);
      if (stopping.aborted) return false;
      if (order === 'missing') onMissing(reflector.scope.scopeId);
      else if (order < 0) return true;
    }
    return false;
  }

  /** The server's state of an object against the stored one; 0 for another object of the name. */
  async #orderOf(row: RecentObject, { recipe }: Reflector): Promise<number | 'missing'> {
    const { transport, stopping } = this.#options;
    const target = { type: recipe.type, namespace: '', representation: 'metadata' } as const;
    const object = await fetchReadable(transport, target, row.key, stopping);
    if (object === 'missing') return object;
    if (object === 'forbidden') return 0;
    if (object.metadata.uid !== row.uid) return 0;
    return compareResourceVersions(object.metadata.resourceVersion ?? '', row.resource_version) ?? 0;
  }

  /** A scope of each type whose rows are the server's at a resourceVersion. What aggregated APIs serve has its own. */
  #typesAtResumePoints(): ReadonlyMap<number, Reflector> {
    const { writer, reflectors } = this.#options;
    const usable = reflectors().filter(
      ({ recipe, state }) => recipe.printing === undefined && memoryOf(state).resumePoint !== null,
    );
    return new Map(usable.map((reflector) => [writer.scopes.get(reflector.scope.scopeId).type_id, reflector]));
  }
}
