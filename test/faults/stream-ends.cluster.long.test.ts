import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { etcdRevision, putEtcdKey } from '../support/etcd-store.ts';
import { MirroredCluster } from '../support/mirrored-cluster.ts';
import { stateOf, type RecordedStatus } from '../support/status-recorder.ts';
import { withStore } from '../support/stored-mirror.ts';
import { unexpectedLists } from './log-lists.ts';
import { watchesOf, type AuditedWatch } from './audited-watches.ts';

const isUnhealthy = (status: RecordedStatus): boolean => stateOf(status, 'configmaps').includes(' unhealthy ');

/** A reading of how far the store of the cluster was. */
interface Reading {
  readonly atMs: number;
  readonly revision: number;
}

describe.skipIf(clusterProgramsMissing() !== undefined)('streams that a real API server ends', () => {
  let mirrored: MirroredCluster;

  beforeAll(async () => {
    // Without it a bookmark of a quiet type is as old as its last change, for ten minutes; clusters have 5 s.
    mirrored = await MirroredCluster.start({
      audit: true,
      etcdFlags: ['--watch-progress-notify-interval=5s'],
    });
  }, 180_000);

  afterAll(async () => {
    await mirrored.stop();
  });

  /** Watches of navi that the server has ended. */
  const ended = async (): Promise<readonly AuditedWatch[]> =>
    watchesOf(await mirrored.cluster.auditEvents()).filter(({ endedAtMs }) => endedAtMs !== undefined);

  test(
    '30: at their timeouts are opened again where the last bookmark was, and nothing is listed nor ever unhealthy',
    { timeout: 600_000 },
    async () => {
      const { writes, status, cluster } = mirrored;
      await mirrored.untilHealthy();
      const fromAt = performance.now();
      const logged = mirrored.logFromNow();
      const readings: Reading[] = [];
      for (let round = 0; (await ended()).length < 12; round += 1) {
        await writes.some(`busy-${round}`);
        readings.push({ atMs: Date.now(), revision: await etcdRevision(cluster) });
        await pause(2_000);
      }
      // What ended last is opened again.
      await pause(2_000);
      await mirrored.expectEqual();
      expect(unexpectedLists(logged())).toEqual([]);
      expect(logged().filter(({ msg }) => msg === 'scope is unhealthy')).toEqual([]);
      const types = new Set(status.statuses.at(-1)?.types.map(({ type }) => type));
      const sequences = [...types].map((type) => status.sequence(type, fromAt).join());
      expect(sequences.filter((sequence) => / (unhealthy|degraded) /.test(sequence))).toEqual([]);
      const ends = await ended();
      const all = watchesOf(await cluster.auditEvents());
      for (const end of ends) {
        expect(Math.abs(livedMs(end) - end.timeoutMs), end.type).toBeLessThan(3_000);
        const next = all.find(({ type, atMs }) => type === end.type && atMs > end.atMs);
        expect(next, end.type).toBeDefined();
        const known = readings.findLast(({ atMs }) => atMs < Number(end.endedAtMs) - 15_000);
        // Core events have no bookmarks.
        if (end.type !== 'events') expect(next?.resourceVersion, end.type).toBeGreaterThanOrEqual(known?.revision ?? 0);
      }
    },
  );

  test(
    '71: of a quiet type in a busy cluster tell by bookmarks alone where a daemon goes on that was killed',
    { timeout: 240_000 },
    async () => {
      const { cluster, daemon, writes, status, file } = mirrored;
      await mirrored.untilHealthy();
      const since = await etcdRevision(cluster);
      let count = 0;
      const busy = setInterval(() => void writes.create(`meanwhile-${(count += 1)}`), 500);
      await status
        .until('a bookmark has come', () => resumePoint(file, 'nodes').version > since, 120_000)
        .finally(() => clearInterval(busy));
      await daemon.kill('SIGKILL');
      const left = resumePoint(file, 'nodes');
      expect(left.kind).toBe('bookmark');
      await cluster.request('/api/v1/nodes', { method: 'POST', body: { metadata: { name: 'late' } } });
      const fromMs = Date.now();
      await mirrored.startDaemon();
      await mirrored.expectEqual();
      expect(unexpectedLists(mirrored.daemon.log())).toEqual([]);
      const watches = watchesOf(await cluster.auditEvents());
      const first = watches.find(({ type, atMs }) => type === 'nodes' && atMs >= fromMs);
      expect(first?.resourceVersion).toBe(left.version);
    },
  );

  test(
    '81: by its SIGTERM live on while new connections are refused, and nothing is listed before they have ended',
    { timeout: 300_000 },
    async () => {
      const { cluster, status, file } = mirrored;
      await mirrored.untilHealthy();
      const logged = mirrored.logFromNow();
      const sinceMs = Date.now();
      const [, serverId = 0] = cluster.processIds();
      cluster.signalApiServer('SIGTERM');
      await status.until('new connections are refused', ({ health }) => health === 'unhealthy', 90_000);
      expect(cluster.processIds()).toContain(serverId);
      // The store has no other way in now; the draining server tells its streams of it.
      await putEtcdKey(cluster, '/registry/configmaps/default/drained', configMapText('drained'));
      await status.until('the stream tells of it', () => isStored(file, 'default/drained'), 40_000);
      expect(unexpectedLists(logged())).toEqual([]);
      while (cluster.processIds().includes(serverId)) await pause(100);
      await status.until('the streams have ended', isUnhealthy, 60_000);
      const endedAt = performance.now();
      await pause(3_000);
      status.expectOutage('configmaps', endedAt, performance.now(), sinceMs + 70_000);
      await cluster.startApiServer();
      await mirrored.expectEqual(90_000);
      await mirrored.untilHealthy();
    },
  );
});

const livedMs = ({ atMs, endedAtMs }: AuditedWatch): number => Number(endedAtMs) - atMs;

function configMapText(name: string): string {
  const uid = '00000000-0000-4000-8000-000000000081';
  const metadata = { name, namespace: 'default', uid, creationTimestamp: '2026-01-01T00:00:00Z' };
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { key: 'value' } });
}

function isStored(file: string, key: string): boolean {
  return withStore(file, (database) => database.prepare('select 1 from object where key = ?').get(key) !== undefined);
}

/** Where a core type is to be resumed, and what told so. */
function resumePoint(file: string, resource: string): { readonly version: number; readonly kind: unknown } {
  const row = withStore(file, (database) =>
    database
      .prepare(
        `select resource_version as version, resource_version_kind as kind
         from scope join resource_type on resource_type.id = type_id where resource = ? and api_group = ''`,
      )
      .get(resource),
  ) as { readonly version: string | null; readonly kind: unknown };
  return { version: Number(row.version), kind: row.kind };
}
