import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lineLogger } from '../../src/daemon/logger.ts';
import { defaultConfig } from '../../src/config/config.ts';
import { SyncProcess } from '../../src/daemon/sync-process.ts';
import { readKubeconfigFiles } from '../../src/kubeconfig/read-kubeconfig.ts';
import { resolveContext } from '../../src/kubeconfig/resolve-context.ts';
import { systemClock, type Clock } from '../../src/util/clock.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import type { LogLine } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';
import { mirrorFiles, untilEqual, withStore } from '../support/stored-mirror.ts';

const hourMs = 3_600_000;
const configMaps = '/api/v1/namespaces/default/configmaps';

/** The machine's clock with a wall time that can be set. */
interface SetClock extends Clock {
  offsetMs: number;
}

function settableClock(): SetClock {
  const system = systemClock();
  const clock: SetClock = { ...system, offsetMs: 0, now: () => system.now() + clock.offsetMs };
  return clock;
}

describe.skipIf(clusterProgramsMissing() !== undefined)('a clock that is set while a real cluster is mirrored', () => {
  let cluster: RealCluster;
  let sync: SyncProcess;
  const clock = settableClock();
  const dataDir = mkdtempSync(join(tmpdir(), 'navi-clock-'));
  const lines: LogLine[] = [];
  const file = (): string => mirrorFiles(dataDir)[0] ?? '';

  async function until(what: string, holds: () => boolean): Promise<void> {
    for (const giveUpAt = performance.now() + 60_000; !holds(); await pause(50)) {
      if (performance.now() > giveUpAt) throw new Error(`${what}: ${JSON.stringify(lines.slice(-10))}`);
    }
  }

  const states = (): readonly unknown[] =>
    withStore(file(), (database) =>
      database
        .prepare(`select distinct mode || ' ' || health from scope where phase = 'synced' order by 1`)
        .pluck()
        .all(),
    );

  const isLive = (): boolean => states().join() === 'watching healthy';

  async function make(name: string): Promise<void> {
    const { status } = await cluster.request(configMaps, { method: 'POST', body: { metadata: { name } } });
    expect(status).toBe(201);
  }

  beforeAll(async () => {
    cluster = await startRealCluster();
    const log = lineLogger((line) => lines.push(JSON.parse(line) as LogLine), 'info', Date.now);
    sync = new SyncProcess({ dataDir, config: defaultConfig, clock, log, onProgress: () => undefined });
    await sync.add(resolveContext(readKubeconfigFiles([cluster.kubeconfig]), 'test'));
    await until('everything is listed', () => sync.mirrors[0]?.isSettled === true && isLive());
  }, 120_000);

  afterAll(async () => {
    await sync.stop();
    await cluster.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test(
    '64: eight hours ahead, as after a sleep, has every stream opened again at its resume point, and nothing listed',
    { timeout: 90_000 },
    async () => {
      const logged = lines.length;
      clock.offsetMs += 8 * hourMs;
      await make('during-sleep');
      await until('the streams are opened again', () => !isLive());
      await until('everything is live', isLive);
      await make('after-sleep');
      await untilEqual(cluster, file());
      expect(listsSince(logged)).toEqual([]);
    },
  );

  test(
    '65: an hour behind the server, and nine hours back from where it was, has no stream broken and nothing lost',
    { timeout: 90_000 },
    async () => {
      const logged = lines.length;
      clock.offsetMs = -hourMs;
      await make('set-back');
      await untilEqual(cluster, file());
      // Longer than it takes to notice.
      await pause(12_000);
      await make('later');
      await untilEqual(cluster, file());
      expect(isLive()).toBe(true);
      expect(lines.slice(logged).filter(({ msg }) => msg === 'scope is unhealthy')).toEqual([]);
      expect(listsSince(logged)).toEqual([]);
    },
  );

  const listsSince = (index: number): readonly LogLine[] =>
    lines.slice(index).filter(({ msg, reason }) => msg === 'list' && reason !== 'poll');
});
