import { statSync } from 'node:fs';
import SqliteDatabase, { type Database, type Statement } from 'better-sqlite3';

/**
 * What is committed in a store file, read through a handle that stays open between questions. Close it before the
 * writer closes: the last handle on a store is the one that folds the WAL in.
 */
export class StoreView {
  readonly #fileOf: () => string;
  #database: Database | undefined;
  #opened = '';
  #versionNow: Statement | undefined;
  readonly #statements = new Map<string, Statement>();

  /** @param fileOf asked each time: a mirror that begins anew has another file */
  constructor(fileOf: () => string) {
    this.#fileOf = fileOf;
  }

  /** Rows of a query. */
  all<T = Record<string, unknown>>(sql: string, ...values: readonly unknown[]): readonly T[] {
    return this.#statement(sql).all(...values) as T[];
  }

  /** Another number after each commit; cheap, and blind to a file that was replaced. */
  get version(): number {
    this.#versionNow ??= this.#statement('pragma data_version').pluck();
    return Number(this.#versionNow.get());
  }

  close(): void {
    this.#statements.clear();
    this.#versionNow = undefined;
    this.#database?.close();
    this.#database = undefined;
    this.#opened = '';
  }

  #statement(sql: string): Statement {
    this.#follow();
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    this.#database ??= new SqliteDatabase(this.#fileOf(), { readonly: true });
    const made = this.#database.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  /** Closes a handle on a file that is no longer the one at the path. */
  #follow(): void {
    const file = this.#fileOf();
    const now = `${file} ${statSync(file, { throwIfNoEntry: false })?.ino}`;
    if (now !== this.#opened) this.close();
    this.#opened = now;
  }
}
