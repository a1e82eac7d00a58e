import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { checkPrivate } from './data-directory.ts';
import { mirrorSchema, refuseNewerSchema, storedSchemaVersion, type Schema } from './migrator.ts';
import { storeError } from './store-errors.ts';

/** Has the driver load what it is made of, which it else does with the first file. */
export function loadDriver(): void {
  new SqliteDatabase(':memory:').close();
}

/** Of the SQLite that the driver brings. */
export function sqliteVersion(): string {
  const database = new SqliteDatabase(':memory:');
  try {
    return database.prepare('select sqlite_version()').pluck().get() as string;
  } finally {
    database.close();
  }
}

/**
 * A read-only handle on `file`, or undefined where there is nothing yet (no file, or one without tables).
 * @param schema that of `mirror.db` unless given
 * @throws NAVI_STORE_EXPOSED, NAVI_STORE_NEWER, NAVI_STORE_CORRUPT, NAVI_STORE_UNUSABLE
 */
export function openHandle(file: string, schema: Schema = mirrorSchema): Database | undefined {
  checkPrivate(dirname(file), 'directory');
  checkPrivate(file, 'file');
  if (!existsSync(file)) return undefined;
  let sqlite: Database | undefined;
  try {
    sqlite = new SqliteDatabase(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
    sqlite.pragma('query_only = on');
    // KiB when negative. A command reads each page about once: to fill the driver's 16 MiB takes twice as long as a scan.
    sqlite.pragma('cache_size = -2048');
    refuseNewerSchema(sqlite, file, schema);
    if (storedSchemaVersion(sqlite) > 0) return sqlite;
    sqlite.close();
    return undefined;
  } catch (error) {
    sqlite?.close();
    throw storeError(error, file);
  }
}
