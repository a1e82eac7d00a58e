import { rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askDaemon } from '../../src/control/control-client.ts';
import { frameHead } from '../../src/control/stream-frames.ts';
import { streamFromDaemon, type DaemonStream } from '../../src/control/stream-from-daemon.ts';
import { serveControl, StreamedAnswer, type ControlHandler } from '../../src/daemon/control-server.ts';
import { lineLogger } from '../../src/daemon/logger.ts';
import { NaviError } from '../../src/errors/navi-error.ts';
import { temporaryDirectory } from '../support/temporary-mirror.ts';

const question = {
  method: 'stream',
  contexts: ['a'],
  kubeconfig: [],
  path: '/log',
  accept: '*/*',
  headers: {},
} as const;
const mebibyte = 1_024 ** 2;

let directory: string;
let path: string;
const closing: (() => void)[] = [];

beforeEach(() => {
  directory = temporaryDirectory();
  path = join(directory, 'control.sock');
});

afterEach(() => {
  for (const close of closing.splice(0)) close();
  rmSync(directory, { recursive: true, force: true });
});

/** Answers streams with these bytes, and everything else with its method. */
async function serve(bytes: (ended: AbortSignal) => StreamedAnswer['bytes']): Promise<() => void> {
  const handler: ControlHandler = ({ method }, { ended }) =>
    Promise.resolve(method === 'stream' ? new StreamedAnswer({ status: 200 }, bytes(ended)) : method);
  const server = await serveControl(
    path,
    handler,
    lineLogger(() => undefined, 'error'),
  );
  closing.push(() => server.close());
  return () => server.close();
}

async function opened(signal = new AbortController().signal): Promise<DaemonStream> {
  const stream = await streamFromDaemon(path, question, signal);
  if (stream === undefined) throw new Error('nobody listens');
  closing.push(() => stream.close());
  return stream;
}

async function all({ bytes }: DaemonStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('an answer that goes on', () => {
  test('is its result, then every byte to the end', async () => {
    const chunks = ['one\n', '', 'two\n', 'x'.repeat(300_000)];
    await serve(() => chunks.map((chunk) => Buffer.from(chunk)));
    const stream = await opened();
    expect(stream.result).toEqual({ status: 200 });
    expect(await all(stream)).toBe(chunks.join(''));
  });

  test('ends with the error that broke it off, after what came before', async () => {
    await serve(async function* () {
      yield Buffer.from('one\n');
      await pause(5);
      throw new NaviError('NAVI_UNREACHABLE', 'the cluster is gone', { hints: ['look'] });
    });
    const { bytes } = await opened();
    const read: string[] = [];
    const reading = (async () => {
      for await (const chunk of bytes) read.push(chunk.toString());
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'NAVI_UNREACHABLE',
      message: 'the cluster is gone',
      hints: ['look'],
    });
    expect(read.join('')).toBe('one\n');
  });

  test('is not taken for complete where the daemon goes away', async () => {
    const server = createServer((socket: Socket) => {
      socket.end(Buffer.concat([Buffer.from('{"ok":true,"result":1}\n'), frameHead(9), Buffer.from('one\n')]));
    });
    server.listen(path);
    await once(server, 'listening');
    closing.push(() => server.close());
    await expect(all(await opened())).rejects.toMatchObject({ code: 'NAVI_DAEMON_SILENT' });
  });

  test('that is refused is an error at once; where nobody listens there is none', async () => {
    expect(await streamFromDaemon(path, question, new AbortController().signal)).toBeUndefined();
    const refuse: ControlHandler = () => Promise.reject(new NaviError('NAVI_NOT_MIRRORED', 'not that one'));
    const server = await serveControl(
      path,
      refuse,
      lineLogger(() => undefined, 'error'),
    );
    closing.push(() => server.close());
    await expect(opened()).rejects.toMatchObject({ code: 'NAVI_NOT_MIRRORED', message: 'not that one' });
  });

  test('is asked for no faster than it is read, and holds up nobody else', async () => {
    let sentBytes = 0;
    await serve(async function* () {
      for (;;) {
        sentBytes += 65_536;
        yield Buffer.alloc(65_536);
        await pause(0);
      }
    });
    const stalled = await opened();
    const [first] = [await stalled.bytes[Symbol.asyncIterator]().next()];
    expect(first.done).toBe(false);
    let before = -1;
    while (before !== sentBytes) {
      before = sentBytes;
      await pause(100);
      expect(await askDaemon(path, { method: 'info' })).toBe('info');
    }
    expect(sentBytes).toBeLessThan(4 * mebibyte);
    const reading = await opened();
    let readBytes = 0;
    for await (const chunk of reading.bytes) {
      readBytes += chunk.length;
      if (readBytes > 8 * mebibyte) break;
    }
    expect(readBytes).toBeGreaterThan(8 * mebibyte);
  });

  test.each([
    ['closes it', (stream: DaemonStream) => stream.close()],
    ['stops reading', (stream: DaemonStream) => void stream.bytes[Symbol.asyncIterator]().return?.()],
  ])('is over for the daemon when its reader %s', async (_how, leave) => {
    const seen = Promise.withResolvers<AbortSignal>();
    await serve((ended) => {
      seen.resolve(ended);
      return (async function* () {
        yield Buffer.from('one\n');
        await once(ended, 'abort');
      })();
    });
    const stream = await opened();
    const iterator = stream.bytes[Symbol.asyncIterator]();
    await iterator.next();
    const ended = await seen.promise;
    expect(ended.aborted).toBe(false);
    leave(stream);
    if (!ended.aborted) await once(ended, 'abort');
  });

  test('ends with the reason of a signal', async () => {
    await serve(async function* () {
      yield Buffer.from('one\n');
      await pause(60_000, undefined, { ref: false });
    });
    const ending = new AbortController();
    const reading = all(await opened(ending.signal));
    ending.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });

  test('has its connection to itself', async () => {
    await serve(() => [Buffer.from('one\n')]);
    const socket = connect(path);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(`${JSON.stringify(question)}\n${JSON.stringify({ method: 'info' })}\n`);
    while (!Buffer.concat(chunks).includes('"info"')) await pause(5);
    expect(Buffer.concat(chunks).toString()).toMatch(/"code":"NAVI_USAGE","message":"an answer that goes on has/);
    socket.destroy();
  });
});
