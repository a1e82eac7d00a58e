import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { loadPods } from '../support/load.ts';
import { installNavi, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';
import { mirrorFiles, untilEqual, withStore } from '../support/stored-mirror.ts';

describe.skipIf(clusterProgramsMissing() !== undefined)('a restart of the real API server', () => {
  let cluster: RealCluster;
  let navi: NaviInstallation;
  const file = (): string => mirrorFiles(navi.dataDir)[0] ?? '';

  beforeAll(async () => {
    cluster = await startRealCluster({});
    navi = installNavi(cluster.kubeconfig);
    await loadPods(cluster, { count: 300, namespaces: ['default', 'shop'] });
  }, 200_000);

  afterAll(async () => {
    await navi.remove();
    await cluster.stop();
  });

  test(
    'status tells the truth while it is away, and what changed meanwhile arrives by a metadata-first list',
    { timeout: 120_000 },
    async () => {
      const daemon = navi.daemon();
      await daemon.waitFor('pods are listed', (line) => line.msg === 'listed' && line.type === 'pods');
      // The new server's cache begins at the store's revision: pods expire because something else changed after them.
      await cluster.kubectl(['create', 'configmap', 'unrelated']);
      await untilEqual(cluster, file());
      await cluster.stopApiServer('SIGKILL');
      await daemon.waitFor('the outage is noticed', (line) => line.reason === 'disconnected');
      const status = await navi.run(['status', '-o', 'json']);
      expect(podsOf(status.stdout)).toMatchObject({ health: 'unhealthy', reason: 'disconnected' });
      expect((await navi.run(['get', 'pods', '-n', 'shop', '-o', 'name'])).stderr).toContain(
        'the cluster cannot be reached',
      );
      const seenBefore = daemon.log().length;
      await cluster.startApiServer();
      await cluster.kubectl(['delete', 'pod', '-n', 'shop', '--force', '--grace-period=0', 'pod-00001', 'pod-00003']);
      await cluster.kubectl(['label', 'pod', '-n', 'default', 'pod-00002', 'touched=yes']);
      const again = (line: { readonly msg: string; readonly type?: string }): boolean =>
        line.msg === 'listed' && line.type === 'pods';
      await daemon.waitFor('pods are listed again', () => daemon.log().slice(seenBefore).some(again), 60_000);
      await untilEqual(cluster, file());
      const relists = daemon
        .log()
        .slice(seenBefore)
        .filter((line) => line.msg === 'list');
      expect(relists.find((line) => line.type === 'pods')).toMatchObject({ reason: 'expired', style: 'metadata' });
      expect(relists.filter((line) => line.type === 'pods').length).toBe(1);
      expect(tombstones(file())).toEqual(['shop/pod-00001', 'shop/pod-00003']);
      expect((await daemon.kill('SIGTERM')).code).toBe(0);
    },
  );
});

function podsOf(status: string): unknown {
  const { clusters } = JSON.parse(status) as { clusters: { types: { type: string }[] }[] };
  return clusters[0]?.types.find((type) => type.type === 'pods');
}

function tombstones(file: string): unknown {
  return withStore(file, (database) =>
    database
      .prepare(
        `select key from tombstone join resource_type on resource_type.id = type_id where resource = 'pods' and api_group = '' order by key`,
      )
      .pluck()
      .all(),
  );
}
