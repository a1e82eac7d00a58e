const singles: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };
const numeric = /\\(?:x([\da-fA-F]{2})|([0-7]{3})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y;

/**
 * The text of a literal in single or double quotes with Go's escapes, both kinds of quote taking any length. Undefined
 * when it is not one: an unknown escape, the other kind of quote escaped, a bad code point.
 */
export function unquoteLiteral(quoted: string): string | undefined {
  const quote = quoted[0] ?? '';
  const text = quoted.slice(1, -1);
  if (!text.includes('\\')) {
    return text.includes(quote) ? undefined : text;
  }
  // Bytes, because `\xHH` and octal escapes stand for bytes, several of which may make one character.
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let index = 0; index < text.length;) {
    const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
    const escape = character === '\\' ? readEscape(text, index, quote) : undefined;
    if (character === quote || (character === '\\' && escape === undefined)) {
      return undefined;
    }
    bytes.push(...(escape?.bytes ?? encoder.encode(character)));
    index += escape?.length ?? character.length;
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

interface Escape {
  readonly bytes: readonly number[];
  /** In UTF-16 units of the source. */
  readonly length: number;
}

function readEscape(text: string, index: number, quote: string): Escape | undefined {
  const letter = text[index + 1] ?? '';
  const code = letter === quote ? letter.charCodeAt(0) : singles[letter];
  if (code !== undefined) {
    return { bytes: [code], length: 2 };
  }
  numeric.lastIndex = index;
  const match = numeric.exec(text);
  if (match === null) {
    return undefined;
  }
  const [whole, hex, octal, short, long] = match;
  const byte = hex === undefined ? parseInt(octal ?? '', 8) : parseInt(hex, 16);
  if (!Number.isNaN(byte)) {
    return byte > 0xff ? undefined : { bytes: [byte], length: whole.length };
  }
  const point = parseInt(short ?? long ?? '', 16);
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
    return undefined;
  }
  return { bytes: [...new TextEncoder().encode(String.fromCodePoint(point))], length: whole.length };
}
