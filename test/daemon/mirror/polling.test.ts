import { afterEach, describe, expect, test } from 'vitest';
import type { Fault, FaultRequest } from '../../../src/simulator/fault.ts';
import { SimulatedMirror, type Mark } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;
let mark: Mark;

const at = (name: string) => ({ namespace: 'default', name });
const isWatch = ({ verb, type }: FaultRequest): boolean => verb === 'watch' && type === 'configmaps';

async function start(): Promise<void> {
  mirror = await SimulatedMirror.start();
  mirror.state.create('configmaps', { metadata: at('a'), data: { key: 'x' } });
  await mirror.untilEqual();
  mark = mirror.mark();
}

/** From now on every watch of ConfigMaps has the fault; the open one ends. */
function breakWatches(fault: Fault): void {
  mirror.faults.always(isWatch, fault);
  mirror.state.renewCache('configmaps');
}

afterEach(() => mirror.checkAndStop());

describe('a watch that something on the way cuts at once, again and again', () => {
  test.each<[string, Fault]>([
    ['with a reset', { kind: 'truncate', afterBytes: 0, by: 'reset' }],
    ['as if it were complete', { kind: 'truncate', afterBytes: 0, by: 'end' }],
    ['with errors', { kind: 'answer', status: 500, body: 'no streams here' }],
  ])('%s has its type polled, and watched again when streams hold', async (_how, fault) => {
    await start();
    breakWatches(fault);
    await mirror.until('it is polled', () => mirror.said('configmaps') === 'polling degraded watch-failing');
    expect(mirror.said('pods')).toBe('watching healthy none');
    expect(mirror.status('configmaps').last_error).not.toBeNull();
    expect(mirror.rows('select poll_interval_ms from scope where mode = ?', 'polling')).toEqual([
      { poll_interval_ms: 30_000 },
    ]);

    mirror.state.patch('configmaps', at('a'), { data: { key: 'changed' } });
    mirror.state.create('configmaps', { metadata: at('b') });
    await mirror.advance(40_000);
    expect(mirror.differences()).toEqual([]);
    const asOfMs = mirror.status('configmaps').as_of ?? 0;
    expect(mirror.clock.now() - asOfMs).toBeLessThan(40_000);

    mark = mirror.mark();
    await mirror.advance(500_000);
    expect(mirror.watchRequests(mark, 'configmaps').length).toBeLessThanOrEqual(1);
    mirror.faults.clear();
    const isWatched = (): boolean => mirror.said('configmaps') === 'watching healthy none';
    await mirror.until('it is watched again', isWatched, 700_000);
  });
});

describe('polling', () => {
  test('is paused while the cluster does not answer, and goes on with it', async () => {
    await start();
    breakWatches({ kind: 'truncate', afterBytes: 0, by: 'reset' });
    await mirror.until('it is polled', () => mirror.said('configmaps').startsWith('polling'));
    mirror.faults.always(({ verb }) => verb !== 'watch', { kind: 'answer', status: 500, body: 'no' });
    await mirror.until('the heartbeat fails', () => mirror.saidOfCluster() !== 'healthy none');
    mark = mirror.mark();
    await mirror.advance(600_000);
    expect(mirror.listRequests(mark, 'configmaps')).toEqual([]);

    mirror.faults.clear();
    await mirror.until('the heartbeat passes', () => mirror.saidOfCluster() === 'healthy none');
    mark = mirror.mark();
    await mirror.advance(70_000);
    expect(mirror.listRequests(mark, 'configmaps').length).toBeGreaterThan(0);
  });
});
