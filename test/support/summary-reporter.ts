import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { clusterProgramsMissing } from './cluster-programs.ts';

/** How many tests of a run ended how. */
export interface RunCounts {
  readonly passedCount: number;
  /** With every module that did not load and every error outside a test. */
  readonly failedCount: number;
  readonly skippedCount: number;
}

/** Counts the tests of finished modules. A module that failed without a failed test counts as one. */
export function countTests(modules: readonly TestModule[], errorCount: number): RunCounts {
  let passedCount = 0;
  let failedCount = errorCount;
  let skippedCount = 0;
  for (const module of modules) {
    let failedHereCount = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passedCount += 1;
      else if (state === 'failed') failedHereCount += 1;
      else skippedCount += 1;
    }
    failedCount += failedHereCount === 0 && module.state() === 'failed' ? 1 : failedHereCount;
  }
  return { passedCount, failedCount, skippedCount };
}

/** The lines that end a run: why tests were skipped, if programs are missing, and the counts on a line alone. */
export function summaryLines(counts: RunCounts, programsMissing: string | undefined): readonly string[] {
  const why =
    counts.skippedCount > 0 && programsMissing !== undefined
      ? [`${counts.skippedCount} skipped because ${programsMissing}`]
      : [];
  return [...why, `${counts.passedCount} passed, ${counts.failedCount} failed, ${counts.skippedCount} skipped`];
}

/**
 * Prints the plain last line `N passed, N failed, N skipped`. With `CI=true` a skipped test fails the run, so that
 * tests which lost their programs there are noticed.
 */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const counts = countTests(modules, errors.length);
    if (process.env['CI'] === 'true' && counts.skippedCount > 0) {
      process.stdout.write('\na skipped test is a failure when CI=true\n');
      process.exitCode = 1;
    }
    process.stdout.write(`\n${summaryLines(counts, clusterProgramsMissing('controllers')).join('\n')}\n`);
  }
}
