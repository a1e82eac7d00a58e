import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/core/canonical-json.ts';
import { parseJsonPath } from '../../src/core/jsonpath/parse.ts';
import { type JsonPathTextOptions, jsonPathParseError, jsonPathText } from '../../src/output/jsonpath-text.ts';

const root = parseJson(
  '{"kind":"List","items":[{"metadata":{"name":"p1"},"spec":{"nodeName":"n1"}},{"metadata":{"name":"p2"},"spec":{}}],' +
    '"spec":{"nul":null,"emptyS":"","emptyM":{},"emptyA":[],"big":9007199254740993,"v":"<a&b>"}}',
);
const lenient: JsonPathTextOptions = { allowMissingKeys: true, asJson: false };

function print(source: string, options: Partial<JsonPathTextOptions> = {}): string {
  const parsed = parseJsonPath(source);
  if (!parsed.ok) {
    return jsonPathParseError(source, parsed.message);
  }
  const printed = jsonPathText(parsed.template, root, { ...lenient, ...options });
  return printed.ok ? printed.text : printed.message;
}

describe('jsonPathText', () => {
  test('prints a range line by line', () => {
    const source = String.raw`{range .items[*]}{.metadata.name}{"\t"}{.spec.nodeName}{"\n"}{end}`;
    expect(print(source)).toBe('p1\tn1\np2\t\n');
  });

  test('joins the results of one action by a space, and nothing between actions', () => {
    expect(print('{.items[*].metadata.name}{.kind}|')).toBe('p1 p2List|');
  });

  test('tells empty, null and missing apart', () => {
    expect(print('{.spec.nul}|{.spec.emptyS}|{.spec.emptyM}|{.spec.emptyA}|{.spec.missing}|')).toBe('null||{}|[]||');
  });

  test('escapes markup in maps, not in strings', () => {
    expect(print('{.spec.v}')).toBe('<a&b>');
    expect(print('{.spec}')).toContain('"v":"\\u003ca\\u0026b\\u003e"');
  });

  test('prints each part as an indented JSON array where that is asked for', () => {
    expect(print('a{.items[*].metadata}{.missing}{.spec.big}', { asJson: true })).toBe(
      [
        '[\n    "a"\n]\n',
        '[\n    {\n        "name": "p1"\n    },\n    {\n        "name": "p2"\n    }\n]\n',
        '[]\n',
        '[\n    9007199254740993\n]\n',
      ].join(''),
    );
  });

  test('shows the template and the object when the evaluation fails', () => {
    expect(print('a"{.items[5].x}')).toBe(
      [
        'error executing jsonpath "a\\"{.items[5].x}": Error executing template: array index out of bounds: index 5, length 2. ' +
          'Printing more information for debugging the template:',
        '\ttemplate was:',
        '\t\ta"{.items[5].x}',
        '\tobject given to jsonpath engine was:',
        '\t\tmap[string]interface {}{"items":[]interface {}{map[string]interface {}{"metadata":map[string]interface {}{"name":"p1"}, ' +
          '"spec":map[string]interface {}{"nodeName":"n1"}}, map[string]interface {}{"metadata":map[string]interface {}{"name":"p2"}, ' +
          '"spec":map[string]interface {}{}}}, "kind":"List", "spec":map[string]interface {}{"big":9007199254740993, ' +
          '"emptyA":[]interface {}{}, "emptyM":map[string]interface {}{}, "emptyS":"", "nul":interface {}(nil), "v":"<a&b>"}}',
        '\n\n',
      ].join('\n'),
    );
  });

  test('fails on a missing key where that is asked for', () => {
    expect(print('{.nope}', { allowMissingKeys: false })).toContain('Error executing template: nope is not found.');
  });
});

test('jsonPathParseError shows the template as it was given', () => {
  expect(print('{.a["app"]}')).toBe('error parsing jsonpath {.a["app"]}, invalid array index "app"');
});
