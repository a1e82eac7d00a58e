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
  'kind',
  'text',
] as const;

/** One of `matchRanks`. */
export type MatchRank = (typeof matchRanks)[number];

/** Where a word was found in an object. */
export interface WordMatch {
  /** As it was typed. */
  readonly word: string;
  readonly rank: MatchRank;
  /** The text that the word is a part of: a name, `key=value`, an image, a message … */
  readonly matched: string;
}

const rankOfTerm: Readonly<Record<string, MatchRank>> = { label: 'label', image: 'image', ip: 'ip', host: 'host' };

/** The rank of what is found in a term of a kind. */
export function rankOfKind(kind: string): MatchRank {
  return rankOfTerm[kind] ?? 'text';
}

/** How good a rank is beside other words, 0 for the best: there a namespace or a kind says where to look, and is no weak match. */
export function rankWeight(rank: MatchRank): number {
  return matchRanks.indexOf(rank === 'namespace' || rank === 'kind' ? 'name-prefix' : rank);
}

/** How much of a text a word is: 0 all of it, 1 whole words, 2 a part of a word. */
export type Closeness = 0 | 1 | 2;

/** @returns undefined where the text does not hold the word */
export function closenessOf(text: string, word: string): Closeness | undefined {
  const [whole, part] = [text.toLowerCase(), word.toLowerCase()];
  let at = whole.indexOf(part);
  if (at < 0) return undefined;
  if (whole === part) return 0;
  for (; at >= 0; at = whole.indexOf(part, at + 1)) {
    if (isEdge(whole, at) && isEdge(whole, at + part.length)) return 1;
  }
  return 2;
}

const wordCharacter = /[\p{L}\p{N}]/u;

/** True where no word goes on from before a place to behind it. */
function isEdge(text: string, at: number): boolean {
  return !wordCharacter.test(text.charAt(at - 1)) || !wordCharacter.test(text.charAt(at));
}

/** The rank of a word in a name; undefined where the name does not hold it. */
export function nameMatch(name: string, word: string): 'name' | 'name-prefix' | 'name-part' | undefined {
  const at = name.toLowerCase().indexOf(word.toLowerCase());
  if (at < 0) return undefined;
  if (at > 0) return 'name-part';
  return name.length === word.length ? 'name' : 'name-prefix';
}
