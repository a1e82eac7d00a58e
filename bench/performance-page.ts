/** `npm run bench:page`: writes docs/performance.md and its plot from the results of the last runs, one for each size. */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rowCells, type BenchRow } from './bench-rows.ts';
import { figureCells, type Figure } from './figures.ts';
import { plot, type Curve } from './plot.ts';
import type { ScaleResult } from './scale.ts';

/** What a run leaves. */
interface Results {
  readonly podCount: number;
  readonly otherCount: number;
  readonly objectCount: number;
  readonly machine: { readonly node: string; readonly cpuCount: number };
  /** Empty where the real cluster was left out. */
  readonly rows: readonly BenchRow[];
  readonly store?: { readonly mirrorBytes: number; readonly compactJsonBytes: number };
  readonly restart: readonly Figure[];
  readonly asks: readonly BenchRow[];
  readonly figures: readonly Figure[];
}

const root = join(import.meta.dirname, '..');

/** Lines of which the plot shows how they grow: two that ask for little, and some that read every pod. */
const drawn = [
  'get pods --count',
  'search 10.1.1.17',
  'tree deployment/checkout-web',
  "get pods --where 'cols.RESTARTS > 5'",
  "get pods -A --where 'cols.RESTARTS > 5'",
  'get pods -A --group-by STATUS',
];

const results = globSync('bench/results-[0-9]*.json', { cwd: root })
  .map((file) => JSON.parse(readFileSync(join(root, file), 'utf8')) as Results)
  .toSorted((a, b) => a.objectCount - b.objectCount);
const scale = globSync('bench/results-scale.json', { cwd: root }).flatMap(
  (file) => (JSON.parse(readFileSync(join(root, file), 'utf8')) as { readonly scale: readonly ScaleResult[] }).scale,
);
const largest = results.at(-1);
if (largest === undefined) throw new Error('no results yet: npm run bench makes them');
const real = results.findLast(({ rows }) => rows.length > 0);

const table = ([heading = [], ...lines]: readonly (readonly string[])[]): string =>
  [heading, heading.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

const curves = drawn.map((name): Curve => ({
  name,
  points: results.flatMap(({ objectCount, asks }) => {
    const row = asks.find(({ what }) => what === name);
    return row === undefined ? [] : [{ count: objectCount, value: row.navi.wallMs / row.reference.measured.wallMs }];
  }),
}));

const sizes = results.map(({ objectCount }) => objectCount.toLocaleString('en')).join(', ');
const store = (real ?? largest).store;
const mebibytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
const text = `# Performance

Written by \`npm run bench:page\` from the runs of \`npm run bench\` at ${sizes} objects, on Node ${largest.machine.node} and ${largest.machine.cpuCount} processors.
Times are medians of whole processes, with the middle half of the runs in brackets, and the largest resident set. What counts
are the ratios within a run: the machine is a shared one.

To repeat it: \`npm run bench\` for the real cluster and ${largest.objectCount.toLocaleString('en')} objects, \`npm run bench -- --asks --objects 1000\` for another size without
the real cluster, \`npm run bench -- --scale\` for the clusters that are large in other ways, then \`npm run bench:page\`. \`npm run bench -- --quick\` takes some two minutes and is for every day.

${
  real === undefined
    ? ''
    : `## Beside kubectl

A real kube-apiserver and etcd on the same machine, ${real.podCount.toLocaleString('en')} pods of two containers and ${real.otherCount.toLocaleString('en')} other objects.

${table(rowCells(real.rows))}

${store === undefined ? '' : `The store after a first sync: ${mebibytes(store.mirrorBytes)}, where the lists are ${mebibytes(store.compactJsonBytes)} of JSON (bar: no more).`}

${table(figureCells(real.restart))}

`
}## The daemon, and reads in process

A simulated cluster of ${largest.objectCount.toLocaleString('en')} objects.

${table(figureCells(largest.figures))}

## Commands, ${largest.objectCount.toLocaleString('en')} objects

With a daemon that follows the cluster beside them.

${table(rowCells(largest.asks))}

${
  scale.length === 0
    ? ''
    : `## Clusters that are large in other ways

Simulated, each with a daemon of its own, beside 2,000 ordinary objects a cluster.

${scale.map(({ what, figures, rows }) => `### ${what}\n\n${table(figureCells(figures))}\n\n${table(rowCells(rows))}`).join('\n\n')}
`
}
## As the cluster grows

Times of \`node -e 0\` that a command takes, by the number of objects in the mirror; the bar is 3.

![Commands at ${sizes} objects](performance.svg)
`;

mkdirSync(join(root, 'docs'), { recursive: true });
writeFileSync(join(root, 'docs', 'performance.md'), text.replaceAll(/\n{3,}/g, '\n\n'));
writeFileSync(
  join(root, 'docs', 'performance.svg'),
  plot('Commands as the cluster grows, in times of node -e 0', curves, 3),
);
