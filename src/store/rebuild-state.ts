import type { Database } from 'better-sqlite3';
import { splitState, stateText, unpackDelta, unpackText } from './state-blob.ts';

/** A past state of an object: canonical JSON of its body and of its managedFields (empty where it had none). */
export type PastState =
  | { readonly kind: 'state'; readonly body: string; readonly managedFields: string }
  /** There was no such object, or none that the mirror had seen. */
  | { readonly kind: 'none' }
  /** It cannot be told any more: what it is rebuilt from was tidied away. */
  | { readonly kind: 'lost' };

interface ChangeRow {
  readonly seq: number;
  readonly at: number;
  readonly type_id: number;
  readonly key: string;
  readonly operation: string;
  readonly uid: string;
  readonly resource_version: string;
  readonly before_state: Buffer | null;
}

const lost: PastState = { kind: 'lost' };

/**
 * The state of an object right before entry `seq` of the change log. Each entry holds the state before it as a
 * difference from the state after it, so this walks back from the newest entry of the object's key: from the present
 * row, or, at each deletion, from the tombstone that it left. Costs one decompression per later entry of that key.
 * Must run in one snapshot of the store. An entry that does not exist is `lost`.
 */
export function stateBeforeChange(database: Database, seq: number): PastState {
  const changes = database
    .prepare(
      `select later.seq, later.at, later.type_id, later.key, later.operation, later.uid, later.resource_version, later.before_state
       from change join change later on later.type_id = change.type_id and later.key = change.key and later.seq >= change.seq
       where change.seq = ? order by later.seq desc`,
    )
    .iterate(seq) as IterableIterator<ChangeRow>;
  let isNewest = true;
  let after: string | undefined;
  for (const change of changes) {
    if (change.operation === 'deleted') after = tombstoneState(database, change);
    else if (isNewest) after = presentState(database, change);
    isNewest = false;
    const { before_state: delta, operation } = change;
    if (change.seq === seq && operation === 'added') return { kind: 'none' };
    after = delta === null || after === undefined ? undefined : unpackDelta(delta, after);
    if (change.seq === seq) return after === undefined ? lost : { kind: 'state', ...splitState(after) };
  }
  return lost;
}

function tombstoneState(database: Database, change: ChangeRow): string | undefined {
  const blob = database
    .prepare(
      `select last_state from tombstone where type_id = ? and key = ? and uid = ? and resource_version = ? and deleted_at = ?
       order by id desc limit 1`,
    )
    .pluck()
    .get(change.type_id, change.key, change.uid, change.resource_version, change.at) as Buffer | undefined;
  return blob === undefined ? undefined : unpackText(blob);
}

function presentState(database: Database, change: ChangeRow): string | undefined {
  const row = database
    .prepare(
      `select body.json as json, managed_fields.zstd as zstd from object join body on body.object_id = object.id
       left join managed_fields on managed_fields.object_id = object.id where type_id = ? and key = ? and uid = ?`,
    )
    .get(change.type_id, change.key, change.uid) as { json: string; zstd: Buffer | null } | undefined;
  return row === undefined ? undefined : stateText(row.json, row.zstd === null ? '' : unpackText(row.zstd));
}
