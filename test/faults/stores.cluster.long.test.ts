import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { copyEtcd, deleteEtcdKey, etcdRevision, putEtcdKey, restoreEtcd } from '../support/etcd-store.ts';
import { MirroredCluster } from '../support/mirrored-cluster.ts';
import { stateOf } from '../support/status-recorder.ts';

const revisionsAhead = 300;

describe.skipIf(clusterProgramsMissing() !== undefined)('an etcd that does what it must not', () => {
  let mirrored: MirroredCluster;

  beforeAll(async () => {
    mirrored = await MirroredCluster.start();
  }, 120_000);

  afterAll(async () => {
    await mirrored.stop();
  });

  async function advanceTo(revision: number): Promise<void> {
    const { cluster } = mirrored;
    while ((await etcdRevision(cluster)) < revision) await putEtcdKey(cluster, '/test/advance', 'x');
  }

  test(
    '78: holds an object that cannot be decoded: rows of its type stay, the type is called faulty, no other type notices',
    { timeout: 300_000 },
    async () => {
      const { cluster, status, writes } = mirrored;
      const path = '/api/v1/namespaces/default/limitranges';
      for (const name of ['first', 'second']) {
        await cluster.request(path, { method: 'POST', body: { metadata: { name }, spec: { limits: [] } } });
      }
      await mirrored.expectEqual();
      await mirrored.untilHealthy();
      const fromAt = performance.now();
      await putEtcdKey(cluster, '/registry/limitranges/default/garbage', 'this is no object');
      const faulty = await status.until(
        'the type is called faulty',
        (said) => stateOf(said, 'limitranges').includes(' unhealthy '),
        120_000,
      );
      expect(faulty.types.find(({ type }) => type === 'limitranges')?.objectCount).toBe(2);
      await writes.some('beside-garbage');
      await pause(20_000);
      expect(status.sequence('configmaps', fromAt)).toEqual(['watching healthy none']);
      await deleteEtcdKey(cluster, '/registry/limitranges/default/garbage');
      await mirrored.untilHealthy(120_000);
      await mirrored.expectEqual(60_000);
    },
  );

  test(
    '73: is restored under a running API server, whose old cache is called what it is until another server has come',
    { timeout: 900_000 },
    async () => {
      const { cluster, status, writes } = mirrored;
      await writes.create('kept');
      const copy = await copyEtcd(cluster);
      await writes.create('ghost');
      await advanceTo((await etcdRevision(cluster)) + revisionsAhead);
      await writes.create('latest');
      await mirrored.expectEqual();
      await mirrored.untilHealthy();
      await restoreEtcd(cluster, copy);
      writes.goneBack();
      const confirmed = mirrored.confirm();
      await status.until('it is noticed', ({ health, reason }) => health === 'unhealthy' && reason === 'etcd', 60_000);
      const noticedAt = performance.now();
      await pause(30_000);
      const said = status.between(noticedAt, performance.now());
      expect(said.filter(({ health }) => health === 'healthy')).toEqual([]);
      await cluster.stopApiServer('SIGKILL');
      await cluster.startApiServer();
      await mirrored.expectEqual(420_000);
      await mirrored.untilHealthy(120_000);
      await confirmed;
    },
  );
});
