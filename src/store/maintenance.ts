import type { Database } from 'better-sqlite3';

/** How long tombstones and the change log are kept here; history.db takes them over before. */
const retentionMs = 7 * 24 * 3_600_000;

/** Most rows of tombstone and of change (each some 100 to 2,000 bytes): the oldest go first. */
const maxTombstones = 50_000;
const maxChanges = 200_000;

/** Rows of each kind deleted in one go, so that a step stays within some tens of milliseconds: no mirror is written meanwhile. */
const rowsPerStep = 5_000;

/** What a step of tidying did. */
export interface TidyStep {
  /** Cached term ids must be forgotten. */
  readonly termsDeleted: boolean;
  /** There may be more to delete: another step soon. */
  readonly hasMore: boolean;
}

/** One step of tidying, inside a transaction: old tombstones and changes, and terms that no object has any more. */
export function tidy(database: Database, nowMs: number): TidyStep {
  const oldest = nowMs - retentionMs;
  const tombstoneCount = forgetTombstones(database, oldest);
  const changeCount = forgetChanges(database, oldest);
  const unused = database
    .prepare('select id from term where not exists (select 1 from object_term where term_id = term.id) limit ?')
    .pluck()
    .all(rowsPerStep) as number[];
  const removeText = database.prepare('delete from term_text where rowid = ?');
  const remove = database.prepare('delete from term where id = ?');
  for (const id of unused) {
    removeText.run(id);
    remove.run(id);
  }
  // Keeps the statistics that the planner needs; it looks at few rows and only where much has changed.
  database.pragma('analysis_limit = 1000');
  database.pragma('optimize');
  const hasMore = [tombstoneCount, changeCount, unused.length].includes(rowsPerStep);
  return { termsDeleted: unused.length > 0, hasMore };
}

/** Returns how many rows went. */
function forgetTombstones(database: Database, oldestMs: number): number {
  const { changes } = database
    .prepare(
      `delete from tombstone where id in (select id from tombstone
         where deleted_at < ? or id <= (select max(id) from tombstone) - ? order by id limit ?)`,
    )
    .run(oldestMs, maxTombstones, rowsPerStep);
  return changes;
}

/** Returns how many rows went. */
function forgetChanges(database: Database, oldestMs: number): number {
  const last = database
    .prepare('select max(seq) from change where at < ? or seq <= (select max(seq) from change) - ?')
    .pluck()
    .get(oldestMs, maxChanges) as number | null;
  if (last === null) return 0;
  // A clock that was set back has younger entries among the older ones: the log has no holes.
  const upTo = database
    .prepare('select max(seq) from (select seq from change where seq <= ? order by seq limit ?)')
    .pluck()
    .get(last, rowsPerStep) as number;
  database
    .prepare(
      `update mirror set forgotten_seq = @upTo,
         forgotten_at = max(coalesce(forgotten_at, 0), (select max(at) from change where seq <= @upTo))`,
    )
    .run({ upTo });
  const { changes } = database.prepare('delete from change where seq <= ?').run(upTo);
  return changes;
}
