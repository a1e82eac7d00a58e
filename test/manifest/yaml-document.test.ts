import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import { yamlDocument } from '../../src/manifest/yaml-document.ts';

function read(text: string): string {
  const document = yamlDocument(text);
  return document.ok ? canonicalJson(document.value) : document.message;
}

describe('yamlDocument', () => {
  test.each([
    ['a: 1\nb:\n- c\n- {d: e}\n', '{"a":1,"b":["c",{"d":"e"}]}'],
    ['- - x\n  - z\n-\n- ? k\n  : v\n', '[["x","z"],null,{"k":"v"}]'],
    ['[a, b: c, {d, e: , f: g}]', '["a",{"b":"c"},{"d":null,"e":null,"f":"g"}]'],
    ['a: |\n  x\n   y\n\nb: >-\n  x\n  y\n\n  z\nc: |2+\n   x\n\n', '{"a":"x\\n y\\n","b":"x y\\nz","c":" x\\n\\n"}'],
    ["- \"a\\x41\\u00e9\\\n  b\n  c\"\n- 'it''s\n\n  x'", '["aAéb c","it\'s\\nx"]'],
    ['a: x\n  y\n   z # c\nb: x#y', '{"a":"x y z","b":"x#y"}'],
    ['a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\nf: {<<: [*x, {b: 3, g: 4}]}', expectedMerge()],
    ['a: 1\na: 2', '{"a":2}'],
    ['a:\n  b: [\n    x,\n  y\n  ]\n  c: {\n}\n', '{"a":{"b":["x",true],"c":{}}}'],
    ['a:\n  b: "x\n  z\n\nw"\n', '{"a":{"b":"x z\\nw"}}'],
    ['a: 1\n...\nb: 2', '{"a":1}'],
    ['', 'null'],
    ['# only a comment', 'null'],
    ['---\n', 'null'],
  ])('reads %j', (text, json) => {
    expect(read(text)).toBe(json);
  });

  function expectedMerge(): string {
    return '{"a":{"b":1},"c":{"b":1},"d":{"b":1,"e":2},"f":{"b":1,"g":4}}';
  }

  test.each([
    ['y', 'true'],
    ['OFF', 'false'],
    ['~', 'null'],
    ['nULL', '"nULL"'],
    ['0x1F', '31'],
    ['010', '8'],
    ['0o17', '15'],
    ['-0b11', '-3'],
    ['1_000', '1000'],
    ['08', '8'],
    ['18446744073709551615', '18446744073709551615'],
    ['18446744073709551616', '18446744073709552000'],
    ['1e3', '1000'],
    ['.5', '0.5'],
    ['1e400', '"1e400"'],
    ['-0.0', '-0'],
    ['1:30', '"1:30"'],
    ['2024-01-01', '"2024-01-01"'],
    ['"5"', '"5"'],
    ['!!str 5', '"5"'],
    ['!!float 5', '5'],
    ['!other [5]', '[5]'],
    ['!other {a: 5}', '{"a":5}'],
    ['!other 5', '"5"'],
    ['{1: a, 1.5: b, yes: c, 9007199254740993: d}', '{"1":"a","1.5":"b","9007199254740993":"d","true":"c"}'],
  ])('the scalar %s means %s', (text, json) => {
    expect(read(text)).toBe(json);
  });

  test.each([
    ['a: b: c', 'yaml: line 1: bad indentation of a mapping entry'],
    ['a: b\nc: d: e', 'yaml: line 2: bad indentation of a mapping entry'],
    ['a: b\n\tc: d: e', 'yaml: line 2: tab characters must not be used in indentation'],
    ['a: {b: c', 'yaml: line 1: unexpected end of the stream within a flow collection'],
    ['a: !!int x', 'yaml: line 1: cannot resolve a node with !<tag:yaml.org,2002:int> explicit tag'],
    ['a: *b', 'yaml: line 1: unidentified alias "b"'],
    ['a: &b [*b]', 'yaml: document contains excessive aliasing'],
    ['{{ .Values.x }}', 'yaml: line 1: invalid map key'],
    ['~: a', 'yaml: line 1: invalid map key'],
    ['a: -.inf', 'json: unsupported value: -Inf'],
    ['a: .inf', 'json: unsupported value: +Inf'],
    ['a: .nan', 'json: unsupported value: NaN'],
    ['a: \u0001', 'yaml: line 1: the stream contains non-printable characters'],
  ])('refuses %j', (text, message) => {
    expect(read(text)).toBe(message);
  });

  test('refuses aliases that multiply', () => {
    const lines = Array.from({ length: 9 }, (_, index) => {
      const members = index === 0 ? 'x' : `*a${index - 1}`;
      return `a${index}: &a${index} [${Array.from({ length: 9 }, () => members).join(', ')}]`;
    });
    expect(read(lines.join('\n'))).toBe('yaml: document contains excessive aliasing');
    expect(read(`&a [${'*a,'.repeat(10_000)}]`)).toBe('yaml: document contains excessive aliasing');
  });
});
