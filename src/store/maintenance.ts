import type { Database } from 'better-sqlite3';

/** How long tombstones and the change log are kept here; history.db takes them over before. */
const retentionMs = 7 * 24 * 3_600_000;

/** Most rows of tombstone and of change (each some 100 to 2,000 bytes): the oldest go first. */
const maxTombstones = 50_000;
const maxChanges = 200_000;

/** Unused terms deleted in one go, so that a step stays within some ten milliseconds. */
const termsPerStep = 5_000;

/**
 * One step of tidying, inside a transaction: old tombstones and changes, and terms that no object has any more.
 * Returns true where terms were deleted: cached term ids must then be forgotten.
 */
export function tidy(database: Database, nowMs: number): boolean {
  const oldest = nowMs - retentionMs;
  database.prepare('delete from tombstone where deleted_at < ?').run(oldest);
  database.prepare('delete from tombstone where id <= (select max(id) from tombstone) - ?').run(maxTombstones);
  forgetChanges(database, oldest);
  const unused = database
    .prepare('select id from term where not exists (select 1 from object_term where term_id = term.id) limit ?')
    .pluck()
    .all(termsPerStep) as number[];
  const removeText = database.prepare('delete from term_text where rowid = ?');
  const remove = database.prepare('delete from term where id = ?');
  for (const id of unused) {
    removeText.run(id);
    remove.run(id);
  }
  // Keeps the statistics that the planner needs; it looks at few rows and only where much has changed.
  database.pragma('analysis_limit = 1000');
  database.pragma('optimize');
  return unused.length > 0;
}

function forgetChanges(database: Database, oldestMs: number): void {
  const last = database
    .prepare('select max(seq) from change where at < ? or seq <= (select max(seq) from change) - ?')
    .pluck()
    .get(oldestMs, maxChanges) as number | null;
  if (last === null) return;
  // A clock that was set back has younger entries among the older ones: the log has no holes.
  database.prepare('delete from change where seq <= ?').run(last);
  database.prepare('update mirror set forgotten_seq = ?').run(last);
}
