import { describe, expect, test } from 'vitest';
import { goQuote } from '../../src/core/go-quote.ts';

describe('goQuote', () => {
  test.each([
    ['plain text', '"plain text"'],
    ['a"b\\c', String.raw`"a\"b\\c"`],
    ['\u0007\b\f\n\r\t\v', String.raw`"\a\b\f\n\r\t\v"`],
    ['\u0000\u001b\u007f', String.raw`"\x00\x1b\x7f"`],
    ['é 世界 😀', '"é 世界 😀"'],
    ['\u00a0\u200b\ufeff', String.raw`"\u00a0\u200b\ufeff"`],
    ['\u{e0001}', String.raw`"\U000e0001"`],
  ])('quotes %j as Go does', (text, quoted) => {
    expect(goQuote(text)).toBe(quoted);
  });
});
