/** A URL as Go's net/url has it. */
export interface GoUrl {
  /** In lower case; empty for a path alone. */
  readonly scheme: string;
  /** `name:password@` without its last sign, as it was written; undefined where there is none. */
  readonly user: string | undefined;
  /** With its port. */
  readonly host: string;
  /** As it was written. Empty for what has no path (`mailto:a@b`). */
  readonly path: string;
  /** What stands behind a scheme without a slash. */
  readonly opaque: string;
  /** Without the question mark; undefined where there is none. */
  readonly query: string | undefined;
  /** Without the `#`; undefined where there is none, or nothing behind it. */
  readonly fragment: string | undefined;
}

/**
 * Reads what a request may be for, as Kubernetes' `url` function does: what `url.ParseRequestURI` takes, in the parts that
 * `url.Parse` finds (Go 1.26). Undefined for anything else.
 */
export function parseRequestUrl(text: string): GoUrl | undefined {
  const [before = '', ...behind] = text.split('#');
  // The first knows no fragment, the second does.
  return parse(text, true) === undefined ? undefined : withFragment(parse(before, false), behind.join('#'));
}

/** True where Kubernetes' `isURL` is: for `url.ParseRequestURI` (Go 1.26). */
export function isRequestUrl(text: string): boolean {
  return parse(text, true) !== undefined;
}

function withFragment(url: GoUrl | undefined, fragment: string): GoUrl | undefined {
  if (url === undefined || decoded(fragment) === undefined) return undefined;
  return fragment === '' ? url : { ...url, fragment };
}

function parse(text: string, isRequest: boolean): GoUrl | undefined {
  const blank = { scheme: '', user: undefined, host: '', path: '', opaque: '', query: undefined, fragment: undefined };
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(text) || (isRequest && text === '') || text.startsWith(':')) return undefined;
  if (text === '*') return { ...blank, path: '*' };
  const [, typedScheme = '', afterScheme = text] = /^([a-z][a-z\d+.-]*):(.*)$/is.exec(text) ?? [];
  const scheme = typedScheme.toLowerCase();
  const mark = afterScheme.indexOf('?');
  const query = mark < 0 ? undefined : afterScheme.slice(mark + 1);
  const rest = mark < 0 ? afterScheme : afterScheme.slice(0, mark);
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...blank, scheme, opaque: rest, query };
    if (isRequest || rest.split('/')[0]?.includes(':')) return undefined;
  }
  const hasHost = rest.startsWith('//') && (scheme !== '' || (!isRequest && !rest.startsWith('///')));
  const [, authority = '', path = ''] = hasHost ? (/^\/\/([^/]*)(.*)$/s.exec(rest) ?? []) : [undefined, '', rest];
  const place = parseAuthority(authority);
  return place === undefined || decoded(path) === undefined ? undefined : { ...blank, ...place, scheme, path, query };
}

function parseAuthority(authority: string): Pick<GoUrl, 'user' | 'host'> | undefined {
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? undefined : authority.slice(0, at);
  const host = parseHost(authority.slice(at + 1));
  const isUser = user === undefined || (/^[\w.~!$&'()*+,;=:%@-]*$/.test(user) && decoded(user) !== undefined);
  return host === undefined || !isUser ? undefined : { user, host };
}

/** The host with its port, and with what stood encoded in it. */
function parseHost(text: string): string | undefined {
  if (text.startsWith('[')) {
    const [, inner = '', port = ''] = /^\[([^\]]*)\](:\d*)?$/.exec(text) ?? [];
    const [, address = inner, zone] = /^(.*?)%25(.*)$/s.exec(inner) ?? [];
    const decodedZone = zone === undefined ? '' : decoded(zone);
    if (!process.getBuiltinModule('node:net').isIPv6(address) || address.includes('%') || decodedZone === undefined)
      return undefined;
    return `[${address}${zone === undefined ? '' : `%${decodedZone}`}]${port}`;
  }
  const colon = text.indexOf(':');
  if (colon >= 0 && !/^:\d*$/.test(text.slice(colon))) return undefined;
  // Of ASCII only what a host may hold as it is.
  if (/%[0-7]/.test(text) || /[^\w.~!$&'()*+,;=:[\]<>"%\u0080-\u{10ffff}-]/u.test(text)) return undefined;
  return decoded(text);
}

/** The bytes that a text with percent signs stands for; undefined where one is not followed by two hexadecimal digits. */
function decodedBytes(text: string): Buffer | undefined {
  if (/%(?![\da-f]{2})/i.test(text)) return undefined;
  const octets = Buffer.from(text).toString('latin1');
  const plain = octets.replaceAll(/%(..)/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}

function decoded(text: string): string | undefined {
  return decodedBytes(text)?.toString();
}

/** The path, with what may not stand in one by its number: as it was written where that may stand so. */
export function escapedPath({ path }: GoUrl): string {
  if (path === '*' || /^[\w.~!$&'()*+,;=:@[\]%/-]*$/.test(path)) return path;
  return Array.from(decodedBytes(path) ?? [], (byte) => {
    const character = String.fromCharCode(byte);
    return /[\w.~$&+,/:;=@-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

/** The values of a query by their keys, in order. What is wrong in it is left out. */
export function queryValues({ query = '' }: GoUrl): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const [key = '', ...rest] = pair.replaceAll('+', ' ').split('=');
    const [name, value] = [decoded(key), decoded(rest.join('='))];
    if (name === undefined || value === undefined) continue;
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return values;
}

/** The whole URL again, as Go writes it. */
export function urlText(url: GoUrl): string {
  const { scheme, user, host, opaque, query, fragment } = url;
  const prefix = scheme === '' ? '' : `${scheme}:`;
  const hasPlace = scheme !== '' || host !== '' || user !== undefined;
  const slashes = hasPlace && (host !== '' || url.path !== '' || user !== undefined) ? '//' : '';
  const place = opaque === '' ? `${slashes}${user === undefined ? '' : `${user}@`}${host}${escapedPath(url)}` : opaque;
  return `${prefix}${place}${query === undefined ? '' : `?${query}`}${fragment === undefined ? '' : `#${fragment}`}`;
}
