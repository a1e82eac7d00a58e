import { keyRange } from '../../core/key-range.ts';
import { ipText, isInRange, parseIpAddress, parseIpRange, type IpRange } from '../../core/ip-address.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { namespaceSql } from '../hidden-rows.ts';
import type { SearchField, SearchWord } from './parse-search.ts';
import { hasTrigrams, successor, trigramQuery } from './trigrams.ts';

/** SQL with its parameters. */
export interface SqlPart {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** The ids of the types with rows that a text names. */
export type TypeIdsOf = (text: string) => readonly number[];

/** Kinds of terms that a field is about. */
const termKinds: Readonly<Partial<Record<SearchField, readonly string[]>>> = {
  host: ['host'],
  image: ['image'],
  ip: ['ip'],
  label: ['label'],
  msg: ['message', 'reason', 'annotation'],
};

const allTermKinds = ['label', 'image', 'ip', 'host', 'annotation', 'reason', 'message'];

/** Conditions on `object` that hold together. */
export interface WordConditions {
  /** What indexes answer, or at least the narrow row. */
  readonly indexed: readonly SqlPart[];
  /** The same, for objects that other conditions find by their names: what is in a name is looked up nowhere else. */
  readonly named: readonly SqlPart[];
  /** What is to be asked only of objects that the others find. */
  readonly narrow: readonly SqlPart[];
}

/**
 * The objects that each of the words is found in.
 * @param typeIds types that words name: behind `kind:`, or plainly
 */
export function wordConditions(
  reader: MirrorReader,
  words: readonly SearchWord[],
  typeIds: ReadonlyMap<SearchWord, readonly number[]>,
): WordConditions {
  // A short word has no index: beside one that has it is looked for in what that one finds.
  const isAnyIndexed = words.some(
    ({ text, isExcluded, field }) => !isExcluded && field !== 'cluster' && hasTrigrams(text),
  );
  const isNarrow = ({ field, text }: SearchWord): boolean => isAnyIndexed && field === undefined && !hasTrigrams(text);
  const wanted = (word: SearchWord, { sql, values }: SqlPart): SqlPart => {
    return { sql: word.isExcluded ? `not (${sql})` : sql, values };
  };
  const indexed = words
    .filter((word) => !isNarrow(word))
    .map((word) => [word, wordCondition(reader, word, typeIds.get(word) ?? [])] as const);
  return {
    indexed: indexed.map(([word, part]) => wanted(word, part)),
    named: indexed.map(([word, part]) => wanted(word, orInName(word, part))),
    narrow: words.filter(isNarrow).map((word) => wanted(word, anywhere(word.text))),
  };
}

/** The same condition, of which SQLite makes the list of all objects only for a row whose name does not have the word. */
function orInName({ field, text }: SearchWord, part: SqlPart): SqlPart {
  if (field !== undefined || !hasTrigrams(text) || parseIpRange(text) !== undefined) return part;
  return { sql: `(instr(lower(object.name), lower(?)) > 0 or ${part.sql})`, values: [text, ...part.values] };
}

function wordCondition(reader: MirrorReader, { field, text }: SearchWord, typeIds: readonly number[]): SqlPart {
  const range = parseIpRange(text);
  if (range !== undefined && (field === undefined || field === 'ip')) return isOneOf(inRange(reader, range));
  const ofTypes = `object.type_id in (${typeIds.map(Number).join(', ')})`;
  switch (field) {
    case 'cluster':
      return { sql: 'true', values: [] };
    case 'kind':
      return { sql: ofTypes, values: [] };
    case 'name':
      return isOneOf(nameHas(text));
    case 'ns':
      return { sql: `instr(lower(${namespaceSql()}), lower(?)) > 0`, values: [text] };
    case undefined: {
      const found = isOneOf(nameHas(text), termHas(allTermKinds, text), inNamespace(text));
      return typeIds.length === 0 ? found : { ...found, sql: `(${ofTypes} or ${found.sql})` };
    }
    case 'host':
    case 'image':
    case 'ip':
    case 'label':
    case 'msg':
      return isOneOf(termHas(termKinds[field] ?? [], text));
  }
}

/**
 * A query for the ids of all objects with one of the texts in their name, and of others: first those that may have all of them,
 * then so many that begin with one: of a text without an index all, which come in no other way. An object may come more than
 * once. Rows are found as they are asked for.
 */
export function namedCandidates(texts: readonly string[], mostBeginning: number): SqlPart {
  const indexed = texts.filter(hasTrigrams);
  const queries = [
    ...(indexed.length > 1 ? [byTrigrams(indexed.map(trigramQuery).join(' AND '))] : []),
    ...texts.flatMap((text) => namesBeginning(text, hasTrigrams(text) ? mostBeginning : -1)),
    ...(indexed.length > 0 ? [byTrigrams(indexed.map((text) => `(${trigramQuery(text)})`).join(' OR '))] : []),
  ];
  return {
    // The limit keeps them one list: else SQLite would make what is compared with it once for each of them.
    sql: `${queries.map(({ sql }) => sql).join(' union all ')} limit -1`,
    values: queries.flatMap(({ values }) => values),
  };
}

function byTrigrams(query: string): SqlPart {
  return { sql: 'select rowid as id from object_name where object_name match ?', values: [query] };
}

/** Names of Kubernetes are of small letters; where one is not, it is found as it is typed. */
export function inBothCases(text: string): readonly string[] {
  return [...new Set([text, text.toLowerCase()])];
}

/** @param most negative for all */
function namesBeginning(text: string, most: number): readonly SqlPart[] {
  return inBothCases(text).map((prefix) => {
    const end = successor(prefix);
    const isBelow = end === undefined ? '' : 'and named.name < ?';
    const sql = `select id from (select named.id from object as named where named.name >= ? ${isBelow} order by named.name limit ?)`;
    return { sql, values: [prefix, ...(end === undefined ? [] : [end]), most] };
  });
}

/** One of the texts is in the name. */
export function isAnyName(texts: readonly string[]): SqlPart {
  return { sql: `(${texts.map(() => 'instr(lower(object.name), lower(?)) > 0').join(' or ')})`, values: texts };
}

/** The object is one of those that the queries give. */
function isOneOf(...queries: readonly SqlPart[]): SqlPart {
  return {
    sql: `object.id in (${queries.map(({ sql }) => sql).join(' union all ')})`,
    values: queries.flatMap(({ values }) => values),
  };
}

function nameHas(text: string): SqlPart {
  if (!hasTrigrams(text))
    return { sql: 'select named.id from object as named where instr(lower(named.name), lower(?)) = 1', values: [text] };
  return {
    sql: `select named.id from object_name cross join object as named on named.id = object_name.rowid
      where object_name match ? and instr(lower(named.name), lower(?)) > 0`,
    values: [trigramQuery(text), text],
  };
}

/** The objects in a namespace of that name. A part of one in each word would find all of it. */
function inNamespace(text: string): SqlPart {
  const { from, to } = keyRange(text.toLowerCase());
  return {
    sql: `select placed.id from resource_type cross join object as placed on placed.type_id = resource_type.id
      where namespaced = 1 and placed.key >= ? and placed.key < ?`,
    values: [from, to],
  };
}

function termHas(kinds: readonly string[], text: string): SqlPart {
  const list = kinds.map((kind) => `'${kind}'`).join(', ');
  const found = hasTrigrams(text)
    ? {
        sql: `term.id in (select rowid from term_text where term_text match ?) and +term.kind in (${list}) and instr(lower(term.text), lower(?)) > 0`,
        values: [trigramQuery(text), text],
      }
    : { sql: `term.kind in (${list}) and instr(lower(term.text), lower(?)) = 1`, values: [text] };
  return {
    sql: `select object_id from object_term where term_id in (select term.id from term where ${found.sql})`,
    values: found.values,
  };
}

/** A word that no index can look up, in whatever place of objects that others find. */
function anywhere(text: string): SqlPart {
  return {
    sql: `(instr(lower(object.name), lower(?)) > 0 or ${namespaceSql()} = lower(?) or exists (
      select 1 from object_term join term on term.id = term_id
      where object_term.object_id = object.id and kind <> 'field' and instr(lower(text), lower(?)) > 0))`,
    values: [text, text, text],
  };
}

function inRange({ sqlite }: MirrorReader, range: IpRange): SqlPart {
  const [from, to] = textBounds(range);
  const all = sqlite
    .prepare(`select id, text from term where kind = 'ip' and text >= ? and text < ?`)
    .all(from, to) as {
    readonly id: number;
    readonly text: string;
  }[];
  const ids = all.flatMap(({ id, text }) => {
    const address = parseIpAddress(text);
    return address !== undefined && isInRange(range, address) ? [id] : [];
  });
  return {
    sql: 'select object_id from object_term where term_id in (select value from json_each(?))',
    values: [JSON.stringify(ids)],
  };
}

/** Texts between which all addresses of a range are: those of IPv4 share their first numbers, IPv6 has many spellings. */
function textBounds({ address, prefixLength }: IpRange): readonly [string, string] {
  const shared = address.family === 6 ? 0 : Math.min(3, Math.floor(prefixLength / 8));
  const prefix = ipText(address).split('.').slice(0, shared).join('.');
  // '/' is the character after '.'.
  return shared === 0 ? ['', '~'] : [`${prefix}.`, `${prefix}/`];
}
