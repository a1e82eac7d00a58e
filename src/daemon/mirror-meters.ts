import { addCounts, noCounts, type ScopeCounts } from '../core/scope-counts.ts';
import type { ScopeWriter, StoredMeasures } from '../store/scope-writer.ts';
import type { Clock } from '../util/clock.ts';
import { LagMeter } from './lag-meter.ts';
import type { RelistReason } from './reflector-state.ts';

/** The counts are stored at most so often (ms): they change with every event, and only describe. */
const storeEveryMs = 15_000;

/** What one scope comes to: counts and times that status shows. */
export class ScopeMeter {
  readonly scopeId: number;
  /** `plural.group`. */
  readonly type: string;
  /** How long the last complete list took (ms); null before the first. */
  listDurationMs: number | null;
  /** From receiving to committing the oldest change of the last commit (ms); null before the first. */
  lagMs: number | null = null;
  /** What has not been stored yet. */
  isDirty = false;
  readonly #lags: LagMeter;
  readonly #before: ScopeCounts;
  readonly #reasons: Record<string, number> = {};
  readonly #counts = { ...noCounts };
  #lastWasWatch = false;

  constructor(scope: { readonly scopeId: number; readonly type: string }, stored: StoredMeasures, lags: LagMeter) {
    this.scopeId = scope.scopeId;
    this.type = scope.type;
    this.#before = stored.counts;
    this.listDurationMs = stored.listDurationMs;
    this.#lags = lags;
  }

  /** A list begins. */
  listing(reason: RelistReason): void {
    this.#lastWasWatch = false;
    this.#counts.lists += 1;
    this.isDirty = true;
    if (reason === 'first-list') return;
    this.#counts.relists += 1;
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
  }

  /** A list is complete. */
  listed(durationMs: number): void {
    this.listDurationMs = Math.round(durationMs);
    this.isDirty = true;
  }

  /** A watch is opened. */
  watching(): void {
    this.#counts.watches += 1;
    if (this.#lastWasWatch) this.#counts.reconnects += 1;
    this.#lastWasWatch = true;
    this.isDirty = true;
  }

  /** Bytes of a list or watch have come. */
  received(byteCount: number): void {
    this.#counts.bytesReceived += byteCount;
    this.isDirty = true;
  }

  /** A batch of the watch is committed. @param lagMs since its oldest event came */
  committed(events: number, bookmarks: number, lagMs: number): void {
    this.#counts.events += events;
    this.#counts.bookmarks += bookmarks;
    this.isDirty = true;
    if (events === 0) return;
    this.lagMs = Math.round(lagMs);
    this.#lags.add(lagMs);
  }

  /** Counts since the process began. */
  get sinceStart(): ScopeCounts {
    return { ...this.#counts, relistReasons: { ...this.#reasons } };
  }

  /** Counts since the store was made. */
  get total(): ScopeCounts {
    return addCounts(this.#before, this.sinceStart);
  }
}

/**
 * The meters of a mirror. Counting costs no write: counts are kept in memory and stored along with a batch or heartbeat,
 * so a process that is killed loses the last seconds of them.
 */
export class MirrorMeters {
  /** Over all scopes. */
  readonly lags = new LagMeter();
  readonly #clock: Clock;
  readonly #meters = new Map<number, ScopeMeter>();
  /** Of meters that another took the place of, by type. */
  readonly #retired = new Map<string, ScopeCounts>();
  #storing: readonly ScopeMeter[] = [];
  #storedAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#storedAt = clock.monotonic();
  }

  /** A meter for a scope, which goes on from what is stored; one there was before for the same id counts no more. */
  open({ scopeId, name }: { readonly scopeId: number; readonly name: string }, scopes: ScopeWriter): ScopeMeter {
    const before = this.#meters.get(scopeId);
    if (before !== undefined) addTo(this.#retired, before);
    const meter = new ScopeMeter({ scopeId, type: name }, scopes.measures(scopeId), this.lags);
    this.#meters.set(scopeId, meter);
    return meter;
  }

  /** The scope is gone. */
  forget(scopeId: number): void {
    const meter = this.#meters.get(scopeId);
    if (meter === undefined) return;
    addTo(this.#retired, meter);
    this.#meters.delete(scopeId);
  }

  /** Counts since the process began by `plural.group`, those of scopes that are no more included. */
  byType(): ReadonlyMap<string, ScopeCounts> {
    const sums = new Map(this.#retired);
    for (const meter of this.#meters.values()) addTo(sums, meter);
    return sums;
  }

  /** Something has grown since it was stored. */
  get isDirty(): boolean {
    return [...this.#meters.values()].some((meter) => meter.isDirty);
  }

  /** Stores what has grown where that is due; inside `commit`, to be followed by `stored` once that is done. */
  storeDue(scopes: ScopeWriter): void {
    this.#storing = [];
    if (this.#clock.monotonic() - this.#storedAt >= storeEveryMs) this.store(scopes);
  }

  /** Stores what has grown; inside `commit`, to be followed by `stored` once that is done. */
  store(scopes: ScopeWriter): void {
    this.#storing = [...this.#meters.values()].filter((meter) => meter.isDirty);
    for (const { scopeId, total, listDurationMs } of this.#storing)
      scopes.saveMeasures(scopeId, { counts: total, listDurationMs });
  }

  /** What `store` wrote is committed; without this it is written again. */
  stored(): void {
    if (this.#storing.length === 0) return;
    for (const meter of this.#storing) meter.isDirty = false;
    this.#storing = [];
    this.#storedAt = this.#clock.monotonic();
  }
}

function addTo(sums: Map<string, ScopeCounts>, { type, sinceStart }: ScopeMeter): void {
  sums.set(type, addCounts(sums.get(type) ?? noCounts, sinceStart));
}
