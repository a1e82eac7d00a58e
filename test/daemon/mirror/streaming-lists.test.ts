import { afterEach, describe, expect, test } from 'vitest';
import { asObject, type Json } from '../../../src/core/json.ts';
import { editEvents, holdBookmarks, type Fault, type FaultRequest } from '../../../src/simulator/fault.ts';
import { SimulatedMirror, type SimulatedMirrorOptions } from '../../support/simulated-mirror.ts';

let mirror: SimulatedMirror;

const sinceStart = { requestCount: 0, lineCount: 0, toldCount: 0 };
const at = (name: string) => ({ namespace: 'default', name });
const isStream = ({ type, query }: FaultRequest): boolean => type === 'configmaps' && query.has('sendInitialEvents');

/** Lists of a type so far: `stream`, or the size of its pages. */
const lists = (plural: string): readonly (string | null)[] =>
  mirror.requests(sinceStart).flatMap(({ path, query }) => {
    if (!path.endsWith(`/${plural}`) || query.get('limit') === '1') return [];
    if (query.has('sendInitialEvents')) return ['stream'];
    if (query.has('resourceVersionMatch')) return [];
    return query.has('watch') ? [] : [query.get('limit')];
  });

/** A mirror of a server that compresses streaming lists, which are then the first choice; with 40 ConfigMaps. */
async function start(options: SimulatedMirrorOptions = {}, ...faults: readonly Fault[]): Promise<void> {
  mirror = await SimulatedMirror.start({
    serverMinor: 37,
    ...options,
    prepare: (made) => {
      mirror = made;
      // Names in another order than resourceVersions.
      for (let index = 0; index < 40; index += 1) make((index * 17) % 40);
      for (const fault of faults) made.faults.once(isStream, fault);
    },
  });
}

const nameOf = (index: number): string => `m-${String(index).padStart(3, '0')}`;
const make = (index: number) => mirror.state.create('configmaps', { metadata: at(nameOf(index)), data: { key: 'x' } });

afterEach(() => mirror.checkAndStop());

describe('a list that comes as a stream', () => {
  test('16: ends at its marker, whose resourceVersion is the resume point, and no page is asked for', async () => {
    await start();
    const revision = mirror.state.revision;
    await mirror.untilEqual();
    expect(lists('configmaps')).toEqual(['stream']);
    expect(lists('secrets')).toEqual(['stream']);
    const [watch] = mirror.watchRequests(sinceStart, 'configmaps').filter(({ query }) => query.has('resourceVersion'));
    expect(watch?.query.get('resourceVersion')).toBe(String(revision));
    expect(mirror.toldOf('configmaps', sinceStart)).toEqual([
      'listing degraded waiting',
      'watching degraded connecting',
      'watching healthy none',
    ]);
  });

  test('16: is asked for once: the watch after it is a plain one, and so are all later ones', async () => {
    await start();
    await mirror.untilLive();
    await mirror.advance(1_200_000);
    expect(lists('configmaps')).toEqual(['stream']);
    expect(mirror.watchRequests(sinceStart, 'configmaps').length).toBeGreaterThan(3);
  });

  test('16: of Secrets brings no value of theirs', async () => {
    mirror = await SimulatedMirror.start({
      serverMinor: 37,
      prepare: (made) => made.state.create('secrets', { metadata: at('s'), data: { key: 'cGxhbnRlZA==' } }),
    });
    await mirror.untilEqual();
    expect(lists('secrets')).toEqual(['stream']);
    expect(mirror.rows('select json from body').some(({ json }) => String(json).includes('cGxhbnRlZA'))).toBe(false);
  });

  test('16: again, after rows went while the mirror was away, sweeps what it does not name', async () => {
    await start();
    await mirror.untilLive();
    await mirror.stopProcess();
    for (let index = 0; index < 5; index += 1) mirror.state.delete('configmaps', at(nameOf(index)));
    mirror.state.renewCache('configmaps');
    await mirror.open();
    await mirror.untilEqual();
    expect(mirror.rows("select count(*) as count from tombstone where cause = 'sweep'")).toEqual([{ count: 5 }]);
  });

  test('20: with changes and deletions before its marker has them too', async () => {
    // What changes while the server sends what it has read follows before the marker, which is of a later revision.
    const meanwhile = editEvents((event) => {
      if (event.type !== 'BOOKMARK') return [event];
      const changed = mirror.state.patch('configmaps', at(nameOf(1)), { data: { key: 'meanwhile' } });
      const last = mirror.state.delete('configmaps', at(nameOf(2)));
      const resourceVersion = String(mirror.state.revision);
      const marker = { ...event.object, metadata: { ...asObject(event.object['metadata']), resourceVersion } };
      return [
        { type: 'MODIFIED', object: asObject(changed as unknown as Json) },
        { type: 'DELETED', object: asObject(last as unknown as Json) },
        { type: 'BOOKMARK', object: marker },
      ];
    });
    await start({}, meanwhile);
    await mirror.until('the list is complete', () => mirror.status('configmaps').complete === 1);
    expect(mirror.keys('configmaps')).toHaveLength(39);
    expect(mirror.broken()).toEqual([]);
    expect(lists('configmaps')).toEqual(['stream']);
  });

  test('16: with a bookmark that is not the marker goes on to the marker', async () => {
    const early = editEvents((event, position) => {
      if (position !== 10) return [event];
      const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: '5' } };
      return [{ type: 'BOOKMARK', object }, event];
    });
    await start({}, early);
    const revision = mirror.state.revision;
    await mirror.until('the list is complete', () => mirror.status('configmaps').complete === 1);
    expect(mirror.keys('configmaps')).toHaveLength(40);
    expect(mirror.status('configmaps').resource_version).toBe(String(revision));
  });

  test('18: without a marker is given up after 30 s and never asked for again; nothing is swept by it', async () => {
    await start({}, holdBookmarks());
    await mirror.advance(29_000);
    expect(mirror.status('configmaps')).toMatchObject({ complete: 0, resource_version: null });
    expect(lists('configmaps')).toEqual(['stream']);
    await mirror.untilEqual();
    expect(lists('configmaps')).toEqual(['stream', '500']);
    expect(lists('pods')).toEqual(['stream']);
    mirror.state.renewCache('configmaps');
    await mirror.advance(20_000);
    await mirror.untilEqual();
    expect(lists('configmaps').filter((list) => list === 'stream')).toHaveLength(1);
  });

  test('19: that is cut before its marker has swept nothing; the second time pages are asked for', async () => {
    await start();
    await mirror.untilLive();
    mirror.faults.times(2, isStream, { kind: 'truncate', afterBytes: 3_000, by: 'end' });
    await mirror.stopProcess();
    mirror.state.delete('configmaps', at(nameOf(3)));
    mirror.state.renewCache('configmaps');
    await mirror.open();
    await mirror.until('the first stream was cut', () => mirror.log.some(({ msg }) => msg === 'list stream ended'));
    expect(mirror.status('configmaps')).toMatchObject({ resource_version: null });
    expect(mirror.keys('configmaps')).toHaveLength(40);
    expect(mirror.said('configmaps')).toBe('listing unhealthy disconnected');
    await mirror.untilEqual();
    expect(lists('configmaps')).toEqual(['stream', 'stream', 'stream', '500']);
  });

  test('17: that is refused by the server is asked for once in the whole mirror', async () => {
    await start({ watchList: false });
    await mirror.untilEqual();
    const streams = mirror.requests(sinceStart).filter(({ query }) => query.has('sendInitialEvents'));
    expect(streams.length).toBeLessThanOrEqual(3);
    expect(lists('configmaps').at(-1)).toBe('500');
    const mark = mirror.mark();
    for (const type of ['configmaps', 'pods', 'secrets']) mirror.state.renewCache(type);
    await mirror.advance(20_000);
    await mirror.untilEqual();
    expect(mirror.requests(mark).some(({ query }) => query.has('sendInitialEvents'))).toBe(false);
  });

  test('51: of a type that may be listed and not watched is made of pages', async () => {
    const forbidden = { kind: 'Status', status: 'Failure', reason: 'Forbidden', message: 'no watch', code: 403 };
    mirror = await SimulatedMirror.start({
      serverMinor: 37,
      prepare: (made) =>
        made.faults.always(({ verb, type }) => verb === 'watch' && type === 'configmaps', {
          kind: 'answer',
          status: 403,
          body: forbidden,
        }),
    });
    await mirror.until('the type is polled', () => mirror.said('configmaps') === 'polling healthy none');
    mirror.faults.clear();
  });
});
