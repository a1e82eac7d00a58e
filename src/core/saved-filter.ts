/** A question to `navi get` under a name. */
export interface SavedFilter {
  /** In Unicode's composed form (NFC). */
  readonly name: string;
  /** What stands behind `navi get`, word by word. */
  readonly arguments: readonly string[];
  /** For people; may be empty. */
  readonly description: string;
}

/** Most characters of a name (code points). */
const maxLength = 63;

const pattern = /^[\p{L}\p{N}_.][\p{L}\p{M}\p{N}_.-]*$/u;

/** The name in the form in which names are compared: a letter with an accent may be typed as one character or as two. */
export function filterName(typed: string): string {
  return typed.normalize('NFC');
}

/** Why a text cannot be the name of a filter, as the end of a sentence; undefined where it can. */
export function filterNameFault(name: string): string | undefined {
  if (Array.from(name).length > maxLength) return `has more than ${maxLength} characters`;
  return pattern.test(name) ? undefined : 'is not made of letters, digits, -, _ and ., the first of which is no -';
}
