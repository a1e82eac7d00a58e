import { createServer as createPlainServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectionFault } from '../../src/kube/connection-words.ts';
import { RequestFailed, type Failure } from '../../src/kube/failure.ts';
import { Transport } from '../../src/kube/transport.ts';
import { parseKubeconfig } from '../../src/kubeconfig/parse-kubeconfig.ts';
import { resolveContext } from '../../src/kubeconfig/resolve-context.ts';
import { makeAuthority, type Authority } from '../support/certificates.ts';

let authority: Authority;
let stranger: Authority;
let plain: Server;
let secure: Server;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function listening(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

beforeAll(async () => {
  [authority, stranger] = [makeAuthority(), makeAuthority()];
  const { certificate: cert, key } = authority.server();
  plain = await listening(createPlainServer((_request, response) => response.end('{}')));
  secure = await listening(createServer({ cert, key }, (_request, response) => response.end('{}')));
});

afterAll(async () => {
  for (const server of [plain, secure]) await new Promise((resolve) => server.close(resolve));
  authority.remove();
  stranger.remove();
});

/** What a request to a cluster whose entry has these fields ends with. */
async function failureOf(cluster: Readonly<Record<string, string>>): Promise<Failure> {
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: '' } }],
    clusters: [{ name: 'c', cluster }],
  };
  const transport = new Transport(resolveContext(parseKubeconfig(JSON.stringify(config), 'kubeconfig'), undefined), {
    env: {},
  });
  try {
    await transport.get('/');
  } catch (error) {
    if (error instanceof RequestFailed) return error.failure;
    throw error;
  } finally {
    await transport.close();
  }
  throw new Error('it was answered');
}

const https = (server: Server): string => `https://127.0.0.1:${portOf(server)}`;
const pem = ({ certificate }: Authority): string => Buffer.from(certificate).toString('base64');

describe('a server that cannot be used is told in words:', () => {
  test('one whose authority the kubeconfig does not name, with what to check', async () => {
    expect(await failureOf({ server: https(secure), 'certificate-authority-data': pem(stranger) })).toMatchObject({
      class: 'unreachable',
      message: expect.stringMatching(
        /^no authority that the kubeconfig names signed the server’s certificate \([A-Z_]+\)$/,
      ),
      hint: expect.stringContaining('certificate-authority'),
    });
  });

  test('one whose certificate is for other names', async () => {
    const cluster = { 'certificate-authority-data': pem(authority), 'tls-server-name': 'elsewhere.example' };
    expect(await failureOf({ server: https(secure), ...cluster })).toMatchObject({
      message: expect.stringMatching(
        /^the server’s certificate is for other names: .*elsewhere\.example.* \(ERR_TLS_CERT/,
      ),
      hint: expect.stringContaining('tls-server-name'),
    });
  });

  test('one that speaks no TLS', async () => {
    expect(await failureOf({ server: https(plain) })).toMatchObject({
      message: expect.stringMatching(/^the server speaks no TLS \(/),
    });
  });

  test('one whose authority is in a file that is not there', async () => {
    expect(await failureOf({ server: https(secure), 'certificate-authority': '/nowhere/ca.crt' })).toMatchObject({
      message: '/nowhere/ca.crt, which the kubeconfig names, cannot be read: no such file or folder (ENOENT)',
      hint: expect.stringContaining('kubeconfig'),
    });
  });

  test('one that is not there, also under a name of several addresses', async () => {
    const refused = await failureOf({ server: 'http://127.0.0.1:1' });
    expect(refused).toMatchObject({ message: 'nothing listens at 127.0.0.1:1 (ECONNREFUSED)' });
    expect(refused.hint).toBeUndefined();
    const { message } = await failureOf({ server: 'http://localhost:1' });
    expect(message).toMatch(/^nothing listens at .*:1 \(ECONNREFUSED\)$/);
  });

  test.each([
    [{ code: 'ENOTFOUND', hostname: 'k8s.example' }, 'the name k8s.example is not known (ENOTFOUND)'],
    [
      { code: 'EAI_AGAIN', hostname: 'k8s.example' },
      'the name k8s.example cannot be looked up: no name server answers (EAI_AGAIN)',
    ],
    [{ code: 'EHOSTUNREACH', address: '10.0.0.1', port: 443 }, 'there is no way to 10.0.0.1:443 (EHOSTUNREACH)'],
    [{ code: 'ECONNRESET' }, 'the connection was cut (ECONNRESET)'],
    [{ code: 'CERT_HAS_EXPIRED' }, 'the server’s certificate has expired (CERT_HAS_EXPIRED)'],
    [
      { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' },
      'the server ends the TLS handshake: it may not take the client certificate (ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED)',
    ],
    [{ code: 'ODD' }, 'as it was'],
  ])('%j', (fields, message) => {
    expect(connectionFault(Object.assign(new Error('as it was'), fields)).message).toBe(message);
  });
});
