import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/core/canonical-json.ts';
import type { Json } from '../../src/core/json.ts';
import { yamlListItem, yamlText } from '../../src/output/yaml-text.ts';

function yaml(value: Json): string {
  const result = yamlText(value);
  return result.ok ? result.text : `error: ${result.message}`;
}

/** How a string is printed as the value of the key `k`. */
function printed(text: string): string {
  return yaml({ k: text }).replace(/^k: /, '').replace(/\n$/, '');
}

describe('yamlText', () => {
  test('orders keys naturally and quotes those that would not be read as strings', () => {
    const labels = { a10: '1', a2: '2', A: 'x', b: 'true', y: 'yes', 'app-x': 'v', app: 'w', _u: '1', '1a': 'z' };
    expect(yaml({ ...labels, 'app.kubernetes.io/name': 'n' })).toBe(
      '_u: "1"\n1a: z\nA: x\na2: "2"\na10: "1"\napp: w\napp-x: v\napp.kubernetes.io/name: "n"\nb: "true"\n"y": "yes"\n',
    );
  });

  test('keeps lists of a map at the key and nests lists and maps on their dash', () => {
    const value = { a: [1, { b: [], c: {} }, [2, [3, {}]], [{ d: null, e: true }]], f: { g: [] } };
    expect(yaml(value)).toBe(
      'a:\n- 1\n- b: []\n  c: {}\n- - 2\n  - - 3\n    - {}\n- - d: null\n    e: true\nf:\n  g: []\n',
    );
  });

  test('prints an empty map, a list and a scalar without anything around them', () => {
    expect([yaml({}), yaml([]), yaml([1, ['a']]), yaml('a'), yaml(null)]).toEqual([
      '{}\n',
      '[]\n',
      '- 1\n- - a\n',
      'a\n',
      'null\n',
    ]);
  });

  test.each([
    ['a: b', "'a: b'"],
    ['a:b', 'a:b'],
    ['a:', "'a:'"],
    ['- a', "'- a'"],
    ['-a', '-a'],
    ['#b', "'#b'"],
    ["it's", "it's"],
    ["'q'", "'''q'''"],
    ['"q"', '\'"q"\''],
    [' lead', "' lead'"],
    ['trail ', "'trail '"],
    ['tab\tx', '"tab\\tx"'],
    ['emoji😀', '"emoji\\U0001F600"'],
    ['é', 'é'],
    ['1:30', '"1:30"'],
    ['2024-01-01T00:00:00Z', '"2024-01-01T00:00:00Z"'],
    ['1.2.3', '1.2.3'],
    ['1_000', '"1_000"'],
    ['1e400', '1e400'],
    ['1Gi', '1Gi'],
    ['*', "'*'"],
    ['http://x:80/', 'http://x:80/'],
    ['---', "'---'"],
    ['', '""'],
    ['x\r\ny', '"x\\r\\ny"'],
    ['\ufeff a\u00a0', '"\\uFEFF\\x20\\x61\\_"'],
  ])('prints the string %j as %s', (text, expected) => {
    expect(printed(text)).toBe(expected);
  });

  test.each([
    ['{"a":1}\n', '|\n  {"a":1}'],
    ['nl\nx', '|-\n  nl\n  x'],
    ['a\n\nb\n\n', '|+\n  a\n\n  b\n'],
    ['  ind\nx', '|2-\n    ind\n  x'],
    ['x \ny', '"x \\ny"'],
    ['\n', '|2+\n'],
  ])('prints the lines %j as %j', (text, expected) => {
    expect(printed(text)).toBe(expected);
  });

  test('goes on behind a block without an empty line', () => {
    expect(yaml({ a: 'x\n', b: 'y\nz', c: 1 })).toBe('a: |\n  x\nb: |-\n  y\n  z\nc: 1\n');
  });

  test('folds at the first lone space past column 80', () => {
    const message =
      '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, ' +
      '2 Insufficient cpu. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, ' +
      '2 No preemption victims found for incoming pod.';
    expect(yaml({ status: { message } })).toBe(
      [
        'status:',
        "  message: '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane:",
        '    }, 2 Insufficient cpu. preemption: 0/3 nodes are available: 1 Preemption is not',
        "    helpful for scheduling, 2 No preemption victims found for incoming pod.'",
        '',
      ].join('\n'),
    );
  });

  test('never folds at a run of spaces, and protects one that starts a line in double quotes', () => {
    const long = 'x'.repeat(90);
    expect(yaml({ a: `${long}  b c` })).toBe(`a: ${long}  b\n  c\n`);
    expect(yaml({ a: `${long}  b\u0001` })).toBe(`a: "${long}\n  \\ b\\x01"\n`);
  });

  test('counts code points, not bytes, to fold', () => {
    const wide = '日'.repeat(76);
    expect(yaml({ a: `${wide} b c` })).toBe(`a: ${wide} b\n  c\n`);
  });

  test('writes long keys and keys of several lines with a question mark', () => {
    expect(yaml({ ['k'.repeat(128)]: 1 })).toBe(`${'k'.repeat(128)}: 1\n`);
    expect(yaml({ ['k'.repeat(129)]: [1], 'a\nb': 'c' })).toBe(`? |-\n  a\n  b\n: c\n? ${'k'.repeat(129)}\n: - 1\n`);
  });

  test.each([
    ['1.0', '1'],
    ['1e6', '1000000'],
    ['12345678901234567890', '12345678901234567000'],
    ['9007199254740993', '9007199254740993'],
    ['1234567.5', '1.2345675e+06'],
    ['1e-7', '1e-07'],
    ['1e20', '1e+20'],
    ['0.1', '0.1'],
    ['-9223372036854775808', '-9223372036854775808'],
  ])('prints the number %s as %s', (token, expected) => {
    expect(yaml({ v: parseJson(token) })).toBe(`v: ${expected}\n`);
  });

  test('a next-line character folds as the line break it is in YAML', () => {
    expect([printed('a\u0085b'), printed('a \u0085 b'), printed('a\u0085\u0085b')]).toEqual([
      'a b',
      'a b',
      '|-\n  a\n  b',
    ]);
  });

  test.each(['\u007f', '\u0080', '\u009f', '\ufffe', '\uffff'])('fails on %j anywhere', (character) => {
    const error = 'error: yaml: control characters are not allowed';
    expect([yaml({ a: [`x${character}`] }), yaml({ [character]: 1 })]).toEqual([error, error]);
  });

  test('fails on a key that JSON writes over two lines or too long for YAML', () => {
    const reason = "did not find expected ',' or '}'";
    expect(yaml({ 'a\u0085b': 1 })).toBe(`error: yaml: line 1: ${reason}`);
    expect(yaml({ ['k'.repeat(1023)]: 1 })).toBe(`error: yaml: ${reason}`);
    expect(yaml({ ['k'.repeat(1022)]: 1 })).toContain('? kkk');
  });
});

test('yamlListItem prints what yamlText prints for that item of a list', () => {
  const items: Json[] = [{ a: 'x\n', b: [1] }, 'two\nlines', [1, [2]], 7, 'word '.repeat(30).trim(), {}];
  const texts = items.map(yamlListItem).map((result) => (result.ok ? result.text : result.message));
  expect(`items:\n${texts.join('')}`).toBe(yaml({ items }));
});
