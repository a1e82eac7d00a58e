import type { Measurement } from './measure.ts';

/** One line of the benchmark: what the reference needed, what navi needed, and the bar between them. */
export interface BenchRow {
  readonly what: string;
  readonly reference: { readonly name: string; readonly measured: Measurement };
  readonly navi: Measurement;
  /** Undefined for what is only told. */
  readonly bar: Bar | undefined;
  /** Whether both printed the same, where that was compared. */
  readonly sameOutput?: boolean | undefined;
}

/** What a line must reach; every given limit counts. */
export interface Bar {
  /** navi's time may be at most this many times the reference's. */
  readonly maxTimeRatio: number;
  /** What the ratio means in words, such as `20 x faster`. */
  readonly words: string;
  readonly maxPeakBytes?: number | undefined;
}

/** True when navi reached the bar; undefined where there is none, or when one of the two has no numbers. */
export function isReached(row: BenchRow): boolean | undefined {
  const { reference, navi, bar } = row;
  if (bar === undefined || hasNoNumbers(row)) return undefined;
  const fits = bar.maxPeakBytes === undefined || navi.peakBytes <= bar.maxPeakBytes;
  return fits && row.sameOutput !== false && navi.wallMs <= reference.measured.wallMs * bar.maxTimeRatio;
}

/** Of bars that may not be missed by more than noise explains. */
const farOffTimes = 2;

/** Lines that failed, or that took more than twice what their bar allows: no noise of a shared machine is that loud. */
export function farOff(rows: readonly BenchRow[]): readonly string[] {
  return rows.flatMap((row) => {
    if (hasNoNumbers(row)) return [`${row.what}: ${row.navi.failure ?? row.reference.measured.failure ?? ''}`];
    const ratio = row.navi.wallMs / row.reference.measured.wallMs;
    const most = (row.bar?.maxTimeRatio ?? Number.POSITIVE_INFINITY) * farOffTimes;
    return ratio > most ? [`${row.what}: ${ratioText(row)}, where the bar is ${row.bar?.words ?? ''}`] : [];
  });
}

function hasNoNumbers({ reference, navi }: BenchRow): boolean {
  return reference.measured.failure !== undefined || navi.failure !== undefined;
}

/** The times as a factor: `31 x faster`, or `2.9 x` where navi needs longer. */
export function ratioText(row: BenchRow): string {
  const { reference, navi } = row;
  if (hasNoNumbers(row)) return '-';
  const ratio = navi.wallMs / reference.measured.wallMs;
  const factor = ratio < 1 ? 1 / ratio : ratio;
  return `${factor.toFixed(factor < 10 ? 1 : 0)} x${ratio < 1 ? ' faster' : ''}`;
}

function timeText(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** A measurement as `47 ms (45-52), 60 MiB`; without the spread of a few runs, and the peak where there is none. */
export function measurementText(measured: Measurement): string {
  if (measured.failure !== undefined) return `failed (${measured.failure.slice(0, 60)})`;
  const peak = measured.peakBytes === 0 ? '' : `, ${Math.round(measured.peakBytes / 1024 ** 2)} MiB`;
  const [from, to] = measured.spreadMs.map((ms) => ms.toFixed(0));
  const spread = measured.runCount < 4 ? '' : ` (${from}-${to})`;
  return `${timeText(measured.wallMs)}${spread}${peak}`;
}

function barText(bar: Bar): string {
  const memory = bar.maxPeakBytes === undefined ? '' : `, <= ${bar.maxPeakBytes / 1024 ** 2} MiB`;
  return `${bar.words}${memory}`;
}

/** Lines of cells as a plain table, columns padded to their widest cell. */
export function formatTable(lines: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const line of lines) {
    for (const [index, cell] of line.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  return lines
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The rows with a heading, as cells. */
export function rowCells(rows: readonly BenchRow[]): readonly (readonly string[])[] {
  const verdicts = { true: 'reached', false: 'MISSED', undefined: 'no numbers' } as const;
  return [
    ['WHAT', 'REFERENCE', 'MEASURED', 'NAVI', 'RATIO', 'BAR', 'VERDICT'],
    ...rows.map((row) => [
      row.what,
      row.reference.name,
      measurementText(row.reference.measured),
      measurementText(row.navi),
      ratioText(row),
      row.bar === undefined ? 'told' : barText(row.bar),
      `${row.bar === undefined && !hasNoNumbers(row) ? '-' : verdicts[`${isReached(row)}`]}${row.sameOutput === false ? ' (output differs)' : ''}`,
    ]),
  ];
}
