/**
 * Go strings are bytes, which a template can cut inside a character (`slice`, `index`) or make from nothing
 * (`base64decode`, `"\xff"`). Here a Go string is a JavaScript string with one character, U+0000 to
 * U+00FF, per byte; plain ASCII is the same in both forms.
 */
export type ByteText = string;

/** What an undecodable byte reads as, and what Go writes in place of an impossible code point. */
export const replacementRune = 0xfffd;

const beyondAscii = /[^\0-\x7f]/;

/** The UTF-8 bytes of a text; half a surrogate pair becomes U+FFFD. */
export function toBytes(text: string): ByteText {
  return beyondAscii.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

/** The text of UTF-8 bytes; bytes that are none become U+FFFD. */
export function fromBytes(bytes: ByteText): string {
  return beyondAscii.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}

/** One code point and how many bytes it takes. */
export interface Rune {
  readonly code: number;
  readonly width: number;
}

const invalid: Rune = { code: replacementRune, width: 1 };

/** The lowest code point that needs 2, 3 and 4 bytes: anything below it in that many bytes is not UTF-8. */
const lowestOfWidth = [0, 0, 0x80, 0x800, 0x10000];

/** The code point at byte `at`, which must be inside; a byte that starts none is U+FFFD of width 1. */
export function runeAt(bytes: ByteText, at: number): Rune {
  const first = bytes.charCodeAt(at);
  if (first < 0x80) {
    return { code: first, width: 1 };
  }
  const width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + width > bytes.length) {
    return invalid;
  }
  let code = first & (0xff >> (width + 1));
  for (let offset = 1; offset < width; offset += 1) {
    const byte = bytes.charCodeAt(at + offset);
    if (byte >> 6 !== 2) {
      return invalid;
    }
    code = (code << 6) | (byte & 0x3f);
  }
  return code < (lowestOfWidth[width] ?? 0) || !isCodePoint(code) ? invalid : { code, width };
}

/** True for what UTF-8 can hold: up to U+10FFFF, without the surrogates. */
export function isCodePoint(code: number): boolean {
  return code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

/** The bytes of a code point; of U+FFFD for a number that is none. */
export function runeBytes(code: number): ByteText {
  return toBytes(String.fromCodePoint(isCodePoint(code) ? code : replacementRune));
}

/** How many code points there are; an undecodable byte counts as one. */
export function runeCount(bytes: ByteText): number {
  if (!beyondAscii.test(bytes)) {
    return bytes.length;
  }
  let count = 0;
  for (let at = 0; at < bytes.length; count += 1) {
    at += runeAt(bytes, at).width;
  }
  return count;
}

/** The first `limit` code points. */
export function firstRunes(bytes: ByteText, limit: number): ByteText {
  let at = 0;
  for (let count = 0; count < limit && at < bytes.length; count += 1) {
    at += runeAt(bytes, at).width;
  }
  return bytes.slice(0, at);
}
