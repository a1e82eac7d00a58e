import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { type LabelRequirement, matchesLabels } from '../../../src/core/selector/label-requirement.ts';
import { parseLabelSelector } from '../../../src/core/selector/label-selector.ts';

function requirementsOf(text: string): readonly LabelRequirement[] {
  const parsed = parseLabelSelector(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.requirements;
}

function messageOf(text: string): string {
  const parsed = parseLabelSelector(text);
  return parsed.ok ? `parsed: ${JSON.stringify(parsed.requirements)}` : parsed.message;
}

/** Writes a requirement in one of its spellings. */
function format(requirement: LabelRequirement, spelling: number): string {
  const { operator, key, values } = requirement;
  switch (operator) {
    case 'exists':
      return key;
    case 'doesNotExist':
      return `!${key}`;
    case 'greaterThan':
      return `${key}>${values[0]}`;
    case 'lessThan':
      return `${key} < ${values[0]}`;
    case 'in':
      if (values.length === 1 && spelling > 0) return `${key}${spelling === 1 ? '=' : ' == '}${values[0]}`;
      return `${key} in (${values.join(',')})`;
    case 'notIn':
      return values.length === 1 && spelling > 0 ? `${key}!=${values[0]}` : `${key} notin ( ${values.join(' , ')} )`;
  }
}

const alphanumeric = fc.constantFrom('a', 'b', 'z', 'A', 'Z', '0', '9');
const name = fc
  .tuple(alphanumeric, fc.stringMatching(/^[-a-z_.0-9]{0,8}$/), alphanumeric)
  .map((parts) => parts.join(''));
const key = fc.oneof(
  fc.constantFrom('in', 'notin', 'gt', 'app', 'x'),
  name,
  name.map((suffix) => `example.com/${suffix}`),
);
const value = fc.oneof(fc.constantFrom('', 'in', 'notin', '1', '9', '007'), name);
const integer = fc.oneof(fc.constantFrom('0', '5', '9223372036854775807', '007'), fc.nat().map(String));

const requirement: fc.Arbitrary<LabelRequirement> = fc.oneof(
  fc.record({
    operator: fc.constantFrom('in', 'notIn'),
    key,
    values: fc.uniqueArray(value, { minLength: 1, maxLength: 4 }).map((values) => values.toSorted()),
  }),
  fc.record({ operator: fc.constantFrom('exists', 'doesNotExist'), key, values: fc.constant([] as const) }),
  fc.record({
    operator: fc.constantFrom('greaterThan', 'lessThan'),
    key,
    values: integer.map((text) => [text] as const),
  }),
);

describe('parseLabelSelector', () => {
  test.each([
    ['', []],
    ['  \t\r\n', []],
    ['k', [{ operator: 'exists', key: 'k', values: [] }]],
    ['!k', [{ operator: 'doesNotExist', key: 'k', values: [] }]],
    ['! k', [{ operator: 'doesNotExist', key: 'k', values: [] }]],
    ['k=v', [{ operator: 'in', key: 'k', values: ['v'] }]],
    ['k == v', [{ operator: 'in', key: 'k', values: ['v'] }]],
    ['k!=v', [{ operator: 'notIn', key: 'k', values: ['v'] }]],
    ['k=', [{ operator: 'in', key: 'k', values: [''] }]],
    ['k in (b,a,b)', [{ operator: 'in', key: 'k', values: ['a', 'b'] }]],
    ['k notin(a)', [{ operator: 'notIn', key: 'k', values: ['a'] }]],
    ['k in ()', [{ operator: 'in', key: 'k', values: [''] }]],
    ['k in (,a)', [{ operator: 'in', key: 'k', values: ['', 'a'] }]],
    ['k in (a,)', [{ operator: 'in', key: 'k', values: ['', 'a'] }]],
    ['k in (a,,b)', [{ operator: 'in', key: 'k', values: ['', 'a', 'b'] }]],
    ['k>5', [{ operator: 'greaterThan', key: 'k', values: ['5'] }]],
    ['k < 5', [{ operator: 'lessThan', key: 'k', values: ['5'] }]],
    ['in=1', [{ operator: 'in', key: 'in', values: ['1'] }]],
    ['x in (in)', [{ operator: 'in', key: 'x', values: ['in'] }]],
    ['notin notin (notin)', [{ operator: 'notIn', key: 'notin', values: ['notin'] }]],
    ['!in', [{ operator: 'doesNotExist', key: 'in', values: [] }]],
    [
      'b=1,a=2,b',
      [
        { operator: 'in', key: 'b', values: ['1'] },
        { operator: 'in', key: 'a', values: ['2'] },
        { operator: 'exists', key: 'b', values: [] },
      ],
    ],
  ])('reads %j', (text, requirements) => {
    expect(parseLabelSelector(text)).toEqual({ ok: true, requirements });
  });

  const inRequirement = (rest: string): string => `unable to parse requirement: ${rest}`;

  test.each([
    ['app in (', inRequirement("found '', expected: ',', ')' or identifier")],
    ['app in (x', inRequirement("found '', expected: ',' or ')'")],
    ['app in (x,', inRequirement("found '', expected: ',', or identifier")],
    ['app in (,=', inRequirement("found '=', expected: ',', or identifier")],
    ['app in', inRequirement("found '' expected: '('")],
    ['app in web', inRequirement("found 'web' expected: '('")],
    ['app in (a b)', inRequirement("found 'b', expected: ',' or ')'")],
    ['app=a=b', "found '=', expected: ',' or 'end of string'"],
    ['app=web!', "found '!', expected: ',' or 'end of string'"],
    ['app=we b', "found 'b', expected: ',' or 'end of string'"],
    ['app in (web))', "found ')', expected: ',' or 'end of string'"],
    ['!app=x', "found '=', expected: ',' or 'end of string'"],
    [',app', "found ',', expected: !, identifier, or 'end of string'"],
    ['=x', "found '=', expected: !, identifier, or 'end of string'"],
    ['==x', "found '==', expected: !, identifier, or 'end of string'"],
    ['(x)', "found '(', expected: !, identifier, or 'end of string'"],
    ['app,', "found '', expected: identifier after ','"],
    ['app,,b', "found ',', expected: identifier after ','"],
    ['!', inRequirement("found '', expected: identifier")],
    ['app=(x)', inRequirement("found '(', expected: identifier")],
    ['app=>', inRequirement("found '>', expected: identifier")],
    ['app=!x', inRequirement("found '!', expected: identifier")],
    ['app===web', inRequirement("found '=', expected: identifier")],
    ['a b', inRequirement("found 'b', expected: in, notin, =, ==, !=, gt, lt")],
    ['app gt 1', inRequirement("found 'gt', expected: in, notin, =, ==, !=, gt, lt")],
    ['app<x', inRequirement(`values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`)],
    [
      'app>1.5',
      inRequirement(`values[0]: Invalid value: "1.5": for 'Gt', 'Lt' operators, the value must be an integer`),
    ],
    [
      'app>9223372036854775808',
      inRequirement(
        `values[0]: Invalid value: "9223372036854775808": for 'Gt', 'Lt' operators, the value must be an integer`,
      ),
    ],
  ])('refuses %j in the words of the server', (text, message) => {
    expect(messageOf(text)).toBe(message);
  });

  const nameRule =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  const valueRule =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and " +
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
  const prefixRule =
    "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and " +
    "must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
    String.raw`'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`;
  const long = 'x'.repeat(70);

  test.each([
    ['-app=1', `<nil>: Invalid value: "-app": ${nameRule}`],
    ['/x=1', '<nil>: Invalid value: "/x": prefix part must be non-empty'],
    ['x/=1', `<nil>: Invalid value: "x/": name part must be non-empty; ${nameRule}`],
    [
      'a/b/c=1',
      `<nil>: Invalid value: "a/b/c": a valid label key ${nameRule.slice('name part '.length)}` +
        " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ],
    ['app=-1', `values[0][app]: Invalid value: "-1": ${valueRule}`],
    [`app=${long}`, `values[0][app]: Invalid value: "${long}": must be no more than 63 bytes`],
    [`${long}=1`, `<nil>: Invalid value: "${long}": name part must be no more than 63 bytes`],
    ['A_b.example/x=1', `<nil>: Invalid value: "A_b.example/x": ${prefixRule}`],
    [
      'app in (b-,ok,-a)',
      `[values[0][app]: Invalid value: "-a": ${valueRule}, values[1][app]: Invalid value: "b-": ${valueRule}]`,
    ],
    [
      'app>-x',
      `[values[0]: Invalid value: "-x": for 'Gt', 'Lt' operators, the value must be an integer, ` +
        `values[0][app]: Invalid value: "-x": ${valueRule}]`,
    ],
    ['app>-1', `values[0][app]: Invalid value: "-1": ${valueRule}`],
    ['app="x"', `values[0][app]: Invalid value: "\\"x\\"": ${valueRule}`],
  ])('names what is wrong with the key or value of %j', (text, rest) => {
    expect(messageOf(text)).toBe(inRequirement(rest));
  });

  test('counts the length of names in bytes', () => {
    expect(messageOf(`app=${'é'.repeat(32)}`)).toContain('must be no more than 63 bytes; a valid label must be');
    expect(messageOf(`app=${'é'.repeat(31)}`)).not.toContain('63 bytes');
  });

  test('reads back what was written, in any spelling', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(requirement, fc.nat(2)), { maxLength: 5 }), (written) => {
        const text = written.map(([one, spelling]) => format(one, spelling)).join(' ,\t');
        expect(requirementsOf(text)).toEqual(written.map(([one]) => one));
      }),
      { numRuns: 1000 },
    );
  });

  test('answers every text, without throwing', () => {
    const fragment = fc.constantFrom('=', '!', '(', ')', ',', '>', '<', ' ', 'in', 'notin', 'a', '-', '/', '1', 'é');
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 12 }), (fragments) => {
        const parsed = parseLabelSelector(fragments.join(''));
        expect(parsed.ok || parsed.message !== '').toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('matchesLabels', () => {
  const labels: JsonObject = { app: 'web', empty: '', replicas: '10', big: '9223372036854775807', word: '1e3' };

  test.each([
    ['', true],
    ['app', true],
    ['nope', false],
    ['!nope', true],
    ['!app', false],
    ['app=web', true],
    ['app=api', false],
    ['nope=', false],
    ['empty=', true],
    ['app in (api,web)', true],
    ['nope in ()', false],
    ['app!=web', false],
    ['nope!=web', true],
    ['nope notin (a,b)', true],
    ['app notin (a,web)', false],
    ['replicas>9', true],
    ['replicas>10', false],
    ['replicas<11', true],
    ['replicas<010', false],
    ['big>9223372036854775806', true],
    ['word>1', false],
    ['app<5', false],
    ['nope<5', false],
    ['app=web,replicas>5', true],
    ['app=web,app=api', false],
    ['toString', false],
    ['!constructor', true],
  ])('answers %j', (text, matches) => {
    expect(matchesLabels(requirementsOf(text), labels)).toBe(matches);
  });

  test('matches nothing with a label beyond 64 bits', () => {
    expect(matchesLabels(requirementsOf('n>1'), { n: '9223372036854775808' })).toBe(false);
    expect(matchesLabels(requirementsOf('n<1'), { n: '-9223372036854775809' })).toBe(false);
  });

  test('agrees with a model that decides requirement by requirement', () => {
    const keys = ['a', 'b', 'c'];
    const texts = ['', '1', '5', '10', 'x'];
    const labelSet = fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...texts), { maxKeys: 3 });
    const set = fc.record({
      operator: fc.constantFrom('in', 'notIn', 'exists', 'doesNotExist', 'greaterThan', 'lessThan'),
      key: fc.constantFrom(...keys),
      values: fc.uniqueArray(fc.constantFrom(...texts), { minLength: 1 }),
      bound: fc.constantFrom('1', '5', '10'),
    });
    const operators = { in: ' in ', notIn: ' notin ', exists: '', doesNotExist: '!', greaterThan: '>', lessThan: '<' };
    fc.assert(
      fc.property(labelSet, fc.array(set, { maxLength: 3 }), (labelled, conditions) => {
        const text = conditions.map(({ operator, key: on, values, bound }) => {
          if (operator === 'exists' || operator === 'doesNotExist') return `${operators[operator]}${on}`;
          const set = operator === 'in' || operator === 'notIn';
          return `${on}${operators[operator]}${set ? `(${values.join(',')})` : bound}`;
        });
        const expected = conditions.every(({ operator, key: on, values, bound }) => {
          const has = Object.hasOwn(labelled, on);
          const is = labelled[on] ?? '';
          const integer = /^\d+$/.test(is) ? Number(is) : Number.NaN;
          return {
            in: has && values.includes(is),
            notIn: !(has && values.includes(is)),
            exists: has,
            doesNotExist: !has,
            greaterThan: has && integer > Number(bound),
            lessThan: has && integer < Number(bound),
          }[operator];
        });
        expect(matchesLabels(requirementsOf(text.join(',')), labelled)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
