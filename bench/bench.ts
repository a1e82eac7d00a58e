/**
 * `npm run bench`: navi beside kubectl on one real cluster, in one run, as ratios; every command that answers from the
 * mirror beside Node's own start, on a simulated cluster; and clusters that are large in other ways. `--pods N` and
 * `--objects N` change the sizes, `--asks` and `--scale` run only that part, `--quick` makes everything small and leaves
 * the last part out, `--check` fails where a ratio is far from its bar. Prints the table of what navi must reach and
 * writes `bench/results-OBJECTS.json` and `bench/results-scale.json`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAsks, type AskFigures } from './asks.ts';
import { type BenchRow, farOff, formatTable, isReached, rowCells } from './bench-rows.ts';
import { measureReal, storeLine, type RealResults } from './beside-kubectl.ts';
import { type Figure, figureCells, isFigureReached } from './figures.ts';
import { measureScale, scaleShapes, type ScaleResult } from './scale.ts';

interface Sizes {
  readonly podCount: number;
  readonly otherCount: number;
  readonly objectCount: number;
  readonly shortRunCount: number;
  readonly longRunCount: number;
  /** See DaemonBench. */
  readonly seconds: number;
  readonly requestSeconds: number;
}

function report(line: string): void {
  process.stderr.write(`${line}\n`);
}

function print(...parts: readonly string[]): void {
  process.stdout.write(`${parts.join('\n')}\n\n`);
}

const machine = { node: process.version, cpuCount: availableParallelism() };

const toldRows = (rows: readonly BenchRow[]): readonly object[] =>
  rows.map((row) => ({ ...row, isReached: isReached(row) }));
const toldFigures = (figures: readonly Figure[]): readonly object[] =>
  figures.map((figure) => ({ ...figure, isReached: isFigureReached(figure) }));

/** Of the last run. @param name what was measured */
function writeResults(name: string, results: object): void {
  const file = join(import.meta.dirname, `results-${name}.json`);
  writeFileSync(file, `${JSON.stringify({ machine: { ...machine, load: loadavg() }, ...results }, null, 2)}\n`);
}

function tell(sizes: Sizes, asks: AskFigures, real: RealResults | undefined): void {
  writeResults(String(sizes.objectCount), {
    ...sizes,
    rows: toldRows(real?.rows ?? []),
    store: real?.store,
    restart: toldFigures(real?.restart ?? []),
    asks: toldRows(asks.rows),
    figures: toldFigures(asks.figures),
  });
  const load = `${machine.cpuCount} CPUs, load ${loadavg()
    .map((each) => each.toFixed(1))
    .join(' ')}`;
  if (real !== undefined) {
    print(
      `${sizes.podCount} pods, ${sizes.otherCount} other objects, ${load}`,
      formatTable([...rowCells(real.rows), storeLine(real.store)]),
    );
    print(formatTable(figureCells(real.restart)));
  }
  print(`${sizes.objectCount} objects, simulated, with a daemon, ${load}`, formatTable(figureCells(asks.figures)));
  print(formatTable(rowCells(asks.rows)));
}

function tellScale(scale: readonly ScaleResult[]): void {
  const told = scale.map(({ what, figures, rows }) => ({ what, figures: toldFigures(figures), rows: toldRows(rows) }));
  writeResults('scale', { scale: told });
  for (const { what, figures, rows } of scale)
    print(`${what}, simulated, with a daemon`, formatTable(figureCells(figures)), formatTable(rowCells(rows)));
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      pods: { type: 'string' },
      objects: { type: 'string' },
      asks: { type: 'boolean', default: false },
      scale: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  const isAll = !values.asks && !values.scale;
  const sizes: Sizes = {
    podCount: Number(values.pods ?? (quick ? 1_000 : 10_000)),
    otherCount: quick ? 600 : 3_000,
    objectCount: Number(values.objects ?? (quick ? 10_000 : 100_000)),
    ...(quick
      ? { shortRunCount: 5, longRunCount: 1, seconds: 10, requestSeconds: 0 }
      : { shortRunCount: 15, longRunCount: 3, seconds: 20, requestSeconds: 360 }),
  };
  const folder = mkdtempSync(join(tmpdir(), 'navi-bench-'));
  const own = (
    name: string,
  ): { readonly folder: string; readonly runCount: number; readonly report: typeof report } => {
    mkdirSync(join(folder, name));
    return { folder: join(folder, name), runCount: sizes.shortRunCount, report };
  };
  try {
    const real = isAll ? await measureReal({ ...sizes, ...own('real') }) : undefined;
    const asks = isAll || values.asks ? await measureAsks({ ...sizes, ...own('asks') }) : undefined;
    // At once: what is measured next takes a quarter of an hour, in which a run may be ended.
    if (asks !== undefined) tell(sizes, asks, real);
    const hasScale = values.scale || (isAll && !quick);
    const scale = hasScale ? await measureScale({ shapes: scaleShapes(quick), ...own('scale') }) : undefined;
    if (scale !== undefined) tellScale(scale);
    const rows = [...(real?.rows ?? []), ...(asks?.rows ?? []), ...(scale ?? []).flatMap((each) => each.rows)];
    const wrong = values.check ? farOff(rows) : [];
    for (const line of wrong) report(`far from its bar: ${line}`);
    if (wrong.length > 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await run();
