import type { MirrorReader } from '../../store/open-reader.ts';
import { isShown } from '../hidden-rows.ts';
import { namespaceOfKey } from '../object-query.ts';
import type { SearchWord } from './parse-search.ts';
import { matchRanks, searchObjects, type MatchRank, type SearchResult } from './search-objects.ts';
import { nameRank, wordCondition, type SqlPart } from './word-condition.ts';

/** Most objects that all words are found in and that are ranked (the first of them by name). */
const rankedCountMax = 2_000;

interface Row {
  readonly id: number;
  readonly type_id: number;
  readonly key: string;
  readonly name: string;
  readonly rank: number | null;
}

/** What `kind:` means: the ids of the types that it names, with rows. */
export type TypeIdsOf = (text: string) => readonly number[];

/**
 * Searches for all words together. One word alone finds what `searchObjects` finds for it; with several an object is as good
 * as they are together.
 * @param words at least one that is not excluded
 */
export function searchWords(
  reader: MirrorReader,
  words: readonly SearchWord[],
  { limit, typeIdsOf }: { readonly limit: number; readonly typeIdsOf: TypeIdsOf },
): SearchResult {
  const [only, ...others] = words;
  const isPlain = only?.field === undefined && only?.text.includes('/') === false;
  if (only !== undefined && others.length === 0 && isPlain) return searchObjects(reader, only.text, limit);
  const wanted = words.filter(({ isExcluded }) => !isExcluded);
  const conditions = words.map((word): SqlPart => {
    const { sql, values } = wordCondition(reader, word, word.field === 'kind' ? typeIdsOf(word.text) : []);
    return { sql: word.isExcluded ? `not (${sql})` : sql, values };
  });
  const ranked = wanted
    .filter(({ field }) => field === undefined || field === 'name')
    .map(({ text }) => nameRank(text, (rank) => matchRanks.indexOf(rank)));
  const rank =
    ranked.length === 0 ? '0' : ranked.map(({ sql }) => `coalesce(${sql}, ${matchRanks.length})`).join(' + ');
  const rows = reader.sqlite
    .prepare(
      `select object.id, object.type_id, object.key, object.name, ${rank} as rank from object
       where ${[...conditions.map(({ sql }) => sql), isShown(reader.sqlite)].join(' and ')}
       order by rank, object.name, object.type_id, object.key limit ${Math.max(rankedCountMax, limit) + 1}`,
    )
    .all(...ranked.flatMap(({ values }) => values), ...conditions.flatMap(({ values }) => values)) as Row[];
  const ranker = new Ranker(reader, wanted);
  const hits = rows.slice(0, Math.max(rankedCountMax, limit)).map((row) => ranker.hit(row));
  hits.sort((a, b) => a.score - b.score);
  return {
    hits: hits.slice(0, limit).map(({ hit }) => hit),
    isCut: rows.length > limit,
  };
}

/** Says why an object was found, and how good that is. */
class Ranker {
  readonly #terms: ReturnType<MirrorReader['sqlite']['prepare']>;
  readonly #words: readonly SearchWord[];

  constructor({ sqlite }: MirrorReader, words: readonly SearchWord[]) {
    this.#terms = sqlite.prepare(
      `select kind, text from object_term join term on term.id = term_id where object_id = ? and kind <> 'field'`,
    );
    this.#words = words;
  }

  hit(row: Row) {
    const namespace = namespaceOfKey(row);
    let terms: readonly { readonly kind: string; readonly text: string }[] | undefined;
    const matches = this.#words.map((word) => {
      const own = ownMatch(word, row.name, namespace);
      if (own !== undefined) return own;
      terms ??= this.#terms.all(row.id) as { kind: string; text: string }[];
      return termMatch(word, terms) ?? { rank: 'text' as const, matched: word.text };
    });
    const score = matches.reduce((sum, { rank }) => sum + weightOf(rank), 0);
    const [best = { rank: 'text' as const, matched: '' }] = matches.toSorted(
      (a, b) => matchRanks.indexOf(a.rank) - matchRanks.indexOf(b.rank),
    );
    return { score, hit: { ...best, typeId: row.type_id, namespace, name: row.name } };
  }
}

/** Beside other words a namespace says where to look, and is no weak match. */
function weightOf(rank: MatchRank): number {
  return matchRanks.indexOf(rank === 'namespace' ? 'name-prefix' : rank);
}

interface Match {
  readonly rank: MatchRank;
  readonly matched: string;
}

function ownMatch({ field, text }: SearchWord, name: string, namespace: string): Match | undefined {
  if (field === 'ns') return { rank: 'namespace', matched: namespace };
  if (field === 'kind' || field === 'cluster') return { rank: 'text', matched: text };
  if (field !== undefined && field !== 'name') return undefined;
  const [own, wanted] = [name.toLowerCase(), text.toLowerCase()];
  if (own === wanted) return { rank: 'name', matched: name };
  if (own.startsWith(wanted)) return { rank: 'name-prefix', matched: name };
  if (own.includes(wanted)) return { rank: 'name-part', matched: name };
  return namespace === text ? { rank: 'namespace', matched: namespace } : undefined;
}

const rankOfKind: Readonly<Record<string, MatchRank>> = { label: 'label', image: 'image', ip: 'ip', host: 'host' };

function termMatch(
  { text }: SearchWord,
  terms: readonly { readonly kind: string; readonly text: string }[],
): Match | undefined {
  const found = terms
    .filter((term) => term.text.toLowerCase().includes(text.toLowerCase()))
    .map((term): Match => ({ rank: rankOfKind[term.kind] ?? 'text', matched: term.text }));
  return found.toSorted((a, b) => matchRanks.indexOf(a.rank) - matchRanks.indexOf(b.rank))[0];
}
