import type { Database } from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import { NaviError } from '../errors/navi-error.ts';
import { initial } from './migrations/0001-initial.ts';

const migrations = { '0001-initial': initial };

/** Version of the schema that this build reads and writes: the number of its migrations, kept in `user_version`. */
export const schemaVersion = Object.keys(migrations).length;

/** The store's own version; 0 is a file without tables. */
export function storedSchemaVersion(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

/**
 * Refuses a store that a newer navi wrote: this one would not know what its tables mean.
 * @throws NAVI_STORE_NEWER
 */
export function refuseNewerSchema(database: Database, file: string): void {
  const stored = storedSchemaVersion(database);
  if (stored <= schemaVersion) return;
  throw new NaviError(
    'NAVI_STORE_NEWER',
    `${file} was written by a newer navi (schema ${stored}, this one knows ${schemaVersion})`,
    {
      hints: ['upgrade navi', 'or set NAVI_DATA_DIR to another place and run navi sync'],
    },
  );
}

/**
 * Brings the store to `schemaVersion`, all steps and the version in one transaction: kysely 0.29 begins none for SQLite, and a
 * store that has some of the tables could not be migrated again. The handle stays the caller's.
 */
export async function migrate(database: Database): Promise<void> {
  if (storedSchemaVersion(database) === schemaVersion) return;
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
  const provider = { getMigrations: () => Promise.resolve(migrations) };
  database.exec('begin immediate');
  try {
    const { error } = await new Migrator({ db, provider }).migrateToLatest();
    if (error !== undefined) throw error instanceof Error ? error : new Error('the migration failed', { cause: error });
    database.pragma(`user_version = ${schemaVersion}`);
    database.exec('commit');
  } catch (error) {
    if (database.inTransaction) database.exec('rollback');
    throw error;
  }
}
