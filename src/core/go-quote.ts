import { isGoPrintable } from './go-printable.ts';

/** Control characters that have a letter of their own behind a backslash, in Go as in CEL. */
export const shortEscapes: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** A text in double quotes as Go's `%q` writes it: what cannot be printed becomes `\n`, `\x7f`, `\u200b`, `\U000e0001`. */
export function goQuote(text: string): string {
  return `"${text.replace(/["\\]|[^ -~]/gu, (character) => goEscape(character, '"'))}"`;
}

/** One character as it stands in such quotes; half a surrogate pair as U+FFFD. */
export function goEscape(character: string, quote: '"' | "'"): string {
  if (character === quote || character === '\\') {
    return `\\${character}`;
  }
  if (isGoPrintable(character)) {
    return character;
  }
  return shortEscapes[character] ?? (/\p{Cs}/u.test(character) ? '\ufffd' : numericEscape(character));
}

/** A character by its number: `\x7f` for a control character of ASCII, else `\u0080` or `\U000e0001`. */
export function numericEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x80) {
    return `\\x${hex.padStart(2, '0')}`;
  }
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** A character as `%#U` writes it: `U+003D '='`, without the character where it cannot be printed. */
export function unicodeName(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return isGoPrintable(character) ? `U+${code} '${character}'` : `U+${code}`;
}
