import { expect, test } from 'vitest';
import { goValueText } from '../../../src/core/go-value-text.ts';
import { printJsonPathValue } from '../../../src/core/jsonpath/print-value.ts';
import { literalInteger, noValue, templateType, textBytes } from '../../../src/core/jsonpath/unlike-json.ts';

test('numbers that a template makes print like any other and keep their Go type', () => {
  const [first] = textBytes('é');
  expect(templateType(first ?? null)).toBe('uint8');
  expect(templateType(literalInteger('7'))).toBe('int');
  expect(templateType(JSON.rawJSON('7'))).toBeUndefined();
  expect(textBytes('é').map(goValueText)).toEqual(['195', '169']);
  expect(printJsonPathValue(literalInteger('9007199254740993'))).toBe('9007199254740993');
});

test('no value at all prints as Go says it', () => {
  expect(printJsonPathValue(noValue)).toBe('<no value>');
});
