import { randomInt } from 'node:crypto';
import { test } from 'vitest';
import { runScripts } from '../../support/model/run-scripts.ts';

const runCount = 100_000;
/** Shown as one test each, so that a long run tells how far it is. */
const part = 2_000;

test.each(Array.from({ length: runCount / part }, (_, index) => index * part))(
  'the mirror keeps its promises in random scripts %i and on',
  { timeout: 3_600_000 },
  async () => {
    await runScripts(part, randomInt(2 ** 31));
  },
);
