/**
 * Compares two texts as their UTF-8 bytes would compare: the order of names in etcd and of keys in Go's JSON. Negative,
 * zero or positive. It differs from `<` only where a code point above U+FFFF meets one from U+E000 on.
 */
export function compareUtf8(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) {
      return left < 0xd800 || right < 0xd800 ? left - right : utf8Rank(left) - utf8Rank(right);
    }
  }
  return a.length - b.length;
}

/** Puts surrogates, halves of code points above U+FFFF, after every other unit. */
function utf8Rank(unit: number): number {
  return unit < 0xe000 ? unit + 0x10000 : unit;
}
