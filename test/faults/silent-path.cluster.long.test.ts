import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { MirroredCluster } from '../support/mirrored-cluster.ts';
import { unexpectedLists } from './log-lists.ts';
import { provenAfter } from '../support/status-recorder.ts';

describe.skipIf(clusterProgramsMissing() !== undefined)('a way to a real cluster that falls silent', () => {
  let mirrored: MirroredCluster;

  beforeAll(async () => {
    mirrored = await MirroredCluster.start();
  }, 180_000);

  afterAll(async () => {
    await mirrored.stop();
  });

  test(
    '34: with every byte taken and none passed on is given up for each stream once the cluster answers, though nobody cuts it',
    { timeout: 300_000 },
    async () => {
      const { front, status, writes } = mirrored;
      // Nothing moves before, so that no stream has had a bookmark by which its silence could be told.
      await mirrored.untilHealthy();
      const logged = mirrored.logFromNow();
      const sinceMs = Date.now();
      front.mute();
      await status.until('it is missed', ({ health }) => health === 'unhealthy', 90_000);
      const noticedAt = performance.now();
      await writes.some('swallowed');
      await pause(20_000);
      const said = status.between(noticedAt, performance.now());
      expect(said.filter(({ health }) => health === 'healthy')).toEqual([]);
      expect(provenAfter(said, sinceMs)).toEqual([]);
      // New connections are passed on; the mute ones stay as they are.
      front.speak();
      await mirrored.expectEqual(45_000);
      await mirrored.untilHealthy(10_000);
      expect(unexpectedLists(logged())).toEqual([]);
    },
  );
});
