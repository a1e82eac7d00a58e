import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { Transform, type Readable } from 'node:stream';
import type { Clock } from '../../src/util/clock.ts';

/**
 * What clients take for the server: passes bytes on, those of TLS as well, to a server that may change, and can be away,
 * slow or mute.
 */
export class TcpFront {
  /** Where new connections go: `http://127.0.0.1:<port>` or `https://…`. */
  target: string;
  /** Bytes a second of each connection from the server to its client; 0 is as fast as it goes. New connections only. */
  bytesPerSecond = 0;
  /** Headers of an answer are held back until the first byte of its body. New connections only. */
  holdsHeaders = false;
  /** A connection over which nothing went for so long by this clock is reset; none unless set. New connections only. */
  idle: { readonly clock: Pick<Clock, 'after'>; readonly ms: number } | undefined;
  /** How many connections were made so far. */
  connectionCount = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isMute = false;
  #port = 0;

  private constructor(target: string) {
    this.target = target;
    this.#server = createServer({ noDelay: true }, (client) => this.#accept(client));
  }

  /** Listens on a free port of loopback. */
  static async start(target: string): Promise<TcpFront> {
    const front = new TcpFront(target);
    await front.return();
    return front;
  }

  /** As the target, with another port; stays the same. */
  get url(): string {
    return `${new URL(this.target).protocol}//127.0.0.1:${this.#port}`;
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /**
   * From now on every byte of every connection, new ones included, is taken and dropped: the peers' kernels go on
   * acknowledging, nobody answers. Until `speak`.
   */
  mute(): void {
    this.#isMute = true;
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.resume();
    }
  }

  /** New connections are passed on again; the mute ones have lost bytes, so they stay as they are until `cut`. */
  speak(): void {
    this.#isMute = false;
  }

  /** New connections are refused until `return`; the open ones live on, as where a server drains. */
  refuse(): void {
    this.#server.close();
  }

  /** Cuts every connection; new ones are refused until `return`. */
  async leave(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  /** Listens, on the same port as before. */
  async return(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (this.#server.listening) await this.leave();
  }

  #accept(client: Socket): void {
    this.connectionCount += 1;
    if (this.#isMute) {
      this.#keep(client, () => undefined);
      client.resume();
      return;
    }
    const server = connect({ port: Number(new URL(this.target).port), host: '127.0.0.1', noDelay: true });
    this.#keep(client, () => server.destroy());
    client.pipe(server);
    const filters = [
      ...(this.bytesPerSecond === 0 ? [] : [slowed(this.bytesPerSecond)]),
      ...(this.holdsHeaders ? [withoutBareHeaders()] : []),
    ];
    // What a server said before it ended the connection may still be on its way.
    const isOnItsWay = (): boolean => filters.length > 0 && server.readableEnded;
    this.#keep(server, () => (isOnItsWay() ? undefined : client.destroy()));
    filters.reduce<Readable>((from, filter) => from.pipe(filter), server).pipe(client);
    if (this.idle !== undefined) killWhenIdle([client, server], this.idle);
  }

  #keep(socket: Socket, onClose: () => void): void {
    this.#sockets.add(socket);
    // A peer that is gone is what tests are about; the other side is told by the end of its connection.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      onClose();
    });
  }
}

/** Lets each chunk through once it could have come at that rate. */
function slowed(bytesPerSecond: number): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      setTimeout(() => done(null, chunk), (chunk.length / bytesPerSecond) * 1_000);
    },
  });
}

/** Holds the first answer of a connection back until its body has begun. */
function withoutBareHeaders(): Transform {
  let held: Buffer = Buffer.alloc(0);
  let isThrough = false;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      held = isThrough ? chunk : Buffer.concat([held, chunk]);
      const end = held.indexOf('\r\n\r\n');
      isThrough ||= end >= 0 && held.length > end + 4;
      if (isThrough) done(null, held);
      else done();
    },
  });
}

function killWhenIdle(sockets: readonly Socket[], idle: { readonly clock: Pick<Clock, 'after'>; readonly ms: number }) {
  const kill = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  let cancel = idle.clock.after(idle.ms, kill);
  const touch = (): void => {
    cancel();
    cancel = idle.clock.after(idle.ms, kill);
  };
  for (const socket of sockets) {
    socket.on('data', touch);
    socket.on('close', () => cancel());
  }
}
