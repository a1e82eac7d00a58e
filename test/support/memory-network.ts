import { Duplex } from 'node:stream';
import type { Connect } from '../../src/kube/connections.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import type { Clock } from '../../src/util/clock.ts';

/** A connection is given up after 30 s without a byte and ten unanswered probes, one a second. */
const keepaliveMs = 40_000;
const connectTimeoutMs = 10_000;

type Done = (error?: Error | null) => void;

function brokenBy(code: string, what: string): Error {
  return Object.assign(new Error(`${what} ${code}`), { code });
}

/** One end of a connection within this process: to HTTP it is a socket of loopback, without the kernel's part. */
class MemorySocket extends Duplex {
  #peer: MemorySocket | undefined;
  /** The peer's write that waits until this end reads again. */
  #held: Done | undefined;
  /** What is written goes nowhere, and nobody is told. */
  isDead = false;

  constructor() {
    super({ highWaterMark: 65_536, allowHalfOpen: false });
  }

  static pair(): readonly [MemorySocket, MemorySocket] {
    const [client, server] = [new MemorySocket(), new MemorySocket()];
    client.#peer = server;
    server.#peer = client;
    return [client, server];
  }

  /** Ends the connection for both; what is on its way is lost. */
  sever(): void {
    const peer = this.#peer;
    this.#peer = undefined;
    this.#close();
    peer?.sever();
  }

  override _read(): void {
    const held = this.#held;
    this.#held = undefined;
    held?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    const peer = this.#peer;
    if (this.isDead) done();
    else if (peer === undefined || peer.destroyed || peer.readableEnded) done(brokenBy('EPIPE', 'write'));
    else if (peer.push(chunk)) done();
    else peer.#held = done;
  }

  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], done: Done): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done);
  }

  override _final(done: Done): void {
    if (this.#peer !== undefined) this.#peer.#close();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    const peer = this.#peer;
    this.#peer = undefined;
    // The writer whose bytes nobody took is told by the end of its own stream.
    this.#held?.();
    this.#held = undefined;
    if (peer !== undefined) peer.#close();
    done(error);
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** The other end is gone: this one reads to the end of what has come. */
  #close(): void {
    if (!this.destroyed && !this.readableEnded && this.readable) this.push(null);
  }
}

/**
 * The way to simulated servers for a mirror in the same process: as `TcpFront` it can be cut, refuse, and lead to
 * another server, at a fraction of the time.
 */
export class MemoryNetwork {
  /** Where new connections go. */
  target: Pick<Simulator, 'accept'>;
  /** The ways to other servers, by their port; what becomes of this one does not concern them. */
  readonly others = new Map<string, MemoryNetwork>();
  readonly #sockets = new Set<MemorySocket>();
  readonly #peers = new WeakMap<MemorySocket, MemorySocket>();
  #isAway = false;
  #deadBy: Pick<Clock, 'after'> | undefined;

  constructor(target: Pick<Simulator, 'accept'>) {
    this.target = target;
  }

  /** For `SyncProcessOptions.connect`. */
  readonly connect: Connect = (options, callback) => {
    const other = this.others.get(options.port);
    if (other !== undefined) {
      other.connect(options, callback);
      return;
    }
    if (this.#isAway) {
      queueMicrotask(() => callback(brokenBy('ECONNREFUSED', 'connect'), null));
      return;
    }
    if (this.#deadBy !== undefined) {
      this.#deadBy.after(connectTimeoutMs, () => callback(brokenBy('UND_ERR_CONNECT_TIMEOUT', 'connect'), null));
      return;
    }
    const [client, server] = MemorySocket.pair();
    this.#sockets.add(client);
    client.on('close', () => this.#sockets.delete(client));
    // A peer that is gone is what tests are about; the other side is told by the end of its connection.
    for (const socket of [client, server]) socket.on('error', () => undefined);
    this.#peers.set(client, server);
    this.target.accept(server);
    queueMicrotask(() => callback(null, client as never));
  };

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.sever();
  }

  /** Cuts every connection; new ones are refused until `return`. */
  leave(): void {
    this.#isAway = true;
    this.cut();
  }

  /**
   * From now on no byte goes through and nobody says so, as where a cable is pulled. By this clock the kernel gives up
   * connections whose keepalive probes stay unanswered, and attempts to make new ones.
   */
  die(clock: Pick<Clock, 'after'>): void {
    this.#deadBy = clock;
    for (const client of this.#sockets) {
      const peer = this.#peers.get(client);
      if (peer !== undefined) peer.isDead = true;
      client.isDead = true;
      clock.after(keepaliveMs, () => client.destroy(brokenBy('ETIMEDOUT', 'read')));
    }
  }

  /** New connections are made again. */
  return(): void {
    this.#isAway = false;
    this.#deadBy = undefined;
  }
}
