import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { MirroredCluster } from '../support/mirrored-cluster.ts';
import { unexpectedLists } from './log-lists.ts';
import { provenAfter } from '../support/status-recorder.ts';

describe.skipIf(clusterProgramsMissing() !== undefined)('a real API server that is frozen', () => {
  let mirrored: MirroredCluster;

  beforeAll(async () => {
    mirrored = await MirroredCluster.start({ statusEveryMs: 1_000 });
  }, 180_000);

  afterAll(async () => {
    await mirrored.stop();
  });

  test(
    '45: for two minutes is asked by one prober, called fresh by nobody, and lists nothing that did not expire',
    { timeout: 360_000 },
    async () => {
      const { cluster, status, writes, front } = mirrored;
      await mirrored.untilHealthy();
      const logged = mirrored.logFromNow();
      const sinceMs = Date.now();
      cluster.signalApiServer('SIGSTOP');
      await status.until('it is missed', ({ health }) => health === 'unhealthy', 90_000);
      const noticedAt = performance.now();
      // Now every type wants a new stream.
      front.cut();
      await pause(60_000);
      // By now the waits between two checks have grown to their longest. A check makes three connections.
      const { connectionCount } = front;
      await pause(60_000);
      expect(front.connectionCount - connectionCount).toBeLessThanOrEqual(20);
      const said = status.between(noticedAt, performance.now());
      expect(said.filter(({ health }) => health === 'healthy')).toEqual([]);
      expect(provenAfter(said, sinceMs)).toEqual([]);
      cluster.signalApiServer('SIGCONT');
      await cluster.startApiServer();
      await writes.some('thawed');
      await mirrored.expectEqual(60_000);
      await mirrored.untilHealthy(90_000);
      expect(unexpectedLists(logged()).filter((list) => !list.endsWith(' expired'))).toEqual([]);
    },
  );
});
