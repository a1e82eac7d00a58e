import { expect, test } from 'vitest';
import { parseJson } from '../../../src/core/canonical-json.ts';
import { printJsonPathValue } from '../../../src/core/jsonpath/print-value.ts';

test.each([
  ['"<a&b>"', '<a&b>'],
  ['{"v":"<a&b>\u2028"}', '{"v":"\\u003ca\\u0026b\\u003e\\u2028"}'],
  ['null', 'null'],
  ['true', 'true'],
  ['""', ''],
  ['{}', '{}'],
  ['[]', '[]'],
  ['1234567.5', '1.2345675e+06'],
  ['[1234567.5]', '[1234567.5]'],
  ['9007199254740993', '9007199254740993'],
  ['12345678901234567890', '1.2345678901234567e+19'],
  [
    '[12345678901234567890,"12345678901234567890",9007199254740993]',
    '[12345678901234567000,"12345678901234567890",9007199254740993]',
  ],
  ['{"b":1,"a":[null,{"10":1,"9":2}]}', '{"a":[null,{"10":1,"9":2}],"b":1}'],
])('prints %s as %s', (json, text) => {
  expect(printJsonPathValue(parseJson(json))).toBe(text);
});
