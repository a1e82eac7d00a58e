import type { AccessAttempt } from './access-rules.ts';

/** What a request is about, read from its method, path and query alone, whether that is served or not. */
export type RequestTarget = ResourceTarget | PathTarget;

/** An object, or all of a type. */
export interface ResourceTarget extends AccessAttempt {
  readonly about: 'resource';
  readonly version: string;
  /** True when the path names one object; `name` may also come from a field selector. */
  readonly single: boolean;
}

/** Anything else: discovery, health, version. */
interface PathTarget {
  readonly about: 'path';
  readonly verb: string;
  readonly path: string;
}

const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** How the API server reads a boolean: present means true, unless it says `0` or `false`. */
export function queryFlag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}

/** The one name that a field selector asks for, as the API server's request info knows it. */
function selectedName(query: URLSearchParams): string {
  const match = /^metadata\.name==?([^,!=]+)$/.exec(query.get('fieldSelector') ?? '');
  return match?.[1] ?? '';
}

function verbOf(method: string, single: boolean, query: URLSearchParams): string {
  if (method === 'GET' || method === 'HEAD') {
    if (queryFlag(query, 'watch')) return 'watch';
    return single ? 'get' : 'list';
  }
  return method === 'DELETE' && !single ? 'deletecollection' : (verbs[method] ?? method.toLowerCase());
}

/** Splits off the namespace. `namespaces/<name>` itself, and its subresources, are of the type `namespaces`. */
function splitNamespace(parts: readonly string[]): readonly [namespace: string, rest: readonly string[]] {
  const [first, second = '', third] = parts;
  if (first !== 'namespaces' || second === '') return ['', parts];
  const ofNamespaceItself = third === undefined || ((third === 'status' || third === 'finalize') && parts.length === 3);
  return [second, ofNamespaceItself ? parts : parts.slice(2)];
}

/** Reads a request. `path` is without query and still percent-encoded. */
export function requestTarget(method: string, path: string, query: URLSearchParams): RequestTarget {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const [root] = parts;
  const depth = root === 'api' ? 2 : 3;
  if ((root !== 'api' && root !== 'apis') || parts.length <= depth) {
    return { about: 'path', verb: method === 'GET' ? 'get' : method.toLowerCase(), path };
  }
  const group = root === 'api' ? '' : (parts[1] ?? '');
  const version = parts[depth - 1] ?? '';
  const [namespace, [resource = '', name = '', ...subresource]] = splitNamespace(parts.slice(depth));
  const single = name !== '';
  return {
    about: 'resource',
    verb: verbOf(method, single, query),
    group,
    version,
    resource,
    subresource: subresource.join('/'),
    namespace,
    name: single ? name : selectedName(query),
    single,
  };
}
