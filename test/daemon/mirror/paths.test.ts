import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { holdBookmarks, type FaultRequest } from '../../../src/simulator/fault.ts';
import { crdBody } from '../../support/sample-crd.ts';
import { SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';

/** What goes wrong between the two: nobody refuses, and nothing comes. */
let mirror: SimulatedMirror;
let mark: ReturnType<SimulatedMirror['mark']>;

const at = (name: string) => ({ namespace: 'default', name });
const make = (name: string) => mirror.state.create('configmaps', { metadata: at(name), data: { key: 'x' } });
const change = (name: string, value: string) => mirror.state.patch('configmaps', at(name), { data: { key: value } });

/** A live mirror of a cluster in which something happens now and then, so that every type has bookmarks. */
async function startLive(options: SimulatedMirrorOptions): Promise<void> {
  mirror = await SimulatedMirror.start({
    ...options,
    prepare: (made) => {
      mirror = made;
      for (const name of ['a', 'b']) make(name);
      options.prepare?.(made);
    },
  });
  await mirror.untilEqual();
  mark = mirror.mark();
}

/** Lets so many minutes go by, with a change in each. */
async function minutes(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    mirror.state.create('pods', { metadata: at(`p${mirror.state.revision}`) });
    await mirror.advance(60_000);
  }
}

/** What status said of every mirrored type, without repeats. */
const saidOfAll = (): ReadonlySet<string> =>
  new Set(mirror.rows('select mode, health, reason from scope').map((row) => Object.values(row).join(' ')));

const confirmedAt = (): number => Number(mirror.rows('select confirmed_at from mirror')[0]?.['confirmed_at']);

/** The latest time at which any row is said to have been the server's. */
const provenAt = (): number =>
  Math.max(confirmedAt(), Number(mirror.rows('select max(as_of) as at from scope')[0]?.['at']));

afterEach(() => mirror.checkAndStop());

describe('33: a path that is dead, of which nobody tells', () => {
  test('is noticed within 45 s, and resumed without a list once it is back', async () => {
    await startLive({ inMemory: true });
    await minutes(2);
    const diedAt = mirror.clock.now();
    mark = mirror.mark();
    mirror.network.die(mirror.clock);
    change('a', 'unseen');
    await mirror.advance(45_000);
    const said = [...saidOfAll()];
    expect(said.every((text) => /^watching (unhealthy disconnected|degraded connecting)$/.test(text))).toBe(true);
    expect(provenAt()).toBeLessThanOrEqual(diedAt);
    await mirror.advance(120_000);
    expect(mirror.saidOfCluster()).toBe('unhealthy disconnected');
    expect(provenAt()).toBeLessThanOrEqual(diedAt);
    expect(mirror.keys('configmaps')).toHaveLength(2);
    mirror.network.return();
    await mirror.untilEqual(60_000);
    expect(mirror.lists(mark)).toEqual([]);
    expect(mirror.rows("select count(*) as count from change where key = 'default/a'")).toEqual([{ count: 1 }]);
  });

  test('is noticed by the kernel: each connection is probed after 30 s of silence', async () => {
    await startLive({ behindFront: true });
    const port = new URL(mirror.front.url).port;
    const timers = keepaliveTimers(Number(port));
    expect(timers.length).toBeGreaterThan(7);
    for (const dueInMs of timers) expect(dueInMs).toBeLessThanOrEqual(30_500);
  });
});

/** Milliseconds until the keepalive probe of each connection to that port; NaN for one that is never probed. Linux. */
function keepaliveTimers(port: number): readonly number[] {
  const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = readFileSync('/proc/self/net/tcp', 'utf8').trim().split('\n').slice(1);
  return rows.flatMap((row) => {
    const [, , to = '', state, , timer = ''] = row.trim().split(/\s+/);
    if (!to.endsWith(remote) || state !== '01') return [];
    const [kind = '', ticks = ''] = timer.split(':');
    return [kind === '02' ? Number.parseInt(ticks, 16) * 10 : Number.NaN];
  });
}

describe('34: something that takes every byte and passes none on', () => {
  test('is noticed by the heartbeat, and by streams that were promised bookmarks', async () => {
    await startLive({ behindFront: true });
    await minutes(3);
    const mutedAt = mirror.clock.now();
    mark = mirror.mark();
    mirror.front.mute();
    change('a', 'unseen');
    await mirror.advance(75_000);
    expect(mirror.saidOfCluster()).toBe('unhealthy disconnected');
    expect(provenAt()).toBeLessThanOrEqual(mutedAt);
    await mirror.advance(76_000);
    expect(mirror.said('configmaps')).toMatch(/^watching (unhealthy disconnected|degraded connecting)$/);
    await mirror.advance(480_000);
    expect([...saidOfAll()].filter((text) => text.includes('healthy none'))).toEqual([]);
    expect(provenAt()).toBeLessThanOrEqual(mutedAt);
    expect(mirror.lists(mark)).toEqual([]);
    expect(mirror.keys('configmaps')).toHaveLength(2);
    mirror.front.speak();
    mirror.front.cut();
    await mirror.untilEqual(60_000);
    expect(mirror.lists(mark)).toEqual([]);
  });

  test('without cutting a connection is over for every stream once the cluster answers, though no type had a bookmark', async () => {
    await startLive({
      behindFront: true,
      prepare: (made) => made.faults.always(({ verb }) => verb === 'watch', holdBookmarks()),
    });
    mark = mirror.mark();
    mirror.front.mute();
    change('a', 'unseen');
    await mirror.advance(75_000);
    expect(mirror.saidOfCluster()).toBe('unhealthy disconnected');
    mirror.front.speak();
    const wrong: string[] = [];
    const hasCaughtUp = (): boolean => {
      const isHealthy =
        mirror.saidOfCluster() === 'healthy none' && mirror.said('configmaps') === 'watching healthy none';
      const differences = mirror.differences();
      if (isHealthy) wrong.push(...differences);
      return isHealthy && mirror.isLive && differences.length === 0;
    };
    await mirror.until('the cluster is healthy again', hasCaughtUp, 30_000);
    expect(wrong).toEqual([]);
    expect(mirror.lists(mark)).toEqual([]);
    expect([...saidOfAll()]).toEqual(['watching healthy none']);
  });

  test.each([
    ['before the check, which asks on connections of both kinds', 55_000, 'no answer within 10 s'],
    ['during the check, so that /livez answers', 63_000, 'the API server answers, its store does not'],
  ])('also where new connections speak again %s', async (_when, speaksAfterMs, failed) => {
    await startLive({
      behindFront: true,
      checksOnTheWay: false,
      prepare: (made) => made.faults.always(({ verb }) => verb === 'watch', holdBookmarks()),
    });
    const speaksAt = confirmedAt() + speaksAfterMs;
    await mirror.advance(20_000);
    mark = mirror.mark();
    mirror.front.mute();
    change('a', 'unseen');
    await mirror.advance(speaksAt - mirror.clock.now());
    mirror.front.speak();
    await mirror.until('the heartbeat is missed', () => mirror.saidOfCluster() !== 'healthy none', 30_000);
    expect(mirror.rows('select last_error from mirror')[0]?.['last_error']).toContain(failed);
    await mirror.until('it passes again', () => mirror.saidOfCluster() === 'healthy none', 30_000);
    await mirror.untilEqual(20_000);
    expect(mirror.lists(mark)).toEqual([]);
  });

  test('though not every stream: one that has spoken since is left as it is', async () => {
    await startLive({});
    await minutes(2);
    const back = mirror.faults.always(({ verb }) => verb !== 'watch', { kind: 'hang', before: 'headers' });
    await mirror.until('the cluster is missed', () => mirror.saidOfCluster() === 'unhealthy disconnected', 90_000);
    mark = mirror.mark();
    change('a', 'seen');
    back();
    await mirror.until('it is back', () => mirror.saidOfCluster() === 'healthy none', 30_000);
    await mirror.untilEqual(15_000);
    expect(mirror.watchRequests(mark, 'configmaps')).toHaveLength(0);
    expect(mirror.watchRequests(mark, 'pods')).toHaveLength(1);
    expect(mirror.lists(mark)).toEqual([]);
  });

  test('for one stream only costs that one a new connection after 150 s of silence, and no list', async () => {
    const isWatch = ({ verb, type }: FaultRequest): boolean => verb === 'watch' && type === 'configmaps';
    let isSilent = false;
    await startLive({
      // Until its silence has lasted nothing tells such a stream from one of a quiet type.
      checksOnTheWay: false,
      prepare: (made) =>
        made.faults.once(isWatch, {
          kind: 'editEvents',
          editor: () => (event) => (isSilent ? [] : [event]),
        }),
    });
    await minutes(2);
    isSilent = true;
    change('a', 'unseen');
    await minutes(3);
    expect(mirror.watchRequests(mark, 'configmaps')).toHaveLength(1);
    await mirror.untilEqual(1_000);
    expect(mirror.lists(mark)).toEqual([]);
    expect(mirror.said('configmaps')).toBe('watching healthy none');
  });
});

describe('35: something that ends streams that were idle for 50 s', () => {
  test('costs no list, and is learned: then streams end before that by themselves, and nobody notices', async () => {
    await startLive({ behindFront: true });
    await mirror.stopProcess();
    mirror.front.idle = { clock: mirror.clock, ms: 50_000 };
    mark = mirror.mark();
    await mirror.open();
    await mirror.advance(240_000);
    expect(mirror.told.slice(mark.toldCount).some((line) => line.endsWith('unhealthy disconnected'))).toBe(true);
    expect(mirror.lists(mark)).toEqual([]);
    mark = mirror.mark();
    for (let minute = 0; minute < 10; minute += 1) {
      change('a', String(minute));
      await mirror.advance(60_000);
      expect(mirror.differences()).toEqual([]);
      expect(saidOfAll()).toEqual(new Set(['watching healthy none']));
    }
    expect(mirror.told.slice(mark.toldCount)).toEqual([]);
    expect(mirror.lists(mark)).toEqual([]);
    const asked = mirror.requests(mark).filter(({ query }) => query.has('watch'));
    expect(asked.length).toBeGreaterThan(50);
    for (const { query } of asked) expect(Number(query.get('timeoutSeconds'))).toBeLessThan(50);
  });
});

describe('36: something that holds headers back until there is a body', () => {
  test('delays a quiet type until its first bookmark, and no longer', async () => {
    await startLive({ behindFront: true });
    await mirror.stopProcess();
    mirror.front.holdsHeaders = true;
    mark = mirror.mark();
    await mirror.open();
    await mirror.advance(20_000);
    expect(mirror.said('configmaps')).toBe('watching degraded connecting');
    mirror.state.create('pods', { metadata: at('p') });
    await mirror.until('it is live', () => mirror.said('configmaps') === 'watching healthy none', 150_000);
    change('a', 'seen');
    await mirror.advance(100);
    expect(mirror.rows("select operation from change where key = 'default/a'")).toEqual([{ operation: 'updated' }]);
    expect(mirror.lists(mark)).toEqual([]);
    expect(mirror.watchRequests(mark, 'configmaps')).toHaveLength(1);
    // Nothing ends the silence of core events, which have no bookmarks, but an event.
    mirror.state.create('events', { metadata: at('e'), involvedObject: {} });
    await mirror.untilEqual();
  });
});

describe('69: a server that sends connections away', () => {
  /** Leases are polled, whatever happens. */
  const isOther = (line: string): boolean => !line.startsWith('leases.');

  const kinds = Array.from({ length: 45 }, (_, index) => `thing${String.fromCodePoint(97 + (index % 26))}${index}`);

  /** A hundred streams and more. */
  async function startWide(options: SimulatedMirrorOptions = {}): Promise<void> {
    await startLive({
      behindFront: true,
      types: 'all',
      ...options,
      prepare: (made) => {
        for (const singular of kinds) {
          made.state.create(
            'customresourcedefinitions.apiextensions.k8s.io',
            crdBody({ group: 'things', singular, namespaced: true, extraFieldCount: 0 }),
          );
        }
      },
    });
    expect(mirror.mirror.reflectors.filter(({ state }) => state.kind === 'watching').length).toBeGreaterThan(90);
    await mirror.advance(61_000);
    mark = mirror.mark();
  }

  test('by breaking all of them at once has every stream resumed, without a list, by few checks', async () => {
    await startWide();
    mirror.front.cut();
    await mirror.advance(10);
    expect(saidOfAll()).toContain('watching unhealthy disconnected');
    expect([...saidOfAll()].filter((said) => said.startsWith('watching healthy'))).toEqual([]);
    change('a', 'meanwhile');
    await mirror.untilEqual(30_000);
    expect(mirror.lists(mark).filter(isOther)).toEqual([]);
    const resumed = mirror.requests(mark).filter(({ query }) => query.has('watch'));
    expect(new Set(resumed.map(({ path }) => path)).size).toBe(resumed.length);
    expect(mirror.requests(mark).filter(({ path }) => path.endsWith('/kube-system')).length).toBeLessThan(10);
  });

  test('by asking in each answer to have the connection closed is asked over new ones, and nobody notices', async () => {
    await startWide();
    const headers = { connection: 'close' };
    mirror.faults.always(() => true, { kind: 'addHeaders', headers });
    for (let minute = 0; minute < 3; minute += 1) {
      change('a', String(minute));
      await mirror.advance(60_000);
      expect(mirror.differences()).toEqual([]);
    }
    expect(mirror.told.slice(mark.toldCount).filter(isOther)).toEqual([]);
    expect(mirror.lists(mark).filter(isOther)).toEqual([]);
  });
});
