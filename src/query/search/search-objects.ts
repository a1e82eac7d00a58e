import type { MirrorReader } from '../../store/open-reader.ts';
import { isShown } from '../hidden-rows.ts';
import { namespaceOfKey } from '../object-query.ts';

/** What is searched. */
interface Searched {
  readonly sqlite: MirrorReader['sqlite'];
  /** See `isShown`. */
  readonly shown: string;
}

/** Why an object was found, best first: the order of the results. */
export const matchRanks = [
  'name',
  'name-prefix',
  'name-part',
  'label',
  'image',
  'ip',
  'host',
  'namespace',
  'text',
] as const;

/** One of `matchRanks`. */
export type MatchRank = (typeof matchRanks)[number];

/** One object that a search found. */
export interface SearchHit {
  readonly rank: MatchRank;
  /** The text that matched: a name, `key=value`, an image, a message … */
  readonly matched: string;
  readonly typeId: number;
  readonly namespace: string;
  readonly name: string;
}

/** Hits of one search, best first, each object once with its best match. */
export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /** There are more than `limit`. */
  readonly isCut: boolean;
}

/** Shortest text that the trigram index can look up (code points); shorter ones match whole names and their beginnings only. */
export const trigramLength = 3;

interface Row {
  readonly id: number;
  readonly type_id: number;
  readonly key: string;
  readonly name: string;
  readonly text: string;
}

/**
 * Searches all types for `term`, without regard to case in texts: exact names, beginnings and parts of names, then
 * labels, images, IPs, hosts, namespaces and messages. Every step reads only what its index finds.
 */
export function searchObjects(reader: MirrorReader, term: string, limit: number): SearchResult {
  const found = new Map<number, SearchHit>();
  const wanted = limit + 1;
  const { sqlite } = reader;
  const shown = isShown(sqlite);
  const searched = { sqlite, shown };
  const take = (rank: MatchRank, rows: Iterable<Row>): void => {
    for (const row of rows) {
      if (found.size >= wanted) return;
      if (!found.has(row.id)) found.set(row.id, hit(rank, row));
    }
  };
  take(
    'name',
    sqlite.prepare(`${objectColumns} where name = ? and ${shown} order by type_id, key`).iterate(term) as Iterable<Row>,
  );
  for (const prefix of new Set([term, term.toLowerCase()])) take('name-prefix', byNamePrefix(searched, prefix, wanted));
  if (Array.from(term).length >= trigramLength) {
    take('name-part', byNamePart(searched, term));
    for (const rank of ['label', 'image', 'ip', 'host'] as const) take(rank, byTerm(searched, [rank], term));
    take('namespace', byNamespace(searched, term, wanted));
    take('text', byTerm(searched, ['annotation', 'reason', 'message'], term));
  }
  const hits = [...found.values()];
  return { hits: hits.slice(0, limit), isCut: hits.length > limit };
}

const objectColumns = 'select id, type_id, key, name, name as text from object';

function hit(rank: MatchRank, row: Row): SearchHit {
  const namespace = namespaceOfKey(row);
  return { rank, matched: row.text, typeId: row.type_id, namespace, name: row.name };
}

function byNamePrefix({ sqlite, shown }: Searched, term: string, limit: number): Iterable<Row> {
  const end = successor(term);
  const range = end === undefined ? 'name > ?' : 'name > ? and name < ?';
  const statement = sqlite.prepare(
    `${objectColumns} where ${range} and ${shown} order by name, type_id, key limit ${limit}`,
  );
  return statement.iterate(...(end === undefined ? [term] : [term, end])) as Iterable<Row>;
}

function byNamePart({ sqlite, shown }: Searched, term: string): Iterable<Row> {
  const statement = sqlite.prepare(
    `${objectColumns} where id in (select rowid from object_name where object_name match ?) and instr(lower(name), lower(?)) > 0 and ${shown} order by name, type_id, key`,
  );
  return statement.iterate(trigramQuery(term), term) as Iterable<Row>;
}

/** Objects with a term of these kinds that contains the text: the distinct terms are found first, then their objects. */
function byTerm({ sqlite, shown }: Searched, kinds: readonly string[], term: string): Iterable<Row> {
  const statement = sqlite.prepare(
    `select object.id, object.type_id, object.key, object.name, term.text from term
       cross join object_term on object_term.term_id = term.id
       cross join object on object.id = object_term.object_id
     where term.id in (select rowid from term_text where term_text match ?)
       and +term.kind in (${kinds.map(() => '?').join(', ')})
       and instr(lower(term.text), lower(?)) > 0 and ${shown}`,
  );
  return statement.iterate(trigramQuery(term), ...kinds, term) as Iterable<Row>;
}

function byNamespace({ sqlite, shown }: Searched, term: string, limit: number): Iterable<Row> {
  const namespaces = sqlite
    .prepare(
      `select object.name as name from object join resource_type on resource_type.id = object.type_id
       where api_group = '' and resource = 'namespaces' and instr(object.name, @term) > 0
       union select namespace as name from scope where instr(namespace, @term) > 0 order by name`,
    )
    .pluck()
    .all({ term }) as string[];
  const statement = sqlite.prepare(
    `select id, type_id, key, name, ? as text from object where type_id = ? and key >= ? and key < ? and ${shown} order by key limit ${limit}`,
  );
  const typeIds = sqlite
    .prepare(`select id from resource_type where namespaced = 1 and alias_of is null order by position`)
    .pluck()
    .all() as number[];
  return namespaces.flatMap((namespace) =>
    typeIds.flatMap((typeId) => statement.all(namespace, typeId, `${namespace}/`, `${namespace}0`) as Row[]),
  );
}

/** All trigrams of the text, each required: the index holds no positions, so that candidates are checked afterwards. */
export function trigramQuery(term: string): string {
  const points = Array.from(term);
  const grams = new Set<string>();
  for (let at = 0; at + trigramLength <= points.length; at += 1)
    grams.add(points.slice(at, at + trigramLength).join(''));
  return [...grams].map((gram) => `"${gram.replaceAll('"', '""')}"`).join(' AND ');
}

/** The least text that is greater than every text beginning with `prefix`, or undefined where there is none. */
export function successor(prefix: string): string | undefined {
  const points = Array.from(prefix);
  const last = points.pop()?.codePointAt(0);
  if (last === undefined) return undefined;
  if (last >= 0x10_ff_ff) return successor(points.join(''));
  // The surrogates are no characters: the next one after U+D7FF is U+E000.
  return points.join('') + String.fromCodePoint(last + 1 === 0xd8_00 ? 0xe0_00 : last + 1);
}
