import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crdBody, crdName, crdType, type SampleCrd } from '../support/sample-crd.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';
import { TcpFront } from '../support/tcp-front.ts';
import { waitForCrd } from '../support/wait-for-crd.ts';

/** A context that the soak mirrors: a user of its own behind a front of its own. */
export interface SoakContext {
  readonly name: string;
  readonly front: TcpFront;
  /** `plural` or `plural.group` of what the user may read; undefined: everything. */
  readonly types: ReadonlySet<string> | undefined;
}

/** One control plane with controllers and kwok, three users that mirror it, and what rolls on it. */
export interface SoakCluster {
  readonly cluster: RealCluster;
  readonly contexts: readonly SoakContext[];
  /** A kubeconfig with every context; the first is the current one. */
  readonly kubeconfig: string;
  /** Deployments in the namespace `soak`. */
  readonly deployments: readonly string[];
  readonly replicaCount: number;
  stop(): Promise<void>;
}

/** The custom type that the soak churns. */
export const soakCrd: SampleCrd = {
  group: 'soak.example.test',
  singular: 'part',
  namespaced: true,
  extraFieldCount: 0,
};

/** Where the churned objects and the deployments are. */
export const soakNamespace = 'soak';

const readerTypes = ['pods', 'namespaces', 'configmaps', 'deployments.apps', 'replicasets.apps'];
const users = ['first', 'second', 'reader'] as const;
const nodeCount = 5;
const replicaCount = 100;

/**
 * Events die young: each restart of etcd begins their leases anew, so that with more than the time between two restarts
 * they would never die, and the objects of an hour would be the events of an hour.
 */
const apiServerFlags = ['--event-ttl=60s'];

/** Nobody plays the leases of the nodes, which must not make these unknown; the default rate takes minutes for 2,000 pods. */
const controllerFlags = ['--node-monitor-grace-period=24h', '--kube-api-qps=100', '--kube-api-burst=200'];

/** Starts it all; resolves when the deployments are made, long before their pods are. */
export async function startSoakCluster(podCount: number): Promise<SoakCluster> {
  const rbacUsers = users.map((name) => ({ name }));
  const cluster = await startRealCluster({ controllers: true, kwok: true, rbacUsers, apiServerFlags, controllerFlags });
  const fronts: TcpFront[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(fronts.map((front) => front.stop()));
    await cluster.stop();
  };
  try {
    await grant(cluster);
    for (const _user of users) fronts.push(await TcpFront.start(cluster.url));
    const contexts = users.map((name, index) => ({
      name,
      front: fronts[index] as TcpFront,
      types: name === 'reader' ? new Set(readerTypes) : undefined,
    }));
    await cluster.createNodes(nodeCount);
    await send(cluster, 'POST', '/api/v1/namespaces', { metadata: { name: soakNamespace } });
    await send(cluster, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crdBody(soakCrd));
    await waitForCrd(cluster, crdName(soakCrd), crdType(soakCrd));
    const deployments = Array.from({ length: Math.ceil(podCount / replicaCount) }, (_, index) => `roll-${index}`);
    for (const name of deployments) await send(cluster, 'POST', deploymentsPath, deployment(name));
    return { cluster, contexts, kubeconfig: writeKubeconfig(cluster, contexts), deployments, replicaCount, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where the deployments are. */
export const deploymentsPath = `/apis/apps/v1/namespaces/${soakNamespace}/deployments`;

async function send(cluster: RealCluster, method: string, path: string, body: unknown): Promise<void> {
  const { status, text } = await cluster.request(path, { method, body });
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
}

async function grant(cluster: RealCluster): Promise<void> {
  const group = 'rbac.authorization.k8s.io';
  const verbs = ['get', 'list', 'watch'];
  const everything = [
    { apiGroups: ['*'], resources: ['*'], verbs },
    { nonResourceURLs: ['*'], verbs: ['get'] },
  ];
  const some = readerTypes.map((type) => {
    const [resource, apiGroup = ''] = type.split('.');
    return { apiGroups: [apiGroup], resources: [resource], verbs };
  });
  for (const name of users) {
    const rules = name === 'reader' ? some : everything;
    await send(cluster, 'POST', `/apis/${group}/v1/clusterroles`, { metadata: { name: `soak-${name}` }, rules });
    await send(cluster, 'POST', `/apis/${group}/v1/clusterrolebindings`, {
      metadata: { name: `soak-${name}` },
      subjects: [{ kind: 'User', name, apiGroup: group }],
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: `soak-${name}` },
    });
  }
}

function deployment(name: string): object {
  const labels = { app: name };
  return {
    metadata: { name, labels },
    spec: {
      replicas: replicaCount,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [
            { name: 'main', image: `registry.example.test/${name}:1`, env: [{ name: 'ROLE', value: name }] },
            { name: 'side', image: 'registry.example.test/side:2' },
          ],
        },
      },
    },
  };
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: object }];
  readonly users: readonly [{ readonly user: object }];
}

function writeKubeconfig(cluster: RealCluster, contexts: readonly SoakContext[]): string {
  const parts = contexts.map(({ name, front }) => {
    const own = JSON.parse(readFileSync(cluster.kubeconfigFor({ name }), 'utf8')) as Kubeconfig;
    return {
      cluster: { name, cluster: { ...own.clusters[0].cluster, server: front.url } },
      user: { name, user: own.users[0].user },
      context: { name, context: { cluster: name, user: name } },
    };
  });
  const file = join(cluster.folder, 'soak.kubeconfig');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: parts.map((part) => part.cluster),
    users: parts.map((part) => part.user),
    contexts: parts.map((part) => part.context),
    'current-context': contexts[0]?.name,
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}
