import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, parseJson } from '../../src/core/canonical-json.ts';
import type { Json } from '../../src/core/json.ts';

const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.nat().map(String),
  fc.constantFrom('__proto__', 'rawJSON', '10', '9'),
);
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.constantFrom(null, true, false),
    // As parseJson gives them: a whole number that a double may have rounded is kept as its text.
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => !Object.is(value, -0))
      .map((value) => parseJson(JSON.stringify(value))),
    fc.bigInt({ min: -(1n << 70n), max: 1n << 70n }).map((value) => parseJson(String(value))),
    fc.array(tie('json')),
    fc.array(fc.tuple(key, tie('json'))).map((members) => Object.fromEntries(members)),
  ),
}));

/** The keys of every object in a JSON text, in the order written. */
function keyLists(text: string): string[][] {
  const lists: string[][] = [];
  const open: (string[] | undefined)[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*":?|[[\]{}]/g)) {
    if (token === '{' || token === '[') {
      const keys = token === '{' ? [] : undefined;
      open.push(keys);
      lists.push(...(keys === undefined ? [] : [keys]));
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token.endsWith(':')) {
      open.at(-1)?.push(JSON.parse(token.slice(0, -1)) as string);
    }
  }
  return lists;
}

describe('canonicalJson', () => {
  test('sorts the keys of every object bytewise, integer-like ones too', () => {
    const value = { b: 1, 10: 2, 9: 3, a: { '😀': 1, '\uffee': 2 }, B: [{ z: 1, y: 2 }] };
    expect(canonicalJson(value)).toBe('{"10":2,"9":3,"B":[{"y":2,"z":1}],"a":{"\uffee":2,"😀":1},"b":1}');
  });

  test('sorts objects of many keys too', () => {
    const keys = Array.from({ length: 100 }, (_, index) => `key-${(index * 37) % 100}`);
    const text = canonicalJson(Object.fromEntries(keys.map((name) => [name, 0])));
    expect(Object.keys(JSON.parse(text) as object)).toEqual(keys.toSorted());
  });

  test('leaves out members that are undefined', () => {
    expect(canonicalJson({ a: undefined, b: 1, c: undefined })).toBe('{"b":1}');
    expect(canonicalJson({ a: undefined })).toBe('{}');
  });

  test('writes raw numbers as they came, beside a member of the name rawJSON', () => {
    expect(canonicalJson([parseJson('9007199254740993'), { rawJSON: '1' }])).toBe('[9007199254740993,{"rawJSON":"1"}]');
  });

  test('escapes what JSON must and nothing else', () => {
    expect(canonicalJson('"\\\n\u0001\u007f/<é😀\u2028')).toBe('"\\"\\\\\\n\\u0001\u007f/<é😀\u2028"');
    expect(canonicalJson('\ud800')).toBe('"\\ud800"');
  });

  test('comes back as it was, for any value', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(parseJson(canonicalJson(value))).toEqual(value);
      }),
    );
  });

  test('has the keys of every object in UTF-8 order, for any value', () => {
    const inOrder = (keys: string[]): string[] =>
      keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const wellFormed = (value: Json): boolean =>
      keyLists(canonicalJson(value))
        .flat()
        .every((name) => name.isWellFormed());
    fc.assert(
      fc.property(json.filter(wellFormed), (value) => {
        for (const keys of keyLists(canonicalJson(value))) {
          expect(keys).toEqual(inOrder(keys));
        }
      }),
    );
  });
});

describe('parseJson', () => {
  test.each(['9007199254740992', '-9007199254740993', '12345678901234567890', '1234567890123456789012345'])(
    'keeps every digit of %s, wherever it stands',
    (token) => {
      for (const text of [token, `[${token}]`, `[1,${token}]`, `{"a":${token}}`]) {
        expect(canonicalJson(parseJson(text))).toBe(text);
      }
    },
  );

  test('gives plain numbers for safe integers and for floats of any length', () => {
    expect(parseJson('[9007199254740991,-9007199254740991,0.1234567890123456,1e300]')).toEqual([
      9007199254740991, -9007199254740991, 0.1234567890123456, 1e300,
    ]);
  });

  test('leaves long runs of digits inside strings alone', () => {
    expect(parseJson('{"a":"12345678901234567890","b":"x:12345678901234567890"}')).toEqual({
      a: '12345678901234567890',
      b: 'x:12345678901234567890',
    });
  });

  test('throws on what is not JSON', () => {
    expect(() => parseJson('{"a":12345678901234567890')).toThrow(SyntaxError);
  });
});
