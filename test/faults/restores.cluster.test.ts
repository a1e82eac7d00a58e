import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { compactEtcd, copyEtcd, etcdRevision, putEtcdKey, restoreEtcd } from '../support/etcd-store.ts';
import { MirroredCluster } from '../support/mirrored-cluster.ts';
import { mirrorFiles, withStore } from '../support/stored-mirror.ts';
import type { WrittenObject } from '../support/witnessed-writes.ts';

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

  /** Writes to etcd alone until the next revision is this one. */
  async function advanceTo(revision: number): Promise<void> {
    const { cluster } = mirrored;
    while ((await etcdRevision(cluster)) < revision - 1) await putEtcdKey(cluster, '/test/advance', 'x');
  }

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
      await advanceTo((await etcdRevision(cluster)) + revisionsAhead);
      await writes.create('latest');
      await mirrored.expectEqual();
      await mirrored.untilHealthy();
      const { timeline } = await mirrored.untilHealthy();

      await cluster.stopApiServer('SIGKILL');
      await restoreEtcd(cluster, copy);
      writes.goneBack();
      await rewriteTwin(original, Number(changed.metadata.resourceVersion));
      const fromAt = performance.now();
      await cluster.startApiServer();
      const reset = await status.until('the timeline is another one', (said) => said.timeline > timeline, 60_000);
      await mirrored.expectEqual();
      await mirrored.untilHealthy();
      const suspected = status.between(fromAt, reset.answeredAt).filter(({ health }) => health === 'healthy');
      expect(suspected).toEqual([]);
      expect(storedValue(mirrored.file, 'twin')).toBe('of the second history');
    },
  );

  /** Gives an object of the copy another content at a resourceVersion that it had in the first history as well. */
  async function rewriteTwin(original: WrittenObject, version: number): Promise<void> {
    const { cluster } = mirrored;
    await advanceTo(version);
    const { resourceVersion: _version, ...metadata } = original.metadata as Readonly<Record<string, unknown>>;
    const twin = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value: 'of the second history' } };
    await putEtcdKey(cluster, `/registry/configmaps/written/${String(metadata['name'])}`, JSON.stringify(twin));
    expect(await etcdRevision(cluster)).toBe(version);
  }

  test(
    '26: and has overtaken what was mirrored before navi can see it, is noticed by objects that are older than before',
    { timeout: 120_000 },
    async () => {
      const { cluster, writes, front, status } = mirrored;
      await writes.create('moved');
      const original = await writes.create('overtaken', 'of the first history');
      const copy = await copyEtcd(cluster, 'etcd-copy-for-overtaking');
      const changed = await writes.change('overtaken');
      await writes.change('moved');
      await mirrored.expectEqual();
      const { timeline } = await mirrored.untilHealthy();
      const revision = await etcdRevision(cluster);
      await front.leave();
      await cluster.stopApiServer('SIGKILL');
      await restoreEtcd(cluster, copy);
      await rewriteTwin(original, Number(changed.metadata.resourceVersion));
      await advanceTo(revision + revisionsAhead);
      await cluster.startApiServer();
      await front.return();
      await status.until('the timeline is another one', (said) => said.timeline > timeline, 60_000);
      await mirrored.expectEqual();
      await mirrored.untilHealthy();
      expect(storedValue(mirrored.file, 'overtaken')).toBe('of the second history');
    },
  );

  test(
    '25: with its revision raised and marked as compacted it expires what was mirrored, under the same API server',
    { timeout: 120_000 },
    async () => {
      const { cluster, writes } = mirrored;
      await writes.create('kept-again');
      const copy = await copyEtcd(cluster, 'etcd-copy-for-bump');
      await writes.change('kept-again');
      await writes.create('ghost-again');
      await mirrored.expectEqual();
      const revision = await etcdRevision(cluster);
      await restoreEtcd(cluster, copy);
      await advanceTo(revision + revisionsAhead);
      await compactEtcd(cluster);
      await writes.some('after-bump');
      await mirrored.expectEqual(90_000);
      await mirrored.untilHealthy();
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

function storedValue(file: string, name: string): unknown {
  return withStore(file, (database) =>
    database
      .prepare(`select json ->> '$.data.value' from object join body on body.object_id = object.id where key = ?`)
      .pluck()
      .get(`written/${name}`),
  );
}

function objectCount(file: string): unknown {
  return withStore(file, (database) => database.prepare('select count(*) from object').pluck().get());
}
