import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/core/canonical-json.ts';
import type { Json } from '../../src/core/json.ts';
import { kyamlListItem, kyamlText } from '../../src/output/kyaml-text.ts';

function kyaml(value: Json): string {
  const result = kyamlText(value);
  return result.ok ? result.text : `error: ${result.message}`;
}

/** How a string is printed as the value of the key `k`. */
function printed(text: string): string {
  return kyaml({ k: text })
    .replace('---\n{\n  k: ', '')
    .replace(/,\n\}\n$/, '');
}

/** How a key is printed. */
function printedKey(key: string): string {
  return kyaml({ [key]: null })
    .replace('---\n{\n  ', '')
    .replace(/: null,\n\}\n$/, '');
}

describe('kyamlText', () => {
  test('prints an object over lines of its own with commas behind every member', () => {
    const object = {
      apiVersion: 'example.com/v1',
      kind: 'Gizmo',
      metadata: { name: 'null' },
      spec: { 'app.io/x': 'v', arr: [3, 1], cs: [{ name: 'c1' }, { name: 'c2' }], em: {}, s: 'l1\n  l2', t: true },
    };
    expect(kyaml(object)).toBe(
      [
        '---',
        '{',
        '  apiVersion: "example.com/v1",',
        '  kind: "Gizmo",',
        '  metadata: {',
        '    name: "null",',
        '  },',
        '  spec: {',
        '    app.io/x: "v",',
        '    arr: [',
        '      3,',
        '      1,',
        '    ],',
        '    cs: [{',
        '      name: "c1",',
        '    }, {',
        '      name: "c2",',
        '    }],',
        '    em: {},',
        '    s: "\\',
        '       l1\\n\\',
        '      \\  l2\\',
        '      ",',
        '    "t": true,',
        '  },',
        '}',
        '',
      ].join('\n'),
    );
  });

  test('cuddles a list only where every item is a map or a list', () => {
    expect(kyaml([[1], {}, []])).toBe('---\n[[\n  1,\n], {}, []]\n');
    expect(kyaml([{ a: 1 }, null])).toBe('---\n[\n  {\n    a: 1,\n  },\n  null,\n]\n');
    expect([kyaml([]), kyaml({}), kyaml('x')]).toEqual(['---\n[]\n', '---\n{}\n', '---\n"x"\n']);
  });

  test('orders keys as UTF-8 does', () => {
    const keys = [...kyaml({ b: 1, a10: 1, a2: 1, '\ufffd': 1, '😀': 1, B: 1 }).matchAll(/^ {2}(.*):/gm)];
    expect(keys.map((found) => found[1])).toEqual(['B', 'a10', 'a2', 'b', '"\ufffd"', '"😀"']);
  });

  test.each([
    ['plain', '"plain"'],
    ['"q" \\', '"\\"q\\" \\\\"'],
    ['tab\tx', '"tab\tx"'],
    ['é 日本 😀', '"é 日本 😀"'],
    ['\u0000\u0001\u0007\b\f\r\v\u001b', '"\\0\\x01\\a\\b\\f\\r\\v\\e"'],
    ['\u00a0\u00ad\u200b\u2028\u2029\ufeff', '"\\_\\u00ad\\u200b\\L\\P\\ufeff"'],
    ['\u{e0001}', '"\\U000e0001"'],
    ['\u1c89', '"\\u1c89"'],
    ['a\u0085b', '"a b"'],
  ])('prints the string %j as %s', (text, expected) => {
    expect(printed(text)).toBe(expected);
  });

  test.each([
    ['a\n', '"\\\n     a\\n\\\n    "'],
    ['a\n\nb', '"\\\n     a\\n\\\n     \\n\\\n     b\\\n    "'],
    ['\n', '"\\\n     \\n\\\n    "'],
    [' x\n\ty', '"\\\n    \\ x\\n\\\n    \\\ty\\\n    "'],
  ])('prints the lines %j on lines of their own', (text, expected) => {
    expect(printed(text)).toBe(expected);
  });

  test.each(
    'app a1 app.kubernetes.io/name x-y _u 1.2.3 v1 0x 1_000x 2024-13-01 1e400 日本 0o8 0x8000000000000000'.split(' '),
  )('prints the key %s bare', (key) => {
    expect(printedKey(key)).toBe(key);
  });

  test.each([
    ...'null Null true y YES on n off t F 0 1 08 0x1F 0b1 1_000 1.5 1e3 nan NaN inf Infinity 2024-1-2 0x1p-2'.split(
      ' ',
    ),
    ...'|-a|a-|.a|a b|a:b|~|.inf|+1|é\u0301|\u1c89'.split('|'),
  ])('prints the key %j in quotes', (key) => {
    expect(printedKey(key)).toMatch(/^".*"$/);
  });

  test('keeps a key on one line', () => {
    expect(printedKey('a\n\tb')).toBe('"a\\n\\tb"');
  });

  test.each([
    ['1.0', '1'],
    ['9007199254740993', '9007199254740993'],
    ['12345678901234567890', '12345678901234567000'],
    ['1234567.5', '1234567.5'],
    ['1e-7', '1e-7'],
    ['1e21', '1e+21'],
  ])('prints the number %s as %s', (token, expected) => {
    expect(kyaml({ v: parseJson(token) })).toBe(`---\n{\n  v: ${expected},\n}\n`);
  });

  test.each(['\u007f', '\u0080', '\ufffe'])('fails on %j anywhere', (character) => {
    const error = 'error: error decoding: yaml: control characters are not allowed';
    expect([kyaml({ a: [character] }), kyaml({ [character]: 1 })]).toEqual([error, error]);
  });

  test('fails on a key that is too long for YAML once its JSON is escaped, or goes over a line break', () => {
    const error = "error: error decoding: yaml: did not find expected ',' or '}'";
    expect(kyaml({ ['k'.repeat(1022)]: 1 })).not.toContain('error');
    expect([kyaml({ ['k'.repeat(1023)]: 1 }), kyaml({ ['<'.repeat(171)]: 1 })]).toEqual([error, error]);
    expect(kyaml({ 'a\u0085b': 1 })).toBe("error: error decoding: yaml: line 1: did not find expected ',' or '}'");
  });
});

test('kyamlListItem prints what kyamlText prints for that item of a list', () => {
  const items: Json[] = [{ a: 'x\ny', b: [1, [2]] }, {}, { c: { d: null } }];
  const texts = items.map(kyamlListItem).map((result) => (result.ok ? result.text : result.message));
  expect(kyaml({ items })).toBe(`---\n{\n  items: [${texts.join(', ')}],\n}\n`);
});
