import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { plainMessageOf } from '../../errors/plain-words.ts';
import { NotDelivered } from './not-delivered.ts';
import { killGroup } from '../../util/kill-group.ts';

/** How a program is run for a message. */
export interface CommandRun {
  readonly argv: readonly string[];
  /** What it reads on its standard input. */
  readonly stdin: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly stopping: AbortSignal;
}

/** Most of what it says on stderr that is told (characters). */
const errorLength = 300;

/** How long the last words of a program that failed are waited for (ms). */
const lastWordsMs = 200;

/** Runs a program, without a shell, to its end. @throws NotDelivered unless that is 0 */
export async function sendByCommand({ argv, stdin, env, timeoutMs, stopping }: CommandRun): Promise<void> {
  const [program = '', ...args] = argv;
  const ended = Promise.withResolvers<void>();
  const child = spawned(program, args, env);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(0, errorLength);
  });
  const end = (why: string): void => {
    killGroup(child.pid);
    ended.reject(new NotDelivered(why));
  };
  const timer = setTimeout(() => end(`${program} did not end within ${timeoutMs / 1_000} s`), timeoutMs);
  const stop = (): void => end('navi was stopped meanwhile');
  stopping.addEventListener('abort', stop, { once: true });
  child.once('error', (error) => ended.reject(new NotDelivered(`${program} cannot be run: ${plainMessageOf(error)}`)));
  child.once('exit', (code, signal) => {
    if (code === 0) {
      ended.resolve();
      return;
    }
    const how = code === null ? `was ended by ${signal ?? 'a signal'}` : `ended with ${code}`;
    const tell = (): void =>
      ended.reject(new NotDelivered(`${program} ${how}${said.trim() === '' ? '' : `: ${said.trim()}`}`));
    // What it said last may still be on its way; what it left running may keep the pipe open for ever.
    child.once('close', tell);
    setTimeout(tell, lastWordsMs).unref();
  });
  // A program that does not read its input is free to.
  child.stdin.on('error', () => undefined).end(stdin);
  try {
    await ended.promise;
  } finally {
    clearTimeout(timer);
    stopping.removeEventListener('abort', stop);
    child.stderr.destroy();
  }
}

function spawned(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): ChildProcessByStdio<Writable, null, Readable> {
  try {
    return spawn(program, args, { env, stdio: ['pipe', 'ignore', 'pipe'], detached: process.platform !== 'win32' });
  } catch (error) {
    // An argument that no program can be given.
    throw new NotDelivered(`${program} cannot be run: ${plainMessageOf(error)}`);
  }
}
