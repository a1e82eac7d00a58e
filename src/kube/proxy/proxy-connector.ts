import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { SocksClient } from 'socks';
import { buildConnector } from 'undici';
import { connectionFault } from '../connection-words.ts';
import { failure, RequestFailed } from '../failure.ts';
import { bareHost, portOf, type Proxy } from './proxy-choice.ts';

/** How connections are made: TLS options as node:tls takes them, and the bounds of a connection. */
export interface ConnectionOptions {
  readonly tls: Readonly<Record<string, unknown>>;
  /** Until a connection stands, each part of the way for itself (ms). */
  readonly timeoutMs: number;
  /** Silence after which the kernel asks whether the other side still lives (ms). */
  readonly keepAliveMs: number;
}

/** A connector of undici that goes to the server by `proxy`, or straight where there is none. */
export function connectorBy(proxy: Proxy | undefined, options: ConnectionOptions): buildConnector.connector {
  const straight = buildConnector({
    ...options.tls,
    allowH2: false,
    timeout: options.timeoutMs,
    keepAlive: true,
    keepAliveInitialDelay: options.keepAliveMs,
  });
  if (proxy === undefined) return straight;
  return (target, callback) => {
    const server = new URL(`${target.protocol}//${target.host ?? target.hostname}`);
    tunnel(proxy, server, options).then(
      (socket) => {
        if (target.protocol === 'https:') straight({ ...target, httpSocket: socket }, callback);
        else callback(null, socket);
      },
      (error: unknown) => callback(error as Error, null),
    );
  };
}

/** A connection through a proxy to a server. @throws RequestFailed (unreachable), never with a password in it */
async function tunnel(proxy: Proxy, server: URL, options: ConnectionOptions): Promise<Socket> {
  try {
    const socket = await (proxy.scheme === 'socks5' ? bySocks : byConnect)(proxy, server, options.timeoutMs);
    socket.setKeepAlive(true, options.keepAliveMs);
    socket.setNoDelay(true);
    return socket;
  } catch (error) {
    const at = `${proxy.host}:${proxy.port}`;
    throw new RequestFailed({
      ...failure('unreachable', `proxy ${at}: ${connectionFault(error).message}`),
      hint: 'check proxy-url of the cluster in the kubeconfig, or HTTPS_PROXY',
    });
  }
}

async function bySocks(proxy: Proxy, server: URL, timeoutMs: number): Promise<Socket> {
  const { socket } = await SocksClient.createConnection({
    proxy: {
      host: proxy.host,
      port: proxy.port,
      type: 5,
      ...(proxy.username === '' ? {} : { userId: proxy.username, password: proxy.password }),
    },
    command: 'connect',
    // The proxy looks the name up: only it may know it (Go does so for socks5 as for socks5h).
    destination: { host: bareHost(server), port: portOf(server) },
    timeout: timeoutMs,
  });
  return socket;
}

function byConnect(proxy: Proxy, server: URL, timeoutMs: number): Promise<Socket> {
  const authority = `${server.hostname}:${portOf(server)}`;
  const authorization = proxyAuthorization(proxy);
  const send = proxy.scheme === 'https' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send({
      host: proxy.host,
      port: proxy.port,
      method: 'CONNECT',
      path: authority,
      agent: false,
      headers: { host: authority, ...(authorization === '' ? {} : { 'proxy-authorization': authorization }) },
    });
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    request.once('connect', (response, socket, head) => {
      clearTimeout(timer);
      if (response.statusCode !== 200) {
        socket.destroy();
        reject(new Error(`refuses the way to ${authority} (HTTP ${response.statusCode})`));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    // An answer without a connection: only to CONNECT is there none.
    request.once('response', (response) => {
      response.destroy();
      reject(new Error(`refuses the way to ${authority} (HTTP ${response.statusCode})`));
    });
    request.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    request.end();
  });
}

/** Value of Proxy-Authorization, or empty. */
export function proxyAuthorization({ username, password }: Proxy): string {
  if (username === '') return '';
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
