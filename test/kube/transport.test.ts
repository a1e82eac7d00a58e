import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { type Failure, RequestFailed } from '../../src/kube/failure.ts';
import { Transport } from '../../src/kube/transport.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { answerJson, contextFor, startStubServer, type StubAnswer, type StubServer } from '../support/stub-server.ts';

const stubs: StubServer[] = [];

afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.stop();
});

async function stub(answer: StubAnswer): Promise<StubServer> {
  const server = await startStubServer(answer);
  stubs.push(server);
  return server;
}

/** The failure that `work` ends with. */
async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RequestFailed) return error.failure;
    throw error;
  }
  throw new Error('nothing failed');
}

describe('a request', () => {
  test('carries the credential, the Accept header and the path below the server', async () => {
    let seen: unknown;
    const server = await stub((request, response) => {
      const { authorization, accept, 'user-agent': agent } = request.headers;
      seen = { authorization, accept, agent };
      answerJson(response, {});
    });
    const transport = await server.transport({ basePath: '/k8s/clusters/one/' });
    await transport.get('/api/v1/pods?limit=1', { accept: 'application/json;as=Table' });
    expect(server.requests).toEqual(['GET /k8s/clusters/one/api/v1/pods?limit=1']);
    expect(seen).toEqual({ authorization: 'Bearer sesame', accept: 'application/json;as=Table', agent: 'navi' });
    expect(transport.counts.requests).toBe(1);
  });

  test('carries a user name and password as such', async () => {
    let authorization: string | undefined;
    const server = await stub((request, response) => {
      ({ authorization } = request.headers);
      answerJson(response, {});
    });
    await (await server.transport({ user: '{username: bob, password: "p:w"}' })).get('/');
    expect(authorization).toBe(`Basic ${Buffer.from('bob:p:w').toString('base64')}`);
  });

  test('takes a zipped body for a plain one and counts the bytes on the wire', async () => {
    const text = JSON.stringify({ items: 'é'.repeat(5_000) });
    const server = await stub((request, response) => {
      expect(request.headers['accept-encoding']).toBe('gzip');
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(text));
    });
    const transport = await server.transport();
    expect((await transport.get('/')).text).toBe(text);
    expect(transport.counts.bytesReceived).toBe(gzipSync(text).length);
  });

  test.each([
    ['a zipped body', true],
    ['a plain body', false],
  ])('fails as too long for %s of more than may come, unzipped', async (_what, isZipped) => {
    const text = JSON.stringify({ items: 'x'.repeat(3_000_000) });
    const server = await stub((_request, response) => {
      const encoding = isZipped ? { 'content-encoding': 'gzip' } : {};
      response.writeHead(200, { 'content-type': 'application/json', ...encoding });
      response.end(isZipped ? gzipSync(text) : text);
    });
    const transport = await server.transport();
    const failed = failureOf(transport.get('/', { maxBytes: 2 * 1024 ** 2 }));
    expect(await failed).toMatchObject({ class: 'too-long', message: 'the answer is longer than 2 MiB' });
    expect((await transport.get('/', { maxBytes: text.length })).byteCount).toBe(text.length);
  });

  test('fails as transport for a zipped body that is cut short', async () => {
    const server = await stub((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync('x'.repeat(100_000)).subarray(0, 60));
    });
    expect((await failureOf((await server.transport()).get('/'))).class).toBe('transport');
  });

  test.each<[string, StubAnswer]>([
    ['before the headers', (request) => request.socket.destroy()],
    [
      'in mid-body',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"items":[');
        setImmediate(() => response.destroy());
      },
    ],
    [
      'in mid-chunk',
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"items":[');
        setImmediate(() => response.destroy());
      },
    ],
    ['by no HTTP', (request) => void request.socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
  ])('fails as transport when the connection breaks %s', async (_when, answer) => {
    const server = await stub(answer);
    expect((await failureOf((await server.transport()).get('/'))).class).toBe('transport');
  });

  test('fails as transport when no headers or no more of the body come in time', async () => {
    const silent = await stub(() => undefined);
    const headers = (await silent.transport()).get('/', { headersTimeoutMs: 50 });
    expect((await failureOf(headers)).class).toBe('transport');
    const stuck = await stub((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{');
    });
    expect((await failureOf((await stuck.transport()).get('/', { bodyIdleMs: 50 }))).class).toBe('transport');
  });

  test('fails as transport when its body is not complete after two minutes, however steadily it comes', async () => {
    const server = await stub((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{');
    });
    const clock = fakeClock();
    const transport = new Transport(contextFor(server.url), { clock });
    const failed = failureOf(transport.get('/', { bodyIdleMs: 0 }));
    while (!clock.waiting.includes(120_000)) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(120_000);
    expect(await failed).toMatchObject({ class: 'transport', message: 'the answer is not complete within 120 s' });
    expect(clock.waiting).toEqual([]);
    await transport.close();
  });

  test('fails as unreachable where nobody listens', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const transport = new Transport(contextFor(`http://127.0.0.1:${port}`));
    const failed = await failureOf(transport.get('/'));
    expect(failed).toMatchObject({ class: 'unreachable', status: 0 });
    await transport.close();
  });

  test('that is cancelled throws what cancelled it, not a failure of the server', async () => {
    const server = await stub(() => undefined);
    const abort = new AbortController();
    const pending = (await server.transport()).get('/', { signal: abort.signal });
    abort.abort();
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('does not follow a redirect, with or without the credential', async () => {
    const server = await stub((_request, response) => {
      response.writeHead(302, { location: '/elsewhere' });
      response.end();
    });
    expect((await failureOf((await server.transport()).get('/api'))).class).toBe('not-api');
    expect(server.requests).toEqual(['GET /api']);
  });

  test('that is refused tells status, reason, message and Retry-After', async () => {
    const server = await stub((_request, response) => {
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '7' });
      response.end('{"kind":"Status","message":"later","reason":"TooManyRequests","code":429}\n');
    });
    const transport = await server.transport();
    for (const work of [transport.get('/'), transport.stream('/')]) {
      expect(await failureOf(work)).toEqual({
        class: 'throttled',
        message: 'later',
        status: 429,
        reason: 'TooManyRequests',
        retryAfterMs: 7_000,
      });
    }
  });

  test('that is refused by a zipped body, or one cut inside a character, still tells its message', async () => {
    const zipped = await stub((_request, response) => {
      response.writeHead(500, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync('{"kind":"Status","message":"zipped"}'));
    });
    expect((await failureOf((await zipped.transport()).get('/'))).message).toBe('zipped');
    const body = Buffer.from('{"kind":"Status","message":"été"}');
    const cut = await stub((_request, response) => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.write(body.subarray(0, 29));
      setImmediate(() => response.end(body.subarray(29)));
    });
    expect((await failureOf((await cut.transport()).get('/'))).message).toBe('été');
  });

  test('that is refused with an endless or a stuck body is told by its status alone', async () => {
    const stuck = await stub((_request, response) => {
      response.writeHead(503, { 'content-type': 'text/plain' });
      response.write('service una');
    });
    const transport = await stuck.transport();
    for (const work of [transport.get('/', { errorBodyMs: 50 }), transport.stream('/', { errorBodyMs: 50 })]) {
      expect(await failureOf(work)).toMatchObject({ class: 'unavailable', status: 503 });
    }
    const endless = await stub((_request, response) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const failed = await failureOf((await endless.transport()).get('/'));
    expect(failed.class).toBe('server');
    expect(failed.message).toHaveLength(300);
  });
});

describe('a stream', () => {
  test('gives bytes as they come, zipped or not, several members of one flush each', async () => {
    for (const isZipped of [false, true]) {
      let next = (): void => undefined;
      const server = await stub((_request, response) => {
        const encoding: Record<string, string> = isZipped ? { 'content-encoding': 'gzip' } : {};
        response.writeHead(200, { 'content-type': 'application/json', ...encoding });
        const parts = ['one\n', 'two\n'];
        next = () => {
          const part = parts.shift();
          if (part === undefined) response.end();
          else response.write(isZipped ? gzipSync(part) : part);
        };
        next();
      });
      const received: string[] = [];
      for await (const chunk of await (await server.transport()).stream('/watch')) {
        received.push(String(chunk));
        next();
      }
      expect(received).toEqual(['one\n', 'two\n']);
    }
  });

  test('that is no JSON comes from no API server', async () => {
    const server = await stub((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html>');
    });
    expect((await failureOf((await server.transport()).stream('/'))).class).toBe('not-api');
  });

  test('ends its request when it is destroyed', async () => {
    for (const encoding of ['identity', 'gzip']) {
      let closed: Promise<unknown> | undefined;
      const server = await stub((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
        response.write(encoding === 'gzip' ? gzipSync('x\n') : 'x\n');
        closed = once(response, 'close');
      });
      const stream = await (await server.transport()).stream('/');
      stream.destroy();
      await closed;
      expect(closed, encoding).toBeDefined();
    }
  });

  test('breaks with an error when the connection does, zipped or not', async () => {
    for (const encoding of ['identity', 'gzip']) {
      const server = await stub((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
        response.write(encoding === 'gzip' ? gzipSync('x\n') : 'x\n');
        setImmediate(() => response.destroy());
      });
      const read = async (): Promise<void> => {
        for await (const chunk of await (await server.transport()).stream('/')) expect(String(chunk)).toBe('x\n');
      };
      await expect(read(), encoding).rejects.toThrow();
    }
  });
});

test('a certificate file that cannot be read is told as a missing credential', async () => {
  const context = contextFor('https://127.0.0.1:1', '{client-certificate: /nowhere/c.crt, client-key: /nowhere/c.key}');
  expect(await failureOf(new Transport(context).get('/'))).toMatchObject({ class: 'unauthorized' });
});

describe('a question of a user', () => {
  test('brings whatever is answered, an error as it is', async () => {
    const server = await stub((_request, response) => {
      response.writeHead(403, { 'content-type': 'application/json', warning: '299 - "old"' });
      response.end('{"kind":"Status"}');
    });
    const answer = await (await server.transport()).ask('/x', {}, 100);
    expect(answer).toMatchObject({ status: 403, text: '{"kind":"Status"}', headers: { warning: '299 - "old"' } });
  });

  test('is given up where the answer is longer than it may be', async () => {
    const server = await stub((_request, response) => response.end('x'.repeat(101)));
    const transport = await server.transport();
    expect(await transport.ask('/x', {}, 100)).toBeUndefined();
    expect((await transport.ask('/x', {}, 101))?.text).toHaveLength(101);
  });

  test('ends when nobody waits for it, and holds no other request up', async () => {
    const server = await stub((request, response) => {
      if (request.url === '/held') response.write('x');
      else answerJson(response, { is: 'there' });
    });
    const transport = await server.transport();
    const waiting = new AbortController();
    const held = Array.from({ length: 20 }, async () => await transport.ask('/held', { signal: waiting.signal }, 100));
    expect((await transport.get('/other')).text).toBe('{"is":"there"}');
    waiting.abort();
    const ends = await Promise.allSettled(held);
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
    expect((await transport.ask('/next', {}, 100))?.status).toBe(200);
  });
});
