import { describe, expect, test } from 'vitest';
import { commandLines } from './command-line.ts';
import type { Answer, ParityCluster, Program } from './parity-cluster.ts';
import { differenceText, runParity } from './run-parity.ts';

const answer = (stdout: string, code: number | null = 0, stderr = ''): Answer => ({ stdout, stderr, code });

/** A cluster on which each program answers with the next of its answers, the last one for ever. */
function answering(answers: Readonly<Record<Program, readonly Answer[]>>): ParityCluster {
  const asked = { kubectl: 0, navi: 0 };
  const run = (program: Program): Promise<Answer> => {
    const list = answers[program];
    const given = list[Math.min(asked[program]++, list.length - 1)];
    return given === undefined ? Promise.reject(new Error(`${program} has no answer`)) : Promise.resolve(given);
  };
  return { run, runOnTerminal: run, types: () => Promise.resolve([]), stop: () => Promise.resolve() };
}

async function differenceCount(kubectl: readonly Answer[], navi: Answer): Promise<number> {
  const run = await runParity(answering({ kubectl, navi: [navi] }), [{ line: 'pods' }], { known: [] });
  return run.differences.length;
}

describe('runParity', () => {
  test('takes equal answers as equal', async () => {
    expect(await differenceCount([answer('a\n', 1, 'e\n')], answer('a\n', 1, 'e\n'))).toBe(0);
  });

  test.each([
    ['standard output', answer('b\n')],
    ['a space at the end', answer('a \n')],
    ['standard error', answer('a\n', 0, 'e\n')],
    ['the exit code', answer('a\n', 1)],
  ])('finds another %s', async (_what, navi) => {
    expect(await differenceCount([answer('a\n')], navi)).toBe(1);
  });

  test('takes two programs that had to be killed as different', async () => {
    expect(await differenceCount([answer('a\n', null)], answer('a\n', null))).toBe(1);
  });

  test.each([
    ['between two others', ['x   59s\n', 'x   60s\n', 'x   61s\n'] as const, 0],
    ['of another unit in between', ['x   9m59s   y\n', 'x   9m59s   y\n', 'x   10m     y\n'] as const, 0],
    ['before both', ['x   59s\n', 'x   58s\n', 'x   61s\n'] as const, 1],
    ['after both', ['x   59s\n', 'x   62s\n', 'x   61s\n'] as const, 1],
    ['beside another text', ['x   59s\n', 'y   60s\n', 'x   61s\n'] as const, 1],
  ])('compares an age %s', async (_what, [before, navi, after], count) => {
    expect(await differenceCount([answer(before), answer(after)], answer(navi))).toBe(count);
  });

  test('counts what a known class explains', async () => {
    const cluster = answering({ kubectl: [answer('a\n')], navi: [answer('b\n')] });
    const known = [{ title: 'b for a', reason: 'a test', explains: () => true }];
    const run = await runParity(cluster, [{ line: 'pods' }, { line: 'nodes' }], { known });
    expect(run.differences).toEqual([]);
    expect([...run.explained]).toEqual([['b for a', 2]]);
  });
});

test('a difference shows its first line of each stream', () => {
  const text = differenceText({
    line: 'pods',
    columns: undefined,
    kubectl: answer('same\none\n', 0),
    navi: answer('same\ntwo\n', 1, 'more\n'),
  });
  expect(text).toBe(
    'get pods\n  exit code kubectl 0 navi 1\n  stdout line 2\n    kubectl "one"\n    navi    "two"\n  stderr line 1\n    kubectl ""\n    navi    "more"',
  );
});

test('command lines are read without remarks, those of the fast part by their mark', () => {
  expect(commandLines('t', '\n! pods -A\n# a remark\npods\n')).toEqual([
    { theme: 't', line: 'pods -A', isFast: true },
    { theme: 't', line: 'pods', isFast: false },
  ]);
});
