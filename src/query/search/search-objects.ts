import { keyRange } from '../../core/key-range.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { isShown } from '../hidden-rows.ts';
import { compareHits, hitColumns, rankedHit, type HitRow, type RankedHit, type SearchHit } from './hit-order.ts';
import { closenessOf, matchRanks, rankOfKind, type MatchRank } from './match-rank.ts';
import { hasTrigrams, successor, trigramQuery } from './trigrams.ts';
import { typeStandings, type TypeStandings } from './type-standing.ts';
import { inBothCases } from './word-condition.ts';

/** Hits of one search, best first, each object once with its best match. */
export interface SearchResult {
  readonly hits: readonly SearchHit[];
  /** There are more than `limit`. */
  readonly isCut: boolean;
}

/** What is searched. */
interface Searched {
  readonly sqlite: MirrorReader['sqlite'];
  /** See `isShown`. */
  readonly shown: string;
  readonly standings: TypeStandings;
  readonly term: string;
  /** Objects of one rank that are put in order, unless more are to be shown. */
  readonly most: number;
}

/** See `Searched.most`. */
const orderedCountMax = 500;

/** Terms with the text whose objects are looked up: for more of them nobody can tell which were meant. */
const termCountMax = 1_000;

/** Up to so many terms, the objects are looked up by their types, the best ones first; beyond, in no order. */
const termsByTypeMax = 50;

interface Row extends HitRow {
  readonly text: string;
}

/** A word that is part of a term. */
interface FoundTerm {
  readonly id: number;
  readonly kind: string;
  readonly text: string;
}

/**
 * Searches all types for `term`, without regard to case: exact names, beginnings and parts of names, then labels, images, IPs,
 * hosts, namespaces and messages, each in the order of `compareHits`. Every step reads only what its index finds.
 */
export function searchObjects(reader: MirrorReader, term: string, limit: number): SearchResult {
  const { sqlite } = reader;
  const wanted = limit + 1;
  const standings = typeStandings(reader);
  const searched = { sqlite, shown: isShown(sqlite), standings, term, most: Math.max(orderedCountMax, wanted) };
  const found = new Map<number, RankedHit>();
  for (const [rank, rows] of steps(searched)) {
    const hits = new Map<number, RankedHit>();
    for (const row of rows) {
      if (found.has(row.id)) continue;
      const hit = rankedHit(row, [{ word: term, rank, matched: row.text }], standings);
      const known = hits.get(row.id);
      if (known === undefined || hit.closeness < known.closeness) hits.set(row.id, hit);
    }
    for (const hit of [...hits.values()].sort(compareHits)) found.set(hit.row.id, hit);
    if (found.size >= wanted) break;
  }
  const hits = Array.from(found.values(), ({ hit }) => hit);
  return { hits: hits.slice(0, limit), isCut: hits.length > limit };
}

/** What is found, rank by rank: a rank is looked up when it is asked for. */
function* steps(searched: Searched): Generator<readonly [MatchRank, readonly Row[]]> {
  yield ['name', byName(searched)];
  yield ['name-prefix', byNamePrefix(searched)];
  if (!hasTrigrams(searched.term)) return;
  yield ['name-part', byNamePart(searched)];
  const terms = Map.groupBy(termsWith(searched), ({ kind }) => rankOfKind(kind));
  for (const rank of matchRanks.slice(matchRanks.indexOf('label'))) {
    if (rank === 'namespace') yield [rank, byNamespace(searched)];
    else yield [rank, byTerms(searched, terms.get(rank) ?? [])];
  }
}

const columns = `${hitColumns}, object.name as text`;

function byName({ sqlite, shown, term, most }: Searched): readonly Row[] {
  const statement = sqlite.prepare(`select ${columns} from object where name = ? and ${shown} limit ${most}`);
  return inBothCases(term).flatMap((name) => statement.all(name) as Row[]);
}

function byNamePrefix({ sqlite, shown, term, most }: Searched): readonly Row[] {
  return inBothCases(term).flatMap((prefix) => {
    const end = successor(prefix);
    const range = end === undefined ? 'name > ?' : 'name > ? and name < ?';
    const statement = sqlite.prepare(
      `select ${columns} from object where ${range} and ${shown} order by name limit ${most}`,
    );
    return statement.all(...(end === undefined ? [prefix] : [prefix, end])) as Row[];
  });
}

function byNamePart({ sqlite, shown, term, most }: Searched): readonly Row[] {
  const statement = sqlite.prepare(
    `select ${columns} from object_name cross join object on object.id = object_name.rowid
     where object_name match ? and instr(lower(object.name), lower(?)) > 0 and ${shown} limit ${most}`,
  );
  return statement.all(trigramQuery(term), term) as Row[];
}

/** The distinct terms that hold the text, those that are the text before the others: their objects are found afterwards. */
function termsWith({ sqlite, term }: Searched): readonly FoundTerm[] {
  const isWanted = `+kind <> 'field' and instr(lower(text), lower(?)) > 0 limit ${termCountMax}`;
  const whole = sqlite.prepare(
    `select id, kind, text from term where kind in ('host', 'image', 'ip', 'label', 'message', 'reason') and text = ?`,
  );
  const parts = sqlite.prepare(
    `select id, kind, text from term where id in (select rowid from term_text where term_text match ?) and ${isWanted}`,
  );
  const terms = [...whole.all(term), ...parts.all(trigramQuery(term), term)] as FoundTerm[];
  const distinct = [...new Map(terms.map((found) => [found.id, found])).values()];
  const closeness = new Map(distinct.map(({ id, text }) => [id, closenessOf(text, term) ?? 2]));
  return distinct.toSorted((a, b) => (closeness.get(a.id) ?? 2) - (closeness.get(b.id) ?? 2));
}

/** Objects with one of the terms, the types of the best standing first. */
function byTerms(searched: Searched, terms: readonly FoundTerm[]): readonly Row[] {
  if (terms.length === 0) return [];
  const { sqlite, shown, standings, most } = searched;
  const textOf = new Map(terms.map(({ id, text }) => [id, text]));
  const found: Row[] = [];
  const groups = terms.length > termsByTypeMax ? [undefined] : standings.groups;
  for (const group of groups) {
    const ofGroup = group === undefined ? '' : `and object_term.type_id in (${group.map(Number).join(', ')})`;
    const statement = sqlite.prepare(
      `select ${hitColumns}, object_term.term_id from json_each(?) as wanted
         cross join object_term on object_term.term_id = wanted.value ${ofGroup}
         cross join object on object.id = object_term.object_id
       where ${shown} limit ${most - found.length}`,
    );
    const rows = statement.all(JSON.stringify([...textOf.keys()])) as (HitRow & { readonly term_id: number })[];
    for (const row of rows) found.push({ ...row, text: textOf.get(row.term_id) ?? '' });
    if (found.length >= most) break;
  }
  return found;
}

function byNamespace({ sqlite, shown, standings, term, most }: Searched): readonly Row[] {
  const namespaces = sqlite
    .prepare(
      `select object.name as name from object join resource_type on resource_type.id = object.type_id
       where api_group = '' and resource = 'namespaces' and instr(object.name, @term) > 0
       union select namespace as name from scope where instr(namespace, @term) > 0 order by name`,
    )
    .pluck()
    .all({ term: term.toLowerCase() }) as string[];
  const statement = sqlite.prepare(
    `select ${hitColumns}, ? as text from object where type_id = ? and key >= ? and key < ? and ${shown} limit ?`,
  );
  const found: Row[] = [];
  for (const typeId of standings.groups.flat()) {
    for (const namespace of namespaces) {
      if (found.length >= most) return found;
      const { from, to } = keyRange(namespace);
      found.push(...(statement.all(namespace, typeId, from, to, most - found.length) as Row[]));
    }
  }
  return found;
}
