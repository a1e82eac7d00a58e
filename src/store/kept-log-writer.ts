import type { Database, Statement } from 'better-sqlite3';
import type { KeepReason } from '../core/kept-log.ts';
import { keyRange } from '../core/key-range.ts';
import type { ErasedPast, HistoryLimits } from './history-writer.ts';

/** A pod of which runs were seen. */
export interface SeenPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** JSON of the pod, cut down to the names of its containers. */
  readonly names: string;
}

/** A run that has ended; `EndedRun` of src/derive says more. */
export interface SeenRun {
  readonly container: string;
  readonly runId: string;
  readonly isCurrent: boolean;
  readonly isPrevious: boolean;
  /** Undefined where its log is not to be kept. */
  readonly why: KeepReason | undefined;
  readonly exitCode: number | null;
  readonly reason: string;
  readonly finishedAtMs: number | null;
}

/** A log that is to be fetched. */
export interface WantedLog {
  readonly id: number;
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
  readonly runId: string;
  /** Requests that failed. */
  readonly attempts: number;
  /** Epoch ms. */
  readonly nextAtMs: number;
}

/** A log as it was fetched. */
export interface FetchedLog {
  /** zstd of the lines, each behind its time. */
  readonly packed: Buffer;
  readonly lineCount: number;
  /** Of the lines and their times. */
  readonly byteCount: number;
  /** Older lines of the run were left out. */
  readonly isCut: boolean;
}

type Run = <T>(work: () => T) => T;

/** Runs of one container whose lines are kept at a time, the newest: one that crashes all day leaves room for others. */
const runsPerContainer = 5;

/**
 * Writes kept logs into the `history.db` of a `HistoryWriter`, by whose handle and in whose transactions. A run is noted once, by
 * pod, container and run, and stays noted when its lines make room, so that nothing is fetched twice.
 */
export class KeptLogWriter {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #commit: Run;
  readonly #read: Run;

  /** Both run `work`, in a transaction or not, and throw the errors of the history. */
  constructor(database: Database, { commit, read }: { readonly commit: Run; readonly read: Run }) {
    this.#statements = prepare(database);
    this.#commit = commit;
    this.#read = read;
  }

  /**
   * Notes what a pod tells of its runs: those that are new and to be kept are wanted from now on (epoch ms). True where some are.
   * @param oldestMs runs that ended before are not wanted any more
   */
  see(pod: SeenPod, runs: readonly SeenRun[], { nowMs, oldestMs }: { nowMs: number; oldestMs: number }): boolean {
    const { places, place, older, want, addPod } = this.#statements;
    const known = this.#read(() => places.all(pod.uid)) as readonly PlaceRow[];
    const byRun = new Map(known.map((row) => [`${row.container} ${row.run_id}`, row]));
    const seen = runs.map((run) => ({ run, row: byRun.get(`${run.container} ${run.runId}`) }));
    const fresh = seen.filter(
      ({ run, row }) => row === undefined && run.why !== undefined && (run.finishedAtMs ?? nowMs) > oldestMs,
    );
    const moved = seen.filter(({ run, row }) => row !== undefined && placeOf(run) !== row.place);
    const told = new Set(seen.map(({ row }) => row));
    const passed = known.filter((row) => row.place !== 0 && !told.has(row));
    if (fresh.length + moved.length + passed.length === 0) return false;
    this.#commit(() => {
      if (fresh.length > 0) addPod.run(pod.uid, pod.namespace, pod.name, pod.names);
      for (const { run, row } of moved) place.run(Number(run.isCurrent), Number(run.isPrevious), row?.id);
      for (const { id } of passed) older.run(id);
      for (const { run } of fresh) {
        const { container, runId, isCurrent, isPrevious, why, exitCode, reason, finishedAtMs } = run;
        const values = { container, runId, why, exitCode, reason, endedAt: finishedAtMs ?? nowMs, nowMs };
        const { namespace, name, uid } = pod;
        want.run({ ...values, namespace, name, uid, isCurrent: Number(isCurrent), isPrevious: Number(isPrevious) });
      }
    });
    return fresh.length > 0;
  }

  /** The logs that are to be fetched, the one that is due first at first. */
  wanted(limit: number): readonly WantedLog[] {
    return this.#read(() => this.#statements.wanted.all(limit)) as WantedLog[];
  }

  /** The lines of a wanted log are there. */
  keep({ id, uid, container }: WantedLog, log: FetchedLog, nowMs: number): void {
    const { packed, lineCount, byteCount, isCut } = log;
    this.#commit(() => {
      const values = { id, nowMs, lineCount, byteCount, storedBytes: packed.length, isCut: Number(isCut) };
      // Erased while it was on its way.
      if (this.#statements.keep.run(values).changes === 0) return;
      this.#statements.addText.run(id, packed);
      this.#drop(this.#statements.surplus.all(uid, container, runsPerContainer) as number[]);
    });
  }

  /** A wanted log could not be read; without a time (epoch ms) for another try it never will be. */
  fail({ id }: Pick<WantedLog, 'id'>, failure: string, nextAtMs: number | undefined): void {
    this.#commit(() => this.#statements.fail.run({ id, failure, nextAtMs: nextAtMs ?? null }));
  }

  /** Somebody read these. */
  use(ids: readonly number[], nowMs: number): void {
    this.#commit(() => this.#statements.use.run(nowMs, JSON.stringify(ids)));
  }

  /** Holds what is kept to its bounds: notes that are too old go, then lines, the longest unused ones first. */
  tidy({ ageMs, bytes }: HistoryLimits, nowMs: number): void {
    const { tooOld, leastUsed } = this.#statements;
    const old = this.#read(() => tooOld.all(nowMs - ageMs)) as number[];
    const over = this.storedBytes() > bytes;
    if (old.length === 0 && !over) return;
    this.#commit(() => {
      this.#forget(old);
      const dropped: number[] = [];
      let left = this.storedBytes();
      for (const { id, storedBytes } of over ? (leastUsed.all() as { id: number; storedBytes: number }[]) : []) {
        if (left <= bytes) break;
        dropped.push(id);
        left -= storedBytes;
      }
      this.#drop(dropped);
    });
  }

  /** What the kept lines take. */
  storedBytes(): number {
    return this.#read(() => this.#statements.storedBytes.get()) as number;
  }

  /** Namespaces of which anything is noted. */
  namespaces(): readonly string[] {
    return this.#read(() => this.#statements.namespaces.all()) as string[];
  }

  /** Removes every trace of the pods of a scope, within the caller's transaction. */
  erase({ type, namespace }: ErasedPast): void {
    if (type !== 'pods') return;
    const { from, to } = namespace === '' ? { from: '', to: '\u{10FFFF}' } : keyRange(namespace);
    this.#forget(this.#statements.inRange.all(from, to) as number[]);
  }

  #drop(ids: readonly number[]): void {
    if (ids.length === 0) return;
    const chosen = JSON.stringify(ids);
    this.#statements.forgetText.run(chosen);
    this.#statements.drop.run(chosen);
  }

  #forget(ids: readonly number[]): void {
    if (ids.length === 0) return;
    const chosen = JSON.stringify(ids);
    this.#statements.forgetText.run(chosen);
    this.#statements.forget.run(chosen);
    this.#statements.forgetPods.run();
  }
}

interface PlaceRow {
  readonly id: number;
  readonly container: string;
  readonly run_id: string;
  /** As `placeOf` has it. */
  readonly place: number;
}

function placeOf({ isCurrent, isPrevious }: Pick<SeenRun, 'isCurrent' | 'isPrevious'>): number {
  return Number(isCurrent) + 2 * Number(isPrevious);
}

function prepare(database: Database) {
  const statement = (sql: string): Statement => database.prepare(sql);
  const chosen = 'in (select value from json_each(?))';
  return {
    places: statement(
      'select id, container, run_id, is_current + 2 * is_previous as place from kept_log where uid = ?',
    ),
    place: statement('update kept_log set is_current = ?, is_previous = ? where id = ?'),
    older: statement('update kept_log set is_current = 0, is_previous = 0 where id = ?'),
    addPod: statement('insert or replace into kept_log_pod (uid, namespace, name, pod) values (?, ?, ?, ?)'),
    want: statement(
      `insert into kept_log (namespace, pod, uid, container, run_id, is_current, is_previous, why, exit_code, reason, ended_at, state, attempts, next_at)
       values (@namespace, @name, @uid, @container, @runId, @isCurrent, @isPrevious, @why, @exitCode, @reason, @endedAt, 'wanted', 0, @nowMs)`,
    ),
    wanted: statement(
      `select id, namespace, pod, uid, container, run_id as runId, attempts, next_at as nextAtMs from kept_log
       where state = 'wanted' order by next_at, id limit ?`,
    ),
    keep: statement(
      `update kept_log set state = 'kept', failure = null, fetched_at = @nowMs, used_at = @nowMs, line_count = @lineCount,
         byte_count = @byteCount, stored_bytes = @storedBytes, is_cut = @isCut where id = @id and state = 'wanted'`,
    ),
    addText: statement('insert into kept_log_text (log_id, text) values (?, ?)'),
    surplus: statement(
      `select id from kept_log where uid = ? and container = ? and state = 'kept' order by ended_at desc, id desc limit -1 offset ?`,
    ).pluck(),
    fail: statement(
      `update kept_log set attempts = attempts + 1, failure = @failure, next_at = coalesce(@nextAtMs, next_at),
         state = iif(@nextAtMs is null, 'lost', 'wanted') where id = @id and state = 'wanted'`,
    ),
    use: statement(`update kept_log set used_at = ? where state = 'kept' and id ${chosen}`),
    tooOld: statement('select id from kept_log where ended_at < ?').pluck(),
    leastUsed: statement(
      `select id, stored_bytes as storedBytes from kept_log where state = 'kept' order by used_at, ended_at, id`,
    ),
    storedBytes: statement(`select coalesce(sum(stored_bytes), 0) from kept_log where state = 'kept'`).pluck(),
    namespaces: statement('select distinct namespace from kept_log').pluck(),
    inRange: statement(`select id from kept_log where namespace || '/' >= ? and namespace || '/' < ?`).pluck(),
    forgetText: statement(`delete from kept_log_text where log_id ${chosen}`),
    drop: statement(`update kept_log set state = 'dropped', stored_bytes = null where id ${chosen}`),
    forget: statement(`delete from kept_log where id ${chosen}`),
    forgetPods: statement('delete from kept_log_pod where uid not in (select uid from kept_log)'),
  };
}
