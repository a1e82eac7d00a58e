import { defineConfig } from 'vitest/config';
import { FaultReporter } from './test/support/fault-reporter.ts';
import { SummaryReporter } from './test/support/summary-reporter.ts';

const withLong = process.env['NAVI_TEST_LONG'] === '1';

/**
 * Kinds of tests by suffix: `.test.ts` needs nothing but loopback, `.process.test.ts` runs the built navi,
 * `.cluster.test.ts` a real control plane, `.long.test.ts` only runs in `npm run test:long`.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: withLong ? [] : ['test/**/*.long.test.ts'],
    reporters: ['default', new SummaryReporter(), new FaultReporter(withLong)],
    // Ends what hangs; a crowded machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
