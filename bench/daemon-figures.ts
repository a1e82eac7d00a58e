import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { memoryOf, percentile } from '../test/support/daemon-probes.ts';
import type { Churned } from './ask-cluster.ts';
import { homeNamespace } from './ask-objects.ts';
import {
  calmMs,
  cpuSeconds,
  naviProgram,
  requestCountOf,
  startDaemon,
  endProcess,
  untilSettled,
  type DaemonEnv,
} from './daemon-process.ts';
import type { Figure } from './figures.ts';
import type { ReadCosts } from './in-process.ts';
import type { LiveReads } from './live-reads.ts';
import { runOnce } from './measure.ts';

/** What the figures are measured on. */
export interface DaemonBench {
  /** With NAVI_DATA_DIR: two contexts, mirrored once. */
  readonly env: DaemonEnv;
  /** An empty folder. */
  readonly folder: string;
  /** The simulated clusters. */
  readonly cluster: ChildProcess;
  readonly objectCount: number;
  /** For how long (s) changes are made. */
  readonly seconds: number;
  /** For how long (s) requests are counted, as long as a watch lives on average; 0 for not at all. */
  readonly requestSeconds: number;
  readonly report: (line: string) => void;
}

const mebibyte = 1024 ** 2;
const changesPerSecond = 500;

/** The shortest life of a watch (ms): before that no quiet one is opened again, which is most of what is asked. */
const untilWatchesEndMs = 240_000;

/** A type that cannot be watched is listed from time to time. */
const watchedLists =
  "select sum(lists) from scope join resource_type on resource_type.id = type_id where retrieval = 'watch'";

function listCount(env: DaemonEnv): number {
  const files = globSync('mirrors/*/mirror.db', { cwd: env['NAVI_DATA_DIR'] ?? '' });
  return files.reduce((sum, file) => {
    const database = new SqliteDatabase(join(env['NAVI_DATA_DIR'] ?? '', file), { readonly: true });
    const lists = Number(database.prepare(watchedLists).pluck().get());
    database.close();
    return sum + lists;
  }, 0);
}

/** A daemon that begins with nothing: what its memory comes to. */
async function firstSync({ env, folder, objectCount, report }: DaemonBench): Promise<readonly Figure[]> {
  report('measuring the memory of a daemon that mirrors everything for the first time');
  const own = { ...env, NAVI_DATA_DIR: join(folder, 'first') };
  const startedMs = performance.now();
  const daemon = startDaemon(own, []);
  try {
    await untilSettled(own);
    const tookMs = performance.now() - startedMs;
    await pause(calmMs);
    const { residentBytes, peakBytes } = memoryOf(daemon.pid ?? 0);
    const what = `daemon memory after a first sync of ${objectCount} objects`;
    const note = `at most ${Math.round(peakBytes / mebibyte)} MiB; the sync took ${(tookMs / 1_000).toFixed(1)} s`;
    return [{ what, value: residentBytes / mebibyte, unit: 'MiB', bar: 150, note }];
  } finally {
    await endProcess(daemon);
  }
}

/** What a daemon asks a cluster in which nothing changes. */
async function requestFigures({ env, requestSeconds }: DaemonBench): Promise<readonly Figure[]> {
  if (requestSeconds === 0) return [];
  await pause(untilWatchesEndMs);
  const before = await requestCountOf(env);
  await pause(requestSeconds * 1_000);
  const value = (((await requestCountOf(env)) - before) * 60) / requestSeconds;
  const note = `one cluster, counted over ${requestSeconds} s, each watch opened again about once`;
  return [{ what: 'API requests, nothing changes', value, unit: 'requests a minute', bar: 20, note }];
}

/** A daemon that finds a current store. */
async function restart(bench: DaemonBench): Promise<readonly Figure[]> {
  const { env, objectCount, report } = bench;
  report('measuring a restart with a current store');
  const before = listCount(env);
  const startedMs = performance.now();
  const daemon = startDaemon(env, []);
  try {
    const question = [naviProgram, 'get', 'pods', '-n', homeNamespace, '--max-age', '1s'];
    for (;;) {
      const { code } = await runOnce({ program: process.execPath, args: question, env });
      if (code === 0) break;
      if (performance.now() - startedMs > 60_000) throw new Error('no fresh answer after a restart');
    }
    const answeredMs = performance.now() - startedMs;
    await untilSettled(env);
    await pause(calmMs);
    const memory = memoryOf(daemon.pid ?? 0);
    const requests = await requestFigures(bench);
    await endProcess(daemon);
    const lists = listCount(env) - before;
    const peak = `at most ${Math.round(memory.peakBytes / mebibyte)} MiB`;
    return [
      {
        what: 'restart: first fresh answer',
        value: answeredMs,
        unit: 'ms',
        bar: 1_000,
        note: 'get --max-age 1s until it answers',
      },
      { what: 'restart: lists of watched types', value: lists, unit: 'lists', bar: 0, note: '' },
      {
        what: `daemon memory, ${objectCount} objects, restarted`,
        value: memory.residentBytes / mebibyte,
        unit: 'MiB',
        bar: 150,
        note: peak,
      },
      ...requests,
    ];
  } finally {
    await endProcess(daemon);
  }
}

/** Changes while others read. */
async function churn({ env, cluster, seconds, report }: DaemonBench): Promise<readonly Figure[]> {
  report(`measuring ${changesPerSecond} changes a second`);
  const daemon = startDaemon(env, []);
  try {
    await untilSettled(env);
    await pause(calmMs);
    const reads = fork(join(import.meta.dirname, 'live-reads.ts'), {
      env,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(reads, 'message');
    const cpu = cpuSeconds(daemon.pid ?? 0);
    cluster.send({ perSecond: changesPerSecond, durationMs: seconds * 1_000 });
    const [{ perSecond }] = (await once(cluster, 'message')) as [Churned];
    const share = ((cpuSeconds(daemon.pid ?? 0) - cpu) / seconds) * 100;
    const memory = memoryOf(daemon.pid ?? 0);
    await pause(1_000);
    const told = once(reads, 'message');
    reads.send('end');
    const [{ readMs, errors, visibleMs }] = (await told) as [LiveReads];
    const at = `${Math.round(perSecond)} changes a second, ${visibleMs.length} seen, p50 ${percentile(visibleMs, 50)} ms, daemon ${Math.round(share)} % of a CPU, ${Math.round(memory.residentBytes / mebibyte)} MiB`;
    return [
      {
        what: 'change in the cluster to seen in the store, p99',
        value: percentile(visibleMs, 99),
        unit: 'ms',
        bar: 250,
        note: at,
      },
      {
        what: '100 reads a second meanwhile, p95',
        value: percentile(readMs, 95),
        unit: 'ms',
        bar: 10,
        note: `${readMs.length} reads`,
      },
      {
        what: '100 reads a second meanwhile, errors',
        value: errors.length,
        unit: 'errors',
        bar: 0,
        note: errors[0] ?? '',
      },
    ];
  } finally {
    await endProcess(daemon);
  }
}

async function inProcess({ env, report }: DaemonBench): Promise<readonly Figure[]> {
  report('measuring reads in process');
  const child = fork(join(import.meta.dirname, 'in-process.ts'), {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ object, namespace, page }] = (await once(child, 'message')) as [ReadCosts];
  return [
    {
      what: 'in process: one object by key, with its body',
      value: object.wallMs * 1_000,
      unit: 'us',
      bar: 50,
      note: '',
    },
    {
      what: 'in process: a namespace',
      value: namespace.wallMs,
      unit: 'ms',
      bar: 1,
      note: `${namespace.rowCount} rows`,
    },
    {
      what: 'in process: a filtered, sorted page of 100',
      value: page.wallMs,
      unit: 'ms',
      bar: 10,
      note: `of ${page.ofCount} pods`,
    },
  ];
}

/** Everything that is told of a daemon and of reads in process, on a simulated cluster. */
export async function measureDaemon(bench: DaemonBench): Promise<readonly Figure[]> {
  return [...(await inProcess(bench)), ...(await firstSync(bench)), ...(await restart(bench)), ...(await churn(bench))];
}
