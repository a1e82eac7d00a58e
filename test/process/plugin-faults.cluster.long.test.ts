import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boundToken, createObject } from '../support/bound-token.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { execScript, isRunning, type ExecScript } from '../support/exec-script.ts';
import { installNavi, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';
import { mirrorFiles, untilEqual } from '../support/stored-mirror.ts';
import { TcpFront } from '../support/tcp-front.ts';

const soon = { timeout: 120_000, interval: 300 };
const rbac = 'rbac.authorization.k8s.io';

interface ClusterSaid {
  readonly health: string;
  readonly reason: string;
  readonly lastError: string | null;
}

describe.skipIf(clusterProgramsMissing() !== undefined)(
  '48: a plugin that fails where a real token was revoked',
  () => {
    let cluster: RealCluster;
    let front: TcpFront;
    let plugin: ExecScript;
    let navi: NaviInstallation;

    const create = async (at: string, body: object): Promise<unknown> => await createObject(cluster, at, body);

    /** The token is worth nothing any more, and every stream has to be opened again. */
    async function revoke(name: string): Promise<void> {
      await cluster.request(`/api/v1/namespaces/default/secrets/${name}`, { method: 'DELETE' });
      await create('/api/v1/namespaces/default/configmaps', { metadata: { name: `after-${name}` } });
      front.cut();
    }

    async function said(): Promise<ClusterSaid> {
      const { stdout } = await navi.run(['status', '-o', 'json']);
      return (JSON.parse(stdout) as { clusters: ClusterSaid[] }).clusters[0] as ClusterSaid;
    }

    const health = async (): Promise<string> => {
      const { health: is, reason } = await said();
      return `${is} ${reason}`;
    };

    const lastError = async (): Promise<string | null> => (await said()).lastError;

    const untilMirrored = async (): Promise<void> => {
      await expect.poll(health, soon).toBe('healthy none');
      await untilEqual(cluster, mirrorFiles(navi.dataDir)[0] ?? '');
    };

    beforeAll(async () => {
      cluster = await startRealCluster();
      front = await TcpFront.start(cluster.url);
      plugin = execScript();
      await create('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'robot' } });
      await create(`/apis/${rbac}/v1/clusterrolebindings`, {
        metadata: { name: 'robot' },
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'cluster-admin' },
        subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'default' }],
      });
      await create('/api/v1/namespaces/default/configmaps', { metadata: { name: 'first' } });
      plugin.gives(await boundToken(cluster, 'robot', 'one'));
      const kubeconfig = join(cluster.folder, 'plugin.kubeconfig');
      const document = {
        clusters: [{ name: 'one', cluster: { server: front.url, 'certificate-authority': cluster.caFile } }],
        users: [{ name: 'robot', user: plugin.userEntry }],
        contexts: [{ name: 'one', context: { cluster: 'one', user: 'robot' } }],
        'current-context': 'one',
      };
      writeFileSync(kubeconfig, JSON.stringify(document));
      navi = installNavi(kubeconfig);
      await navi.daemon().waitFor('it has found the types', ({ msg }) => msg === 'discovered', 90_000);
    }, 180_000);

    afterAll(async () => {
      await navi.remove();
      plugin.remove();
      await front.stop();
      await cluster.stop();
    });

    test('is told with what it wrote, and is run again later and later', { timeout: 400_000 }, async () => {
      await untilMirrored();
      expect(plugin.runs).toHaveLength(1);
      plugin.does('echo "Error: the session has expired" >&2; exit 3');
      await revoke('one');
      await expect.poll(health, soon).toBe('unhealthy auth-needed');
      await expect.poll(lastError, soon).toMatch(/failed with exit code 3: Error: the session has expired/);
      // What was mirrored is answered on.
      expect((await navi.run(['get', 'configmaps', 'first'])).code).toBe(0);
      const runsBefore = plugin.runs.length;
      expect(runsBefore).toBeLessThanOrEqual(5);
      plugin.gives(await boundToken(cluster, 'robot', 'two'));
      await untilMirrored();
      expect(plugin.runs).toHaveLength(runsBefore + 1);
    });

    test('by hanging is killed after a minute with all it started, one at a time', { timeout: 400_000 }, async () => {
      await untilMirrored();
      const runsBefore = plugin.runs.length;
      const child = join(plugin.folder, 'child');
      plugin.does('sleep 1000 & echo $! > "$folder/child"; wait');
      await revoke('two');
      await expect.poll(() => existsSync(child), soon).toBe(true);
      const startedAt = performance.now();
      const sleeper = Number(readFileSync(child, 'utf8'));
      await expect.poll(() => isRunning(sleeper), soon).toBe(false);
      expect(performance.now() - startedAt).toBeGreaterThan(50_000);
      expect(plugin.runs).toHaveLength(runsBefore + 1);
      await expect.poll(health, soon).toBe('unhealthy auth-needed');
      await expect.poll(lastError, soon).toContain('did not end within 60 s');
      plugin.gives(await boundToken(cluster, 'robot', 'three'));
      await untilMirrored();
    });
  },
);
