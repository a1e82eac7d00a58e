import { expect } from 'vitest';
import { advanceEtcd, etcdRevision, putEtcdKey } from '../support/etcd-store.ts';
import type { RealCluster } from '../support/real-cluster.ts';
import { withStore } from '../support/stored-mirror.ts';
import type { WrittenObject } from '../support/witnessed-writes.ts';

/**
 * Gives a ConfigMap of a restored etcd, whose API server is away, another content at the very resourceVersion at which
 * it was changed in the history that is lost.
 */
export async function rewriteTwin(
  cluster: RealCluster,
  original: WrittenObject,
  changed: WrittenObject,
): Promise<void> {
  const version = Number(changed.metadata.resourceVersion);
  await advanceEtcd(cluster, version - 1);
  const { resourceVersion: _version, ...metadata } = original.metadata;
  const twin = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value: 'of the second history' } };
  await putEtcdKey(cluster, `/registry/configmaps/${metadata.namespace}/${metadata.name}`, JSON.stringify(twin));
  expect(await etcdRevision(cluster)).toBe(version);
}

/** `data.value` of a stored ConfigMap. */
export function storedValue(file: string, key: string): unknown {
  return withStore(file, (database) =>
    database
      .prepare(`select json ->> '$.data.value' from object join body on body.object_id = object.id where key = ?`)
      .pluck()
      .get(key),
  );
}
