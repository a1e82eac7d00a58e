import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { MirrorInfo } from '../src/control/protocol.ts';
import { memoryOf } from '../test/support/daemon-probes.ts';
import type { AskLine } from './ask-lines.ts';
import { measureAsk } from './asks.ts';
import type { BenchRow } from './bench-rows.ts';
import { calmMs, endProcess, startDaemon, untilSettled } from './daemon-process.ts';
import type { Figure } from './figures.ts';
import type { ScaleShape } from './scale-shapes.ts';
import { startClusters } from './simulated-clusters.ts';

/** What is large, and how often it is asked. */
export interface ScaleOptions {
  readonly shapes: readonly ScaleShape[];
  readonly runCount: number;
  /** Empty, for the stores. */
  readonly folder: string;
  readonly report: (line: string) => void;
}

/** What clusters that are large in one way come to. */
export interface ScaleResult {
  /** Such as `1,000 types`. */
  readonly what: string;
  readonly figures: readonly Figure[];
  readonly rows: readonly BenchRow[];
}

const mebibyte = 1024 ** 2;

/** The shapes that a mirror must bear; a tenth of each for every day. */
export function scaleShapes(isQuick: boolean): readonly ScaleShape[] {
  const shapes: readonly ScaleShape[] = [
    { kind: 'types', count: 1_000 },
    { kind: 'namespaces', count: 10_000 },
    { kind: 'objects of 1.5 MiB', count: 100 },
    { kind: 'contexts', count: 30 },
  ];
  return isQuick ? shapes.map(({ kind, count }) => ({ kind, count: count / 10 })) : shapes;
}

/** What is asked of each: little of much, and what there is much of, which has no bar. */
function linesFor({ kind }: ScaleShape): readonly AskLine[] {
  const contexts = kind === 'contexts' ? ['--all-contexts'] : [];
  return [
    { args: ['get', 'pods'] },
    { args: ['types', ...contexts], isTold: kind === 'types' || kind === 'contexts' },
    { args: ['search', 'ledger-web', ...contexts], isTold: kind === 'contexts' },
    { args: ['get', 'namespaces', ...contexts], isTold: kind === 'namespaces' || kind === 'contexts' },
  ];
}

/** Measures one shape after the other, each with clusters and a daemon of its own. */
export async function measureScale(options: ScaleOptions): Promise<readonly ScaleResult[]> {
  const results: ScaleResult[] = [];
  for (const [index, shape] of options.shapes.entries()) {
    const folder = join(options.folder, String(index));
    mkdirSync(folder);
    results.push(await measureShape(shape, { ...options, folder }));
  }
  return results;
}

async function measureShape(shape: ScaleShape, options: ScaleOptions): Promise<ScaleResult> {
  const { folder, report } = options;
  const what = `${shape.count.toLocaleString('en')} ${shape.kind}`;
  report(`mirroring ${what}`);
  const { process: clusters, env } = await startClusters('scale-cluster.ts', [shape.kind, String(shape.count)], folder);
  const startedMs = performance.now();
  const daemon = startDaemon(env, ['--all-contexts']);
  try {
    const { mirrors } = await untilSettled(env, shape.kind === 'contexts' ? shape.count : 1);
    const settledMs = performance.now() - startedMs;
    await pause(calmMs);
    const figures = scaleFigures(settledMs, mirrors, memoryOf(daemon.pid ?? 0));
    const rows: BenchRow[] = [];
    for (const line of linesFor(shape)) rows.push(await measureAsk({ env }, line, options));
    return { what, figures, rows };
  } finally {
    await endProcess(daemon);
    await endProcess(clusters);
  }
}

function scaleFigures(
  settledMs: number,
  mirrors: readonly MirrorInfo[],
  { residentBytes, peakBytes }: ReturnType<typeof memoryOf>,
): readonly Figure[] {
  const sum = (value: (mirror: MirrorInfo) => number): number =>
    mirrors.reduce((total, mirror) => total + value(mirror), 0);
  const received = `${Math.round(sum((mirror) => mirror.receivedBytes) / mebibyte)} MiB`;
  const counts = `${sum((mirror) => mirror.scopeCount)} types, ${sum((mirror) => mirror.requestCount)} requests`;
  return [
    {
      what: 'first sync, until every type is mirrored',
      value: settledMs / 1_000,
      unit: 's',
      bar: undefined,
      note: `${counts}, ${received} received`,
    },
    {
      what: 'daemon memory',
      value: residentBytes / mebibyte,
      unit: 'MiB',
      bar: undefined,
      note: `${calmMs / 1_000} s later, at most ${Math.round(peakBytes / mebibyte)} MiB`,
    },
  ];
}
