import type { Database } from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import { openHandle } from './open-handle.ts';
import type { MirrorTables } from './schema.ts';

/** A mirror opened for reading; every query sees one snapshot inside `snapshot`. */
export interface MirrorReader {
  readonly file: string;
  /** Queries that can only read, by type and by file handle. */
  readonly db: ReadonlyKysely<MirrorTables>;
  /** The driver, for statements whose rows are streamed. */
  readonly sqlite: Database;
  close(): void;
}

/** A mirror to read from, as `openHandle` finds it. @throws what that throws */
export function openReader(file: string): MirrorReader | undefined {
  const sqlite = openHandle(file);
  if (sqlite === undefined) return undefined;
  const db = new Kysely<MirrorTables>({ dialect: new SqliteDialect({ database: sqlite }) });
  return { file, db: db as unknown as ReadonlyKysely<MirrorTables>, sqlite, close: () => sqlite.close() };
}
