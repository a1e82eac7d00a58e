import { afterEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import { htmlPage, starting, type FaultRequest } from '../../../src/simulator/fault.ts';
import { SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;
let mark: ReturnType<SimulatedMirror['mark']>;
let restored = false;

const at = (name: string) => ({ namespace: 'default', name });
const make = (name: string, value = 'x') =>
  mirror.state.create('configmaps', { metadata: at(name), data: { key: value } });
const change = (name: string, value: string) => mirror.state.patch('configmaps', at(name), { data: { key: value } });

async function startLive(options: SimulatedMirrorOptions = {}): Promise<void> {
  restored = false;
  mirror = await SimulatedMirror.start({
    ...options,
    prepare: (made) => {
      mirror = made;
      for (const name of ['a', 'b', 'c']) make(name);
      make('ghost');
      mirror.state.delete('configmaps', at('ghost'));
      mirror.state.create('secrets', { metadata: at('s'), data: { key: 'c2VjcmV0' } });
      options.prepare?.(made);
    },
  });
  await mirror.untilEqual();
  mark = mirror.mark();
}

/** What status said of every mirrored type, without repeats. */
const saidOfAll = (): ReadonlySet<string> =>
  new Set(mirror.rows('select mode, health, reason from scope').map((row) => Object.values(row).join(' ')));

const all = (): boolean => true;
const isConfigMapList = ({ verb, type }: FaultRequest): boolean => verb === 'list' && type === 'configmaps';
const isConfigMapWatch = ({ verb, type }: FaultRequest): boolean => verb === 'watch' && type === 'configmaps';
const isHeartbeat = ({ path, query }: FaultRequest): boolean => path === '/api/v1/events' && query.get('limit') === '1';

afterEach(() => mirror.checkAndStop({ restored }));

describe('45: a cluster that cannot be reached', () => {
  test('keeps its rows with the time at which they were proven, is asked by one prober, and comes back without lists', async () => {
    await startLive({ behindFront: true });
    await mirror.advance(90_000);
    const lostAt = mirror.clock.now();
    await mirror.front.leave();
    mark = mirror.mark();
    await mirror.advance(120_000);
    expect(saidOfAll()).toEqual(new Set(['watching unhealthy disconnected']));
    expect(mirror.saidOfCluster()).toBe('unhealthy disconnected');
    expect(mirror.keys('configmaps')).toEqual(['default/a', 'default/b', 'default/c']);
    expect(Number(mirror.status('configmaps').as_of)).toBeLessThanOrEqual(lostAt);
    expect(Number(mirror.status('configmaps').as_of)).toBeGreaterThan(lostAt - 64_000);
    const triesCount = mirror.mirror.traffic.requests;
    await mirror.advance(120_000);
    // Two requests per try of the prober, one try each 20 s; heartbeats and discovery go on trying besides.
    expect(mirror.mirror.traffic.requests - triesCount).toBeLessThanOrEqual(30);
    const logged = (msg: string): number =>
      mirror.log.filter((line) => line.msg === msg && line.level !== 'debug').length;
    expect([logged('heartbeat failed'), logged('heartbeat passes again')]).toEqual([1, 0]);
    change('a', 'meanwhile');
    await mirror.front.return();
    const backAt = mirror.clock.now();
    await mirror.untilEqual();
    expect(mirror.clock.now() - backAt).toBeLessThan(30_000);
    expect(mirror.lists(mark)).toEqual([]);
    expect([logged('heartbeat failed'), logged('heartbeat passes again')]).toEqual([1, 1]);
    expect(mirror.saidOfCluster()).toBe('healthy none');
  });

  test('that was away when the process started is mirrored once it is there', async () => {
    await startLive({ behindFront: true });
    await mirror.stopProcess();
    await mirror.front.leave();
    change('a', 'meanwhile');
    await mirror.open();
    await mirror.advance(60_000);
    expect(mirror.saidOfCluster()).toBe('unhealthy disconnected');
    expect(saidOfAll()).toEqual(new Set(['stopped unhealthy stopped']));
    await mirror.front.return();
    await mirror.untilEqual();
  });

  test('31: whose connections are all cut at once costs no list', async () => {
    await startLive({ behindFront: true });
    mirror.front.cut();
    await mirror.advance(10);
    expect(saidOfAll()).toEqual(new Set(['watching unhealthy disconnected']));
    await mirror.untilEqual();
    expect(mirror.lists(mark)).toEqual([]);
  });

  test.each([
    ['503 of a starting server', starting(), 'server-error'],
    ['500', { kind: 'answer', status: 500, body: { kind: 'Status', status: 'Failure', code: 500 } }, 'server-error'],
    ['503 of a proxy', { kind: 'answer', status: 503, body: 'upstream connect error' }, 'disconnected'],
    ['504 of a proxy', { kind: 'answer', status: 504, body: { message: 'too slow' } }, 'disconnected'],
    ['connections that break', { kind: 'reset' }, 'disconnected'],
  ] as const)('that answers everything with %s keeps its rows, and is not stormed', async (_what, fault, reason) => {
    await startLive();
    mirror.faults.always(all, fault);
    mirror.state.restartApiServer();
    await mirror.advance(120_000);
    expect(saidOfAll()).toEqual(new Set([`watching unhealthy ${reason}`]));
    expect(mirror.keys('configmaps')).toHaveLength(3);
    expect(mirror.requests(mark).length).toBeLessThan(120);
    mirror.faults.clear();
    await mirror.untilEqual();
  });

  test.each([
    ['a page', '<html><h1>503 Service Temporarily Unavailable'],
    ['a text', 'no healthy upstream'],
    ['JSON of its own', { message: 'no peer in the ring' }],
  ])('for minutes through a gateway that answers 503 with %s is away, and back within seconds', async (_what, body) => {
    await startLive();
    mirror.faults.always(all, { kind: 'answer', status: 503, body });
    mirror.state.restartApiServer();
    await mirror.advance(600_000);
    expect(mirror.saidOfCluster()).toBe('unhealthy disconnected');
    expect(saidOfAll()).toEqual(new Set(['watching unhealthy disconnected']));
    expect(mirror.mirror.own.lastError).toContain('a gateway in front of the API server answers HTTP 503');
    mirror.faults.clear();
    await mirror.advance(30_000);
    expect(saidOfAll()).toEqual(new Set(['watching healthy none']));
    await mirror.untilEqual();
  });
});

describe('46: a new process of the API server', () => {
  const count = 500;
  const padding = 'x'.repeat(4_000);
  const name = (index: number) => at(`big-${index}`);

  /** The caches of the new process begin at a revision that no resume point has reached. */
  const restartOnNewRevision = (): void => {
    mirror.state.store.advance(5);
    mirror.state.restartApiServer();
  };

  /** Bytes that went over the wire since then. */
  const bytesSince = (before: number): number => mirror.mirror.traffic.bytesReceived - before;

  test('has each type listed by its metadata, and only what changed fetched whole', async () => {
    await startLive({
      prepare: () => {
        for (let index = 0; index < count; index += 1) {
          mirror.state.create('configmaps', {
            metadata: name(index),
            data: { index: String(index), noise: noise(index), padding },
          });
        }
      },
    });
    const first = bytesSince(0);
    await mirror.advance(30_000);
    restartOnNewRevision();
    for (let index = 0; index < 10; index += 1) {
      mirror.state.patch('configmaps', name(index * 7), { data: { index: 'changed' } });
    }
    mark = mirror.mark();
    const before = mirror.mirror.traffic.bytesReceived;
    const slots: number[] = [];
    const end = mirror.faults.onRequest(() => {
      slots.push(mirror.mirror.reflectors.filter(({ state }) => state.kind === 'listing').length);
      return undefined;
    });
    await mirror.untilEqual();
    end();
    const gets = mirror.requests(mark).filter(({ path }) => path.startsWith('/api/v1/namespaces/default/configmaps/'));
    expect(mirror.lists(mark)).toContain('configmaps expired metadata');
    expect(gets).toHaveLength(10);
    expect(bytesSince(before) / first).toBeLessThan(0.6);
    expect(Math.max(...slots)).toBeLessThanOrEqual(3);
    const listed = mirror.lists(mark).map((line) => line.split(' ')[0]);
    expect(new Set(listed).size).toBe(listed.length);
  });

  test('that replays what the fetched objects ran ahead of takes no row back', async () => {
    await startLive({
      prepare: () => {
        for (let index = 0; index < 150; index += 1) mirror.state.create('configmaps', { metadata: name(index) });
      },
    });
    restartOnNewRevision();
    mirror.state.patch('configmaps', name(1), { data: { key: 'listed' } });
    const end = mirror.faults.onRequest(({ verb, path }) => {
      if (verb !== 'get' || !path.endsWith('/big-1')) return undefined;
      end();
      mirror.state.patch('configmaps', name(1), { data: { key: 'between' } });
      mirror.state.patch('configmaps', name(1), { data: { key: 'fetched' } });
      return undefined;
    });
    await mirror.untilEqual();
    const versions = mirror
      .rows("select resource_version from change where key = 'default/big-1' order by seq")
      .map((row) => Number(row['resource_version']));
    expect(versions).toEqual([...versions].toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBe(versions.length);
  });
});

/** Text that does not compress. */
function noise(seed: number): string {
  let state = seed + 1;
  return Array.from({ length: 600 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state.toString(36);
  }).join('');
}

describe('24: a cluster restored from an older snapshot', () => {
  test('under a new API server is noticed, listed again whole, and shows no ghosts', async () => {
    await startLive();
    restored = true;
    const snapshot = mirror.state.snapshot();
    for (const lost of ['ghost', 'lost-1', 'lost-2']) make(lost);
    change('a', 'lost');
    mirror.state.delete('configmaps', at('b'));
    await mirror.untilEqual();
    await mirror.advance(60_000);
    mirror.state.restore(snapshot);
    mirror.state.restartApiServer();
    mark = mirror.mark();
    await mirror.until('it is noticed', () => mirror.saidOfCluster() === 'unhealthy etcd', 70_000);
    expect(mirror.rows('select timeline from mirror')).toEqual([{ timeline: 1 }]);
    await mirror.untilEqual();
    expect(mirror.rows('select timeline from mirror')).toEqual([{ timeline: 2 }]);
    expect(mirror.keys('configmaps')).toEqual(['default/a', 'default/b', 'default/c']);
    expect(mirror.status('configmaps').timeline).toBe(2);
    expect(mirror.lists(mark).every((line) => line.endsWith(' timeline-reset full'))).toBe(true);
    await mirror.advance(120_000);
    expect(mirror.saidOfCluster()).toBe('healthy none');
    make('after');
    await mirror.untilEqual();
  });

  test('79: and written to the very same revisions shows the new bodies', async () => {
    await startLive();
    restored = true;
    const snapshot = mirror.state.snapshot();
    change('a', 'before');
    for (let index = 0; index < 5; index += 1) make(`lost-${index}`);
    await mirror.untilEqual();
    const { resourceVersion } = mirror.state.get('configmaps', at('a')).metadata;
    mirror.state.restore(snapshot);
    mirror.state.restartApiServer();
    change('a', 'after');
    expect(mirror.state.get('configmaps', at('a')).metadata.resourceVersion).toBe(resourceVersion);
    await mirror.untilEqual();
    expect(mirror.rows('select timeline from mirror')).toEqual([{ timeline: 2 }]);
  });

  test('73: under the same API server is unhealthy for as long as that serves its old cache, and is reset each five minutes at most', async () => {
    await startLive();
    restored = true;
    const snapshot = mirror.state.snapshot();
    make('ghost');
    for (let index = 0; index < 5; index += 1) make(`lost-${index}`);
    await mirror.untilEqual();
    mirror.state.restore(snapshot);
    await mirror.advance(600_000);
    expect(mirror.saidOfCluster()).toBe('unhealthy etcd');
    expect(Number(mirror.rows('select timeline from mirror')[0]?.['timeline'])).toBeLessThanOrEqual(3);
    mirror.state.restartApiServer();
    await mirror.untilEqual();
    expect(mirror.keys('configmaps')).toEqual(['default/a', 'default/b', 'default/c']);
  });
});

describe('25: a cluster restored with its revisions raised and compacted', () => {
  /** As `etcdutl snapshot restore --bump-revision --mark-compacted` does, for which servers end their watches. */
  function restoreRaised(snapshot: ReturnType<SimulatedMirror['state']['snapshot']>): void {
    mirror.state.restore(snapshot);
    mirror.state.store.advance(1_000_000);
    mirror.state.compact();
    mirror.state.restartApiServer('end');
  }

  test('is listed again, shows no ghosts, and has another timeline since objects are older than before', async () => {
    await startLive();
    restored = true;
    const snapshot = mirror.state.snapshot();
    make('ghost');
    change('a', 'lost');
    mirror.state.delete('configmaps', at('b'));
    await mirror.untilEqual();
    await mirror.advance(60_000);
    mark = mirror.mark();
    restoreRaised(snapshot);
    await mirror.until('it is listed', () => mirror.toldOf('configmaps', mark).includes('listing degraded expired'));
    await mirror.untilEqual(60_000);
    expect(mirror.keys('configmaps')).toEqual(['default/a', 'default/b', 'default/c']);
    expect(mirror.rows('select timeline from mirror')).toEqual([{ timeline: 2 }]);
    expect(mirror.lists(mark)).toContain('configmaps timeline-reset full');
    expect(mirror.saidOfCluster()).toBe('healthy none');
    change('c', 'after');
    await mirror.untilEqual();
    await mirror.advance(700_000);
    expect(mirror.rows('select timeline from mirror')).toEqual([{ timeline: 2 }]);
  });

  test('is noticed by an object alone whose deletion was lost', async () => {
    await startLive();
    restored = true;
    const snapshot = mirror.state.snapshot();
    mirror.state.delete('configmaps', at('b'));
    await mirror.untilEqual();
    restoreRaised(snapshot);
    await mirror.untilEqual(60_000);
    expect(mirror.keys('configmaps')).toContain('default/b');
    expect(mirror.rows('select timeline from mirror')).toEqual([{ timeline: 2 }]);
  });

  test('by objects that are all as they were costs one list of each type, and no new timeline', async () => {
    await startLive();
    restored = true;
    await mirror.stopProcess();
    restoreRaised(mirror.state.snapshot());
    mark = mirror.mark();
    await mirror.open();
    await mirror.untilEqual(60_000);
    const listed = mirror.lists(mark).map((line) => line.split(' ')[0]);
    expect(new Set(listed).size).toBe(listed.length);
    expect(mirror.rows('select timeline from mirror')).toEqual([{ timeline: 1 }]);
  });
});

describe('a cluster whose lists show an ever older object', () => {
  test('has everything listed again once in five minutes, and says meanwhile that it is behind', async () => {
    // The edited states never were.
    await startLive({ checksOnTheWay: false });
    restored = true;
    let version = 300;
    mirror.faults.always(isConfigMapList, {
      kind: 'editList',
      edit: (list) => {
        version -= 1;
        const [first, ...others] = list['items'] as readonly JsonObject[];
        const metadata = { ...(first?.['metadata'] as JsonObject), resourceVersion: String(version) };
        return { ...list, items: [{ ...first, metadata }, ...others] };
      },
    });
    mark = mirror.mark();
    mirror.state.endWatches();
    mirror.faults.always(isConfigMapWatch, { kind: 'answer', status: 410, body: '' });
    await mirror.advance(240_000);
    expect(mirror.lists(mark).filter((line) => line.startsWith('configmaps ')).length).toBeGreaterThan(5);
    expect(mirror.rows('select timeline from mirror')).toEqual([{ timeline: 2 }]);
    expect(mirror.toldOf('configmaps', mark)).toContain('listing unhealthy etcd');
    mirror.faults.clear();
    await mirror.untilEqual();
  });
});

describe('24: a cluster restored twice within five minutes', () => {
  test('shows no ghosts, though it was written to before the second reset was due', async () => {
    await startLive();
    restored = true;
    const snapshot = mirror.state.snapshot();
    const restore = (): void => {
      mirror.state.restore(snapshot);
      mirror.state.restartApiServer();
    };
    for (const lost of ['lost-1', 'lost-2']) make(lost);
    await mirror.advance(60_000);
    restore();
    await mirror.untilEqual();
    make('lost-3');
    await mirror.advance(60_000);
    restore();
    await mirror.until('it is seen to be behind', () => mirror.saidOfCluster() === 'unhealthy etcd');
    await mirror.advance(20_000);
    for (let index = 0; index < 10; index += 1) change('a', String(index));
    await mirror.untilEqual();
    expect(mirror.keys('configmaps')).toEqual(['default/a', 'default/b', 'default/c']);
  });
});

describe('74: a store of the cluster that does not answer', () => {
  test('freezes the time at which rows are proven, ends no watch, and costs no list', async () => {
    await startLive();
    await mirror.advance(130_000);
    const frozenAt = mirror.clock.now();
    mark = mirror.mark();
    mirror.faults.always(isHeartbeat, { kind: 'answer', status: 504, body: 'Timeout: request did not complete' });
    await mirror.advance(180_000);
    expect(mirror.saidOfCluster()).toBe('unhealthy etcd');
    const [row] = mirror.rows('select max(as_of) as as_of, max(confirmed_at) as confirmed_at from scope, mirror');
    expect(Number(row?.['as_of'])).toBeLessThanOrEqual(frozenAt);
    expect(Number(row?.['confirmed_at'])).toBeLessThanOrEqual(frozenAt);
    expect(mirror.lists(mark)).toEqual([]);
    mirror.faults.clear();
    await mirror.until('it answers', () => mirror.saidOfCluster() === 'healthy none', 64_000);
  });

  test('is told from a server that does not answer by what needs no store', async () => {
    await startLive();
    const readsStore = (request: FaultRequest): boolean =>
      isHeartbeat(request) || request.path === '/api/v1/namespaces/kube-system';
    mirror.faults.always(readsStore, { kind: 'hang', before: 'headers' });
    await mirror.advance(75_000);
    expect(mirror.saidOfCluster()).toBe('unhealthy etcd');
    mirror.faults.always(({ path }) => path === '/livez/ping', { kind: 'hang', before: 'headers' });
    await mirror.advance(75_000);
    expect(mirror.saidOfCluster()).toBe('unhealthy disconnected');
    mirror.faults.clear();
    await mirror.until('it answers', () => mirror.saidOfCluster() === 'healthy none', 64_000);
  });
});

describe('a credential', () => {
  test('47: that is refused stops nothing that is open, and works again without a list', async () => {
    await startLive();
    mark = mirror.mark();
    const refused = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'Unauthorized', code: 401 };
    mirror.faults.always(all, { kind: 'answer', status: 401, body: { ...refused, reason: 'Unauthorized' } });
    await mirror.advance(70_000);
    change('a', 'still told');
    await mirror.advance(100);
    expect(mirror.differences()).toEqual([]);
    expect(mirror.saidOfCluster()).toBe('unhealthy auth-needed');
    await mirror.advance(600_000);
    expect(saidOfAll()).toEqual(new Set(['watching unhealthy auth-needed']));
    // One prober asks for all scopes.
    expect(mirror.watchRequests(mark, 'configmaps')).toHaveLength(1);
    expect(mirror.keys('secrets')).toEqual(['default/s']);
    mirror.faults.clear();
    await mirror.untilEqual();
    expect(mirror.lists(mark)).toEqual([]);
  });

  test('76: that gets lost on the way is a matter of authentication, and nothing is purged', async () => {
    await startLive();
    const message = 'configmaps is forbidden: User "system:anonymous" cannot watch resource "configmaps"';
    const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason: 'Forbidden', code: 403 };
    mirror.faults.always(all, { kind: 'answer', status: 403, body });
    mirror.state.restartApiServer();
    await mirror.advance(600_000);
    expect(saidOfAll()).toEqual(new Set(['watching unhealthy auth-needed']));
    expect(mirror.saidOfCluster()).toBe('unhealthy auth-needed');
    expect(mirror.keys('secrets')).toEqual(['default/s']);
    expect(mirror.rows('select count(*) as count from tombstone')).toEqual([{ count: 0 }]);
  });
});

describe('something that is no API server', () => {
  test('68: applies nothing and deletes nothing, and one prober asks', async () => {
    await startLive();
    mirror.faults.always(all, htmlPage());
    mirror.state.restartApiServer();
    mark = mirror.mark();
    await mirror.advance(300_000);
    expect(saidOfAll()).toEqual(new Set(['watching unhealthy not-api']));
    expect(mirror.saidOfCluster()).toBe('unhealthy not-api');
    expect(mirror.keys('configmaps')).toHaveLength(3);
    expect(mirror.requests(mark).length).toBeLessThan(120);
  });

  test('68: is not followed to where it redirects', async () => {
    await startLive();
    const headers = { location: `${mirror.simulator.url}/login` };
    mirror.faults.always(({ path }) => path !== '/login', { kind: 'answer', status: 302, body: '', headers });
    mirror.state.restartApiServer();
    mark = mirror.mark();
    await mirror.advance(60_000);
    expect(saidOfAll()).toEqual(new Set(['watching unhealthy not-api']));
    expect(mirror.requests(mark).some(({ path }) => path === '/login')).toBe(false);
  });
});

describe('75: a server that refuses everybody while it starts', () => {
  const refusal = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: 'configmaps is forbidden: User "admin" cannot list resource "configmaps" in API group ""',
    reason: 'Forbidden',
    code: 403,
  };

  test('purges nothing, of Secrets neither, and is mirrored as soon as it is up', async () => {
    await startLive();
    mirror.faults.always(all, { kind: 'answer', status: 403, body: refusal });
    mirror.state.restartApiServer();
    await mirror.advance(270);
    mirror.faults.clear();
    mirror.faults.always(({ path }) => path === '/readyz', { kind: 'answer', status: 500, body: 'not yet' });
    await mirror.advance(1_000);
    expect(mirror.keys('secrets')).toEqual(['default/s']);
    expect(mirror.rows("select count(*) as count from scope where phase = 'denied'")).toEqual([{ count: 0 }]);
    await mirror.untilEqual();
    expect(mirror.rows('select count(*) as count from tombstone')).toEqual([{ count: 0 }]);
  });

  test('delays the watches by a step of the backoff, not by half a minute', async () => {
    await startLive();
    mirror.faults.always(all, { kind: 'answer', status: 403, body: refusal });
    mirror.state.store.advance(5);
    mirror.state.restartApiServer();
    await mirror.advance(2_000);
    expect([...saidOfAll()].filter((said) => said.includes('forbidden'))).toEqual([]);
    mirror.faults.clear();
    await mirror.advance(9_000);
    expect(saidOfAll()).toEqual(new Set(['watching healthy none']));
  });

  test('is not believed where it is a heartbeat that is refused, and etcd itself is asked again', async () => {
    await startLive();
    await mirror.advance(40_000);
    const provenAt = mirror.clock.now();
    mirror.faults.always(all, { kind: 'answer', status: 403, body: refusal });
    await mirror.advance(64_000);
    expect(mirror.saidOfCluster()).toBe('unhealthy disconnected');
    expect(Number(mirror.rows('select confirmed_at from mirror')[0]?.['confirmed_at'])).toBeLessThanOrEqual(provenAt);
    mirror.faults.clear();
    mark = mirror.mark();
    await mirror.advance(130_000);
    expect(mirror.saidOfCluster()).toBe('healthy none');
    // The first that passes, those that prove streams opened again 250 ms apart, the one that follows it, and those of two minutes.
    const heartbeats = mirror.requests(mark).filter(({ path }) => path === '/api/v1/events');
    expect(heartbeats.length).toBeGreaterThanOrEqual(3);
    expect(heartbeats.length).toBeLessThanOrEqual(12);
    expect(mirror.requests(mark).some(({ path }) => path.includes('/leases/'))).toBe(false);
  });

  test('to one type for less than 30 s, though it is ready, denies nothing', async () => {
    await startLive();
    mirror.faults.always(({ type }) => type === 'secrets', { kind: 'answer', status: 403, body: refusal });
    mirror.state.store.advance(5);
    mirror.state.restartApiServer();
    await mirror.advance(20_000);
    expect(mirror.said('secrets')).toBe('watching unhealthy forbidden');
    expect(mirror.keys('secrets')).toEqual(['default/s']);
    mirror.faults.clear();
    await mirror.untilEqual();
    expect(mirror.toldOf('secrets', mark)).not.toContain('stopped unhealthy forbidden');
  });

  test('before the first list denies nothing for long', async () => {
    restored = false;
    mirror = await SimulatedMirror.start({
      prepare: (made) => {
        mirror = made;
        make('a');
        made.faults.always(({ type, path }) => type !== '' || path === '/readyz', {
          kind: 'answer',
          status: 403,
          body: refusal,
        });
      },
    });
    await mirror.advance(270);
    mirror.faults.clear();
    await mirror.untilEqual(60_000);
  });
});

describe('64: eight hours of sleep', () => {
  const hours8Ms = 8 * 3_600_000;

  test('end in the rows of the server, with a time of proof from before until a check after it', async () => {
    await startLive();
    await mirror.advance(60_000);
    const sleptAt = mirror.clock.now();
    mirror.clock.jump(hours8Ms);
    expect(Number(mirror.rows('select confirmed_at from mirror')[0]?.['confirmed_at'])).toBeLessThanOrEqual(sleptAt);
    // While it slept the server ended its watches and compacted its store.
    for (let index = 0; index < 20; index += 1) make(`night-${index}`);
    mirror.state.delete('configmaps', at('c'));
    mirror.state.compact();
    mirror.state.restartApiServer();
    await mirror.advance(10);
    expect(Number(mirror.status('configmaps').as_of)).toBeLessThanOrEqual(sleptAt);
    expect(mirror.said('configmaps')).not.toBe('watching healthy none');
    await mirror.untilEqual(60_000);
    expect(Number(mirror.status('configmaps').as_of)).toBeGreaterThan(sleptAt + hours8Ms);
  });

  test('with streams that nobody ended are noticed by the heartbeat within a minute', async () => {
    await startLive();
    await mirror.advance(60_000);
    mirror.clock.jump(hours8Ms);
    const before = mirror.clock.now();
    await mirror.advance(64_000);
    expect(Number(mirror.rows('select confirmed_at from mirror')[0]?.['confirmed_at'])).toBeGreaterThan(before);
  });
});
