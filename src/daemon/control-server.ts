import { lstatSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { parseControlRequest } from '../control/parse-request.ts';
import type { ControlAnswer, ControlRequest } from '../control/protocol.ts';
import { frameHead } from '../control/stream-frames.ts';
import { messageOf, NaviError } from '../errors/navi-error.ts';
import { plainMessageOf } from '../errors/plain-words.ts';
import { makePrivateDirectory } from '../store/data-directory.ts';
import type { Logger } from './logger.ts';

/** Longest request that is read (bytes): kube-apiserver takes 3 MiB, and an action has what it sends and what was shown. */
const maxRequestBytes = 8 * 1024 ** 2;

/** Requests of one connection that are answered at a time; whoever does not take its answers is not read from. */
const maxUnansweredCount = 16;

/** An answer that goes on: its result, then bytes until they end. What reading them throws becomes the error they end with. */
export class StreamedAnswer {
  readonly result: unknown;
  readonly bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

  constructor(result: unknown, bytes: StreamedAnswer['bytes']) {
    this.result = result;
    this.bytes = bytes;
  }
}

/** Answers one request; what it throws becomes the answer's error. */
export type ControlHandler = (request: ControlRequest, connection: ControlConnection) => Promise<unknown>;

/** The connection that a request came by, for what goes on after its answer. */
export interface ControlConnection {
  /** Sends a line without a result, unless one waits to be read already. */
  nudge(): void;
  /** Aborted when the connection ends. */
  readonly ended: AbortSignal;
}

/** The control socket of a running daemon. */
export interface ControlServer {
  /** Takes no more connections and ends those there are, one that waits for an answer after it; none keeps the process alive. */
  close(): void;
}

/**
 * Listens at `path`, mode 0600 in a 0700 folder: only this user's programs can talk to the daemon. Only the holder of
 * the data directory's lock may call this, so that a socket found there is a dead one.
 */
export async function serveControl(path: string, handler: ControlHandler, log: Logger): Promise<ControlServer> {
  const connections = new Set<OpenConnection>();
  const server = createServer((socket) => {
    const connection = answer(socket, handler, log);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  const takeAway = process.platform === 'win32' ? await listenAtPipe(server, path) : await listenAtSocket(server, path);
  return {
    close: () => {
      server.close();
      takeAway();
      for (const connection of connections) connection.end();
    },
  };
}

/** The server's side of a connection. */
interface OpenConnection {
  end(): void;
}

/** Pipes of Windows leave no file behind. */
async function listenAtPipe(server: Server, path: string): Promise<() => void> {
  await listen(server, path);
  return () => undefined;
}

/**
 * Resolves with what takes the socket away, unless a successor has put its own there: a process that was stopped and
 * has lost its lock may end after another one began. The socket is made beside its place, since closing a server
 * removes whatever lies at the path that it was made at.
 */
async function listenAtSocket(server: Server, path: string): Promise<() => void> {
  makePrivateDirectory(dirname(path));
  const made = `${path}~`;
  for (const dead of [made, path]) removeDead(dead);
  await listen(server, made);
  renameSync(made, path);
  const own = lstatSync(path).ino;
  return () => {
    if (lstatSync(path, { throwIfNoEntry: false })?.ino === own) rmSync(path, { force: true });
  };
}

/** @throws NAVI_STORE_UNUSABLE where it is no socket, nor another file */
function removeDead(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw new NaviError('NAVI_STORE_UNUSABLE', `the control socket cannot be made: ${plainMessageOf(error)}`, {
      hints: [`move ${path} out of the way`],
      cause: error,
    });
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Nobody else may ever connect, not even before the socket has its place.
    const umask = process.umask(0o177);
    server.listen(path, () => resolve());
    process.umask(umask);
  });
}

function answer(socket: Socket, handler: ControlHandler, log: Logger): OpenConnection {
  let received = '';
  const lines: string[] = [];
  let unansweredCount = 0;
  let isStreaming = false;
  let isEnding = false;
  const endWhenAnswered = (): void => {
    if (isEnding && unansweredCount === 0) socket.destroy();
  };
  const reply = (text: ControlAnswer): void => {
    socket.write(`${JSON.stringify(text)}\n`, () => {
      unansweredCount -= 1;
      if (!isEnding) takeLines();
      endWhenAnswered();
    });
  };
  /** Bytes that go on have the connection to themselves from then on; it is read only to see its end. */
  const stream = async ({ bytes, result }: StreamedAnswer): Promise<void> => {
    if (unansweredCount > 1) {
      reply(refusalOf(new NaviError('NAVI_USAGE', 'an answer that goes on has a connection of its own')));
      return;
    }
    isStreaming = true;
    lines.length = 0;
    socket.write(`${JSON.stringify({ ok: true, result } satisfies ControlAnswer)}\n`);
    const end = await sendFrames(socket, bytes);
    socket.end(Buffer.concat([frameHead(0), Buffer.from(`${JSON.stringify(end)}\n`)]));
  };
  const takeLines = (): void => {
    while (unansweredCount < maxUnansweredCount) {
      const line = lines.shift();
      if (line === undefined) break;
      unansweredCount += 1;
      void handle(line, handler, connection).then((answered) =>
        answered instanceof StreamedAnswer ? stream(answered) : reply(answered),
      );
    }
    if (lines.length === 0) socket.resume();
    else socket.pause();
  };
  const ending = new AbortController();
  const connection: ControlConnection = {
    nudge: () => {
      if (socket.writable && socket.writableLength === 0) socket.write(nudgeLine);
    },
    ended: ending.signal,
  };
  socket.setEncoding('utf8');
  socket.on('close', () => ending.abort());
  socket.on('error', (error) => log.debug('control connection broke', { error: messageOf(error) }));
  socket.on('data', (chunk: string) => {
    if (isStreaming) return;
    const [first = '', ...rest] = chunk.split('\n');
    received += first;
    for (const next of rest) {
      lines.push(received);
      received = next;
    }
    if (received.length > maxRequestBytes) socket.destroy();
    else takeLines();
  });
  return {
    end() {
      isEnding = true;
      socket.unref();
      endWhenAnswered();
    },
  };
}

const nudgeLine = `${JSON.stringify({ ok: true, result: null } satisfies ControlAnswer)}\n`;

async function handle(
  line: string,
  handler: ControlHandler,
  connection: ControlConnection,
): Promise<ControlAnswer | StreamedAnswer> {
  try {
    const result = (await handler(parseControlRequest(line), connection)) ?? null;
    return result instanceof StreamedAnswer ? result : { ok: true, result };
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): ControlAnswer {
  if (error instanceof NaviError) return { ok: false, code: error.code, message: error.message, hints: error.hints };
  return { ok: false, code: 'NAVI_DAEMON_SILENT', message: messageOf(error), hints: [] };
}

/** Sends bytes as fast as they are taken, and asks for no more of them until then. Resolves with what they end with. */
async function sendFrames(socket: Socket, bytes: StreamedAnswer['bytes']): Promise<ControlAnswer> {
  try {
    for await (const chunk of bytes) {
      if (socket.destroyed) break;
      // One of length 0 would be the last.
      if (chunk.length === 0) continue;
      socket.cork();
      socket.write(frameHead(chunk.length));
      const hasRoom = socket.write(chunk);
      socket.uncork();
      if (!hasRoom) await roomIn(socket);
    }
    return { ok: true, result: null };
  } catch (error) {
    return refusalOf(error);
  }
}

/** Resolves when what was written has been taken, or never will be. */
function roomIn(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      socket.off('drain', settle).off('close', settle);
      resolve();
    };
    if (socket.destroyed) resolve();
    else socket.on('drain', settle).on('close', settle);
  });
}
