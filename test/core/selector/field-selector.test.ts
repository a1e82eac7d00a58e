import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FieldTerm, matchesFields, parseFieldSelector } from '../../../src/core/selector/field-selector.ts';
import { compareUtf8 } from '../../../src/core/utf8-order.ts';

function termsOf(text: string): readonly FieldTerm[] {
  const parsed = parseFieldSelector(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.terms;
}

const equals = (field: string, value: string): FieldTerm => ({ field, operator: 'equals', value });
const notEquals = (field: string, value: string): FieldTerm => ({ field, operator: 'notEquals', value });

function format(term: FieldTerm): string {
  const value = term.value.replaceAll('\\', '\\\\').replaceAll(',', '\\,').replaceAll('=', '\\=');
  return `${term.field}${term.operator === 'equals' ? '=' : '!='}${value}`;
}

describe('parseFieldSelector', () => {
  test.each([
    ['', []],
    [',', []],
    [',,a=1,', [equals('a', '1')]],
    ['=', []],
    ['!=,==', []],
    ['a=1', [equals('a', '1')]],
    ['a==1', [equals('a', '1')]],
    ['a!=1', [notEquals('a', '1')]],
    ['a=', [equals('a', '')]],
    ['=x', [equals('', 'x')]],
    ['b=2,a=1', [equals('a', '1'), equals('b', '2')]],
    [' a = 1 ', [equals(' a ', ' 1 ')]],
    [String.raw`a=1\,2\=3\\`, [equals('a', String.raw`1,2=3\ `.trim())]],
    ['a=!x', [equals('a', '!x')]],
    ['a!b=x', [equals('a!b', 'x')]],
    ['a=😀', [equals('a', '😀')]],
  ])('reads %j', (text, terms) => {
    expect(parseFieldSelector(text)).toEqual({ ok: true, terms });
  });

  test.each([
    ['a', "invalid selector: 'a'; can't understand 'a'"],
    ['x=1,in (a)', "invalid selector: 'x=1,in (a)'; can't understand 'in (a)'"],
    ['!a', "invalid selector: '!a'; can't understand '!a'"],
    [String.raw`a=\x`, String.raw`invalid field selector: invalid escape sequence: \x`],
    ['a=\\😀', 'invalid field selector: invalid escape sequence: \\😀'],
    ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
    ['a===b', 'invalid field selector: unescaped character in value: 61'],
    ['b,a=c=d', 'invalid field selector: unescaped character in value: 61'],
    [String.raw`a\,b`, String.raw`invalid selector: 'a\,b'; can't understand 'a\,b'`],
  ])('refuses %j in the words of the server', (text, message) => {
    expect(parseFieldSelector(text)).toEqual({ ok: false, message });
  });

  test('reads back what was written, in the byte order of the terms', () => {
    const value = fc.array(fc.constantFrom('\\', ',', '=', '!', 'a', ' ', '😀', '.'), { maxLength: 6 });
    const term: fc.Arbitrary<FieldTerm> = fc.record({
      field: fc.constantFrom('metadata.name', 'status.phase', 'spec.nodeName'),
      operator: fc.constantFrom('equals', 'notEquals'),
      value: value.map((characters) => characters.join('')),
    });
    fc.assert(
      fc.property(fc.array(term, { maxLength: 4 }), (terms) => {
        const sorted = terms.map((one) => format(one)).toSorted(compareUtf8);
        expect(termsOf(terms.map(format).join(',')).map((one) => format(one))).toEqual(sorted);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('matchesFields', () => {
  const fields = new Map([
    ['status.phase', 'Running'],
    ['spec.nodeName', 'n1'],
  ]);

  test.each([
    ['', true],
    ['status.phase=Running', true],
    ['status.phase!=Running', false],
    ['status.phase=running', false],
    ['spec.nodeName=n1,status.phase!=Pending', true],
    ['spec.nodeName=n2,status.phase!=Pending', false],
    ['status.podIP=', true],
    ['status.podIP!=', false],
    ['status.podIP=10.0.0.1', false],
  ])('answers %j', (text, matches) => {
    expect(matchesFields(termsOf(text), fields)).toBe(matches);
  });
});
