import SqliteDatabase, { type Database, type Statement } from 'better-sqlite3';
import { coverage, isCovered } from './scope-coverage.ts';
import { storeError } from './store-errors.ts';
import { stateColumns, stateTables, storedState, type StateRow } from './stored-state.ts';

/** What is compared of a row. */
export interface IdentityRow {
  /** `namespace/name`, or the name of a cluster-scoped object. */
  readonly key: string;
  readonly uid: string;
  readonly resource_version: string;
}

/** What the rows of a snapshot are. */
export interface SnapshotScope {
  readonly type_id: number;
  /** Empty: all namespaces. */
  readonly namespace: string;
  /** The rows are the server's at this resourceVersion; null while they are not. */
  readonly resource_version: string | null;
  readonly replayed_until: string;
  readonly generation: number;
  readonly timeline: number;
}

/** A row with its stored state (see `stateText`). */
export interface SnapshotState extends IdentityRow {
  readonly state: string;
}

/**
 * One committed state of the rows in the place of a scope, read piece by piece while the writer goes on. It holds the WAL back for as long as it
 * is open.
 */
export class ScopeSnapshot {
  /** Undefined where the scope is no more: then there are no rows of it either. */
  readonly scope: SnapshotScope | undefined;
  readonly #database: Database;
  readonly #next: Statement;
  #after = '';

  /** @throws NAVI_STORE_CORRUPT, NAVI_STORE_UNUSABLE */
  constructor(file: string, scopeId: number) {
    let database: Database | undefined;
    try {
      database = new SqliteDatabase(file, { readonly: true, fileMustExist: true, timeout: 5_000 });
      database.pragma('query_only = on');
      database.exec('begin');
      this.scope = database
        .prepare(
          'select type_id, namespace, resource_version, replayed_until, generation, timeline from scope where id = ?',
        )
        .get(scopeId) as SnapshotScope | undefined;
      this.#next = database.prepare(
        `select key, uid, resource_version from object where ${isCovered} and key > @after order by key limit @limit`,
      );
    } catch (error) {
      database?.close();
      throw storeError(error, file);
    }
    this.#database = database;
  }

  /** The next rows in the order of their keys; empty after the last. */
  next(limit: number): readonly IdentityRow[] {
    if (this.scope === undefined) return [];
    const among = { ...coverage(this.scope), after: this.#after, limit };
    const rows = this.#next.all(among) as IdentityRow[];
    this.#after = rows.at(-1)?.key ?? this.#after;
    return rows;
  }

  /** The object under a key, undefined where there is none. */
  stateOf(key: string): SnapshotState | undefined {
    if (this.scope === undefined) return undefined;
    const row = this.#database
      .prepare(`select key, uid, resource_version, ${stateColumns} from ${stateTables} where type_id = ? and key = ?`)
      .get(this.scope.type_id, key) as (IdentityRow & StateRow) | undefined;
    if (row === undefined) return undefined;
    const { uid, resource_version } = row;
    return { key, uid, resource_version, state: storedState(row) };
  }

  /** Lets the state go. */
  close(): void {
    this.#database.close();
  }
}
