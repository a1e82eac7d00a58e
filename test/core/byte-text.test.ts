import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstRunes, fromBytes, runeAt, runeBytes, runeCount, toBytes } from '../../src/core/byte-text.ts';
import { quoteBytes } from '../../src/core/go-template/quote.ts';
import { goQuote } from '../../src/core/go-quote.ts';

const text = fc.string({ unit: 'binary' });

describe('byte text', () => {
  test('holds the UTF-8 bytes of any text', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(toBytes(value)).toBe(Buffer.from(value).toString('latin1'));
        expect(fromBytes(toBytes(value))).toBe(value);
      }),
    );
  });

  test('is counted, cut and quoted by characters', () => {
    fc.assert(
      fc.property(text, fc.nat(8), (value, limit) => {
        const characters = Array.from(value);
        expect(runeCount(toBytes(value))).toBe(characters.length);
        expect(fromBytes(firstRunes(toBytes(value), limit))).toBe(characters.slice(0, limit).join(''));
        expect(fromBytes(quoteBytes(toBytes(value)))).toBe(goQuote(value));
      }),
    );
  });

  test.each([
    ['\u00ff', 'a byte that starts nothing'],
    ['\u00c3', 'a cut character'],
    ['\u00c0\u0080', 'a character in more bytes than it needs'],
    ['\u00ed\u00a0\u0080', 'half a surrogate pair'],
    ['\u00f4\u0090\u0080\u0080', 'a code point beyond the last'],
  ])('%j is %s', (bytes) => {
    expect(runeAt(bytes, 0)).toEqual({ code: 0xfffd, width: 1 });
    expect(quoteBytes(bytes)).toContain(`\\x${bytes.charCodeAt(0).toString(16)}`);
  });

  test('an impossible code point is written as U+FFFD', () => {
    expect([0xd800, 0x110000, -1].map(runeBytes)).toEqual(Array.from({ length: 3 }, () => '\u00ef\u00bf\u00bd'));
  });
});
