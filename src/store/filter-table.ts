import type { Database } from 'better-sqlite3';
import type { SavedFilter } from '../core/saved-filter.ts';
import { shellWord } from '../core/shell-word.ts';
import { NaviError } from '../errors/navi-error.ts';

/** A filter as it is stored. */
export interface StoredFilter extends SavedFilter {
  readonly createdAtMs: number;
  readonly changedAtMs: number;
}

interface FilterRow {
  readonly name: string;
  readonly arguments: string;
  readonly description: string;
  readonly created_at: number;
  readonly changed_at: number;
}

const columns = 'name, arguments, description, created_at, changed_at';

/** The table `filter` of an open `user.db`. */
export class FilterTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Every name, in the order of their bytes. */
  names(): readonly string[] {
    return this.#database.prepare('select name from filter order by name').pluck().all() as string[];
  }

  has(name: string): boolean {
    return this.#database.prepare('select 1 from filter where name = ?').get(name) !== undefined;
  }

  /** @throws NAVI_STORE_CORRUPT where the row is not what navi stores */
  find(name: string): StoredFilter | undefined {
    const row = this.#database.prepare(`select ${columns} from filter where name = ?`).get(name);
    return row === undefined ? undefined : filterOf(row as FilterRow, this.#database.name);
  }

  /** Every filter, in the order of `names`. @throws NAVI_STORE_CORRUPT as `find` */
  all(): readonly StoredFilter[] {
    const rows = this.#database.prepare(`select ${columns} from filter order by name`).all() as FilterRow[];
    return rows.map((row) => filterOf(row, this.#database.name));
  }

  /** Adds a filter, or puts it in place of the one of its name. */
  save({ name, arguments: words, description }: SavedFilter, nowMs: number): void {
    this.#database
      .prepare(
        `insert into filter (${columns}) values (?, ?, ?, ?, ?) on conflict (name) do update
         set arguments = excluded.arguments, description = excluded.description, changed_at = excluded.changed_at`,
      )
      .run(name, JSON.stringify(words), description, nowMs, nowMs);
  }

  /** False where there is none of the old name; the new one must be free. */
  rename(from: string, to: string, nowMs: number): boolean {
    const statement = this.#database.prepare('update filter set name = ?, changed_at = ? where name = ?');
    return statement.run(to, nowMs, from).changes > 0;
  }

  /** False where there is none. */
  delete(name: string): boolean {
    return this.#database.prepare('delete from filter where name = ?').run(name).changes > 0;
  }
}

function filterOf(row: FilterRow, file: string): StoredFilter {
  const { name, description, created_at: createdAtMs, changed_at: changedAtMs } = row;
  const words = textsOf(row.arguments);
  if (words !== undefined) return { name, arguments: words, description, createdAtMs, changedAtMs };
  throw new NaviError('NAVI_STORE_CORRUPT', `${file} is damaged: the arguments of the filter "${name}" are no list`, {
    hints: [`navi filter delete ${shellWord(name)} takes it away; the others are not harmed`],
  });
}

/** Undefined for what is no JSON array of strings. */
function textsOf(json: string): readonly string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(json);
    return Array.isArray(parsed) && parsed.every((word) => typeof word === 'string') ? parsed : undefined;
  } catch {
    return undefined;
  }
}
