import { expect, test } from 'vitest';
import { parseJson } from '../../src/core/canonical-json.ts';
import { goSyntaxText, goTypeName, goValueText } from '../../src/core/go-value-text.ts';

const value = parseJson('{"b":[1,"x",null,[]],"a":{"k":1234567.5,"t":true},"big":9007199254740993,"q":"a\\"\\n"}');

test('goValueText writes maps, lists and null as %v does', () => {
  expect(goValueText(value)).toBe('map[a:map[k:1.2345675e+06 t:true] b:[1 x <nil> []] big:9007199254740993 q:a"\n]');
});

test('goSyntaxText writes maps, lists and null as %#v does', () => {
  expect(goSyntaxText(value)).toBe(
    'map[string]interface {}{"a":map[string]interface {}{"k":1.2345675e+06, "t":true}, ' +
      '"b":[]interface {}{1, "x", interface {}(nil), []interface {}{}}, "big":9007199254740993, "q":"a\\"\\n"}',
  );
});

test('goTypeName tells integers from floats', () => {
  const values = [{}, [], '', true, 1, 1.5, 1e20, parseJson('9007199254740993'), parseJson('12345678901234567890')];
  expect(values.map(goTypeName)).toEqual([
    'map[string]interface {}',
    '[]interface {}',
    'string',
    'bool',
    'int64',
    'float64',
    'float64',
    'int64',
    'float64',
  ]);
});
