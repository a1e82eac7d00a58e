import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

/**
 * Many runs of the model test, in parts that are processes of their own, as many at a time as there are cores:
 * `node test/soak/model-runs.ts --runs 100000`. Exit code 1 where a promise was broken; then the seed and the shortest
 * script are told, and the other parts go on. A run takes some 80 ms of CPU time.
 */
const partCount = 1_000;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(randomInt(2 ** 30)) },
    processes: { type: 'string', default: String(availableParallelism()) },
  },
});
const runCount = Number(values.runs);
const firstSeed = Number(values.seed);

const say = (line: string): void => {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
};

const total = { startedCount: 0, runCount: 0, brokenParts: 0 };

/** Runs one part after the other until there are enough. */
async function worker(): Promise<void> {
  while (total.startedCount < runCount) {
    const count = Math.min(partCount, runCount - total.startedCount);
    const seed = firstSeed + total.startedCount / partCount;
    total.startedCount += count;
    const part = [join(import.meta.dirname, 'model-part.ts'), String(count), String(seed)];
    const child = spawn(process.execPath, part, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const told = await text(child.stdout);
    const code = await ended;
    if (code === 0) total.runCount += count;
    else total.brokenParts += 1;
    say(
      code === 0 ? `seed ${seed}: ${total.runCount} of ${runCount} runs` : `seed ${seed} ended with ${code}: ${told}`,
    );
  }
}

say(`${runCount} runs from seed ${firstSeed} on`);
await Promise.all(Array.from({ length: Number(values.processes) }, worker));
say(`${total.runCount} runs kept every promise, ${total.brokenParts} parts of ${partCount} did not`);
process.exitCode = total.brokenParts === 0 ? 0 : 1;
