import { afterEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/json.ts';
import type { ClusterState } from '../../../src/simulator/cluster-state.ts';
import {
  duplicateItem,
  emptyList,
  htmlPage,
  listResourceVersion,
  type Fault,
  type FaultRequest,
} from '../../../src/simulator/fault.ts';
import { SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;

afterEach(() => mirror.checkAndStop());

async function start(options: SimulatedMirrorOptions = {}): Promise<void> {
  mirror = await SimulatedMirror.start(options);
}

/** Makes `count` ConfigMaps, called c0000 and so on. */
function fill({ state }: { readonly state: ClusterState }, count: number): void {
  for (let index = 0; index < count; index += 1) {
    state.create('configmaps', {
      metadata: { namespace: 'default', name: `c${String(index).padStart(4, '0')}` },
      data: { index: String(index) },
    });
  }
}

const name = (index: number) => ({ namespace: 'default', name: `c${String(index).padStart(4, '0')}` });
const isList = ({ verb, type }: FaultRequest): boolean => verb === 'list' && type === 'configmaps';
const isPage = (request: FaultRequest): boolean => isList(request) && request.query.has('continue');
const isFirstPage = (request: FaultRequest): boolean =>
  isList(request) && !request.query.has('continue') && request.query.get('limit') !== '1';

/** The answer to a continue token that expired, with the token that goes on inconsistently. */
const expiredToken: Fault = {
  kind: 'answer',
  status: 410,
  body: {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: { continue: 'inconsistent' },
    status: 'Failure',
    message: 'The provided continue parameter is too old to display a consistent list result.',
    reason: 'Expired',
    code: 410,
  },
};

/** Does `fault` to the page of that number, counted from 1, of the next list of ConfigMaps that gets there. */
function onPage(number: number, fault: Fault, seen: () => void = () => undefined): void {
  let page = 0;
  const end = mirror.faults.onRequest((request) => {
    if (!isList(request) || request.query.get('limit') === '1') return undefined;
    page = isPage(request) ? page + 1 : 1;
    if (page !== number) return undefined;
    end();
    seen();
    return fault;
  });
}

const storedState = (): readonly unknown[] => {
  const { phase, resource_version, complete } = mirror.status('configmaps');
  return [phase, resource_version, complete, mirror.keys('configmaps').length];
};

/** Page sizes of the lists of ConfigMaps that were begun, `stream` for a streaming one, null for one without pages. */
const triedLists = (): readonly (string | null)[] =>
  mirror.requests({ requestCount: 0, lineCount: 0, toldCount: 0 }).flatMap(({ path, query }) => {
    if (path !== '/api/v1/configmaps' || query.has('continue') || query.get('limit') === '1') return [];
    if (query.has('sendInitialEvents')) return ['stream'];
    return query.has('watch') ? [] : [query.get('limit')];
  });

describe('a first list', () => {
  test('1: three pages and a thousand changes end in the rows of the server, at the last change', async () => {
    await start({ types: 'all', prepare: (made) => fill(made, 1_200) });
    await mirror.untilEqual();
    for (let index = 0; index < 1_000; index += 1) {
      mirror.state.patch('configmaps', name(index), { data: { more: 'x' } });
      if (index % 97 === 0) await mirror.advance(30);
    }
    await mirror.advance(100);
    expect(mirror.differences()).toEqual([]);
    expect(mirror.status('configmaps').resource_version).toBe(String(mirror.state.revision));
    expect(mirror.rows('select count(*) as count from change')).toEqual([{ count: 1_000 }]);
    expect(mirror.told.filter((line) => line.startsWith('configmaps '))).toEqual([
      'configmaps listing degraded waiting',
      'configmaps watching degraded connecting',
      'configmaps watching healthy none',
    ]);
  });

  test('2: of no objects is complete, with a resume point', async () => {
    await start();
    await mirror.untilLive();
    expect(mirror.status('pods')).toMatchObject({ phase: 'synced', complete: 1, mode: 'watching', health: 'healthy' });
    expect(Number(mirror.status('pods').resource_version)).toBeGreaterThan(0);
  });

  test('3: whose token expired on page 3 begins again with larger pages, and never with the inconsistent token', async () => {
    let stored: readonly unknown[] = [];
    await start({
      prepare: (made) => {
        mirror = made;
        fill(made, 1_200);
        onPage(3, expiredToken, () => (stored = storedState()));
      },
    });
    await mirror.untilEqual();
    const [rowCount, ...others] = stored.toReversed();
    expect(others).toEqual([0, null, 'listing']);
    // The second page is written while the third is asked for.
    expect(Number(rowCount)).toBeGreaterThanOrEqual(500);
    const requests = mirror.requests({ requestCount: 0, lineCount: 0, toldCount: 0 });
    const pages = requests.filter(({ path }) => path === '/api/v1/configmaps').map(({ query }) => query);
    expect(pages.some((query) => query.get('continue') === 'inconsistent')).toBe(false);
    expect(pages.map((query) => query.get('limit')).filter((limit) => limit !== '1')).toEqual([
      '500',
      '500',
      '500',
      '2000',
      null,
    ]);
  });

  test('4: whose tokens always expire comes as a stream in the end', async () => {
    await start({
      prepare: (made) => {
        fill(made, 2_100);
        made.faults.always(isPage, expiredToken);
      },
    });
    await mirror.untilEqual();
    expect(triedLists()).toEqual(['500', '2000', 'stream']);
  });

  test('4, 17: whose tokens always expire ends with everything in one answer where no list is streamed', async () => {
    await start({
      watchList: false,
      prepare: (made) => {
        fill(made, 2_100);
        made.faults.always(isPage, expiredToken);
      },
    });
    await mirror.untilEqual();
    expect(triedLists()).toEqual(['500', '2000', 'stream', null]);
    expect(mirror.broken()).toEqual([]);
  });

  test('5: whose second page has another resourceVersion begins again', async () => {
    await start({
      prepare: (made) => {
        mirror = made;
        fill(made, 600);
        onPage(2, listResourceVersion('999999'));
      },
    });
    await mirror.untilEqual();
    expect(mirror.listRequests({ requestCount: 0, lineCount: 0, toldCount: 0 }, 'configmaps')).toHaveLength(3);
  });

  test('14: with one object on it twice stores it once', async () => {
    await start({
      prepare: (made) => {
        fill(made, 3);
        made.faults.once(isFirstPage, duplicateItem());
      },
    });
    await mirror.untilEqual();
    expect(mirror.keys('configmaps')).toHaveLength(3);
  });
});

describe('15: a compressed list', () => {
  const padding = 'many equal words '.repeat(40);
  const fillPadded = (made: SimulatedMirror): void => {
    for (let index = 0; index < 700; index += 1) {
      made.state.create('configmaps', { metadata: name(index), data: { padding, index: String(index) } });
    }
  };

  test('has the same rows as a plain one, and a fraction of its bytes', async () => {
    await start({ prepare: fillPadded });
    await mirror.untilEqual();
    expect(mirror.keys('configmaps')).toHaveLength(700);
    expect(mirror.mirror.traffic.bytesReceived).toBeLessThan(0.25 * 700 * padding.length);
  });

  test('of several members is read to its end', async () => {
    await start({
      prepare: (made) => {
        fillPadded(made);
        made.faults.always(isList, { kind: 'gzip' });
      },
    });
    await mirror.untilEqual();
    expect(mirror.keys('configmaps')).toHaveLength(700);
    expect(mirror.lists({ requestCount: 0, lineCount: 0, toldCount: 0 })).toContain('configmaps first-list full');
  });
});

describe('a process that is killed', () => {
  test('6: in the middle of a relist has no resume point, lost no row, and lists again', async () => {
    await start({ prepare: (made) => fill(made, 1_200) });
    await mirror.untilEqual();
    const { generation } = mirror.status('configmaps');
    mirror.state.delete('configmaps', name(1_199));
    onPage(3, { kind: 'hang', before: 'headers' });
    mirror.state.restartApiServer();
    await mirror.until('page 3 is asked for', () => mirror.status('configmaps').generation > generation);
    await mirror.settle();
    expect(storedState()).toEqual(['listing', null, 1, 1_200]);
    const mark = mirror.mark();
    await mirror.kill();
    await mirror.untilEqual();
    expect(mirror.lists(mark).filter((line) => line.startsWith('configmaps '))).toEqual([
      'configmaps interrupted-list metadata',
    ]);
    expect(mirror.status('configmaps').generation).toBe(generation + 2);
  });

  test('7: before a doubted sweep swept nothing, and its successor asks twice as well', async () => {
    await start({ prepare: (made) => fill(made, 60) });
    await mirror.untilEqual();
    await mirror.stopProcess();
    for (let index = 0; index < 50; index += 1) mirror.state.delete('configmaps', name(index));
    mirror.state.restartApiServer();
    await mirror.open();
    await mirror.until('the list is doubted', () => mirror.said('configmaps').endsWith('confirming-deletions'));
    await mirror.kill();
    expect(mirror.keys('configmaps')).toHaveLength(60);
    await mirror.untilEqual();
    expect(mirror.rows("select count(*) as count from tombstone where cause = 'sweep'")).toEqual([{ count: 50 }]);
  });

  test('leaves rows that are no fresher for the first check of its successor', async () => {
    await start({ prepare: (made) => fill(made, 5) });
    await mirror.untilEqual();
    const { as_of: provenAtMs } = mirror.status('configmaps');
    mirror.state.patch('configmaps', name(0), { data: { moment: 'missed' } });
    await mirror.advance(1_000);
    await mirror.kill();
    mirror.faults.always(({ verb, type }) => verb === 'watch' && type === 'configmaps', { kind: 'reset' });
    await mirror.until('the others are live', () => mirror.said('pods') === 'watching healthy none');
    expect(mirror.status('configmaps').as_of).toBe(provenAtMs);
  });

  test('8: at any moment has rows and resume point of the same commits, and its successor repeats no change', async () => {
    await start({ prepare: (made) => fill(made, 5) });
    await mirror.untilEqual();
    for (let moment = 0; moment < 24; moment += 1) {
      mirror.state.patch('configmaps', name(moment % 5), { data: { moment: String(moment) } });
      if (moment % 3 === 0) mirror.state.create('pods', { metadata: { namespace: 'default', name: `p${moment}` } });
      if (moment % 6 === 5) mirror.state.delete('pods', { namespace: 'default', name: `p${moment - 2}` });
      await mirror.advance((moment * 7) % 60);
      expect(mirror.broken()).toEqual([]);
      await mirror.kill();
      expect(mirror.broken()).toEqual([]);
      if (moment % 4 === 0) await mirror.untilLive();
    }
    const mark = mirror.mark();
    await mirror.untilEqual();
    expect(mirror.lists(mark)).toEqual([]);
  });
});

describe('a relist', () => {
  /** A mirror of 60 ConfigMaps whose scope is about to be listed again, with `fault` on the first page. */
  async function relistWith(fault: Fault): Promise<void> {
    await start({ prepare: (made) => fill(made, 60) });
    await mirror.untilEqual();
    mirror.faults.once(isFirstPage, fault);
    mirror.state.create('pods', { metadata: { namespace: 'default', name: 'p' } });
    mirror.state.restartApiServer();
  }

  test.each([
    ['a Status', JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 500 }), 'server-error'],
    ['a Table', JSON.stringify({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', rows: [] }), 'server-error'],
    [
      'cut JSON',
      '{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[',
      'server-error',
    ],
  ])('9, 10: answered 200 with %s applies nothing and sweeps nothing', async (_what, body, reason) => {
    await relistWith({ kind: 'editBody', edit: () => body });
    await mirror.until('the list failed', () => mirror.said('configmaps') === `listing unhealthy ${reason}`);
    expect(mirror.keys('configmaps')).toHaveLength(60);
    expect(mirror.status('configmaps').next_attempt_at).toBeGreaterThan(mirror.clock.now());
    await mirror.untilEqual();
    expect(mirror.rows('select count(*) as count from tombstone')).toEqual([{ count: 0 }]);
  });

  test('10: answered 200 with a page for people applies nothing and sweeps nothing', async () => {
    await relistWith(htmlPage());
    await mirror.until('the list failed', () => mirror.said('configmaps') === 'listing unhealthy not-api');
    expect(mirror.keys('configmaps')).toHaveLength(60);
    await mirror.untilEqual();
  });

  test('9: cut in the middle of its body is asked for again', async () => {
    await relistWith({ kind: 'truncate', afterBytes: 2_000, by: 'reset' });
    await mirror.until('the list failed', () => mirror.said('configmaps') === 'listing unhealthy disconnected');
    expect(mirror.keys('configmaps')).toHaveLength(60);
    await mirror.untilEqual();
  });

  test('12: that is empty once deletes nothing before a second one agrees', async () => {
    await relistWith(emptyList());
    const mark = mirror.mark();
    await mirror.until('the list is doubted', () => mirror.said('configmaps').endsWith('confirming-deletions'));
    expect(mirror.said('configmaps')).toBe('listing degraded confirming-deletions');
    expect(mirror.status('configmaps').resource_version).toBeNull();
    const doubtedAt = mirror.clock.monotonic();
    await mirror.untilEqual();
    expect(mirror.clock.monotonic() - doubtedAt).toBeGreaterThan(10_000);
    expect(mirror.rows('select count(*) as count from tombstone')).toEqual([{ count: 0 }]);
    expect(mirror.rows('select count(*) as count from change where operation = ?', 'deleted')).toEqual([{ count: 0 }]);
    expect(mirror.lists(mark).filter((line) => line.startsWith('configmaps '))).toHaveLength(2);
  });

  test('13: that misses most objects for real deletes them once a second one agrees', async () => {
    await start({ prepare: (made) => fill(made, 400) });
    await mirror.untilEqual();
    await mirror.stopProcess();
    for (let index = 0; index < 390; index += 1) mirror.state.delete('configmaps', name(index));
    mirror.state.restartApiServer();
    await mirror.open();
    await mirror.untilEqual();
    expect(mirror.rows('select count(*) as count, count(distinct uid) as uids from tombstone')).toEqual([
      { count: 390, uids: 390 },
    ]);
  });

  test('13: in a scope that goes on losing objects ends as well', async () => {
    await start({ prepare: (made) => fill(made, 400) });
    await mirror.untilEqual();
    await mirror.stopProcess();
    for (let index = 0; index < 250; index += 1) mirror.state.delete('configmaps', name(index));
    mirror.state.restartApiServer();
    const mark = mirror.mark();
    await mirror.open();
    for (let index = 250; index < 290; index += 1) {
      await mirror.advance(2_000);
      mirror.state.delete('configmaps', name(index));
    }
    await mirror.advance(1_000);
    expect(mirror.said('configmaps')).toBe('watching healthy none');
    expect(mirror.lists(mark).filter((line) => line.startsWith('configmaps '))).toHaveLength(2);
  });

  test('13: is not needed where every deletion of a thousand comes as an event', async () => {
    await start({ prepare: (made) => fill(made, 1_000) });
    await mirror.untilEqual();
    const mark = mirror.mark();
    for (let index = 0; index < 1_000; index += 1) mirror.state.delete('configmaps', name(index));
    await mirror.advance(1_000);
    expect(mirror.keys('configmaps')).toEqual([]);
    expect(mirror.rows('select cause, count(*) as count, count(distinct uid) as uids from tombstone')).toEqual([
      { cause: 'event', count: 1_000, uids: 1_000 },
    ]);
    expect(mirror.lists(mark)).toEqual([]);
  });
});

describe('11: an API without resourceVersions', () => {
  const samples = 'samples.stats';
  const sample = (sampleName: string, value: number) => ({
    metadata: { namespace: 'default', name: sampleName },
    value,
  });

  /** Lists that name no resourceVersion, or `version`, of objects that have none. */
  const withoutVersions = (version: string | undefined): Fault => ({
    kind: 'editList',
    edit: (list) => ({
      ...list,
      metadata: version === undefined ? {} : { resourceVersion: version },
      items: (list['items'] as JsonObject[]).map(({ metadata, ...item }) => {
        const { resourceVersion: _version, ...kept } = metadata as JsonObject;
        return { ...item, metadata: kept };
      }),
    }),
  });

  async function startUnversioned(verbs: readonly string[], version: string | undefined): Promise<void> {
    await start({
      prepare: (made) => {
        const pods = made.state.type('pods');
        made.state.types.serve([
          { ...pods, group: 'stats', resource: 'samples', kind: 'Sample', singular: 'sample', storage: samples, verbs },
        ]);
        for (const sampleName of ['a', 'b', 'c']) made.state.create(samples, sample(sampleName, 1));
        made.faults.always(({ verb, type }) => verb === 'list' && type === samples, withoutVersions(version));
      },
    });
    await mirror.untilLive();
  }

  test.each([
    ['and no watches has its objects listed from time to time', ['get', 'list', 'create'], undefined],
    ['that says it could be watched has its objects listed from time to time as well', ['list', 'watch'], undefined],
    ['whose lists name the version 0 has its objects listed from time to time as well', ['list', 'watch'], '0'],
  ] as const)('%s: what changed is written, and nothing else', async (_which, verbs, version) => {
    await startUnversioned(verbs, version);
    expect(mirror.said(samples)).toBe('polling healthy none');
    expect(mirror.status(samples)).toMatchObject({ phase: 'polled', resource_version: null, complete: 1 });
    expect(mirror.keys(samples)).toEqual(['default/a', 'default/b', 'default/c']);
    mirror.state.patch(samples, { namespace: 'default', name: 'a' }, { value: 2 });
    mirror.state.delete(samples, { namespace: 'default', name: 'b' });
    const mark = mirror.mark();
    await mirror.advance(800_000);
    expect(mirror.keys(samples)).toEqual(['default/a', 'default/c']);
    expect(mirror.rows('select key, operation from change order by key')).toEqual([
      { key: 'default/a', operation: 'updated' },
      { key: 'default/b', operation: 'deleted' },
    ]);
    const [body] = mirror.rows("select json from body join object on object.id = object_id where key = 'default/a'");
    expect(body?.['json']).toContain('"value":2');
    expect(mirror.listRequests(mark, 'samples').length).toBeGreaterThanOrEqual(2);
    expect(mirror.watchRequests({ ...mark, requestCount: 0 }, 'samples')).toEqual([]);
    expect(
      mirror.toldOf(samples, mark).filter((said) => !said.startsWith('listing') && said !== 'polling healthy none'),
    ).toEqual([]);
  });

  test('is not what a type is taken for whose objects have them: such a list is broken', async () => {
    await start({ prepare: (made) => fill(made, 3) });
    await mirror.untilEqual();
    mirror.faults.times(2, isFirstPage, listResourceVersion(undefined));
    mirror.state.store.advance(5);
    mirror.state.restartApiServer();
    await mirror.until('it is refused', () => mirror.said('configmaps') === 'listing unhealthy server-error');
    expect(mirror.keys('configmaps')).toHaveLength(3);
    await mirror.untilEqual();
  });

  test('is not what a type is taken for whose list is empty once', async () => {
    await start({ prepare: (made) => fill(made, 3) });
    await mirror.untilEqual();
    const nothing: Fault = { kind: 'editList', edit: (list) => ({ ...list, metadata: {}, items: [] }) };
    mirror.faults.times(2, isFirstPage, nothing);
    mirror.state.store.advance(5);
    mirror.state.restartApiServer();
    await mirror.until('it is refused', () => mirror.said('configmaps') === 'listing unhealthy server-error');
    expect(mirror.keys('configmaps')).toHaveLength(3);
    await mirror.untilEqual();
    expect(mirror.rows('select count(*) as count from tombstone')).toEqual([{ count: 0 }]);
  });
});
