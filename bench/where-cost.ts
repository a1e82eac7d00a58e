/**
 * What a `--where` costs that only the bodies of the pods can answer, beside reading and parsing these bodies, in one
 * process and in turns: the built navi as its users call it, without the start of a process. Tells it over IPC.
 */
import SqliteDatabase from 'better-sqlite3';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { largestMirror } from './largest-mirror.ts';
import { measurementOf, type Measurement } from './measure.ts';

/** Both, and the expression. */
export interface WhereCost {
  readonly where: string;
  readonly parsed: Measurement;
  readonly judged: Measurement;
}

const where = 'spec.containers.size() > 2';
const program = join(import.meta.dirname, '..', 'bin', 'run.js');
const { main } = createRequire(import.meta.url)('../dist/main.js') as { main: (program: string) => Promise<void> };

/** Every body of a pod, parsed; returns how many. */
function parseBodies(file: string): number {
  const database = new SqliteDatabase(file, { readonly: true });
  const bodies = database
    .prepare(
      `select json from object join body on object_id = object.id
       where type_id = (select id from resource_type where api_group = '' and resource = 'pods') order by key`,
    )
    .pluck()
    .iterate() as Iterable<string>;
  let count = 0;
  for (const body of bodies) count += Object.keys(JSON.parse(body) as object).length > 0 ? 1 : 0;
  database.close();
  return count;
}

async function judge(): Promise<void> {
  process.argv = [process.execPath, program, 'get', 'pods', '-A', '--where', where, '--count'];
  await main(program);
  if (process.exitCode !== undefined && process.exitCode !== 0) throw new Error(`exit ${process.exitCode}`);
}

async function timeMs(work: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

const runCount = Number(process.argv[2]);
const largest = largestMirror();
const times: { readonly parsed: number[]; readonly judged: number[] } = { parsed: [], judged: [] };
// The first turn warms both up.
for (let turn = 0; turn <= runCount; turn += 1) {
  const parsedMs = await timeMs(() => parseBodies(largest));
  const judgedMs = await timeMs(judge);
  if (turn === 0) continue;
  times.parsed.push(parsedMs);
  times.judged.push(judgedMs);
}
const cost: WhereCost = { where, parsed: measurementOf(times.parsed), judged: measurementOf(times.judged) };
process.send?.(cost);
process.disconnect();
