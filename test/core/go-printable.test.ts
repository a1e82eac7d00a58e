import { expect, test } from 'vitest';
import { isGoPrintable } from '../../src/core/go-printable.ts';

test.each(['a', ' ', 'é', '世', '😀', '\u0301', '\ufffd'])('%j is printable', (character) => {
  expect(isGoPrintable(character)).toBe(true);
});

test.each(['\n', '\u007f', '\u00a0', '\u00ad', '\u2028', '\ufeff', '\ud800', '\u{e0001}'])(
  '%j is not printable',
  (character) => {
    expect(isGoPrintable(character)).toBe(false);
  },
);

test('a character that Unicode got after 15.0 is not printable', () => {
  expect(['\u{1fae9}', '\ua7cb', '\u{323b0}'].map(isGoPrintable)).toEqual([false, false, false]);
});
