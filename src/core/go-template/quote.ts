import { type ByteText, fromBytes, isCodePoint, replacementRune, runeAt, toBytes } from '../byte-text.ts';
import { goEscape, numericEscape } from '../go-quote.ts';

/** A Go string in double quotes, as `%q` (or, in ASCII, `%+q`) writes it; undecodable bytes become `\xff`. */
export function quoteBytes(bytes: ByteText, isAscii = false): ByteText {
  let quoted = '"';
  for (let at = 0; at < bytes.length;) {
    const { code, width } = runeAt(bytes, at);
    const isBroken = width === 1 && code === replacementRune;
    quoted += isBroken ? `\\x${bytes.charCodeAt(at).toString(16)}` : escaped(code, '"', isAscii);
    at += width;
  }
  return `${quoted}"`;
}

/** A code point in single quotes, as `%q` of an integer writes it; U+FFFD for a number that is none. */
export function quoteRune(code: number, isAscii: boolean): ByteText {
  return `'${escaped(isCodePoint(code) ? code : replacementRune, "'", isAscii)}'`;
}

/** True for a text that Go can put between backquotes, as `%#q` does where it can. */
export function canBackquote(bytes: ByteText): boolean {
  return (
    /^[\t -_a-~\x80-\xff]*$/.test(bytes) && !bytes.includes('\u00ef\u00bb\u00bf') && toBytes(fromBytes(bytes)) === bytes
  );
}

function escaped(code: number, quote: '"' | "'", isAscii: boolean): ByteText {
  const character = String.fromCodePoint(code);
  return isAscii && code >= 0x80 ? numericEscape(character) : toBytes(goEscape(character, quote));
}
