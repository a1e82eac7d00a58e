import { afterEach, describe, expect, test } from 'vitest';
import type { LiveMirror, LiveScope } from '../../../src/core/live-status.ts';
import type { FaultRequest } from '../../../src/simulator/fault.ts';
import { expositionFaults } from '../../support/exposition-faults.ts';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;

const at = (name: string) => ({ namespace: 'default', name });
const isWatch = ({ verb, type }: FaultRequest): boolean => verb === 'watch' && type === 'configmaps';

async function start(): Promise<void> {
  mirror = await SimulatedMirror.start();
  mirror.state.create('configmaps', { metadata: at('a'), data: { key: 'x' } });
  await mirror.untilEqual();
}

function live(): LiveMirror {
  const [one] = mirror.process.mirrors;
  if (one === undefined) throw new Error('no mirror runs');
  return JSON.parse(JSON.stringify(one.live('id'))) as LiveMirror;
}

function scope(type = 'configmaps'): LiveScope {
  const found = live().scopes.find((one) => one.type === type);
  if (found === undefined) throw new Error(`no scope of ${type}`);
  return found;
}

/** Value of a metric of ConfigMaps, or of the mirror where it has no type. */
function metric(name: string, labels = ''): number | undefined {
  const line = mirror.process
    .metricsText()
    .split('\n')
    .find((one) => one.startsWith(`${name}{`) && one.includes(labels) && !/type="(?!configmaps")/.test(one));
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')));
}

afterEach(() => mirror.checkAndStop());

describe('what a daemon measures of a scope', () => {
  test('counts lists, watches, events, bookmarks and bytes, and goes on from them after a restart', async () => {
    await start();
    mirror.state.patch('configmaps', at('a'), { data: { key: 'y' } });
    await mirror.advance(120_000);
    const { counts, lagMs } = scope();
    expect(counts).toMatchObject({ lists: 1, watches: 1, reconnects: 0, relists: 0, relistReasons: {} });
    expect(counts.events).toBeGreaterThanOrEqual(1);
    expect(counts.bookmarks).toBeGreaterThanOrEqual(1);
    expect(counts.bytesReceived).toBeGreaterThan(500);
    expect(lagMs).toBeGreaterThanOrEqual(0);
    expect(lagMs).toBeLessThanOrEqual(50);

    await mirror.restart();
    await mirror.untilEqual();
    const after = scope().counts;
    expect(after).toMatchObject({ lists: 1, watches: 2, relists: 0 });
    expect(after.events).toBe(counts.events);
    expect(metric('navi_watches_total')).toBe(1);
    expect(metric('navi_lists_total')).toBe(0);
  });

  test('has reconnects apart from relists, these by what made them necessary', async () => {
    await start();
    await mirror.advance(600_000);
    const { watches, reconnects, lists } = scope().counts;
    expect(reconnects).toBe(watches - 1);
    expect(lists).toBe(1);
    mirror.state.create('pods', { metadata: at('elsewhere') });
    mirror.faults.once(isWatch, {
      kind: 'answer',
      status: 410,
      body: { kind: 'Status', reason: 'Expired', code: 410 },
    });
    await mirror.until('a list', () => scope().counts.lists === 2);
    await mirror.untilEqual();
    expect(scope().counts).toMatchObject({ relists: 1, relistReasons: { expired: 1 } });
    expect(metric('navi_relists_total', 'reason="expired"')).toBe(1);
    expect(scope().listDurationMs).toBeGreaterThanOrEqual(0);
  });

  test('is stored within a minute where nothing happens', async () => {
    await start();
    await mirror.advance(70_000);
    const [row] = mirror.rows(`select lists, watches, bytes_received from scope where id in
      (select scope.id from scope join resource_type on resource_type.id = type_id where resource = 'configmaps')`);
    expect(row).toMatchObject({ lists: 1, watches: 1 });
    expect(Number(row?.['bytes_received'])).toBeGreaterThan(0);
  });
});

describe('what a daemon says of itself', () => {
  test('is what Prometheus can read, with a series per type at most', async () => {
    await start();
    mirror.state.patch('configmaps', at('a'), { data: { key: 'y' } });
    await mirror.advance(1_000);
    const text = mirror.process.metricsText();
    expect(expositionFaults(text)).toEqual([]);
    const objects = text.split('\n').filter((line) => line.startsWith('navi_objects{'));
    expect(objects.length).toBe(live().scopes.length);
    expect(metric('navi_objects')).toBe(1);
    expect(metric('navi_cluster_healthy')).toBe(1);
    expect(metric('navi_type_healthy')).toBe(1);
    expect(metric('navi_change_lag_seconds_count')).toBeGreaterThanOrEqual(1);
    expect(metric('navi_store_bytes', 'file="wal"')).toBeGreaterThan(0);
    const ageS = mirror.clock.now() / 1_000 - (metric('navi_data_timestamp_seconds') ?? 0);
    expect(ageS).toBeGreaterThanOrEqual(0);
    expect(ageS).toBeLessThan(65);
  });

  test('tells of a cluster that does not answer', async () => {
    await start();
    mirror.faults.always(() => true, { kind: 'answer', status: 401, body: 'no' });
    await mirror.until('the heartbeat fails', () => live().health === 'unhealthy');
    expect(live().reason).toBe('auth-needed');
    expect(metric('navi_cluster_healthy')).toBe(0);
    expect(mirror.process.metricsText()).toContain('reason="auth-needed"} 1');
    expect(expositionFaults(mirror.process.metricsText())).toEqual([]);
    mirror.faults.clear();
    await mirror.until('the heartbeat passes', () => live().health === 'healthy');
  });
});
