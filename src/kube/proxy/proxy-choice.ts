import { BlockList, isIP } from 'node:net';

/** A proxy on the way to a server. */
export interface Proxy {
  readonly scheme: 'http' | 'https' | 'socks5';
  readonly host: string;
  readonly port: number;
  /** Empty where it asks for none. */
  readonly username: string;
  readonly password: string;
}

const defaultPorts = { http: 80, https: 443, socks5: 1080 } as const;

/**
 * The proxy that a server is reached by: the one that the kubeconfig names, else what the environment says, as Go's
 * http.ProxyFromEnvironment reads it; undefined for none.
 * @param proxyUrl from the kubeconfig, or empty
 */
export function proxyFor(server: URL, proxyUrl: string, env: NodeJS.ProcessEnv): Proxy | undefined {
  if (proxyUrl !== '') return parseProxy(proxyUrl);
  const of = (name: string): string => env[name.toUpperCase()] || env[name] || '';
  const named = of(server.protocol === 'https:' ? 'https_proxy' : 'http_proxy');
  if (named === '' || isExempt(server, of('no_proxy'))) return undefined;
  // The environment may leave the scheme away.
  return parseProxy(named.includes('://') ? named : `http://${named}`);
}

/** Undefined for what is no URL of a known scheme. */
function parseProxy(text: string): Proxy | undefined {
  const url = URL.parse(text);
  const scheme = url?.protocol.replace(/^socks5h?:$/, 'socks5:').slice(0, -1);
  if (url === null || (scheme !== 'http' && scheme !== 'https' && scheme !== 'socks5')) return undefined;
  return {
    scheme,
    host: bareHost(url),
    port: url.port === '' ? defaultPorts[scheme] : Number(url.port),
    username: decoded(url.username),
    password: decoded(url.password),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The host without the brackets of an IPv6 address. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** The port of a server, where its URL leaves it to the scheme too. */
export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

/** Loopback, and what NO_PROXY lists: `*`, hosts, `.domains`, addresses and CIDR blocks, each with a port or without. */
function isExempt(server: URL, noProxy: string): boolean {
  const host = bareHost(server).toLowerCase();
  if (host === 'localhost' || (isIP(host) !== 0 && isWithin(host, isIP(host) === 6 ? '::1/128' : '127.0.0.0/8'))) {
    return true;
  }
  const entries = noProxy.split(',').map((entry) => entry.trim().toLowerCase());
  return entries.some((entry) => entry !== '' && fits(entry, host, portOf(server)));
}

function fits(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isWithin(host, entry);
  const [, name = entry, ownPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(isIP(entry) === 0 ? entry : `[${entry}]`) ?? [];
  if (ownPort !== undefined && Number(ownPort) !== port) return false;
  const domain = name.replace(/^\*/, '');
  if (domain.startsWith('.')) return host.endsWith(domain);
  return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`));
}

function isWithin(host: string, block: string): boolean {
  const [address = '', bits = ''] = block.split('/');
  const family = isIP(address);
  const prefix = Number(bits);
  if (family === 0 || family !== isIP(host) || !/^\d+$/.test(bits) || prefix > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(address, prefix, type);
  return list.check(host, type);
}
