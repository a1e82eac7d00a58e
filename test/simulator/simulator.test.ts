import { gunzipSync } from 'node:zlib';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asString, type JsonObject } from '../../src/core/json.ts';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { manualClock, type ManualClock } from './clocks.ts';
import { accepts, at, itemNames, parsed } from './conformance-tools.ts';
import { openWatch } from './open-watch.ts';
import { send, type TestAnswer } from './server-under-test.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

function sendRaw(url: string, headers: Record<string, string>): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const all = { authorization: 'Bearer token-of-admin', ...headers };
    const request = httpRequest(url, { headers: all }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks) });
      });
    });
    request.once('error', reject);
    request.end();
  });
}

describe('startSimulator', () => {
  let simulator: Simulator;
  let clock: ManualClock;

  beforeEach(async () => {
    clock = manualClock();
    simulator = await startSimulator({ clock, random: () => 0.5 });
  });
  afterEach(() => simulator.stop());

  const get = (path: string): Promise<TestAnswer> => send(simulator.url + path, {});
  const write = (name: string): string => {
    const { metadata } = simulator.state.create('configmaps', { metadata: { namespace: 'default', name } });
    return metadata.resourceVersion ?? '';
  };
  const open = (query: string): ReturnType<typeof openWatch> =>
    openWatch(`${simulator.url}${configMaps}?watch=1&${query}`);

  /** The events of a watch that lasts a second of the clock. */
  const replay = async (url: string): Promise<readonly string[]> => {
    const watch = await openWatch(`${url}&timeoutSeconds=1`);
    clock.advance(1000);
    const names: string[] = [];
    for (let line = await watch.line(); line !== undefined; line = await watch.line()) {
      const event = JSON.parse(line) as JsonObject;
      names.push(`${asString(event['type'])} ${asString(at(event, 'object.metadata.name'))}`);
    }
    return names;
  };

  test('the kubeconfig names the server and the token of its user', async () => {
    const text = simulator.kubeconfig('someone');
    const answer = await send(`${simulator.url}/api`, { user: 'someone' });

    expect(text).toContain(`server: ${simulator.url}\n`);
    expect(text).toContain('token: "token-of-someone"\n');
    expect(answer.status).toBe(200);
  });

  test('requests are logged with user and status, in the order of arrival', async () => {
    await get('/version');
    await send(`${simulator.url}${configMaps}?limit=1`, { user: 'stranger' });

    expect(simulator.requests).toMatchObject([
      { method: 'GET', path: '/version', user: 'admin', status: 200, atMs: clock.now() },
      { method: 'GET', path: configMaps, user: undefined, status: 401 },
    ]);
    expect(simulator.requests[1]?.query.get('limit')).toBe('1');
  });

  test('a request without a credential is anonymous, unless another user is given', async () => {
    const other = await startSimulator({ clock, withoutToken: 'admin' });
    const ask = (url: string): Promise<TestAnswer> => send(`${url}/api/v1/pods`, { headers: { authorization: '' } });
    const [anonymous, known] = [await ask(simulator.url), await ask(other.url)];
    await other.stop();

    expect([anonymous.status, known.status]).toEqual([403, 200]);
    expect(anonymous.text).toContain('User \\"system:anonymous\\" cannot list');
  });

  test('times come from the clock and uids from the random source', () => {
    const { metadata } = simulator.state.create('nodes', { metadata: { name: 'n' } });

    expect(metadata.creationTimestamp).toBe('2026-01-01T00:00:00Z');
    expect(metadata.uid).toBe('88888888-8888-4888-a888-888888888888');
  });

  test('ages in a Table follow the clock', async () => {
    write('a');
    clock.advance(90_000);
    const list = parsed(await send(`${simulator.url}${configMaps}`, { accept: accepts.table }));

    expect(at(list, 'rows.0.cells')).toEqual(['a', 0, '90s']);
  });

  // The client of the real cluster's tests cannot ask for gzip; these two are the simulator's own.
  test('a long body is compressed for those who ask, a short one is not', async () => {
    write('short');
    const short = await sendRaw(`${simulator.url}${configMaps}`, { 'accept-encoding': 'gzip' });
    simulator.state.create('configmaps', {
      metadata: { namespace: 'default', name: 'x' },
      data: { k: 'x'.repeat(131_072) },
    });
    const long = await sendRaw(`${simulator.url}${configMaps}`, { 'accept-encoding': 'gzip' });
    const plain = await sendRaw(`${simulator.url}${configMaps}`, {});

    expect([short, long, plain].map(({ headers }) => headers['content-encoding'])).toEqual([
      undefined,
      'gzip',
      undefined,
    ]);
    expect(gunzipSync(long.bytes).equals(plain.bytes)).toBe(true);
  });

  test('a known ETag of discovery is not modified, until a type comes', async () => {
    const ask = (headers: Record<string, string>): Promise<RawAnswer> =>
      sendRaw(`${simulator.url}/apis`, { accept: accepts.discovery, ...headers });
    const etag = String((await ask({})).headers.etag);
    const same = await ask({ 'if-none-match': etag });
    simulator.state.create('customresourcedefinitions.apiextensions.k8s.io', {
      metadata: { name: 'widgets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'widgets', kind: 'Widget' },
        versions: [{ name: 'v1', served: true, storage: true }],
      },
    });
    const other = await ask({ 'if-none-match': etag });

    expect([same.status, same.bytes.length, other.status]).toEqual([304, 0, 200]);
  });

  test('a stale group-version is listed without resources', async () => {
    simulator.state.setStale('apps', 'v1', true);
    const document = parsed(await send(`${simulator.url}/apis`, { accept: accepts.discovery }));

    expect(at(document, 'items.1')).toEqual({
      metadata: { name: 'apps' },
      versions: [{ version: 'v1', freshness: 'Stale' }],
    });
  });

  test('bookmarks come every minute, those of a quiet type once its cache has asked etcd', async () => {
    const version = write('a');
    const watch = await open(`allowWatchBookmarks=true&resourceVersion=${version}&timeoutSeconds=600`);
    simulator.state.create('nodes', { metadata: { name: 'n' } });
    clock.advance(59_999);
    write('b');
    clock.advance(1);
    simulator.state.create('nodes', { metadata: { name: 'm' } });
    const newest = String(simulator.state.revision);
    clock.advance(60_000);
    const events = [await watch.event(), await watch.event(), await watch.event()];
    watch.close();

    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK', 'BOOKMARK']);
    expect(at(events[2], 'object.metadata.resourceVersion')).toBe(newest);
  });

  test('a quiet type has no bookmark while its version is the one of the start', async () => {
    const version = write('a');
    const watch = await open(`allowWatchBookmarks=true&resourceVersion=${version}&timeoutSeconds=200`);
    clock.advance(200_000);

    expect([await watch.line(), await watch.ended]).toEqual([undefined, 'end']);
  });

  test('the last bookmark comes two seconds before the deadline', async () => {
    const watch = await open(`allowWatchBookmarks=true&resourceVersion=${write('a')}&timeoutSeconds=10`);
    const version = write('b');
    clock.advance(8000);
    const events = [await watch.event(), await watch.event()];
    clock.advance(2000);

    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
    expect([at(events[1], 'object.metadata.resourceVersion'), await watch.ended]).toEqual([version, 'end']);
  });

  test('another process expires cached types and cuts open watches', async () => {
    const version = write('a');
    const watch = await open(`resourceVersion=${version}`);
    simulator.state.create('nodes', { metadata: { name: 'n' } });
    simulator.state.restartApiServer();
    const again = await open(`resourceVersion=${version}`);
    const error = await again.event();

    expect(await watch.ended).toBe('cut');
    expect(at(error, 'object.message')).toBe(`too old resource version: ${version} (${simulator.state.revision})`);
    expect(await again.ended).toBe('end');
  });

  test('a process that ends in order completes its watches', async () => {
    const watch = await open(`resourceVersion=${write('a')}`);
    simulator.state.restartApiServer('end');

    expect(await watch.ended).toBe('end');
  });

  test('a watch cache keeps young events, and of the old ones its capacity', async () => {
    const small = await startSimulator({ clock, watchCacheCapacity: 2 });
    const create = (name: string): string =>
      small.state.create('configmaps', { metadata: { namespace: 'default', name } }).metadata.resourceVersion ?? '';
    const version = create('a');
    for (const name of ['b', 'c', 'd']) create(name);
    const path = `${small.url}${configMaps}?watch=1&resourceVersion=${version}`;
    const young = await replay(path);
    clock.advance(80_000);
    create('e');
    const old = await replay(path);
    await small.stop();

    expect([young, old]).toEqual([['ADDED b', 'ADDED c', 'ADDED d'], ['ERROR ']]);
  });

  test('etcd restored underneath is hidden by the caches, until another process reads it', async () => {
    write('a');
    const snapshot = simulator.state.snapshot();
    const version = write('b');
    const watch = await open(`resourceVersion=${version}`);
    simulator.state.restore(snapshot);
    const hidden = await get(configMaps);
    const probe = await get(`${configMaps}?limit=1&resourceVersion=${version}&resourceVersionMatch=NotOlderThan`);
    const truth = await get(`${configMaps}/b`);
    const heartbeat = parsed(await get('/api/v1/events?limit=1'));
    write('c');
    write('d');
    const seen = await watch.event();
    simulator.state.restartApiServer();
    const after = await get(configMaps);

    expect([itemNames(hidden), at(parsed(hidden), 'metadata.resourceVersion')]).toEqual([['a', 'b'], version]);
    expect([probe.status, truth.status]).toEqual([200, 404]);
    expect(at(heartbeat, 'metadata.resourceVersion')).toBe(String(snapshot.revision));
    expect([at(seen, 'type'), at(seen, 'object.metadata.name')]).toEqual(['ADDED', 'd']);
    expect(itemNames(after)).toEqual(['a', 'c', 'd']);
  });

  test('after a restore a version that is not yet reached again is answered with silence', async () => {
    const snapshot = simulator.state.snapshot();
    const version = write('a');
    simulator.state.restore(snapshot);
    simulator.state.restartApiServer();
    const watch = await open(`resourceVersion=${version}`);
    write('lost');
    write('seen');

    expect(at(await watch.event(), 'object.metadata.name')).toBe('seen');
    watch.close();
  });

  test('a watcher that takes nothing is dropped, with its newest events missing', async () => {
    const strict = await startSimulator({ clock, watchBacklogBytes: 1000 });
    const path = `${strict.url}${configMaps}?watch=1&resourceVersion=${strict.state.revision}`;
    const watch = await openWatch(path);
    watch.pause();
    const data = { k: 'x'.repeat(1_000_000) };
    let count = 0;
    for (; count < 40; count += 1) {
      strict.state.create('configmaps', { metadata: { namespace: 'default', name: `x-${count}` }, data });
      await new Promise((resolve) => setImmediate(resolve));
    }
    watch.resume();
    const ended = await watch.ended;
    let received = 0;
    while ((await watch.line()) !== undefined) received += 1;
    await strict.stop();

    expect(ended).toBe('end');
    expect(received).toBeLessThan(count);
  });

  test('a watcher is sent all that it missed, however slowly it takes it', async () => {
    const strict = await startSimulator({ clock, watchBacklogBytes: 1000 });
    const { revision } = strict.state;
    const create = (name: string): void => {
      const data = { k: 'x'.repeat(1_000_000) };
      strict.state.create('configmaps', { metadata: { namespace: 'default', name }, data });
    };
    for (let count = 0; count < 40; count += 1) create(`x-${count}`);
    const watch = await openWatch(`${strict.url}${configMaps}?watch=1&resourceVersion=${revision}`);
    watch.pause();
    create('later');
    watch.resume();
    const names: unknown[] = [];
    for (let count = 0; count < 41; count += 1) names.push(at(await watch.event(), 'object.metadata.name'));
    await strict.stop();

    expect(names).toEqual([...Array.from({ length: 40 }, (_, index) => `x-${index}`), 'later']);
  });

  test('the oracle knows every state, compacted or not', () => {
    write('a');
    const first = simulator.state.revision;
    write('b');
    simulator.state.delete('configmaps', { namespace: 'default', name: 'a' });
    const names = (revision: number): readonly string[] =>
      simulator.state.stateAt(revision, 'configmaps').map(({ metadata }) => metadata.name);
    const expected = [['a'], ['a', 'b'], ['b']];

    expect([first, first + 1, first + 2].map(names)).toEqual(expected);
    simulator.state.compact();
    expect([first, first + 1, first + 2].map(names)).toEqual(expected);
  });

  test('a finished namespace takes its content along, and itself last', async () => {
    simulator.state.create('namespaces', { metadata: { name: 'n' } });
    simulator.state.create('pods', { metadata: { namespace: 'n', name: 'p' } });
    simulator.state.delete('namespaces', { name: 'n' });
    const before = simulator.state.revision;
    simulator.state.finishNamespace('n');
    const pods = await replay(`${simulator.url}/api/v1/pods?watch=1&resourceVersion=${before}`);
    const namespaces = await replay(`${simulator.url}/api/v1/namespaces?watch=1&resourceVersion=${before}`);

    expect([pods, namespaces]).toEqual([['DELETED p'], ['DELETED n']]);
  });

  test('the feature gate of the WatchList can be off', async () => {
    const old = await startSimulator({ clock, watchList: false });
    const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const answer = await send(`${old.url}${configMaps}?watch=1&${query}`, {});
    await old.stop();

    expect([answer.status, at(parsed(answer), 'details.causes.0')]).toEqual([
      422,
      {
        reason: 'FieldValueForbidden',
        message: 'Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
        field: 'sendInitialEvents',
      },
    ]);
  });

  test('a list from the future waits three seconds for its version, and less when that comes', async () => {
    const wanted = simulator.state.revision + 1;
    const path = `${configMaps}?resourceVersion=${wanted}`;
    const early = get(path);
    while (simulator.requests.length < 1) await new Promise((resolve) => setImmediate(resolve));
    write('a');
    const never = get(`${configMaps}?resourceVersion=${wanted + 100}`);
    while (simulator.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    await get('/version');
    clock.advance(3000);

    expect([(await early).status, (await never).status]).toEqual([200, 504]);
  });
});
