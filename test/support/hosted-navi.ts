import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { splitShellWords } from '../../src/core/shell-words.ts';
import type { HostedEnd } from './command-host.ts';

/** How a command line went; the code is null where it did not end in time. */
export interface HostedResult {
  /** The first megabyte of each. */
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly durationMs: number;
  /** What no command caught, or how the process ended. */
  readonly thrown?: string | undefined;
}

/** The built navi in a process that runs one command line after the other: some milliseconds each. */
export interface HostedNavi {
  /** Runs a command line to its end, after those before it; what is not over after `limitMs` is ended with its process. */
  run(args: readonly string[], limitMs: number): Promise<HostedResult>;
  stop(): Promise<void>;
}

const naviProgram = join(import.meta.dirname, '../../bin/run.js');
const hostProgram = join(import.meta.dirname, 'command-host.ts');
const mainModule = join(import.meta.dirname, '../../dist/main.js');

/** The words that run all command lines of a JSON file in one process; what they write follows each other. */
export function hostedLines(file: string): readonly string[] {
  return [process.execPath, hostProgram, naviProgram, mainModule, file];
}

/** The arguments of a line of bash that only runs navi, with words in which bash would replace nothing; else undefined. */
export function plainArguments(line: string): readonly string[] | undefined {
  const split = splitShellWords(line);
  if (!split.ok || split.words[0] !== 'navi' || /[~*?[{]/.test(line)) return undefined;
  return split.words.slice(1);
}

/** Longest time for one command that is asked (ms), on a machine with much else to do. */
const patienceMs = 60_000;

/** What a command answers. @throws when it does not end in a minute, or in an exception */
export async function askHosted(
  host: HostedNavi,
  args: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string; readonly code: number | null }> {
  const { stdout, stderr, code, thrown } = await host.run(args, patienceMs);
  if (code === null || thrown !== undefined) throw new Error(`navi ${args.join(' ')}: ${thrown ?? 'does not end'}`);
  return { stdout, stderr, code };
}

/** Up to a million bytes of a file. */
function beginningOf(path: string): string {
  const handle = openSync(path, 'r');
  const bytes = Buffer.alloc(1_000_000);
  const length = readSync(handle, bytes, 0, bytes.length, 0);
  closeSync(handle);
  return bytes.toString('utf8', 0, length);
}

/** @param folder free for the files that commands write to */
export function hostNavi(folder: string, env: NodeJS.ProcessEnv): HostedNavi {
  const files = { stdout: join(folder, 'hosted.stdout'), stderr: join(folder, 'hosted.stderr') };
  let child: ChildProcess | undefined;
  const started = async (): Promise<ChildProcess> => {
    if (child?.connected === true) return child;
    const outputs = [openSync(files.stdout, 'a'), openSync(files.stderr, 'a')] as const;
    const made = fork(hostProgram, [naviProgram, mainModule], {
      env,
      cwd: folder,
      execArgv: [],
      stdio: ['ignore', ...outputs, 'ipc'],
    });
    for (const output of outputs) closeSync(output);
    child = made;
    await new Promise((resolve, reject) => {
      made.once('message', resolve);
      made.once('exit', (code) => reject(new Error(`the process of commands ended: ${code}`)));
    });
    made.removeAllListeners('exit');
    return made;
  };
  const ended = async (process: ChildProcess): Promise<void> => {
    const gone = new Promise((resolve) => process.once('exit', resolve));
    if (process.exitCode !== null || process.signalCode !== null) return;
    process.kill('SIGKILL');
    await gone;
  };
  const runNext = async (args: readonly string[], limitMs: number): Promise<HostedResult> => {
    const process = await started();
    const end = await new Promise<HostedEnd | string | undefined>((resolve) => {
      const settle = (how: HostedEnd | string | undefined): void => {
        clearTimeout(timer);
        process.removeAllListeners('message').removeAllListeners('exit');
        resolve(how);
      };
      const timer = setTimeout(() => settle(undefined), limitMs);
      process.once('message', (message) => settle(message as HostedEnd));
      process.once('exit', (code, signal) => settle(`the process ended: ${code ?? signal}`));
      process.send({ args });
    });
    if (end === undefined) await ended(process);
    const output = { stdout: beginningOf(files.stdout), stderr: beginningOf(files.stderr) };
    if (typeof end === 'object') return { ...output, ...end };
    return { ...output, code: null, durationMs: limitMs, thrown: end };
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (args, limitMs) => {
      const next = last.then(() => runNext(args, limitMs));
      last = next.catch(() => undefined);
      return next;
    },
    stop: async () => {
      if (child !== undefined) await ended(child);
    },
  };
}
