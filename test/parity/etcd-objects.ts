import type { KubeObject } from '../../src/core/kube-object.ts';
import { callEtcd, putEtcdKey } from '../support/etcd-store.ts';

/** An object that goes into etcd as it is, past the validation of the server. */
export interface StoredObject {
  /** `plural`, or `plural.group`. */
  readonly type: string;
  readonly object: KubeObject;
}

/** Types whose keys in etcd do not begin with their plural. */
const folders: Readonly<Record<string, string>> = {
  replicationcontrollers: 'controllers',
  endpoints: 'services/endpoints',
  services: 'services/specs',
  nodes: 'minions',
  'ingresses.networking.k8s.io': 'ingress',
};

/** Groups whose objects lie below `<group>/<plural>`: those of custom resources. */
const isCustom = (type: string): boolean => type.endsWith('.example.com');

const parallelCount = 16;
const encode = (text: string): string => Buffer.from(text).toString('base64');
const decode = (text: string): string => Buffer.from(text, 'base64').toString();

function keyOf({ type, object }: StoredObject): string {
  const dot = type.indexOf('.');
  const plural = dot < 0 ? type : type.slice(0, dot);
  const folder = isCustom(type) ? `${type.slice(dot + 1)}/${plural}` : (folders[type] ?? plural);
  const { namespace, name } = object.metadata;
  return ['/registry', folder, ...(namespace === undefined ? [] : [namespace]), name].join('/');
}

/** Writes values by key, some at once. */
async function putAll(etcdUrl: string, values: readonly (readonly [key: string, text: string])[]): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let entry = values[next++]; entry !== undefined; entry = values[next++]) {
      await putEtcdKey({ etcdUrl }, entry[0], entry[1]);
    }
  };
  await Promise.all(Array.from({ length: parallelCount }, worker));
}

/** Puts objects into the etcd of a server that stores JSON; one without a uid gets one made from its place. */
export async function putIntoEtcd(etcdUrl: string, objects: readonly StoredObject[]): Promise<void> {
  const values = objects.map((stored, index): readonly [string, string] => {
    const uid = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    const { metadata } = stored.object;
    return [keyOf(stored), JSON.stringify({ ...stored.object, metadata: { uid, ...metadata } })];
  });
  await putAll(etcdUrl, values);
}

/** Ages that an object of a cluster may have (ms): from hours to years, none of them near a change of its text. */
const agesMs = [
  5.51, 11.5, 20.5, 40.5, 70.5, 120.5, 150.5, 300.5, 900.5, 4_000.5, 9_000.5, 16_000.5, 18_000.5, 26_290.5, 61_330.5,
  80_000.5,
].map((hours) => hours * 3_600_000);

/**
 * Gives every object that is younger than an hour an age of hours to years, so that its text stays the same while
 * commands are compared. The age follows from the key.
 */
export async function backDate(etcdUrl: string, nowMs: number): Promise<void> {
  const range = await callEtcd({ etcdUrl }, 'kv/range', { key: encode('/registry/'), range_end: encode('/registry0') });
  const { kvs } = range as { readonly kvs: readonly { readonly key: string; readonly value: string }[] };
  const values: (readonly [string, string])[] = [];
  for (const { key, value } of kvs) {
    const text = decode(value);
    // The first one is that of the metadata; replaced as text, so that no number changes.
    const created = /"creationTimestamp":"([^"]+)"/.exec(text)?.[1] ?? '';
    if (!(Math.abs(nowMs - Date.parse(created)) < 3_600_000)) continue;
    const place = Buffer.from(key).reduce((sum, byte) => (sum * 31 + byte) % 9_973, 7);
    const earlier = timeText(nowMs - (agesMs[place % agesMs.length] ?? 0));
    values.push([decode(key), text.replace(`"creationTimestamp":"${created}"`, `"creationTimestamp":"${earlier}"`)]);
  }
  await putAll(etcdUrl, values);
}

/** An instant as the server writes it: RFC 3339 in UTC, whole seconds. */
export function timeText(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
