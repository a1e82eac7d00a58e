import type { Environment } from '@marcbachmann/cel-js';
import { celFailure } from './cel-failure.ts';

/** An address of the web within an expression, its parts as they were written. */
class CelUrl {
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;

  constructor(text: string) {
    const parts = urlParts(text);
    if (parts === undefined) throw celFailure(`${JSON.stringify(text)} is no URL`);
    [this.scheme, this.host, this.port, this.path, this.query] = parts;
    this.text = text;
  }
}

const absolute =
  /^([a-z][a-z\d+.-]*):\/\/(?:[^/?#@]*@)?(\[[\da-f:.]+\]|[^/?#:[\]]*)(?::(\d*))?(\/[^?#]*)?(?:\?([^#]*))?(?:#.*)?$/i;
const pathAlone = /^()()()(\/[^?#]*)(?:\?([^#]*))?$/;

/** Scheme, host, port, path and query; undefined for what Go's url.ParseRequestURI refuses. */
function urlParts(text: string): readonly [string, string, string, string, string] | undefined {
  // What is no hexadecimal behind a per cent sign, and what no request may have.
  if (/%(?![\da-f]{2})|\p{Cc}/iu.test(text)) return undefined;
  const found = absolute.exec(text) ?? pathAlone.exec(text);
  if (found === null) return undefined;
  const [, scheme = '', host = '', port = '', path = '', query = ''] = found;
  return /\s/.test(host) ? undefined : [scheme.toLowerCase(), host, port, path, query];
}

const withPort = ({ host, port }: CelUrl): string => (port === '' ? host : `${host}:${port}`);

/** The path with what may not stand in one by its number. */
function escaped(path: string): string {
  return path.replaceAll(/[^\w~!$&'()*+,;=:@/.%-]/gu, (character) => encodeURIComponent(character));
}

function queryOf({ query }: CelUrl): Readonly<Record<string, readonly string[]>> {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries([...new Set(parameters.keys())].map((key) => [key, parameters.getAll(key)]));
}

/** Kubernetes' functions for URLs (apiserver 1.36). */
export function registerUrlFunctions(environment: Environment): void {
  environment
    .registerType('kubernetes.URL', { ctor: CelUrl, fields: {} })
    .registerFunction('isURL(string): bool', (text: string) => urlParts(text) !== undefined)
    .registerFunction('url(string): kubernetes.URL', (text: string) => new CelUrl(text))
    .registerOperator('kubernetes.URL == kubernetes.URL', (a: CelUrl, b: CelUrl) => a.text === b.text)
    .registerFunction('kubernetes.URL.getScheme(): string', ({ scheme }: CelUrl) => scheme)
    .registerFunction('kubernetes.URL.getHost(): string', withPort)
    .registerFunction('kubernetes.URL.getHostname(): string', ({ host }: CelUrl) => host.replaceAll(/^\[|\]$/g, ''))
    .registerFunction('kubernetes.URL.getPort(): string', ({ port }: CelUrl) => port)
    .registerFunction('kubernetes.URL.getEscapedPath(): string', ({ path }: CelUrl) => escaped(path))
    .registerFunction('kubernetes.URL.getQuery(): map<string, list<string>>', queryOf);
}
