import { posix } from 'node:path';
import { goQuote } from '../../core/go-quote.ts';

/** A path with its query as it is sent, or why Go's net/url does not take it, in Go's words. */
export type RawPath = { readonly ok: true; readonly path: string } | { readonly ok: false; readonly fault: string };

const scheme = /^[a-zA-Z][a-zA-Z\d+.-]*:/;

/**
 * Reads the value of `--raw` (kubectl 1.36): of a whole URL only what stands behind the host counts, what looks like a
 * host at the beginning of a path (`//name`) does not, and what is left is cleaned of `..`, `.` and doubled slashes.
 */
export function rawPath(raw: string): RawPath {
  const fault = faultOf(raw);
  if (fault !== undefined) return { ok: false, fault };
  const [whole = ''] = raw.split('#');
  const bare = whole.replace(scheme, '');
  const { path, query } = split(bare);
  const hasHost = path.startsWith('//') && (bare !== whole || !path.startsWith('///'));
  const withoutHost = hasHost ? path.replace(/^\/\/[^/]*/, '') : path;
  const rooted = posix.normalize(withoutHost.startsWith('/') ? withoutHost : '/');
  const { href, origin } = new URL(`http://server${rooted.replaceAll('\\', '%5C')}${query}`);
  return { ok: true, path: href.slice(origin.length) };
}

function split(text: string): { readonly path: string; readonly query: string } {
  const at = text.indexOf('?');
  return at < 0 ? { path: text, query: '' } : { path: text.slice(0, at), query: text.slice(at) };
}

function faultOf(raw: string): string | undefined {
  if (Array.from(raw).some((character) => character < ' ' || character === '\u007F')) {
    return 'net/url: invalid control character in URL';
  }
  if (!raw.startsWith('/') && !scheme.test(raw)) return 'invalid URI for request';
  const escape = /%(?![\da-fA-F]{2})[^]{0,2}/.exec(split(raw).path)?.[0];
  return escape === undefined ? undefined : `invalid URL escape ${goQuote(escape)}`;
}
