import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RequestFailed, type Failure } from '../../src/kube/failure.ts';
import { proxyFor } from '../../src/kube/proxy/proxy-choice.ts';
import { Transport } from '../../src/kube/transport.ts';
import { parseKubeconfig } from '../../src/kubeconfig/parse-kubeconfig.ts';
import { resolveContext } from '../../src/kubeconfig/resolve-context.ts';
import { makeAuthority, type Authority } from '../support/certificates.ts';
import { startHttpProxy, startSocksProxy, type ProxyServer } from '../support/proxy-server.ts';
import { answerJson, startStubServer, type StubServer } from '../support/stub-server.ts';

let authority: Authority;
let server: Server;
let port: number;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  authority = makeAuthority();
  const { certificate, key } = authority.server('kube.internal');
  server = createServer({ cert: certificate, key }, (request, response) => {
    if (request.url === '/stream') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{}\n');
    } else answerJson(response, { url: request.url, authorization: request.headers.authorization });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  authority.remove();
});

function transportTo(url: string, proxyUrl: string, env: NodeJS.ProcessEnv = {}): Transport {
  const cluster = {
    server: url,
    'certificate-authority': authority.file,
    ...(proxyUrl === '' ? {} : { 'proxy-url': proxyUrl }),
  };
  const document = {
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { token: 'sesame' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  const context = resolveContext(parseKubeconfig(JSON.stringify(document), '/nowhere/config'), undefined);
  const transport = new Transport(context, { env });
  ends.push(() => transport.close());
  return transport;
}

async function started(proxy: Promise<ProxyServer>): Promise<ProxyServer> {
  const running = await proxy;
  ends.push(() => running.stop());
  return running;
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RequestFailed) return error.failure;
    throw error;
  }
  throw new Error('nothing failed');
}

const here = (): string => `https://127.0.0.1:${port}`;
const answer = { url: '/version', authorization: 'Bearer sesame' };

describe('a server behind a proxy', () => {
  test('of HTTP is reached through a tunnel, its certificate checked', async () => {
    const proxy = await started(startHttpProxy());
    const transport = transportTo(here(), `http://127.0.0.1:${proxy.port}`);
    expect(JSON.parse((await transport.get('/version')).text)).toEqual(answer);
    expect(proxy.targets).toEqual([`127.0.0.1:${port}`]);
    for (let count = 0; count < 8; count += 1) await transport.get('/version');
    // Tunnels are kept for the next request.
    expect(proxy.targets.length).toBeLessThan(4);
  });

  test('of SOCKS5 is reached by its name, which the proxy alone knows', async () => {
    const hosts = { 'kube.internal': '127.0.0.1' };
    for (const scheme of ['socks5', 'socks5h']) {
      const proxy = await started(startSocksProxy({ hosts }));
      const transport = transportTo(`https://kube.internal:${port}`, `${scheme}://127.0.0.1:${proxy.port}`);
      expect(JSON.parse((await transport.get('/version')).text)).toEqual(answer);
      expect(proxy.targets).toEqual([`kube.internal:${port}`]);
    }
  });

  test.each([
    ['http', startHttpProxy],
    ['socks5', startSocksProxy],
  ] as const)('of %s tells user and password, and no password when they are wrong', async (scheme, start) => {
    const proxy = await started(start({ credentials: 'ann:p@ss word' }));
    const right = transportTo(here(), `${scheme}://ann:p%40ss%20word@127.0.0.1:${proxy.port}`);
    expect((await right.get('/version')).status).toBe(200);
    const wrong = transportTo(here(), `${scheme}://ann:hunter2hunter2@127.0.0.1:${proxy.port}`);
    const failed = await failureOf(wrong.get('/version'));
    expect(failed.class).toBe('unreachable');
    expect(failed.message).toContain(`proxy 127.0.0.1:${proxy.port}`);
    expect(failed.message).not.toContain('hunter2');
    expect(failed.hint).toContain('proxy-url');
  });

  test('of HTTP over TLS is reached where the system knows its authority, else not', async () => {
    const proxy = await started(startHttpProxy({ certificate: authority.server() }));
    const failed = await failureOf(transportTo(here(), `https://127.0.0.1:${proxy.port}`).get('/version'));
    expect(failed.class).toBe('unreachable');
    expect(proxy.targets).toEqual([]);
  });

  test('speaks plain HTTP with an HTTP proxy that fetches it, and is tunnelled to by SOCKS5', async () => {
    const plain: StubServer = await startStubServer((request, response) =>
      answerJson(response, {
        url: request.url,
        host: request.headers.host,
        proxy: request.headers['proxy-authorization'],
      }),
    );
    ends.push(() => plain.stop());
    const proxy = await started(startHttpProxy({ credentials: 'ann:secret' }));
    const transport = transportTo(`${plain.url}/base`, `http://ann:secret@127.0.0.1:${proxy.port}`);
    const { host } = new URL(plain.url);
    expect(JSON.parse((await transport.get('/version')).text)).toEqual({ url: '/base/version', host });
    expect(proxy.targets).toEqual([`${plain.url}/base/version`]);
    const socks = await started(startSocksProxy());
    const byTunnel = transportTo(plain.url, `socks5://127.0.0.1:${socks.port}`);
    expect(JSON.parse((await byTunnel.get('/version')).text)).toMatchObject({ url: '/version' });
    expect(socks.targets).toEqual([host]);
  });

  test('is unreachable where the proxy is away, refuses, or cannot reach it', async () => {
    const proxy = await started(startHttpProxy());
    expect(
      (await failureOf(transportTo('https://127.0.0.1:1', `http://127.0.0.1:${proxy.port}`).get('/'))).message,
    ).toMatch(/refuses the way to 127\.0\.0\.1:1 \(HTTP 502\)/);
    const socks = await started(startSocksProxy());
    const failed = await failureOf(transportTo('https://127.0.0.1:1', `socks5://127.0.0.1:${socks.port}`).get('/'));
    expect(failed.class).toBe('unreachable');
    for (const scheme of ['http', 'https', 'socks5']) {
      const away = await failureOf(transportTo(here(), `${scheme}://127.0.0.1:1`).get('/'));
      expect(away.class, scheme).toBe('unreachable');
    }
  });

  test.each([
    ['http', startHttpProxy],
    ['socks5', startSocksProxy],
  ] as const)(
    'keeps a silent stream through %s under watch of TCP keepalive, and breaks with it',
    async (scheme, start) => {
      const proxy = await started(start());
      const transport = transportTo(here(), `${scheme}://127.0.0.1:${proxy.port}`);
      const stream = await transport.stream('/stream');
      const chunks = stream[Symbol.asyncIterator]();
      expect(String((await chunks.next()).value)).toBe('{}\n');
      if (process.platform === 'linux') expect(timersTo(proxy.port)).toEqual(new Set(['02']));
      proxy.cut();
      await expect(chunks.next()).rejects.toThrow();
    },
  );

  test('is reached by the proxy that the environment names, unless the kubeconfig does or it is exempt', async () => {
    const hosts = { 'kube.internal': '127.0.0.1' };
    const proxy = await started(startHttpProxy({ hosts }));
    const env = { HTTPS_PROXY: `127.0.0.1:${proxy.port}` };
    expect((await transportTo(`https://kube.internal:${port}`, '', env).get('/version')).status).toBe(200);
    expect(proxy.targets).toEqual([`kube.internal:${port}`]);
    expect((await transportTo(here(), '', env).get('/version')).status).toBe(200);
    expect(proxy.targets).toHaveLength(1);
  });
});

/** The kind of timer of each connection of this machine to a port (Linux): 02 is keepalive. */
function timersTo(target: number): ReadonlySet<string> {
  const hex = target.toString(16).toUpperCase().padStart(4, '0');
  const lines = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  const established = lines.map((line) => line.trim().split(/\s+/)).filter((fields) => fields[3] === '01');
  return new Set(
    established.flatMap((fields) => (fields[2]?.endsWith(`:${hex}`) ? [fields[5]?.slice(0, 2) ?? ''] : [])),
  );
}

describe('the proxy of a server', () => {
  const at = (server: string, env: NodeJS.ProcessEnv, proxyUrl = '') => {
    const proxy = proxyFor(new URL(server), proxyUrl, env);
    return proxy && `${proxy.scheme}://${proxy.host}:${proxy.port}`;
  };

  test('is the kubeconfig’s before the environment’s, which is read as Go reads it', () => {
    const env = { HTTPS_PROXY: 'http://p', HTTP_PROXY: 'socks5://q', NO_PROXY: '' };
    expect(at('https://kube', env, 'socks5h://r:1')).toBe('socks5://r:1');
    expect(at('https://kube', env)).toBe('http://p:80');
    expect(at('http://kube', env)).toBe('socks5://q:1080');
    expect(at('https://kube', { https_proxy: 'https://p' })).toBe('https://p:443');
    expect(at('https://kube', {})).toBeUndefined();
    expect(at('https://kube', { HTTPS_PROXY: '::' })).toBeUndefined();
    expect(at('https://kube', {}, 'http://[::1]:8080')).toBe('http://::1:8080');
  });

  test.each([
    ['*', 'https://kube', true],
    ['kube.internal', 'https://kube.internal', true],
    ['kube.internal', 'https://api.kube.internal:6443', true],
    ['kube.internal', 'https://mykube.internal', false],
    ['.kube.internal', 'https://api.kube.internal', true],
    ['.kube.internal', 'https://kube.internal', false],
    ['*.kube.internal', 'https://api.kube.internal', true],
    ['kube:6443', 'https://kube:6443', true],
    ['kube:6443', 'https://kube', false],
    ['other, KUBE ', 'https://kube', true],
    ['10.0.0.0/8', 'https://10.2.3.4:6443', true],
    ['10.0.0.0/8', 'https://11.2.3.4', false],
    ['10.0.0.0/99', 'https://10.2.3.4', false],
    ['10.2.3.4', 'https://10.2.3.4', true],
    ['2.3.4', 'https://10.2.3.4', false],
    ['fd00::/8', 'https://[fd00::1]', true],
    ['::1', 'https://[fd00::1]', false],
    ['[fd00::1]:6443', 'https://[fd00::1]:6443', true],
    ['', 'https://localhost:6443', true],
    ['', 'https://127.3.2.1', true],
    ['', 'https://[::1]:6443', true],
    ['', 'https://kube', false],
  ])('is none where NO_PROXY=%s exempts %s: %s', (noProxy, server, isExempt) => {
    const proxy = at(server, { HTTPS_PROXY: 'http://p', NO_PROXY: noProxy });
    expect(proxy).toBe(isExempt ? undefined : 'http://p:80');
  });
});
