import { describe, expect, test } from 'vitest';
import { hasTexts, requiredTexts } from '../../src/cel/required-texts.ts';
import { celFault } from '../../src/cel/cel-library.ts';
import { parseExpression } from '../../src/cel/parse-expression.ts';
import { createSeededRandom, type SeededRandom } from '../support/seeded-random.ts';

const textsOf = (expression: string): unknown =>
  requiredTexts(parseExpression('when', expression, 'bool').ast, new Set(['previous', 'now']));

describe('what the JSON of an object must have', () => {
  test.each([
    ['status.phase == "Pending"', [['"Pending"']]],
    ['"Pending" == object.status.phase', [['"Pending"']]],
    ['type == "Warning" && spec.a > 3', [['"Warning"']]],
    ['status.phase in ["Failed", "Lost"]', [['"Failed"', '"Lost"']]],
    ['status.phase == "A" || spec.b == "B"', [['"A"', '"B"']]],
    ['status.phase == "A" || spec.b > 3', []],
    ['status.list.exists(c, c.state.waiting.reason == "Bad")', [['"Bad"']]],
    ['status.list.exists(c, c.a == "x" && c.b.exists(d, d == "y"))', [['"x"'], ['"y"']]],
    ['!(status.phase == "A")', []],
    ['status.phase != "A"', []],
    ['previous.status.phase == "A"', []],
    ['previous.list.exists(c, c.a == "x")', []],
    ['status.?phase.orValue("A") == "A"', []],
    ['cols.STATUS == "Running"', []],
    ['cluster == "prod"', []],
    ['metadata.exists(k, k == "labels")', []],
    ['metadata.labels.app == "web"', [['"web"']]],
    ['status.phase == "a\\nb"', []],
    ['status.list.all(c, c.a == "x")', []],
    ['"a" + spec.b == "ab"', []],
    ['[1].exists(c, string(c) == "1")', []],
  ])('for %s', (expression, texts) => {
    expect(textsOf(expression)).toEqual(texts);
  });
});

const words = ['a', 'b', 'Bad', 'x y'];

function condition(random: SeededRandom, subject: readonly string[], depth: number): string {
  const word = (): string => JSON.stringify(random.pick(words));
  const place = random.pick(subject);
  const leaf = (): string =>
    random.pick([
      `${place} == ${word()}`,
      `${word()} == ${place}`,
      `${place} in [${word()}, ${word()}]`,
      `${place} != ${word()}`,
      `has(status.b)`,
    ]);
  if (depth === 0) return leaf();
  const inner = (of = subject): string => condition(random, of, depth - 1);
  return random.pick([
    () => `(${inner()} && ${inner()})`,
    () => `(${inner()} || ${inner()})`,
    () => `!(${inner()})`,
    () => `status.list.exists(c${depth}, ${inner([...subject, `c${depth}.a`])})`,
    () => `status.list.all(c${depth}, ${inner([...subject, `c${depth}.a`])})`,
    leaf,
  ])();
}

test('no random object that matches a random expression is without them', () => {
  let [matchCount, leftOutCount] = [0, 0];
  for (let seed = 1; seed <= 4_000; seed += 1) {
    const random = createSeededRandom(seed);
    const text = condition(random, ['status.a', 'object.status.b', 'spec.c'], random.below(4));
    const { program, ast } = parseExpression('when', text, 'bool');
    const choices = requiredTexts(ast);
    const status = {
      ...(random.below(2) === 0 ? {} : { a: random.pick(words) }),
      ...(random.below(2) === 0 ? {} : { b: random.pick(words) }),
      list: Array.from({ length: random.below(3) }, () => ({ a: random.pick(words) })),
    };
    const object = { spec: { c: random.pick(words) }, status };
    let isMatch = false;
    try {
      isMatch = program({ ...object, object }) === true;
    } catch (error) {
      if (celFault(error) === undefined) throw error;
    }
    const has = hasTexts(JSON.stringify(object), choices);
    if (isMatch) expect([text, object, has]).toEqual([text, object, true]);
    if (isMatch) matchCount += 1;
    if (!has) leftOutCount += 1;
  }
  // Both sides of the claim were seen.
  expect(matchCount).toBeGreaterThan(200);
  expect(leftOutCount).toBeGreaterThan(200);
});
