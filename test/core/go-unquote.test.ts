import { expect, test } from 'vitest';
import { toBytes } from '../../src/core/byte-text.ts';
import { unquoteString } from '../../src/core/go-unquote.ts';

test.each([
  ['"a\\tb\\x41\\101\\u00e9\\U0001F600\\\\\\""', 'a\tbAAé😀\\"'],
  [`'it\\'s "so"'`, `it's "so"`],
  ['`a\\n\r\n`', 'a\\n\n'],
  ['""', ''],
])('%s stands for %j', (literal, text) => {
  expect(unquoteString(toBytes(literal))).toBe(toBytes(text));
});

test('an escaped byte stays one, part of a character or not', () => {
  expect(unquoteString('"\\xc3\\xa9\\377"')).toBe('\u00c3\u00a9\u00ff');
});

test.each(['"\\q"', `"\\'"`, `'\\"'`, '"a"b"', '"\\ud800"', '"\\400"', '"\\x4"', '"\\U00110000"'])(
  '%s is no literal',
  (literal) => {
    expect(unquoteString(literal)).toBeUndefined();
  },
);
