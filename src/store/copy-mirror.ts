import { rmSync } from 'node:fs';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import type { MirrorReader } from './open-reader.ts';

/** More pages than a database has. */
const allPages = 2 ** 31 - 1;

/** Pages of the first step, which the driver takes to find out how many there are. */
const fewPages = 1;

/**
 * A copy of a mirror as it is at one moment, for reading as long as it takes: the mirror itself is read in one go. The file has
 * no name any more once it is open, so nothing is left of it, whatever ends the process.
 * @param file where it is made; what is there is lost
 * @throws what SQLite and the system say
 */
export async function copyMirror(mirror: MirrorReader, file: string): Promise<MirrorReader> {
  const remove = (): void => {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${end}`, { force: true });
  };
  remove();
  try {
    let stepCount = 0;
    await mirror.sqlite.backup(file, { progress: () => (stepCount++ === 0 ? fewPages : allPages) });
    const sqlite = new SqliteDatabase(file, { fileMustExist: true });
    // A log would have names of its own.
    sqlite.pragma('journal_mode = delete');
    sqlite.pragma('cache_size = -2048');
    if (process.platform !== 'win32') remove();
    const close = (): void => {
      sqlite.close();
      remove();
    };
    return { file, sqlite, close };
  } catch (error) {
    remove();
    throw error;
  }
}

/** A database to fill, in a file that is there and empty; it is whole once it is closed, and nothing before. */
export function fillDatabase(file: string): Database {
  const sqlite = new SqliteDatabase(file, { fileMustExist: true });
  // Nobody reads it before it has its name, and a part of it is worth nothing.
  sqlite.pragma('journal_mode = memory');
  sqlite.pragma('synchronous = off');
  sqlite.pragma('locking_mode = exclusive');
  return sqlite;
}
