import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { ControlAnswer, ControlRequest } from '../control/protocol.ts';
import { messageOf, NaviError } from '../errors/navi-error.ts';
import { makePrivateDirectory } from '../store/data-directory.ts';
import type { Logger } from './logger.ts';

/** Longest request that is read (bytes). */
const maxRequestBytes = 64 * 1024;

/** Answers one request; what it throws becomes the answer's error. */
export type ControlHandler = (request: ControlRequest) => Promise<unknown>;

/** The control socket of a running daemon. */
export interface ControlServer {
  close(): void;
}

/**
 * Listens at `path`, mode 0600 in a 0700 folder: only this user's programs can talk to the daemon. Only the holder of
 * the data directory's lock may call this, so that a socket found there is a dead one.
 */
export async function serveControl(path: string, handler: ControlHandler, log: Logger): Promise<ControlServer> {
  if (process.platform !== 'win32') {
    makePrivateDirectory(dirname(path));
    rmSync(path, { force: true });
  }
  const server = createServer((socket) => answer(socket, handler, log));
  await listen(server, path);
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  return { close: () => server.close() };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // The folder is private already; the umask closes the moment before chmod.
    const umask = process.umask(0o177);
    server.listen(path, () => resolve());
    process.umask(umask);
  });
}

function answer(socket: Socket, handler: ControlHandler, log: Logger): void {
  let received = '';
  socket.setEncoding('utf8');
  socket.on('error', (error) => log.debug('control connection broke', { error: messageOf(error) }));
  socket.on('data', (chunk: string) => {
    received += chunk;
    if (received.length > maxRequestBytes) {
      socket.destroy();
      return;
    }
    for (let end = received.indexOf('\n'); end !== -1; end = received.indexOf('\n')) {
      const line = received.slice(0, end);
      received = received.slice(end + 1);
      void handle(line, handler).then((reply) => socket.write(`${JSON.stringify(reply)}\n`));
    }
  });
}

async function handle(line: string, handler: ControlHandler): Promise<ControlAnswer> {
  try {
    return { ok: true, result: (await handler(JSON.parse(line) as ControlRequest)) ?? null };
  } catch (error) {
    if (error instanceof NaviError) return { ok: false, code: error.code, message: error.message, hints: error.hints };
    return { ok: false, code: 'NAVI_DAEMON_SILENT', message: messageOf(error), hints: [] };
  }
}
