import { compareUtf8 } from '../../core/utf8-order.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { HistoryReader } from '../../store/history-reader.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { isShown, namespaceSql } from '../hidden-rows.ts';
import { bestMatch, scoreOf } from './hit-order.ts';
import { nameMatch, type WordMatch } from './match-rank.ts';
import type { SearchField, SearchWord } from './parse-search.ts';
import type { KindWords } from './search-words.ts';
import type { SqlPart } from './word-condition.ts';

/** An object that is gone, as far as it is still known. */
export interface DeletedHit extends WordMatch {
  readonly group: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly matches: readonly WordMatch[];
  /** When the mirror saw that it was gone (epoch ms). */
  readonly deletedAtMs: number;
  /** `event`: the deletion itself was seen; `sweep`: a list no longer had it, so that it went some time before. */
  readonly cause: 'event' | 'sweep';
  /** There is one of that name again. */
  readonly existsAgain: boolean;
}

/** Most objects that the words are found in and that are ranked: the ones that went last. */
const rankedCountMax = 2_000;

/** What of an object that is gone is looked at; all else it took with it. */
const knownFields: ReadonlySet<SearchField | undefined> = new Set([undefined, 'name', 'ns', 'kind', 'cluster']);

interface Row {
  readonly type_id: number;
  readonly api_group: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly deleted_at: number;
  readonly cause: 'event' | 'sweep';
  readonly exists_again: number;
}

/**
 * Searches what was deleted, as far back as the mirror or its history knows, by name, namespace and kind: the best names first, of the same
 * ones those that went last, and all Events behind them. What only left the mirror, because its type or its scope did, is no deletion.
 * @param words at least one that is not excluded
 * @throws NAVI_USAGE for a field that nothing is known of any more
 */
export function searchDeleted(
  reader: MirrorReader,
  words: readonly SearchWord[],
  { limit, kinds }: { readonly limit: number; readonly kinds: KindWords },
): { readonly hits: readonly DeletedHit[]; readonly isCut: boolean } {
  const unknown = words.find(({ field }) => !knownFields.has(field));
  if (unknown !== undefined) {
    throw new NaviError('NAVI_USAGE', `${unknown.field ?? ''}: does not go with --deleted`, {
      hints: ['of what is gone the names, namespaces and kinds are searched: navi search --deleted ns:shop web'],
    });
  }
  const isAlone = words.length === 1;
  const typeIds = new Map(words.map((word) => [word, typeIdsOf(word, kinds, isAlone)]));
  const most = Math.max(rankedCountMax, limit) + 1;
  const own = ownRows(reader, conditionsOf(typeIds, ownTable), most);
  const rows = [...own, ...olderRows(reader, typeIds, most)];
  rows.sort((a, b) => Number(a.resource === 'events') - Number(b.resource === 'events') || b.deleted_at - a.deleted_at);
  const hits = rows.slice(0, most - 1).map((row) => hitOf(row, words, typeIds));
  hits.sort(compareDeleted);
  return { hits: hits.slice(0, limit), isCut: rows.length > limit };
}

/** What the mirror itself remembers, the last ones first. */
function ownRows({ sqlite }: MirrorReader, { sql, values }: SqlPart, limit: number): readonly Row[] {
  return sqlite
    .prepare(
      `select ${rowColumns('tombstone')} from tombstone join resource_type on resource_type.id = tombstone.type_id
       where cause <> 'purge' and ${sql} and ${isShown(sqlite, 'tombstone')} and not ${isBack('tombstone')}
       order by resource = 'events', deleted_at desc, tombstone.id desc limit ${limit}`,
    )
    .all(...values) as Row[];
}

/** What only its history does, each life of an object once; what may not be read now, or came back, is left out. */
function olderRows(
  reader: MirrorReader,
  typeIds: ReadonlyMap<SearchWord, readonly number[]>,
  limit: number,
): readonly Row[] {
  const { sqlite } = reader;
  const history = HistoryReader.open(reader);
  if (history === undefined) return [];
  try {
    const oldest = sqlite.prepare('select min(deleted_at) from tombstone').pluck().get() as number | null;
    const names = typeNames(sqlite);
    const table: SearchedTable = {
      name: 'change',
      ofTypes: (ids) => ({
        sql: 'change.type_id in (select id from object_type where name in (select value from json_each(?)))',
        values: [JSON.stringify(ids.map((id) => names.get(id)))],
      }),
    };
    const bounds = { ownFromMs: oldest ?? Number.MAX_SAFE_INTEGER, limit };
    const found = history.deletedLike(conditionsOf(typeIds, table), bounds);
    const idOf = new Map([...names].map(([id, name]) => [name, id]));
    const lives = new Map(found.toReversed().map((each) => [`${each.type} ${each.key} ${each.uid}`, each]));
    const told = [...lives.values()].map(({ type, key, uid, atMs, cause }) => [idOf.get(type), key, uid, atMs, cause]);
    return sqlite
      .prepare(
        `with gone (type_id, key, uid, deleted_at, cause) as (
           select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 from json_each(?))
         select ${rowColumns('gone')} from gone join resource_type on resource_type.id = gone.type_id
         where ${isShown(sqlite, 'gone')} and not exists (select 1 from tombstone where tombstone.type_id = gone.type_id
             and tombstone.key = gone.key and tombstone.uid = gone.uid)
           and not ${isBack('gone')}`,
      )
      .all(JSON.stringify(told)) as Row[];
  } finally {
    history.close();
  }
}

/** Names of all types, `plural.group`, by id. */
function typeNames(sqlite: MirrorReader['sqlite']): ReadonlyMap<number, string> {
  const rows = sqlite
    .prepare(`select id, resource || iif(api_group = '', '', '.' || api_group) from resource_type`)
    .raw()
    .all() as [number, string][];
  return new Map(rows);
}

/** Events come last: they go by themselves after an hour. */
function compareDeleted(a: DeletedHit, b: DeletedHit): number {
  return (
    Number(a.resource === 'events') - Number(b.resource === 'events') ||
    scoreOf(a.matches) - scoreOf(b.matches) ||
    b.deletedAtMs - a.deletedAtMs ||
    compareUtf8(a.name, b.name)
  );
}

const nameSql = (table: string): string => `substr(${table}.key, instr(${table}.key, '/') + 1)`;

/** The columns of a `Row`, of what has `type_id`, `key`, `uid`, `deleted_at` and `cause`. */
const rowColumns = (table: string): string =>
  `${table}.type_id, api_group, resource, kind, ${namespaceSql(table)} as namespace, ${nameSql(table)} as name, uid,
   deleted_at, cause, exists (select 1 from object where object.type_id = ${table}.type_id and object.key = ${table}.key) as exists_again`;

/** One that a list missed may have come back: then that life of it goes on. */
const isBack = (table: string): string =>
  `exists (select 1 from object where object.type_id = ${table}.type_id and object.key = ${table}.key and object.uid = ${table}.uid)`;

/** Where deletions are looked for by `id`, `type_id` and `key`. */
interface SearchedTable {
  readonly name: string;
  /** That a row is of a type, by the mirror's ids of types. */
  readonly ofTypes: (typeIds: readonly number[]) => SqlPart;
}

const ownTable: SearchedTable = {
  name: 'tombstone',
  ofTypes: (ids) => ({ sql: `tombstone.type_id in (${ids.map(Number).join(', ')})`, values: [] }),
};

function typeIdsOf({ field, text }: SearchWord, kinds: KindWords, isAlone: boolean): readonly number[] {
  if (field === 'kind') return kinds.named(text);
  return field === undefined && !isAlone ? kinds.meant(text) : [];
}

/** All words hold. */
function conditionsOf(typeIds: ReadonlyMap<SearchWord, readonly number[]>, table: SearchedTable): SqlPart {
  const conditions = [...typeIds].map(([word, ids]) => conditionOf(word, ids, table));
  return { sql: conditions.map(({ sql }) => sql).join(' and '), values: conditions.flatMap(({ values }) => values) };
}

/** The narrow index over keys answers first: what is beside them in the table is large. */
function conditionOf(
  { field, text, isExcluded }: SearchWord,
  typeIds: readonly number[],
  { name: table, ofTypes }: SearchedTable,
): SqlPart {
  const types = ofTypes(typeIds);
  const not = isExcluded ? 'not ' : '';
  if (field === 'cluster') return { sql: 'true', values: [] };
  if (field === 'kind') return { sql: `${not}(${types.sql})`, values: types.values };
  const part = field === 'name' ? nameSql(table) : field === 'ns' ? namespaceSql(table) : `${table}.key`;
  const found = `${table}.id in (select id from ${table} where instr(lower(${part}), lower(?)) > 0)`;
  if (typeIds.length === 0) return { sql: `${not}(${found})`, values: [text] };
  return { sql: `${not}(${found} or ${types.sql})`, values: [text, ...types.values] };
}

function hitOf(
  row: Row,
  words: readonly SearchWord[],
  typeIds: ReadonlyMap<SearchWord, readonly number[]>,
): DeletedHit {
  const matches = words.filter(({ isExcluded }) => !isExcluded).map((word) => matchOf(row, word, typeIds));
  const { group, resource, kind, namespace, name, uid } = { ...row, group: row.api_group };
  const deletion = { deletedAtMs: row.deleted_at, cause: row.cause, existsAgain: row.exists_again === 1 };
  return { ...bestMatch(matches), matches, group, resource, kind, namespace, name, uid, ...deletion };
}

function matchOf(row: Row, word: SearchWord, typeIds: ReadonlyMap<SearchWord, readonly number[]>): WordMatch {
  const { field, text } = word;
  const found = (rank: WordMatch['rank'], matched: string): WordMatch => ({ word: text, rank, matched });
  if (field === 'kind') return found('kind', text);
  if (field === 'cluster') return found('text', text);
  const rank = field === 'ns' ? undefined : nameMatch(row.name, text);
  if (rank !== undefined) return found(rank, row.name);
  if (row.namespace.toLowerCase().includes(text.toLowerCase())) return found('namespace', row.namespace);
  if (typeIds.get(word)?.includes(row.type_id) === true) return found('kind', text);
  // The word spans the slash between namespace and name.
  return found('text', `${row.namespace}/${row.name}`);
}
