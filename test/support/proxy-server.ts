import { createServer as createHttpServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificate } from './certificates.ts';

/** A proxy on loopback. */
export interface ProxyServer {
  readonly port: number;
  /** `host:port` of everything it was asked to reach, oldest first; absolute URLs of what it fetched itself. */
  readonly targets: readonly string[];
  /** Cuts what goes through it. */
  cut(): void;
  stop(): Promise<void>;
}

/** What a proxy wants of its clients. */
export interface ProxyOptions {
  /** `user:password`. */
  readonly credentials?: string | undefined;
  /** Speaks TLS to its clients. */
  readonly certificate?: Certificate | undefined;
  /** Names it knows besides its own, and what they lead to. */
  readonly hosts?: Readonly<Record<string, string>>;
}

class Sockets {
  readonly #all = new Set<Duplex>();

  keep<T extends Duplex>(socket: T): T {
    this.#all.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#all.delete(socket));
    return socket;
  }

  join(one: Duplex, other: Duplex): void {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      this.keep(from).on('close', () => to.destroy());
      from.pipe(to);
    }
  }

  cut(): void {
    for (const socket of this.#all) socket.destroy();
  }
}

/** An HTTP proxy: it tunnels what CONNECT asks for, and fetches plain HTTP itself. */
export async function startHttpProxy(options: ProxyOptions = {}): Promise<ProxyServer> {
  const targets: string[] = [];
  const sockets = new Sockets();
  const wanted = options.credentials === undefined ? undefined : Buffer.from(options.credentials).toString('base64');
  const isAllowed = (asked: IncomingMessage): boolean =>
    wanted === undefined || asked.headers['proxy-authorization'] === `Basic ${wanted}`;
  const fetchPlain = (asked: IncomingMessage, answer: ServerResponse): void => {
    if (!isAllowed(asked)) {
      answer.writeHead(407).end();
      return;
    }
    targets.push(asked.url ?? '');
    const { 'proxy-authorization': _own, ...headers } = asked.headers;
    const onward = request(asked.url ?? '', { method: asked.method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  };
  const { certificate } = options;
  const server =
    certificate === undefined
      ? createHttpServer(fetchPlain)
      : createHttpsServer({ cert: certificate.certificate, key: certificate.key }, fetchPlain);
  server.on('connection', (socket: Socket) => sockets.keep(socket));
  server.on('connect', (asked: IncomingMessage, client: Duplex) => {
    sockets.keep(client);
    if (!isAllowed(asked)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    targets.push(asked.url ?? '');
    const [host = '', port = ''] = (asked.url ?? '').split(':');
    const onward = connect(Number(port), options.hosts?.[host] ?? host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      sockets.join(client, onward);
    });
    onward.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  });
  return await listening(server, targets, sockets);
}

/** A SOCKS5 proxy (RFC 1928, RFC 1929): CONNECT by IPv4 address or name. */
export async function startSocksProxy(options: ProxyOptions = {}): Promise<ProxyServer> {
  const targets: string[] = [];
  const sockets = new Sockets();
  const server = createServer((client) => {
    sockets.keep(client);
    void serveSocks(client, options, targets, sockets).catch(() => client.destroy());
  });
  return await listening(server, targets, sockets);
}

async function serveSocks(client: Socket, options: ProxyOptions, targets: string[], sockets: Sockets): Promise<void> {
  const [, methodCount = 0] = await taken(client, 2);
  await taken(client, methodCount);
  client.write(Buffer.from([5, options.credentials === undefined ? 0 : 2]));
  if (options.credentials !== undefined) {
    const [, userLength = 0] = await taken(client, 2);
    const user = (await taken(client, userLength)).toString();
    const [passwordLength = 0] = await taken(client, 1);
    const isRight = `${user}:${(await taken(client, passwordLength)).toString()}` === options.credentials;
    client.write(Buffer.from([1, isRight ? 0 : 1]));
    if (!isRight) return void client.end();
  }
  const [, , , kind] = await taken(client, 4);
  const host =
    kind === 1
      ? (await taken(client, 4)).join('.')
      : (await taken(client, (await taken(client, 1))[0] ?? 0)).toString();
  const port = (await taken(client, 2)).readUInt16BE();
  targets.push(`${host}:${port}`);
  const onward = connect(port, options.hosts?.[host] ?? host, () => {
    client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
    sockets.join(client, onward);
  });
  onward.on('error', () => client.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0])));
}

/** The next bytes of a socket. */
async function taken(socket: Socket, count: number): Promise<Buffer> {
  for (;;) {
    const bytes = (count === 0 ? Buffer.alloc(0) : socket.read(count)) as Buffer | null;
    if (bytes !== null) return bytes;
    if (socket.destroyed) throw new Error('the client has gone');
    await new Promise<void>((resolve) => {
      socket.once('readable', resolve);
      socket.once('close', resolve);
    });
  }
}

async function listening(server: Server, targets: readonly string[], sockets: Sockets): Promise<ProxyServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    targets,
    cut: () => sockets.cut(),
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      sockets.cut();
      await closed;
    },
  };
}
