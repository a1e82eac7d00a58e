/** Patterns of `-f` as Go reads them (path/filepath, Go 1.26): `*`, `?`, `[a-z]`, `[^a]` and `\` within one name, no more. */

/** One part of a pattern: any number of characters, or one of them. */
type Part =
  | { readonly kind: 'star' }
  | { readonly kind: 'any' }
  | { readonly kind: 'one'; readonly isNegated: boolean; readonly ranges: readonly Range[] };

type Range = readonly [low: number, high: number];

/** True where a text is more than the name of a file. */
export function isPattern(text: string): boolean {
  return /[*?[\\]/.test(text);
}

/** The test of names that a pattern without `/` stands for, linear in the name for each star; undefined for one that Go refuses. */
export function namePattern(pattern: string): ((name: string) => boolean) | undefined {
  const parts = partsOf(Array.from(pattern));
  if (parts === undefined) return undefined;
  return (name) =>
    matches(
      parts,
      Array.from(name, (character) => character.codePointAt(0) ?? 0),
    );
}

/** Takes the code point at a place of a class or after a backslash. */
interface Taken {
  readonly point: number;
  readonly next: number;
}

function partsOf(pattern: readonly string[]): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length;) {
    const character = pattern[at];
    if (character === '*') {
      if (parts.at(-1)?.kind !== 'star') parts.push({ kind: 'star' });
      at += 1;
    } else if (character === '?') {
      parts.push({ kind: 'any' });
      at += 1;
    } else {
      const read = character === '[' ? readClass(pattern, at + 1) : readLiteral(pattern, at);
      if (read === undefined) return undefined;
      parts.push(read.part);
      at = read.next;
    }
  }
  return parts;
}

interface ReadPart {
  readonly part: Part;
  readonly next: number;
}

function readLiteral(pattern: readonly string[], at: number): ReadPart | undefined {
  const taken = pointAt(pattern, pattern[at] === '\\' ? at + 1 : at);
  return taken && { part: { kind: 'one', isNegated: false, ranges: [[taken.point, taken.point]] }, next: taken.next };
}

function readClass(pattern: readonly string[], start: number): ReadPart | undefined {
  const isNegated = pattern[start] === '^';
  const ranges: Range[] = [];
  for (let at = isNegated ? start + 1 : start; ;) {
    if (pattern[at] === ']' && ranges.length > 0) return { part: { kind: 'one', isNegated, ranges }, next: at + 1 };
    const low = memberAt(pattern, at);
    if (low === undefined) return undefined;
    const high = pattern[low.next] === '-' ? memberAt(pattern, low.next + 1) : low;
    if (high === undefined) return undefined;
    ranges.push([low.point, high.point]);
    at = high.next;
  }
}

/** A member of a class, which is not closed yet. */
function memberAt(pattern: readonly string[], at: number): Taken | undefined {
  const character = pattern[at];
  if (character === '-' || character === ']') return undefined;
  const taken = pointAt(pattern, character === '\\' ? at + 1 : at);
  return taken === undefined || taken.next >= pattern.length ? undefined : taken;
}

function pointAt(pattern: readonly string[], at: number): Taken | undefined {
  const point = pattern[at]?.codePointAt(0);
  return point === undefined ? undefined : { point, next: at + 1 };
}

/** Only the last star is ever taken back, so that no name takes long. */
function matches(parts: readonly Part[], name: readonly number[]): boolean {
  let star = -1;
  let starAt = 0;
  let part = 0;
  let at = 0;
  while (at < name.length) {
    const current = parts[part];
    if (current?.kind === 'star') {
      star = part;
      starAt = at;
      part += 1;
    } else if (current !== undefined && fits(current, name[at] ?? 0)) {
      part += 1;
      at += 1;
    } else if (star >= 0) {
      part = star + 1;
      starAt += 1;
      at = starAt;
    } else {
      return false;
    }
  }
  return parts.slice(part).every(({ kind }) => kind === 'star');
}

function fits(part: Part, point: number): boolean {
  if (part.kind !== 'one') return true;
  return part.ranges.some(([low, high]) => low <= point && point <= high) !== part.isNegated;
}
