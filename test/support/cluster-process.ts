import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, closeSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { goEnvironment } from './cluster-programs.ts';

/** Where util-linux puts the helper that has the kernel end a child when its parent dies, even by SIGKILL. */
const deathSignalHelper = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));

const graceMs = 3_000;

const running = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** One program of a cluster: started and stopped any number of times, its output appended to one log file. */
export class ClusterProcess {
  readonly #program: string;
  readonly #args: readonly string[];
  readonly #logFile: string;
  #child: ChildProcess | undefined;

  constructor(program: string, args: readonly string[], logFile: string) {
    this.#program = program;
    this.#args = args;
    this.#logFile = logFile;
  }

  /** The process id while it runs. */
  get processId(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it, unless it runs. It ends with this process, however that ends. */
  start(): void {
    if (this.#child !== undefined) return;
    const log = openSync(this.#logFile, 'a');
    const [command, args] =
      deathSignalHelper === undefined
        ? [this.#program, this.#args]
        : [deathSignalHelper, ['--pdeathsig', 'KILL', this.#program, ...this.#args]];
    const child = spawn(command, args, { env: { ...process.env, ...goEnvironment }, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    running.add(child);
    const ended = (): void => {
      running.delete(child);
      if (this.#child === child) this.#child = undefined;
    };
    child.once('exit', ended);
    child.once('error', ended);
  }

  /** Sends the signal and waits for nothing. No effect when it does not run. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Sends the signal and waits for the end; SIGTERM is followed by SIGKILL after 3 s. No effect when it does not run. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const kill = signal === 'SIGTERM' ? setTimeout(() => child.kill('SIGKILL'), graceMs) : undefined;
    await exited;
    clearTimeout(kill);
  }

  /** The last lines of its log, for the message of a failed start. */
  logTail(lineCount = 15): string {
    return readFileSync(this.#logFile, 'utf8').split('\n').slice(-lineCount).join('\n');
  }
}

const lowestPort = 20_000;
const portCount = 12_000;

/** Workers of one run have ports of their own: what one has taken and its server does not listen on yet, another would find free. */
const ownPortCount = portCount / 16;
const ownLowestPort = lowestPort + (Number(process.env['VITEST_POOL_ID'] ?? 0) % 16) * ownPortCount;
let nextPort = Math.floor(Math.random() * ownPortCount);

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listening = new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  const free = await listening;
  if (free) await new Promise((resolve) => server.close(resolve));
  return free;
}

/**
 * A free TCP port of the loopback interface, from below the range that the kernel gives to outgoing connections: a
 * server that is stopped for a while must find its port still free.
 */
export async function takeFreePort(): Promise<number> {
  for (let attempt = 0; attempt < ownPortCount; attempt += 1) {
    const port = ownLowestPort + (nextPort++ % ownPortCount);
    if (await isFree(port)) return port;
  }
  throw new Error('no free port found');
}
