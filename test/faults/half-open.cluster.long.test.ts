import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { MirroredCluster } from '../support/mirrored-cluster.ts';
import { OwnNetwork } from '../support/own-network.ts';
import { unexpectedLists } from './log-lists.ts';

describe.skipIf(clusterProgramsMissing() !== undefined)('a network without a link to a real cluster', () => {
  let mirrored: MirroredCluster;
  let network: OwnNetwork;

  beforeAll(async () => {
    mirrored = await MirroredCluster.start();
    const { cluster, daemon, front } = mirrored;
    expect((await daemon.kill('SIGTERM')).code).toBe(0);
    network = await OwnNetwork.start(Number(new URL(front.url).port), cluster.folder);
    await mirrored.startDaemon(network.command);
    await mirrored.expectEqual();
  }, 180_000);

  afterAll(async () => {
    await mirrored.daemon.kill('SIGKILL');
    await network.stop();
    await mirrored.stop();
  });

  test(
    '33: of which nobody tells is noticed by every stream within 45 s, and each goes on where it was once it is back',
    { timeout: 300_000 },
    async () => {
      const { status, writes } = mirrored;
      const healthy = await mirrored.untilHealthy();
      const watched = healthy.types.filter(({ mode }) => mode === 'watching').map(({ type }) => type);
      const logged = mirrored.logFromNow();
      const givenUp = (): ReadonlySet<unknown> =>
        new Set(logged().flatMap(({ reason, type }) => (reason === 'disconnected' && type !== undefined ? type : [])));
      const sinceMs = Date.now();
      network.cut();
      await writes.some('beyond-the-cut');
      await status.until('every stream is given up', () => watched.every((type) => givenUp().has(type)), 120_000);
      const noticedMs = Date.now() - sinceMs;
      await status.until('the cluster is missed', ({ health }) => health === 'unhealthy', 60_000);
      const noticedAt = performance.now();
      await pause(15_000);
      status.expectOutage('configmaps', noticedAt, performance.now(), sinceMs);
      network.mend();
      await mirrored.expectEqual(90_000);
      await mirrored.untilHealthy(90_000);
      expect(unexpectedLists(logged())).toEqual([]);
      expect(watched.length).toBeGreaterThan(30);
      expect(noticedMs).toBeLessThan(55_000);
    },
  );
});
