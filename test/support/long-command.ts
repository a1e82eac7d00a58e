import { spawn } from 'node:child_process';

/** How a command ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that goes on writing until it is ended, such as a watch. */
export interface LongCommand {
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Resolves once its output fits, at once if it does; rejects when it ends before, or after the time. */
  until(what: string, fits: () => boolean, timeoutMs?: number): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<CommandEnd>;
  readonly ended: Promise<CommandEnd>;
  /** False stops reading its stdout, so that the pipe fills. */
  read(isOn: boolean): void;
}

/** Starts a program without standard input, reading what it writes. */
export function startLongCommand(program: string, args: readonly string[], env: NodeJS.ProcessEnv): LongCommand {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  const looks = new Set<() => void>();
  const notify = (): void => {
    for (const look of looks) look();
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output.stdout += chunk;
    notify();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output.stderr += chunk;
    notify();
  });
  const ended = new Promise<CommandEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const said = (): string => `${output.stdout.slice(-1_500)}\n${output.stderr.slice(-1_500)}`;
  return {
    pid: child.pid ?? 0,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    ended,
    kill: (signal) => {
      child.kill(signal);
      return ended;
    },
    read: (isOn) => {
      if (isOn) child.stdout.resume();
      else child.stdout.pause();
    },
    until: (what, fits, timeoutMs = 60_000) =>
      new Promise((resolve, reject) => {
        const settle = (end: () => void): void => {
          clearTimeout(timer);
          looks.delete(look);
          end();
        };
        const look = (): void => {
          if (fits()) settle(resolve);
        };
        const fail = (why: string): void => settle(() => reject(new Error(`${what}: ${why}\n${said()}`)));
        const timer = setTimeout(() => fail(`not within ${timeoutMs} ms`), timeoutMs);
        looks.add(look);
        void ended.then(
          () => fail('it ended'),
          (error: unknown) => fail(String(error)),
        );
        look();
      }),
  };
}
