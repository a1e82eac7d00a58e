import { resourceName } from '../../src/core/api-resource.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import type { RealCluster } from './real-cluster.ts';
import { crdBody, crdName, crdType, type SampleCrd } from './sample-crd.ts';
import { collectionPath, sampleObject, sampleTypes, type SampleType } from './sample-objects.ts';
import { samplePod, samplePodStatus } from './sample-pod.ts';
import { waitForCrd } from './wait-for-crd.ts';

/** Fills a cluster with many objects, over many connections at once. */
const connectionCount = 24;

/** How many objects were made, by `plural.group`. */
export type LoadCounts = ReadonlyMap<string, number>;

/** Told about every twentieth of a load. */
export type ReportProgress = (line: string) => void;

interface LoadOptions {
  readonly count: number;
  readonly report?: ReportProgress | undefined;
}

/** A load of pods, spread evenly over namespaces, which are made where they are missing. */
export interface PodLoad extends LoadOptions {
  readonly namespaces: readonly string[];
}

async function expectStatus(client: ApiClient, method: string, path: string, body: unknown): Promise<void> {
  const { status, text } = await client.request(path, { method, body });
  if (status >= 300 && !(status === 409 && text.includes('AlreadyExists'))) {
    throw new Error(`${method} ${path}: ${status} ${text}`);
  }
}

/** Runs the work for 0 … count - 1, `connectionCount` at once, and reports each twentieth of it. */
async function forEachIndex(what: string, options: LoadOptions, work: (index: number) => Promise<void>): Promise<void> {
  const { count, report } = options;
  const every = Math.max(1, Math.ceil(count / 20));
  let next = 0;
  let doneCount = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await work(index);
      doneCount += 1;
      if (doneCount % every === 0 || doneCount === count) report?.(`${what}: ${doneCount} of ${count}`);
    }
  };
  await Promise.all(Array.from({ length: connectionCount }, worker));
}

async function withClient<T>(cluster: RealCluster, work: (client: ApiClient) => Promise<T>): Promise<T> {
  const { url, caFile, adminToken } = cluster;
  const client = createApiClient({ url, caFile, token: adminToken, connectionCount });
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

/** Makes namespaces; one that is there already stays as it is. */
export async function ensureNamespaces(client: Pick<ApiClient, 'request'>, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    const { status, text } = await client.request('/api/v1/namespaces', { method: 'POST', body });
    if (status !== 201 && status !== 409) throw new Error(`cannot create namespace ${name}: ${status} ${text}`);
  }
}

/**
 * Makes two-container pods named `pod-00000` … of about 14 KB each as JSON: a POST, then a PUT of the status, by two
 * field managers as in a real cluster. 10,000 take 20 to 60 s on two cores, nearly all of it the API server.
 */
export function loadPods(cluster: RealCluster, options: PodLoad): Promise<LoadCounts> {
  const { count, namespaces } = options;
  return withClient(cluster, async (client) => {
    await ensureNamespaces(client, namespaces);
    await forEachIndex('pods', options, async (index) => {
      const name = `pod-${String(index).padStart(5, '0')}`;
      const path = `/api/v1/namespaces/${namespaces[index % namespaces.length] ?? 'default'}/pods`;
      const body = samplePod(name, index);
      await expectStatus(client, 'POST', `${path}?fieldValidation=Ignore&fieldManager=kube-controller-manager`, body);
      const withStatus = { ...body, status: samplePodStatus(index) };
      await expectStatus(
        client,
        'PUT',
        `${path}/${name}/status?fieldValidation=Ignore&fieldManager=kubelet`,
        withStatus,
      );
    });
    return new Map([['pods', count]]);
  });
}

const varietyNamespaces = ['variety-0', 'variety-1', 'variety-2', 'variety-3'] as const;

const varietyCrds: readonly SampleCrd[] = ['widget', 'gadget', 'sprocket', 'lever', 'gear'].map((singular, index) => ({
  group: index < 3 ? 'example.test' : 'machines.example.test',
  singular,
  namespaced: index % 2 === 0,
  extraFieldCount: index,
}));

/** Which type each of `count` objects has: every type at least once, then by weight. */
function assignTypes(types: readonly SampleType[], count: number): readonly SampleType[] {
  const byWeight = types.flatMap((type) => Array.from({ length: type.weight - 1 }, () => type));
  const rest = Array.from(
    { length: Math.max(0, count - types.length) },
    (_, index) => byWeight[index % byWeight.length],
  );
  return [...types, ...rest].slice(0, count).filter((type) => type !== undefined);
}

function typeName(type: SampleType): string {
  return resourceName({ group: type.apiVersion === 'v1' ? '' : (type.apiVersion.split('/')[0] ?? ''), ...type });
}

/**
 * Makes objects of more than 40 built-in types and of 5 custom ones in four namespaces; with a count below the number
 * of types only some types get one. The counts hold the custom resource definitions too.
 */
export function loadVariety(cluster: RealCluster, options: LoadOptions): Promise<LoadCounts> {
  return withClient(cluster, async (client) => {
    await ensureNamespaces(client, varietyNamespaces);
    for (const crd of varietyCrds) {
      await expectStatus(client, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crdBody(crd));
    }
    for (const crd of varietyCrds) await waitForCrd(client, crdName(crd), crdType(crd));
    const assigned = assignTypes([...sampleTypes, ...varietyCrds.map(crdType)], options.count);
    const counts = new Map([['customresourcedefinitions.apiextensions.k8s.io', varietyCrds.length]]);
    await forEachIndex('objects', { ...options, count: assigned.length }, async (index) => {
      const type = assigned[index];
      if (type === undefined) return;
      const namespace = varietyNamespaces[index % varietyNamespaces.length] ?? 'default';
      const name = `sample-${String(index).padStart(4, '0')}`;
      await expectStatus(client, 'POST', collectionPath(type, namespace), sampleObject(type, name, index, namespace));
      counts.set(typeName(type), (counts.get(typeName(type)) ?? 0) + 1);
    });
    return counts;
  });
}
