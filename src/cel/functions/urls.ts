import type { Environment } from '@marcbachmann/cel-js';
import { escapedPath, isRequestUrl, parseRequestUrl, queryValues, urlText, type GoUrl } from '../../core/go-url.ts';
import { celFailure } from './cel-failure.ts';

/** A URL within an expression. */
class CelUrl {
  readonly url: GoUrl;

  constructor(url: GoUrl) {
    this.url = url;
  }

  equals(other: unknown): boolean {
    return other instanceof CelUrl && urlText(other.url) === urlText(this.url);
  }
}

function url(text: string): CelUrl {
  const parsed = parseRequestUrl(text);
  if (parsed === undefined) throw celFailure(`${JSON.stringify(text)} is no URL`);
  return new CelUrl(parsed);
}

/** The name or address, without the brackets of one of IPv6, and the port. */
function hostParts(host: string): readonly [string, string] {
  const [, bracketed, plain = '', port = ''] = /^(?:\[(.*)\]|([^:]*))(?::(.*))?$/s.exec(host) ?? [];
  return [bracketed ?? plain, port];
}

/** Kubernetes' functions for URLs (apiserver 1.36). */
export function registerUrlFunctions(environment: Environment): void {
  const type = 'kubernetes.URL';
  const part = (name: string, of: (url: GoUrl) => unknown, returnType = 'string'): void => {
    environment.registerFunction(`${type}.${name}(): ${returnType}`, (value: CelUrl) => of(value.url));
  };
  environment
    .registerType(type, { ctor: CelUrl, fields: {} })
    .registerFunction('isURL(string): bool', isRequestUrl)
    .registerFunction(`url(string): ${type}`, url)
    .registerOperator(`${type} == ${type}`, (a: CelUrl, b: CelUrl) => a.equals(b));
  part('getScheme', ({ scheme }) => scheme);
  part('getHost', ({ host }) => host);
  part('getHostname', ({ host }) => hostParts(host)[0]);
  part('getPort', ({ host }) => hostParts(host)[1]);
  part('getEscapedPath', escapedPath);
  part('getQuery', (value) => Object.fromEntries(queryValues(value)), 'map<string, list<string>>');
}
