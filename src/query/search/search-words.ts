import { isInRange, parseIpAddress, parseIpRange } from '../../core/ip-address.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { isShown } from '../hidden-rows.ts';
import { namespaceOfKey } from '../../core/key-range.ts';
import { compareHits, hitColumns, rankedHit, type HitRow, type RankedHit } from './hit-order.ts';
import { closenessOf, matchRanks, nameMatch, rankOfKind, type WordMatch } from './match-rank.ts';
import type { SearchWord } from './parse-search.ts';
import { searchObjects, type SearchResult } from './search-objects.ts';
import { hasTrigrams } from './trigrams.ts';
import { typeStandings, type TypeStandings } from './type-standing.ts';
import {
  isAnyName,
  namedCandidates,
  wordConditions,
  type SqlPart,
  type TypeIdsOf,
  type WordConditions,
} from './word-condition.ts';

/** Most objects that all words are found in and that are ranked: first those with one in their name. */
const rankedCountMax = 500;

/** Objects that words without an index are looked for in, of those that have no word in their name. */
const lookedThroughMax = 4_000;

/** What kinds of objects words mean. */
export interface KindWords {
  /** Types that a word behind `kind:` names. @throws where it names none */
  readonly named: TypeIdsOf;
  /** Types that a plain word happens to name: with other words, `checkout service` finds the service. */
  readonly meant: TypeIdsOf;
}

/**
 * Searches for all words together. One word alone finds what `searchObjects` finds for it; with several an object is as good
 * as they are together.
 * @param words at least one that is not excluded
 */
export function searchWords(
  reader: MirrorReader,
  words: readonly SearchWord[],
  { limit, kinds }: { readonly limit: number; readonly kinds: KindWords },
): SearchResult {
  const [only, ...others] = words;
  const isPlain = only?.field === undefined && only?.text.includes('/') === false;
  if (only !== undefined && others.length === 0 && isPlain) return searchObjects(reader, only.text, limit);
  const wanted = words.filter(({ isExcluded }) => !isExcluded);
  const typeIds = new Map(words.map((word) => [word, typeIdsOf(word, kinds, wanted.length > 1)]));
  const most = Math.max(rankedCountMax, limit) + 1;
  const rows = candidates(reader, wordConditions(reader, words, typeIds), { words: wanted, most, enough: limit + 1 });
  const ranker = new Ranker(reader, wanted, typeIds);
  const hits = rows
    .slice(0, most - 1)
    .map((row) => ranker.hit(row))
    .sort(compareHits);
  return { hits: hits.slice(0, limit).map(({ hit }) => hit), isCut: rows.length > limit };
}

interface Wanted {
  readonly words: readonly SearchWord[];
  readonly most: number;
  /** So many need no others that are surely worse. */
  readonly enough: number;
}

/** Objects with all words: those with one in their name, and only where they are few all others. */
function candidates(
  { sqlite }: MirrorReader,
  { indexed, named: inNames, narrow }: WordConditions,
  { words, most, enough }: Wanted,
): readonly HitRow[] {
  const shown = { sql: isShown(sqlite), values: [] };
  const plain = words.filter(({ field }) => field === undefined || field === 'name').map(({ text }) => text);
  const texts = plain.some(hasTrigrams) ? plain.filter(hasTrigrams) : plain;
  const named = rowsWithNames(sqlite, [...inNames, ...narrow, shown], { texts, most });
  if (named.length >= enough) return named;
  const inner = [...indexed, shown];
  const bound = narrow.length === 0 ? '' : `limit ${lookedThroughMax}`;
  const outer = narrow.length === 0 ? '' : `where ${allOf(narrow)}`;
  const others = sqlite
    .prepare(
      `select ${hitColumns} from (select id, type_id, key, name, created_at from object where ${allOf(inner)} ${bound}) as object
       ${outer} limit ${most}`,
    )
    .all(...valuesOf(inner), ...valuesOf(narrow)) as HitRow[];
  return [...new Map([...named, ...others].map((row) => [row.id, row])).values()];
}

/**
 * Objects with one of the texts in their name, in no order: first those with all of them, then those that begin with one, then
 * all others. Where many are alike nobody can tell which were meant: none of them is read only to be put in order.
 */
function rowsWithNames(
  sqlite: MirrorReader['sqlite'],
  conditions: readonly SqlPart[],
  { texts, most }: { readonly texts: readonly string[]; readonly most: number },
): readonly HitRow[] {
  if (texts.length === 0) return [];
  const candidates = namedCandidates(texts, most);
  const all = [isAnyName(texts), ...conditions];
  const rows = sqlite
    .prepare(
      `select ${hitColumns} from (${candidates.sql}) as candidate cross join object on object.id = candidate.id where ${allOf(all)}`,
    )
    .iterate(...candidates.values, ...valuesOf(all)) as Iterable<HitRow>;
  const found = new Map<number, HitRow>();
  for (const row of rows) {
    found.set(row.id, row);
    if (found.size >= most) break;
  }
  return [...found.values()];
}

const allOf = (parts: readonly SqlPart[]): string => parts.map(({ sql }) => sql).join(' and ');

const valuesOf = (parts: readonly SqlPart[]): readonly unknown[] => parts.flatMap(({ values }) => values);

function typeIdsOf({ field, text }: SearchWord, kinds: KindWords, isBesideOthers: boolean): readonly number[] {
  if (field === 'kind') return kinds.named(text);
  return field === undefined && isBesideOthers ? kinds.meant(text) : [];
}

interface Term {
  readonly kind: string;
  readonly text: string;
}

/** Says why an object was found, and how good that is. */
class Ranker {
  readonly #terms: ReturnType<MirrorReader['sqlite']['prepare']>;
  readonly #words: readonly SearchWord[];
  readonly #typeIds: ReadonlyMap<SearchWord, readonly number[]>;
  readonly #standings: TypeStandings;

  constructor(reader: MirrorReader, words: readonly SearchWord[], typeIds: ReadonlyMap<SearchWord, readonly number[]>) {
    this.#terms = reader.sqlite.prepare(
      `select kind, text from object_term join term on term.id = term_id where object_id = ? and kind <> 'field'`,
    );
    this.#words = words;
    this.#typeIds = typeIds;
    this.#standings = typeStandings(reader);
  }

  hit(row: HitRow): RankedHit {
    let terms: readonly Term[] | undefined;
    const matches = this.#words.map((word): WordMatch => {
      const own = this.#ownMatch(word, row);
      if (own !== undefined) return own;
      terms ??= this.#terms.all(row.id) as Term[];
      return termMatch(word, terms) ?? { word: word.text, rank: 'text', matched: word.text };
    });
    return rankedHit(row, matches, this.#standings);
  }

  #ownMatch(word: SearchWord, row: HitRow): WordMatch | undefined {
    const { field, text } = word;
    const namespace = namespaceOfKey(row);
    const found = (rank: WordMatch['rank'], matched: string): WordMatch => ({ word: text, rank, matched });
    if (field === 'ns') return found('namespace', namespace);
    if (field === 'cluster') return found('text', text);
    if (field === 'kind') return found('kind', text);
    if (field !== undefined && field !== 'name') return undefined;
    const rank = nameMatch(row.name, text);
    if (rank !== undefined) return found(rank, row.name);
    if (field === 'name') return undefined;
    if (namespace === text.toLowerCase()) return found('namespace', namespace);
    return this.#typeIds.get(word)?.includes(row.type_id) === true ? found('kind', text) : undefined;
  }
}

/** The best term that a word, or an address of its range, is in. */
function termMatch({ text }: SearchWord, terms: readonly Term[]): WordMatch | undefined {
  const range = parseIpRange(text);
  const found = terms.flatMap((term) => {
    const address = range === undefined || term.kind !== 'ip' ? undefined : parseIpAddress(term.text);
    const isWithin = range !== undefined && address !== undefined && isInRange(range, address);
    const closeness = isWithin ? 0 : closenessOf(term.text, text);
    return closeness === undefined ? [] : [{ rank: rankOfKind(term.kind), matched: term.text, closeness }];
  });
  found.sort((a, b) => matchRanks.indexOf(a.rank) - matchRanks.indexOf(b.rank) || a.closeness - b.closeness);
  const [best] = found;
  return best === undefined ? undefined : { word: text, rank: best.rank, matched: best.matched };
}
