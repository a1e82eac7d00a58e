import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { faultCatalogue } from '../support/fault-catalogue.ts';
import { faultTableFile, readFaultResults } from '../support/fault-reporter.ts';
import { faultNumbers, faultTable } from '../support/fault-table.ts';

const root = join(import.meta.dirname, '..', '..');

/** Numbers of the faults that titles in the text of a test file name. */
function numbersIn(file: string): readonly number[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/['"`](\d+(?:, \d+)*: )/g)].flatMap((match) => faultNumbers([match[1] ?? '']));
}

describe('the faults', () => {
  const numbers = faultCatalogue.map(({ number }) => number);

  test('are numbered without gaps', () => {
    expect(numbers).toEqual(Array.from({ length: 81 }, (_, index) => index + 1));
  });

  // Whether these tests pass is told by the reporter at the end of a whole run.
  test('each have a test that needs no real server and is in every run', () => {
    const files = globSync('test/{daemon,kube,process,store}/**/*.test.ts', { cwd: root });
    const inEveryRun = files.filter((file) => !file.includes('.cluster.') && !file.includes('.long.'));
    const caused = new Set(inEveryRun.flatMap(numbersIn));
    expect(numbers.filter((number) => !caused.has(number))).toEqual([]);
  });

  test('stand in FAULTS.md with the results of the newest whole run', () => {
    expect(readFileSync(faultTableFile, 'utf8')).toBe(faultTable(readFaultResults()));
  });
});
