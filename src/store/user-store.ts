/**
 * `user.db`: what is this user's own and of no cluster. No daemon owns it: any command opens it, does one short transaction and
 * closes it. It cannot be had again from anywhere, so nothing here ever deletes or replaces it.
 */
import { chmodSync, closeSync, existsSync, globSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { shellWord } from '../core/shell-word.ts';
import { NaviError, systemCodeOf } from '../errors/navi-error.ts';
import { checkPrivate, makePrivateDirectory } from './data-directory.ts';
import { keepCopy } from './keep-copy.ts';
import { migrate, refuseNewerSchema, userSchema, type Schema } from './migrator.ts';
import { damagedStore, storeError } from './store-errors.ts';

/** How long a command waits for another one that writes (ms); each takes some milliseconds. */
const defaultPatienceMs = 5_000;

/** The tables of `user.db`: each is loaded by those who need it. */
export interface UserTables {
  of<T>(table: new (database: Database) => T): T;
}

/** `user.db`, opened for reading. */
export interface UserReader {
  /** @throws NAVI_STORE_CORRUPT, NAVI_STORE_UNUSABLE, and what `work` throws */
  read<T>(work: (tables: UserTables) => T): T;
  close(): void;
}

/** `user.db`, opened for writing. */
export interface UserWriter {
  /**
   * Runs `work` in one transaction that no other writer comes between, and that is on the disk when this returns. What
   * `work` throws undoes all of it.
   * @throws NAVI_STORE_CORRUPT, NAVI_DISK_FULL, NAVI_STORE_UNUSABLE, and what `work` throws
   */
  change<T>(work: (tables: UserTables) => T): T;
  close(): void;
}

/**
 * A read-only handle, or undefined where nothing was saved yet (no file, or one without tables). Makes no `user.db` and no folder.
 * @throws NAVI_STORE_EXPOSED, NAVI_STORE_NEWER, NAVI_STORE_CORRUPT, NAVI_STORE_UNUSABLE
 */
export function openUserReader(file: string): UserReader | undefined {
  checkPrivate(dirname(file), 'directory');
  checkPrivate(file, 'file');
  if (!existsSync(file)) return undefined;
  let database: Database | undefined;
  try {
    const opened = new SqliteDatabase(file, { readonly: true, fileMustExist: true, timeout: defaultPatienceMs });
    database = opened;
    opened.pragma('query_only = on');
    refuseNewerSchema(opened, file, userSchema);
    if (isEmpty(opened, file)) {
      opened.close();
      return undefined;
    }
    const tables: UserTables = { of: (Table) => new Table(opened) };
    return { read: (work) => told(file, () => work(tables)), close: () => opened.close() };
  } catch (error) {
    database?.close();
    throw userError(error, file);
  }
}

/**
 * A handle for writing on `file`, made with mode 0600 in a 0700 directory where it is missing. An older one is migrated, and
 * what it was is kept beside it.
 * @param patienceMs how long it waits for another process that writes
 * @throws NAVI_STORE_EXPOSED, NAVI_STORE_NEWER, NAVI_STORE_CORRUPT, NAVI_DISK_FULL, NAVI_STORE_UNUSABLE
 */
export async function openUserWriter(
  file: string,
  schema: Schema = userSchema,
  patienceMs = defaultPatienceMs,
): Promise<UserWriter> {
  makePrivateDirectory(dirname(file));
  checkPrivate(file, 'file');
  let database: Database | undefined;
  try {
    // SQLite gives -wal and -shm the mode of the database file, so the mode must be right before the first write.
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    const opened = new SqliteDatabase(file, { timeout: patienceMs });
    database = opened;
    // What was committed stays committed through a power cut: nothing could tell it again.
    opened.pragma('synchronous = FULL');
    isEmpty(opened, file);
    await migrate(opened, schema, (version) => {
      if (version > 0) keepCopy(file, version);
    });
    refuseNewerSchema(opened, file, schema);
    useLog(opened);
    const tables: UserTables = { of: (Table) => new Table(opened) };
    return {
      change: (work) => told(file, () => opened.transaction(() => work(tables)).immediate()),
      close: () => opened.close(),
    };
  } catch (error) {
    database?.close();
    throw userError(error, file);
  }
}

/** Readers and a writer do not wait for each other in WAL mode. It is kept in the file: whoever finds it idle sets it. */
function useLog(database: Database): void {
  try {
    database.pragma('journal_mode = WAL');
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
}

/** Whether there are no tables yet. @throws NAVI_STORE_CORRUPT for tables without a version: navi writes both at once */
function isEmpty(database: Database, file: string): boolean {
  // One statement, so that no other process makes the tables in between.
  const { version, tableCount } = database
    .prepare(
      'select user_version as version, (select count(*) from sqlite_schema) as tableCount from pragma_user_version',
    )
    .get() as { readonly version: number; readonly tableCount: number };
  if (version !== 0) return false;
  if (tableCount === 0) return true;
  throw damagedStore(file, 'it has tables and no version', undefined, waysOut(file));
}

function told<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw userError(error, file);
  }
}

function isBusy(thrown: unknown): boolean {
  return systemCodeOf(thrown).startsWith('SQLITE_BUSY');
}

function userError(thrown: unknown, file: string): unknown {
  if (!isBusy(thrown)) return storeError(thrown, file, waysOut(file));
  return new NaviError('NAVI_STORE_UNUSABLE', `another program keeps ${file} locked`, {
    hints: ['try again once that has ended', `fuser ${shellWord(file)} tells which one it is`],
    cause: thrown,
  });
}

/** What to do about a damaged file, which navi leaves as it is. */
function waysOut(file: string): readonly string[] {
  const folder = dirname(file);
  const aside = join(folder, 'damaged');
  const [word, asideWord] = [shellWord(file), shellWord(aside)];
  const copies = globSync(`${basename(file)}.*.bak`, { cwd: folder });
  return [
    `mkdir ${asideWord} && mv ${word}* ${asideWord} puts it aside, and navi begins a new one`,
    `sqlite3 ${shellWord(join(aside, basename(file)))} .recover then prints what is left of it`,
    ...copies.slice(-1).map((name) => `${join(aside, name)} is a copy from before an upgrade of navi`),
  ];
}
