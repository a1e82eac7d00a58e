import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { parseJson } from '../../../src/core/canonical-json.ts';
import { parseConditions } from '../../../src/query/wait/parse-conditions.ts';

/** What a condition comes to: true, false, or what is wrong. */
function judged(text: string, object: JsonObject | undefined): boolean | string {
  const [condition] = parseConditions([text]);
  const verdict = condition?.judge(object);
  return verdict?.kind === 'fault' ? verdict.message : verdict?.kind === 'met';
}

describe('--for', () => {
  test.each([
    [[], 'unrecognized condition: []'],
    [['ready'], 'unrecognized condition: "ready"'],
    [['Condition=Ready'], 'unrecognized condition: "Condition=Ready"'],
    [['create', 'condition'], 'unrecognized condition: "condition"'],
    [['jsonpath='], 'jsonpath expression cannot be empty'],
    [['jsonpath={.a}=b=c'], "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or"],
    [['jsonpath={.a}='], 'jsonpath wait has to have a value after equal sign, like'],
    [[`jsonpath={.a}=''`], 'jsonpath wait has to have a value after equal sign, like'],
    [['jsonpath={.a}{.b}'], 'unexpected path string, expected'],
    [['jsonpath={.a[}'], 'unterminated array'],
  ])('%j is refused as kubectl does', (texts, says) => {
    expect(() => parseConditions(texts)).toThrow(`error: ${says}`);
  });

  test('create and delete are written in any case, and are about whether it is there', () => {
    expect([judged('Create', {}), judged('CREATE', undefined)]).toEqual([true, false]);
    expect([judged('delete', {}), judged('Delete', undefined)]).toEqual([false, true]);
  });
});

describe('a condition', () => {
  const object = (fields: JsonObject): JsonObject => ({ status: { conditions: [fields] } });

  test.each<[string, JsonObject | undefined, boolean | string]>([
    ['condition=Ready', object({ type: 'Ready', status: 'True' }), true],
    ['condition=ready=TRUE', object({ type: 'Ready', status: 'True' }), true],
    ['condition=Ready=false', object({ type: 'Ready', status: 'True' }), false],
    ['condition=Ready=a=b', object({ type: 'Ready', status: 'a=B' }), true],
    ['condition=.eady', object({ type: 'Ready', status: 'True' }), false],
    // U+212A, the sign for kelvin, folds to k.
    ['condition=k', object({ type: '\u212A', status: 'True' }), true],
    ['condition=Ready', object({ type: 'Ready', status: 1 }), false],
    ['condition=Ready', undefined, false],
    ['condition=Ready', {}, false],
    ['condition=Ready', { status: null }, false],
    [
      'condition=Ready',
      { status: { conditions: { a: 1 } } },
      '.status.conditions accessor error: map[a:1] is of the type map[string]interface {}, expected []interface{}',
    ],
    [
      'condition=Ready',
      { status: 'up' },
      '.status.conditions accessor error: up is of the type string, expected map[string]interface{}',
    ],
  ])('%s of %j is %j', (text, given, expected) => {
    expect(judged(text, given)).toBe(expected);
  });

  test('is the first of its type, whatever stands before', () => {
    const conditions = ['x', { type: 'Ready' }, { type: 'Ready', status: 'True' }, { type: 'Ready', status: 'False' }];
    expect(judged('condition=Ready', { status: { conditions } })).toBe(true);
    expect(judged('condition=Ready=false', { status: { conditions } })).toBe(false);
  });

  test.each([
    [{ generation: 3 }, { observedGeneration: 2 }, {}, false],
    [{ generation: 3 }, { observedGeneration: 3 }, { observedGeneration: 2 }, true],
    [{ generation: 3 }, {}, { observedGeneration: 2 }, false],
    [{ generation: 3 }, {}, { observedGeneration: 3 }, true],
    [{ generation: 3 }, {}, {}, true],
    [{}, { observedGeneration: 2 }, {}, true],
    [{ generation: 3.5 }, { observedGeneration: 2 }, {}, true],
  ])('of metadata %j, with %j in it and %j in the status, counts: %j', (metadata, inCondition, inStatus, isMet) => {
    const conditions = [{ type: 'Ready', status: 'True', ...inCondition }];
    expect(judged('condition=Ready', { metadata, status: { conditions, ...inStatus } })).toBe(isMet);
  });
});

describe('a path', () => {
  const object = parseJson(
    `{"status":{"phase":"Running","count":3,"large":9007199254740993,"half":0.5,"no":null,"on":true,"spaced":" x ",
      "list":[1,2],"one":["a"],"empty":"","conditions":[{"type":"Ready","status":"True"}]}}`,
  ) as JsonObject;

  test.each<[string, boolean | string]>([
    ['jsonpath={.status.phase}=Running', true],
    ['jsonpath=.status.phase="Running"', true],
    [`jsonpath='{.status.phase}'=Running`, 'unexpected path'],
    ['jsonpath=status.phase=running', false],
    ['jsonpath={.status.count}=3', true],
    ['jsonpath={.status.large}=9007199254740993', true],
    ['jsonpath={.status.half}=0.5', true],
    ['jsonpath={.status.no}=<nil>', true],
    ['jsonpath={.status.on}=true', true],
    ['jsonpath={.status.spaced}=x', true],
    ['jsonpath={.status.nothing}', false],
    ['jsonpath={.status.empty}', true],
    ['jsonpath={.status.no}', true],
    ['jsonpath={.status.list}', true],
    ['jsonpath={.status.list}=1', 'jsonpath leads to a nested object or list which is not supported'],
    ['jsonpath={.status.list[*]}', 'given jsonpath expression matches more than one value'],
    ['jsonpath={.status.one[*]}=a', true],
    ['jsonpath={.status.list[7]}', 'array index out of bounds: index 7, length 2'],
    ['jsonpath={.status.conditions[?(@.type=="Ready")].status}=True', true],
    ['jsonpath={.status.conditions[?(@.type=="Done")].status}=True', false],
  ])('%s is %j', (text, expected) => {
    if (expected === 'unexpected path') expect(() => judged(text, object)).toThrow(expected);
    else expect(judged(text, object)).toBe(expected);
  });

  test('of an object that is not there is not met', () => {
    expect(judged('jsonpath={.status}', undefined)).toBe(false);
  });
});
