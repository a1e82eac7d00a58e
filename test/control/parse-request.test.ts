import { connect } from 'node:net';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askDaemon } from '../../src/control/control-client.ts';
import { parseControlRequest } from '../../src/control/parse-request.ts';
import { serveControl, type ControlServer } from '../../src/daemon/control-server.ts';
import { lineLogger } from '../../src/daemon/logger.ts';
import { NaviError } from '../../src/errors/navi-error.ts';
import { amountOf } from '../support/long-run.ts';
import { mutateBytes } from '../support/mutate-bytes.ts';
import { createSeededRandom } from '../support/seeded-random.ts';
import { temporaryDirectory } from '../support/temporary-mirror.ts';

const caseCount = amountOf(2_000, 20_000);

const choice = { contexts: ['a'], kubeconfig: ['/home/me/.kube/config'] };

const requests = [
  { method: 'info' },
  { method: 'live' },
  { method: 'metrics' },
  { method: 'stop' },
  { method: 'add', ...choice },
  { method: 'confirm', ...choice, overrides: { cluster: 'c', insecureSkipTlsVerify: false } },
  { method: 'follow', ...choice, overrides: {} },
  { method: 'read', ...choice, path: '/api/v1', accept: '*/*', headers: { a: 'b', c: ['d', 'e'] } },
  { method: 'stream', ...choice, path: '/api/v1', accept: '*/*', headers: {} },
  { method: 'used-logs', ...choice, logs: [1, 2] },
  { method: 'use', ...choice, types: ['pods'], purpose: 'question' },
  { method: 'use', ...choice, types: [], purpose: 'watch' },
  { method: 'wake', ...choice },
  { method: 'wake', ...choice, credential: { token: 'sesame', certificate: '', key: '', expiresAt: null } },
  {
    method: 'wake',
    ...choice,
    credential: { token: '', certificate: 'c', key: 'k', expiresAt: '2026-01-01T00:00:00Z' },
  },
];

/** What is said against a request; undefined where it is one. */
function refusal(request: unknown): string | undefined {
  try {
    parseControlRequest(typeof request === 'string' ? request : JSON.stringify(request));
    return undefined;
  } catch (error) {
    if (error instanceof NaviError && error.code === 'NAVI_USAGE') return error.message;
    throw error;
  }
}

describe('a request to the daemon', () => {
  test.each(requests)('of the protocol is taken as it is: $method', (request) => {
    expect(parseControlRequest(JSON.stringify(request))).toEqual(request);
  });

  test.each([
    ['the request', ['', 'null', '[]', '5', '"info"', '{', '{"method":"info"', '\u0000', '\uD800']],
    ['method', [{}, { method: 'nope' }, { method: null }, { method: ['info'] }, { method: '__proto__' }]],
    ['types', [{ ...choice, method: 'use', purpose: 'watch' }]],
    [
      'purpose',
      [
        { ...choice, method: 'use', types: [] },
        { ...choice, method: 'use', types: [], purpose: 'more' },
      ],
    ],
    [
      'contexts',
      [{ method: 'add' }, { ...choice, method: 'add', contexts: 'a' }, { ...choice, method: 'add', contexts: [1] }],
    ],
    [
      'kubeconfig',
      [0, 'config', ['config'], [0], [''], ['/dev/fd/0'], ['/proc/self/fd/3'], ['//dev/stdin'], [null]].map(
        (kubeconfig) => ({ ...choice, method: 'add', kubeconfig }),
      ),
    ],
    ['logs', [undefined, 1, ['1'], [1.5], [null]].map((logs) => ({ ...choice, method: 'used-logs', logs }))],
    [
      'overrides',
      [
        { ...choice, method: 'confirm', overrides: null },
        { ...choice, method: 'confirm', overrides: [] },
      ],
    ],
    ['server', [{ ...choice, method: 'confirm', overrides: { server: 1 } }]],
    ['insecureSkipTlsVerify', [{ ...choice, method: 'confirm', overrides: { insecureSkipTlsVerify: 'false' } }]],
    [
      'path',
      ['@elsewhere.example/', 'http://elsewhere.example/', '', 1].map((path) => ({
        ...choice,
        method: 'read',
        accept: '',
        headers: {},
        path,
      })),
    ],
    ['headers', [{ ...choice, method: 'read', path: '/', accept: '', headers: { a: 1 } }]],
    ['credential', [{ ...choice, method: 'wake', credential: 'sesame' }]],
    ['token', [{ ...choice, method: 'wake', credential: { token: 1, expiresAt: null } }]],
    ['expiresAt', [{ ...choice, method: 'wake', credential: { token: '', expiresAt: 'soon' } }]],
  ])('with a wrong part is refused by its name: %s', (part, wrong) => {
    for (const request of wrong)
      expect(refusal(request), JSON.stringify(request)).toContain(`cannot use this request: ${part} must be`);
  });

  test(`that was changed anywhere is one of the protocol or refused, ${caseCount} times`, { timeout: 300_000 }, () => {
    const random = createSeededRandom(1);
    for (let index = 0; index < caseCount; index += 1) {
      const line = mutateBytes(Buffer.from(JSON.stringify(random.pick(requests))), random).toString('utf8');
      // Anything but a refusal is thrown.
      expect(refusal(line) ?? '', line).not.toContain('sesame');
    }
  });
});

describe('the control socket', () => {
  let directory: string;
  let path: string;
  let server: ControlServer;

  beforeEach(async () => {
    directory = temporaryDirectory();
    path = join(directory, 'run', 'control.sock');
    const log = lineLogger(() => undefined, 'error');
    server = await serveControl(path, (request) => Promise.resolve(request), log);
  });
  afterEach(() => {
    server.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const answers = async (): Promise<void> =>
    expect(await askDaemon(path, { method: 'info' })).toEqual({ method: 'info' });

  test('answers each line with a line, whatever is in it', async () => {
    const random = createSeededRandom(2);
    const lines = Array.from({ length: 300 }, () =>
      mutateBytes(Buffer.from(JSON.stringify(random.pick(requests))), random)
        .toString('latin1')
        .replaceAll('\n', ' '),
    );
    const socket = connect(path);
    let answered = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (answered += chunk));
    socket.end(Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'));
    await once(socket, 'close');
    const said = answered
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly ok: boolean });
    expect(said).toHaveLength(lines.length);
    expect(new Set(said.map(({ ok }) => ok))).toEqual(new Set([true, false]));
    await answers();
  });

  test('ends a connection whose line has no end, and answers others', async () => {
    const socket = connect(path);
    socket.on('error', () => undefined);
    // It may break while it is written to.
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(Buffer.alloc(9 * 1024 ** 2, 0xff));
    await closed;
    await answers();
  });

  test('is not stopped by connections that say nothing, say half a line, or end at once', async () => {
    const idle = Array.from({ length: 200 }, () => connect(path));
    for (const [index, socket] of idle.entries()) {
      socket.on('error', () => undefined);
      if (index % 3 === 1) socket.write('{"method":');
      if (index % 3 === 2) socket.destroy();
    }
    await answers();
    for (const socket of idle) socket.destroy();
    await answers();
  });

  test('reads no more from a client that does not take its answers', async () => {
    server.close();
    let askedCount = 0;
    const answer = 'x'.repeat(256 * 1024);
    server = await serveControl(
      path,
      () => {
        askedCount += 1;
        return Promise.resolve(answer);
      },
      lineLogger(() => undefined, 'error'),
    );
    const socket = connect(path);
    socket.pause();
    const line = '{"method":"info"}\n'.repeat(100);
    for (let index = 0; index < 1_000; index += 1) socket.write(line);
    expect(await askDaemon(path, { method: 'info' })).toBe(answer);
    for (let turns = 0; turns < 200; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(askedCount).toBeLessThan(40);
    socket.destroy();
  });
});
