import type { Database, Statement } from 'better-sqlite3';
import { parseRelistReasons, type ScopeCounts } from '../core/scope-counts.ts';
import type { ScopePhase, ScopeStatus } from '../core/scope-status.ts';
import type { ScopeTarget } from './object-record.ts';
import type { StoredRow } from './object-writer.ts';
import { coverage, type CoveringScope, isCovered } from './scope-coverage.ts';

/** What the daemon goes on from: one row of `scope`. */
export interface ScopeRow {
  readonly id: number;
  readonly type_id: number;
  readonly namespace: string;
  readonly phase: ScopePhase;
  readonly resource_version: string | null;
  readonly timeline: number;
  readonly replayed_until: string;
  readonly generation: number;
  readonly previous_count: number;
  readonly representation: string;
  readonly representation_number: number;
  readonly complete: number;
  readonly as_of: number | null;
  readonly audited_at: number | null;
}

/** How a relist pass ended. */
interface FinishedPass {
  readonly phase: ScopePhase;
  readonly resourceVersion: string | null;
  readonly timeline: number;
  /** Rows may be ahead of `resourceVersion` up to here; empty: they are not. */
  readonly replayedUntil: string;
  readonly asOfMs: number;
}

/** Where a resume point came from. */
export type ResumePointKind = 'list' | 'event' | 'bookmark';

/** What status shows of a scope's past. */
export interface StoredMeasures {
  /** Since the store was made. */
  readonly counts: ScopeCounts;
  /** Of the last complete list; null before the first. */
  readonly listDurationMs: number | null;
}

/** What metrics show of a type, all its scopes together. Times are epoch milliseconds. */
export interface ShownType {
  readonly typeId: number;
  readonly objectCount: number;
  /** A time at which the rows were the server's; null where a scope has never had one. */
  readonly provenAtMs: number | null;
  /** When its scopes were last audited, the longest ago; null where one never was. */
  readonly auditedAtMs: number | null;
  readonly auditDifferenceCount: number;
}

type MeasuresRow = Omit<ScopeCounts, 'relistReasons'> & {
  readonly relistReasons: string;
  readonly listDurationMs: number | null;
};

const columns =
  'id, type_id, namespace, phase, resource_version, timeline, replayed_until, generation, previous_count, representation, representation_number, complete, as_of, audited_at';

/** Writes the `scope` table: phases, resume points, relist passes and what status shows. */
export class ScopeWriter {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.#statements = prepare(database);
  }

  /** All scopes, by id. */
  all(): readonly ScopeRow[] {
    return this.#statements.all.all() as ScopeRow[];
  }

  /** The scope of a type in a namespace (empty: all), made where it is missing. */
  ensure(typeId: number, namespace: string, nowMs: number): ScopeRow {
    this.#statements.insert.run(typeId, namespace, nowMs);
    return this.#statements.byType.get(typeId, namespace) as ScopeRow;
  }

  /** The scope of a type in a namespace (empty: all), where there is one. */
  find(typeId: number, namespace: string): ScopeRow | undefined {
    return this.#statements.byType.get(typeId, namespace) as ScopeRow | undefined;
  }

  /** The scope with this id; it must exist. */
  get(scopeId: number): ScopeRow {
    const row = this.#statements.byId.get(scopeId) as ScopeRow | undefined;
    if (row === undefined) throw new Error(`no scope ${scopeId}`);
    return row;
  }

  /** The scopes of single namespaces of a type, by id. */
  namespacesOf(typeId: number): readonly ScopeRow[] {
    return this.#statements.namespaces.all(typeId) as ScopeRow[];
  }

  /** Forgets a scope; its rows are left to whoever covers them. */
  drop(scopeId: number): void {
    this.#statements.drop.run(scopeId);
  }

  /** How the rows of a scope are to be written now. */
  target(scopeId: number): ScopeTarget {
    const row = this.get(scopeId);
    const isFirstOfAll = row.namespace === '' && row.complete === 0;
    const complete = isFirstOfAll ? this.namespacesOf(row.type_id).filter((own) => own.complete === 1) : [];
    return {
      ...(complete.length > 0 ? { loggedNamespaces: new Set(complete.map((own) => own.namespace)) } : {}),
      scopeId,
      typeId: row.type_id,
      generation: row.generation,
      representationNumber: row.representation_number,
      // The first list of a namespace may come to rows that a complete list of all has left.
      logChanges: row.complete === 1 || (row.namespace !== '' && this.find(row.type_id, '')?.complete === 1),
    };
  }

  /**
   * Starts a relist pass: the resume point goes before the first row comes, so that a crash in the middle can only
   * list again. A changed `representation` makes every stored row differ from what the list brings.
   */
  beginList(scopeId: number, representation: string, nowMs: number): ScopeRow {
    const scope = this.get(scopeId);
    const previousCount = this.countRows(scope);
    const number =
      scope.representation === representation ? scope.representation_number : scope.representation_number + 1;
    this.#statements.beginList.run(previousCount, nowMs, representation, number, scopeId);
    return this.get(scopeId);
  }

  /** Rows in the place of the scope that the finished pass did not mention, whichever scope wrote them. */
  unmarked(scope: ScopeRow): readonly StoredRow[] {
    const { id, generation } = scope;
    return this.#statements.unmarked.all({ ...coverage(scope), id, generation }) as StoredRow[];
  }

  /** Ends a relist pass: the rows are the server's at `resourceVersion` (null for a type without one). */
  finishList(scopeId: number, pass: FinishedPass): void {
    this.#statements.finishList.run(
      pass.phase,
      pass.resourceVersion,
      pass.timeline,
      pass.replayedUntil,
      pass.asOfMs,
      pass.asOfMs,
      scopeId,
    );
  }

  /** Moves the resume point; in the transaction of the rows it covers. */
  saveResumePoint(scopeId: number, resourceVersion: string, kind: ResumePointKind): void {
    this.#statements.resume.run(resourceVersion, kind, scopeId);
  }

  /** Notes a confirmed refusal of the list: the server's words, and when they were last heard. */
  deny(scopeId: number, refusal: string, nowMs: number): void {
    this.clearResumePoint(scopeId, 'denied');
    this.#statements.deny.run(refusal, nowMs, scopeId);
  }

  /** The scope has no rows any more: the next list is its first. */
  beginAnew(scopeId: number): void {
    this.#statements.beginAnew.run(scopeId);
  }

  /** Forgets the resume point and what phase it belonged to. */
  clearResumePoint(scopeId: number, phase: ScopePhase): void {
    this.#statements.clear.run(phase, scopeId);
  }

  /** What status shows. `health_since` moves only when mode, health or reason change. */
  saveStatus(scopeId: number, status: ScopeStatus, nowMs: number, nextAttemptAtMs: number | null): void {
    this.#statements.status.run({ ...status, nowMs, nextAttemptAtMs, scopeId });
  }

  /** Notes a time at which the rows were the server's. */
  saveAsOf(scopeId: number, asOfMs: number): void {
    this.#statements.asOf.run(asOfMs, scopeId);
  }

  /** Notes how often a polled scope is listed (null: not polled), and from which age on answers say it where that is configured. */
  savePollInterval(scopeId: number, intervalMs: number | null, ttlMs: number | null): void {
    this.#statements.poll.run(intervalMs, ttlMs, scopeId);
  }

  /** Notes a finished audit: objects compared, and in how many the store differed. */
  saveAudit(
    scopeId: number,
    nowMs: number,
    audit: { readonly objectCount: number; readonly foundCount: number },
  ): void {
    this.#statements.audit.run({ ...audit, nowMs, scopeId });
  }

  /** From now on every row differs from what a list brings, and is written again with it. */
  distrustRows(scopeId: number): void {
    this.#statements.distrust.run(scopeId);
  }

  /** What earlier processes measured. */
  measures(scopeId: number): StoredMeasures {
    const row = this.#statements.measures.get(scopeId) as MeasuresRow;
    const { listDurationMs, relistReasons, ...counts } = row;
    return { listDurationMs, counts: { ...counts, relistReasons: parseRelistReasons(relistReasons) } };
  }

  /** Stores the measures of a scope, each as it is now. */
  saveMeasures(scopeId: number, { counts, listDurationMs }: StoredMeasures): void {
    const relistReasons = JSON.stringify(counts.relistReasons);
    this.#statements.saveMeasures.run({ ...counts, relistReasons, listDurationMs, scopeId });
  }

  /** Every type that has a scope which is not denied. */
  shownTypes(): readonly ShownType[] {
    const { objectCounts, shown } = this.#statements;
    const counts = new Map(objectCounts.all().map((row) => Object.values(row as object) as [number, number]));
    const rows = shown.all() as readonly Omit<ShownType, 'objectCount'>[];
    return rows.map((row) => ({ ...row, objectCount: counts.get(row.typeId) ?? 0 }));
  }

  /** Number of stored rows of a scope. */
  countRows(scope: CoveringScope): number {
    return Number(this.#statements.countRows.get(coverage(scope)));
  }

  /** Every row in the place of a scope, for a purge. */
  rows(scope: CoveringScope): readonly StoredRow[] {
    return this.#statements.rows.all(coverage(scope)) as StoredRow[];
  }

  /** Nobody has asked for the type for a while: its scopes are not followed, and their rows stay as they are. */
  saveUnused(typeId: number, nowMs: number): void {
    this.#statements.unused.run(nowMs, typeId);
  }

  /** What a writer notes when it leaves: nothing is followed any more. */
  stopAll(nowMs: number): void {
    this.#statements.stopAll.run(nowMs);
  }
}

function prepare(database: Database) {
  const statement = (sql: string): Statement => database.prepare(sql);
  const row = 'id, scope_id, key, name, uid, resource_version, generation, representation_number';
  return {
    all: statement(`select ${columns} from scope order by id`),
    byId: statement(`select ${columns} from scope where id = ?`),
    byType: statement(`select ${columns} from scope where type_id = ? and namespace = ?`),
    namespaces: statement(`select ${columns} from scope where type_id = ? and namespace <> '' order by id`),
    beginAnew: statement('update scope set complete = 0, known_since = null where id = ?'),
    drop: statement('delete from scope where id = ?'),
    deny: statement('update scope set refusal = ?, refused_at = ? where id = ?'),
    insert: statement(
      `insert into scope (type_id, namespace, phase, mode, health, reason, health_since)
       values (?, ?, 'pending', 'listing', 'degraded', 'waiting', ?) on conflict do nothing`,
    ),
    beginList: statement(
      `update scope set phase = 'listing', generation = generation + 1, resource_version = null, previous_count = ?,
         list_started_at = ?, representation = ?, representation_number = ? where id = ?`,
    ),
    unmarked: statement(
      `select ${row} from object where ${isCovered} and not (scope_id = @id and generation = @generation)`,
    ),
    finishList: statement(
      `update scope set phase = ?, resource_version = ?, resource_version_kind = 'list', timeline = ?, replayed_until = ?, as_of = ?, complete = 1, known_since = coalesce(known_since, ?), list_started_at = null
       where id = ?`,
    ),
    resume: statement('update scope set resource_version = ?, resource_version_kind = ? where id = ?'),
    clear: statement('update scope set resource_version = null, resource_version_kind = null, phase = ? where id = ?'),
    status: statement(
      `update scope set health_since = case when (mode, health, reason) = (@mode, @health, @reason) then health_since else @nowMs end,
         mode = @mode, health = @health, reason = @reason, last_error = case when @reason = 'forbidden' then coalesce(@lastError, last_error) else @lastError end, next_attempt_at = @nextAttemptAtMs
         where id = @scopeId`,
    ),
    stopAll: statement(
      `update scope set mode = 'stopped', health = 'unhealthy', reason = 'stopped', health_since = ?
       where reason not in ('stopped', 'unused', 'forbidden', 'absent')`,
    ),
    unused: statement(
      `update scope set mode = 'stopped', health = 'degraded', reason = 'unused', health_since = ?, last_error = null,
         next_attempt_at = null, poll_interval_ms = null, ttl_ms = null
       where type_id = ? and reason <> 'unused' and phase not in ('denied', 'absent')`,
    ),
    audit: statement(
      `update scope set audited_at = @nowMs, audit_object_count = @objectCount, audit_found_count = @foundCount,
         audit_difference_count = audit_difference_count + @foundCount where id = @scopeId`,
    ),
    distrust: statement('update scope set representation_number = representation_number + 1 where id = ?'),
    asOf: statement('update scope set as_of = ? where id = ?'),
    poll: statement('update scope set poll_interval_ms = ?, ttl_ms = ? where id = ?'),
    objectCounts: statement('select type_id, count(*) from object group by type_id'),
    shown: statement(
      `select type_id as typeId, sum(audit_difference_count) as auditDifferenceCount,
         case when count(audited_at) = count(*) then min(audited_at) end as auditedAtMs,
         case when count(as_of) = count(*) then min(as_of) end as provenAtMs
       from scope where phase <> 'denied' group by type_id`,
    ),
    measures: statement(
      `select lists, watches, reconnects, events, bookmarks, relists, bytes_received as bytesReceived,
         relist_reasons as relistReasons, list_duration_ms as listDurationMs from scope where id = ?`,
    ),
    saveMeasures: statement(
      `update scope set lists = @lists, watches = @watches, reconnects = @reconnects, events = @events,
         bookmarks = @bookmarks, relists = @relists, bytes_received = @bytesReceived, relist_reasons = @relistReasons,
         list_duration_ms = @listDurationMs where id = @scopeId`,
    ),
    countRows: statement(`select count(*) from object where ${isCovered}`).pluck(),
    rows: statement(`select ${row} from object where ${isCovered}`),
  };
}
