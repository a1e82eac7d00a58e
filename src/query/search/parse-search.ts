import { nearestWord } from '../../core/nearest-word.ts';

/** What of an object a word of a search is about. */
export const searchFields = ['cluster', 'host', 'image', 'ip', 'kind', 'label', 'msg', 'name', 'ns'] as const;

/** One of `searchFields`. */
export type SearchField = (typeof searchFields)[number];

/** Names that the fields have elsewhere. */
const otherNames: Readonly<Record<string, SearchField>> = {
  address: 'ip',
  context: 'cluster',
  message: 'msg',
  namespace: 'ns',
  type: 'kind',
};

/** The field that a word may have been meant to name: `kind` for `knid:pod`. A word with a colon may be an image too. */
export function meantField({
  field,
  text,
}: SearchWord): { readonly typed: string; readonly meant: SearchField } | undefined {
  const [, typed = ''] = field === undefined ? (/^([a-z]+):./.exec(text) ?? []) : [];
  const near = nearestWord(typed, [...searchFields, ...Object.keys(otherNames)]);
  const meant = searchFields.find((each) => each === near) ?? otherNames[near ?? ''];
  return meant === undefined ? undefined : { typed, meant };
}

/** A word of a search. */
export interface SearchWord {
  /** Undefined: any. */
  readonly field: SearchField | undefined;
  /** Not empty. */
  readonly text: string;
  /** Objects with it are left out. */
  readonly isExcluded: boolean;
}

/**
 * Reads what is looked for: words that must all be found, `"several words"` as one, `-word` that must not, `field:word`.
 * A colon behind anything else is a part of the word, as in `nginx:1.25`.
 */
export function parseSearch(text: string): readonly SearchWord[] {
  return [...text.matchAll(/-?(?:[a-z]+:)?(?:"[^"]*"?|[^\s"]+)+/g)].flatMap(([token]) => {
    const isExcluded = token.startsWith('-') && token.length > 1;
    const body = isExcluded ? token.slice(1) : token;
    const [, name = '', rest = ''] = /^([a-z]+):([^]+)$/.exec(body) ?? [];
    const field = searchFields.find((each) => each === name);
    const word = (field === undefined ? body : rest).replaceAll('"', '').trim();
    return word === '' ? [] : [{ field, text: word, isExcluded }];
  });
}
