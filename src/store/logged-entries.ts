import type { Database } from 'better-sqlite3';
import { changeColumns, presentText, tombstoneOf, type ChangeRow } from './rebuild-state.ts';
import { packText } from './state-blob.ts';

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

/** Where a change log ends. */
export interface LogEnd {
  /** Which log: that of one life of mirror.db. */
  readonly log: string;
  readonly forgottenSeq: number;
  /** The last entry that the log has, or had. */
  readonly lastSeq: number;
}

/** What of a change log lies behind an entry. */
export interface LogPiece extends LogEnd {
  /** It has everything up to this entry. */
  readonly upTo: number;
  /** Oldest first. */
  readonly entries: readonly LoggedEntry[];
  /** Of each object whose newest entry is among them: zstd of its state after that. */
  readonly newest: readonly { readonly entry: LoggedEntry; readonly state: Buffer }[];
}

const typeNameSql = "resource || iif(api_group = '', '', '.' || api_group)";

/** Where the change log of a mirror ends. */
export function logEnd(database: Database): LogEnd {
  return database
    .prepare(
      `select log, forgotten_seq as forgottenSeq,
         coalesce((select seq from sqlite_sequence where name = 'change'), 0) as lastSeq from mirror`,
    )
    .get() as LogEnd;
}

/** The next entries behind `after`, at most `limit`. Must run in one snapshot. */
export function loggedEntries(database: Database, after: number, limit: number): LogPiece {
  const rows = database
    .prepare(
      `select ${changeColumns('change')}, ${typeNameSql} as type from change join resource_type on resource_type.id = type_id
       where change.seq > ? order by change.seq limit ?`,
    )
    .all(after, limit) as (ChangeRow & { readonly type: string })[];
  const isNewest = database
    .prepare('select not exists (select 1 from change where type_id = ? and key = ? and seq > ?)')
    .pluck();
  const newest: { entry: LoggedEntry; state: Buffer }[] = [];
  const entries = rows.map((row): LoggedEntry => {
    const { type_id: typeId, resource_version: resourceVersion, before_state: beforeState, ...facts } = row;
    const left = row.operation === 'deleted' ? tombstoneOf(database, row) : undefined;
    const { cause = null, last_state: lastState = null } = left ?? {};
    const entry = { ...facts, resourceVersion, beforeState, cause, lastState };
    if (row.operation !== 'deleted' && isNewest.get(typeId, row.key, row.seq) === 1) {
      const state = presentText(database, row);
      if (state !== undefined) newest.push({ entry, state: packText(state) });
    }
    return entry;
  });
  const end = logEnd(database);
  const upTo = rows.length < limit ? end.lastSeq : (rows.at(-1)?.seq ?? after);
  return { ...end, upTo, entries, newest };
}
