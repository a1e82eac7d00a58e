import { afterEach, describe, expect, test } from 'vitest';
import { SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';

/** An API server that goes, and another that comes. */
let mirror: SimulatedMirror;
let mark: ReturnType<SimulatedMirror['mark']>;

const at = (name: string) => ({ namespace: 'default', name });
const make = (name: string) => mirror.state.create('configmaps', { metadata: at(name), data: { key: 'x' } });
const change = (name: string, value: string) => mirror.state.patch('configmaps', at(name), { data: { key: value } });

async function startLive(options: SimulatedMirrorOptions = {}): Promise<void> {
  mirror = await SimulatedMirror.start({
    ...options,
    prepare: (made) => {
      mirror = made;
      for (const name of ['a', 'b', 'c']) make(name);
    },
  });
  await mirror.untilEqual();
  mark = mirror.mark();
}

const confirmedAt = (): number => Number(mirror.rows('select confirmed_at from mirror')[0]?.['confirmed_at']);

afterEach(() => mirror.checkAndStop());

describe('81: an API server that is told to stop', () => {
  /** Time for which open watches outlive the listener, in kube-apiserver 1.36. */
  const drainMs = 60_000;

  test('is followed to the end of its streams, and everything is listed once when another has come', async () => {
    await startLive({ behindFront: true });
    await mirror.advance(30_000);
    const stoppedAt = mirror.clock.now();
    mark = mirror.mark();
    mirror.front.refuse();
    for (let step = 0; step < 6; step += 1) {
      change('a', `draining ${step}`);
      await mirror.advance(drainMs / 6);
      expect(mirror.differences()).toEqual([]);
      expect(mirror.said('configmaps')).toBe('watching healthy none');
    }
    expect(mirror.saidOfCluster()).toBe('unhealthy disconnected');
    expect(confirmedAt()).toBeLessThanOrEqual(stoppedAt);
    expect(mirror.lists(mark)).toEqual([]);
    expect(mirror.watchRequests(mark, 'configmaps')).toEqual([]);

    mirror.state.store.advance(5);
    mirror.state.restartApiServer('end');
    await mirror.settle();
    mirror.front.cut();
    await mirror.advance(2_000);
    expect(mirror.said('configmaps')).toBe('watching unhealthy disconnected');
    expect(mirror.status('configmaps').as_of).toBeLessThanOrEqual(stoppedAt);
    change('b', 'before it is back');
    await mirror.front.return();
    await mirror.untilEqual(60_000);
    expect(mirror.toldOf('configmaps', mark)).toContain('listing degraded expired');
    expect(mirror.lists(mark).filter((line) => line.startsWith('configmaps '))).toEqual(['configmaps expired full']);
    expect(mirror.saidOfCluster()).toBe('healthy none');
    expect(mirror.rows("select count(*) as count from change where key = 'default/a'")).toEqual([{ count: 6 }]);
  });
});

describe('71: a process that is killed where nothing happens to a type', () => {
  test('goes on from a bookmark of the last minute, and needs no list', async () => {
    await startLive();
    for (let minute = 0; minute < 10; minute += 1) {
      mirror.state.create('pods', { metadata: at(`p${minute}`) });
      await mirror.advance(60_000);
    }
    // The newest bookmark is at most a minute old, and at most 15 s later it is committed.
    const newest = mirror.state.revision;
    await mirror.advance(76_000);
    expect(Number(mirror.status('configmaps').resource_version)).toBeGreaterThanOrEqual(newest);
    await mirror.kill();
    mark = mirror.mark();
    await mirror.untilEqual();
    const [resumed] = mirror.watchRequests(mark, 'configmaps');
    expect(Number(resumed?.query.get('resourceVersion'))).toBeGreaterThanOrEqual(newest);
    expect(mirror.lists(mark)).toEqual([]);
    expect(mirror.rows("select resource_version_kind as kind from scope where mode = 'watching'")).toContainEqual({
      kind: 'bookmark',
    });
  });
});
