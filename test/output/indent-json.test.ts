import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, parseJson } from '../../src/core/canonical-json.ts';
import { type Json, isJsonObject } from '../../src/core/json.ts';
import { indentJson } from '../../src/output/indent-json.ts';

/** The same layout from the parsed value, member by member. */
function slowly(value: Json, depth: number): string {
  const isList = Array.isArray(value);
  if (!isList && !isJsonObject(value)) {
    return scalar(value);
  }
  const members = isList
    ? (value as readonly Json[]).map((item) => slowly(item, depth + 1))
    : Object.keys(value)
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        .map((key) => `${scalar(key)}: ${slowly((value as Record<string, Json>)[key] ?? null, depth + 1)}`);
  const [open, close] = isList ? '[]' : '{}';
  const indent = `\n${'    '.repeat(depth)}`;
  return members.length === 0
    ? `${open}${close}`
    : `${open}${members.map((member) => `${indent}    ${member}`).join(',')}${indent}${close}`;
}

function scalar(value: Json): string {
  if (JSON.isRawJSON(value)) {
    const integer = BigInt((value as { rawJSON: string }).rawJSON);
    return BigInt.asIntN(64, integer) === integer ? String(integer) : String(Number(integer));
  }
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }).map((value) => value.toWellFormed()),
  fc
    .array(fc.constantFrom('<', '>', '&', '"', '\\', '\\"', '\u2028', '\u2029', '{}', ':', ',', 'é'))
    .map((parts) => parts.join('')),
);
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 5 },
    text,
    fc.constantFrom(null, true, false, {}, []),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
    fc.bigInt({ min: -(1n << 70n), max: 1n << 70n }).map((value) => parseJson(String(value))),
    fc.array(tie('json')),
    fc.dictionary(text, tie('json')),
  ),
}));

describe('indentJson', () => {
  test('prints the empty list of a request without objects as kubectl does', () => {
    const list = { apiVersion: 'v1', items: [], kind: 'List', metadata: { resourceVersion: '' } };
    expect(indentJson(canonicalJson(list), 0)).toBe(
      [
        '{',
        '    "apiVersion": "v1",',
        '    "items": [],',
        '    "kind": "List",',
        '    "metadata": {',
        '        "resourceVersion": ""',
        '    }',
        '}',
      ].join('\n'),
    );
  });

  test('indents the lines behind the first by the depth it starts at', () => {
    expect(indentJson('{"a":[1]}', 2)).toBe('{\n            "a": [\n                1\n            ]\n        }');
  });

  test.each([
    ['"<a&b>"', '"\\u003ca\\u0026b\\u003e"'],
    ['"\u2028\u2029\u2027"', '"\\u2028\\u2029\u2027"'],
    ['"a\\\\"', '"a\\\\"'],
    ['1.0', '1'],
    ['1e6', '1000000'],
    ['-0', '0'],
    ['1234567.5', '1234567.5'],
    ['9007199254740993', '9007199254740993'],
    ['12345678901234567890', '12345678901234567000'],
    ['1e-7', '1e-7'],
    ['9e20', '900000000000000000000'],
    ['1e21', '1e+21'],
    ['true', 'true'],
    ['[]', '[]'],
  ])('prints %s as %s', (compact, printed) => {
    expect(indentJson(compact, 0)).toBe(printed);
    expect(indentJson(`[${compact}]`, 0)).toBe(`[\n    ${printed}\n]`);
  });

  test('equals a layout made from the parsed value, for any value', () => {
    fc.assert(
      fc.property(json, fc.nat(3), (value, depth) => {
        expect(indentJson(canonicalJson(value), depth)).toBe(slowly(value, depth));
      }),
    );
  });

  test('has room for texts of any size and depth', () => {
    const wide = { a: '<'.repeat(300_000), b: Array.from({ length: 20_000 }, (_, index) => [index]) };
    const deep = Array.from({ length: 250 }).reduce<Json>((inner) => [inner, inner === 0 ? 1 : 0], 0);
    for (const value of [wide, deep]) {
      const printed = indentJson(canonicalJson(value), 1);
      expect(printed === slowly(value, 1)).toBe(true);
    }
  });
});
