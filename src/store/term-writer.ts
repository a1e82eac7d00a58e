import type { Database, Statement } from 'better-sqlite3';
import type { StoredTerm } from './object-record.ts';

/** Terms whose ids are kept in memory: enough for the labels, images and nodes of a large cluster (some 2 MB). */
const maxCachedTerms = 10_000;

/** Kinds whose terms many objects share; messages and addresses are each object's own. */
const sharedKinds: ReadonlySet<string> = new Set(['label', 'field', 'image', 'reason']);

/** Kinds that only selectors ask for; the full-text index does not hold them. */
const unsearchedKinds: ReadonlySet<string> = new Set(['field']);

/**
 * Writes the distinct texts that objects share (labels, images, messages …) once, and which object has which. The
 * terms of an object are always replaced as a whole.
 */
export class TermWriter {
  readonly #ids = new Map<string, number | bigint>();
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
    this.#insertTerm = database
      .prepare('insert into term (kind, text) values (?, ?) on conflict do nothing returning id')
      .pluck();
    this.#findTerm = database.prepare('select id from term where kind = ? and text = ?').pluck();
    this.#insertText = database.prepare('insert into term_text (rowid, text) values (?, ?)');
    this.#termsOf = database.prepare('select term_id from object_term where object_id = ?').pluck();
    this.#link = database.prepare('insert or ignore into object_term (object_id, term_id, type_id) values (?, ?, ?)');
    this.#unlink = database.prepare('delete from object_term where object_id = ? and term_id = ?');
    this.#unlinkAll = database.prepare('delete from object_term where object_id = ?');
    this.#hasObject = database.prepare('select 1 from object_term where term_id = ? limit 1');
    this.#eraseText = database.prepare('delete from term_text where rowid = ?');
    this.#eraseTerm = database.prepare('delete from term where id = ?');
  }

  /** Gives a new object its terms. */
  add(objectId: number, typeId: number, terms: readonly StoredTerm[]): void {
    for (const term of terms) this.#link.run(objectId, this.#idOf(term), typeId);
  }

  /** Replaces the terms of an object, touching only what differs. */
  replace(objectId: number, typeId: number, terms: readonly StoredTerm[]): void {
    const stale = new Set(this.#termsOf.all(objectId) as number[]);
    for (const term of terms) {
      const id = this.#idOf(term);
      if (!stale.delete(Number(id))) this.#link.run(objectId, id, typeId);
    }
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

  #idOf(term: StoredTerm): number | bigint {
    if (!sharedKinds.has(term.kind)) return this.#store(term);
    const cacheKey = `${term.kind}\0${term.text}`;
    const known = this.#ids.get(cacheKey);
    if (known !== undefined) return known;
    const id = this.#store(term);
    if (this.#ids.size >= maxCachedTerms) this.#ids.clear();
    this.#ids.set(cacheKey, id);
    return id;
  }

  #store({ kind, text }: StoredTerm): number {
    const made = this.#insertTerm.get(kind, text) as number | undefined;
    if (made === undefined) return this.#findTerm.get(kind, text) as number;
    if (!unsearchedKinds.has(kind)) this.#insertText.run(made, text);
    return made;
  }
}
