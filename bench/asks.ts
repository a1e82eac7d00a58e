import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askLines, savedFilter, type AskLine } from './ask-lines.ts';
import type { BenchRow } from './bench-rows.ts';
import { measureDaemon } from './daemon-figures.ts';
import { endProcess, naviProgram, startDaemon, type DaemonEnv } from './daemon-process.ts';
import type { Figure } from './figures.ts';
import { measureInTurns, runOnce, type Command, type Measurement } from './measure.ts';
import { startClusters } from './simulated-clusters.ts';
import type { WhereCost } from './where-cost.ts';

/** How much is asked, and where. */
export interface AskOptions {
  /** Objects of the first cluster; a second one has a tenth. */
  readonly objectCount: number;
  readonly runCount: number;
  /** See DaemonBench. */
  readonly seconds: number;
  readonly requestSeconds: number;
  /** Empty, for the store. */
  readonly folder: string;
  readonly report: (line: string) => void;
}

/** At most so many times of Node's own start, as a whole process. */
const askBar = { maxTimeRatio: 3, words: '<= 3 x' };

/** A `--where` that nothing but the bodies can answer, beside reading and parsing these. */
const whereBar = { maxTimeRatio: 1.3, words: '<= 1.3 x' };

/** Each reads every body twice. */
const whereRunCountMax = 5;

interface AskStore {
  readonly env: DaemonEnv;
  /** The simulated clusters. */
  readonly cluster: ChildProcess;
  /** Ended by `stop`. */
  readonly running: ChildProcess[];
  stop(): Promise<void>;
}

/** Commands beside Node's own start, and what has nothing beside it. */
export interface AskFigures {
  readonly rows: readonly BenchRow[];
  readonly figures: readonly Figure[];
}

/** Measures every command that answers from the mirror, on a store of so many objects that a daemon keeps. */
export async function measureAsks(options: AskOptions): Promise<AskFigures> {
  const store = await filledStore(options);
  try {
    const figures = await measureDaemon({ ...options, ...store });
    await followDeletions(store, options);
    const rows: BenchRow[] = [];
    for (const line of askLines) rows.push(await measureAsk(store, line, options));
    rows.push(await measureWhere(store, options));
    return { rows, figures };
  } finally {
    await store.stop();
  }
}

function navi({ env }: Pick<AskStore, 'env'>, args: readonly string[], outputFile?: string): Command {
  return { program: process.execPath, args: [naviProgram, ...args], env, outputFile };
}

async function run(command: Command): Promise<void> {
  const { code, stderr } = await runOnce(command);
  if (code !== 0) throw new Error(`${command.args.join(' ')}: ${stderr}`);
}

/** A command beside Node's own start. */
export async function measureAsk(
  { env }: Pick<AskStore, 'env'>,
  line: AskLine,
  { runCount, report }: Pick<AskOptions, 'runCount' | 'report'>,
): Promise<BenchRow> {
  const what = line.args.map((word) => (/[ "*()]/.test(word) ? `'${word}'` : word)).join(' ');
  report(`measuring ${what}`);
  const bare: Command = { program: process.execPath, args: ['-e', '0'], env };
  const measured = await measureInTurns([bare, navi({ env }, line.args)], runCount);
  const [reference, own] = measured as readonly [Measurement, Measurement];
  const bar = line.isTold === true ? undefined : askBar;
  return { what, reference: { name: 'node -e 0', measured: reference }, navi: own, bar };
}

async function measureWhere({ env }: AskStore, { report, runCount }: AskOptions): Promise<BenchRow> {
  report('measuring a --where that reads every body');
  const child = fork(join(import.meta.dirname, 'where-cost.ts'), [String(Math.min(whereRunCountMax, runCount))], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [cost] = (await once(child, 'message')) as [WhereCost];
  return {
    what: `get pods -A --where '${cost.where}' --count, in process`,
    reference: { name: 'bodies read and parsed', measured: cost.parsed },
    navi: cost.judged,
    bar: whereBar,
  };
}

/** Leaves a daemon running that has seen some pods go. */
async function followDeletions({ env, cluster, running }: AskStore, { folder }: AskOptions): Promise<void> {
  cluster.send('delete');
  running.push(startDaemon(env, ['--all-contexts']));
  await untilDeleted({ env }, join(folder, 'deleted'));
}

/** Fills the clusters and mirrors them once. */
async function filledStore({ objectCount, folder, report }: AskOptions): Promise<AskStore> {
  report(`filling a simulated cluster of ${objectCount} objects`);
  const { process: cluster, env } = await startClusters('ask-cluster.ts', [String(objectCount)], folder);
  const running = [cluster];
  const stop = async (): Promise<void> => {
    for (const child of running.toReversed()) await endProcess(child);
  };
  try {
    report('mirroring it');
    await run(navi({ env }, ['sync', '--once', '--all-contexts']));
    await run(navi({ env }, savedFilter));
    return { env, cluster, running, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Looks until the mirror has seen the pods go; the daemon has followed the cluster by then. */
async function untilDeleted(store: Pick<AskStore, 'env'>, file: string): Promise<void> {
  const endMs = performance.now() + 180_000;
  while (performance.now() < endMs) {
    await run(navi(store, ['search', '--deleted', 'mailer', '-o', 'name'], file));
    if (readFileSync(file, 'utf8') !== '') return;
  }
  throw new Error('the daemon does not follow the cluster');
}
