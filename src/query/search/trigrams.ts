/** Shortest text that the trigram index can look up (code points); shorter ones match whole names and their beginnings only. */
export const trigramLength = 3;

/** Whether the trigram index can look a text up. */
export function hasTrigrams(text: string): boolean {
  return Array.from(text).length >= trigramLength;
}

/** All trigrams of the text, each required: the index holds no positions, so that candidates are checked afterwards. */
export function trigramQuery(term: string): string {
  return trigramsOf(term).join(' AND ');
}

/**
 * A query for texts that one slip made this one of: a letter changed, added or left out, or two neighbours swapped. Wherever it
 * is, the trigrams before and behind it are there. Of a text too short to have any left, one trigram has to do.
 */
export function slipQuery(text: string): string {
  const grams = allTrigrams(text);
  const intact = Array.from(text, (_letter, at) => grams.filter((_gram, from) => from < at - 2 || from > at + 1));
  if (intact.some((rest) => rest.length === 0)) return trigramsOf(text).join(' OR ');
  return [...new Set(intact.map((rest) => `(${[...new Set(rest)].join(' AND ')})`))].join(' OR ');
}

/** The distinct trigrams of a text, each as a query. */
function trigramsOf(text: string): readonly string[] {
  return [...new Set(allTrigrams(text))];
}

/** The trigram from each letter on, as a query. */
function allTrigrams(text: string): readonly string[] {
  const points = Array.from(text);
  return Array.from({ length: Math.max(0, points.length - trigramLength + 1) }, (_none, at) => {
    const gram = points.slice(at, at + trigramLength).join('');
    return `"${gram.replaceAll('"', '""')}"`;
  });
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
