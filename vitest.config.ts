import { defineConfig } from 'vitest/config';
import { FaultReporter } from './test/support/fault-reporter.ts';
import { isLongRun } from './test/support/long-run.ts';
import { SummaryReporter } from './test/support/summary-reporter.ts';

/**
 * Kinds of tests by suffix: `.test.ts` needs nothing but loopback, `.process.test.ts` runs the built navi,
 * `.cluster.test.ts` a real control plane, `.long.test.ts` only runs in `npm run test:long`.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: isLongRun ? [] : ['test/**/*.long.test.ts'],
    reporters: ['default', new SummaryReporter(), new FaultReporter(isLongRun)],
    // Ends what hangs; a crowded machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
