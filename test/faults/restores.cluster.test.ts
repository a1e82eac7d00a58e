import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { advanceEtcd, copyEtcd, etcdRevision, restoreEtcd } from '../support/etcd-store.ts';
import { MirroredCluster } from '../support/mirrored-cluster.ts';
import { mirrorFiles, withStore } from '../support/stored-mirror.ts';
import { rewriteTwin, storedValue } from './twin.ts';

/** So many revisions more than the copy has: more than an API server writes when it starts. */
const revisionsAhead = 300;

describe.skipIf(clusterProgramsMissing() !== undefined)('a real cluster whose etcd goes back to an older copy', () => {
  let mirrored: MirroredCluster;

  beforeAll(async () => {
    mirrored = await MirroredCluster.start();
  }, 120_000);

  afterAll(async () => {
    await mirrored.stop();
  });

  test(
    '24, 79: is noticed by its revision; what came after the copy goes, and equal resourceVersions do not hide other contents',
    { timeout: 120_000 },
    async () => {
      const { cluster, writes, status } = mirrored;
      await writes.create('kept');
      await writes.create('deleted-later');
      const original = await writes.create('twin', 'of the first history');
      const copy = await copyEtcd(cluster);
      const changed = await writes.change('twin');
      await writes.create('ghost');
      await writes.remove('deleted-later');
      await writes.change('kept');
      await advanceEtcd(cluster, (await etcdRevision(cluster)) + revisionsAhead);
      await writes.create('latest');
      await mirrored.expectEqual();
      await mirrored.untilHealthy();
      const { timeline } = await mirrored.untilHealthy();

      await cluster.stopApiServer('SIGKILL');
      await restoreEtcd(cluster, copy);
      writes.goneBack();
      await rewriteTwin(cluster, original, changed);
      const fromAt = performance.now();
      await cluster.startApiServer();
      const reset = await status.until('the timeline is another one', (said) => said.timeline > timeline, 60_000);
      await mirrored.expectEqual();
      await mirrored.untilHealthy();
      const suspected = status.between(fromAt, reset.answeredAt).filter(({ health }) => health === 'healthy');
      expect(suspected).toEqual([]);
      expect(storedValue(mirrored.file, 'written/twin')).toBe('of the second history');
    },
  );

  test(
    '55: that turns out to be another cluster is mirrored anew, and the store of the first one is set aside as it was',
    { timeout: 120_000 },
    async () => {
      const { cluster, front, navi, file } = mirrored;
      const rowsBefore = objectCount(file);
      await front.leave();
      await Promise.all([cluster.stopApiServer('SIGKILL'), cluster.stopEtcd('SIGKILL')]);
      rmSync(cluster.etcdDataFolder, { recursive: true });
      await cluster.startEtcd();
      await cluster.startApiServer();
      await mirrored.prepareCluster();
      await mirrored.writes.some('of-the-other');
      await front.return();
      await mirrored.daemon.waitFor('it is noticed', ({ reason }) => reason === 'quarantined', 60_000);
      await mirrored.status.until('the fresh mirror is healthy', ({ health }) => health === 'healthy', 60_000);
      await mirrored.expectEqual();
      const aside = mirrorFiles(navi.dataDir, true);
      expect(aside).toHaveLength(1);
      expect(objectCount(aside[0] ?? '')).toBe(rowsBefore);
    },
  );
});

function objectCount(file: string): unknown {
  return withStore(file, (database) => database.prepare('select count(*) from object').pluck().get());
}
