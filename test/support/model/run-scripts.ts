import fc from 'fast-check';
import { modelScripts } from './model-action.ts';
import { runModel } from './model-run.ts';

/**
 * Runs so many random scripts.
 * @throws with the shortest script that breaks a promise, its seed and its path, to be run again by `runModel`
 */
export async function runScripts(count: number, seed: number): Promise<void> {
  const result = await fc.check(fc.asyncProperty(modelScripts, runModel), { numRuns: count, seed });
  if (!result.failed) return;
  const script = result.counterexample?.[0];
  const place = `seed ${result.seed}, path ${result.counterexamplePath}, after ${result.numRuns} runs`;
  throw new Error(`${place}\n${JSON.stringify(script)}\n${String(result.errorInstance)}`, {
    cause: result.errorInstance,
  });
}
