import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

/**
 * A network of its own for a process, with nothing in it but a loopback whose port leads to the same port here. Its
 * link can be cut, as where a cable is pulled: what is sent is lost, no connection ends, and nobody is told. Linux.
 */
export class OwnNetwork {
  readonly #holder: ChildProcessWithoutNullStreams;
  readonly #server: Server;
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(holder: ChildProcessWithoutNullStreams, server: Server, sockets: ReadonlySet<Socket>) {
    this.#holder = holder;
    this.#server = server;
    this.#sockets = sockets;
  }

  /** @param folder for the socket that joins the two networks */
  static async start(port: number, folder: string): Promise<OwnNetwork> {
    const path = join(folder, 'own-network.sock');
    rmSync(path, { force: true });
    const sockets = new Set<Socket>();
    const server = createServer((inner) => joinSockets(inner, connect(port, '127.0.0.1'), sockets));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const program = join(import.meta.dirname, 'own-network-process.ts');
    const line = 'ip link set lo up && exec "$@"';
    const run = ['sh', '-c', line, 'sh', process.execPath, program, String(port), path];
    const holder = spawn('unshare', ['--map-root-user', '--net', ...run], { stdio: 'pipe' });
    const errors: Buffer[] = [];
    holder.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    const isReady = await Promise.race([
      once(holder.stdout, 'data').then(() => true),
      once(holder, 'close').then(() => false),
    ]);
    if (!isReady) throw new Error(`no network could be made: ${Buffer.concat(errors).toString()}`);
    return new OwnNetwork(holder, server, sockets);
  }

  /** A command that runs another one in this network. */
  get command(): readonly string[] {
    return ['nsenter', `--target=${this.#holder.pid}`, '--user', '--net', '--preserve-credentials'];
  }

  /** From now on every packet is lost, until `mend`. */
  cut(): void {
    this.#setLink('down');
  }

  mend(): void {
    this.#setLink('up');
  }

  async stop(): Promise<void> {
    const ended = once(this.#holder, 'close');
    this.#holder.stdin.end();
    await ended;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #setLink(state: 'up' | 'down'): void {
    const [nsenter = '', ...args] = this.command;
    execFileSync(nsenter, [...args, 'ip', 'link', 'set', 'lo', state]);
  }
}

function joinSockets(one: Socket, other: Socket, sockets: Set<Socket>): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    sockets.add(from);
    // A side that is gone is told to the other one by the end of its connection.
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    from.pipe(to);
  }
}
