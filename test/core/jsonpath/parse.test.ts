import { describe, expect, test } from 'vitest';
import { parseJsonPath } from '../../../src/core/jsonpath/parse.ts';
import type { JsonPathNode } from '../../../src/core/jsonpath/template.ts';

function nodesOf(template: string): readonly JsonPathNode[] {
  const parsed = parseJsonPath(template);
  return parsed.ok ? parsed.template.nodes : [{ kind: 'text', text: `failed: ${parsed.message}` }];
}

/** The steps of a template that is a single action. */
function stepsOf(template: string): readonly JsonPathNode[] {
  const [action, ...rest] = nodesOf(template);
  expect(rest).toEqual([]);
  return action?.kind === 'action' ? action.nodes : [];
}

const field = (name: string): JsonPathNode => ({ kind: 'field', name });

describe('parseJsonPath', () => {
  test('takes text outside braces literally, an unmatched closing brace too', () => {
    expect(nodesOf('a} {.b}c')).toEqual([
      { kind: 'text', text: 'a} ' },
      { kind: 'action', nodes: [field('b')] },
      { kind: 'text', text: 'c' },
    ]);
    expect(nodesOf('')).toEqual([]);
  });

  test('chains fields, skipping spaces, $ and @', () => {
    expect(stepsOf('{$ .a @.b.*}')).toEqual([field('a'), field('b'), { kind: 'wildcard' }]);
  });

  test('takes a protected dot into a field name, plain and in quotes', () => {
    expect(stepsOf(String.raw`{.app\.kubernetes\.io/name}`)).toEqual([field('app.kubernetes.io/name')]);
    expect(stepsOf(String.raw`{['app\.x']}`)).toEqual([field('app.x')]);
    expect(stepsOf("{['app.x']}")).toEqual([field('app'), field('x')]);
  });

  test.each([
    ['[2]', { start: 2, end: 3, endImplied: true, step: undefined }],
    ['[]', { start: undefined, end: 1, endImplied: true, step: undefined }],
    ['[-1]', { start: -1, end: 0, endImplied: true, step: undefined }],
    ['[*]', { start: undefined, end: undefined, endImplied: false, step: undefined }],
    ['[1:]', { start: 1, end: undefined, endImplied: false, step: undefined }],
    ['[:-1:2]', { start: undefined, end: -1, endImplied: false, step: 2 }],
  ])('reads the bounds of %s', (text, slice) => {
    expect(stepsOf(`{${text}}`)).toEqual([{ kind: 'slice', ...slice }]);
  });

  test('splits a union at its commas', () => {
    expect(stepsOf("{['a.b', 'c']}")).toEqual([
      { kind: 'union', alternatives: [[field('a'), field('b')], [field('c')]] },
    ]);
  });

  test('reads a comparison and an existence test', () => {
    expect(stepsOf('{[?(@.a>=")")]}')).toEqual([
      { kind: 'filter', left: [field('a')], operator: '>=', right: [{ kind: 'text', text: ')' }] },
    ]);
    expect(stepsOf('{[?(@.a)]}')).toEqual([{ kind: 'filter', left: [field('a')], operator: 'exists', right: [] }]);
  });

  test('reads literals with the escapes of Go', () => {
    expect(stepsOf(String.raw`{"a\t\u00e9\x41\101\"" 'it\'s' 1 -2.5 true}`)).toEqual([
      { kind: 'text', text: 'a\té\u0041A"' },
      { kind: 'text', text: "it's" },
      { kind: 'literal', value: JSON.rawJSON('1') },
      { kind: 'literal', value: -2.5 },
      { kind: 'literal', value: true },
    ]);
    expect(stepsOf(String.raw`{"\xc3\xa9"}`)).toEqual([{ kind: 'text', text: 'é' }]);
  });

  test('keeps a whole float a float', () => {
    expect(stepsOf('{1.0}')).toEqual([{ kind: 'literal', value: JSON.rawJSON('1.0') }]);
  });

  test('reads range and end as words', () => {
    expect(nodesOf('{range .a}{end}')).toEqual([
      { kind: 'action', nodes: [{ kind: 'identifier', name: 'range' }, field('a')] },
      { kind: 'action', nodes: [{ kind: 'identifier', name: 'end' }] },
    ]);
  });

  test.each([
    ['{.a', 'unclosed action'],
    ['{.a\n}', 'unclosed action'],
    ['{.a[1}', 'unterminated array'],
    ['{"abc}', 'unterminated quoted string'],
    ['{[?(@.a}', 'unterminated filter'],
    ['{[?(@.a)}', 'unclosed array expect ]'],
    ['{.a["b"]}', 'invalid array index "b"'],
    ['{.a[-]}', 'array index - is not a number'],
    ['{.a.&}', undefined],
    ['{&}', "unrecognized character in action: U+0026 '&'"],
    ['{.a~}', undefined],
    ['{[?(@.a==1 && @.b==2)]}', "unrecognized character in action: U+0026 '&'"],
    ['{[?(@.a==1 || @.b==2)]}', "unrecognized character in action: U+007C '|'"],
    ['{\t}', 'unrecognized character in action: U+0009'],
    ['{-}', 'cannot parse number -'],
    ['{1..2}', 'cannot parse number 1..2'],
    ['{....}', 'invalid multiple recursive descent'],
    ['{"\\q"}', 'unquote string "\\q" error invalid syntax'],
  ])('says why %j cannot be read', (template, message) => {
    const parsed = parseJsonPath(template);
    expect(parsed.ok ? undefined : parsed.message).toBe(message);
  });
});
