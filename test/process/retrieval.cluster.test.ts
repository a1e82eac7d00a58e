import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { installNavi, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';

interface Status {
  readonly clusters: readonly { readonly types: readonly { readonly type: string; readonly mode: string | null }[] }[];
}

const configuration = `
[retrieval."*"]
mode = "used"

[retrieval.secrets]
mode = "off"

[retrieval."leases.coordination.k8s.io"]
mode = "watch"

[retrieval.services]
mode = "poll"
interval = "1h"
`;

describe.skipIf(clusterProgramsMissing() !== undefined)(
  'policies of retrieval, of a real cluster',
  { timeout: 120_000 },
  () => {
    let cluster: RealCluster;
    let navi: NaviInstallation;

    const configMap = async (name: string, verb: 'POST' | 'DELETE' = 'POST'): Promise<void> => {
      const path = '/api/v1/namespaces/default/configmaps';
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { of: name } };
      const { status } = await cluster.request(verb === 'POST' ? path : `${path}/${name}`, {
        method: verb,
        ...(verb === 'POST' ? { body } : {}),
      });
      expect(status).toBeLessThan(300);
    };

    /** What navi prints is what kubectl prints now. */
    const equalsKubectl = async (...args: readonly string[]): Promise<void> => {
      const [own, kubectl] = [await navi.run(['get', ...args]), await cluster.kubectl(['get', ...args])];
      expect(own.stdout, own.stderr).toBe(kubectl.stdout);
      expect(own.code).toBe(0);
    };

    const requestsOf = async (plural: string): Promise<readonly string[]> => {
      const events = await cluster.auditEvents();
      return events.filter(({ requestURI }) => requestURI.includes(`/${plural}`)).map(({ requestURI }) => requestURI);
    };

    const startDaemon = async (): Promise<ReturnType<NaviInstallation['daemon']>> => {
      const daemon = navi.daemon();
      await daemon.waitFor('types are known', ({ msg }) => msg === 'discovered');
      return daemon;
    };

    beforeAll(async () => {
      cluster = await startRealCluster();
      navi = installNavi(cluster.kubeconfig);
      const folder = join(dirname(navi.dataDir), 'navi');
      mkdirSync(folder);
      writeFileSync(join(folder, 'config.toml'), configuration);
      for (let index = 0; index < 20; index += 1) await configMap(`c-${index}`);
    }, 120_000);

    afterAll(async () => {
      await navi.remove();
      await cluster.stop();
    });

    test('the first question waits for the list, later ones meet it, and a restart goes on where it was', async () => {
      const daemon = await startDaemon();
      await daemon.waitFor('services are listed', ({ msg, type }) => msg === 'listed' && type === 'services');
      await equalsKubectl('configmaps', '-A', '-o', 'name');
      await equalsKubectl('configmaps', '-n', 'default', '-o', 'yaml');
      await equalsKubectl('clusterroles', '-o', 'name');
      await configMap('later');
      const later = await navi.run(['wait', 'configmap/later', '--for=jsonpath={.data.of}=later', '--timeout=20s']);
      expect(later.stdout).toBe('configmap/later condition met\n');
      await equalsKubectl('configmaps', '-o', 'name');
      const lists = (): readonly string[] =>
        daemon.log().flatMap(({ msg, type }) => (msg === 'list' && type !== undefined ? [type] : []));
      expect(lists().filter((type) => type === 'configmaps')).toEqual(['configmaps']);
      expect(lists()).not.toContain('roles.rbac.authorization.k8s.io');
      expect(lists()).not.toContain('secrets');

      await daemon.kill('SIGTERM');
      await configMap('while-away');
      await configMap('c-0', 'DELETE');
      const again = await startDaemon();
      await equalsKubectl('configmaps', '-o', 'name');
      expect(again.log().filter(({ msg, type }) => msg === 'list' && type === 'configmaps')).toEqual([]);
      await again.kill('SIGTERM');
    });

    test('each type is kept as the configuration says', async () => {
      const daemon = await startDaemon();
      const { stderr, code } = await navi.run(['get', 'secrets']);
      expect(stderr).toMatch(/^error: secrets is not mirrored: off in the configuration\n/);
      expect(code).toBe(6);
      await equalsKubectl('services', '-A', '-o', 'name');
      await equalsKubectl('leases', '-A', '-o', 'name');
      const status = await navi.run(['status', '--all', '-o', 'json']);
      const [kept] = (JSON.parse(status.stdout) as Status).clusters;
      const modeOf = (name: string): unknown => kept?.types.find(({ type }) => type === name)?.mode;
      expect(['leases.coordination.k8s.io', 'services', 'secrets', 'nodes'].map(modeOf)).toEqual([
        'watching',
        'polling',
        null,
        'stopped',
      ]);
      await daemon.kill('SIGTERM');
      expect((await requestsOf('services')).filter((uri) => uri.includes('watch='))).toEqual([]);
      expect((await requestsOf('secrets')).filter((uri) => uri.includes('limit='))).toEqual([]);
    });
  },
);
