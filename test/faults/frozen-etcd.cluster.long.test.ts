import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { MirroredCluster } from '../support/mirrored-cluster.ts';
import { unexpectedLists } from './log-lists.ts';
import { provenAfter } from '../support/status-recorder.ts';

describe.skipIf(clusterProgramsMissing() !== undefined)('a real etcd that is frozen', () => {
  let mirrored: MirroredCluster;

  beforeAll(async () => {
    mirrored = await MirroredCluster.start({ statusEveryMs: 1_000 });
  }, 180_000);

  afterAll(async () => {
    await mirrored.stop();
  });

  test(
    '74: for three minutes ends no watch, leaves nothing proven by its bookmarks, and meets no storm afterwards',
    { timeout: 420_000 },
    async () => {
      const { cluster, status, writes, front } = mirrored;
      await mirrored.untilHealthy();
      const logged = mirrored.logFromNow();
      const sinceMs = Date.now();
      cluster.signalEtcd('SIGSTOP');
      await status.until('etcd is missed', ({ health, reason }) => health === 'unhealthy' && reason === 'etcd', 90_000);
      const noticedAt = performance.now();
      const { connectionCount } = front;
      await pause(180_000);
      expect(front.connectionCount - connectionCount).toBeLessThanOrEqual(75);
      const said = status.between(noticedAt, performance.now());
      expect(said.filter(({ reason }) => reason !== 'etcd')).toEqual([]);
      expect(provenAfter(said, sinceMs)).toEqual([]);
      cluster.signalEtcd('SIGCONT');
      await writes.some('etcd-thawed');
      await mirrored.expectEqual(60_000);
      await mirrored.untilHealthy(90_000);
      expect(unexpectedLists(logged())).toEqual([]);
      expect(logged().filter(({ msg }) => msg === 'scope is unhealthy')).toEqual([]);
    },
  );
});
