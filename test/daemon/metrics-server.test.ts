import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lineLogger } from '../../src/daemon/logger.ts';
import { serveMetrics, type MetricsServer } from '../../src/daemon/metrics-server.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

const lines: string[] = [];
const log = lineLogger((line) => lines.push(line), 'info');
let server: MetricsServer | undefined;

beforeEach(async () => {
  lines.length = 0;
  server = await serveMetrics(0, () => 'navi_mirrors 1\n', log);
});
afterEach(() => server?.close());

function ask(path: string, options: { method?: string; host?: string } = {}): Promise<Answer> {
  const port = server?.port;
  return new Promise((resolve, reject) => {
    const headers = { host: options.host ?? `127.0.0.1:${port}` };
    const asked = request({ host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('the port for Prometheus', () => {
  test('answers with the metrics as they are now', async () => {
    const { status, headers, body } = await ask('/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toBe('navi_mirrors 1\n');
    expect(await ask('/metrics?name=x')).toMatchObject({ status: 200 });
    expect(await ask('/metrics', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  test.each(['localhost', 'LOCALHOST:9090', '127.0.0.1', '[::1]:9090'])('is served as %s', async (host) => {
    expect((await ask('/metrics', { host })).status).toBe(200);
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:80',
    'evil.example#localhost',
    '10.0.0.1',
  ])('tells nothing to a page that calls it %j', async (host) => {
    const { status, body } = await ask('/metrics', { host });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).not.toContain('navi_mirrors');
  });

  test.each([
    ['/', 'GET', 404],
    ['/metrics/', 'GET', 404],
    ['//metrics', 'GET', 404],
    ['/metrics', 'POST', 405],
    ['/metrics', 'DELETE', 405],
    ['/metrics', 'OPTIONS', 405],
  ])('has nothing else: %s by %s', async (path, method, expected) => {
    const { status, headers, body } = await ask(path, { method });
    expect(status).toBe(expected);
    expect(body).not.toContain('navi_mirrors');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test('that another program has is no reason to stop mirroring', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      expect(await serveMetrics(port, () => '', log)).toBeUndefined();
      expect(lines.join('')).toContain('metrics cannot be served');
      expect(lines.join('')).toContain('EADDRINUSE');
    } finally {
      other.close();
    }
  });

  test('is free again once it is closed, also while somebody is connected', async () => {
    await ask('/metrics');
    const port = server?.port ?? 0;
    server?.close();
    const again = await serveMetrics(port, () => '', log);
    expect(again?.port).toBe(port);
    again?.close();
  });
});
