import { type ByteText, runeAt } from '../byte-text.ts';
import { isGoPrintable } from '../go-printable.ts';

const htmlEscapes: Readonly<Record<string, ByteText>> = {
  '\0': '\u00ef\u00bf\u00bd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

/** The template function `html`. */
export function escapeHtml(text: ByteText): ByteText {
  return text.replace(/[\0"'&<>]/g, (character) => htmlEscapes[character] ?? character);
}

/** The template function `js`: what may not stand in a JavaScript string, markup signs included. */
export function escapeJavaScript(text: ByteText): ByteText {
  let escaped = '';
  for (let at = 0; at < text.length;) {
    const { code, width } = runeAt(text, at);
    const plain = text.slice(at, at + width);
    if ('\\\'"'.includes(plain)) {
      escaped += `\\${plain}`;
    } else {
      escaped +=
        isGoPrintable(String.fromCodePoint(code)) && !'<>&='.includes(plain) ? plain : unicodeEscape(code, plain);
    }
    at += width;
  }
  return escaped;
}

function unicodeEscape(code: number, plain: ByteText): ByteText {
  // Delete is the one control character that Go leaves.
  return code === 0x7f ? plain : `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The template function `urlquery`. */
export function escapeQuery(text: ByteText): ByteText {
  return text.replace(/[^\w.~-]/g, (byte) =>
    byte === ' ' ? '+' : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
