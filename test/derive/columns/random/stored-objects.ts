import type { JsonObject } from '../../../../src/core/json.ts';
import type { KubeObject } from '../../../../src/core/kube-object.ts';
import type { RealCluster } from '../../../support/real-cluster.ts';

/** Objects written straight into etcd, past everything that the API server checks. */

/** Types whose keys in etcd do not begin with their plural. */
const storageFolders: Readonly<Record<string, string>> = {
  replicationcontrollers: 'controllers',
  endpoints: 'services/endpoints',
  services: 'services/specs',
  nodes: 'minions',
  'ingresses.networking.k8s.io': 'ingress',
  'apiservices.apiregistration.k8s.io': 'apiregistration.k8s.io/apiservices',
  'customresourcedefinitions.apiextensions.k8s.io': 'apiextensions.k8s.io/customresourcedefinitions',
};

const customGroup = 'example.com';

/** An object and its type as `plural.group`. */
export interface StoredObject {
  readonly type: string;
  readonly object: JsonObject & KubeObject;
}

/** Below this many bytes and operations a transaction passes etcd's limits. */
const transactionBytes = 700_000;
const transactionOperations = 128;

const encode = (text: string): string => Buffer.from(text).toString('base64');

function storageKey({ type, object }: StoredObject): string {
  const [plural = '', ...group] = type.split('.');
  const custom = group.join('.') === customGroup ? `${customGroup}/${plural}` : undefined;
  const { namespace, name } = object.metadata;
  const place = namespace === undefined ? [] : [namespace];
  return ['/registry', custom ?? storageFolders[type] ?? plural, ...place, name].join('/');
}

async function send(cluster: RealCluster, operations: readonly JsonObject[]): Promise<void> {
  const body = JSON.stringify({ success: operations });
  const answer = await fetch(`${cluster.etcdUrl}/v3/kv/txn`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`etcd refuses ${operations.length} operations: ${await answer.text()}`);
}

/** Sends the operations in their order, several to a transaction, whose keys must differ. */
async function sendAll(cluster: RealCluster, operations: readonly JsonObject[]): Promise<void> {
  let batch: JsonObject[] = [];
  let byteCount = 0;
  for (const operation of operations) {
    const length = JSON.stringify(operation).length;
    if (batch.length === transactionOperations || byteCount + length > transactionBytes) {
      await send(cluster, batch);
      batch = [];
      byteCount = 0;
    }
    batch.push(operation);
    byteCount += length;
  }
  if (batch.length > 0) await send(cluster, batch);
}

/**
 * Writes every object under the key that the API server would give it. Custom resources are of example.com. The last
 * object has a revision of its own: a server that has seen it has seen the others, which share theirs.
 */
export async function putObjects(cluster: RealCluster, objects: readonly StoredObject[]): Promise<void> {
  const operations = objects.map((stored) => ({
    requestPut: { key: encode(storageKey(stored)), value: encode(JSON.stringify(stored.object)) },
  }));
  await sendAll(cluster, operations.slice(0, -1));
  await sendAll(cluster, operations.slice(-1));
}

/** Removes what `putObjects` wrote. */
export async function removeObjects(cluster: RealCluster, objects: readonly StoredObject[]): Promise<void> {
  const operations = objects.map((stored) => ({ requestDeleteRange: { key: encode(storageKey(stored)) } }));
  await sendAll(cluster, operations);
}
