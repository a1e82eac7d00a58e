import type { Database } from 'better-sqlite3';
import type { Migration } from 'kysely/migration';
import { NaviError } from '../errors/navi-error.ts';

/**
 * What one of navi's databases looks like: every step that leads there, by name, in the order of the names. They are
 * loaded, and kysely with them, where there is something to migrate: readers only count them.
 */
export interface Schema {
  readonly migrations: Readonly<Record<string, () => Promise<Migration>>>;
  /** What a user of an older navi does in place of upgrading it; a hint. */
  readonly withoutUpgrade: string;
}

/** Of `mirror.db`. */
export const mirrorSchema: Schema = {
  migrations: { '0001-initial': async () => (await import('./migrations/0001-initial.ts')).initial },
  withoutUpgrade: 'or set NAVI_DATA_DIR to another place and run navi sync',
};

/** Of `history.db`. */
export const historySchema: Schema = {
  migrations: {
    '0001-changes': async () => (await import('./history-migrations/0001-changes.ts')).changes,
    '0002-usage': async () => (await import('./history-migrations/0002-usage.ts')).usage,
    '0003-kept-logs': async () => (await import('./history-migrations/0003-kept-logs.ts')).keptLogs,
  },
  withoutUpgrade: 'or move it out of the way: navi sync begins a new one',
};

/** Of `user.db`. */
export const userSchema: Schema = {
  migrations: {
    '0001-initial': async () => (await import('./user-migrations/0001-initial.ts')).initial,
    '0002-incidents': async () => (await import('./user-migrations/0002-incidents.ts')).incidents,
  },
  withoutUpgrade: 'or set NAVI_DATA_DIR to another place for this one',
};

/** Version of a schema that this build reads and writes: the number of its migrations, kept in `user_version`. */
export function versionOf({ migrations }: Schema): number {
  return Object.keys(migrations).length;
}

/** The database's own version; 0 is a file without tables. */
export function storedSchemaVersion(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

/**
 * Refuses a database that a newer navi wrote: this one would not know what its tables mean.
 * @throws NAVI_STORE_NEWER
 */
export function refuseNewerSchema(database: Database, file: string, schema: Schema): void {
  const stored = storedSchemaVersion(database);
  const known = versionOf(schema);
  if (stored <= known) return;
  throw new NaviError(
    'NAVI_STORE_NEWER',
    `${file} was written by a newer navi (schema ${stored}, this one knows ${known})`,
    { hints: ['upgrade navi', schema.withoutUpgrade] },
  );
}

/**
 * Brings the database to its schema, all steps and the version in one transaction: kysely 0.29 begins none for SQLite, and a
 * database that has some of the tables could not be migrated again. Of several processes that come at once one migrates.
 * The handle stays the caller's.
 * @param before called with the version that is left, within the transaction: nobody else writes meanwhile
 */
export async function migrate(
  database: Database,
  schema: Schema,
  before: (version: number) => void = () => undefined,
): Promise<void> {
  const version = versionOf(schema);
  if (storedSchemaVersion(database) === version) return;
  const [{ Kysely, SqliteDialect }, { Migrator }, ...steps] = await Promise.all([
    import('kysely'),
    import('kysely/migration'),
    ...Object.entries(schema.migrations).map(async ([name, load]) => [name, await load()] as const),
  ]);
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
  const provider = { getMigrations: () => Promise.resolve(Object.fromEntries(steps)) };
  database.exec('begin immediate');
  try {
    const stored = storedSchemaVersion(database);
    if (stored < version) {
      before(stored);
      const { error } = await new Migrator({ db, provider }).migrateToLatest();
      if (error !== undefined)
        throw error instanceof Error ? error : new Error('the migration failed', { cause: error });
      database.pragma(`user_version = ${version}`);
    }
    database.exec('commit');
  } catch (error) {
    if (database.inTransaction) database.exec('rollback');
    throw error;
  }
}
