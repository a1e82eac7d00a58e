import type { Database, Statement } from 'better-sqlite3';
import { ContainerWriter } from './container-writer.ts';
import type { ObjectRecord, ObjectSource, ScopeTarget } from './object-record.ts';
import { objectText, packDelta, packText, splitState, stateText, type StateParts } from './state-blob.ts';
import { coverage, type CoveringScope, isItsOwn } from './scope-coverage.ts';
import { stateColumns, stateTables, storedState, type StateRow } from './stored-state.ts';
import { TermWriter } from './term-writer.ts';

/** What became of one object: `unchanged` when the store held this very state already. */
export type WriteOutcome = 'added' | 'updated' | 'unchanged';

/** Why a row left: the server said so, a complete list lacked it, or its whole type went. */
export type DeletionCause = 'event' | 'sweep' | 'purge';

/** What is known of a stored row before it is touched. */
export interface StoredRow {
  readonly id: number;
  /** The scope that wrote it last. */
  readonly scope_id: number;
  readonly key: string;
  readonly name: string;
  readonly uid: string;
  readonly resource_version: string;
  readonly generation: number;
  readonly representation_number: number;
}

const rowColumns = 'id, scope_id, key, name, uid, resource_version, generation, representation_number';

/**
 * Writes single objects with everything derived from them. Must run inside a transaction of the MirrorWriter, which
 * moves the resume point in the same one.
 */
export class ObjectWriter {
  /** Entries written to the change log since this writer was made, rolled back ones included. */
  changeCount = 0;
  readonly #terms: TermWriter;
  readonly #containers: ContainerWriter;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.#terms = new TermWriter(database);
    this.#containers = new ContainerWriter(database);
    this.#statements = prepare(database);
  }

  /** The stored row under `key` of a type. */
  find(typeId: number, key: string): StoredRow | undefined {
    return this.#statements.find.get(typeId, key) as StoredRow | undefined;
  }

  /**
   * Stores one object and marks it with the target's generation. A row of another uid under the same key is deleted
   * first: it was another object. Equal (uid, resourceVersion, representation) costs one look-up.
   */
  put(target: ScopeTarget, source: ObjectSource, nowMs: number): WriteOutcome {
    const stored = this.find(target.typeId, source.key);
    if (stored !== undefined && stored.uid !== source.uid) {
      this.delete(target, stored, { cause: 'event', nowMs, resourceVersion: stored.resource_version });
    } else if (stored !== undefined) {
      return this.#putKnown(target, stored, source, nowMs);
    }
    this.#insert(target, source, nowMs);
    return 'added';
  }

  /** Whether an event told that the object of that uid was deleted, as far back as tombstones are kept. */
  wasDeleted(typeId: number, key: string, uid: string): boolean {
    return this.#statements.deletion.get(typeId, key, uid) !== undefined;
  }

  /** Marks a row as seen by the running relist. One that another scope wrote is of no known representation here. */
  mark(target: ScopeTarget, row: StoredRow): void {
    const { scopeId, generation } = target;
    if (row.scope_id === scopeId && row.generation === generation) return;
    this.#statements.mark.run({ scopeId, generation, id: row.id });
  }

  /** Removes a row, leaving a tombstone with its last state and an entry in the change log. */
  delete(target: ScopeTarget, row: StoredRow, deletion: Deletion): void {
    const before = this.#stateOf(row.id);
    const last = deletion.last === undefined ? before : stateText(deletion.last);
    const { tombstone, remove } = this.#statements;
    tombstone.run(
      target.typeId,
      row.key,
      row.uid,
      deletion.resourceVersion,
      deletion.nowMs,
      deletion.cause,
      packText(last),
    );
    this.#logChange(
      target,
      { key: row.key, uid: row.uid, resourceVersion: deletion.resourceVersion },
      {
        operation: 'deleted',
        nowMs: deletion.nowMs,
        before: packDelta(before, last),
      },
    );
    this.#terms.remove(row.id);
    this.#containers.remove(row.id);
    for (const statement of remove) statement.run(row.id);
  }

  /**
   * Removes every trace of a scope's objects: rows, tombstones and changes, and texts that no other object has. For what
   * this user may no longer read and that must not lie here either.
   */
  erase(scope: CoveringScope): void {
    const { rowsOf, eraseTombstones, eraseChanges } = this.#statements;
    const among = coverage(scope);
    this.#eraseRows(rowsOf.all(among) as readonly { id: number }[]);
    eraseTombstones.run(among);
    eraseChanges.run(among);
  }

  /** Whether any trace of a type's objects is there: a row, a tombstone or a change. */
  hasTraces(typeId: number): boolean {
    return this.#statements.hasTraces.get({ typeId }) === 1;
  }

  /**
   * A step of removing every trace of a type's objects, as `erase` does: at most `limit` changes, then tombstones, then
   * rows: what is left of each goes by what comes after it. True where there is more.
   */
  eraseSome(typeId: number, limit: number): boolean {
    const { someChanges, someTombstones, someRows } = this.#statements;
    const isLogged = [someChanges, someTombstones].some((some) => some.run(typeId, limit).changes > 0);
    if (!isLogged) this.#eraseRows(someRows.all(typeId, limit) as readonly { id: number }[]);
    return this.hasTraces(typeId);
  }

  /** About what the rows of a type take on disk (bytes): their number times the mean of the first of them. */
  sizeOf(typeId: number): number {
    const { count, meanBytes } = this.#statements.size.get({ typeId, sampled: sampledRows }) as {
      readonly count: number;
      readonly meanBytes: number | null;
    };
    return Math.round(count * (meanBytes ?? 0));
  }

  #eraseRows(rows: readonly { readonly id: number }[]): void {
    for (const row of rows) {
      this.#terms.erase(row.id);
      this.#containers.remove(row.id);
      for (const statement of this.#statements.remove) statement.run(row.id);
    }
    this.#terms.forget();
  }

  /** See TermWriter.forget. */
  forget(): void {
    this.#terms.forget();
  }

  #putKnown(target: ScopeTarget, stored: StoredRow, source: ObjectSource, nowMs: number): WriteOutcome {
    // Numbers of representations are those of the scope that wrote the row.
    const same =
      stored.resource_version === source.resourceVersion &&
      stored.scope_id === target.scopeId &&
      stored.representation_number === target.representationNumber;
    if (same) {
      this.mark(target, stored);
      return 'unchanged';
    }
    const record = source.record();
    const before = this.#stateOf(stored.id);
    const after = stateText(record);
    const isSame = objectText(before) === objectText(after);
    const { update, updateBody, updateCells } = this.#statements;
    update.run(
      source.resourceVersion,
      target.scopeId,
      target.generation,
      target.representationNumber,
      record.createdAtMs,
      isSame ? null : nowMs,
      record.labels,
      stored.id,
    );
    updateBody.run(record.body, stored.id);
    const was = splitState(before);
    // Cells lie in an index too, and most changes are of other things.
    if (record.cells !== was.cells) updateCells.run(record.cells, stored.id);
    if (record.managedFields !== was.managedFields) this.#putManagedFields(stored.id, record);
    this.#terms.replace(stored.id, target.typeId, record.terms);
    this.#replaceOwners(stored.id, record);
    this.#containers.replace(stored.id, record.containers);
    if (isSame) return 'unchanged';
    this.#logChange(target, source, { operation: 'updated', nowMs, before: packDelta(before, after) });
    return 'updated';
  }

  #insert(target: ScopeTarget, source: ObjectSource, nowMs: number): void {
    const record = source.record();
    const { insert, insertBody, insertName, insertOwner } = this.#statements;
    const { lastInsertRowid } = insert.run(
      target.typeId,
      target.scopeId,
      source.key,
      record.name,
      source.uid,
      source.resourceVersion,
      target.generation,
      target.representationNumber,
      record.createdAtMs,
      nowMs,
      record.labels,
      record.cells,
    );
    const id = Number(lastInsertRowid);
    insertBody.run(id, record.body);
    insertName.run(id, record.name);
    const managedFields = packedManagedFields(record);
    if (managedFields !== undefined) this.#statements.managedFields.run(id, managedFields);
    this.#terms.add(id, target.typeId, record.terms);
    for (const owner of record.owners) insertOwner.run(id, owner.uid, owner.controller ? 1 : 0);
    this.#containers.add(id, record.containers);
    this.#logChange(target, source, { operation: 'added', nowMs, before: null });
  }

  #logChange(
    target: ScopeTarget,
    source: Pick<ObjectSource, 'key' | 'uid' | 'resourceVersion'>,
    entry: { readonly operation: string; readonly nowMs: number; readonly before: Buffer | null },
  ): void {
    if (!target.logChanges && !isLoggedHere(target, source.key) && !this.#hasChange(target, source.key)) return;
    this.changeCount += 1;
    this.#statements.logChange.run(
      entry.nowMs,
      target.typeId,
      source.key,
      entry.operation,
      source.uid,
      source.resourceVersion,
      entry.before,
    );
  }

  /** What the log has told of once it goes on telling of. */
  #hasChange({ typeId }: ScopeTarget, key: string): boolean {
    return this.#statements.hasChange.get(typeId, key) !== undefined;
  }

  #putManagedFields(objectId: number, record: ObjectRecord): void {
    const { managedFields, noManagedFields } = this.#statements;
    const packed = packedManagedFields(record);
    if (packed === undefined) noManagedFields.run(objectId);
    else managedFields.run(objectId, packed);
  }

  #replaceOwners(objectId: number, record: ObjectRecord): void {
    const { ownersOf, deleteOwners, insertOwner } = this.#statements;
    const stored = ownersOf.all(objectId) as { owner_uid: string; controller: number }[];
    const wanted = new Map(record.owners.map((owner) => [owner.uid, owner.controller ? 1 : 0]));
    if (stored.length === wanted.size && stored.every((row) => wanted.get(row.owner_uid) === row.controller)) return;
    deleteOwners.run(objectId);
    for (const [uid, controller] of wanted) insertOwner.run(objectId, uid, controller);
  }

  /** The stored state of a row; its managedFields are unpacked. */
  #stateOf(objectId: number): string {
    return storedState(this.#statements.state.get(objectId) as StateRow);
  }
}

function packedManagedFields(record: ObjectRecord): Uint8Array | undefined {
  return record.packedManagedFields ?? (record.managedFields === '' ? undefined : packText(record.managedFields));
}

/** True where a list of all namespaces, the first of its kind, comes to one whose changes were logged until now. */
function isLoggedHere({ loggedNamespaces }: ScopeTarget, key: string): boolean {
  return loggedNamespaces?.has(key.slice(0, Math.max(0, key.indexOf('/')))) === true;
}

/** Rows from which the size of all of a type is told. */
const sampledRows = 200;

/** How a row leaves. `last` is the final state that a DELETED event carries. */
export interface Deletion {
  readonly cause: DeletionCause;
  readonly nowMs: number;
  readonly resourceVersion: string;
  readonly last?: StateParts | undefined;
}

function prepare(database: Database) {
  const statement = (sql: string): Statement => database.prepare(sql);
  return {
    deletion: statement("select 1 from tombstone where type_id = ? and key = ? and uid = ? and cause = 'event'"),
    find: statement(`select ${rowColumns} from object where type_id = ? and key = ?`),
    mark: statement(
      `update object set generation = @generation, scope_id = @scopeId,
         representation_number = case when scope_id = @scopeId then representation_number else 0 end where id = @id`,
    ),
    insert: statement(
      `insert into object (type_id, scope_id, key, name, uid, resource_version, generation, representation_number,
         created_at, changed_at, labels, cells) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, jsonb(?))`,
    ),
    insertBody: statement('insert into body (object_id, json) values (?, ?)'),
    insertName: statement('insert into object_name (rowid, name) values (?, ?)'),
    insertOwner: statement('insert or ignore into owner (object_id, owner_uid, controller) values (?, ?, ?)'),
    update: statement(
      `update object set resource_version = ?, scope_id = ?, generation = ?, representation_number = ?,
         created_at = ?, changed_at = coalesce(?, changed_at), labels = ? where id = ?`,
    ),
    updateCells: statement('update object set cells = jsonb(?) where id = ?'),
    updateBody: statement('update body set json = ? where object_id = ?'),
    managedFields: statement('insert or replace into managed_fields (object_id, zstd) values (?, ?)'),
    noManagedFields: statement('delete from managed_fields where object_id = ?'),
    ownersOf: statement('select owner_uid, controller from owner where object_id = ?'),
    deleteOwners: statement('delete from owner where object_id = ?'),
    state: statement(`select ${stateColumns} from ${stateTables} where object.id = ?`),
    tombstone: statement(
      `insert into tombstone (type_id, key, uid, resource_version, deleted_at, cause, last_state) values (?, ?, ?, ?, ?, ?, ?)`,
    ),
    logChange: statement(
      'insert into change (at, type_id, key, operation, uid, resource_version, before_state) values (?, ?, ?, ?, ?, ?, ?)',
    ),
    hasChange: statement('select 1 from change where type_id = ? and key = ? limit 1'),
    hasTraces: statement(
      `select exists (select 1 from object where type_id = @typeId) or exists (select 1 from tombstone where type_id = @typeId)
         or exists (select 1 from change where type_id = @typeId)`,
    ).pluck(),
    size: statement(
      `select (select count(*) from object where type_id = @typeId) as count, avg(bytes) as meanBytes from (
         select length(json) + coalesce(length(zstd), 0) + 2 * length(cells) + length(labels) as bytes
         from object join body on body.object_id = object.id left join managed_fields m on m.object_id = object.id
         where type_id = @typeId limit @sampled)`,
    ),
    someRows: statement('select id from object where type_id = ? limit ?'),
    someTombstones: statement('delete from tombstone where id in (select id from tombstone where type_id = ? limit ?)'),
    someChanges: statement('delete from change where seq in (select seq from change where type_id = ? limit ?)'),
    rowsOf: statement(`select id from object where ${isItsOwn('object')}`),
    eraseTombstones: statement(`delete from tombstone where ${isItsOwn('tombstone')}`),
    eraseChanges: statement(`delete from change where ${isItsOwn('change')}`),
    remove: [
      statement('delete from object_name where rowid = ?'),
      statement('delete from body where object_id = ?'),
      statement('delete from managed_fields where object_id = ?'),
      statement('delete from owner where object_id = ?'),
      statement('delete from object where id = ?'),
    ],
  };
}
