import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { plainMessageOf } from '../../errors/plain-words.ts';
import { readSourceOutput, type SourceOutput } from './source-output.ts';
import { killGroup } from '../../util/kill-group.ts';

/** How the program of a source is run. */
export interface SourceRun {
  /** The program and its arguments; there is no shell. */
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly stopping: AbortSignal;
}

/** What a source has told is not to be used, with the reason for people. */
export class SourceFailed extends Error {}

/** Longest time that a program may take (ms): a list that is asked for is not waited for any longer. */
const timeoutMs = 20_000;

/** Most of what it may print (bytes). */
const maxOutputBytes = 16 * 1024 ** 2;

/** Most of what it says on stderr that is told (characters). */
const errorLength = 300;

/**
 * Runs the program of a source to its end. What it printed counts only where it ended by itself with 0: of a part nobody knows what is
 * missing.
 * @throws SourceFailed
 */
export async function runSource({ command, env, stopping }: SourceRun): Promise<SourceOutput> {
  const [program = ''] = command;
  const child = spawned(command, env);
  const chunks: Buffer[] = [];
  let byteCount = 0;
  let said = '';
  let why: string | undefined;
  const end = (reason: string): void => {
    why ??= reason;
    killGroup(child.pid);
  };
  child.stdout.on('data', (chunk: Buffer) => {
    byteCount += chunk.length;
    if (byteCount > maxOutputBytes) end(`prints more than ${maxOutputBytes / 1024 ** 2} MiB`);
    else chunks.push(chunk);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(0, errorLength);
  });
  const timer = setTimeout(() => end(`did not end within ${timeoutMs / 1_000} s`), timeoutMs);
  const stop = (): void => end('was ended with navi');
  stopping.addEventListener('abort', stop, { once: true });
  try {
    const ended = await new Promise<string | undefined>((resolve) => {
      child.once('error', (error) => resolve(`cannot be run: ${plainMessageOf(error)}`));
      child.once('close', (code, signal) => {
        if (code === 0) resolve(undefined);
        else resolve(code === null ? `was ended by ${signal ?? 'a signal'}` : `ended with ${code}`);
      });
    });
    const failure = why ?? ended;
    if (failure !== undefined) {
      throw new SourceFailed(`${program} ${failure}${said.trim() === '' ? '' : `: ${said.trim()}`}`);
    }
  } finally {
    clearTimeout(timer);
    stopping.removeEventListener('abort', stop);
  }
  const read = readSourceOutput(Buffer.concat(chunks).toString('utf8'));
  if (typeof read === 'string') throw new SourceFailed(`what ${program} prints cannot be used: ${read}`);
  return read;
}

function spawned(
  [program = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): ChildProcessByStdio<null, Readable, Readable> {
  try {
    return spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
  } catch (error) {
    // An argument that no program can be given.
    throw new SourceFailed(`${program} cannot be run: ${plainMessageOf(error)}`);
  }
}
