import type { Database, Statement } from 'better-sqlite3';
import type { StoredTerm } from './object-record.ts';

/** Kinds whose terms are each object's own: to remember them would drive out those that many share. */
const ownKinds: ReadonlySet<string> = new Set(['message', 'ip']);

/** Longer texts (UTF-16 units) are documents in annotations, which would fill the memory. */
const maxKeptLength = 256;

/** Kinds that only selectors ask for; the full-text index does not hold them. */
const unsearchedKinds: ReadonlySet<string> = new Set(['field']);

/**
 * Writes the distinct texts that objects share (labels, images, messages …) once, and which object has which. The
 * terms of an object are always replaced as a whole.
 */
export class TermWriter {
  readonly #ids = new RecentIds();
  readonly #insertTerm: Statement;
  readonly #findTerm: Statement;
  readonly #insertText: Statement;
  readonly #termsOf: Statement;
  readonly #link: Statement;
  readonly #unlink: Statement;
  readonly #unlinkAll: Statement;
  readonly #hasObject: Statement;
  readonly #eraseText: Statement;
  readonly #eraseTerm: Statement;

  constructor(database: Database) {
    // Without `returning`: it makes a savepoint, and with each of these FTS5 writes out what it has gathered.
    this.#insertTerm = database.prepare('insert into term (kind, text) values (?, ?) on conflict do nothing');
    this.#findTerm = database.prepare('select id from term where kind = ? and text = ?').pluck();
    this.#insertText = database.prepare('insert into term_text (rowid, text) values (?, ?)');
    this.#termsOf = database.prepare('select term_id from object_term where object_id = ?').pluck();
    this.#link = database.prepare(
      'insert or ignore into object_term (object_id, term_id, type_id) select ?, value, ? from json_each(?)',
    );
    this.#unlink = database.prepare('delete from object_term where object_id = ? and term_id = ?');
    this.#unlinkAll = database.prepare('delete from object_term where object_id = ?');
    this.#hasObject = database.prepare('select 1 from object_term where term_id = ? limit 1');
    this.#eraseText = database.prepare('delete from term_text where rowid = ?');
    this.#eraseTerm = database.prepare('delete from term where id = ?');
  }

  /** Gives a new object its terms. */
  add(objectId: number, typeId: number, terms: readonly StoredTerm[]): void {
    this.#linkAll(
      objectId,
      typeId,
      terms.map((term) => this.#idOf(term)),
    );
  }

  /** Replaces the terms of an object, touching only what differs. */
  replace(objectId: number, typeId: number, terms: readonly StoredTerm[]): void {
    const stale = new Set(this.#termsOf.all(objectId) as number[]);
    const added = terms.map((term) => this.#idOf(term)).filter((id) => !stale.delete(id));
    this.#linkAll(objectId, typeId, added);
    for (const id of stale) this.#unlink.run(objectId, id);
  }

  /** Takes all terms from an object that leaves. The terms themselves stay until `forget`. */
  remove(objectId: number): void {
    this.#unlinkAll.run(objectId);
  }

  /** Takes all terms from an object that leaves without a trace, and those with them that no other object has. */
  erase(objectId: number): void {
    const terms = this.#termsOf.all(objectId) as number[];
    this.remove(objectId);
    for (const id of terms) {
      if (this.#hasObject.get(id) !== undefined) continue;
      this.#eraseText.run(id);
      this.#eraseTerm.run(id);
    }
  }

  /** Must be called when a transaction rolled back or terms were deleted: cached ids may not exist. */
  forget(): void {
    this.#ids.clear();
  }

  /** In one statement: a call into SQLite costs as much as the row it writes. */
  #linkAll(objectId: number, typeId: number, termIds: readonly number[]): void {
    if (termIds.length > 0) this.#link.run(objectId, typeId, JSON.stringify(termIds));
  }

  #idOf(term: StoredTerm): number {
    if (ownKinds.has(term.kind) || term.text.length > maxKeptLength) return this.#store(term);
    const key = `${term.kind}\0${term.text}`;
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#store(term);
      this.#ids.set(key, id);
    }
    return id;
  }

  #store({ kind, text }: StoredTerm): number {
    const { changes, lastInsertRowid: made } = this.#insertTerm.run(kind, text);
    if (changes === 0) return this.#findTerm.get(kind, text) as number;
    if (!unsearchedKinds.has(kind)) this.#insertText.run(made, text);
    return Number(made);
  }
}

/** Terms of one half of the memory; both together take some 5 MB. */
const maxRecentTerms = 10_000;

/**
 * Ids of the terms that were met last: two halves, so that of many that are met once none drives out those that are met again
 * and again.
 */
class RecentIds {
  #recent = new Map<string, number>();
  #older: ReadonlyMap<string, number> = new Map();

  get(key: string): number | undefined {
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    const older = this.#older.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: string, id: number): void {
    if (this.#recent.size >= maxRecentTerms) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(key, id);
  }

  clear(): void {
    this.#recent = new Map();
    this.#older = new Map();
  }
}
