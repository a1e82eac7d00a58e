import { compareUtf8 } from '../../core/utf8-order.ts';
import { namespaceOfKey } from '../../core/key-range.ts';
import { closenessOf, matchRanks, rankWeight, type Closeness, type MatchRank, type WordMatch } from './match-rank.ts';
import { compareStandings, type TypeStanding, type TypeStandings } from './type-standing.ts';

/** Columns of `object` that the order of hits is made from. */
export const hitColumns = `object.id, object.type_id, object.key, object.name, object.created_at,
  exists (select 1 from owner where owner.object_id = object.id and controller = 1) as is_owned`;

/** What `hitColumns` give. */
export interface HitRow {
  readonly id: number;
  readonly type_id: number;
  readonly key: string;
  readonly name: string;
  readonly created_at: number | null;
  readonly is_owned: number;
}

/** One object that a search found. */
export interface SearchHit extends WordMatch {
  readonly typeId: number;
  readonly namespace: string;
  readonly name: string;
  /** Where each word was found; the best of them is the hit's own. */
  readonly matches: readonly WordMatch[];
}

/** A hit with what its place depends on. */
export interface RankedHit {
  readonly hit: SearchHit;
  /** 0 for the best. */
  readonly score: number;
  readonly closeness: number;
  readonly standing: TypeStanding;
  /** Characters of the name, where the name was found. */
  readonly nameLength: number;
  readonly row: HitRow;
}

const nameRanks: ReadonlySet<MatchRank> = new Set(['name', 'name-prefix', 'name-part']);

/** The best of the matches, one for each word. */
export function bestMatch(matches: readonly WordMatch[]): WordMatch {
  const [best = { word: '', rank: 'text', matched: '' }] = matches.toSorted(
    (a, b) => matchRanks.indexOf(a.rank) - matchRanks.indexOf(b.rank),
  );
  return best;
}

/** How good matches are together, 0 for the best. One alone counts by its rank. */
export function scoreOf(matches: readonly WordMatch[]): number {
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return matchRanks.indexOf(only.rank);
  return matches.reduce((sum, { rank }) => sum + rankWeight(rank), 0);
}

/** @param matches one for each word */
export function rankedHit(row: HitRow, matches: readonly WordMatch[], standings: TypeStandings): RankedHit {
  const best = bestMatch(matches);
  return {
    hit: { ...best, matches, typeId: row.type_id, namespace: namespaceOfKey(row), name: row.name },
    score: scoreOf(matches),
    closeness: matches.reduce((sum, match) => sum + closeness(match), 0),
    standing: standings.of(row.type_id),
    nameLength: nameRanks.has(best.rank) ? row.name.length : 0,
    row,
  };
}

/** Who types the beginning of a name need not be at the end of a word. */
function closeness({ rank, matched, word }: WordMatch): Closeness {
  return rank === 'name' || rank === 'name-prefix' ? 0 : (closenessOf(matched, word) ?? 0);
}

/**
 * The order of hits: where the words were found; how much of that they are; objects before what is kept of them and what
 * happened to them; shorter names, of which the word is more; what has pods before what belongs to it; owners before what they
 * made; events the newest first, all others by name and namespace.
 */
export function compareHits(a: RankedHit, b: RankedHit): number {
  return (
    a.score - b.score ||
    a.closeness - b.closeness ||
    a.standing.tier - b.standing.tier ||
    a.nameLength - b.nameLength ||
    compareStandings(a.standing, b.standing) ||
    a.row.is_owned - b.row.is_owned ||
    (a.standing.tier === 2 ? (b.row.created_at ?? 0) - (a.row.created_at ?? 0) : 0) ||
    compareUtf8(a.row.name, b.row.name) ||
    a.row.type_id - b.row.type_id ||
    compareUtf8(a.row.key, b.row.key)
  );
}
