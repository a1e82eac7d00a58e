import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { delay, systemClock } from '../util/clock.ts';

/** How the demo starts navi. */
export interface NaviProgram {
  /** The file that Node runs. */
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A running navi. */
export interface NaviChild {
  readonly pid: number;
  /** Resolves, and never rejects, when it has ended, with its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  isRunning(): boolean;
  /** Ends it by its pid: politely, and after a while by force. Resolves when it has ended. */
  end(): Promise<void>;
  /** Ends it by force, without waiting. */
  kill(): void;
}

/** Longest time that a daemon may take to drain (ms). */
const drainMs = 5_000;

/** A daemon, in a session of its own: Ctrl-C reaches the demo alone, which then ends it. Its log goes to `logFd`. */
export function startDaemon(program: NaviProgram, logFd: number): NaviChild {
  return asNaviChild(start(program, ['sync', '--daemon'], { stdio: ['ignore', 'ignore', logFd], detached: true }));
}

/** Runs a command to its end, on the terminal or pipe of this process. Resolves with its exit code. */
export async function showCommand(program: NaviProgram, args: readonly string[]): Promise<number | null> {
  return await asNaviChild(start(program, args, { stdio: ['ignore', 'inherit', 'inherit'] })).ended;
}

/** Runs a command to its end and resolves with what it wrote to stdout. */
export async function readCommand(program: NaviProgram, args: readonly string[]): Promise<string> {
  const child = start(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const { ended } = asNaviChild(child);
  const output = child.stdout === null ? '' : await text(child.stdout);
  await ended;
  return output;
}

function start(
  { file, env }: NaviProgram,
  args: readonly string[],
  options: { readonly stdio: StdioOptions; readonly detached?: boolean },
): ChildProcess {
  return spawn(process.execPath, [file, ...args], { ...options, env });
}

function asNaviChild(child: ChildProcess): NaviChild {
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
    child.once('error', () => resolve(null));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    kill: () => child.kill('SIGKILL'),
    end: async () => {
      child.kill('SIGTERM');
      const drained = new AbortController();
      void ended.then(() => drained.abort());
      if (await delay(systemClock(), drainMs, drained.signal)) child.kill('SIGKILL');
      await ended;
    },
  };
}
