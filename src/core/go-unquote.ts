import { type ByteText, isCodePoint, runeAt, runeBytes } from './byte-text.ts';

/** One character of a literal: its value and where the next one starts. */
export interface LiteralCharacter {
  /** A byte of 0 to 255 or, where `isRune`, a code point. */
  readonly code: number;
  readonly isRune: boolean;
  readonly end: number;
}

const simpleEscapes: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };
const numericEscape = /\\(?:x([\da-fA-F]{2})|([0-7]{3})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y;

/**
 * The value of a literal in quotes, which are part of it, by Go's rules; inside single quotes any length is taken.
 * Undefined when it is none: an unknown escape, the other kind of quote escaped, a code point that does not exist.
 */
export function unquoteString(literal: ByteText): ByteText | undefined {
  const quote = literal.charAt(0);
  if (quote === '`') {
    return literal.slice(1, -1).replaceAll('\r', '');
  }
  let value = '';
  for (let at = 1; at < literal.length - 1;) {
    const character = literalCharacter(literal, at, quote);
    if (character === undefined) {
      return undefined;
    }
    value += character.isRune ? runeBytes(character.code) : String.fromCharCode(character.code);
    at = character.end;
  }
  return value;
}

/** The character at `at` of a literal in such quotes; undefined for the quote itself and for a bad escape. */
export function literalCharacter(literal: ByteText, at: number, quote: string): LiteralCharacter | undefined {
  const character = literal[at];
  if (character === undefined || character === quote) {
    return undefined;
  }
  if (character !== '\\') {
    const { code, width } = runeAt(literal, at);
    return { code, isRune: code >= 0x80, end: at + width };
  }
  const letter = literal[at + 1] ?? '';
  const simple = letter === quote ? letter.charCodeAt(0) : simpleEscapes[letter];
  return simple === undefined ? numericCharacter(literal, at) : { code: simple, isRune: false, end: at + 2 };
}

function numericCharacter(literal: ByteText, at: number): LiteralCharacter | undefined {
  numericEscape.lastIndex = at;
  const match = numericEscape.exec(literal);
  if (match === null) {
    return undefined;
  }
  const [whole, byte, octal, short, long] = match;
  const end = at + whole.length;
  if (short === undefined && long === undefined) {
    const code = byte === undefined ? parseInt(octal ?? '', 8) : parseInt(byte, 16);
    return code > 0xff ? undefined : { code, isRune: false, end };
  }
  const code = parseInt(short ?? long ?? '', 16);
  return isCodePoint(code) ? { code, isRune: true, end } : undefined;
}
