import type { Cell } from '../../core/cell.ts';
import { parseQuantity } from '../../core/quantity.ts';
import { noteColumns } from '../../store/kept-log-columns.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { isShown } from '../hidden-rows.ts';
import { outOfReach } from './refuse-statement.ts';
import { viewSql, type ColumnNames, type ShownSql, type View } from './view.ts';
import { views } from './views.ts';

/** What the views need of elsewhere. */
export interface ViewSources {
  /** The moment to which ages count (epoch ms). */
  readonly nowMs: number;
  /** The text of a cell as it is printed. */
  readonly cellText: (cell: Cell, nowMs: number) => string;
  /** The body in a packed state. */
  readonly bodyOf: (state: Buffer) => string;
  /** Everything that the statement may name, in lower case, and `*`; see `namesOf`. */
  readonly names: ReadonlySet<string>;
  /** The notes of kept logs (`KeptLogReader.notes`); none where it is left out. */
  readonly keptLogs?: (() => string) | undefined;
  /** Path of the `history.db` beside the mirror, which was found to be in order; nothing older than the mirror's own past where it is left out. */
  readonly history?: string | undefined;
  /** What else must hold of what has the columns `type_id` and `key` under an alias, as SQL; nothing where it is left out. */
  readonly narrow?: ShownSql | undefined;
}

/** The views of a connection: each is made when a statement turns out to read it, so that it is known which do. */
export interface OpenViews {
  /** Those that were made. */
  readonly used: readonly View[];
  /** Makes the view that a name in a statement means; false where there is none, or it is there already. */
  make(name: string): boolean;
}

/**
 * Prepares a connection for views, within the snapshot that begins here and that the caller ends. The tables of the store are
 * out of reach by their own names afterwards, and nothing can be written.
 * @throws NAVI_USAGE where the statement names what is out of reach
 */
export function openViews(sqlite: MirrorReader['sqlite'], sources: ViewSources): OpenViews {
  // What is sorted stays out of files: it is bounded with the memory of the process.
  sqlite.pragma('temp_store = memory');
  sqlite.pragma('query_only = off');
  // As the mirror itself it is opened for reading alone.
  if (sources.history !== undefined) sqlite.prepare(`attach ? as ${past}`).run(sources.history);
  sqlite.exec('begin');
  defineFunctions(sqlite, sources);
  sqlite.exec(`create temp table navi_moment (now_ms integer not null);
    insert into temp.navi_moment values (${sources.nowMs});
    create temp table navi_type (id integer primary key, type text not null unique, api_group text not null, kind text not null, column_names text not null);
    insert into temp.navi_type select id, resource || iif(api_group = '', '', '.' || api_group), api_group, kind,
      (select json_group_array(navi_header(value ->> 'name')) from json_each(columns)) from main.resource_type;`);
  for (const sql of pastSql(sources.history !== undefined)) sqlite.exec(sql);
  if (sources.keptLogs !== undefined) takeKeptLogs(sqlite, sources.keptLogs());
  const shown = new Map<string, string>();
  const narrowed = (alias: string): readonly string[] => (sources.narrow === undefined ? [] : [sources.narrow(alias)]);
  const shownAs = (alias: string): string => {
    const condition = shown.get(alias) ?? [isShown(sqlite, alias), ...narrowed(alias)].join(' and ');
    shown.set(alias, condition);
    return condition;
  };
  const columnNames = namesByType(sqlite);
  hideTables(sqlite, sources.names);
  sqlite.pragma('query_only = on');
  const used: View[] = [];
  const make = (name: string): boolean => {
    const wanted = name.replace(/^temp\./i, '').toLowerCase();
    const view = views.find((each) => each.name === wanted);
    if (view === undefined || used.includes(view)) return false;
    sqlite.pragma('query_only = off');
    sqlite.exec(viewSql(view, { shown: shownAs, columnNames, names: sources.names }));
    sqlite.pragma('query_only = on');
    used.push(view);
    return true;
  };
  return { used, make };
}

/** Looks a type up once: a view asks for each of its cells. */
function namesByType(sqlite: MirrorReader['sqlite']): ColumnNames {
  const known = new Map<string, readonly string[]>();
  const read = (type: string): readonly string[] => {
    const names = sqlite.prepare('select column_names from temp.navi_type where type = ?').pluck().get(type);
    return names === undefined ? [] : (JSON.parse(names as string) as string[]);
  };
  return (type) => {
    const names = known.get(type) ?? read(type);
    known.set(type, names);
    return names;
  };
}

/** Schema to which the views lead that stand in the place of tables: there is none, which is what the error says. */
const nowhere = 'no view';

/** The name in SQLite's "no such table", as it was written. */
export function missingTable(message: string): string | undefined {
  return /^no such table: (?:no view\.)?(.*)$/s.exec(message)?.[1];
}

/**
 * In a temporary schema a name goes before the same one in the store. Parts of a full-text index have names that no view may have.
 * @throws NAVI_USAGE where the statement names one of these
 */
function hideTables(sqlite: MirrorReader['sqlite'], named: ReadonlySet<string>): void {
  const found = `select distinct name, type from pragma_table_list where schema in ('main', '${past}')`;
  const tables = sqlite.prepare(found).all() as {
    readonly name: string;
    readonly type: string;
  }[];
  for (const { name, type } of tables) {
    if (!named.has(name) || name.startsWith('sqlite_')) continue;
    if (type === 'shadow') throw outOfReach(name);
    sqlite.exec(`create temp view ${quotedName(name)} as select 1 from "${nowhere}".${quotedName(name)}`);
  }
}

/** Schema of an attached `history.db`; no statement may name it (`refuseStatement`). */
const past = 'navi_past';

/** What entries of the history are by: the types of the mirror; entries of its own log that the mirror still has are told by itself. */
const pastFrom = `${past}.change p join ${past}.object_type n on n.id = p.type_id join temp.navi_type t on t.type = n.name`;
const ownLog = `(select id from ${past}.log where mirror_log = (select log from main.mirror))`;

/** The views behind `changes` and `deleted`: of the mirror alone, or of it and its history. */
function pastSql(hasHistory: boolean): readonly string[] {
  const change = (alias: string): string =>
    ['seq', 'at', 'operation', 'key', 'uid', 'resource_version'].map((name) => `${alias}.${name}`).join(', ');
  const own = `select h.type_id, ${change('h')} from main.change h`;
  const gone = `select type_id, key, uid, deleted_at, cause, resource_version, last_state from main.tombstone h
    where cause <> 'purge'`;
  if (!hasHistory) return [`create temp view navi_change as ${own}`, `create temp view navi_deletion as ${gone}`];
  return [
    `create temp view navi_change as ${own} union all select t.id, ${change('p')} from ${pastFrom}
       where not (p.log_id is ${ownLog} and p.seq > (select forgotten_seq from main.mirror))`,
    // The last deletion of each life of an object.
    `create temp view navi_deletion as ${gone} union all
       select t.id, p.key, p.uid, p.at, p.cause, p.resource_version, p.last_state from ${pastFrom}
       where p.operation = 'deleted' and p.cause in ('event', 'sweep') and p.last_state is not null
         and not exists (select 1 from main.tombstone d where d.type_id = t.id and d.key = p.key and d.uid = p.uid)
         and not exists (select 1 from ${past}.change later where later.type_id = p.type_id and later.key = p.key
           and later.id > p.id and later.uid = p.uid and later.operation = 'deleted')`,
  ];
}

const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** They lie in another database, and are few. */
function takeKeptLogs(sqlite: MirrorReader['sqlite'], notes: string): void {
  const typed = noteColumns.map((name) => `${name} ${/_at$|_count$|_code$|^is_/.test(name) ? 'integer' : 'text'}`);
  sqlite.exec(`create temp table navi_kept_log (type_id integer, key text, ${typed.join(', ')})`);
  const values = noteColumns.map((name) => `value ->> '${name}'`).join(', ');
  sqlite
    .prepare(
      `insert into temp.navi_kept_log select (select id from temp.navi_type where type = 'pods'),
         (value ->> 'namespace') || '/' || (value ->> 'pod'), ${values} from json_each(?)`,
    )
    .run(notes);
}

function defineFunctions(sqlite: MirrorReader['sqlite'], { nowMs, cellText, bodyOf }: ViewSources): void {
  const options = { deterministic: true };
  sqlite.function('navi_header', options, (name) => String(name).toUpperCase());
  sqlite.function('navi_cell', options, (type, value) => cellText(cellOf(type, value), nowMs));
  sqlite.function('navi_body', options, (state) => (Buffer.isBuffer(state) ? bodyOf(state) : null));
  sqlite.function('quantity', options, (text) => (text === null ? null : quantityNumber(String(text))));
}

/** A cell as `json_each` tells it. */
function cellOf(type: unknown, value: unknown): Cell {
  if (type === 'true' || type === 'false') return type === 'true';
  return type === 'object' ? (JSON.parse(String(value)) as Cell) : (value as Cell);
}

/** Longer texts are no quantities that anybody has written. */
const longestQuantity = 256;

/** A whole number stays one. */
function quantityNumber(text: string): number | bigint | null {
  const quantity = text.length > longestQuantity ? undefined : parseQuantity(text);
  if (quantity === undefined) return null;
  const number = Number(`${quantity.unscaled}e${quantity.exponent}`);
  return Number.isSafeInteger(number) ? BigInt(number) : number;
}
