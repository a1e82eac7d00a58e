import { afterEach, describe, expect, test } from 'vitest';
import { onceOutcome } from '../../../src/daemon/once-outcome.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import type { Reflector } from '../../../src/daemon/reflector.ts';
import type { FaultRequest } from '../../../src/simulator/fault.ts';
import { MirrorWriter } from '../../../src/store/mirror-writer.ts';
import { nextTurn } from '../../../src/util/clock.ts';
import { SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';

const isHeartbeat = ({ path, query }: FaultRequest): boolean => path === '/api/v1/events' && query.get('limit') === '1';
const failure = (code: number): JsonObject => ({
  kind: 'Status',
  metadata: {},
  status: 'Failure',
  message: 'no',
  code,
});

describe('the proof of a watch', () => {
  let mirror: SimulatedMirror;

  afterEach(async () => {
    await mirror.stop();
  });

  const configMaps = (): Reflector | undefined =>
    mirror.mirror.reflectors.find(({ scope }) => scope.name === 'configmaps');

  /** A process that resumes, with the watch of config maps open and not yet proven. */
  async function resume(options: SimulatedMirrorOptions = {}): Promise<void> {
    mirror = await SimulatedMirror.start({ checksOnTheWay: false, ...options });
    await mirror.untilLive();
    await mirror.stopProcess();
    await mirror.open();
    while (configMaps()?.state.kind !== 'watching') await nextTurn();
    await mirror.settle();
    expect(configMaps()?.state).toMatchObject({ kind: 'watching', live: false });
  }

  function create(count: number, data = ''): void {
    for (let index = 0; index < count; index += 1) {
      mirror.state.create('configmaps', { metadata: { namespace: 'default', name: `new-${index}` }, data: { data } });
    }
  }

  const newCount = (): number => mirror.keys('configmaps').filter((key) => key.includes('new-')).length;

  /** The server writes, and this process is held up: what came lies in sockets as the timers run. */
  async function heldUp(ms: number): Promise<void> {
    for (let step = 0; step < 50; step += 1) await Promise.resolve();
    mirror.clock.advance(ms);
    for (let step = 0; step < 50; step += 1) await Promise.resolve();
  }

  test('waits for what lies in the socket as its time ends', async () => {
    await resume();
    mirror.clock.advance(300);
    await mirror.settle();
    create(20);
    await heldUp(400);
    while (configMaps()?.isCurrent !== true) await nextTurn();
    expect(newCount()).toBe(20);
  });

  test('is none where the store refuses the last events before it', async () => {
    await resume({ types: ['configmaps', 'namespaces'] });
    mirror.clock.advance(470);
    await mirror.settle();
    create(1);
    await mirror.settle();
    const asOf = mirror.status('configmaps').as_of;
    const commit = Reflect.get(MirrorWriter.prototype, 'commit') as MirrorWriter['commit'];
    let refusedCount = 0;
    MirrorWriter.prototype.commit = function refuseFirst(this: MirrorWriter, ...given: Parameters<typeof commit>) {
      if (given[1] !== undefined || refusedCount > 0) return commit.apply(this, given);
      refusedCount += 1;
      throw this.report(Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })) as Error;
    } as typeof commit;
    try {
      mirror.clock.advance(35);
      await mirror.settle();
    } finally {
      MirrorWriter.prototype.commit = commit;
    }
    expect(refusedCount).toBe(1);
    expect({ isCurrent: configMaps()?.isCurrent, asOf: mirror.status('configmaps').as_of }).toEqual({
      isCurrent: false,
      asOf,
    });
    expect(onceOutcome(mirror.process, { isTerminal: false })).toBeUndefined();
  });

  test('by a heartbeat that begins late says nothing of what came before it and is not read', async () => {
    mirror = await SimulatedMirror.start({ checksOnTheWay: false });
    await mirror.untilLive();
    await mirror.advance(20_000);
    const before = Number(mirror.status('configmaps').as_of);
    const count = 1_500;
    create(count, 'x'.repeat(300));
    const toldAt = mirror.clock.now();
    await heldUp(70_000);
    for (let turn = 0; turn < 3_000 && newCount() < count; turn += 1) {
      await nextTurn();
      const asOf = Number(mirror.status('configmaps').as_of);
      if (asOf !== before && asOf > toldAt) expect(newCount()).toBe(count);
    }
    await mirror.advance(1_000);
    expect(newCount()).toBe(count);
  });

  test('of a stream that is not read to its end for some seconds is not told: the scope is catching up', async () => {
    mirror = await SimulatedMirror.start({ checksOnTheWay: false });
    await mirror.untilLive();
    await mirror.advance(20_000);
    const told = (): object | undefined =>
      mirror.mirror.live('id').scopes.find(({ type }) => type === 'configmaps') as object | undefined;
    expect(told()).toMatchObject({ mode: 'watching', health: 'healthy', reason: 'none' });
    const count = 3_000;
    create(count, 'x'.repeat(1_000));
    while (newCount() === 0) await nextTurn();
    expect(newCount()).toBeLessThan(count);
    expect(told()).toMatchObject({ health: 'healthy' });
    mirror.clock.advance(2_500);
    expect(told()).toMatchObject({ mode: 'watching', health: 'degraded', reason: 'connecting' });
    while (newCount() < count) await mirror.advance(100);
    // A heartbeat has to prove it.
    await mirror.advance(30_000);
    expect(told()).toMatchObject({ mode: 'watching', health: 'healthy', reason: 'none' });
  });

  test('of a stream that ended cleanly is not told while the next one hangs', async () => {
    mirror = await SimulatedMirror.start({ checksOnTheWay: false });
    await mirror.untilLive();
    await mirror.advance(20_000);
    mirror.faults.always(({ verb, type }) => verb === 'watch' && type === 'configmaps', {
      kind: 'hang',
      before: 'headers',
    });
    mirror.state.endWatches();
    await mirror.advance(1_500);
    const told = (): object | undefined =>
      mirror.mirror.live('id').scopes.find(({ type }) => type === 'configmaps') as object | undefined;
    expect(told()).toMatchObject({ mode: 'watching', health: 'healthy', reason: 'none' });
    await mirror.advance(1_000);
    expect(told()).toMatchObject({ mode: 'watching', health: 'degraded', reason: 'connecting' });
    expect(mirror.mirror.live('id').scopes.filter(({ health }) => health !== 'healthy')).toHaveLength(1);
  });

  test.each([
    ['was told to come in five minutes', 429, '300'],
    ['is due any moment', 500, '0'],
  ])(
    'after an outage is not long in coming, though the look that a failure ordered %s',
    async (_what, code, retryAfter) => {
      mirror = await SimulatedMirror.start();
      await mirror.untilLive();
      await mirror.advance(30_000);
      let count = 0;
      mirror.faults.onRequest((request) => {
        if (!isHeartbeat(request)) return undefined;
        count += 1;
        if (count === 1) {
          return { kind: 'answer', status: code, headers: { 'retry-after': retryAfter }, body: failure(code) };
        }
        if (count !== 2) return undefined;
        mirror.state.endWatches();
        return { kind: 'delay', delayMs: 1_500 };
      });
      await mirror.until('the second heartbeat', () => count >= 2);
      let unwellMs = 0;
      for (let ms = 0; ms < 120_000; ms += 200) {
        await mirror.advance(200);
        if (mirror.mirror.reflectors.some(({ status }) => status.health !== 'healthy')) unwellMs = ms;
      }
      expect(unwellMs).toBeLessThan(15_000);
    },
  );
});
