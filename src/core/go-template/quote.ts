import { type ByteText, isCodePoint, isPrintable, replacementRune, runeAt, runeBytes } from './byte-text.ts';

const shortEscapes: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
};

/** How Go's `%q` writes: `isAscii` is its flag `+`. */
interface QuoteStyle {
  readonly quote: '"' | "'";
  readonly isAscii: boolean;
}

/** A Go string in double quotes, as `%q` (or `%+q`) writes it; undecodable bytes become `\xff`. */
export function quoteBytes(bytes: ByteText, isAscii = false): ByteText {
  const style: QuoteStyle = { quote: '"', isAscii };
  let quoted = '"';
  for (let at = 0; at < bytes.length;) {
    const { code, width } = runeAt(bytes, at);
    const isBroken = width === 1 && code === replacementRune;
    quoted += isBroken ? `\\x${hex(bytes.charCodeAt(at), 2)}` : escaped(code, style);
    at += width;
  }
  return `${quoted}"`;
}

/** A code point in single quotes, as `%q` of an integer writes it; U+FFFD for a number that is none. */
export function quoteRune(code: number, isAscii: boolean): ByteText {
  return `'${escaped(isCodePoint(code) ? code : replacementRune, { quote: "'", isAscii })}'`;
}

/** True for a text that Go can put between backquotes, as `%#q` does where it can. */
export function canBackquote(bytes: ByteText): boolean {
  for (let at = 0; at < bytes.length;) {
    const { code, width } = runeAt(bytes, at);
    const isControl = code < 0x20 ? code !== 9 : code === 0x7f;
    if (isControl || code === 0x60 || code === 0xfeff || (width === 1 && code === replacementRune)) {
      return false;
    }
    at += width;
  }
  return true;
}

function escaped(code: number, style: QuoteStyle): ByteText {
  if (code === style.quote.charCodeAt(0) || code === 0x5c) {
    return `\\${String.fromCodePoint(code)}`;
  }
  if (isPrintable(code) && (code < 0x80 || !style.isAscii)) {
    return runeBytes(code);
  }
  const short = shortEscapes[code];
  if (short !== undefined) {
    return short;
  }
  if (code < 0x20 || code === 0x7f) {
    return `\\x${hex(code, 2)}`;
  }
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/** A code point as `%#U` writes it: `U+003D '='`, without the character where it cannot be printed. */
export function unicodeName(code: number): ByteText {
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return isPrintable(code) ? `${name} '${runeBytes(code)}'` : name;
}
