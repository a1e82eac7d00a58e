import { defineConfig } from 'vitest/config';
import { FaultReporter } from './test/support/fault-reporter.ts';
import { FileOrder } from './test/support/file-order.ts';
import { isLongRun } from './test/support/long-run.ts';
import { SummaryReporter } from './test/support/summary-reporter.ts';

const every = 'test/**/*.test.ts';
const long = isLongRun ? [] : ['test/**/*.long.test.ts'];
const alone = 'test/**/*.alone.*.test.ts';
/** What takes long, by kind. */
const large = ['test/**/*.{cluster,process,long}.test.ts', 'test/{daemon/mirror,fuzz}/**/*.test.ts'];

/**
 * Kinds of tests by suffix: `.test.ts` needs nothing but loopback, `.process.test.ts` runs the built navi,
 * `.cluster.test.ts` a real control plane, `.alone.….test.ts` measures and has the machine to itself, `.long.test.ts`
 * only runs in `npm run test:long`.
 */
export default defineConfig({
  test: {
    reporters: ['default', new SummaryReporter(), new FaultReporter(isLongRun)],
    sequence: { sequencer: FileOrder },
    // Ends what hangs; a crowded machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Half of the time of what runs programs is waiting: two such files for each of two cores. A fifth one makes the run no shorter.
    maxWorkers: 4,
    projects: [
      { extends: true, test: { name: 'unit', include: [every], exclude: large, isolate: false } },
      { extends: true, test: { name: 'large', include: large, exclude: [...long, alone], isolate: false } },
      { extends: true, test: { name: 'alone', include: [alone], exclude: long, maxWorkers: 1 } },
    ],
  },
});
