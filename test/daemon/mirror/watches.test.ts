import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  editEvents,
  injectRaw,
  tooManyRequests,
  type Fault,
  type FaultRequest,
  type WireEvent,
} from '../../../src/simulator/fault.ts';
import { goJson } from '../../../src/simulator/go-json.ts';
import { brokenRequests } from '../../support/request-rules.ts';
import { SimulatedMirror } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;
let mark: ReturnType<SimulatedMirror['mark']>;

const isWatch = ({ verb, type }: FaultRequest): boolean => verb === 'watch' && type === 'configmaps';
const isList = ({ verb, type, query }: FaultRequest): boolean =>
  verb === 'list' && type === 'configmaps' && query.get('limit') !== '1';
const at = (name: string) => ({ namespace: 'default', name });

const make = (name: string, value = 'x') =>
  mirror.state.create('configmaps', { metadata: at(name), data: { key: value } });
const change = (name: string, value: string) => mirror.state.patch('configmaps', at(name), { data: { key: value } });

/** Lists of ConfigMaps since the mark, as `reason style`. */
const lists = (): readonly string[] =>
  mirror.lists(mark).flatMap((line) => (line.startsWith('configmaps ') ? [line.slice('configmaps '.length)] : []));

/** A mirror whose first watch of ConfigMaps, of which there are two, has the fault. */
async function startWith(fault: Fault | undefined): Promise<void> {
  mirror = await SimulatedMirror.start({
    prepare: (made) => {
      mirror = made;
      make('a');
      make('b');
      if (fault !== undefined) made.faults.once(isWatch, fault);
    },
  });
  await mirror.untilLive();
  mark = mirror.mark();
}

/** A mirror whose watches are all opened again, the ones of ConfigMaps with the fault. */
async function reopenWith(fault: Fault, count = 1): Promise<void> {
  await startWith(undefined);
  await mirror.stopProcess();
  change('a', 'while away');
  mirror.faults.times(count, isWatch, fault);
  mark = mirror.mark();
  await mirror.open();
}

const status410 = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'too old resource version: 5 (9)',
  reason: 'Expired',
  code: 410,
};

afterEach(() => mirror.checkAndStop());

describe('a resume point that is too old', () => {
  test('21: told by HTTP status 410 costs exactly one list', async () => {
    await reopenWith({ kind: 'answer', status: 410, body: status410 });
    await mirror.untilEqual();
    expect(lists()).toEqual(['expired full']);
    expect(mirror.toldOf('configmaps', mark)).toContain('listing degraded expired');
    expect(mirror.lists(mark)).toHaveLength(1);
  });

  test('22: told by an ERROR event costs exactly one list', async () => {
    await startWith(undefined);
    mirror.state.create('pods', { metadata: at('elsewhere') });
    mirror.state.renewCache('configmaps');
    await mirror.advance(20_000);
    await mirror.untilEqual();
    expect(lists()).toEqual(['expired full']);
    expect(mirror.lists(mark)).toHaveLength(1);
  });

  test('22: that never gets better costs lists at the pace of the backoff', async () => {
    await startWith(undefined);
    mirror.faults.always(isWatch, { kind: 'answer', status: 410, body: status410 });
    mirror.state.create('pods', { metadata: at('elsewhere') });
    mirror.state.renewCache('configmaps');
    await mirror.advance(600_000);
    expect(lists().length).toBeGreaterThan(5);
    expect(lists().length).toBeLessThan(30);
    expect(mirror.said('configmaps')).not.toContain('healthy none');
  });

  test('23: told only by two empty answers costs exactly one list', async () => {
    await reopenWith({ kind: 'truncate', afterBytes: 0, by: 'end' }, 2);
    await mirror.until('the first empty answer', () =>
      mirror.toldOf('configmaps', mark).some((line) => line.includes('unhealthy')),
    );
    expect(lists()).toEqual([]);
    expect(mirror.said('configmaps')).toBe('watching unhealthy disconnected');
    await mirror.untilEqual();
    expect(lists()).toEqual(['short-watches full']);
    expect(mirror.watchRequests(mark, 'configmaps')).toHaveLength(3);
  });
});

describe('a watch that ends', () => {
  test('30: at each server timeout goes on without a list, and stays healthy and as fresh as the last heartbeat', async () => {
    await startWith(undefined);
    for (let minute = 0; minute < 40; minute += 1) {
      change('a', String(minute));
      await mirror.advance(60_000);
      expect(mirror.said('configmaps')).toBe('watching healthy none');
      expect(mirror.differences()).toEqual([]);
    }
    const told = mirror.told.slice(mark.toldCount);
    expect(told.filter((line) => line.includes('unhealthy') || line.includes('degraded'))).toEqual([]);
    expect(mirror.lists(mark)).toEqual([]);
    expect(mirror.watchRequests(mark, 'configmaps').length).toBeGreaterThan(4);
    const [row] = mirror.rows('select confirmed_at from mirror');
    expect(mirror.clock.now() - Number(row?.['confirmed_at'])).toBeLessThan(64_000);
  });

  test('30: at its timeout after a quiet time resumes from the last bookmark', async () => {
    await startWith(undefined);
    for (let minute = 0; minute < 30; minute += 1) {
      mirror.state.create('pods', { metadata: at(`p${minute}`) });
      await mirror.advance(60_000);
    }
    const resumed = mirror.watchRequests(mark, 'configmaps').map(({ query }) => Number(query.get('resourceVersion')));
    expect(resumed.length).toBeGreaterThan(2);
    expect(mirror.state.revision - (resumed.at(-1) ?? 0)).toBeLessThan(10);
    expect(mirror.lists(mark)).toEqual([]);
  });

  test.each([
    ['31: by a reset', 700, 'reset'],
    ['31: by a reset before its first byte', 0, 'reset'],
    ['32: in mid-line as if complete', 700, 'end'],
    ['32: in mid-line by a reset', 120, 'reset'],
  ] as const)('%s resumes where it was and repeats no change', async (_how, afterBytes, by) => {
    await startWith({ kind: 'truncate', afterBytes, by });
    for (let step = 0; step < 6; step += 1) {
      change('a', String(step));
      change('b', String(step));
      await mirror.advance(100);
    }
    expect(mirror.broken()).toEqual([]);
    await mirror.untilEqual();
    expect(lists()).toEqual([]);
    expect(mirror.watchRequests({ ...mark, requestCount: 0 }, 'configmaps')).toHaveLength(2);
    expect(mirror.rows('select count(*) as count from change')).toEqual([{ count: 12 }]);
  });

  test('31: is told to be disconnected until it is proven to have caught up', async () => {
    await startWith(undefined);
    await mirror.advance(30_000);
    const before = mirror.clock.now();
    mirror.faults.times(3, isWatch, { kind: 'reset' });
    mirror.faults.once(({ verb, type }) => verb === 'watch' && type === 'pods', { kind: 'reset' });
    mirror.state.cacheOf(mirror.state.type('configmaps'))?.close('reset');
    await mirror.advance(10);
    expect(mirror.said('configmaps')).toBe('watching unhealthy disconnected');
    expect(mirror.status('configmaps').as_of).toBeLessThanOrEqual(before);
    expect(mirror.said('pods')).toBe('watching healthy none');
    // The server's cache of the type was closed, so that its watches hear nothing more: another takes over.
    mirror.state.renewCache('configmaps');
    await mirror.untilEqual();
  });
});

describe('15: a compressed stream', () => {
  test('tells each event when it happens, not when the stream ends', async () => {
    await startWith({ kind: 'gzip' });
    for (let step = 0; step < 5; step += 1) {
      const { bytesReceived } = mirror.mirror.traffic;
      change('a', String(step));
      change('b', String(step));
      // Another thread unzips, which the virtual clock does not wait for.
      await expect.poll(() => mirror.mirror.traffic.bytesReceived, { interval: 1 }).toBeGreaterThan(bytesReceived);
      await mirror.advance(100);
      expect(mirror.keys('configmaps')).toHaveLength(2);
    }
    await mirror.untilEqual();
    expect(lists()).toEqual([]);
    expect(mirror.watchRequests(mark, 'configmaps')).toEqual([]);
    expect(mirror.rows('select count(*) as count from change')).toEqual([{ count: 10 }]);
  });
});

describe('what a watch says', () => {
  test('38: is stored where an object has three megabytes', async () => {
    await startWith(undefined);
    make('large', 'x'.repeat(3 * 1024 * 1024));
    await mirror.advance(200);
    expect(mirror.differences()).toEqual([]);
    expect(mirror.said('configmaps')).toBe('watching healthy none');
  });

  test('38: is listed instead where a line is longer than can be read', async () => {
    await startWith(undefined);
    make('long', 'y'.repeat(17 * 1024 * 1024));
    change('a', 'after');
    await mirror.untilEqual();
    expect(lists()).toEqual(['malformed-events full']);
    expect(mirror.keys('configmaps')).toContain('default/long');
  });

  test('39: is read again where one line was broken', async () => {
    await startWith(injectRaw(1, '{"type":"MODIFIED","object":{"kind"\n'));
    change('a', 'one');
    await mirror.advance(100);
    change('a', 'two');
    await mirror.advance(100);
    expect(mirror.said('configmaps')).toBe('watching unhealthy server-error');
    expect(mirror.status('configmaps').resource_version).toBe(String(mirror.state.revision - 1));
    await mirror.untilEqual();
    expect(lists()).toEqual([]);
  });

  test('39: is listed past where the same line is broken each time', async () => {
    await startWith(undefined);
    await mirror.stopProcess();
    change('a', 'poison');
    const { resourceVersion } = mirror.state.get('configmaps', at('a')).metadata;
    const isPoison = ({ object }: WireEvent): boolean =>
      (object['metadata'] as { resourceVersion?: string }).resourceVersion === resourceVersion;
    mirror.faults.always(
      isWatch,
      editEvents((event) => (isPoison(event) ? ['{"type":\n'] : [event])),
    );
    await mirror.open();
    await mirror.untilEqual();
    expect(lists()).toEqual(['malformed-events full']);
    change('b', 'later');
    await mirror.advance(100);
    expect(mirror.differences()).toEqual([]);
  });

  test('41: changes nothing where every event comes twice', async () => {
    await startWith(editEvents((event) => [event, event]));
    for (let step = 0; step < 20; step += 1) change(step % 2 === 0 ? 'a' : 'b', String(step));
    mirror.state.delete('configmaps', at('a'));
    await mirror.advance(200);
    expect(mirror.differences()).toEqual([]);
    expect(mirror.rows('select count(*) as count from change')).toEqual([{ count: 21 }]);
    expect(mirror.rows('select count(*) as count from tombstone')).toEqual([{ count: 1 }]);
  });

  test('41: changes nothing where the last hundred events come again', async () => {
    const seen: WireEvent[] = [];
    await startWith(
      editEvents((event) => {
        seen.push(event);
        return seen.length === 101 ? [...seen] : [event];
      }),
    );
    for (let step = 0; step < 101; step += 1) make(`n${step}`);
    await mirror.advance(200);
    expect(mirror.differences()).toEqual([]);
    expect(mirror.rows('select count(*) as count from change')).toEqual([{ count: 101 }]);
  });

  test('42: of an object that was deleted and made again leaves one row of the new uid and a tombstone of the old', async () => {
    await startWith(undefined);
    const [old] = mirror.rows("select uid from object where key = 'default/a'");
    mirror.state.delete('configmaps', at('a'));
    make('a', 'again');
    await mirror.advance(100);
    expect(mirror.rows('select uid, cause from tombstone')).toEqual([{ uid: old?.['uid'], cause: 'event' }]);
    expect(mirror.rows("select count(*) as count from object where key = 'default/a'")).toEqual([{ count: 1 }]);
    expect(mirror.rows('select operation from change order by seq')).toEqual([
      { operation: 'deleted' },
      { operation: 'added' },
    ]);
  });

  test('42: the same across a list', async () => {
    await startWith(undefined);
    const [old] = mirror.rows("select uid from object where key = 'default/a'");
    await mirror.stopProcess();
    mirror.state.delete('configmaps', at('a'));
    make('a', 'again');
    mirror.state.restartApiServer();
    await mirror.open();
    await mirror.untilEqual();
    expect(mirror.rows('select uid from tombstone')).toEqual([{ uid: old?.['uid'] }]);
  });

  test('43: of the deletion of an old uid does nothing to the row of the new one', async () => {
    await startWith(undefined);
    const old = mirror.state.get('configmaps', at('a'));
    await mirror.stopProcess();
    mirror.state.delete('configmaps', at('a'));
    const deletion = goJson({
      type: 'DELETED',
      object: { ...old, metadata: { ...old.metadata, resourceVersion: String(mirror.state.revision) } },
    });
    make('a', 'again');
    change('a', 'and again');
    change('b', 'last');
    mirror.faults.once(isWatch, injectRaw(3, `${deletion}\n`));
    mark = mirror.mark();
    await mirror.open();
    await mirror.untilEqual();
    change('b', 'very last');
    await mirror.untilEqual();
    expect(mirror.rows('select count(*) as count from tombstone')).toEqual([{ count: 1 }]);
    expect(lists()).toEqual([]);
  });
});

describe('80: a form that a watch cannot have', () => {
  const listForm = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

  test('is answered as if all were well, and closed without a word at the first event', async () => {
    await startWith(undefined);
    const { url, state } = mirror.simulator;
    const path = `/api/v1/configmaps?watch=1&resourceVersion=${state.revision}&timeoutSeconds=300`;
    const answer = await fetch(url + path, { headers: { accept: listForm, authorization: 'Bearer token-of-admin' } });
    expect(answer.status).toBe(200);
    change('a', 'first');
    expect(await answer.text()).toBe('');
  });

  test('is never asked for, by types of which only metadata is listed either', async () => {
    await startWith(undefined);
    for (let index = 0; index < 120; index += 1) make(`many-${index}`);
    mirror.state.create('secrets', { metadata: at('s'), data: { key: 'c2VjcmV0' } });
    await mirror.untilEqual();
    mirror.state.store.advance(5);
    mirror.state.restartApiServer();
    await mirror.untilEqual();
    change('a', 'after');
    mirror.state.patch('secrets', at('s'), { data: { more: 'bW9yZQ==' } });
    await mirror.advance(100);
    expect(mirror.differences()).toEqual([]);
    expect(mirror.requests(mark).some(({ accept, path }) => accept === listForm && path.endsWith('/configmaps'))).toBe(
      true,
    );
    expect(brokenRequests(mirror.requests({ ...mark, requestCount: 0 }))).toEqual([]);
  });
});

describe('44: a server that asks to come back after seven seconds', () => {
  /** Virtual times of the requests for ConfigMaps since the mark. */
  const times = (wanted: 'list' | 'watch'): readonly number[] => {
    const requests =
      wanted === 'list' ? mirror.listRequests(mark, 'configmaps') : mirror.watchRequests(mark, 'configmaps');
    return requests.map(({ atMs }) => atMs);
  };

  test('is not asked for the list before', async () => {
    mirror = await SimulatedMirror.start({ prepare: (made) => made.faults.times(2, isList, tooManyRequests(7)) });
    mark = { requestCount: 0, lineCount: 0, toldCount: 0 };
    await mirror.until('it is refused', () => mirror.status('configmaps').reason === 'throttled');
    expect(mirror.said('configmaps')).toBe('listing unhealthy throttled');
    await mirror.untilEqual();
    const [first = 0, second = 0, third = 0] = times('list');
    expect(second - first).toBeGreaterThanOrEqual(7_000);
    expect(third - second).toBeGreaterThanOrEqual(7_000);
    expect(third - second).toBeLessThan(10_000);
  });

  test('is not asked for the watch before, and the others go on', async () => {
    await reopenWith(tooManyRequests(7));
    await mirror.until('it is refused', () => mirror.status('configmaps').reason === 'throttled');
    expect(mirror.said('configmaps')).toBe('watching unhealthy throttled');
    await mirror.until('the others are live', () => mirror.said('pods') === 'watching healthy none', 6_000);
    await mirror.untilEqual();
    const [first = 0, second = 0] = times('watch');
    expect(second - first).toBeGreaterThanOrEqual(7_000);
    expect(lists()).toEqual([]);
  });
});

describe('a slow reader', () => {
  beforeEach(() => startWith(undefined));

  test('37: misses nothing of a burst', async () => {
    for (let step = 0; step < 1_500; step += 1) change(step % 2 === 0 ? 'a' : 'b', 'z'.repeat(1_000) + step);
    await mirror.untilEqual();
    expect(lists()).toEqual([]);
    expect(mirror.rows('select count(*) as count from change')).toEqual([{ count: 1_500 }]);
  });
});

describe('events whose time is over', () => {
  test('are all deleted though they go at one revision and the watch broke among them', async () => {
    const event = (name: string, message: string) => ({ metadata: at(name), involvedObject: {}, message });
    mirror = await SimulatedMirror.start({
      prepare: (made) => {
        mirror = made;
        made.state.create('events', event('large', 'x'.repeat(20_000)));
        made.state.create('events', event('small', 'x'));
      },
    });
    await mirror.untilLive();
    await mirror.stopProcess();
    mirror.state.expire('events', [at('small'), at('large')]);
    const isEvents = ({ verb, type }: FaultRequest): boolean => verb === 'watch' && type === 'events';
    mirror.faults.once(isEvents, { kind: 'truncate', afterBytes: 5_000, by: 'end' });
    mark = mirror.mark();
    await mirror.open();
    await mirror.until('the first is told', () => mirror.keys('events').length < 2, 5_000);
    expect(mirror.keys('events')).toEqual(['default/large']);
    await mirror.advance(5_000);
    expect(mirror.keys('events')).toEqual([]);
    expect(mirror.lists(mark)).toEqual([]);
    await mirror.untilEqual();
  });
});
