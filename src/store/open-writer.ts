import { chmodSync, closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { checkPrivate, makePrivateDirectory } from './data-directory.ts';
import { keepCopy } from './keep-copy.ts';
import { migrate, mirrorSchema, refuseNewerSchema, type Schema } from './migrator.ts';
import { storeError } from './store-errors.ts';

/**
 * The writer's handle on `file`, made with mode 0600 in a 0700 directory where it is missing, migrated to this build's
 * schema. Only the process that holds the data directory's lock may call this. What cannot be rebuilt is copied before it is migrated.
 * @param schema that of `mirror.db` unless given
 * @throws NAVI_STORE_EXPOSED, NAVI_STORE_NEWER, NAVI_STORE_CORRUPT, NAVI_DISK_FULL, NAVI_STORE_UNUSABLE
 */
export async function openWriter(file: string, schema: Schema = mirrorSchema): Promise<Database> {
  makePrivateDirectory(dirname(file));
  checkPrivate(file, 'file');
  let database: Database | undefined;
  try {
    // SQLite gives -wal and -shm the mode of the database file, so the mode must be right before the first write.
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    database = new SqliteDatabase(file, { timeout: 5_000 });
    refuseNewerSchema(database, file, schema);
    setWriterPragmas(database);
    await migrate(database, schema, (version) => {
      if (schema !== mirrorSchema && version > 0) keepCopy(file, version);
    });
    return database;
  } catch (error) {
    database?.close();
    throw storeError(error, file);
  }
}

function setWriterPragmas(database: Database): void {
  // Bytes, for a file that is made now. Scans take a quarter less time than with 4,096 and writing takes as long; with 16,384
  // scans gain as much again, and writing takes 40 % longer.
  database.pragma('page_size = 8192');
  // Readers never wait for the writer, nor it for them.
  database.pragma('journal_mode = WAL');
  // A power cut may take the last transactions, rows and resume points together; the watch replays them.
  database.pragma('synchronous = NORMAL');
  // After a burst the WAL file shrinks to this again (bytes); it is the checkpoint that bounds it while running.
  database.pragma('journal_size_limit = 67108864');
  // KiB when negative. A daemon has two writers a mirror, each of which fills its cache for good: what SQLite frees later malloc
  // keeps. A larger one makes no write cheaper, at 100,000 objects neither: what is missing here the system's cache has.
  database.pragma('cache_size = -4096');
  database.pragma('temp_store = MEMORY');
  // Deleted rows may hold what the user was later forbidden to read.
  database.pragma('secure_delete = ON');
}
