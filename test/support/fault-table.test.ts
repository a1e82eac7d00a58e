import { describe, expect, test } from 'vitest';
import { faultCatalogue } from './fault-catalogue.ts';
import { faultNumbers, faultProblems, faultResults, faultTable, mergeResults, serverOf } from './fault-table.ts';

const versions = [
  ['1.33', '1.33.13'],
  ['1.36', '1.36.3'],
] as const;

const finished = (file: string, title: string, passed = true) => ({ file, titles: ['around', title], passed });
const lists = 'test/lists.test.ts';
const real = 'test/lists.cluster.test.ts';

/** One passing test of each fault but these. */
const allBut = (...missing: readonly number[]) =>
  faultCatalogue
    .filter(({ number }) => !missing.includes(number))
    .map(({ number }) => finished(lists, `${number}: happens`));

describe('the table of faults', () => {
  test.each([
    [['3: a token expires'], [3]],
    [['3, 41: both'], [3, 41]],
    [
      ['24: around', '79: within'],
      [24, 79],
    ],
    [['24: around', '24: within'], [24]],
    [['of 3: none', '30 rows', '7:none', ''], []],
  ])('%j names %j', (titles, numbers) => {
    expect(faultNumbers(titles)).toEqual(numbers);
  });

  test.each([
    [lists, '1.33: no server of its own', 'simulated'],
    [real, '7: x', '1.36.3'],
    [real, 'on 1.33 as well', '1.33.13'],
    ['test/1.33/lists.cluster.long.test.ts', '7: x', '1.33.13'],
    [real, 'takes 11.33 s', '1.36.3'],
  ])('%s, "%s" ran on %s', (file, title, server) => {
    expect(serverOf(finished(file, title), versions)).toBe(server);
  });

  test('counts passed and failed tests by server', () => {
    const results = faultResults(
      [finished(lists, '7: a'), finished(lists, '7: b', false), finished(real, '7, 8: c'), finished(real, 'none')],
      versions,
    );
    expect(results).toEqual({
      [lists]: { simulated: { 7: { passed: 1, failed: 1 } } },
      [real]: { '1.36.3': { 7: { passed: 1, failed: 0 }, 8: { passed: 1, failed: 0 } } },
    });
    const table = faultTable(results).split('\n');
    expect(table.find((line) => line.startsWith('| 7 |'))).toContain('| FAILED 1 of 2 | 1.36.3 passed (1) |');
    expect(table.find((line) => line.startsWith('| 8 |'))).toContain('| MISSING | 1.36.3 passed (1) |');
    expect(table.find((line) => line.startsWith('| 9 |'))).toContain('| MISSING | – |');
    expect(table.find((line) => line.startsWith('| 5 |'))).toContain('| MISSING | cannot be brought to it |');
  });

  test('has no problem where every fault has a test that passes', () => {
    expect(faultProblems(faultResults(allBut(), versions))).toEqual([]);
  });

  test('tells faults that no test on the simulated server causes, failures on any, and numbers that nobody knows', () => {
    const results = faultResults([...allBut(9), finished(real, '9: x', false), finished(lists, '99: x')], versions);
    expect(faultProblems(results)).toEqual([
      `${lists}: there is no fault 99`,
      `fault 9 (${faultCatalogue[8]?.name}): 1 failed on 1.36.3`,
      `fault 9 (${faultCatalogue[8]?.name}): no test on the simulated server`,
    ]);
  });

  test('keeps of an earlier run what the later one left out on purpose', () => {
    const before = faultResults([finished('a', '1: x'), finished('long', '2: x'), finished('b', '3: x')], versions);
    const now = faultResults([finished('a', '4: x')], versions);
    expect(mergeResults(before, now, (file) => file === 'long')).toEqual({ a: now['a'], long: before['long'] });
  });
});
