import type { Database } from 'better-sqlite3';
import { packText } from './state-blob.ts';
import { stateColumns, stateTables, storedState, type StateRow } from './stored-state.ts';

/** An entry of the change log of a mirror with what its history needs besides. Blobs as they lie there. */
export interface LoggedEntry {
  readonly seq: number;
  readonly at: number;
  /** `plural.group`. */
  readonly type: string;
  readonly key: string;
  readonly operation: 'added' | 'updated' | 'deleted';
  readonly uid: string;
  readonly resourceVersion: string;
  readonly cause: string | null;
  readonly lastState: Buffer | null;
  readonly beforeState: Buffer | null;
}

/** What of a change log lies behind an entry. */
export interface LogPiece {
  /** Which log: that of one life of mirror.db. */
  readonly log: string;
  readonly forgottenSeq: number;
  /** The last entry that the log has, or had. */
  readonly lastSeq: number;
  /** Oldest first. */
  readonly entries: readonly LoggedEntry[];
  /** Of each object whose newest entry is among them: zstd of its state after that. */
  readonly newest: readonly { readonly entry: LoggedEntry; readonly state: Buffer }[];
}

const typeNameSql = "resource || iif(api_group = '', '', '.' || api_group)";

/** The next entries behind `after`, at most `limit`. Must run in one snapshot. */
export function loggedEntries(database: Database, after: number, limit: number): LogPiece {
  const mirror = database.prepare('select log, forgotten_seq from mirror').get() as {
    readonly log: string;
    readonly forgotten_seq: number;
  };
  const lastSeq = database.prepare("select seq from sqlite_sequence where name = 'change'").pluck().get();
  const rows = database
    .prepare(
      `select change.seq, change.at, type_id as typeId, ${typeNameSql} as type, change.key, operation, change.uid,
         change.resource_version as resourceVersion, before_state as beforeState
       from change join resource_type on resource_type.id = type_id where change.seq > ? order by change.seq limit ?`,
    )
    .all(after, limit) as (Omit<LoggedEntry, 'cause' | 'lastState'> & { readonly typeId: number })[];
  const tombstone = database.prepare(
    `select cause, last_state as lastState from tombstone where type_id = ? and key = ? and uid = ? and resource_version = ? and deleted_at = ?
     order by id desc limit 1`,
  );
  const isNewest = database
    .prepare('select not exists (select 1 from change where type_id = ? and key = ? and seq > ?)')
    .pluck();
  const present = database.prepare(
    `select ${stateColumns} from ${stateTables} where object.type_id = ? and object.key = ? and object.uid = ?`,
  );
  const newest: { entry: LoggedEntry; state: Buffer }[] = [];
  const entries = rows.map(({ typeId, ...row }): LoggedEntry => {
    const { key, uid, seq, operation, resourceVersion, at } = row;
    const left = operation === 'deleted' ? tombstone.get(typeId, key, uid, resourceVersion, at) : undefined;
    const { cause = null, lastState = null } = (left ?? {}) as Partial<Pick<LoggedEntry, 'cause' | 'lastState'>>;
    const entry = { ...row, cause, lastState };
    if (operation !== 'deleted' && isNewest.get(typeId, key, seq) === 1) {
      const state = present.get(typeId, key, uid) as StateRow | undefined;
      if (state !== undefined) newest.push({ entry, state: packText(storedState(state)) });
    }
    return entry;
  });
  return { log: mirror.log, forgottenSeq: mirror.forgotten_seq, lastSeq: Number(lastSeq ?? 0), entries, newest };
}
