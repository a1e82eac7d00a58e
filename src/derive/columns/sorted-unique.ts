import { compareUtf8 } from '../../core/utf8-order.ts';

/** The distinct strings, in UTF-8 order. */
export function sortedUnique(strings: readonly string[]): readonly string[] {
  return [...new Set(strings)].toSorted(compareUtf8);
}
