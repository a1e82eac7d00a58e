import type { Database, Statement } from 'better-sqlite3';
import type { DeletionCause } from './object-writer.ts';
import { splitState, type StateParts, unpackDelta, unpackText } from './state-blob.ts';
import { stateColumns, stateTables, storedState, type StateRow } from './stored-state.ts';

/** A past state of an object. */
export type PastState =
  | ({ readonly kind: 'state' } & StateParts)
  /** There was no such object, or none that the mirror had seen. */
  | { readonly kind: 'none' }
  /** It cannot be told any more: what it is rebuilt from was tidied away. */
  | { readonly kind: 'lost' };

/** One entry of the change log with the states around it. */
export interface LoggedChange {
  readonly seq: number;
  /** Commit time, epoch ms. */
  readonly at: number;
  readonly key: string;
  readonly operation: 'added' | 'updated' | 'deleted';
  readonly uid: string;
  readonly resourceVersion: string;
  /** Why the row of a deleted object left; undefined where it did not, or that was tidied away. */
  readonly cause: DeletionCause | undefined;
  /** Rebuilt when it is asked for, which takes no snapshot. */
  readonly before: PastState;
  /** For a deletion the last state of the object. */
  readonly after: PastState;
}

/** The columns of a `ChangeRow`. @param alias of the table */
export const changeColumns = (alias: string): string =>
  ['seq', 'at', 'type_id', 'key', 'operation', 'uid', 'resource_version', 'before_state']
    .map((column) => `${alias}.${column}`)
    .join(', ');

/**
 * The state of an object right before entry `seq` of the change log. Must run in one snapshot of the store. An entry
 * that does not exist is `lost`.
 */
export function stateBeforeChange(database: Database, seq: number): PastState {
  const entry = database.prepare('select type_id, key from change where seq = ?').get(seq) as
    | { readonly type_id: number; readonly key: string }
    | undefined;
  if (entry === undefined) return { kind: 'lost' };
  const changes = changesOfObject(database, entry.key, { typeId: entry.type_id, after: seq - 1, upTo: seq });
  return changes.at(-1)?.before ?? { kind: 'lost' };
}

/** Entries of the change log of one type: those after entry `after` up to `upTo`. */
export interface LogSpan {
  readonly typeId: number;
  readonly after: number;
  readonly upTo: number;
}

/** The state that the store holds under a key now. */
export function presentState(database: Database, typeId: number, key: string): PastState {
  const row = database
    .prepare(`select ${stateColumns} from ${stateTables} where type_id = ? and key = ?`)
    .get(typeId, key) as StateRow | undefined;
  return row === undefined ? { kind: 'none' } : pastState(storedState(row));
}

/**
 * The entries of a type in a span, oldest first, with the states around each. Costs one decompression for each entry of
 * a key that has one in the span, those after the span included. Must run in one snapshot of the store.
 * @param isWanted false leaves a key out before anything of it is rebuilt
 */
export function changesOfType(
  database: Database,
  { typeId, after, upTo }: LogSpan,
  isWanted: (key: string) => boolean = () => true,
): readonly LoggedChange[] {
  const keys = statementsOf(database).keys.all(after, upTo, typeId) as string[];
  return keys
    .filter(isWanted)
    .flatMap((key) => changesOfObject(database, key, { typeId, after, upTo }))
    .sort((one, other) => one.seq - other.seq);
}

/**
 * The newest entries of the change log about one key, newest first, with the states around each. Must run in one snapshot
 * of the store.
 */
export function newestChanges(
  database: Database,
  { typeId, key }: { readonly typeId: number; readonly key: string },
  limit: number,
): readonly LoggedChange[] {
  const oldest = database
    .prepare('select seq from change where type_id = ? and key = ? order by seq desc limit 1 offset ?')
    .pluck();
  const after = (oldest.get(typeId, key, limit) ?? 0) as number;
  return changesOfObject(database, key, { typeId, after, upTo: Number.MAX_SAFE_INTEGER });
}

/**
 * The entries of one key in a span, newest first, with the states around each. Must run in one snapshot. It walks back from
 * the newest one: from the present row, or, at each deletion, from the tombstone that it left.
 */
export function changesOfObject(database: Database, key: string, span: LogSpan): readonly LoggedChange[] {
  const rows = statementsOf(database).entries.all(span.typeId, key, span.after) as ChangeRow[];
  return chainOf(
    rows.map((row) => ({ ...row, tombstone: row.operation === 'deleted' ? tombstoneOf(database, row) : undefined })),
    (newest) => presentText(database, newest),
    span.upTo,
  );
}

/** An entry of a change log as it lies there. */
export interface ChangeRow {
  readonly seq: number;
  /** Commit time, epoch ms. */
  readonly at: number;
  readonly type_id: number;
  readonly key: string;
  readonly operation: LoggedChange['operation'];
  readonly uid: string;
  readonly resource_version: string;
  readonly before_state: Buffer | null;
}

/** What a deletion left; undefined for another operation, and where that is gone. */
interface LeftBehind {
  readonly tombstone: { readonly cause: DeletionCause; readonly last_state: Buffer } | undefined;
}

/**
 * The states around entries of one key, newest first: each holds the state before it as a difference from the state after it.
 * @param newestState the state after the newest entry where that is no deletion; undefined where it is not known
 * @param upTo entries behind it are walked through, and left out
 */
export function chainOf(
  rows: readonly (ChangeRow & LeftBehind)[],
  newestState: (newest: ChangeRow) => string | undefined,
  upTo = Number.MAX_SAFE_INTEGER,
): readonly LoggedChange[] {
  const changes: LoggedChange[] = [];
  let after: string | undefined;
  for (const [index, row] of rows.entries()) {
    const { tombstone } = row;
    if (row.operation === 'deleted') after = tombstone && unpackText(tombstone.last_state);
    else if (index === 0) after = newestState(row);
    // Few ask for the state before the oldest entry, and nothing is rebuilt from it.
    const before = index === rows.length - 1 ? unread : stateBefore(row, after);
    if (row.seq <= upTo) changes.push(loggedChange(row, { before, after, cause: tombstone?.cause }));
    after = before === unread ? undefined : before;
  }
  return changes;
}

/** In place of a state that is rebuilt when it is asked for. */
const unread = Symbol('unread');

function stateBefore({ before_state: delta }: ChangeRow, after: string | undefined): string | undefined {
  return delta === null || after === undefined ? undefined : unpackDelta(delta, after);
}

/** The states around an entry as texts, and what the tombstone of a deletion says of it. */
interface AroundChange {
  readonly before: string | undefined | typeof unread;
  readonly after: string | undefined;
  readonly cause: DeletionCause | undefined;
}

function loggedChange(row: ChangeRow, { before, after, cause }: AroundChange): LoggedChange {
  const { seq, at, key, operation, uid, resource_version: resourceVersion } = row;
  return {
    seq,
    at,
    key,
    operation,
    uid,
    resourceVersion,
    cause,
    get before() {
      if (operation === 'added') return { kind: 'none' } as const;
      return pastState(before === unread ? stateBefore(row, after) : before);
    },
    after: pastState(after),
  };
}

function pastState(text: string | undefined): PastState {
  return text === undefined ? { kind: 'lost' } : { kind: 'state', ...splitState(text) };
}

/** What the deletion of an entry left. */
export function tombstoneOf(database: Database, change: ChangeRow): LeftBehind['tombstone'] {
  const { type_id, key, uid, resource_version, at } = change;
  return statementsOf(database).tombstone.get(type_id, key, uid, resource_version, at) as LeftBehind['tombstone'];
}

/** The state that the store holds of the object of an entry, as `stateText` has it; undefined where another one took its place. */
export function presentText(database: Database, { type_id, key, uid }: ChangeRow): string | undefined {
  const row = statementsOf(database).present.get(type_id, key, uid) as StateRow | undefined;
  return row === undefined ? undefined : storedState(row);
}

type Statements = Readonly<Record<'keys' | 'entries' | 'tombstone' | 'present', Statement>>;

/** Preparing a statement costs more than running it here, and a watch runs them for every change. */
const preparedStatements = new WeakMap<Database, Statements>();

function statementsOf(database: Database): Statements {
  const known = preparedStatements.get(database);
  if (known !== undefined) return known;
  const statements: Statements = {
    // The span of the whole log is read, not the type's index by key: what follows a watch is short.
    keys: database.prepare('select distinct key from change where seq > ? and seq <= ? and +type_id = ?').pluck(),
    entries: database.prepare(
      `select ${changeColumns('change')} from change where type_id = ? and key = ? and seq > ? order by seq desc`,
    ),
    tombstone: database.prepare(
      `select cause, last_state from tombstone where type_id = ? and key = ? and uid = ? and resource_version = ? and deleted_at = ?
       order by id desc limit 1`,
    ),
    present: database.prepare(`select ${stateColumns} from ${stateTables} where type_id = ? and key = ? and uid = ?`),
  };
  preparedStatements.set(database, statements);
  return statements;
}
