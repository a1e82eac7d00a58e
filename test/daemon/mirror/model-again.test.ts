import { randomInt } from 'node:crypto';
import { test } from 'vitest';
import { runScripts } from '../../support/model/run-scripts.ts';

// A file of its own: files run at the same time.
test('the mirror keeps its promises in a thousand more random scripts', { timeout: 600_000 }, async () => {
  await runScripts(1_000, randomInt(2 ** 31));
});
