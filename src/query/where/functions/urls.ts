import type { Environment } from '@marcbachmann/cel-js';
import { celFailure } from './cel-failure.ts';

/** An address of the web within an expression. */
class CelUrl {
  readonly url: URL;
  readonly text: string;

  constructor(text: string) {
    this.text = text;
    this.url = parsed(text);
  }
}

/** A path alone is one as well, of no host. */
const nowhere = 'path://';

function parsed(text: string): URL {
  if (!URL.canParse(text) && !text.startsWith('/')) throw celFailure(`${JSON.stringify(text)} is no URL`);
  return new URL(text.startsWith('/') ? `${nowhere}${text}` : text);
}

function isUrl(text: string): boolean {
  return URL.canParse(text) || text.startsWith('/');
}

function queryOf({ url }: CelUrl): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries([...new Set(url.searchParams.keys())].map((key) => [key, url.searchParams.getAll(key)]));
}

/** The port as it was written: Node leaves out that of the scheme. */
function portOf({ text }: CelUrl): string {
  const [, port = ''] = /^[^/]*\/\/[^/?#]*:(\d+)(?:[/?#]|$)/.exec(text) ?? [];
  return port;
}

const hostnameOf = ({ url }: CelUrl): string => (url.href.startsWith(`${nowhere}/`) ? '' : url.hostname);

/** Kubernetes' functions for URLs (apiserver 1.36). */
export function registerUrlFunctions(environment: Environment): void {
  environment
    .registerType('kubernetes.URL', { ctor: CelUrl, fields: {} })
    .registerFunction('isURL(string): bool', isUrl)
    .registerFunction('url(string): kubernetes.URL', (text: string) => new CelUrl(text))
    .registerOperator('kubernetes.URL == kubernetes.URL', (a: CelUrl, b: CelUrl) => a.text === b.text)
    .registerFunction('kubernetes.URL.getScheme(): string', ({ text, url }: CelUrl) =>
      text.startsWith('/') ? '' : url.protocol.slice(0, -1),
    )
    .registerFunction('kubernetes.URL.getHost(): string', (url: CelUrl) => {
      const port = portOf(url);
      return port === '' ? hostnameOf(url) : `${hostnameOf(url)}:${port}`;
    })
    .registerFunction('kubernetes.URL.getHostname(): string', (url: CelUrl) =>
      hostnameOf(url).replaceAll(/^\[|\]$/g, ''),
    )
    .registerFunction('kubernetes.URL.getPort(): string', portOf)
    .registerFunction('kubernetes.URL.getEscapedPath(): string', ({ url }: CelUrl) => url.pathname)
    .registerFunction('kubernetes.URL.getQuery(): map<string, list<string>>', queryOf);
}
