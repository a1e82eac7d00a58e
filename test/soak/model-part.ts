import { runScripts } from '../support/model/run-scripts.ts';

/** A part of the long model run: `node test/soak/model-part.ts RUNS SEED`; exit code 1 and the script for a broken promise. */
const [count = 0, seed = 0] = process.argv.slice(2).map(Number);
try {
  await runScripts(count, seed);
} catch (error) {
  process.stdout.write(`${String(error)}\n`);
  process.exitCode = 1;
}
