import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { plainMessageOf } from '../errors/plain-words.ts';
import type { Logger } from './logger.ts';

/** What listens for Prometheus. */
export interface MetricsServer {
  /** The port that it listens on. */
  readonly port: number;
  close(): void;
}

/** More scrapers at once than this are not served. */
const maxConnections = 16;

/** Longest time for a request to come (ms). */
const requestTimeoutMs = 5_000;

/** The text format of Prometheus. */
const contentType = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Answers `GET /metrics` on 127.0.0.1. Only requests that name this machine as their host are answered, so that no web page can read
 * the metrics through a name that it has pointed here.
 * @param port 0 for any that is free
 * @param text the metrics as they are now
 * @returns undefined where the port cannot be had: the log says so, and mirroring goes on
 */
export async function serveMetrics(port: number, text: () => string, log: Logger): Promise<MetricsServer | undefined> {
  const server = createServer({ requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs });
  server.maxConnections = maxConnections;
  server.on('request', (request, response) => answer(request, response, text));
  try {
    const listening = await listen(server, port);
    log.info('metrics are served', { port: listening });
    return {
      port: listening,
      close: () => {
        server.close();
        server.closeAllConnections();
      },
    };
  } catch (error) {
    log.error('metrics cannot be served', { error: plainMessageOf(error) });
    return undefined;
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function answer(request: IncomingMessage, response: ServerResponse, text: () => string): void {
  if (!isLoopbackName(request.headers.host ?? '')) return refuse(response, 403, 'this host is not served\n');
  if ((request.url ?? '').split('?')[0] !== '/metrics') return refuse(response, 404, 'GET /metrics is all there is\n');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return refuse(response, 405, 'GET /metrics is all there is\n');
  }
  response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : text());
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(why);
}

/** Whether a Host header names the loopback interface, with or without a port. */
function isLoopbackName(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host);
}
