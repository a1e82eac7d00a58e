import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asArray, asString } from '../../src/core/json.ts';
import {
  cacheNotReady,
  delayEvent,
  dropEvent,
  duplicateEvent,
  duplicateItem,
  editEvents,
  emptyList,
  holdBookmarks,
  htmlPage,
  injectRaw,
  listResourceVersion,
  starting,
  tooManyRequests,
  type Fault,
  type FaultRequest,
} from '../../src/simulator/fault.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { manualClock, type ManualClock } from './clocks.ts';
import { at, eventNames, itemNames, parsed, watchLines } from './conformance-tools.ts';
import { openWatch } from './open-watch.ts';
import { send, type TestAnswer } from './server-under-test.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

describe('faults', () => {
  let simulator: Simulator;
  let clock: ManualClock;

  beforeEach(async () => {
    clock = manualClock();
    simulator = await startSimulator({ clock });
    for (const name of ['a', 'b', 'c']) {
      simulator.state.create('configmaps', { metadata: { namespace: 'default', name } });
    }
  });
  afterEach(() => simulator.stop());

  const isList = ({ verb }: FaultRequest): boolean => verb === 'list';
  const get = (path: string): Promise<TestAnswer> => send(simulator.url + path, {});
  const listWith = (fault: Fault): Promise<TestAnswer> => {
    simulator.faults.once(isList, fault);
    return get(configMaps);
  };
  const watchWith = async (fault: Fault): Promise<TestAnswer> => {
    simulator.faults.once(({ verb }) => verb === 'watch', fault);
    const answer = get(`${configMaps}?watch=1&allowWatchBookmarks=true&resourceVersion=0&timeoutSeconds=5`);
    await seen(1);
    clock.advance(5000);
    return answer;
  };
  /** Waits until so many answers have begun. */
  const seen = async (count: number): Promise<void> => {
    while (simulator.requests.filter(({ status }) => status !== undefined).length < count) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  test('the first fitting request is hit once, the next is answered right', async () => {
    simulator.faults.once(isList, { kind: 'answer', status: 503 });
    const statuses = [(await get('/version')).status, (await get(configMaps)).status, (await get(configMaps)).status];

    expect(statuses).toEqual([200, 503, 200]);
  });

  test('a hook chooses by user, type, verb and query', async () => {
    const requests: FaultRequest[] = [];
    simulator.faults.onRequest((request) => {
      requests.push(request);
      return undefined;
    });
    await get('/apis/apps/v1/deployments?limit=3');

    expect(requests).toMatchObject([{ method: 'GET', path: '/apis/apps/v1/deployments', user: 'admin', verb: 'list' }]);
    expect([requests[0]?.type, requests[0]?.query.get('limit')]).toEqual(['deployments.apps', '3']);
  });

  test('a counted fault ends after its count, and clear ends all', async () => {
    simulator.faults.times(2, isList, { kind: 'answer', status: 500 });
    const counted = [(await get(configMaps)).status, (await get(configMaps)).status, (await get(configMaps)).status];
    simulator.faults.always(isList, { kind: 'answer', status: 500 });
    const before = (await get(configMaps)).status;
    simulator.faults.clear();

    expect([counted, before, (await get(configMaps)).status]).toEqual([[500, 500, 200], 500, 200]);
  });

  test('an overloaded server asks in text to come back later', async () => {
    const { status, headers, text } = await listWith(tooManyRequests(7));

    expect([status, headers['retry-after'], text]).toEqual([429, '7', 'Too many requests, please try again later.\n']);
  });

  test('a cache that is not ready and a server that starts answer with a Status', async () => {
    const cold = await listWith(cacheNotReady());
    const young = await listWith(starting());

    expect([cold.status, at(parsed(cold), 'message')]).toEqual([429, 'storage is (re)initializing']);
    expect([young.status, young.headers['retry-after'], at(parsed(young), 'reason')]).toEqual([
      503,
      '5',
      'ServiceUnavailable',
    ]);
  });

  test('a page for people comes with status 200', async () => {
    const { status, headers } = await listWith(htmlPage());

    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  });

  test('a delayed answer waits for the clock', async () => {
    simulator.faults.once(isList, { kind: 'delay', delayMs: 5000 });
    let answered = false;
    const answer = get(configMaps).then((got) => {
      answered = true;
      return got;
    });
    while (simulator.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await get('/version');
    clock.advance(4999);
    await get('/version');
    expect(answered).toBe(false);
    clock.advance(1);

    expect((await answer).status).toBe(200);
  });

  test('a reset connection brings no answer', async () => {
    await expect(listWith({ kind: 'reset' })).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  test('a server that hangs before its headers sends none', async () => {
    simulator.faults.once(isList, { kind: 'hang', before: 'headers' });
    const answer = get(configMaps);
    await get('/version');
    const [list] = simulator.requests;
    await simulator.stop();

    expect(list?.status).toBeUndefined();
    await expect(answer).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  test('a server that hangs after its headers sends no body', async () => {
    simulator.faults.once(isList, { kind: 'hang', before: 'body' });
    const answer = await openWatch(`${simulator.url}${configMaps}`);
    await simulator.stop();

    expect([answer.status, await answer.ended, await answer.line()]).toEqual([200, 'cut', undefined]);
  });

  test('a truncated list is cut by the connection, or ends as if complete', async () => {
    const { text } = await listWith({ kind: 'truncate', afterBytes: 40, by: 'end' });

    expect(text).toHaveLength(40);
    await expect(listWith({ kind: 'truncate', afterBytes: 40, by: 'reset' })).rejects.toThrow('aborted');
  });

  test('an answer that ends right after its headers is empty and complete', async () => {
    const { status, text } = await watchWith({ kind: 'truncate', afterBytes: 0, by: 'end' });

    expect([status, text]).toEqual([200, '']);
  });

  test('a connection can be cut right after the headers', async () => {
    simulator.faults.once(({ verb }) => verb === 'watch', { kind: 'truncate', afterBytes: 0, by: 'reset' });
    const answer = await openWatch(`${simulator.url}${configMaps}?watch=1`);

    expect([answer.status, await answer.line(), await answer.ended]).toEqual([200, undefined, 'cut']);
  });

  test('a watch that is cut in mid line leaves a part of it', async () => {
    simulator.faults.once(({ verb }) => verb === 'watch', { kind: 'truncate', afterBytes: 30, by: 'end' });
    const { text } = await get(`${configMaps}?watch=1`);

    expect(text).toBe('{"type":"ADDED","object":{"kin');
  });

  test('a list can report another version, none, an item twice, or nothing at all', async () => {
    const other = parsed(await listWith(listResourceVersion('7')));
    const none = parsed(await listWith(listResourceVersion(undefined)));
    const twice = await listWith(duplicateItem());
    const empty = await listWith(emptyList());

    expect([at(other, 'metadata.resourceVersion'), at(none, 'metadata')]).toEqual(['7', {}]);
    expect([itemNames(twice), itemNames(empty)]).toEqual([['a', 'a', 'b', 'c'], []]);
  });

  test('page 2 alone can report another version', async () => {
    simulator.faults.once(({ query }) => query.has('continue'), listResourceVersion('7'));
    const first = parsed(await get(`${configMaps}?limit=2`));
    const second = parsed(await get(`${configMaps}?limit=2&continue=${asString(at(first, 'metadata.continue'))}`));

    expect(at(first, 'metadata.resourceVersion')).toBe(String(simulator.state.revision));
    expect(at(second, 'metadata.resourceVersion')).toBe('7');
    expect(asArray(second['items'])).toHaveLength(1);
  });

  test('a body can be changed as text', async () => {
    const { text } = await listWith({ kind: 'editBody', edit: () => 'something else' });

    expect(text).toBe('something else');
  });

  test('an event can be missing', async () => {
    expect(eventNames(await watchWith(dropEvent(1)))).toEqual(['ADDED a', 'ADDED c']);
  });

  test('an event can come twice', async () => {
    expect(eventNames(await watchWith(duplicateEvent(1)))).toEqual(['ADDED a', 'ADDED b', 'ADDED b', 'ADDED c']);
  });

  test('an event can come after its successor', async () => {
    expect(eventNames(await watchWith(delayEvent(0)))).toEqual(['ADDED b', 'ADDED a', 'ADDED c']);
  });

  test('an event can be replaced by its position', async () => {
    const lower = editEvents((event, position) => [position === 0 ? { ...event, type: 'UNKNOWN' } : event]);

    expect(eventNames(await watchWith(lower))).toEqual(['UNKNOWN a', 'ADDED b', 'ADDED c']);
  });

  test('raw text can stand between events', async () => {
    const { text } = await watchWith(injectRaw(1, '{"broken\n'));

    expect(text.split('\n')[1]).toBe('{"broken');
  });

  test('bookmarks can be held back, the end marker of a WatchList included', async () => {
    simulator.faults.once(({ verb }) => verb === 'watch', holdBookmarks());
    const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=5';
    const answer = get(`${configMaps}?watch=1&${query}`);
    await seen(1);
    clock.advance(5000);
    const types = watchLines(await answer).map(({ type }) => type);

    expect(types).toEqual(['ADDED', 'ADDED', 'ADDED']);
  });
});
