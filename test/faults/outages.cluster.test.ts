import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { MirroredCluster } from '../support/mirrored-cluster.ts';
import type { LogLine } from '../support/navi-process.ts';
import { crdBody, crdName, crdType } from '../support/sample-crd.ts';
import { provenAfter, stateOf, type RecordedStatus } from '../support/status-recorder.ts';
import { withStore } from '../support/stored-mirror.ts';
import { waitForCrd } from '../support/wait-for-crd.ts';

const crd = { group: 'outage.example.test', singular: 'gauge', namespaced: true, extraFieldCount: 0 };

/** Types that are listed again and again whatever happens. */
const polledTypes = new Set(['leases.coordination.k8s.io']);

const isUnhealthy = (status: RecordedStatus): boolean => stateOf(status, 'configmaps').includes(' unhealthy ');

/** Lists of watched types, as `type reason`. */
function lists(lines: readonly LogLine[]): readonly string[] {
  return lines
    .filter(({ msg, type = '' }) => msg === 'list' && !polledTypes.has(type))
    .map(({ type, reason }) => `${type} ${reason}`);
}

/** The largest number of lists that ran at once. */
function listsAtOnce(lines: readonly LogLine[]): number {
  const running = new Set<string>();
  let most = 0;
  for (const { msg, type = '' } of lines) {
    if (msg === 'list') running.add(type);
    if (msg === 'listed' || msg === 'scope is unhealthy') running.delete(type);
    most = Math.max(most, running.size);
  }
  return most;
}

describe.skipIf(clusterProgramsMissing() !== undefined)('an outage of a real cluster', () => {
  let mirrored: MirroredCluster;

  beforeAll(async () => {
    mirrored = await MirroredCluster.start();
    const { cluster } = mirrored;
    await cluster.request('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      method: 'POST',
      body: crdBody(crd),
    });
    await waitForCrd(cluster, crdName(crd), crdType(crd));
    const body = { apiVersion: 'outage.example.test/v1', kind: 'Gauge', metadata: { name: 'present' } };
    await cluster.request('/apis/outage.example.test/v1/namespaces/default/gauges', { method: 'POST', body });
    await mirrored.expectEqual();
  }, 120_000);

  afterAll(async () => {
    await mirrored.stop();
  });

  test(
    '31: connections that are cut in mid-stream are opened again at their resume points, without a list',
    { timeout: 60_000 },
    async () => {
      const { writes, front } = mirrored;
      const logged = mirrored.logFromNow();
      await writes.some('before-cut');
      front.cut();
      await writes.some('after-cut');
      await mirrored.expectEqual();
      await mirrored.untilHealthy();
      expect(lists(logged())).toEqual([]);
    },
  );

  test(
    '42: an object that is deleted and made again under its name is another one, in the stream and after an outage',
    { timeout: 60_000 },
    async () => {
      const { writes, front, file } = mirrored;
      const first = await writes.create('again');
      await writes.remove('again');
      const second = await writes.create('again', 'second');
      await mirrored.expectEqual();
      await front.leave();
      await writes.remove('again');
      const third = await writes.create('again', 'third');
      await front.return();
      await mirrored.expectEqual();
      expect(tombstones(file, 'again')).toEqual([first.metadata.uid, second.metadata.uid]);
      expect(tombstones(file, 'again')).not.toContain(third.metadata.uid);
    },
  );

  test(
    '74: with etcd frozen under a live API server nothing is called fresh, no watch ends and nothing is listed',
    { timeout: 90_000 },
    async () => {
      const { cluster, status } = mirrored;
      const logged = mirrored.logFromNow();
      await mirrored.untilHealthy();
      const frozenMs = Date.now();
      cluster.signalEtcd('SIGSTOP');
      const confirmed = mirrored.confirm();
      await status.until('etcd is missed', ({ health, reason }) => health === 'unhealthy' && reason === 'etcd');
      const missedAt = performance.now();
      await pause(2_000);
      cluster.signalEtcd('SIGCONT');
      const said = status.between(missedAt, performance.now());
      expect(said.length).toBeGreaterThan(0);
      expect(provenAfter(said, frozenMs)).toEqual([]);
      expect((await confirmed).code).toBe(0);
      await mirrored.untilHealthy();
      await mirrored.expectEqual();
      expect(lists(logged())).toEqual([]);
      expect(logged().filter(({ msg }) => msg === 'scope is unhealthy')).toEqual([]);
    },
  );

  test('an etcd that is killed and started again costs neither a watch nor a list', { timeout: 60_000 }, async () => {
    const { cluster, writes } = mirrored;
    const logged = mirrored.logFromNow();
    await cluster.stopEtcd('SIGKILL');
    await cluster.startEtcd();
    await writes.some('after-etcd');
    await mirrored.expectEqual();
    expect(lists(logged())).toEqual([]);
  });

  test(
    '34: a way that swallows every byte is noticed by the heartbeat, and what was missed is told after it',
    { timeout: 90_000 },
    async () => {
      const { front, status, writes } = mirrored;
      await mirrored.untilHealthy();
      const sinceMs = Date.now();
      front.mute();
      const confirmed = mirrored.confirm();
      await status.until('it is missed', ({ health }) => health === 'unhealthy');
      expect((await status.until('still', () => true)).reason).toBe('disconnected');
      const noticedAt = performance.now();
      await writes.some('muted');
      const said = status.between(noticedAt, performance.now()).flatMap(({ types }) => types);
      expect(said.filter(({ asOf }) => Date.parse(asOf ?? '') > sinceMs)).toEqual([]);
      front.speak();
      front.cut();
      await mirrored.expectEqual();
      expect((await confirmed).code).toBe(0);
      await mirrored.untilHealthy();
    },
  );

  test(
    '45, 46, 60: an API server that is killed is away for all to see; its successor is listed by metadata, three types at once',
    { timeout: 120_000 },
    async () => {
      const { cluster, status, writes, front, file } = mirrored;
      await writes.create('renewed');
      await mirrored.expectEqual();
      await mirrored.untilHealthy();
      const sinceMs = Date.now();
      const logged = mirrored.logFromNow();
      await cluster.stopApiServer('SIGKILL');
      await status.until('it is missed', isUnhealthy);
      const noticedAt = performance.now();
      await pause(4_000);
      status.expectOutage('configmaps', noticedAt, performance.now(), sinceMs);
      expect(status.between(noticedAt, performance.now()).filter(({ health }) => health === 'healthy')).toEqual([]);
      // What changes before navi comes back expires its resume points: the new cache begins after it.
      await front.leave();
      await cluster.startApiServer();
      await writes.some('after-kill');
      await writes.remove('renewed');
      await writes.create('renewed', 'anew');
      await front.return();
      await mirrored.expectEqual(60_000);
      await mirrored.untilHealthy();
      const expired = lists(logged()).filter((list) => list.endsWith(' expired'));
      expect(lists(logged())).toEqual(expired);
      // A type that changed last of all may go on from where it was.
      expect(expired.length).toBeGreaterThan(30);
      expect(new Set(expired).size).toBe(expired.length);
      expect(listsAtOnce(logged())).toBeLessThanOrEqual(3);
      expect(purges(file)).toEqual([]);
    },
  );

  test(
    '13: objects that are deleted in one sweep of their namespace all go, with one tombstone each',
    { timeout: 90_000 },
    async () => {
      const { cluster, file } = mirrored;
      const names = Array.from({ length: 400 }, (_, index) => `many-${index}`);
      const path = '/api/v1/namespaces/default/configmaps';
      await Promise.all(names.map((name) => cluster.request(path, { method: 'POST', body: { metadata: { name } } })));
      await mirrored.expectEqual();
      await cluster.request(path, { method: 'DELETE' });
      await mirrored.expectEqual();
      const counts = withStore(file, (database) =>
        database
          .prepare(
            `select count(*) as count, count(distinct uid) as uids from tombstone where key like 'default/many-%'`,
          )
          .get(),
      );
      expect(counts).toEqual({ count: 400, uids: 400 });
    },
  );

  test(
    '37: a daemon that is frozen for seconds, as by a slow disk, misses no change',
    { timeout: 60_000 },
    async () => {
      const { daemon, writes } = mirrored;
      process.kill(daemon.pid, 'SIGSTOP');
      for (let round = 0; round < 15; round += 1) await writes.some(`frozen-${round}`);
      process.kill(daemon.pid, 'SIGCONT');
      await mirrored.expectEqual();
      await mirrored.untilHealthy();
    },
  );

  test(
    '38: an object whose line is six megabytes long is mirrored, by a watch and by a list',
    { timeout: 90_000 },
    async () => {
      const { cluster, daemon } = mirrored;
      const body = { metadata: { name: 'large' }, data: { text: '<'.repeat(1_000_000) } };
      const path = '/api/v1/namespaces/default/configmaps';
      expect((await cluster.request(path, { method: 'POST', body })).status).toBe(201);
      await mirrored.expectEqual();
      expect((await daemon.kill('SIGTERM')).code).toBe(0);
      mirrored.navi.forget();
      await mirrored.startDaemon();
      await mirrored.expectEqual();
    },
  );
});

/** Uids of the deleted objects of a name, in the order of their deletion. */
function tombstones(file: string, name: string): readonly unknown[] {
  return withStore(file, (database) =>
    database.prepare(`select uid from tombstone where key like '%/' || ? order by id`).pluck().all(name),
  );
}

/** Keys that went because their type did. */
function purges(file: string): readonly unknown[] {
  return withStore(file, (database) =>
    database.prepare(`select key from tombstone where cause = 'purge'`).pluck().all(),
  );
}
