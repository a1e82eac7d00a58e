import { describe, expect, test } from 'vitest';
import { parseExpression } from '../../src/cel/parse-expression.ts';
import { thrownBy } from '../support/thrown-by.ts';

const pathsOf = (text: string): readonly string[] =>
  parseExpression('--where', text, 'any').references.map(({ path }) => path.join(' '));

describe('what an expression reads of an object', () => {
  test.each([
    ['spec.containers.exists(i, c, i == 0 && c.image == other)', ['spec containers', 'other']],
    ['spec.containers.all(c, c.image == spec.x)', ['spec containers', 'spec x']],
    ['labels.transformMap(k, v, k == "a", v + k)', ['labels']],
    ['items.sortBy(x, x.name)[0].name == first', ['items', 'first']],
    ['spec.?a.optMap(x, x + y).orValue(z)', ['spec a', 'y', 'z']],
    ['metadata.labels.`app.kubernetes.io/name` == "web"', ['metadata labels app.kubernetes.io/name']],
    ['optional.of(spec.a) == optional.none()', ['spec a']],
    ['cel.bind(a, spec.b, a + c)', ['spec b', 'c']],
    ['sets.contains(spec.a, [b]) && strings.quote(c) == ""', ['spec a', 'b', 'c']],
    ['sets.size() == 0 && format.x', ['sets', 'format x']],
    ['has(spec.containers[0].image) && [?d].size() == 1', ['spec containers', 'd']],
  ])('%s', (text, paths) => {
    expect(pathsOf(text)).toEqual(paths);
  });
});

test.each([
  ['[1].exists("i", v, true)', /the first arguments of a macro name its variables, at character 12/],
  ['"a".exists(i, v, true)', /this is neither a list nor a map, at character 1/],
  ['[1].exists(i, v, 1)', /this is of type int, not bool, at character 18/],
  ['[?1]', /what stands behind a \? is an optional, at character 3/],
  ['"a".lowerAscii(1)', /found no matching overload for 'string\.lowerAscii\(int\)', at character 1/],
  ['sets.contain([1], [1])', /there is no function contain, at character 1/],
  ['f(a, ?b)', /unexpected/i],
])('%s says what is wrong, and where', (text, says) => {
  expect(thrownBy(() => parseExpression('--where', text, 'any'))).toMatchObject({
    code: 'NAVI_USAGE',
    message: expect.stringMatching(says) as string,
  });
});
