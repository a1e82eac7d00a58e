import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { compactEtcd } from '../support/etcd-store.ts';
import { MirroredCluster, user } from '../support/mirrored-cluster.ts';
import type { LogLine } from '../support/navi-process.ts';

/** Lists that are no matter of course. */
const lists = (lines: readonly LogLine[]): readonly LogLine[] =>
  lines.filter(({ msg, reason }) => msg === 'list' && reason !== 'poll');

const flowControl = '/apis/flowcontrol.apiserver.k8s.io/v1';
const events = '/api/v1/namespaces/default/events';

describe.skipIf(clusterProgramsMissing() !== undefined)('limits of a real API server', () => {
  let mirrored: MirroredCluster;

  beforeAll(async () => {
    mirrored = await MirroredCluster.start({ audit: true, apiServerFlags: ['--goaway-chance=0.02'] });
  }, 120_000);

  afterAll(async () => {
    await mirrored.stop();
  });

  async function send(method: string, path: string, body?: unknown): Promise<void> {
    const { status, text } = await mirrored.cluster.request(path, { method, body });
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  }

  const makeEvent = (name: string): Promise<void> =>
    send('POST', events, {
      metadata: { name },
      involvedObject: { kind: 'Pod', name: 'none', namespace: 'default' },
      reason: 'Made',
      message: name,
      type: 'Normal',
    });

  test(
    '44: that refuses most requests of a user for now has its streams kept, is asked no sooner than it said, and called throttled',
    { timeout: 90_000 },
    async () => {
      const { status, front, writes } = mirrored;
      const logged = mirrored.logFromNow();
      await mirrored.untilHealthy();
      await jail();
      await writes.some('told-by-open-streams');
      await mirrored.expectEqual();
      const seat = keepSeat();
      try {
        front.cut();
        await status.until('some are throttled', ({ types }) => types.some(({ reason }) => reason === 'throttled'));
      } finally {
        await seat.leave();
      }
      await writes.some('while-throttled');
      await send('DELETE', `${flowControl}/flowschemas/jail`);
      await mirrored.untilHealthy();
      await mirrored.expectEqual();
      expect(lists(logged())).toEqual([]);
      expect(await waitsAfterRefusal()).not.toHaveLength(0);
      expect((await waitsAfterRefusal()).filter((waitMs) => waitMs < 1_000)).toEqual([]);
    },
  );

  /** From each 429 to a watch of navi's to the next request for the same type (ms); Retry-After is a second. */
  async function waitsAfterRefusal(): Promise<readonly number[]> {
    const requests = (await mirrored.cluster.auditEvents())
      .filter((event) => event.userAgent === 'navi' && event.verb === 'watch')
      .map((event) => ({
        type: `${event.objectRef?.resource}.${event.objectRef?.apiGroup}`,
        isRefused: event.responseStatus?.code === 429,
        atMs: Date.parse(event.requestReceivedTimestamp),
      }))
      .toSorted((a, b) => a.atMs - b.atMs);
    return requests.flatMap(({ type, isRefused, atMs }) => {
      const next = requests.find((later) => later.type === type && later.atMs > atMs);
      return isRefused && next !== undefined ? [next.atMs - atMs] : [];
    });
  }

  /** A level without a seat for the requests of the mirror. */
  async function jail(): Promise<void> {
    await send('POST', `${flowControl}/prioritylevelconfigurations`, {
      metadata: { name: 'jail' },
      spec: {
        type: 'Limited',
        limited: {
          nominalConcurrencyShares: 0,
          lendablePercent: 0,
          borrowingLimitPercent: 0,
          limitResponse: { type: 'Reject' },
        },
      },
    });
    const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true };
    await send('POST', `${flowControl}/flowschemas`, {
      metadata: { name: 'jail' },
      spec: {
        matchingPrecedence: 10,
        priorityLevelConfiguration: { name: 'jail' },
        distinguisherMethod: { type: 'ByUser' },
        rules: [
          {
            subjects: [{ kind: 'User', user: { name: user } }],
            resourceRules: [everything],
            nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
          },
        ],
      },
    });
    await untilRefused();
  }

  /** The server takes a new schema over a moment after it was made; then one request at a time is let through. */
  async function untilRefused(): Promise<void> {
    const { cluster } = mirrored;
    const ask = () => cluster.request('/api/v1/configmaps', { token: `token-of-${user}` });
    for (let attempt = 0; attempt < 400; attempt += 1) {
      const answers = await Promise.all(Array.from({ length: 8 }, ask));
      if (answers.some(({ status }) => status === 429)) return;
    }
    throw new Error('the server refuses nothing');
  }

  /**
   * Keeps the one seat of the level taken until it is left: streams that a slow machine opens one after the other would
   * find it free each time. A list at a version from the future waits for three seconds.
   */
  function keepSeat(): { readonly leave: () => Promise<void> } {
    let isLeft = false;
    const sit = async (): Promise<void> => {
      for (let attempt = 0; attempt < 2_000 && !isLeft; attempt += 1) {
        await mirrored.cluster.request('/api/v1/configmaps?resourceVersion=999999999', { token: `token-of-${user}` });
        await pause(10);
      }
    };
    const sitting = Promise.all([sit(), sit()]);
    return {
      async leave() {
        isLeft = true;
        await sitting;
      },
    };
  }

  test(
    '22: whose etcd was compacted while navi was away expires the resume point of events, which are listed once',
    { timeout: 60_000 },
    async () => {
      const { cluster, daemon } = mirrored;
      await makeEvent('before');
      await mirrored.expectEqual();
      expect((await daemon.kill('SIGTERM')).code).toBe(0);
      await makeEvent('missed');
      await compactEtcd(cluster);
      await makeEvent('after');
      await mirrored.startDaemon();
      await mirrored.expectEqual();
      const lists = mirrored.daemon.log().filter(({ msg, type }) => msg === 'list' && type === 'events');
      expect(lists.map(({ reason }) => reason)).toEqual(['expired']);
    },
  );

  test('69: that asks for new connections now and then is mirrored without a break', { timeout: 60_000 }, async () => {
    const { writes, status } = mirrored;
    await mirrored.untilHealthy();
    const fromAt = performance.now();
    for (let round = 0; round < 20; round += 1) await writes.some(`round-${round}`);
    await mirrored.expectEqual();
    expect(status.sequence('configmaps', fromAt)).toEqual(['watching healthy none']);
  });
});
