import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/support/summary-reporter.ts';

/**
 * Kinds of tests by suffix: `.test.ts` needs nothing but loopback, `.process.test.ts` runs the built navi,
 * `.cluster.test.ts` a real control plane, `.long.test.ts` only runs in `npm run test:long`.
 */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: process.env['NAVI_TEST_LONG'] === '1' ? [] : ['test/**/*.long.test.ts'],
    reporters: ['default', new SummaryReporter()],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
