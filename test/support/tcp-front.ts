import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** What clients take for the server: passes bytes on to a server that may change, and can be away. */
export class TcpFront {
  /** Where new connections go: `http://127.0.0.1:<port>`. */
  target: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
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

  /** `http://127.0.0.1:<port>`; stays the same. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
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
    const server = connect({ port: Number(new URL(this.target).port), host: '127.0.0.1', noDelay: true });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      // A peer that is gone is what tests are about; the other side is told by the end of its connection.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(server);
    server.pipe(client);
  }
}
