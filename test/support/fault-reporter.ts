import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reporter, SerializedError, TestCase, TestModule, TestRunEndReason } from 'vitest/node';
import { kubernetesVersion, serverVersions } from './cluster-programs.ts';
import {
  faultProblems,
  faultResults,
  faultTable,
  mergeResults,
  type FaultResults,
  type FinishedTest,
} from './fault-table.ts';

const root = join(import.meta.dirname, '..', '..');

/** Results by file, from which the table is made. */
export const faultResultsFile = join(root, 'test', 'fault-results.json');

/** The table for people. */
export const faultTableFile = join(root, 'test', 'FAULTS.md');

/** The results of the newest whole runs. */
export function readFaultResults(): FaultResults {
  return JSON.parse(readFileSync(faultResultsFile, 'utf8')) as FaultResults;
}

/** Runs only with `npm run test:long`. */
const isLong = (file: string): boolean => file.endsWith('.long.test.ts');

function titlesOf(test: TestCase): readonly string[] {
  const titles = [test.name];
  for (let suite = test.parent; suite.type === 'suite'; suite = suite.parent) titles.unshift(suite.name);
  return titles;
}

function finishedTests(modules: readonly TestModule[]): readonly FinishedTest[] {
  return modules.flatMap((module) =>
    [...module.children.allTests()].map((test) => ({
      file: module.relativeModuleId,
      titles: titlesOf(test),
      passed: test.result().state === 'passed',
    })),
  );
}

/**
 * A run tells of all faults when it ran every test of every file to its end. Chosen files, chosen titles and programs
 * that are missing leave tests out, and such a run changes nothing.
 */
export function isWholeRun(
  modules: readonly TestModule[],
  files: readonly string[],
  reason: TestRunEndReason,
): boolean {
  if (reason === 'interrupted') return false;
  const ran = new Set(modules.map(({ relativeModuleId }) => relativeModuleId));
  if (files.some((file) => !ran.has(file))) return false;
  return modules.every((module) => {
    const states = [...module.children.allTests()].map((test) => test.result().state);
    const didLoad = module.state() === 'passed' || states.includes('failed');
    return didLoad && states.every((state) => state === 'passed' || state === 'failed');
  });
}

/**
 * Writes the table of faults at the end of a whole run, and fails the run for a fault whose test failed, or that has none on
 * the simulated server.
 */
export class FaultReporter implements Reporter {
  readonly #withLong: boolean;

  /** @param withLong the run has the long tests too */
  constructor(withLong: boolean) {
    this.#withLong = withLong;
  }

  onTestRunEnd(modules: readonly TestModule[], _errors: readonly SerializedError[], reason: TestRunEndReason): void {
    const files = globSync('test/**/*.test.ts', { cwd: root });
    const wanted = files.filter((file) => this.#withLong || !isLong(file));
    if (!isWholeRun(modules, wanted, reason)) return;
    const versions = serverVersions.map((minor) => [minor, kubernetesVersion(minor).replace(/^v/, '')] as const);
    const now = faultResults(finishedTests(modules), versions);
    const results = mergeResults(
      readFaultResults(),
      now,
      (file) => !this.#withLong && isLong(file) && files.includes(file),
    );
    writeFileSync(faultResultsFile, `${JSON.stringify(results, null, 2)}\n`);
    writeFileSync(faultTableFile, faultTable(results));
    const problems = faultProblems(now);
    // The long tests are those of their last run: what failed in it is told, and fails no other run.
    const earlier = faultProblems(results).filter((problem) => !problems.includes(problem));
    const told = [...problems, ...earlier.map((problem) => `${problem}, in the last run of the long tests`)];
    if (told.length > 0) process.stdout.write(`\n${told.join('\n')}\n`);
    if (problems.length > 0) process.exitCode = 1;
  }
}
