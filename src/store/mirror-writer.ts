import type { Database, Statement } from 'better-sqlite3';
import { parseJson } from '../core/canonical-json.ts';
import type { Json } from '../core/json.ts';
import type { Health, HealthReason } from '../core/scope-status.ts';
import { NaviError } from '../errors/navi-error.ts';
import { tidy } from './maintenance.ts';
import { endedPods, podBody, type EndedPods, type PodSpan } from './ended-pods.ts';
import { CertificateWriter } from './certificate-writer.ts';
import { ObjectWriter } from './object-writer.ts';
import { JudgedRows } from './judged-rows.ts';
import { logEnd, loggedEntries, type LogEnd, type LogPiece } from './logged-entries.ts';
import { openWriter } from './open-writer.ts';
import { recentObjects, type RecentObject } from './recent-objects.ts';
import { ScopeWriter } from './scope-writer.ts';
import { damagedStore, storeError, StoredTextDamaged } from './store-errors.ts';
import { StoreFiles } from './store-files.ts';
import { TypeWriter } from './type-writer.ts';
import { foldLog, WalBound, walLimits, type WalLimits } from './wal-bound.ts';

/** Which mirror.db to open, what the context said (for people who read the store), and who is told of trouble. */
export interface MirrorFile {
  readonly file: string;
  readonly server: string;
  readonly context: string;
  /** Told once when commits begin to fail, and once (undefined) when they succeed again. */
  readonly onProblem: (problem: NaviError | undefined) => void;
  /** Told after each commit that added to the change log. */
  readonly onChange?: (() => void) | undefined;
  /** Bounds of the write-ahead log; `walLimits` unless given. */
  readonly walLimits?: WalLimits | undefined;
}

/** What a commit is for: the mirror's rows, or only what tells of its health. */
export type CommitKind = 'rows' | 'notes';

/** The row of the mirror, as the daemon goes on from it. */
export interface MirrorRow {
  readonly cluster_uid: string | null;
  readonly uid_source: string | null;
  readonly principal: string | null;
  readonly server_version: string | null;
  readonly server_minor: number;
  readonly timeline: number;
  readonly events_domain: string;
  readonly confirmed_at: number | null;
  readonly heartbeat_resource_version: string | null;
  readonly clock_skew_ms: number | null;
}

/** What may be noted of the mirror besides its health; undefined leaves a column as it is. */
export type MirrorFacts = Partial<MirrorRow & { readonly discovered_at: number }>;

const factColumns: readonly (keyof MirrorFacts)[] = [
  'cluster_uid',
  'uid_source',
  'principal',
  'server_version',
  'server_minor',
  'timeline',
  'events_domain',
  'confirmed_at',
  'heartbeat_resource_version',
  'clock_skew_ms',
  'discovered_at',
];

/**
 * The one writer of one mirror.db. All writing happens in `commit`, so that rows, tombstones, change log and resume
 * points of a batch are in one transaction, and only while no newer writer has opened the file (fencing).
 */
export class MirrorWriter {
  readonly file: string;
  readonly objects: ObjectWriter;
  readonly scopes: ScopeWriter;
  readonly certificates: CertificateWriter;
  readonly types: TypeWriter;
  readonly judged: JudgedRows;
  readonly #database: Database;
  readonly #epoch: number;
  readonly #files: StoreFiles;
  readonly #walBound: WalBound;
  readonly #epochNow: Statement;
  readonly #mirror: Statement;
  readonly #onProblem: (problem: NaviError | undefined) => void;
  readonly #onChange: (() => void) | undefined;
  #known: MirrorRow | undefined;
  #problem: NaviError | undefined;
  /** Set for good by the first error that shows the file to be damaged: no more is built on it. */
  #damage: NaviError | undefined;

  private constructor(database: Database, about: MirrorFile, epoch: number) {
    this.#onProblem = about.onProblem;
    this.#onChange = about.onChange;
    this.#database = database;
    this.file = about.file;
    this.#files = new StoreFiles(about.file);
    this.#walBound = new WalBound(database, about.file, about.walLimits ?? walLimits);
    this.#epoch = epoch;
    this.#epochNow = database.prepare('select writer_epoch from mirror').pluck();
    this.#mirror = database.prepare(
      'select cluster_uid, uid_source, principal, server_version, server_minor, timeline, events_domain, confirmed_at, heartbeat_resource_version, clock_skew_ms from mirror',
    );
    this.objects = new ObjectWriter(database);
    this.scopes = new ScopeWriter(database);
    this.certificates = new CertificateWriter(database);
    this.types = new TypeWriter(database);
    this.judged = new JudgedRows(database);
  }

  /** Opens the mirror for writing and takes its epoch. @throws what `openWriter` throws. */
  static async open(about: MirrorFile): Promise<MirrorWriter> {
    const { file } = about;
    const database = await openWriter(file);
    try {
      const epoch = database
        .prepare(
          `insert into mirror (lock, server, context, writer_epoch, log) values (1, ?, ?, 1, lower(hex(randomblob(16))))
           on conflict (lock) do update set server = excluded.server, context = excluded.context, writer_epoch = writer_epoch + 1
           returning writer_epoch`,
        )
        .pluck()
        .get(about.server, about.context);
      return new MirrorWriter(database, about, Number(epoch));
    } catch (error) {
      database.close();
      throw storeError(error, file);
    }
  }

  /**
   * Runs `work` in one transaction; what it throws rolls everything back.
   * @throws NAVI_DAEMON_RUNNING when a newer writer has taken over, NAVI_DISK_FULL, NAVI_STORE_CORRUPT,
   * NAVI_STORE_UNUSABLE, also while somebody's long read keeps the write-ahead log from being folded (`WalBound`).
   */
  commit<T>(work: () => T, kind: CommitKind = 'rows'): T {
    const changeCount = this.objects.changeCount;
    try {
      const refusal = this.#damage ?? this.#walBound.refusal(kind === 'notes');
      if (refusal !== undefined) throw refusal;
      this.#database.exec('begin immediate');
      if (this.#epochNow.get() !== this.#epoch) {
        throw new NaviError('NAVI_DAEMON_RUNNING', `another navi has taken over ${this.file}`);
      }
      const result = work();
      this.#database.exec('commit');
      this.#note(this.#walBound.problem);
      if (this.objects.changeCount !== changeCount) this.#onChange?.();
      return result;
    } catch (error) {
      this.#rollBack();
      this.objects.forget();
      throw this.report(error);
    }
  }

  /** Set while rows cannot be written: the last commit's error. */
  get problem(): NaviError | undefined {
    return this.#problem;
  }

  /**
   * Notes an error of the store that was met outside of `commit`, and returns it as navi's own. What is no error of a store
   * comes back as it is.
   */
  report(error: unknown): unknown {
    const problem = storeError(error, this.file);
    if (problem instanceof NaviError) this.#note(problem);
    return problem;
  }

  /** True once other files, or none, are at the path: what is written from now on nobody will read. */
  get isReplaced(): boolean {
    const state = this.#files.look();
    if (state === 'cut') this.report(damagedStore(this.file, 'it was cut short by somebody else'));
    return state === 'replaced';
  }

  /** The row of the mirror as it is committed; as it was read last where the file is damaged since, of which `report` tells. */
  mirror(): MirrorRow {
    try {
      this.#known = this.#mirror.get() as MirrorRow;
    } catch (error) {
      const problem = this.report(error);
      if (this.#known === undefined || !(problem instanceof NaviError)) throw problem;
    }
    return this.#known;
  }

  /** Bodies of every stored object of a type, in list order. @throws StoredTextDamaged */
  bodies(typeId: number): readonly Json[] {
    const rows = this.#database.prepare(
      'select json from object join body on body.object_id = object.id where type_id = ? order by key',
    );
    return rows.pluck().all(typeId).map(bodyOf);
  }

  /** Where the change log ends. */
  logEnd(): LogEnd {
    return logEnd(this.#database);
  }

  /** See `loggedEntries`. */
  loggedEntries(after: number, limit: number): LogPiece {
    return this.#database.transaction(() => loggedEntries(this.#database, after, limit))();
  }

  /** See `endedPods`. */
  endedPods(span: PodSpan, limit: number): EndedPods {
    return endedPods(this.#database, span, limit);
  }

  /** The pod of a key; undefined where there is none. @throws StoredTextDamaged */
  pod(key: string): Json | undefined {
    const text = podBody(this.#database, key);
    return text === undefined ? undefined : bodyOf(text);
  }

  /** From now on the change log goes by this name; inside `commit`. */
  renameLog(name: string): void {
    this.#database.prepare('update mirror set log = ?').run(name);
  }

  /** Keys of every stored object of a type, in list order. */
  keys(typeId: number): readonly string[] {
    const rows = this.#database.prepare('select key from object where type_id = ? order by key');
    return rows.pluck().all(typeId) as string[];
  }

  /** Stored objects of some types that changed last; see `recentObjects`. */
  recentObjects(typeIds: readonly number[], limit: number): readonly RecentObject[] {
    return recentObjects(this.#database, typeIds, limit);
  }

  /** This machine's clock was set back by `byMs`: times that were noted before would lie in the future. Inside `commit`. */
  setTimesBack(byMs: number): void {
    // A monotonic clock has fractions of milliseconds, and the columns have none.
    const ms = Math.round(byMs);
    this.#database.prepare('update scope set as_of = as_of - ? where as_of is not null').run(ms);
    this.#database.prepare('update mirror set confirmed_at = confirmed_at - ? where confirmed_at is not null').run(ms);
  }

  /** Notes facts about the mirror; inside `commit`. */
  saveFacts(facts: MirrorFacts): void {
    for (const column of factColumns) {
      if (facts[column] === undefined) continue;
      this.#database.prepare(`update mirror set ${column} = ?`).run(facts[column]);
    }
  }

  /** Notes the health of the cluster as a whole; inside `commit`. */
  saveHealth(health: Health, reason: HealthReason, lastError: string | null, nowMs: number): void {
    this.#database
      .prepare(
        `update mirror set health_since = case when (health, reason) = (@health, @reason) then health_since else @nowMs end,
           health = @health, reason = @reason, last_error = @lastError`,
      )
      .run({ health, reason, nowMs, lastError });
  }

  /** One step of tidying; see maintenance.ts. True where another one is needed soon. */
  tidy(nowMs: number): boolean {
    const { termsDeleted, hasMore } = this.commit(() => tidy(this.#database, nowMs));
    if (termsDeleted) this.objects.forget();
    return hasMore;
  }

  /** Folds the WAL into the database and empties it; false where a reader still needs it. Never waits. */
  emptyLog(): boolean {
    return !this.#database.open || foldLog(this.#database, 0);
  }

  /** False once it was closed. */
  get isOpen(): boolean {
    return this.#database.open;
  }

  /** Folds the WAL into the database and closes it. */
  close(): void {
    if (!this.#database.open) return;
    try {
      this.#database.pragma('optimize');
    } catch {
      // Statistics only; a full disk must not keep the store from being closed.
    }
    this.#database.close();
  }

  #rollBack(): void {
    try {
      if (this.#database.inTransaction) this.#database.exec('rollback');
    } catch {
      // A file that cannot be read at all: SQLite has ended the transaction even so.
    }
  }

  #note(problem: NaviError | undefined): void {
    if (problem?.code === 'NAVI_STORE_CORRUPT') this.#damage ??= problem;
    const isNews = problem?.message !== this.#problem?.message;
    this.#problem = problem;
    if (isNews) this.#onProblem(problem);
  }
}

function bodyOf(text: unknown): Json {
  try {
    return parseJson(text as string);
  } catch (error) {
    throw new StoredTextDamaged('a body is no JSON', { cause: error });
  }
}
