import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { loadPods, loadVariety } from '../support/load.ts';
import { installNavi, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';

describe.skipIf(clusterProgramsMissing() !== undefined)('navi export of a real cluster', () => {
  let cluster: RealCluster;
  let navi: NaviInstallation;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'navi-test-'));
    cluster = await startRealCluster();
    navi = installNavi(cluster.kubeconfig);
    await loadVariety(cluster, { count: 120 });
    await loadPods(cluster, { count: 20, namespaces: ['default'] });
  }, 600_000);

  afterAll(async () => {
    await navi.remove();
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const tree = (): ReadonlyMap<string, string> =>
    new Map(
      globSync('**/*', { cwd: folder })
        .filter((file) => statSync(join(folder, file)).isFile())
        .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
    );

  async function exported(): Promise<ReadonlyMap<string, string>> {
    expect(await navi.run(['sync', '--once'])).toMatchObject({ code: 0 });
    expect(await navi.run(['export', '-o', 'yaml', '--to', folder])).toMatchObject({ code: 0 });
    return tree();
  }

  /** What the parts of a cluster write all the time. */
  async function renewLeases(): Promise<void> {
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'beat', namespace: 'default' },
    };
    const path = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
    expect((await cluster.request(path, { method: 'POST', body: lease })).status).toBe(201);
  }

  test('is the same, byte for byte, while nobody changes anything, though leases are renewed', async () => {
    const first = await exported();
    expect(first.size).toBeGreaterThan(100);
    await renewLeases();
    expect(await exported()).toEqual(first);
  });

  test('is what kubectl finds no difference in', async () => {
    const diff = await cluster.kubectl(['diff', '-R', '-f', folder]);
    expect(diff).toMatchObject({ stdout: '', code: 0 });
  });
});
