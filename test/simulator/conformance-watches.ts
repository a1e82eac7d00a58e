import { beforeAll, describe, expect, test } from 'vitest';
import { asArray, asString, type JsonObject } from '../../src/core/json.ts';
import { accepts, at, eventNames, parsed, statusText, watchLines, type Cluster } from './conformance-tools.ts';

const watchList = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1';

function watchFault(field: string, why: string): string {
  return `ListOptions.meta.k8s.io "" is invalid: ${field}: Forbidden: ${why}`;
}

/** Watches: order, versions, bookmarks, initial events, forms. */
export function watchCases(cluster: Cluster): void {
  describe('watches', () => {
    let namespace = '';
    let secrets = '';
    let before = '';

    beforeAll(async () => {
      namespace = await cluster.namespace();
      secrets = `/api/v1/namespaces/${namespace}/secrets`;
      const write = async (name: string, step: string): Promise<void> => {
        const body = { metadata: { name, labels: { step } }, type: 'Opaque', data: { k: 'c2VjcmV0' } };
        await cluster.create(secrets, body);
      };
      before = await cluster.revision(secrets);
      await write('b', 'one');
      await write('a', 'one');
      await cluster.patch(`${secrets}/b`, { metadata: { labels: { step: 'two' } } });
      await cluster.remove(`${secrets}/a`);
    });

    const watch = (query: string, accept?: string): ReturnType<Cluster['get']> =>
      cluster.watch(secrets, `timeoutSeconds=1&${query}`, accept === undefined ? {} : { accept });

    test.concurrent('a watch replays every event after its version, in the order of the writes, then ends', async () => {
      const answer = await watch(`resourceVersion=${before}`);
      const versions = watchLines(answer).map(({ object }) => Number(at(object, 'metadata.resourceVersion')));

      expect([answer.status, answer.headers['content-type'], answer.headers['transfer-encoding']]).toEqual([
        200,
        'application/json',
        'chunked',
      ]);
      expect(eventNames(answer)).toEqual(['ADDED b', 'ADDED a', 'MODIFIED b', 'DELETED a']);
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
      expect(
        answer.text.startsWith('{"type":"ADDED","object":{"kind":"Secret","apiVersion":"v1","metadata":{"name":"b",'),
      ).toBe(true);
    });

    test.concurrent('a watch from a later version replays only the rest', async () => {
      const [, added] = watchLines(await watch(`resourceVersion=${before}`));
      const version = asString(at(added?.object, 'metadata.resourceVersion'));

      expect(eventNames(await watch(`resourceVersion=${version}`))).toEqual(['MODIFIED b', 'DELETED a']);
    });

    test.concurrent('a deleted object has its last content and the version of the delete', async () => {
      const lines = watchLines(await watch(`resourceVersion=${before}`));
      const [, added, , deleted] = lines;

      expect(at(deleted?.object, 'data.k')).toBe('c2VjcmV0');
      expect(Number(at(deleted?.object, 'metadata.resourceVersion'))).toBeGreaterThan(
        Number(at(added?.object, 'metadata.resourceVersion')),
      );
      expect(at(deleted?.object, 'metadata.uid')).toBe(at(added?.object, 'metadata.uid'));
    });

    test.concurrent('a watch with a selector sees objects come and go', async () => {
      const answer = await watch(`resourceVersion=${before}&labelSelector=step%3Done`);
      const lines = watchLines(answer);

      expect(eventNames(answer)).toEqual(['ADDED b', 'ADDED a', 'DELETED b', 'DELETED a']);
      expect(at(lines[2]?.object, 'metadata.labels.step')).toBe('one');
    });

    test.concurrent('a watch of one name sees that name', async () => {
      expect(eventNames(await watch(`resourceVersion=${before}&fieldSelector=metadata.name%3Db`))).toEqual([
        'ADDED b',
        'MODIFIED b',
      ]);
    });

    test.concurrent('a watch of a namespace sees no other namespace', async () => {
      const other = await cluster.namespace();
      const version = await cluster.revision(secrets);
      await cluster.create(`/api/v1/namespaces/${other}/secrets`, { metadata: { name: 'x' } });

      expect(await watch(`resourceVersion=${version}`)).toMatchObject({ status: 200, text: '' });
    });

    test.concurrent.each(['resourceVersion=0', ''])(
      'a watch from no version (%s) adds what is there',
      async (query) => {
        expect(eventNames(await watch(query))).toEqual(['ADDED b']);
      },
    );

    test.concurrent('a write during a watch arrives', async () => {
      const own = `/api/v1/namespaces/${await cluster.namespace()}/configmaps`;
      const version = await cluster.revision(own);
      const open = cluster.watch(own, `timeoutSeconds=2&resourceVersion=${version}`);
      await cluster.create(own, { metadata: { name: 'live' } });
      await cluster.remove(`${own}/live`);

      expect(eventNames(await open)).toEqual(['ADDED live', 'DELETED live']);
    });

    test.concurrent('limit and continue mean nothing to a watch', async () => {
      const answer = await watch(`resourceVersion=${before}&limit=1&continue=zzz`);

      expect(eventNames(answer).slice(0, 4)).toEqual(['ADDED b', 'ADDED a', 'MODIFIED b', 'DELETED a']);
    });

    test.concurrent('a negative timeout ends at once', async () => {
      const answer = await cluster.watch(secrets, `resourceVersion=${before}&timeoutSeconds=-1`);

      expect(answer.status).toBe(200);
    });

    test('a timeout that is no number is a bad request', async () => {
      const answer = await cluster.watch(secrets, 'timeoutSeconds=abc');

      expect(answer.text).toBe(
        statusText(400, { message: 'strconv.ParseInt: parsing "abc": invalid syntax', reason: 'BadRequest' }),
      );
    });

    test.concurrent('a version from the future is answered with silence', async () => {
      const answer = await watch('resourceVersion=999999&allowWatchBookmarks=true');

      expect([answer.status, answer.text]).toEqual([200, '']);
    });

    test('a version that is no number is an internal error without a reason', async () => {
      const answer = await watch('resourceVersion=abc');

      expect([answer.status, answer.text]).toEqual([
        500,
        statusText(500, {
          message: 'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
        }),
      ]);
    });

    test.concurrent('a bookmark comes before the deadline, once the type has moved', async () => {
      const own = `/api/v1/namespaces/${await cluster.namespace()}/secrets`;
      const version = await cluster.revision(own);
      const open = cluster.watch(own, `timeoutSeconds=4&allowWatchBookmarks=true&resourceVersion=${version}`);
      const created = await cluster.create(own, { metadata: { name: 'marked' } });
      const lines = watchLines(await open);
      const moved = asString(at(created, 'metadata.resourceVersion'));

      expect(lines.map(({ type }) => type).slice(0, 2)).toEqual(['ADDED', 'BOOKMARK']);
      expect(Number(at(lines[1]?.object, 'metadata.resourceVersion'))).toBeGreaterThanOrEqual(Number(moved));
      expect(lines[1]?.text).toBe(
        `{"type":"BOOKMARK","object":{"kind":"Secret","apiVersion":"v1","metadata":{"resourceVersion":"${asString(at(lines[1]?.object, 'metadata.resourceVersion'))}"}}}`,
      );
    });

    test.concurrent('a bookmark comes to a quiet type when a list has asked for the newest version', async () => {
      const path = `/apis/apps/v1/namespaces/${namespace}/statefulsets`;
      const version = await cluster.revision(path);
      const open = cluster.watch(path, `timeoutSeconds=4&allowWatchBookmarks=true&resourceVersion=${version}`);
      const other = await cluster.create(`/api/v1/namespaces/${namespace}/configmaps`, {
        metadata: { generateName: 'q-' },
      });
      await cluster.revision(path);
      const [line] = watchLines(await open);

      expect(line?.type).toBe('BOOKMARK');
      expect(Number(at(line?.object, 'metadata.resourceVersion'))).toBeGreaterThanOrEqual(
        Number(at(other, 'metadata.resourceVersion')),
      );
    });

    test.concurrent('no bookmark comes unless it is allowed', async () => {
      const own = `/api/v1/namespaces/${await cluster.namespace()}/secrets`;
      const version = await cluster.revision(own);
      const open = cluster.watch(own, `timeoutSeconds=3&resourceVersion=${version}`);
      await cluster.create(own, { metadata: { name: 'unmarked' } });

      expect(eventNames(await open)).toEqual(['ADDED unmarked']);
    });

    test('events have no bookmarks', async () => {
      const path = `/api/v1/namespaces/${namespace}/events`;
      const version = await cluster.revision(path);
      const open = cluster.watch(path, `timeoutSeconds=3&allowWatchBookmarks=true&resourceVersion=${version}`);
      await cluster.create(path, { metadata: { name: 'e' }, involvedObject: { namespace } });

      expect(watchLines(await open).map(({ type }) => type)).toEqual(['ADDED']);
    });

    test.concurrent('a WatchList adds everything by name, then marks the end at the newest version', async () => {
      const own = `/api/v1/namespaces/${await cluster.namespace()}/secrets`;
      for (const name of ['c', 'a', 'b']) await cluster.create(own, { metadata: { name } });
      const newest = await cluster.revision(own);
      const answer = await cluster.watch(own, watchList);
      const lines = watchLines(answer);
      const marker = lines.at(-1);

      expect(eventNames(answer).slice(0, -1)).toEqual(['ADDED a', 'ADDED b', 'ADDED c']);
      expect(marker?.text).toBe(
        `{"type":"BOOKMARK","object":{"kind":"Secret","apiVersion":"v1","metadata":{"resourceVersion":"${asString(at(marker?.object, 'metadata.resourceVersion'))}","annotations":{"k8s.io/initial-events-end":"true"}}}}`,
      );
      expect(Number(at(marker?.object, 'metadata.resourceVersion'))).toBeGreaterThanOrEqual(Number(newest));
    });

    test.concurrent('a WatchList goes on as a watch', async () => {
      const path = `/api/v1/namespaces/${namespace}/configmaps`;
      const open = cluster.watch(path, watchList.replace('timeoutSeconds=1', 'timeoutSeconds=2'));
      await cluster.create(path, { metadata: { name: 'later' } });
      const types = watchLines(await open).map(
        ({ type, object }) => `${type} ${asString(at(object, 'metadata.name'))}`,
      );

      expect(types).toContain('ADDED later');
      expect(types).toContain('BOOKMARK ');
    });

    test.concurrent('a WatchList without bookmarks has no marker', async () => {
      const answer = await watch('sendInitialEvents=true&resourceVersionMatch=NotOlderThan');

      expect(new Set(watchLines(answer).map(({ type }) => type))).toEqual(new Set(['ADDED']));
    });

    test.concurrent('a WatchList of events has a marker', async () => {
      const [line] = watchLines(await cluster.watch('/api/v1/namespaces/nowhere/events', watchList));

      expect(at(line?.object, 'metadata.annotations')).toEqual({ 'k8s.io/initial-events-end': 'true' });
      expect(Object.keys(line?.object ?? {})).toEqual([
        'kind',
        'apiVersion',
        'metadata',
        'involvedObject',
        'source',
        'firstTimestamp',
        'lastTimestamp',
        'eventTime',
        'reportingComponent',
        'reportingInstance',
      ]);
    });

    test.concurrent('the marker of pods has the empty content of a pod', async () => {
      const [line] = watchLines(await cluster.watch('/api/v1/namespaces/nowhere/pods', watchList));

      expect(line?.text).toContain(
        '"annotations":{"k8s.io/initial-events-end":"true"}},"spec":{"containers":null},"status":{}}}',
      );
    });

    test.concurrent('a WatchList from the future ends in an error event after three seconds', async () => {
      const query = `${watchList.replace('timeoutSeconds=1', 'timeoutSeconds=5')}&resourceVersion=999999`;
      const [line] = watchLines(await cluster.watch(secrets, query));

      expect([line?.type, at(line?.object, 'code'), at(line?.object, 'details.causes.0.reason')]).toEqual([
        'ERROR',
        504,
        'ResourceVersionTooLarge',
      ]);
    });

    test.each([
      [
        'sendInitialEvents=true',
        'resourceVersionMatch',
        'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      ],
      [
        'resourceVersionMatch=NotOlderThan',
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ],
    ])('a watch with %s is invalid', async (query, field, why) => {
      const answer = await watch(query);

      expect([answer.status, at(parsed(answer), 'message')]).toEqual([422, watchFault(field, why)]);
    });

    test.concurrent('a watch as Table has columns in its first event only, and no value of a Secret', async () => {
      const answer = await watch(`resourceVersion=${before}`, accepts.table);
      const lines = watchLines(answer).slice(0, 4);
      const columns = lines.map(({ object }) => object['columnDefinitions'] ?? null);
      const cells = lines.map(({ object }) => asArray(at(object, 'rows.0.cells')).slice(0, 3));

      expect(lines.map(({ type }) => type)).toEqual(['ADDED', 'ADDED', 'MODIFIED', 'DELETED']);
      expect(asArray(columns[0]).map((column) => at(column, 'name'))).toEqual(['Name', 'Type', 'Data', 'Age']);
      expect(columns.slice(1)).toEqual([null, null, null]);
      expect(cells).toEqual(['b', 'a', 'b', 'a'].map((name) => [name, 'Opaque', 1]));
      expect(lines.map(({ object }) => at(object, 'metadata'))).toEqual(
        lines.map(({ object }) => ({ resourceVersion: at(object, 'rows.0.object.metadata.resourceVersion') })),
      );
      expect(answer.text).not.toContain('c2VjcmV0');
    });

    test.concurrent('a bookmark as Table is a row of an empty object', async () => {
      const answer = await cluster.watch(secrets, watchList, { accept: accepts.table });
      const marker = watchLines(answer).at(-1);
      const version = at(marker?.object, 'metadata.resourceVersion') ?? '';

      expect(marker?.object).toEqual({
        kind: 'Table',
        apiVersion: 'meta.k8s.io/v1',
        metadata: { resourceVersion: version },
        columnDefinitions: null,
        rows: [
          {
            cells: ['', '', 0, '<unknown>'],
            object: {
              kind: 'PartialObjectMetadata',
              apiVersion: 'meta.k8s.io/v1',
              metadata: { resourceVersion: version, annotations: { 'k8s.io/initial-events-end': 'true' } },
            },
          },
        ],
      });
    });

    test.concurrent('a watch as metadata has no more than that, the deleted version included', async () => {
      const lines = watchLines(await watch(`resourceVersion=${before}`, accepts.partial)).slice(0, 4);

      expect(lines.map(({ object }) => Object.keys(object))).toEqual(
        lines.map(() => ['kind', 'apiVersion', 'metadata']),
      );
      expect(lines.map(({ object }) => object['kind'])).toEqual(lines.map(() => 'PartialObjectMetadata'));
      expect(Number(at(lines[3]?.object, 'metadata.resourceVersion'))).toBeGreaterThan(
        Number(at(lines[1]?.object, 'metadata.resourceVersion')),
      );
    });

    test.concurrent('a watch as a list of metadata closes at its first event without a byte', async () => {
      const answer = await watch(`resourceVersion=${before}`, accepts.partialList);

      expect([answer.status, answer.text]).toEqual([200, '']);
    });

    test('after compaction a watch of events is expired', async () => {
      const path = `/api/v1/namespaces/${namespace}/events`;
      const version = await cluster.revision(path);
      for (const name of ['x1', 'x2', 'x3']) {
        await cluster.create(path, { metadata: { name }, involvedObject: { namespace } });
      }
      await cluster.server.compact();
      const answer = await cluster.watch(path, `timeoutSeconds=5&resourceVersion=${version}`);

      expect(answer.text).toBe(
        `{"type":"ERROR","object":${statusText(410, { message: 'The resourceVersion for the provided watch is too old.', reason: 'Expired' }).trim()}}\n`,
      );
    });

    test('after compaction a watch of a cached type still resumes', async () => {
      await cluster.server.compact();

      expect(eventNames(await watch(`resourceVersion=${before}`))[0]).toBe('ADDED b');
    });

    // The last case: it ends the process that the others talk to.
    test('another API server process expires cached types and resumes events', async () => {
      const path = `/api/v1/namespaces/${namespace}/events`;
      const old = asString(at(parsed(await cluster.get(`${secrets}?limit=1`)), 'metadata.resourceVersion'));
      const created = await cluster.create(path, { metadata: { name: 'over' }, involvedObject: { namespace } });
      await cluster.server.restart();
      const newest = Number(at(created, 'metadata.resourceVersion'));
      const query = `watch=1&timeoutSeconds=2&resourceVersion=${old}`;
      const [error] = watchLines(await cluster.until(`${secrets}?${query}`, ({ status }) => status === 200));
      const events = await cluster.watch(path, `timeoutSeconds=1&resourceVersion=${newest - 1}`);
      const status: JsonObject = error?.object ?? {};

      expect([error?.type, status['code'], status['reason']]).toEqual(['ERROR', 410, 'Expired']);
      expect(status['message']).toMatch(new RegExp(`^too old resource version: ${old} \\(\\d+\\)$`));
      expect(eventNames(events)[0]).toBe('ADDED over');
    });
  });
}
