import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** Whole-process measurements of commands, with nothing but Node and Linux. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Where standard output goes; to nowhere unless said. */
  readonly outputFile?: string | undefined;
}

/** One run of a command to its end. */
export interface Run {
  readonly wallMs: number;
  /** The largest resident set of the process itself, read until shortly before its end; 0 where Linux has no /proc. */
  readonly peakBytes: number;
  /** -1 when a signal ended it. */
  readonly code: number;
  readonly stderr: string;
}

/** Several runs of the same command as one. */
export interface Measurement {
  /** The median. */
  readonly wallMs: number;
  /** Between which the middle half of the runs lies (ms). */
  readonly spreadMs: readonly [number, number];
  readonly peakBytes: number;
  readonly runCount: number;
  /** Why the numbers mean nothing: the first run that failed, in one line. */
  readonly failure: string | undefined;
}

const peakPollMs = 4;

function readPeakBytes(processId: number): number {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8'));
    return Number(found?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Runs a command once. Its peak is the kernel's own high-water mark, which only has to be read before the end. */
export async function runOnce(command: Command): Promise<Run> {
  const output = openSync(command.outputFile ?? '/dev/null', 'w');
  const stderr: Buffer[] = [];
  const startedMs = performance.now();
  const child = spawn(command.program, command.args, { env: command.env, stdio: ['ignore', output, 'pipe'] });
  closeSync(output);
  const { pid } = child;
  let peakBytes = 0;
  const poll = setInterval(() => {
    if (pid !== undefined) peakBytes = Math.max(peakBytes, readPeakBytes(pid));
  }, peakPollMs);
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  let wallMs = 0;
  child.once('exit', () => {
    wallMs = performance.now() - startedMs;
  });
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve(exitCode ?? -1));
    });
    return { wallMs, peakBytes, code, stderr: Buffer.concat(stderr).toString() };
  } finally {
    clearInterval(poll);
  }
}

/** The middle value, or the mean of the two in the middle. @throws for no values */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error('no values');
  return (upper + lower) / 2;
}

/** Times of something that is no process (ms). @throws for none */
export function measurementOf(times: readonly number[]): Measurement {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.round((sorted.length - 1) * part)] ?? 0;
  const spreadMs: Measurement['spreadMs'] = [at(0.25), at(0.75)];
  return { wallMs: median(times), spreadMs, peakBytes: 0, runCount: times.length, failure: undefined };
}

/** The median time with its spread, and the largest peak, of runs of one command. */
export function summarize(runs: readonly Run[]): Measurement {
  const failed = runs.find(({ code }) => code !== 0);
  return {
    ...measurementOf(runs.map(({ wallMs }) => wallMs)),
    peakBytes: Math.max(...runs.map(({ peakBytes }) => peakBytes)),
    failure: failed === undefined ? undefined : `exit ${failed.code}: ${failed.stderr.trim().split('\n')[0] ?? ''}`,
  };
}

/**
 * Measures commands in turns (a, b, a, b, …), so that a busy moment of the machine meets all of them. A command that
 * fails is not run again.
 */
export async function measureInTurns(commands: readonly Command[], runCount: number): Promise<readonly Measurement[]> {
  const runs: Run[][] = commands.map(() => []);
  for (let turn = 0; turn < runCount; turn += 1) {
    for (const [index, command] of commands.entries()) {
      const own = runs[index] ?? [];
      if (own.at(-1)?.code !== undefined && own.at(-1)?.code !== 0) continue;
      own.push(await runOnce(command));
    }
  }
  return runs.map(summarize);
}
