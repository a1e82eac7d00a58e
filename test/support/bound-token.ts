import type { RealCluster } from './real-cluster.ts';

/** Makes an object by a POST to `path`; returns the server's answer. @throws where it is not made */
export async function createObject(cluster: RealCluster, path: string, body: object): Promise<Record<string, unknown>> {
  const { status, text } = await cluster.request(path, { method: 'POST', body });
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

/** A token of a service account of `default` that is good for an hour, or as long as the Secret that it makes under `name`. */
export async function boundToken(cluster: RealCluster, account: string, name: string): Promise<string> {
  const secret = await createObject(cluster, '/api/v1/namespaces/default/secrets', { metadata: { name } });
  const { uid } = secret['metadata'] as { uid: string };
  const boundObjectRef = { kind: 'Secret', apiVersion: 'v1', name, uid };
  const made = await createObject(cluster, `/api/v1/namespaces/default/serviceaccounts/${account}/token`, {
    spec: { audiences: ['https://localhost'], expirationSeconds: 3_600, boundObjectRef },
  });
  return (made['status'] as { token: string }).token;
}
