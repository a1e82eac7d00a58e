import { expect, test } from 'vitest';
import { sourceForm } from '../../src/cel/source-form.ts';

test.each([
  ['a.`b/c`.d', 'a._____.d', [[2, 'b/c']]],
  ['has(a.?`x-y`)', 'has(a.?_____)', [[7, 'x-y']]],
  ['"a.`b`" + a.`b`', '"a.`b`" + a.___', [[12, 'b']]],
  ['"\\"a.`b`"', '"\\"a.`b`"', []],
  ["r'\\' + a.`b`", "r'\\' + a.___", [[9, 'b']]],
  ['"""a"`b`""" + a.`b`', '"""a"`b`""" + a.___', [[16, 'b']]],
  ['a // .`b`\n.`c`', 'a // .`b`\n.___', [[11, 'c']]],
  // No fields: nothing of the kind may stand there.
  ['`a`', '`a`', []],
  ['a ? `b` : c', 'a ? `b` : c', []],
  ['a.`b"c`', 'a.`b"c`', []],
  ['a.``', 'a.``', []],
])('%s has quoted fields', (typed, text, fields) => {
  const form = sourceForm(typed);
  expect(form.text).toBe(text);
  expect([...form.quotedFields]).toEqual(fields);
});

test.each([
  ['[?a]', '[ a]', [2]],
  ['[a, ?(b.c), ? /* */d]', '[a,  (b.c),   /* */d]', [6, 14]],
  ['{?"a": b, ?c: d}', '{ "a": b,  c: d}', [2, 11]],
  ['x in [?a]', 'x in [ a]', [7]],
  ['[[?a], {?b: [?c]}]', '[[ a], { b: [ c]}]', [3, 9, 14]],
  // The library knows these.
  ['a[?b]', 'a[?b]', []],
  ['f(x)[?"b"].?c', 'f(x)[?"b"].?c', []],
  ['[a ? b : c]', '[a ? b : c]', []],
  ['f(a, ?b)', 'f(a, ?b)', []],
])('%s has elements that may be left out', (typed, text, entries) => {
  const form = sourceForm(typed);
  expect([...form.optionalEntries]).toEqual(entries);
  expect(form.text).toBe(text);
});

test('positions stay, whatever is typed', () => {
  for (const typed of ['"unclosed `a', "'''", 'b"', '`', '?', '[?', '{?', '😀.`a`[?b]', '']) {
    expect(sourceForm(typed).text).toHaveLength(typed.length);
  }
});
