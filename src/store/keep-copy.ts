import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import SqliteDatabase from 'better-sqlite3';

/**
 * Keeps what is committed in a database as `FILE.VERSION.bak`, in place of an older copy of that version, and returns that
 * path: whole or not at all, mode 0600, on the disk when this returns. Whoever calls it keeps others from writing.
 * @throws what SQLite and the system say
 */
export function keepCopy(file: string, version: number): string {
  const kept = `${file}.${version}.bak`;
  const unfinished = `${kept}.new`;
  rmSync(unfinished, { force: true });
  try {
    // SQLite fills a file that is there and empty, and leaves its mode.
    closeSync(openSync(unfinished, 'wx', 0o600));
    const database = new SqliteDatabase(file, { readonly: true, fileMustExist: true });
    try {
      database.prepare('vacuum into ?').run(unfinished);
    } finally {
      database.close();
    }
    flush(unfinished, 'r+');
    renameSync(unfinished, kept);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
  // Windows opens no folders; its renames are written through.
  if (process.platform !== 'win32') flush(dirname(file), 'r');
  return kept;
}

function flush(path: string, flags: string): void {
  const handle = openSync(path, flags);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
