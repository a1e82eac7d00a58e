import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/**
 * What clients take for the server: passes bytes on, those of TLS as well, to a server that may change, and can be away,
 * slow or mute.
 */
export class TcpFront {
  /** Where new connections go: `http://127.0.0.1:<port>` or `https://…`. */
  target: string;
  /** Bytes a second of each connection from the server to its client; 0 is as fast as it goes. New connections only. */
  bytesPerSecond = 0;
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
    if (this.#isMute) {
      this.#keep(client, () => undefined);
      client.resume();
      return;
    }
    const server = connect({ port: Number(new URL(this.target).port), host: '127.0.0.1', noDelay: true });
    this.#keep(client, () => server.destroy());
    this.#keep(server, () => client.destroy());
    client.pipe(server);
    if (this.bytesPerSecond === 0) server.pipe(client);
    else server.pipe(slowed(this.bytesPerSecond)).pipe(client);
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
