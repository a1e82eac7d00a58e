import type { Database, Statement } from 'better-sqlite3';
import { keyRange } from '../core/key-range.ts';
import type { PrinterColumn } from '../core/printer-column.ts';
import type { Health, ScopePhase } from '../core/scope-status.ts';
import { changesOfObject, type LoggedChange } from './rebuild-state.ts';

/** An object as rules judge it. */
export interface JudgedObject {
  readonly key: string;
  readonly name: string;
  readonly uid: string;
  /** JSON of the labels, and of the cells. */
  readonly labels: string;
  readonly cells: string;
  /** Epoch milliseconds. */
  readonly created_at: number | null;
  readonly changed_at: number;
  /** The body. */
  readonly json: string;
}

/** An entry of the change log, without the states around it. */
export interface LoggedKey {
  readonly seq: number;
  readonly typeId: number;
  readonly key: string;
}

/** What tells whether the rows of a scope are the cluster's. */
export interface JudgedScope {
  readonly id: number;
  readonly typeId: number;
  /** Empty for all. */
  readonly namespace: string;
  readonly health: Health;
  readonly phase: ScopePhase;
  readonly complete: 0 | 1;
}

const objectColumns = `object.key, object.name, object.uid, object.labels, json(object.cells) as cells, object.created_at,
  object.changed_at, body.json`;
const objectTables = 'object join body on body.object_id = object.id';

/** What rules are judged on, read through the writer's own handle. */
export class JudgedRows {
  readonly #database: Database;
  readonly #object: Statement;
  readonly #logged: Statement;
  readonly #scopes: Statement;

  constructor(database: Database) {
    this.#database = database;
    this.#object = database.prepare(
      `select ${objectColumns} from ${objectTables} where object.type_id = ? and object.key = ?`,
    );
    this.#logged = database.prepare(
      'select seq, type_id as typeId, key from change where seq > ? order by seq limit ?',
    );
    this.#scopes = database.prepare(
      'select id, type_id as typeId, namespace, health, phase, complete from scope order by id',
    );
  }

  /** The next entries of the change log behind `after`, at most `limit`. */
  logged(after: number, limit: number): readonly LoggedKey[] {
    return this.#logged.all(after, limit) as LoggedKey[];
  }

  /** The stored object of a key; undefined where there is none. */
  object(typeId: number, key: string): JudgedObject | undefined {
    return this.#object.get(typeId, key) as JudgedObject | undefined;
  }

  /** Stored objects of a type behind the key `after`, at most `limit`, in list order; of one namespace unless that is empty. */
  objects(
    { typeId, namespace }: Pick<JudgedScope, 'typeId' | 'namespace'>,
    after: string,
    limit: number,
  ): readonly JudgedObject[] {
    // Behind every key, as UTF-8 has it.
    const { from, to } = namespace === '' ? { from: '', to: '\u{10FFFF}' } : keyRange(namespace);
    const rows = this.#database.prepare(
      `select ${objectColumns} from ${objectTables}
       where object.type_id = ? and object.key > ? and object.key >= ? and object.key < ? order by object.key limit ?`,
    );
    return rows.all(typeId, after, from, to, limit) as JudgedObject[];
  }

  /** The entries of an object behind `after` up to `upTo`, oldest first, with the states around each. */
  changes(
    typeId: number,
    key: string,
    { after, upTo }: { readonly after: number; readonly upTo: number },
  ): readonly LoggedChange[] {
    return changesOfObject(this.#database, key, { typeId, after, upTo }).toReversed();
  }

  scopes(): readonly JudgedScope[] {
    return this.#scopes.all() as JudgedScope[];
  }

  /** The columns that the cells of a type follow. */
  columns(typeId: number): readonly PrinterColumn[] {
    const text = this.#database.prepare('select columns from resource_type where id = ?').pluck().get(typeId);
    return JSON.parse(typeof text === 'string' ? text : '[]') as PrinterColumn[];
  }

  /** The public certificates that are kept of a Secret, as PEM. */
  certificates(uid: string): readonly string[] {
    const rows = this.#database
      .prepare('select pem from public_certificate where secret_uid = ? order by part')
      .pluck();
    return rows.all(uid) as string[];
  }

  /** Keys of the Secrets of which public certificates are kept. */
  certificateKeys(typeId: number): readonly string[] {
    const rows = this.#database.prepare(
      `select key from object where type_id = ? and uid in (select secret_uid from public_certificate where pem <> '') order by key`,
    );
    return rows.pluck().all(typeId) as string[];
  }
}
