import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/util/clock.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { MirroredCluster } from '../support/mirrored-cluster.ts';
import { unexpectedLists } from './log-lists.ts';

const idleMs = 50_000;

describe.skipIf(clusterProgramsMissing() !== undefined)('a way to a real cluster that ends what is idle', () => {
  let mirrored: MirroredCluster;

  beforeAll(async () => {
    mirrored = await MirroredCluster.start();
  }, 180_000);

  afterAll(async () => {
    await mirrored.stop();
  });

  test('35: costs no list, tells how long a stream may live, and then breaks none', { timeout: 600_000 }, async () => {
    const { front, status, writes } = mirrored;
    await mirrored.untilHealthy();
    front.idle = { clock: systemClock(), ms: idleMs };
    const logged = mirrored.logFromNow();
    front.cut();
    await mirrored.daemon.waitFor(
      'it is learned',
      ({ msg }) => msg === 'the path to the cluster cuts streams',
      300_000,
    );
    // Streams that began before that are cut once more, and each comes back.
    await pause(idleMs + 10_000);
    await mirrored.untilHealthy();
    const learned = mirrored.logFromNow();
    const learnedAt = performance.now();
    await pause(2 * idleMs);
    await writes.some('short-lived');
    await mirrored.expectEqual();
    expect(learned().filter(({ msg }) => msg === 'scope is unhealthy')).toEqual([]);
    expect(status.sequence('configmaps', learnedAt)).toEqual(['watching healthy none']);
    expect(unexpectedLists(logged())).toEqual([]);
  });
});
