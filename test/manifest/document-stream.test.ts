import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../src/manifest/document-stream.ts';

function read(text: string): readonly string[] {
  return [...readDocuments(text)].map((document) => (document.ok ? document.json : `error: ${document.message}`));
}

describe('readDocuments', () => {
  test.each([
    ['a: 1\n---\n# none\n---\nb: 2\n', ['{"a":1}', '{"b":2}']],
    ['a: 1\r\n--- # next\r\nb: 2', ['{"a":1}', '{"b":2}']],
    ['{"a": 1}{"b":2}\n{"c":3}', ['{"a": 1}', '{"b":2}', '{"c":3}']],
    ['{"a":1}\n---\nb: 2\n---\nc: 3', ['{"a":1}', '{"b":2}', '{"c":3}']],
    ['{a: 1, b: <x>}', [String.raw`{"a":1,"b":"\u003cx\u003e"}`]],
    [' \n', []],
  ])('finds the documents of %j', (text, documents) => {
    expect(read(text)).toEqual(documents);
  });

  test('after an error nothing follows', () => {
    expect(read('a: 1\n--- x\nb: 2')).toEqual(['error: invalid Yaml document separator: x']);
    expect(read('a: 1\n---\na: b: c\n---\nb: 2')).toEqual([
      '{"a":1}',
      'error: error converting YAML to JSON: yaml: line 1: bad indentation of a mapping entry',
    ]);
  });

  test('an error of JSON is told with its byte, and only where the text is no YAML either', () => {
    expect(read('{"é":[1,2}')).toEqual(["error: json: offset 11: invalid character '}' after array element"]);
    expect(read('{"a":tru}')).toEqual(['{"a":"tru"}']);
    expect(read('{"a":')).toEqual(['error: unexpected EOF']);
  });

  test('behind two JSON values nothing is taken for YAML any more', () => {
    expect(read('{"a":1} {"b":2} c')).toEqual([
      '{"a":1}',
      '{"b":2}',
      "error: invalid character 'c' looking for beginning of value",
    ]);
  });
});
