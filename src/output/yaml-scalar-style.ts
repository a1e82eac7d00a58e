import { readsAsOther } from './yaml-plain-meaning.ts';

/** How a string is written; `literal` is a `|` block. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal';

const ordinary = /^[A-Za-z/][\w./-]*$/;
const reservedStart = /^[#,[\]{}&*!|>'"%@`]|^[-?:](?:[ \t]|$)|^---|^\.\.\./;
const indicatorInside = /:(?:[ \t\r\n\u0085\u2028\u2029]|$)|[ \t\r\n\u0085\u2028\u2029]#/;
const lineBreak = /[\r\n\u0085\u2028\u2029]/;
const spaceBeforeBreak = / [\r\n\u0085\u2028\u2029]/;
const spaceAfterBreak = /[\r\n\u0085\u2028\u2029] /;
/** What libyaml calls not printable: most of C0, DEL and C1, the byte order mark, all above U+FFFF. */
const special = /[^\n -~\u00a0-\ufefe\uff00-\ufffd]|[\ud800-\udfff]/;

/**
 * The style go-yaml v2 gives a string. `isSimpleKey` is true for a key written as `key: value`, which has no room for a
 * block or a line break.
 */
export function scalarStyle(text: string, isSimpleKey: boolean): ScalarStyle {
  if (ordinary.test(text) && !readsAsOther(text)) {
    return 'plain';
  }
  const breaksLines = lineBreak.test(text);
  const unquotable = special.test(text) || spaceBeforeBreak.test(text);
  if (text.includes('\n')) {
    return isSimpleKey || unquotable || text.endsWith(' ') ? 'double' : 'literal';
  }
  if (unquotable || readsAsOther(text) || (isSimpleKey && breaksLines)) {
    return 'double';
  }
  if (!breaksLines && !reservedStart.test(text) && !indicatorInside.test(text) && !/^ | $/.test(text)) {
    return 'plain';
  }
  return spaceAfterBreak.test(text) ? 'double' : 'single';
}

/** True for a key that fits `key: value`: at most 128 bytes and without a line break. Longer ones take `? key`. */
export function isSimpleKey(key: string): boolean {
  return key.length <= 128 && !lineBreak.test(key) && Buffer.byteLength(key) <= 128;
}
