import { apiVersion } from '../../src/core/api-resource.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import type { RealCluster } from './real-cluster.ts';

/** The oracle of mirror tests: what the server has, and where two values differ. */
const pageSize = 500;

/** The type to list. */
export interface ListedType {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
}

interface ListPage {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly Omit<KubeObject, 'apiVersion' | 'kind'>[];
}

/** Parses JSON without losing a digit: an integer that a double cannot hold becomes a raw number. */
export function parseExactJson(text: string): unknown {
  // Below 16 digits every integer is safe, and a reviver takes ten times as long.
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
      ? JSON.rawJSON(source)
      : value,
  );
}

/**
 * Every object of a type with the content that `kubectl get -o json` prints: the items of the raw list, which carry
 * neither apiVersion nor kind, with both put first. In the server's order: namespace, then name.
 * @throws when a page is not answered with 200
 */
export async function serverObjects(
  cluster: Pick<RealCluster, 'request'>,
  type: ListedType,
): Promise<readonly KubeObject[]> {
  const root = type.group === '' ? '/api' : '/apis';
  const objects: KubeObject[] = [];
  let token = '';
  do {
    const query = `limit=${pageSize}&continue=${encodeURIComponent(token)}`;
    const path = `${root}/${apiVersion(type)}/${type.resource}?${query}`;
    const { status, text } = await cluster.request(path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
    const page = parseExactJson(text) as ListPage;
    for (const item of page.items)
      objects.push({ apiVersion: apiVersion(type), kind: type.kind, ...item } as KubeObject);
    token = page.metadata.continue ?? '';
  } while (token !== '');
  return objects;
}

function show(value: unknown): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value);
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}

function step(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function isComposite(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !JSON.isRawJSON(value);
}

function isSameScalar(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (JSON.isRawJSON(a) && JSON.isRawJSON(b) && JSON.stringify(a) === JSON.stringify(b));
}

/** The keys of both, those of `a` first. */
function keysOf(a: object, b: object): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}

/**
 * The first place where two JSON values differ, as `$.spec.containers[0].image: "a" / "b"`; undefined when there is
 * none. The order of keys does not count, an undefined member is an absent one, and numbers are compared exactly.
 */
export function deepDifference(a: unknown, b: unknown, path = '$'): string | undefined {
  if (!isComposite(a) || !isComposite(b) || Array.isArray(a) !== Array.isArray(b)) {
    return isSameScalar(a, b) ? undefined : `${path}: ${show(a)} / ${show(b)}`;
  }
  const isArray = Array.isArray(a);
  for (const key of keysOf(a, b)) {
    const difference = deepDifference(a[key], b[key], `${path}${isArray ? `[${key}]` : step(key)}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
