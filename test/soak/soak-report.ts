import type { MemorySample } from './daemon-supervisor.ts';
import type { MadeFault } from './soak-faults.ts';
import type { QuietPoint } from './quiet-point.ts';
import type { ReaderReport } from './soak-readers.ts';

/** What the self-audits of all stores came to. */
export interface AuditCounts {
  readonly auditedTypeCount: number;
  readonly objectCount: number;
  readonly differenceCount: number;
}

/** Everything that a soak measured. Times in ms since its start. */
export interface SoakReport {
  readonly seed: number;
  readonly minutes: number;
  readonly podCount: number;
  readonly faults: readonly MadeFault[];
  readonly quietPoints: readonly QuietPoint[];
  readonly restartedDeploymentCount: number;
  readonly changedObjectCount: number;
  readonly daemonStartCount: number;
  readonly daemonExitCode: number | null;
  readonly daemonProblems: readonly string[];
  readonly lineCounts: Readonly<Record<string, number>>;
  readonly memory: readonly MemoryQuarter[];
  readonly readers: ReaderReport;
  readonly audit: AuditCounts;
  /** What must not be, as sentences; a soak without any has passed. */
  readonly violations: readonly string[];
}

/** A quarter of the soak, by processes of the daemon that had run for a while. */
export interface MemoryQuarter {
  readonly sampleCount: number;
  readonly medianBytes: number;
  readonly largestBytes: number;
}

const settledAfterMs = 60_000;
const fewestSamples = 20;
const allowedGrowth = 1.1;

/** The daemon's memory by quarters of the time between the first and the last sample. */
export function memoryQuarters(samples: readonly MemorySample[]): readonly MemoryQuarter[] {
  const first = samples[0]?.atMs ?? 0;
  const length = (samples.at(-1)?.atMs ?? 0) - first + 1;
  return [0, 1, 2, 3].map((quarter): MemoryQuarter => {
    const sizes = samples
      .filter(({ atMs, ageMs }) => ageMs >= settledAfterMs && Math.floor(((atMs - first) / length) * 4) === quarter)
      .map(({ rssBytes }) => rssBytes)
      .toSorted((a, b) => a - b);
    return {
      sampleCount: sizes.length,
      medianBytes: sizes[Math.floor(sizes.length / 2)] ?? 0,
      largestBytes: sizes.at(-1) ?? 0,
    };
  });
}

/** What of a report must not be. */
export function violationsOf(report: Omit<SoakReport, 'violations'>): readonly string[] {
  const { quietPoints, daemonProblems, readers, audit, lineCounts } = report;
  const drift = Object.entries(lineCounts).filter(([line]) => /drift|unhandled/i.test(line));
  return [
    ...quietPoints.flatMap(({ problems, atMs }) => problems.map((problem) => `quiet point at ${atMs}: ${problem}`)),
    ...daemonProblems.map((problem) => `daemon: ${problem}`),
    ...(report.daemonExitCode === 0 ? [] : [`daemon: SIGTERM ended it with ${report.daemonExitCode}`]),
    ...readers.problems.map((problem) => `reader: ${problem}`),
    ...(audit.differenceCount === 0 ? [] : [`audit: ${audit.differenceCount} differences`]),
    ...drift.map(([line, count]) => `daemon: ${count} times "${line}"`),
    ...memoryViolations(report.memory),
  ];
}

function memoryViolations(quarters: readonly MemoryQuarter[]): readonly string[] {
  const first = quarters[0];
  const last = quarters.at(-1);
  if (first === undefined || last === undefined) return [];
  if (Math.min(first.sampleCount, last.sampleCount) < fewestSamples) return [];
  return last.medianBytes <= first.medianBytes * allowedGrowth
    ? []
    : [`memory: grew from ${mebibytes(first.medianBytes)} to ${mebibytes(last.medianBytes)}`];
}

const mebibytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** A report for people. */
export function reportText(report: SoakReport): string {
  const { quietPoints, memory, readers, audit, violations } = report;
  const equalTimes = quietPoints.flatMap(({ equalAfterMs }) => Object.values(equalAfterMs));
  return [
    `${report.minutes} minutes, seed ${report.seed}, ${report.podCount} pods`,
    `load: ${report.restartedDeploymentCount} deployments restarted, ${report.changedObjectCount} other changes`,
    `faults: ${report.faults.length} (${countedText(report.faults.map(({ name }) => name))})`,
    `quiet points: ${quietPoints.length}, equal after at most ${seconds(Math.max(0, ...equalTimes))}, healthy after at most ${seconds(Math.max(0, ...quietPoints.map((point) => point.healthyAfterMs)))}`,
    ...quietPoints.map(quietLine),
    `daemon: started ${report.daemonStartCount} times, ${report.daemonProblems.length} problems`,
    `memory by quarters (median, largest): ${memory.map((quarter) => `${mebibytes(quarter.medianBytes)}, ${mebibytes(quarter.largestBytes)} of ${quarter.sampleCount}`).join('; ')}`,
    `readers: ${readers.commandCount} commands, the slowest ${seconds(readers.slowestMs)}, ${readers.problems.length} problems`,
    ...Object.entries(readers.outcomes).map(([outcome, count]) => `  ${outcome}: ${count}`),
    `audits: ${audit.auditedTypeCount} types, ${audit.objectCount} objects, ${audit.differenceCount} differences`,
    violations.length === 0 ? 'no violation' : `VIOLATIONS:\n${violations.map((line) => `- ${line}`).join('\n')}`,
    '',
  ].join('\n');
}

function quietLine(point: QuietPoint): string {
  const equal = Object.entries(point.equalAfterMs).map(([context, ms]) => `${context} ${seconds(ms)}`);
  return `  at ${seconds(point.atMs)}: still after ${seconds(point.stillAfterMs)}, equal: ${equal.join(', ')}; healthy after ${seconds(point.healthyAfterMs)}; ${point.objectCount} objects`;
}

function countedText(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}
