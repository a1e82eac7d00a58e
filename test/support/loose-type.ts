import { parseJson } from '../../src/core/canonical-json.ts';
import { type JsonObject, asArray, asObject } from '../../src/core/json.ts';
import { type RealCluster, startRealCluster } from './real-cluster.ts';
import { waitForCrd } from './wait-for-crd.ts';

const group = 'loose.example.com';

/** A custom type without a schema, `things`, for objects of every shape. */
export const looseType = `things.${group}`;

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: looseType },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

/** A cluster that serves things. Its namespaces need not exist. */
export interface LooseCluster extends RealCluster {
  /** Writes a thing past the API server, with these members beside those that every object has. */
  putThing(namespace: string, name: string, members: JsonObject): Promise<void>;
  /** The things of a namespace as the API server lists them, each with its apiVersion and kind. */
  things(namespace: string): Promise<readonly JsonObject[]>;
}

/** Resolves when things can be listed. */
export async function startLooseCluster(): Promise<LooseCluster> {
  const cluster = await startRealCluster();
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const { status, text } = await cluster.request(path, { method: 'POST', body: definition });
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
  const type = { apiVersion: `${group}/v1`, resource: 'things', kind: 'Thing', namespaced: true };
  await waitForCrd(cluster, looseType, { ...type, weight: 1, content: () => ({}) });
  return {
    ...cluster,
    putThing: (namespace, name, members) => putThing(cluster.etcdUrl, { namespace, name }, members),
    things: async (namespace) => {
      const list = await cluster.request(`/apis/${group}/v1/namespaces/${namespace}/things`);
      return asArray(asObject(parseJson(list.text))['items']).map(asObject);
    },
  };
}

async function putThing(
  etcdUrl: string,
  key: { readonly namespace: string; readonly name: string },
  members: JsonObject,
): Promise<void> {
  const { namespace, name } = key;
  const metadata = {
    name,
    namespace,
    uid: `${namespace}-${name}`,
    creationTimestamp: '2024-01-01T00:00:00Z',
    ...asObject(members['metadata']),
  };
  const object = { apiVersion: `${group}/v1`, kind: 'Thing', ...members, metadata };
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  const path = `/registry/${group}/things/${namespace}/${name}`;
  const body = JSON.stringify({ key: encode(path), value: encode(JSON.stringify(object)) });
  const answer = await fetch(`${etcdUrl}/v3/kv/put`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`cannot put ${path}: ${await answer.text()}`);
}
