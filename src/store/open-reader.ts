import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { checkPrivate } from './data-directory.ts';
import { refuseNewerSchema, storedSchemaVersion } from './migrator.ts';
import type { MirrorTables } from './schema.ts';
import { storeError } from './store-errors.ts';

/** A mirror opened for reading; every query sees one snapshot inside `snapshot`. */
export interface MirrorReader {
  readonly file: string;
  /** Queries that can only read, by type and by file handle. */
  readonly db: ReadonlyKysely<MirrorTables>;
  /** The driver, for statements whose rows are streamed. */
  readonly sqlite: Database;
  close(): void;
}

/**
 * A read-only handle on `file`, or undefined where there is no mirror yet (no file, or one without tables).
 * @throws NAVI_STORE_EXPOSED, NAVI_STORE_NEWER, NAVI_STORE_CORRUPT, NAVI_STORE_UNUSABLE
 */
export function openReader(file: string): MirrorReader | undefined {
  checkPrivate(dirname(file), 'directory');
  checkPrivate(file, 'file');
  if (!existsSync(file)) return undefined;
  let sqlite: Database | undefined;
  try {
    sqlite = new SqliteDatabase(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
    sqlite.pragma('query_only = on');
    refuseNewerSchema(sqlite, file);
    if (storedSchemaVersion(sqlite) === 0) {
      sqlite.close();
      return undefined;
    }
    const db = new Kysely<MirrorTables>({ dialect: new SqliteDialect({ database: sqlite }) });
    const handle = sqlite;
    return { file, db: db as unknown as ReadonlyKysely<MirrorTables>, sqlite: handle, close: () => handle.close() };
  } catch (error) {
    sqlite?.close();
    throw storeError(error, file);
  }
}
