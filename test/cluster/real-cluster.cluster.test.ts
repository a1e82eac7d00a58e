import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { churn } from '../support/churn.ts';
import { deepDifference, serverObjects } from '../support/compare.ts';
import { loadPods, loadVariety } from '../support/load.ts';
import { clusterProgramsMissing, kubernetesVersion } from '../support/cluster-programs.ts';
import { type RealCluster, startRealCluster } from '../support/real-cluster.ts';

const namespaceBody = (name: string): unknown => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

function isRunning(processId: number): boolean {
  return existsSync(`/proc/${processId}`);
}

describe.skipIf(clusterProgramsMissing() !== undefined)('real cluster', () => {
  let cluster: RealCluster;
  beforeAll(async () => {
    cluster = await startRealCluster({ audit: true, rbacUsers: [{ name: 'guest', groups: ['visitors'] }] });
  });
  afterAll(() => cluster.stop());

  test('kubectl and the server are of the version that go.mod names', async () => {
    const { stdout, code } = await cluster.kubectl(['version', '--output=json']);
    expect(code).toBe(0);
    const versions = JSON.parse(stdout) as Record<string, { gitVersion: string }>;
    expect(versions['clientVersion']?.gitVersion).toBe(kubernetesVersion());
    expect(versions['serverVersion']?.gitVersion).toBe(kubernetesVersion());
  });

  test('a request acts as the administrator and shows in the audit log', async () => {
    const created = await cluster.request('/api/v1/namespaces', { method: 'POST', body: namespaceBody('audited') });
    expect(created.status).toBe(201);
    const events = await cluster.auditEvents();
    const event = events.find(({ verb, objectRef }) => verb === 'create' && objectRef?.name === 'audited');
    expect(event).toMatchObject({
      stage: 'ResponseComplete',
      requestURI: '/api/v1/namespaces',
      user: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
      responseStatus: { code: 201 },
    });
  });

  test('kubectl reads standard input', async () => {
    const stdin = JSON.stringify(namespaceBody('piped'));
    const { stdout, stderr, code } = await cluster.kubectl(['create', '--filename=-'], { stdin });
    expect({ stdout, stderr, code }).toEqual({ stdout: 'namespace/piped created\n', stderr: '', code: 0 });
  });

  test('kubectl says what it says by default', async () => {
    const byDefault = { LANG: '' };
    for (const line of [
      'create --help',
      'scale --help',
      'label namespace default',
      'get nosuch',
      'get namespaces default -o=nosuch',
    ]) {
      const said = await cluster.kubectl(line.split(' '));
      expect(said).toEqual(await cluster.kubectl(line.split(' '), { env: byDefault }));
      expect(said.stdout + said.stderr).not.toBe('');
    }
  });

  test('each extra user sees what its role allows', async () => {
    const pods = (user: string, namespace: string): Promise<number> =>
      cluster
        .kubectl(['get', 'pods', '--namespace', namespace], { kubeconfig: cluster.kubeconfigFor({ name: user }) })
        .then(({ code }) => code);
    expect(await pods('viewer', 'kube-system')).toBe(0);
    expect(await pods('limited', 'default')).toBe(0);
    expect(await pods('limited', 'kube-system')).toBe(1);
    expect(await pods('nobody', 'default')).toBe(1);
    const secrets = await cluster.kubectl(['get', 'secrets'], {
      kubeconfig: cluster.kubeconfigFor({ name: 'viewer' }),
    });
    expect(secrets.stderr).toContain('secrets is forbidden: User "viewer" cannot list resource "secrets"');
  });

  test('a user of the options has the groups given there', async () => {
    const kubeconfig = cluster.kubeconfigFor({ name: 'guest' });
    const { stdout } = await cluster.kubectl(['auth', 'whoami', '--output=json'], { kubeconfig });
    const review = JSON.parse(stdout) as { status: { userInfo: unknown } };
    expect(review.status.userInfo).toMatchObject({ username: 'guest', groups: ['visitors', 'system:authenticated'] });
    expect(() => cluster.kubeconfigFor({ name: 'stranger' })).toThrow('not in the token file');
  });

  test('a load of pods makes them with status, managed fields and the size of real ones', async () => {
    const counts = await loadPods(cluster, { count: 24, namespaces: ['load-a', 'load-b'] });
    expect([...counts]).toEqual([['pods', 24]]);
    const { text } = await cluster.request('/api/v1/namespaces/load-b/pods');
    const pods = (JSON.parse(text) as { items: { status: { phase: string }; metadata: { managedFields: unknown } }[] })
      .items;
    expect(pods.map(({ status }) => status.phase)).toContain('Running');
    const managedFieldsLengths = pods.map(({ metadata }) => JSON.stringify(metadata.managedFields).length);
    expect(Math.min(...managedFieldsLengths)).toBeGreaterThan(7_000);
    expect(text.length / pods.length).toBeGreaterThan(13_000);
    expect(text.length / pods.length).toBeLessThan(16_000);
  });

  test('a load of variety makes at least 40 built-in types and 5 custom ones', async () => {
    const counts = await loadVariety(cluster, { count: 80 });
    const types = [...counts.keys()];
    expect(types.filter((name) => name.endsWith('.example.test'))).toHaveLength(5);
    expect(types.length).toBeGreaterThan(45);
    const { stdout } = await cluster.kubectl(['get', 'gears.machines.example.test', '-A', '--output=name']);
    expect(stdout.trim().split('\n')).toHaveLength(counts.get('gears.machines.example.test') ?? -1);
  });

  test('a churn answers every request and logs what the server has afterwards', async () => {
    const log = await churn(cluster, { seed: 5, perSecond: 100, durationMs: 3_000 });
    expect(log.failures).toEqual([]);
    expect(log.createdCount).toBeGreaterThan(20);
    expect(log.updatedCount).toBeGreaterThan(20);
    expect(log.deletedCount).toBeGreaterThan(0);
    const type = { group: 'apiextensions.k8s.io', version: 'v1', resource: 'customresourcedefinitions' };
    const definitions = await serverObjects(cluster, { ...type, kind: 'CustomResourceDefinition' });
    const left = log.crdsCreated.filter((name) => !log.crdsDeleted.includes(name));
    const churned = definitions.map(({ metadata }) => metadata.name).filter((name) => name.includes('.churn5.'));
    expect(churned).toEqual(left.toSorted());
  });

  test('the objects of the server equal those of kubectl', async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'compared' }, data: { key: 'value' } };
    await cluster.request('/api/v1/namespaces/default/configmaps', { method: 'POST', body });
    const type = { group: '', version: 'v1', resource: 'configmaps', kind: 'ConfigMap' };
    const objects = await serverObjects(cluster, type);
    const args = ['get', 'configmaps', '--all-namespaces', '--output=json', '--show-managed-fields'];
    const printed = JSON.parse((await cluster.kubectl(args)).stdout) as { items: unknown };
    expect(deepDifference(objects, printed.items)).toBeUndefined();
    expect(objects.map(({ metadata }) => metadata.name)).toContain('compared');
  });

  test('objects outlive a restart of the API server and a killed etcd', async () => {
    await cluster.request('/api/v1/namespaces', { method: 'POST', body: namespaceBody('lasting') });
    await cluster.stopApiServer();
    await expect(cluster.request('/readyz')).rejects.toThrow('ECONNREFUSED');
    await cluster.stopEtcd('SIGKILL');
    await cluster.startEtcd();
    await cluster.startApiServer();
    const { status } = await cluster.request('/api/v1/namespaces/lasting');
    expect(status).toBe(200);
  });
});

describe.skipIf(clusterProgramsMissing('controllers') !== undefined)('real cluster with controllers and kwok', () => {
  test('a deployment rolls out and stop leaves neither a process nor a file', async () => {
    const cluster = await startRealCluster({ controllers: true, kwok: true });
    const processIds = cluster.processIds();
    try {
      expect(processIds).toHaveLength(5);
      await cluster.createNodes(1);
      await cluster.kubectl(['create', 'deployment', 'web', '--image=web:1', '--replicas=2']);
      const wait = ['wait', '--for=condition=Available', 'deployment/web', '--timeout=20s'];
      expect(await cluster.kubectl(wait)).toMatchObject({ code: 0, stdout: 'deployment.apps/web condition met\n' });
    } finally {
      await cluster.stop();
    }
    expect(processIds.filter(isRunning)).toEqual([]);
    expect(existsSync(cluster.folder)).toBe(false);
  });
});

describe.skipIf(clusterProgramsMissing() !== undefined)('real cluster of a process that dies', () => {
  test('etcd and the API server end when the process that started them is killed', async () => {
    const module = JSON.stringify(join(import.meta.dirname, '..', 'support', 'real-cluster.ts'));
    const script = `const { startRealCluster } = await import(${module});
      const { folder, processIds } = await startRealCluster();
      console.log(JSON.stringify({ folder, processIds: processIds() }));`;
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const { folder, processIds } = JSON.parse(line.toString()) as { folder: string; processIds: readonly number[] };
    expect(processIds.filter(isRunning)).toHaveLength(2);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    // The kernel ends them at once, but init may take a moment to reap them.
    for (let attempt = 0; attempt < 100 && processIds.some(isRunning); attempt += 1) await pause(50);
    expect(processIds.filter(isRunning)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
