import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { systemCodeOf } from '../errors/navi-error.ts';
import { checkPrivate } from './data-directory.ts';
import { storeError } from './store-errors.ts';

/** Who only looks who holds the lock has it for a moment: so long is waited for that (ms). */
const lookMs = 250;

/** A lock that is held until it is released or the process dies. */
export interface HeldLock {
  release(): void;
}

/** Whoever holds a lock, as it wrote itself down. */
export interface Holder {
  readonly pid: number;
  /** Epoch ms; 0 where it did not come to write itself down. */
  readonly startedAtMs: number;
}

/**
 * Takes the lock on `file` by opening a write transaction that is never committed, or tells who holds it. WAL lets
 * others read the holder's row meanwhile; the kernel frees the lock when the process ends.
 * @throws NAVI_STORE_EXPOSED, NAVI_STORE_UNUSABLE
 */
export function lockDatabase(file: string, self: Holder): HeldLock | { readonly holder: Holder } {
  checkPrivate(file, 'file');
  let database: Database | undefined;
  try {
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    database = new SqliteDatabase(file, { timeout: lookMs });
    database.pragma('journal_mode = WAL');
    database.exec(
      'create table if not exists holder (lock integer primary key check (lock = 1), pid integer not null, started_at integer not null) strict',
    );
    database.exec('begin immediate');
    database
      .prepare('insert or replace into holder (lock, pid, started_at) values (1, ?, ?)')
      .run(self.pid, self.startedAtMs);
    database.exec('commit');
    // Between the two another process may slip in: it then holds the lock, and this one is told so.
    database.exec('begin immediate');
    const held = database;
    return { release: () => held.close() };
  } catch (error) {
    const isHeld = systemCodeOf(error).startsWith('SQLITE_BUSY');
    const holder = isHeld && database !== undefined ? readHolder(database) : undefined;
    database?.close();
    if (holder !== undefined) return { holder };
    throw storeError(error, file);
  }
}

/** Who holds the lock on `file`, or undefined where nobody does. @throws NAVI_STORE_UNUSABLE */
export function lockHolder(file: string): Holder | undefined {
  if (!existsSync(file)) return undefined;
  let database: Database | undefined;
  try {
    database = new SqliteDatabase(file, { timeout: 0, fileMustExist: true });
    database.exec('begin immediate');
    database.exec('rollback');
    return undefined;
  } catch (error) {
    if (systemCodeOf(error).startsWith('SQLITE_BUSY') && database !== undefined) return readHolder(database);
    if (systemCodeOf(error) === 'SQLITE_CANTOPEN') return undefined;
    throw storeError(error, file);
  } finally {
    database?.close();
  }
}

function readHolder(database: Database): Holder {
  try {
    const row = database.prepare('select pid, started_at from holder').get() as
      | { pid: number; started_at: number }
      | undefined;
    return { pid: row?.pid ?? 0, startedAtMs: row?.started_at ?? 0 };
  } catch {
    // The other process is about to make the table.
    return { pid: 0, startedAtMs: 0 };
  }
}
