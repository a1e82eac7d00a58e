import { beforeAll, describe, expect, test } from 'vitest';
import { CelLanguage, parseCel } from '../../src/cel/cel-library.ts';
import { loadPatterns } from '../../src/cel/functions/patterns.ts';
import { thrownBy } from '../support/thrown-by.ts';
import { beyondKubernetes, kubernetesFailures, kubernetesTruths } from './kubernetes-truths.ts';

const valueOf = (text: string): unknown => parseCel(text)({});

beforeAll(async () => {
  await loadPatterns(['matches']);
});

describe.each(Object.entries(kubernetesTruths))('functions for %s', (_what, expressions) => {
  test.each(expressions)('%s', (text) => {
    expect(valueOf(text)).toBe(true);
  });
});

test('each expression finds its functions by itself', () => {
  const all = [...Object.values(kubernetesTruths).flat(), ...Object.keys(beyondKubernetes)];
  expect(all.filter((text) => new CelLanguage().parse(text)({}) !== true)).toEqual([]);
});

test.each(Object.entries(beyondKubernetes))('%s is more than Kubernetes knows: %s', (text) => {
  expect(valueOf(text)).toBe(true);
});

test.each(kubernetesFailures)('%s says why it has no value, and where', (text, message) => {
  expect(thrownBy(() => valueOf(text))).toMatchObject({ code: 'invalid_argument', summary: message });
});

test.each([
  ['quantity("1e2000000000").add(quantity("1"))', 'the quantities are too far apart to be added'],
  ['lists.range(100001)', 'a range has at most 100000 numbers'],
  ['{"a": 1, "a": 2}', 'a map has each key once'],
  ['{1.5: 1}', 'a key is a text, a whole number or a bool'],
])('%s is refused though Kubernetes has a value', (text, message) => {
  expect(thrownBy(() => valueOf(text))).toMatchObject({ code: 'invalid_argument', summary: message });
});

describe('a pattern that JavaScript would take years for', () => {
  test.each([
    ['(a+)+$', `${'a'.repeat(50_000)}b`, false],
    ['(a|a)*b$', 'a'.repeat(50_000), false],
    ['^(\\w+\\s?)*$', `${'word '.repeat(10_000)}!`, false],
    ['(x+x+)+y', `${'x'.repeat(20_000)}y`, true],
  ])('%s', (pattern, text, expected) => {
    expect(parseCel('text.matches(pattern)')({ text, pattern })).toBe(expected);
  });

  test('a pattern that would need more memory than it is worth is refused', () => {
    expect(thrownBy(() => valueOf('"x".matches("((a{100}){100}){100}")'))).toMatchObject({
      summary: '"((a{100}){100}){100}" is no pattern: invalid repeat count',
    });
  });
});

test('a pattern that was not loaded is a mistake of the program', async () => {
  await loadPatterns(['name == "a"']);
  expect(valueOf('"a".matches("a")')).toBe(true);
});
