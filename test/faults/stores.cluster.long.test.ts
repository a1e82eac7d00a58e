import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import {
  advanceEtcd,
  copyEtcd,
  deleteEtcdKey,
  etcdRevision,
  putEtcdKey,
  restoreEtcd,
  restoreEtcdRaised,
} from '../support/etcd-store.ts';
import { MirroredCluster } from '../support/mirrored-cluster.ts';
import { stateOf } from '../support/status-recorder.ts';
import { withStore } from '../support/stored-mirror.ts';
import { unexpectedLists } from './log-lists.ts';
import { rewriteTwin, storedValue } from './twin.ts';

const revisionsAhead = 300;

/** So much is the usual advice for a restore: more than a cluster writes between two snapshots. */
const raisedBy = 1_000_000_000;

describe.skipIf(clusterProgramsMissing('restore') !== undefined)('an etcd that does what it must not', () => {
  let mirrored: MirroredCluster;

  beforeAll(async () => {
    // With less than 20 s each event has a lease of its own (kube-apiserver 1.36).
    mirrored = await MirroredCluster.start({ apiServerFlags: ['--event-ttl=20s'] });
  }, 120_000);

  afterAll(async () => {
    await mirrored.stop();
  });

  test(
    'deletes many events at one revision when their time is over: all go, though each stream is cut among them',
    { timeout: 90_000 },
    async () => {
      const { cluster, front, file } = mirrored;
      const names = Array.from({ length: 150 }, (_, index) => `short-${index}`);
      const involvedObject = { kind: 'Pod', name: 'none', namespace: 'default' };
      const event = { involvedObject, reason: 'Made', message: 'made', type: 'Normal' };
      const path = '/api/v1/namespaces/default/events';
      await Promise.all(
        names.map((name) => cluster.request(path, { method: 'POST', body: { metadata: { name }, ...event } })),
      );
      await mirrored.expectEqual();
      const storedCount = (): number =>
        withStore(file, (database) =>
          Number(database.prepare(`select count(*) from object where key like 'default/short-%'`).pluck().get()),
        );
      // Slow enough that a cut comes between deletions of one revision.
      front.bytesPerSecond = 30_000;
      front.cut();
      await mirrored.untilHealthy();
      await mirrored.status.until('the first are gone', () => storedCount() < names.length, 60_000);
      for (let count = storedCount(); count > 0; count = storedCount()) {
        front.cut();
        await mirrored.status.until('more are gone', () => storedCount() < count, 30_000);
      }
      front.bytesPerSecond = 0;
      front.cut();
      await mirrored.expectEqual();
    },
  );

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
    '25: is restored with its revision raised and marked as compacted, and expires what was mirrored, under the same API server',
    { timeout: 120_000 },
    async () => {
      const { cluster, writes, status } = mirrored;
      await writes.create('kept-bumped');
      const copy = await copyEtcd(cluster, 'etcd-copy-for-bump');
      await writes.change('kept-bumped');
      await writes.create('ghost-bumped');
      await mirrored.expectEqual();
      const { timeline } = await mirrored.untilHealthy();
      const logged = mirrored.logFromNow();
      const revision = await etcdRevision(cluster);
      await restoreEtcdRaised(cluster, copy, raisedBy);
      expect(await etcdRevision(cluster)).toBeGreaterThan(revision);
      writes.goneBack();
      await writes.some('after-bump');
      await mirrored.expectEqual(90_000);
      // What the list shows of an object is older than what was known of it.
      await status.until('the timeline is another one', (said) => said.timeline > timeline, 60_000);
      await mirrored.untilHealthy(90_000);
      const reasons = unexpectedLists(logged()).map((list) => list.split(' ')[1]);
      expect(new Set(reasons)).toEqual(new Set(['expired', 'timeline-reset']));
    },
  );

  test(
    '26: is restored and has overtaken what was mirrored before navi can see it, is noticed by objects that are older than before',
    { timeout: 180_000 },
    async () => {
      const { cluster, writes, front, status } = mirrored;
      // One that believed another restore a minute ago would wait five.
      await mirrored.restartDaemon();
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
      writes.goneBack();
      await rewriteTwin(cluster, original, changed);
      await advanceEtcd(cluster, revision + revisionsAhead);
      await cluster.startApiServer();
      await front.return();
      await status.until('the timeline is another one', (said) => said.timeline > timeline, 60_000);
      await mirrored.expectEqual();
      await mirrored.untilHealthy();
      expect(storedValue(mirrored.file, 'written/overtaken')).toBe('of the second history');
    },
  );

  test(
    '73: is restored under a running API server, whose old cache is called what it is until another server has come',
    { timeout: 900_000 },
    async () => {
      const { cluster, status, writes } = mirrored;
      await mirrored.restartDaemon();
      await writes.create('kept');
      const copy = await copyEtcd(cluster);
      await writes.create('ghost');
      await advanceEtcd(cluster, (await etcdRevision(cluster)) + revisionsAhead);
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
