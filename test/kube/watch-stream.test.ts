import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type Failure, RequestFailed } from '../../src/kube/failure.ts';
import type { ListTarget } from '../../src/kube/list-page.ts';
import { openWatch, type WatchEvent } from '../../src/kube/watch-stream.ts';
import { podType } from '../support/temporary-mirror.ts';
import { startStubServer, type StubServer } from '../support/stub-server.ts';

const pods: ListTarget = { type: podType, namespace: '', representation: 'full' };
const secrets: ListTarget = {
  type: { ...podType, resource: 'secrets', kind: 'Secret' },
  namespace: '',
  representation: 'secret',
};

const stubs: StubServer[] = [];

afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.stop();
});

interface Outcome {
  readonly events: readonly WatchEvent[];
  readonly failed?: Failure;
  readonly request: string;
  readonly accept: string | undefined;
}

/** Watches a stream of these chunks to its end. */
async function watch(target: ListTarget, chunks: readonly (string | Buffer)[], cut = false): Promise<Outcome> {
  let accept: string | undefined;
  const server = await startStubServer((request, response) => {
    ({ accept } = request.headers);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const waiting = [...chunks];
    const next = (): void => {
      const chunk = waiting.shift();
      if (chunk !== undefined) response.write(chunk, () => setImmediate(next));
      else if (cut) response.destroy();
      else response.end();
    };
    next();
  });
  stubs.push(server);
  const transport = await server.transport();
  const events: WatchEvent[] = [];
  let failed: Failure | undefined;
  try {
    const signal = new AbortController().signal;
    const options = { resourceVersion: '100', timeoutSeconds: 300, signal, onBytes: () => undefined };
    for await (const batch of await openWatch(transport, target, options)) events.push(...batch);
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    failed = error.failure;
  }
  const request = server.requests[0] ?? '';
  return { events, request, accept, ...(failed === undefined ? {} : { failed }) };
}

const line = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`;
const pod = (name: string, resourceVersion: string) => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name, namespace: 'a', uid: `uid-${name}`, resourceVersion },
});

describe('a watch', () => {
  test('asks for bookmarks from its resume point until its timeout', async () => {
    const { request, accept } = await watch(pods, []);
    expect(request).toBe('GET /api/v1/pods?watch=1&allowWatchBookmarks=true&resourceVersion=100&timeoutSeconds=300');
    expect(accept).toBe('application/json');
  });

  test('decodes what happened in stream order', async () => {
    const { events, failed } = await watch(pods, [
      line('ADDED', pod('one', '101')) + line('MODIFIED', pod('one', '102')),
      line('DELETED', pod('one', '103')),
      line('BOOKMARK', {
        kind: 'Pod',
        apiVersion: 'v1',
        metadata: { resourceVersion: '2253' },
        spec: { containers: null },
        status: {},
      }),
    ]);
    expect(failed).toBeUndefined();
    expect(events).toEqual([
      { kind: 'apply', object: pod('one', '101'), resourceVersion: '101' },
      { kind: 'apply', object: pod('one', '102'), resourceVersion: '102' },
      { kind: 'delete', object: pod('one', '103'), resourceVersion: '103' },
      { kind: 'bookmark', resourceVersion: '2253' },
    ]);
  });

  test('gives the same events wherever the stream is cut into chunks', async () => {
    const text = Buffer.from(
      line('ADDED', { ...pod('one', '101'), data: 'é\u2028\u{1f600}\r' }) + '\n' + line('MODIFIED', pod('two', '102')),
    );
    const whole = (await watch(pods, [text])).events;
    expect(whole).toHaveLength(2);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length), { minLength: 1, maxLength: 4 }), async (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const chunks = edges.slice(1).map((end, index) => text.subarray(edges[index], end));
        expect(
          (
            await watch(
              pods,
              chunks.filter((chunk) => chunk.length > 0),
            )
          ).events,
        ).toEqual(whole);
      }),
      { numRuns: 25 },
    );
  });

  test('keeps every digit of a large integer', async () => {
    const big = line('ADDED', { ...pod('one', '101'), spec: { size: 0 } }).replace(
      '"size":0',
      '"size":9223372036854775807',
    );
    const [event] = (await watch(pods, [big])).events;
    expect(JSON.stringify(event)).toContain('9223372036854775807');
  });

  test('takes over kind and version from discovery', async () => {
    const { events } = await watch(pods, [
      line('ADDED', { ...pod('one', '101'), kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' }),
    ]);
    expect(events).toEqual([{ kind: 'apply', object: pod('one', '101'), resourceVersion: '101' }]);
  });

  test('leaves out a last line that was cut, cleanly ended or not', async () => {
    const cut = line('MODIFIED', pod('two', '102')).slice(0, -1);
    for (const isCut of [false, true]) {
      const { events, failed } = await watch(pods, [line('ADDED', pod('one', '101')), cut], isCut);
      expect(events.map((event) => event.resourceVersion)).toEqual(['101']);
      expect(failed?.class).toBe(isCut ? 'transport' : undefined);
    }
  });

  test.each<[string, string, string]>([
    ['no JSON', '{"type":"ADDED","obj', 'malformed'],
    ['an unknown type', line('PATCHED', pod('two', '102')), 'malformed'],
    ['no type', '{}', 'malformed'],
    ['no object', '[1,2]', 'malformed'],
    ['an object without metadata', line('ADDED', { kind: 'Pod' }), 'malformed'],
    ['an object without a name', line('ADDED', { metadata: { resourceVersion: '5' } }), 'malformed'],
    ['an object without a resourceVersion', line('ADDED', { metadata: { name: 'x' } }), 'malformed'],
    ['resourceVersion 0', line('ADDED', pod('x', '0')), 'malformed'],
    ['a bookmark without a resourceVersion', line('BOOKMARK', { kind: 'Pod', metadata: {} }), 'malformed'],
    ['an object that is null', line('MODIFIED', null), 'malformed'],
    [
      'an expired resume point',
      line('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version: 911 (937)' }),
      'expired',
    ],
    ['a server error', line('ERROR', { kind: 'Status', code: 500, message: 'no' }), 'server'],
  ])('ends at %s, and what came before counts', async (_what, bad, expected) => {
    const { events, failed } = await watch(pods, [
      `${line('ADDED', pod('one', '101'))}${bad.trimEnd()}\n${line('ADDED', pod('two', '103'))}`,
    ]);
    expect(events.map((event) => event.resourceVersion)).toEqual(['101']);
    expect(failed?.class).toBe(expected);
  });

  test('ends at a line of over 16 MiB as at one that cannot be decoded', async () => {
    const mebibyte = Buffer.alloc(1_048_576, 0x61);
    const { failed } = await watch(
      pods,
      Array.from({ length: 17 }, () => mebibyte),
    );
    expect(failed?.class).toBe('malformed');
  });
});

describe('a watch of Secrets', () => {
  const row = (name: string, resourceVersion: string, metadata: object = {}) => ({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    rows: [
      {
        cells: [name, 'Opaque', 3, '5m'],
        object: {
          kind: 'PartialObjectMetadata',
          apiVersion: 'meta.k8s.io/v1',
          metadata: { name, namespace: 'a', uid: 'u', resourceVersion, ...metadata },
        },
      },
    ],
  });

  test('asks for a Table with metadata, never for the objects', async () => {
    const { request, accept } = await watch(secrets, []);
    expect(request).toContain('includeObject=Metadata');
    expect(accept).toBe('application/json;as=Table;g=meta.k8s.io;v=v1');
  });

  test('keeps type and count of keys, and strips what repeats or names the data', async () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"k":"aHVudGVyMg=="}}',
      team: 'x',
    };
    const managedFields = [{ fieldsV1: { 'f:data': { 'f:hunter2': {} } } }];
    const { events } = await watch(secrets, [
      line('ADDED', row('one', '101', { annotations, managedFields })),
      line(
        'MODIFIED',
        row('one', '102', { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'aHVudGVyMg==' } }),
      ),
    ]);
    const metadata = { name: 'one', namespace: 'a', uid: 'u', resourceVersion: '101' };
    expect(events).toEqual([
      {
        kind: 'apply',
        resourceVersion: '101',
        object: {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { ...metadata, annotations: { team: 'x' } },
          type: 'Opaque',
          dataCount: 3,
        },
      },
      {
        kind: 'apply',
        resourceVersion: '102',
        object: {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { ...metadata, resourceVersion: '102' },
          type: 'Opaque',
          dataCount: 3,
        },
      },
    ]);
    expect(JSON.stringify(events)).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  test('reads a bookmark, which is a row without a name', async () => {
    const { events } = await watch(secrets, [
      line('BOOKMARK', {
        kind: 'Table',
        rows: [{ cells: ['', '', 0, '<unknown>'], object: { metadata: { resourceVersion: '500' } } }],
      }),
      line('BOOKMARK', { kind: 'Table', metadata: { resourceVersion: '501' }, rows: [] }),
    ]);
    expect(events.map((event) => event.resourceVersion)).toEqual(['500', '501']);
  });

  test('refuses an object that came in another form, values and all', async () => {
    const { events, failed } = await watch(secrets, [
      line('ADDED', { kind: 'Secret', metadata: { name: 'x', resourceVersion: '5' }, data: { k: 'aHVudGVyMg==' } }),
    ]);
    expect(events).toEqual([]);
    expect(failed).toMatchObject({ class: 'not-acceptable' });
    expect(failed?.message).not.toContain('aHVudGVyMg');
  });

  test('takes an error in the form of a Status', async () => {
    const { failed } = await watch(secrets, [line('ERROR', { kind: 'Status', code: 410, reason: 'Expired' })]);
    expect(failed?.class).toBe('expired');
  });
});

describe('a watch of a type that its server prints', () => {
  const printed: ListTarget = { ...pods, representation: 'table' };
  const columnDefinitions = [{ name: 'Name', type: 'string', format: 'name', description: '', priority: 0 }];
  const columns = [{ name: 'Name', type: 'string', format: 'name', priority: 0 }];
  const table = (object: object, cells: readonly unknown[], definitions: unknown = null) => ({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    columnDefinitions: definitions,
    rows: [{ cells, object }],
  });

  test('asks for a Table with the whole object, or else for that alone', async () => {
    const { request, accept } = await watch(printed, []);
    expect(request).toContain('includeObject=Object');
    expect(accept).toBe('application/json;as=Table;g=meta.k8s.io;v=v1,application/json');
  });

  test('brings objects with their cells; its first event says the columns', async () => {
    const { events, failed } = await watch(printed, [
      line('ADDED', table(pod('one', '101'), ['one'], columnDefinitions)),
      line('DELETED', table(pod('one', '102'), ['one'])),
    ]);
    expect(failed).toBeUndefined();
    expect(events).toEqual([
      { kind: 'apply', object: pod('one', '101'), resourceVersion: '101', cells: ['one'], columns },
      { kind: 'delete', object: pod('one', '102'), resourceVersion: '102', cells: ['one'] },
    ]);
  });

  test('reads a bookmark as a row, and as an object', async () => {
    const { events } = await watch(printed, [
      line('BOOKMARK', table({ kind: 'Pod', metadata: { resourceVersion: '500' } }, [''], columnDefinitions)),
      line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '501' } }),
    ]);
    expect(events).toEqual([
      { kind: 'bookmark', resourceVersion: '500', cells: [''], columns },
      { kind: 'bookmark', resourceVersion: '501' },
    ]);
  });

  test('that comes as plain objects cannot be followed; what came before counts', async () => {
    const { events, failed } = await watch(printed, [
      line('ADDED', table(pod('one', '101'), ['one'], columnDefinitions)),
      line('ADDED', pod('two', '102')),
    ]);
    expect(events.map((event) => event.resourceVersion)).toEqual(['101']);
    expect(failed?.class).toBe('not-allowed');
  });

  test('whose rows have no whole objects sends back to the list', async () => {
    const partial = { ...pod('one', '101'), kind: 'PartialObjectMetadata' };
    const { events, failed } = await watch(printed, [line('ADDED', table(partial, ['one'], columnDefinitions))]);
    expect(events).toEqual([]);
    expect(failed?.class).toBe('expired');
  });

  test.each([
    ['no rows', { kind: 'Table', rows: [] }],
    ['an object without a name', table({ metadata: { resourceVersion: '5' } }, ['x'])],
  ])('ends at %s', async (_what, object) => {
    const { failed } = await watch(printed, [line('ADDED', object)]);
    expect(['malformed', 'expired']).toContain(failed?.class);
  });
});
