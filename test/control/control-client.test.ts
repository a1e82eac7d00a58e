import { existsSync, rmSync, statSync } from 'node:fs';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askDaemon } from '../../src/control/control-client.ts';
import { controlSocketPath } from '../../src/control/socket-path.ts';
import { serveControl, type ControlHandler, type ControlServer } from '../../src/daemon/control-server.ts';
import { lineLogger } from '../../src/daemon/logger.ts';
import { NaviError } from '../../src/errors/navi-error.ts';
import { temporaryDirectory } from '../support/temporary-mirror.ts';

let directory: string;
let path: string;
const closing: (() => void)[] = [];
const log = lineLogger(() => undefined, 'error');

beforeEach(() => {
  directory = temporaryDirectory();
  path = join(directory, 'run', 'control.sock');
});

afterEach(() => {
  for (const close of closing.splice(0)) close();
  rmSync(directory, { recursive: true, force: true });
});

async function serve(handler: ControlHandler): Promise<ControlServer> {
  const server = await serveControl(path, handler, log);
  closing.push(() => server.close());
  return server;
}

/** Something else that listens at the socket. */
async function impostor(talk: (socket: Socket) => void): Promise<Server> {
  const other = join(directory, 'other.sock');
  path = other;
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    talk(socket);
  });
  server.listen(other);
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return server;
}

describe('asking the daemon', () => {
  test('is answered with what the handler returns', async () => {
    await serve((request) => Promise.resolve({ echo: request }));
    expect(await askDaemon(path, { method: 'info' })).toEqual({ echo: { method: 'info' } });
  });

  test('is answered with null where the handler returns nothing', async () => {
    await serve(() => Promise.resolve(undefined));
    expect(await askDaemon(path, { method: 'stop' })).toBeNull();
  });

  test('throws the error of the handler with its code, message and hints', async () => {
    await serve(() => Promise.reject(new NaviError('NAVI_REFUSED', 'no', { hints: ['ask'] })));
    await expect(askDaemon(path, { method: 'info' })).rejects.toMatchObject({
      code: 'NAVI_REFUSED',
      message: 'no',
      hints: ['ask'],
      exitCode: 4,
    });
  });

  test('throws a bug of the handler as a silent daemon', async () => {
    await serve(() => Promise.reject(new TypeError('undefined is not a function')));
    await expect(askDaemon(path, { method: 'info' })).rejects.toMatchObject({ code: 'NAVI_DAEMON_SILENT' });
  });

  test('resolves undefined where none runs: no socket, or one that its daemon left behind', async () => {
    expect(await askDaemon(path, { method: 'info' })).toBeUndefined();
    const server = await impostor(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    expect(await askDaemon(path, { method: 'info' })).toBeUndefined();
  });

  test.each<[string, (socket: Socket) => void]>([
    ['says nothing in time', () => undefined],
    ['hangs up', (socket) => void socket.end()],
    ['hangs up in mid-answer', (socket) => void socket.end('{"ok":tr')],
    ['answers no JSON', (socket) => void socket.end('220 smtp ready\n')],
  ])('throws where it %s', async (_what, talk) => {
    await impostor(talk);
    await expect(askDaemon(path, { method: 'info' }, 100)).rejects.toMatchObject({ code: 'NAVI_DAEMON_SILENT' });
  });

  test('takes an answer in many pieces', async () => {
    const answer = `${JSON.stringify({ ok: true, result: 'é'.repeat(100) })}\n`;
    await impostor((socket) => {
      const bytes = [...Buffer.from(answer)];
      const next = (): void => {
        const piece = bytes.splice(0, 33);
        if (piece.length > 0) socket.write(Buffer.from(piece), next);
      };
      next();
    });
    expect(await askDaemon(path, { method: 'info' })).toBe('é'.repeat(100));
  });
});

describe('the control socket', () => {
  test('is the own user only, in a folder of the own user only, whatever the umask', async () => {
    const umask = process.umask(0);
    await serve(() => Promise.resolve(1));
    process.umask(umask);
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(dirname(path)).mode & 0o777).toString(8)).toBe('700');
  });

  test('answers several requests of one connection, bad ones with an error', async () => {
    await serve((request) => Promise.resolve(request.method));
    const socket = connect(path);
    socket.setEncoding('utf8');
    socket.write('{"method":"info"}\nno JSON\n{"method":"stop"}\n');
    let received = '';
    for await (const chunk of socket) {
      received += String(chunk);
      if (received.split('\n').length > 3) break;
    }
    const answers = received
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { ok: boolean; result?: unknown });
    expect(answers.filter((answer) => answer.ok).map((answer) => answer.result)).toEqual(['info', 'stop']);
    expect(answers.filter((answer) => !answer.ok)).toHaveLength(1);
  });

  test('hangs up on a request of over 8 MiB', async () => {
    await serve(() => Promise.resolve(1));
    const socket = connect(path);
    socket.on('error', () => undefined);
    // It may break while it is written to.
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('x'.repeat(9 * 1024 ** 2));
    await closed;
    expect(await askDaemon(path, { method: 'info' })).toBe(1);
  });

  test('takes the place of one that a dead daemon left', async () => {
    const first = await serve(() => Promise.resolve(1));
    first.close();
    await serve(() => Promise.resolve(2));
    expect(await askDaemon(path, { method: 'info' })).toBe(2);
    expect(existsSync(path)).toBe(true);
  });

  test('a daemon that ends after its successor began leaves it the socket', async () => {
    const zombie = await serve(() => Promise.resolve('zombie'));
    await serve(() => Promise.resolve('successor'));
    zombie.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await askDaemon(path, { method: 'info' })).toBe('successor');
  });
});

describe('the place of the control socket', () => {
  test('is the runtime folder where there is one, else the data directory, else a short path', () => {
    expect(controlSocketPath('/data', { XDG_RUNTIME_DIR: '/run/user/7' })).toMatch(
      /^\/run\/user\/7\/navi\/[0-9a-f]{16}\.sock$/,
    );
    expect(controlSocketPath('/data', {})).toBe('/data/control.sock');
    expect(controlSocketPath('/data', { XDG_RUNTIME_DIR: '' })).toBe('/data/control.sock');
    const long = controlSocketPath(`/${'long/'.repeat(30)}`, {});
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(100);
    expect(long).not.toContain('long');
  });

  test('differs by data directory, however that is written', () => {
    const env = { XDG_RUNTIME_DIR: '/run/user/7' };
    expect(controlSocketPath('/data/a', env)).not.toBe(controlSocketPath('/data/b', env));
    expect(controlSocketPath('/data/a/', env)).toBe(controlSocketPath('/data/b/../a', env));
  });
});
