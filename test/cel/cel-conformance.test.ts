import { beforeAll, expect, test } from 'vitest';
import { loadPatterns } from '../../src/cel/functions/patterns.ts';
import { celCases, faultOf, type CelCase } from './cel-cases.ts';
import { unclaimed, type Unclaimed } from './cel-unclaimed.ts';

/** Every case of the specification's simple tests, with what is wrong with its outcome. */
let outcomes: readonly { readonly given: CelCase; readonly fault: string | undefined }[];

beforeAll(async () => {
  await loadPatterns(['matches']);
  outcomes = celCases().map((given) => ({ given, fault: faultOf(given) }));
});

function isNamed({ ids }: Unclaimed, { id }: CelCase): boolean {
  return ids.some((each) => (typeof each === 'string' ? each === id : each.test(id)));
}

function reasonFor(given: CelCase): Unclaimed | undefined {
  const text = `${given.expression} ${JSON.stringify(given.bindings)}`;
  return unclaimed.find((each) => isNamed(each, given) || each.texts?.test(text) === true);
}

test('each case passes, or is one of those that navi does not claim', () => {
  const unexplained = outcomes.flatMap(({ given, fault }) =>
    fault === undefined || reasonFor(given) !== undefined ? [] : [`${given.id}: ${given.expression}: ${fault}`],
  );
  expect(unexplained).toEqual([]);
  expect(outcomes.length).toBeGreaterThan(2_300);
});

test('what navi does not claim fails, case by case', () => {
  const named = new Set(unclaimed.flatMap(({ ids }) => ids.filter((id) => typeof id === 'string')));
  const failing = new Set(outcomes.flatMap(({ given, fault }) => (fault === undefined ? [] : [given.id])));
  expect([...named].filter((id) => !failing.has(id))).toEqual([]);
  const counted = unclaimed.map(({ reason }) => [reason, 0] as [string, number]);
  for (const { given, fault } of outcomes) {
    const entry = counted.find(([reason]) => reason === reasonFor(given)?.reason);
    if (fault !== undefined && entry !== undefined) entry[1] += 1;
  }
  expect(counted).toEqual(unclaimed.map(({ reason, count }) => [reason, count]));
});

test('the suites and how many of their cases pass', () => {
  const suites = Map.groupBy(outcomes, ({ given }) => given.suite);
  const rows = Array.from(suites, ([suite, cases]) => {
    const passed = cases.filter(({ fault }) => fault === undefined).length;
    return `${suite.padEnd(16)} ${String(passed).padStart(6)} ${String(cases.length - passed).padStart(12)}`;
  });
  process.stdout.write(`${['suite            passed  not claimed', ...rows].join('\n')}\n`);
  for (const suite of ['fp_math', 'macros', 'macros2', 'bindings_ext', 'string', 'plumbing']) {
    expect(suites.get(suite)?.every(({ fault }) => fault === undefined)).toBe(true);
  }
});
