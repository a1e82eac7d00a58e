import type { SearchWord } from './parse-search.ts';

/**
 * What was most likely meant where words are found nowhere together: each plain word that is near to a known one is that.
 * Undefined where none is.
 * @param nearest the known word that one was most likely meant to be
 */
export function meantWords(
  words: readonly SearchWord[],
  nearest: (text: string) => string | undefined,
): readonly SearchWord[] | undefined {
  const meant = words.map((word): SearchWord => {
    if (word.isExcluded || (word.field !== undefined && word.field !== 'name')) return word;
    return { ...word, text: nearest(word.text) ?? word.text };
  });
  return meant.every(({ text }, index) => text === words[index]?.text) ? undefined : meant;
}
