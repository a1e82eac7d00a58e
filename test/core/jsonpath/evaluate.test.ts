import { describe, expect, test } from 'vitest';
import { type Json, isJsonObject } from '../../../src/core/json.ts';
import { type JsonPathEvaluation, createJsonPathRun, evaluateJsonPath } from '../../../src/core/jsonpath/evaluate.ts';
import { parseJsonPath } from '../../../src/core/jsonpath/parse.ts';

const root: Json = {
  items: [
    { name: 'web', n: 10, labels: { app: 'web' }, list: ['x', 'y'] },
    { name: 'db', n: 5, labels: { app: 'db' }, list: [] },
    { name: 'none', n: 5.5, list: ['z'], nothing: null },
  ],
  nested: { b: { name: 'inner' }, a: [{ name: 'first' }] },
  text: 'é',
};

/** The text of literals and the values of actions in order, or `error: ` and the reason. */
function evaluate(template: string, allowMissingKeys = true): unknown {
  const parsed = parseJsonPath(template);
  if (!parsed.ok) {
    return `parse error: ${parsed.message}`;
  }
  const evaluated = evaluateJsonPath(parsed.template, root, allowMissingKeys);
  if (!evaluated.ok) {
    return `error: ${evaluated.message}`;
  }
  return evaluated.results.map((result) => (result.kind === 'text' ? result.text : result.values));
}

describe('evaluateJsonPath', () => {
  test('gives one result per part of the template, in its order', () => {
    expect(evaluate('a{.text}b{.missing}')).toEqual(['a', ['é'], 'b', []]);
  });

  test('a missing field fails when missing keys are not allowed', () => {
    expect(evaluate('{.items[*].labels.app}', false)).toEqual([['web', 'db']]);
    expect(evaluate('{.items[2].labels.app}', false)).toBe('error: labels is not found');
  });

  test('keeps null and skips it in further steps', () => {
    expect(evaluate('{.items[*].nothing}{.items[*].nothing.x}')).toEqual([[null], []]);
  });

  test.each([
    ['{.items[-1].name}', ['none']],
    ['{.items[0,2].name}', ['web', 'none']],
    ['{.items[::2].name}', ['web', 'none']],
    ['{.items[1:3].name}', ['db', 'none']],
    ['{.items[2:2].name}', []],
    ["{.items[*]['name','n']}", ['web', 'db', 'none', 10, 5, 5.5]],
    ['{.items[?(@.labels.app!="web")].name}', ['db']],
    ['{.items[?(@.n==5)].name}', 'error: incompatible types for comparison'],
    [
      '{.items[0:2][?(@.n>5)].name}',
      'error: map[labels:map[app:web] list:[x y] n:10 name:web] is not array or slice and cannot be filtered',
    ],
    ['{.items[?(@.labels)].name}', ['web', 'db']],
    ['{.items[?(@.name>="none")].name}', ['web', 'none']],
    ['{.items[?(@.labels==1)].name}', 'error: invalid type for comparison'],
    ['{.items[?(@.list[*]=="x")].name}', 'error: can only compare one element at a time'],
    ['{.items[?(@.n=5)].name}', 'error: unrecognized filter operator ='],
    ['{.items[?(@ in 3)].name}', ['web', 'db', 'none']],
    ['{.items[5].name}', 'error: array index out of bounds: index 5, length 3'],
    ['{.items[-5]}', 'error: array index out of bounds: index -2, length 3'],
    ['{.items[1:9]}', 'error: array index out of bounds: index 8, length 3'],
    ['{.items[2:1]}', 'error: starting index 2 is greater than ending index 1'],
    ['{.items[0:2:0]}', 'error: step must be > 0'],
    ['{.items[1].list[0]}', 'error: array index out of bounds: index 0, length 0'],
    ['{.text[0]}', 'error: string is not array or slice'],
    ['{.nested[0]}', 'error: map[string]interface {} is not array or slice'],
    ['{items}', 'error: unrecognized identifier items'],
    ['{end}', 'error: not in range, nothing to end'],
    ['{.nested.*.name}', ['inner']],
    ['{.nested..name}', ['first', 'inner']],
    ['{.text.*}', [JSON.rawJSON('195'), JSON.rawJSON('169')]],
    ['{.text.*[0]}', 'error: uint8 is not array or slice'],
    ['{.text 1[0]}', 'error: int is not array or slice'],
    ['{.text 1.0[0]}', 'error: float64 is not array or slice'],
  ])('%s gives %j', (template, expected) => {
    expect(evaluate(template)).toEqual(typeof expected === 'string' ? expected : [expected]);
  });

  test('an array of which nothing is wanted ends the step for those behind it', () => {
    expect(evaluate('{.items[*].list[*]}')).toEqual([['x', 'y']]);
  });

  test('an existence filter counts what a failing step was given', () => {
    expect(evaluate('{.items[?(@.name[0])].name}')).toEqual([['web', 'db', 'none']]);
  });

  test('recursive descent yields the start and all below it that has members, strings included', () => {
    const results = evaluate('{.nested..}') as Json[][];
    expect(results[0]?.map((value) => (isJsonObject(value) ? Object.keys(value) : value))).toEqual([
      ['b', 'a'],
      [{ name: 'first' }],
      ['name'],
      'first',
      ['name'],
      'inner',
    ]);
  });

  test('a range runs its body for every item and goes on behind its end', () => {
    expect(evaluate('{range .items[*]}{.name}={end}.')).toEqual([['web'], '=', ['db'], '=', ['none'], '=', '.']);
  });

  test('ranges nest', () => {
    expect(evaluate('{range .items[0:2]}<{range .list[*]}{@}{end}>{end}')).toEqual(['<', ['x'], ['y'], '>', '<', '>']);
  });

  test('a range over nothing leaves its body out but finds its end', () => {
    expect(evaluate('{range .none[*]}a{.x}{end}b')).toEqual(['b']);
  });

  test('a range without an end runs once more on the outer root', () => {
    expect(evaluate('{range .items[*]}x')).toEqual(['x', 'x', 'x', 'x']);
  });

  test('the body of a range over a null has no value at all as its root', () => {
    expect(evaluate('{range .items[*].nothing}{@.*}{@..}{end}')).toEqual([[], []]);
    expect(evaluate('{range .items[*].nothing}{[?(@.x)]}{end}')).toBe(
      'error: <invalid reflect.Value> is not array or slice and cannot be filtered',
    );
  });
});

describe('createJsonPathRun', () => {
  test('leaves to later roots only what stands behind the beginning of a range', () => {
    const parsed = parseJsonPath('{.text}{range .items[0:1]}{.name}');
    const find = createJsonPathRun(parsed.ok ? parsed.template : { source: '', nodes: [] }, true);
    const valuesOf = (evaluation: JsonPathEvaluation): unknown =>
      evaluation.ok ? evaluation.results.map((result) => (result.kind === 'text' ? result.text : result.values)) : [];
    expect(valuesOf(find(root))).toEqual([['é'], ['web'], []]);
    expect(valuesOf(find({ name: 'second', text: 'unseen' }))).toEqual([['second']]);
  });
});
