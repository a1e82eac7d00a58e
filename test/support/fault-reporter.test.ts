import { describe, expect, test } from 'vitest';
import type { TestModule } from 'vitest/node';
import { isWholeRun } from './fault-reporter.ts';

/** A finished test file with the states of its tests. */
const moduleOf = (file: string, ...states: readonly string[]): TestModule =>
  ({
    relativeModuleId: file,
    state: () => (states.includes('failed') || states.length === 0 ? 'failed' : 'passed'),
    children: { allTests: () => states.map((state) => ({ result: () => ({ state }) })) },
  }) as unknown as TestModule;

describe('a run of the tests is whole', () => {
  test.each([
    [
      'with every file, tests that failed among them',
      ['passed', 'failed'],
      { files: ['a', 'b'], reason: 'failed' },
      true,
    ],
    ['not where it was interrupted', ['passed'], { files: ['a', 'b'], reason: 'interrupted' }, false],
    ['not where a file was left out', ['passed'], { files: ['a', 'b', 'c'], reason: 'passed' }, false],
    ['not where a test was skipped', ['passed', 'skipped'], { files: ['a', 'b'], reason: 'passed' }, false],
    ['not where a file did not load', [], { files: ['a', 'b'], reason: 'failed' }, false],
  ] as const)('%s', (_when, states, { files, reason }, expected) => {
    expect(isWholeRun([moduleOf('a', 'passed'), moduleOf('b', ...states)], files, reason)).toBe(expected);
  });
});
