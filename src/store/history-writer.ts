import type { Database, Statement } from 'better-sqlite3';
import { KeptLogWriter } from './kept-log-writer.ts';
import type { LoggedEntry, LogPiece } from './logged-entries.ts';
import { historySchema } from './migrator.ts';
import { openWriter } from './open-writer.ts';
import { storeError } from './store-errors.ts';
import { UsageWriter } from './usage-writer.ts';

/** Bounds of what is kept. */
export interface HistoryLimits {
  /** Longest age of a change (ms). */
  readonly ageMs: number;
  /** Size of the database; the oldest entries go first. */
  readonly bytes: number;
}

/** Entries that one step of tidying deletes, so that it stays within some tens of milliseconds. */
const entriesPerStep = 5_000;

/** Which scope's past is to be erased. */
export interface ErasedPast {
  /** `plural.group`. */
  readonly type: string;
  /** Empty: all. */
  readonly namespace: string;
}

/**
 * The one writer of a `history.db`. It takes the change log of its `mirror.db` over, by `change.seq`: what was taken over and how far
 * that is are in one transaction, so to take a piece twice changes nothing. Everything throws what `openWriter` throws.
 */
export class HistoryWriter {
  readonly file: string;
  /** What nodes and pods use, in tables of its own. */
  readonly usage: UsageWriter;
  /** The last lines of containers that ended, likewise. */
  readonly logs: KeptLogWriter;
  readonly #database: Database;
  /** What `tidy` holds the past to. */
  limits: HistoryLimits;
  readonly #statements: ReturnType<typeof prepare>;

  private constructor(database: Database, file: string, limits: HistoryLimits) {
    this.#database = database;
    this.file = file;
    this.limits = limits;
    this.#statements = prepare(database);
    this.usage = new UsageWriter(database, limits.bytes, (work) => this.#commit(work));
    this.logs = new KeptLogWriter(database, {
      commit: (work) => this.#commit(work),
      read: (work) => this.#told(work),
    });
  }

  /** Opens the history for writing; only the process that holds the data directory's lock may. */
  static async open(file: string, limits: HistoryLimits): Promise<HistoryWriter> {
    return new HistoryWriter(await openWriter(file, historySchema), file, limits);
  }

  /** How far the log of a mirror was taken over: the last `change.seq`; undefined for a log that is new here. */
  takenSeq(log: string): number | undefined {
    return this.#told(() => this.#statements.taken.get(log) as number | undefined);
  }

  /** Begins a log of which nothing up to an entry is to be taken. */
  begin(log: string, takenSeq: number): void {
    this.#commit(() => this.#statements.addLog.run(log, takenSeq));
  }

  /** Takes over a piece that follows what was taken; of a log that is new here all that it still has. */
  take({ log, forgottenSeq, upTo, entries, newest }: LogPiece, nowMs: number): void {
    const { addLog, logId, setTaken, gap } = this.#statements;
    this.#commit(() => {
      addLog.run(log, forgottenSeq);
      const id = logId.get(log) as number;
      const taken = this.#statements.taken.get(log) as number;
      if (forgottenSeq > taken) gap.run(id, forgottenSeq, nowMs);
      for (const entry of entries) this.#add(id, entry);
      for (const { entry, state } of newest)
        this.#statements.newest.run(id, this.#typeId(entry), entry.key, entry.uid, state);
      setTaken.run(Math.max(taken, forgottenSeq, upTo), id);
    });
  }

  /** Whether any change of a type (`plural.group`) was taken over, or measurements of its objects. */
  hasPast(type: string): boolean {
    return this.#told(() => type === 'pods' || type === 'nodes' || this.#statements.hasPast.get(type) === 1);
  }

  /**
   * Puts what was taken over of a type into a log of its own, that ends here: its newest states are no longer those before
   * the next entries, since the mirror has let the rows go.
   */
  seal(log: string, type: string, nowMs: number): void {
    const { addLog, logId, taken, hasPast, seal } = this.#statements;
    this.#commit(() => {
      if (hasPast.get(type) !== 1) return;
      const name = `${log} ${type} ${nowMs}`;
      addLog.run(name, taken.get(log) ?? 0);
      for (const statement of seal) statement.run(logId.get(name), logId.get(log), type);
    });
  }

  /** Removes every trace of a scope's objects. */
  erase(past: ErasedPast): void {
    const { type, namespace } = past;
    this.#commit(() => {
      this.usage.erase(past);
      this.logs.erase(past);
      const typeId = this.#statements.typeId.get(type) as number | undefined;
      if (typeId === undefined) return;
      const range = namespace === '' ? ['', '\u{10FFFF}'] : [`${namespace}/`, `${namespace}0`];
      for (const statement of this.#statements.erase) statement.run(typeId, ...range);
    });
    this.#emptyLog();
  }

  /** Removes every trace of the kept logs of pods in some namespaces. */
  eraseLogs(namespaces: readonly string[]): void {
    if (namespaces.length === 0) return;
    this.#commit(() => {
      for (const namespace of namespaces) this.logs.erase({ type: 'pods', namespace });
    });
    this.#emptyLog();
  }

  /** What was erased leaves the write-ahead log too, unless a reader needs that; then with a later checkpoint. */
  #emptyLog(): void {
    this.#told(() => this.#database.pragma('wal_checkpoint(TRUNCATE)'));
  }

  /** One step of deleting what is too old or too much, the oldest first. True where another one is needed soon. */
  tidy(nowMs: number): boolean {
    return this.#commit(() => {
      const { oldest, forget, forgetNewest } = this.#statements;
      // Kept logs have a bound of their own: they take no room from what has changed.
      const isTooLarge = this.#usedBytes() - this.logs.storedBytes() > this.limits.bytes;
      const last = oldest.get(isTooLarge ? Number.MAX_SAFE_INTEGER : nowMs - this.limits.ageMs, entriesPerStep);
      if (last === null || last === undefined) return false;
      forgetNewest.run({ last });
      const { changes } = forget.run(last);
      return changes === entriesPerStep || (isTooLarge && changes > 0);
    });
  }

  close(): void {
    this.#database.close();
  }

  /** What the rows take; pages that are free are used again. */
  #usedBytes(): number {
    const number = (name: string): number => Number(this.#database.pragma(name, { simple: true }));
    return (number('page_count') - number('freelist_count')) * number('page_size');
  }

  #add(logId: number, entry: LoggedEntry): void {
    const { add, dropNewest } = this.#statements;
    const typeId = this.#typeId(entry);
    // The state after an older entry would be taken for that after this one.
    dropNewest.run(logId, typeId, entry.key);
    const { seq, at, key, operation, uid, resourceVersion, cause, lastState, beforeState } = entry;
    add.run(logId, seq, at, typeId, key, operation, uid, resourceVersion, cause, lastState, beforeState);
  }

  #typeId({ type }: LoggedEntry): number {
    const { typeId, addType } = this.#statements;
    const known = typeId.get(type) as number | undefined;
    return known ?? Number(addType.run(type).lastInsertRowid);
  }

  #commit<T>(work: () => T): T {
    return this.#told(() => this.#database.transaction(work).immediate());
  }

  #told<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeError(error, this.file);
    }
  }
}

function prepare(database: Database) {
  const statement = (sql: string): Statement => database.prepare(sql);
  return {
    taken: statement('select taken_seq from log where mirror_log = ?').pluck(),
    logId: statement('select id from log where mirror_log = ?').pluck(),
    // What a log had forgotten before it was first seen here is no gap: nobody was told of it.
    addLog: statement('insert into log (mirror_log, taken_seq) values (?, ?) on conflict do nothing'),
    setTaken: statement('update log set taken_seq = ? where id = ?'),
    gap: statement('insert or ignore into gap (log_id, seq, at) values (?, ?, ?)'),
    typeId: statement('select id from object_type where name = ?').pluck(),
    addType: statement('insert into object_type (name) values (?)'),
    add: statement(
      `insert into change (log_id, seq, at, type_id, key, operation, uid, resource_version, cause, last_state, before_state)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    newest: statement('insert or replace into newest (log_id, type_id, key, uid, state) values (?, ?, ?, ?, ?)'),
    dropNewest: statement('delete from newest where log_id = ? and type_id = ? and key = ?'),
    hasPast: statement(
      'select exists (select 1 from change where type_id = (select id from object_type where name = ?))',
    ).pluck(),
    seal: ['change', 'newest'].map((table) =>
      statement(
        `update ${table} set log_id = ? where log_id = ? and type_id = (select id from object_type where name = ?)`,
      ),
    ),
    erase: ['change', 'newest'].map((table) =>
      statement(`delete from ${table} where type_id = ? and key >= ? and key < ?`),
    ),
    // By id, so that the log has no holes where a clock was set back.
    oldest: statement('select max(id) from (select id from change where at < ? order by id limit ?)').pluck(),
    forget: statement('delete from change where id <= ?'),
    // Of objects that have an entry among those that go, and none behind them.
    forgetNewest: statement(
      `delete from newest where (log_id, type_id, key) in (select log_id, type_id, key from change where id <= @last)
         and not exists (select 1 from change where change.type_id = newest.type_id and change.key = newest.key
           and change.log_id = newest.log_id and change.id > @last)`,
    ),
  };
}
