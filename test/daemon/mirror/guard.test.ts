import { afterEach, describe, expect, test } from 'vitest';
import { SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';
import type { OracleOptions } from '../../support/mirror-oracle.ts';

let mirror: SimulatedMirror;
let expected: OracleOptions = {};

const at = (name: string) => ({ namespace: 'default', name });
const event = (name: string) => ({ metadata: at(name), involvedObject: {}, reason: 'Tested' });
const config = (name: string) => ({ metadata: at(name), data: { key: 'x' } });
const timeline = (): unknown => mirror.rows('select timeline from mirror')[0]?.['timeline'];
const hourMs = 3_600_000;

async function start(options: SimulatedMirrorOptions = {}): Promise<void> {
  expected = {};
  mirror = await SimulatedMirror.start({
    ...options,
    prepare: (made) => {
      mirror = made;
      for (const name of ['a', 'b']) made.state.create('configmaps', config(name));
      for (const name of ['e', 'f']) made.state.create('events', event(name));
      options.prepare?.(made);
    },
  });
  await mirror.untilLive();
}

afterEach(() => mirror.checkAndStop(expected));

describe('26: a cluster that was restored and has overtaken what was mirrored', () => {
  /** Events have no watch cache: their resume point is served, though it is of another history. */
  function loseAndOvertake(snapshot: ReturnType<SimulatedMirror['state']['snapshot']>): void {
    mirror.state.restore(snapshot);
    mirror.state.restartApiServer();
    for (let index = 0; index < 20; index += 1) mirror.state.create('configmaps', config(`later-${index}`));
  }

  test('while the mirror was off is noticed by the objects that changed last', async () => {
    await start();
    expected = { restored: true };
    const snapshot = mirror.state.snapshot();
    mirror.state.patch('events', at('e'), { reason: 'Lost' });
    mirror.state.create('events', event('ghost'));
    await mirror.untilEqual();
    await mirror.stopProcess();
    loseAndOvertake(snapshot);
    await mirror.open();
    await mirror.untilEqual();
    expect(timeline()).toBe(2);
    expect(mirror.keys('events')).toEqual(['default/e', 'default/f']);
    expect(mirror.log.some(({ reason }) => reason === 'timeline-reset')).toBe(true);
  });

  test('while it was away is noticed once it is back, and costs the timeline once', async () => {
    await start();
    expected = { restored: true };
    const snapshot = mirror.state.snapshot();
    mirror.state.patch('events', at('e'), { reason: 'Lost' });
    await mirror.untilEqual();
    const back = mirror.faults.always(() => true, { kind: 'reset' });
    loseAndOvertake(snapshot);
    await mirror.advance(30_000);
    back();
    await mirror.untilEqual();
    expect(timeline()).toBe(2);
    await mirror.advance(300_000);
    expect(timeline()).toBe(2);
  });

  test('of which an object is missing alone has its type compared with the server', async () => {
    await start({ auditIntervalMs: 24 * hourMs });
    expected = { restored: true, driftCount: 1 };
    await mirror.advance(2 * hourMs);
    const snapshot = mirror.state.snapshot();
    mirror.state.create('events', event('ghost'));
    await mirror.untilEqual();
    await mirror.stopProcess();
    loseAndOvertake(snapshot);
    await mirror.open();
    await mirror.until('the ghost is found', () => mirror.drifts.length > 0, hourMs);
    expect(mirror.drifts).toMatchObject([{ type: 'events', keys: ['default/ghost'] }]);
    await mirror.untilEqual();
  });

  test('is not seen in an outage without a restore', async () => {
    await start();
    mirror.state.patch('events', at('e'), { reason: 'Kept' });
    await mirror.untilEqual();
    const back = mirror.faults.always(() => true, { kind: 'reset' });
    mirror.state.delete('configmaps', at('b'));
    await mirror.advance(30_000);
    back();
    await mirror.untilEqual();
    await mirror.advance(120_000);
    expect(timeline()).toBe(1);
    expect(mirror.drifts).toEqual([]);
  });
});

describe('64: a machine that slept for eight hours', () => {
  test('opens every stream again, a moment apart, and lists nothing', async () => {
    await start();
    const mark = mirror.mark();
    mirror.clock.jump(8 * hourMs);
    await mirror.advance(15_000);
    expect(mirror.toldOf('configmaps', mark)).toEqual([
      'watching unhealthy disconnected',
      'watching degraded connecting',
      'watching healthy none',
    ]);
    expect(mirror.lists(mark)).toEqual([]);
    const opened = mirror.requests(mark).filter(({ query }) => query.has('watch'));
    expect(new Set(opened.map(({ path }) => path)).size).toBe(opened.length);
    expect(new Set(opened.map(({ atMs }) => atMs)).size).toBeGreaterThan(3);
    mirror.state.create('configmaps', config('after'));
    await mirror.untilEqual();
  });

  test('says that its rows are eight hours old until they are proven again', async () => {
    await start();
    await mirror.advance(70_000);
    const back = mirror.faults.always(() => true, { kind: 'hang', before: 'headers' });
    const sleptAtMs = mirror.clock.now();
    mirror.clock.jump(8 * hourMs);
    await mirror.advance(15_000);
    const { as_of: asOf, health, reason } = mirror.status('configmaps');
    expect([health, reason]).toEqual(['degraded', 'connecting']);
    expect(asOf).toBeLessThanOrEqual(sleptAtMs);
    expect(sleptAtMs - (asOf ?? 0)).toBeLessThan(70_000);
    back();
    await mirror.untilLive();
    expect(mirror.status('configmaps').as_of).toBeGreaterThan(sleptAtMs + 7 * hourMs);
  });

  test('whose resume points have expired meanwhile lists these types again', async () => {
    await start();
    mirror.state.renewCache('configmaps');
    mirror.state.create('pods', { metadata: at('elsewhere'), spec: { containers: [] } });
    mirror.state.renewCache('configmaps');
    const mark = mirror.mark();
    mirror.clock.jump(8 * hourMs);
    await mirror.advance(15_000);
    await mirror.untilEqual();
    expect(mirror.lists(mark)).toEqual(['configmaps expired full']);
  });

  test('whose clock is set back an hour calls nothing fresher than it is', async () => {
    await start();
    await mirror.advance(70_000);
    const mark = mirror.mark();
    const ages = (): readonly number[] =>
      mirror
        .rows('select as_of from scope union all select confirmed_at from mirror')
        .map((row) => mirror.clock.now() - Number(Object.values(row)[0]));
    const before = Math.max(...ages());
    mirror.clock.jump(-hourMs);
    await mirror.advance(10_000);
    expect(Math.min(...ages())).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ages())).toBeLessThan(before + 30_000);
    expect(mirror.requests(mark).some(({ query }) => query.has('watch'))).toBe(false);
    await mirror.untilEqual();
  });
});

describe('65: a server whose clock is another', () => {
  test.for([1, -1])('by %i h is told, once, and changes nothing else', async (direction) => {
    const skewMs = direction * hourMs;
    await start({
      types: 'all',
      prepare: (made) =>
        made.faults.onRequest(() => ({
          kind: 'addHeaders',
          headers: { date: new Date(made.clock.now() + skewMs).toUTCString() },
        })),
    });
    await mirror.advance(130_000);
    expect(mirror.rows('select clock_skew_ms as skew from mirror')).toEqual([{ skew: skewMs }]);
    expect(mirror.log.filter(({ msg }) => msg === "the server's clock is another")).toHaveLength(1);
    const { as_of: asOf } = mirror.status('configmaps');
    expect(Math.abs(mirror.clock.now() - (asOf ?? 0))).toBeLessThan(140_000);
    expect(mirror.saidOfCluster()).toBe('healthy none');
  });
});
