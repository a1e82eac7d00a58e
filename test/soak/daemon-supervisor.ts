import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, readFileSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

/** The built navi. */
export const naviProgram = join(import.meta.dirname, '../../bin/run.js');

/** A reading of the daemon's memory. */
export interface MemorySample {
  readonly atMs: number;
  /** How long this process of the daemon has run. */
  readonly ageMs: number;
  readonly rssBytes: number;
}

/** One line of the daemon's log that a soak looks at. */
interface DaemonLine {
  readonly level: string;
  readonly msg: string;
  readonly error?: string;
  readonly type?: string;
  readonly context?: string;
}

const restartDelayMs = 300;
const sampleEveryMs = 5_000;

/**
 * Runs `navi sync --daemon` as a supervisor does: starts it again whenever it ends, keeps its log, and watches its
 * memory. An end that nobody caused, a line that is no log line and every line of level `error` are noted.
 */
export class DaemonSupervisor {
  readonly samples: MemorySample[] = [];
  readonly problems: string[] = [];
  /** How many lines of each message, by `level msg`. */
  readonly lineCounts = new Map<string, number>();
  startCount = 0;
  readonly #env: NodeJS.ProcessEnv;
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #startedAt = 0;
  #isEndExpected = false;
  #isStopping = false;
  #sampler: NodeJS.Timeout | undefined;

  constructor(env: NodeJS.ProcessEnv, logFile: string) {
    this.#env = env;
    this.#log = createWriteStream(logFile);
    process.on('exit', () => this.#child?.kill('SIGKILL'));
  }

  start(): void {
    this.#sampler ??= setInterval(() => this.#sample(), sampleEveryMs);
    this.startCount += 1;
    this.#isEndExpected = false;
    this.#startedAt = performance.now();
    const args = [naviProgram, 'sync', '--daemon', '--all-contexts'];
    const child = spawn(process.execPath, args, { env: this.#env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    createInterface({ input: child.stderr }).on('line', (line) => this.#read(line));
    child.once('exit', (code, signal) => void this.#ended(code, signal));
  }

  /** Resolves with how it ended: null for a signal. */
  async stop(): Promise<number | null> {
    this.#isStopping = true;
    clearInterval(this.#sampler);
    const child = this.#child;
    const code = child === undefined || child.exitCode !== null ? 0 : await this.#terminate(child);
    await new Promise((resolve) => this.#log.end(resolve));
    return code;
  }

  /** Kills it as the kernel does when memory is short; it is started again. */
  kill(): void {
    this.#isEndExpected = true;
    this.#child?.kill('SIGKILL');
  }

  /** SIGSTOP, SIGCONT. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  #terminate(child: ChildProcess): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    return ended;
  }

  async #ended(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    if (!this.#isEndExpected && !this.#isStopping)
      this.problems.push(`the daemon ended: code ${code}, signal ${signal}`);
    if (this.#isStopping) return;
    await pause(restartDelayMs);
    this.start();
  }

  #read(line: string): void {
    this.#log.write(`${line}\n`);
    const parsed = parseLine(line);
    if (parsed === undefined) {
      this.problems.push(`no log line: ${line.slice(0, 500)}`);
      return;
    }
    const key = `${parsed.level} ${parsed.msg}`;
    this.lineCounts.set(key, (this.lineCounts.get(key) ?? 0) + 1);
    if (parsed.level === 'error') this.problems.push(line.slice(0, 500));
  }

  #sample(): void {
    const rssBytes = rssOf(this.#child?.pid);
    const now = performance.now();
    if (rssBytes > 0) this.samples.push({ atMs: Math.round(now), ageMs: Math.round(now - this.#startedAt), rssBytes });
  }
}

function parseLine(line: string): DaemonLine | undefined {
  try {
    return JSON.parse(line) as DaemonLine;
  } catch {
    return undefined;
  }
}

/** 0 where the process is gone. */
function rssOf(pid: number | undefined): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
