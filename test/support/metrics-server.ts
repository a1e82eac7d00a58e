import { join } from 'node:path';
import { registerApi } from './aggregated-server.ts';
import { ClusterProcess, takeFreePort } from './cluster-process.ts';
import { clusterProgram } from './cluster-programs.ts';
import { kubeletMetricsPath } from './kwok-stages.ts';
import type { RealCluster } from './real-cluster.ts';

/** The shortest that metrics-server 0.9 takes; the first rates need two of them. */
const resolution = '10s';

/** A running metrics-server behind the aggregator of a cluster. */
export interface MetricsServer {
  stop(): Promise<void>;
}

/**
 * Starts the real metrics-server for a cluster with kwok and these nodes. The aggregator has no certificate of its own here, so
 * that it asks as nobody: nobody is allowed what it passes on, after it has judged its own users.
 */
export async function startMetricsServer(cluster: RealCluster, nodes: readonly string[]): Promise<MetricsServer> {
  const port = await takeFreePort();
  for (const node of nodes)
    await cluster.kubectl([
      'annotate',
      'node',
      node,
      `metrics.k8s.io/resource-metrics-path=${kubeletMetricsPath(node)}`,
    ]);
  await allowNobody(cluster);
  const { kubeconfig, folder } = cluster;
  const program = new ClusterProcess(
    clusterProgram('metrics-server'),
    [
      `--kubeconfig=${kubeconfig}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      '--authentication-skip-lookup',
      `--authorization-kubeconfig=${kubeconfig}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${join(folder, 'metrics-server')}`,
      '--deprecated-kubelet-completely-insecure',
      `--kubelet-port=${cluster.kubeletPort}`,
      '--kubelet-preferred-address-types=InternalIP',
      `--metric-resolution=${resolution}`,
      '--kubelet-request-timeout=5s',
    ],
    join(folder, 'metrics-server.log'),
  );
  program.start();
  await registerApi(cluster, { group: 'metrics.k8s.io', version: 'v1beta1', service: 'metrics', port });
  const giveUpAt = performance.now() + 90_000;
  for (;;) {
    const { stdout } = await cluster.kubectl(['top', 'pods', '-A', '--no-headers']);
    if (stdout !== '') return { stop: () => program.stop() };
    if (performance.now() > giveUpAt || program.processId === undefined)
      throw new Error(`metrics-server measures nothing: ${program.logTail()}`);
  }
}

async function allowNobody(cluster: RealCluster): Promise<void> {
  const rbac = 'rbac.authorization.k8s.io';
  const metadata = { name: 'aggregator' };
  const rules = [
    { apiGroups: ['metrics.k8s.io'], resources: ['pods', 'nodes'], verbs: ['get', 'list'] },
    { nonResourceURLs: ['*'], verbs: ['get'] },
  ];
  const subjects = [{ kind: 'User', name: 'system:anonymous', apiGroup: rbac }];
  const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name: metadata.name };
  for (const [resource, body] of [
    ['clusterroles', { metadata, rules }],
    ['clusterrolebindings', { metadata, subjects, roleRef }],
  ] as const) {
    const { status, text } = await cluster.request(`/apis/${rbac}/v1/${resource}`, { method: 'POST', body });
    if (status !== 201) throw new Error(`POST ${resource}: ${status} ${text}`);
  }
}
