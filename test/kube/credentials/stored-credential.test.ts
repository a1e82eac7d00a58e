import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RequestFailed } from '../../../src/kube/failure.ts';
import { Transport } from '../../../src/kube/transport.ts';
import { parseKubeconfig } from '../../../src/kubeconfig/parse-kubeconfig.ts';
import { resolveContext } from '../../../src/kubeconfig/resolve-context.ts';
import { makeAuthority, type Authority, type Certificate } from '../../support/certificates.ts';
import { fakeClock, type FakeClock } from '../../support/fake-clock.ts';

let authority: Authority;
let other: Authority;
let server: Server;
let folder: string;
let clock: FakeClock;
let transport: Transport;
const connections = new Set<Socket>();

beforeAll(async () => {
  authority = makeAuthority();
  other = makeAuthority();
  const { certificate, key } = authority.server();
  const options = { cert: certificate, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: false };
  server = createServer(options, (request, response) => {
    const subject = (request.socket as TLSSocket).getPeerX509Certificate()?.subject ?? '';
    const user = /^CN=(.*)$/m.exec(subject)?.[1];
    response.writeHead(200, { 'content-type': 'application/json' });
    const body = JSON.stringify({ user, authorization: request.headers.authorization });
    if (request.url === '/stream') response.write(`${body}\n`);
    else response.end(body);
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  authority.remove();
  other.remove();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'navi-test-'));
  clock = fakeClock(Date.now());
});

afterEach(async () => {
  await transport.close();
  rmSync(folder, { recursive: true });
});

const file = (name: string): string => join(folder, name);

function writePair({ certificate, key }: Certificate): void {
  writeFileSync(file('client.crt'), certificate);
  writeFileSync(file('client.key'), key);
}

function open(user: object, cluster: object = {}): void {
  const { port } = server.address() as AddressInfo;
  writeFileSync(file('ca.crt'), authority.certificate);
  const document = {
    clusters: [
      { name: 'c', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': 'ca.crt', ...cluster } },
    ],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  const context = resolveContext(parseKubeconfig(JSON.stringify(document), file('config')), undefined);
  transport = new Transport(context, { clock, env: {} });
}

const answer = async (): Promise<unknown> => JSON.parse((await transport.get('/')).text) as unknown;

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('nothing failed'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RequestFailed)) throw error;
  return `${error.failure.class} ${error.failure.message}`;
}

const byCertificate = { 'client-certificate': 'client.crt', 'client-key': 'client.key' };

describe('50: a certificate in a file', () => {
  test('that was rotated goes with new requests within ten seconds, and the streams of the old one go on', async () => {
    writePair(authority.client('ann'));
    open(byCertificate);
    expect(await answer()).toEqual({ user: 'ann' });
    const stream = await transport.stream('/stream');
    const chunks = stream[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe('{"user":"ann"}\n');
    writePair(authority.client('bob'));
    expect(await answer()).toEqual({ user: 'ann' });
    clock.advance(10_000);
    expect(await answer()).toEqual({ user: 'bob' });
    expect(stream.destroyed).toBe(false);
    expect(stream.readableEnded).toBe(false);
    // Connections of the old certificate that nothing runs on are closed: left are one stream's and one request's.
    await expect.poll(() => connections.size, { timeout: 5_000 }).toBe(2);
    stream.destroy();
    await expect.poll(() => connections.size, { timeout: 5_000 }).toBe(1);
  });

  test('whose key is not there yet waits for it', async () => {
    writePair(authority.client('ann'));
    open(byCertificate);
    await answer();
    const next = authority.client('bob');
    writeFileSync(file('client.crt'), next.certificate);
    clock.advance(10_000);
    expect(await answer()).toEqual({ user: 'ann' });
    writeFileSync(file('client.key'), next.key);
    clock.advance(10_000);
    expect(await answer()).toEqual({ user: 'bob' });
  });

  test('that goes away is used on; one that never was there, or is no pair, is a login that is needed', async () => {
    open(byCertificate);
    expect(await failureOf(transport.get('/'))).toMatch(/^unauthorized \/.* cannot be read: no such file or folder/);
    writePair({ ...authority.client('ann'), key: authority.client('bob').key });
    transport.wake();
    expect(await failureOf(transport.get('/'))).toMatch(/^unauthorized the client certificate cannot be used/);
    writePair(authority.client('ann'));
    transport.wake();
    expect(await answer()).toEqual({ user: 'ann' });
    rmSync(file('client.crt'));
    clock.advance(60_000);
    expect(await answer()).toEqual({ user: 'ann' });
  });

  test('goes after data in the kubeconfig', async () => {
    writePair(authority.client('ann'));
    const { certificate, key } = authority.client('bob');
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    open({ ...byCertificate, 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) });
    expect(await answer()).toEqual({ user: 'bob' });
  });
});

describe('an authority in a file', () => {
  test('that was rotated is the one that new connections are checked by', async () => {
    open({ token: 't' });
    await answer();
    writeFileSync(file('ca.crt'), other.certificate);
    clock.advance(10_000);
    expect(await failureOf(transport.get('/'))).toMatch(/^unreachable /);
    writeFileSync(file('ca.crt'), `${other.certificate}${authority.certificate}`);
    clock.advance(10_000);
    expect(await answer()).toEqual({ authorization: 'Bearer t' });
  });

  test('is checked against the name that the kubeconfig gives, unless it leaves the check out', async () => {
    open({ token: 't' }, { 'tls-server-name': 'localhost' });
    expect(await answer()).toEqual({ authorization: 'Bearer t' });
    await transport.close();
    open({ token: 't' }, { 'tls-server-name': 'elsewhere' });
    expect(await failureOf(transport.get('/'))).toMatch(/^unreachable .*elsewhere/);
    await transport.close();
    open({ token: 't' }, { 'certificate-authority': '', 'insecure-skip-tls-verify': true });
    expect(await answer()).toEqual({ authorization: 'Bearer t' });
  });
});

describe('a token in a file', () => {
  test('goes before the token beside it, trimmed, and is read again', async () => {
    writeFileSync(file('token'), ' one\n');
    open({ tokenFile: 'token', token: 'beside' });
    expect(await answer()).toEqual({ authorization: 'Bearer one' });
    writeFileSync(file('token'), 'two');
    expect(await answer()).toEqual({ authorization: 'Bearer one' });
    clock.advance(10_000);
    expect(await answer()).toEqual({ authorization: 'Bearer two' });
    for (const change of [() => writeFileSync(file('token'), '\n'), () => rmSync(file('token'))]) {
      change();
      clock.advance(10_000);
      expect(await answer()).toEqual({ authorization: 'Bearer two' });
    }
  });

  test('that is not there gives way to the token beside it, and is a login that is needed without one', async () => {
    open({ tokenFile: 'token', token: 'beside' });
    expect(await answer()).toEqual({ authorization: 'Bearer beside' });
    await transport.close();
    open({ tokenFile: 'token' });
    expect(await failureOf(transport.get('/'))).toMatch(/^unauthorized \/.* cannot be read: no such file or folder/);
  });
});
