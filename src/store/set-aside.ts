import { globSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemCodeOf } from '../errors/navi-error.ts';

/** Damaged stores that are kept beside a mirror; older ones are deleted. */
const keptCount = 2;

/** A database, its write-ahead log and that one's index. */
const suffixes = ['', '-wal', '-shm'] as const;

/**
 * Renames a damaged `mirror.db` with its `-wal` and `-shm` to `mirror.db.corrupt-TIME…` and returns that path; nothing else in its
 * folder is touched. Nobody may have it open for writing. The database goes first: SQLite drops a log whose database is
 * missing, but would replay one into the wrong database.
 */
export function setAsideDamaged(file: string, nowMs: number): string {
  const aside = `${file}.corrupt-${nowMs}`;
  for (const suffix of suffixes) {
    try {
      renameSync(file + suffix, aside + suffix);
    } catch (error) {
      if (systemCodeOf(error) !== 'ENOENT') throw error;
    }
  }
  const older = globSync(`${basename(file)}.corrupt-*[0-9]`, { cwd: dirname(file) });
  for (const name of older.toSorted().toReversed().slice(keptCount)) {
    for (const suffix of suffixes) rmSync(join(dirname(file), name) + suffix, { force: true });
  }
  return aside;
}
