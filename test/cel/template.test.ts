import { expect, test } from 'vitest';
import { convertAt } from '../../src/cel/json-value.ts';
import { parseTemplate, templateText, valueOrNone } from '../../src/cel/template.ts';
import type { NaviError } from '../../src/errors/navi-error.ts';
import { thrownBy } from '../support/thrown-by.ts';

const variables: Record<string, unknown> = {
  status: { phase: 'Pending', count: 3, list: [{ a: 'x' }, { a: 'y' }], time: new Date(0), none: null },
};
convertAt(variables, ['status', 'count']);

const rendered = (text: string): string =>
  templateText(parseTemplate('summary', text), (expression) => valueOrNone(expression, variables));

test.each([
  ['plain', 'plain'],
  ['', ''],
  ['is {status.phase}', 'is Pending'],
  ['{status.count} of {size(status.list)}', '3 of 2'],
  ['{{braces}} stay', '{braces} stay'],
  ['{status.list.map(c, c.a)}', 'x, y'],
  ['{status.list.map(c, {"k": c.a})[0].k}', 'x'],
  ['{"}" + status.phase + "{"}', '}Pending{'],
  ['{status.time}', '1970-01-01T00:00:00Z'],
  ['{duration("90s")}', '90s'],
  ['{status.nothing} {status.none} {status.?nothing}', '? ? ?'],
])('%j is %j', (text, said) => {
  expect(rendered(text)).toBe(said);
});

test.each([
  ['a {status.phase', 'summary: the brace is not closed, at character 3'],
  ['a {} b', 'summary: the braces are empty, at character 4'],
  ['a {status.phase ===}', /summary, in \{status\.phase ===\}: .*at character 16/],
  ['{nonsense(1)}', /there is no function nonsense, at character 1/],
])('%j is refused', (text, message) => {
  const error = thrownBy(() => parseTemplate('summary', text)) as NaviError;
  expect(error.code).toBe('NAVI_USAGE');
  expect(error.message).toMatch(message);
});
