import { nearestWord } from '../../core/nearest-word.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { slipQuery } from './trigrams.ts';

/** Names that are compared with what was typed, at most, in no order. */
const comparedCountMax = 5_000;

/** A word from which on one slip leaves enough of it to be known. */
const shortest = 4;

/**
 * The word of some object's name, label or image that was most likely meant by one that is found nowhere; undefined where
 * none is near. It differs by one letter, or by two neighbours that changed places.
 */
export function nearestName({ sqlite }: MirrorReader, typed: string): string | undefined {
  const points = Array.from(typed.toLowerCase());
  if (points.length < shortest || points.length > 60) return undefined;
  const near = slipQuery(typed.toLowerCase());
  const texts = sqlite
    .prepare(
      `select distinct name as text from object where id in (select rowid from object_name where object_name match ? limit ${comparedCountMax})
       union select text from term where id in (select rowid from term_text where term_text match ? limit ${comparedCountMax}) and kind in ('label', 'image', 'host')`,
    )
    .pluck()
    .all(near, near) as string[];
  const words = new Set<string>();
  for (const text of texts) {
    for (const word of [text.toLowerCase(), ...text.toLowerCase().split(/[^\p{L}\p{N}]+/u)]) {
      if (Math.abs(Array.from(word).length - points.length) <= 1) words.add(word);
    }
  }
  const found = nearestWord(typed.toLowerCase(), [...words].sort(), 1);
  return found === typed.toLowerCase() ? undefined : found;
}
