import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveMirror } from '../src/core/live-status.ts';
import type { KubeObject } from '../src/core/kube-object.ts';
import { ask } from '../test/support/daemon-probes.ts';
import type { RealCluster } from '../test/support/real-cluster.ts';
import { TcpFront } from '../test/support/tcp-front.ts';
import { cpuSeconds, naviProgram, startDaemon, endProcess, untilSettled, type DaemonEnv } from './daemon-process.ts';
import type { Figure } from './figures.ts';
import { measurementOf, runOnce } from './measure.ts';

/** What the restart is measured on. */
export interface RestartBench {
  readonly cluster: RealCluster;
  readonly env: DaemonEnv;
  /** Takes a store and a kubeconfig file. */
  readonly folder: string;
  readonly podCount: number;
  readonly runCount: number;
  readonly report: (line: string) => void;
}

/** One pod of so many changes while the server is away. */
const changedShare = 100;

/** What a daemon spent: bytes of bodies as they travel, with gzip. */
interface Spent {
  readonly bytes: number;
  readonly cpuSeconds: number;
}

interface Turn {
  readonly firstSync: Spent;
  readonly relists: Spent;
  readonly relistCount: number;
}

async function liveMirror(env: DaemonEnv): Promise<LiveMirror> {
  const [mirror] = await ask<readonly LiveMirror[]>(env['NAVI_DATA_DIR'] ?? '', { method: 'live' });
  if (mirror === undefined) throw new Error('the daemon has no mirror');
  return mirror;
}

/** What it has spent once it calls everything complete and fresh. */
async function spentOnceFresh(env: DaemonEnv, pid: number): Promise<Spent> {
  const { code, stderr } = await runOnce({ program: process.execPath, args: [naviProgram, 'sync', '--once'], env });
  if (code !== 0) throw new Error(`the daemon does not follow the cluster: ${stderr}`);
  return { bytes: (await liveMirror(env)).receivedBytes, cpuSeconds: cpuSeconds(pid) };
}

/** Lists because of a resume point that expired. */
function expiredCount({ scopes }: LiveMirror): number {
  return scopes.reduce((sum, { counts }) => sum + (counts.relistReasons['expired'] ?? 0), 0);
}

async function changePods(cluster: RealCluster, count: number): Promise<void> {
  const { items } = JSON.parse((await cluster.request(`/api/v1/pods?limit=${count}`)).text) as {
    readonly items: readonly KubeObject[];
  };
  const body = { metadata: { labels: { 'bench.example.test/changed-at': String(Date.now()) } } };
  const contentType = 'application/merge-patch+json';
  for (const { metadata } of items) {
    const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;
    const { status, text } = await cluster.request(path, { method: 'PATCH', contentType, body });
    if (status !== 200) throw new Error(`PATCH ${path}: ${status} ${text}`);
  }
}

/** The server's watch caches begin with the state at its start: every resume point that they serve is older. */
async function measureTurn({ cluster, podCount }: RestartBench, env: DaemonEnv, front: TcpFront): Promise<Turn> {
  const daemon = startDaemon(env, []);
  const pid = daemon.pid ?? 0;
  try {
    await untilSettled(env);
    const firstSync = await spentOnceFresh(env, pid);
    await front.leave();
    await changePods(cluster, Math.ceil(podCount / changedShare));
    await cluster.stopApiServer();
    await cluster.startApiServer();
    const before = { live: await liveMirror(env), cpuSeconds: cpuSeconds(pid) };
    await front.return();
    const after = await spentOnceFresh(env, pid);
    const relists = {
      bytes: after.bytes - before.live.receivedBytes,
      cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    };
    return { firstSync, relists, relistCount: expiredCount(await liveMirror(env)) - expiredCount(before.live) };
  } finally {
    await endProcess(daemon);
  }
}

/** What the relists of a daemon come to whose API server has been restarted, beside its first sync: the medians of turns. */
export async function measureServerRestart(bench: RestartBench): Promise<readonly Figure[]> {
  const { cluster, folder, runCount, report } = bench;
  report('measuring a restart of the API server');
  const front = await TcpFront.start(cluster.url);
  try {
    const kubeconfig = join(folder, 'through-front.kubeconfig');
    writeFileSync(kubeconfig, readFileSync(cluster.kubeconfig, 'utf8').replace(cluster.url, front.url));
    const env = { ...bench.env, KUBECONFIG: kubeconfig, NAVI_DATA_DIR: join(folder, 'server-restart') };
    const turns: Turn[] = [];
    for (let turn = 0; turn < runCount; turn += 1) {
      rmSync(env.NAVI_DATA_DIR, { recursive: true, force: true });
      turns.push(await measureTurn(bench, env, front));
    }
    return restartFigures(turns);
  } finally {
    await front.stop();
  }
}

function restartFigures(turns: readonly Turn[]): readonly Figure[] {
  const middle = (value: (turn: Turn) => number): number => measurementOf(turns.map(value)).wallMs;
  const mebibytes = (part: 'firstSync' | 'relists'): string =>
    `${(middle((turn) => turn[part].bytes) / 1024 ** 2).toFixed(1)} MiB`;
  const seconds = (part: 'firstSync' | 'relists'): string => `${middle((turn) => turn[part].cpuSeconds).toFixed(2)} s`;
  const what = 'restart of the API server, relists beside a first sync';
  return [
    {
      what: `${what}: gzip bytes`,
      value: middle(({ firstSync, relists }) => relists.bytes / firstSync.bytes),
      unit: 'x',
      bar: 0.6,
      note: `${mebibytes('relists')} beside ${mebibytes('firstSync')}, ${middle((turn) => turn.relistCount)} types listed again`,
    },
    {
      what: `${what}: CPU`,
      value: middle(({ firstSync, relists }) => relists.cpuSeconds / firstSync.cpuSeconds),
      unit: 'x',
      bar: 1 / 3,
      note: `${seconds('relists')} beside ${seconds('firstSync')}`,
    },
  ];
}
