import { afterEach, describe, expect, test } from 'vitest';
import { resourceVersionTooLarge } from '../../../src/simulator/api-status.ts';
import type { Fault, FaultRequest } from '../../../src/simulator/fault.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';

/** Two API servers of one cluster behind one address, of which the second lags behind etcd. */
let mirror: SimulatedMirror;
let second: Simulator;
let mark: ReturnType<SimulatedMirror['mark']>;

const at = (name: string) => ({ namespace: 'default', name });
const make = (name: string) => mirror.state.create('configmaps', { metadata: at(name), data: { key: 'x' } });
const change = (name: string, value: string) => mirror.state.patch('configmaps', at(name), { data: { key: value } });

const isWatch = ({ verb, type }: FaultRequest): boolean => verb === 'watch' && type === 'configmaps';

/** How a server refuses a revision that it has not reached. */
const ahead: Fault = { kind: 'answer', status: 504, body: resourceVersionTooLarge(1_313, 313, true).status };

/** A mirror of the first server; the second has stopped following etcd before the newest changes. */
async function startBoth(): Promise<void> {
  mirror = await SimulatedMirror.start({
    behindFront: true,
    prepare: (made) => {
      mirror = made;
      for (const name of ['a', 'b', 'c']) make(name);
    },
  });
  await mirror.untilEqual();
  second = await mirror.startReplica();
  second.state.stall();
  change('a', 'newer');
  mirror.state.delete('configmaps', at('b'));
  make('d');
  await mirror.untilEqual();
  await mirror.advance(61_000);
  mark = mirror.mark();
}

/** From now on every connection leads to that server. */
function leadTo(server: Simulator): void {
  mirror.front.target = server.url;
  mirror.front.cut();
}

const timeline = (): unknown => mirror.rows('select timeline from mirror')[0]?.['timeline'];

/** Whether any request may have been answered from the past. */
const asksForAnyState = ({ query }: Simulator['requests'][number]): boolean =>
  query.get('resourceVersion') === '0' || (query.has('watch') && (query.get('resourceVersion') ?? '') === '');

afterEach(() => mirror.checkAndStop());

describe('27: a server that lags', () => {
  test('and refuses a revision once costs no list and no new timeline', async () => {
    await startBoth();
    second.faults.once(isWatch, ahead);
    leadTo(second);
    await mirror.until('it was refused', () => mirror.said('configmaps') === 'watching unhealthy etcd');
    leadTo(mirror.simulator);
    await mirror.untilEqual(60_000);
    expect(mirror.said('configmaps')).toBe('watching healthy none');
    expect(mirror.lists(mark)).toEqual([]);
    expect(timeline()).toBe(1);
    expect(mirror.rows('select count(*) as count from change where at > ?', mirror.clock.now() - 60_000)).toEqual([
      { count: 0 },
    ]);
  });

  test('tells what it missed once it has caught up, each change once', async () => {
    await startBoth();
    leadTo(second);
    await mirror.advance(5_000);
    const before = mirror.rows('select count(*) as count from change')[0]?.['count'];
    second.state.follow();
    change('c', 'after');
    await mirror.untilEqual(10_000);
    expect(mirror.rows('select count(*) as count from change')[0]?.['count']).toBe(Number(before) + 1);
    expect(mirror.lists(mark)).toEqual([]);
  });
});

describe('28: a server that never gets to the revision of a quiet type', () => {
  test('has that type polled, and watched again by way of the other one', async () => {
    await startBoth();
    second.state.follow();
    second.faults.always(isWatch, ahead);
    leadTo(second);
    await mirror.until('it is polled', () => mirror.said('configmaps') === 'polling degraded watch-failing', 600_000);
    expect(mirror.said('pods')).toBe('watching healthy none');
    expect(timeline()).toBe(1);
    change('a', 'polled');
    await mirror.advance(60_000);
    expect(mirror.differences()).toEqual([]);
    mark = mirror.mark();
    const before = second.requests.length;
    await mirror.advance(600_000);
    const lists = second.requests
      .slice(before)
      .filter(({ path, query }) => path.endsWith('/configmaps') && !query.has('watch'));
    expect(lists.length).toBeGreaterThan(0);
    expect(lists.length).toBeLessThanOrEqual(25);
    expect(second.requests.some(asksForAnyState)).toBe(false);
    leadTo(mirror.simulator);
    await mirror.until('it is watched', () => mirror.said('configmaps') === 'watching healthy none', 1_000_000);
    expect(timeline()).toBe(1);
  });

  test('is left for the other one, without a list, where connections go to either', async () => {
    await startBoth();
    second.faults.always(isWatch, ahead);
    leadTo(second);
    await mirror.until('it was refused', () => mirror.said('configmaps') === 'watching unhealthy etcd');
    mirror.front.target = mirror.simulator.url;
    mirror.front.cut();
    await mirror.untilEqual(60_000);
    expect(mirror.lists(mark)).toEqual([]);
  });
});

describe('29: a server that has an old state for whoever takes any state', () => {
  test('is asked for the newest one: no row goes back in time, and nothing is asked for that may be old', async () => {
    await startBoth();
    leadTo(second);
    for (const reflector of mirror.mirror.reflectors) reflector.relist('suspected-drift');
    await mirror.until(
      'all is listed by the second',
      () => mirror.lists(mark).length >= mirror.mirror.reflectors.length,
    );
    await mirror.advance(10_000);
    expect(mirror.differences()).toEqual([]);
    expect(mirror.keys('configmaps')).toEqual(['default/a', 'default/c', 'default/d']);
    const listed = second.requests.filter(({ path, query }) => path.endsWith('/configmaps') && !query.has('watch'));
    expect(listed.length).toBeGreaterThan(0);
    expect([...second.requests, ...mirror.simulator.requests].filter(asksForAnyState)).toEqual([]);
    second.state.follow();
    await mirror.untilEqual();
    expect(timeline()).toBe(1);
  });
});
