import { randomInt } from 'node:crypto';
import { test } from 'vitest';
import { runScripts } from './run-scripts.ts';

/** Scripts of one test: a long run tells how far it is. */
const partCount = 1_000;

/** Defines tests of so many random scripts in all. */
export function longRun(count: number): void {
  const parts = Array.from({ length: count / partCount }, (_, index) => index * partCount);
  test.each(parts)('the mirror keeps its promises in random scripts %i and on', { timeout: 3_600_000 }, async () => {
    await runScripts(partCount, randomInt(2 ** 31));
  });
}
