import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Failure, RequestFailed } from '../../src/kube/failure.ts';
import {
  continueTokenAhead,
  fetchColumns,
  fetchListPage,
  fetchObject,
  type ListTarget,
} from '../../src/kube/list-page.ts';
import type { Transport } from '../../src/kube/transport.ts';
import { podType } from '../support/temporary-mirror.ts';
import { answerJson, startStubServer, type StubServer } from '../support/stub-server.ts';

const pods: ListTarget = { type: podType, namespace: '', representation: 'full' };
const podMetadata: ListTarget = { ...pods, representation: 'metadata' };
const secrets: ListTarget = {
  type: { ...podType, resource: 'secrets', kind: 'Secret' },
  namespace: 'a',
  representation: 'secret',
};

let server: StubServer;
let transport: Transport;
let body: unknown;
let headers: Record<string, string>;
let accept: string | undefined;

beforeEach(async () => {
  headers = { 'content-type': 'application/json' };
  body = { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '100' }, items: [] };
  server = await startStubServer((request, response) => {
    ({ accept } = request.headers);
    response.writeHead(200, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  transport = await server.transport();
});

afterEach(() => server.stop());

const first = { limit: 500, continueToken: '' };

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    if (error instanceof RequestFailed) return error.failure;
    throw error;
  }
  throw new Error('nothing failed');
}

describe('a page', () => {
  test('is asked for by limit and token alone, never with a resourceVersion', async () => {
    await fetchListPage(transport, pods, first);
    await fetchListPage(transport, pods, { limit: 2_000, continueToken: 'a+/=' });
    await fetchListPage(transport, { ...pods, namespace: 'shop' }, { limit: 0, continueToken: '' });
    expect(server.requests).toEqual([
      'GET /api/v1/pods?limit=500',
      'GET /api/v1/pods?limit=2000&continue=a%2B%2F%3D',
      'GET /api/v1/namespaces/shop/pods',
    ]);
  });

  test('gives its items kind and apiVersion, which lists of built-in types leave out', async () => {
    body = {
      kind: 'PodList',
      apiVersion: 'v1',
      metadata: { resourceVersion: '100', continue: 'token', remainingItemCount: 5 },
      items: [{ metadata: { name: 'x', resourceVersion: '7' }, spec: {} }],
    };
    expect(await fetchListPage(transport, pods, first)).toEqual({
      byteCount: expect.any(Number) as number,
      resourceVersion: '100',
      continueToken: 'token',
      objects: [{ metadata: { name: 'x', resourceVersion: '7' }, spec: {}, apiVersion: 'v1', kind: 'Pod' }],
      warnings: [],
    });
  });

  test('is the last one when its token is empty or absent', async () => {
    expect((await fetchListPage(transport, pods, first)).continueToken).toBe('');
    body = { apiVersion: 'v1', items: [], kind: 'PodList', metadata: { continue: '', resourceVersion: '9' } };
    expect((await fetchListPage(transport, pods, first)).continueToken).toBe('');
  });

  test('may hold null for no items, and no resourceVersion where the API has none', async () => {
    body = { kind: 'ComponentStatusList', metadata: {}, items: null };
    expect(await fetchListPage(transport, pods, first)).toMatchObject({ resourceVersion: '', objects: [] });
    body = { kind: 'PodList', metadata: { resourceVersion: '0' }, items: [] };
    expect(await fetchListPage(transport, pods, first)).toMatchObject({ resourceVersion: '', objects: [] });
  });

  test('of metadata asks for a list of partial objects', async () => {
    body = {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '100' },
      items: [{ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'x' } }],
    };
    const page = await fetchListPage(transport, podMetadata, first);
    expect(accept).toBe('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
    expect(page.objects[0]).toMatchObject({ apiVersion: 'v1', kind: 'Pod' });
  });

  test('gives the texts of its warnings', async () => {
    headers['warning'] = '299 - "v1 Endpoints is deprecated in v1.33+; use \\"EndpointSlice\\"", 299 - "second"';
    expect((await fetchListPage(transport, pods, first)).warnings).toEqual([
      'v1 Endpoints is deprecated in v1.33+; use "EndpointSlice"',
      'second',
    ]);
  });

  test.each<[string, unknown]>([
    ['cut short', '{"kind":"PodList","metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"x"'],
    ['empty', ''],
    ['no object', '[]'],
    ['of another kind', { kind: 'Pod', metadata: { name: 'x', resourceVersion: '5' } }],
    ['a Table', { kind: 'Table', metadata: { resourceVersion: '5' }, rows: [] }],
    ['without items', { kind: 'PodList', metadata: { resourceVersion: '5' } }],
    ['with items that are no array', { kind: 'PodList', metadata: { resourceVersion: '5' }, items: {} }],
    ['with an item without a name', { kind: 'PodList', metadata: { resourceVersion: '5' }, items: [{ metadata: {} }] }],
    ['with an item that is null', { kind: 'PodList', metadata: { resourceVersion: '5' }, items: [null] }],
  ])('that is %s is malformed', async (_what, given) => {
    body = given;
    expect((await failureOf(fetchListPage(transport, pods, first))).class).toBe('malformed');
  });

  test('that is a Status under 200 is what the Status says', async () => {
    body = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' };
    expect((await failureOf(fetchListPage(transport, pods, first))).class).toBe('expired');
    body = { kind: 'Status', status: 'Success' };
    expect((await failureOf(fetchListPage(transport, pods, first))).class).toBe('server');
  });

  test('that is a page for people comes from no API server', async () => {
    headers = { 'content-type': 'text/html' };
    body = '<html>Sign in</html>';
    expect((await failureOf(fetchListPage(transport, pods, first))).class).toBe('not-api');
  });
});

describe('a page of Secrets', () => {
  const row = (name: string) => ({
    cells: [name, 'kubernetes.io/tls', 2, '1h'],
    object: { metadata: { name, namespace: 'a', uid: 'u', resourceVersion: '5', managedFields: [{}] } },
  });

  test('comes as rows of a Table', async () => {
    body = { kind: 'Table', metadata: { resourceVersion: '100', continue: 't' }, rows: [row('one')] };
    const page = await fetchListPage(transport, secrets, first);
    expect(server.requests).toEqual(['GET /api/v1/namespaces/a/secrets?limit=500&includeObject=Metadata']);
    expect(page).toMatchObject({ resourceVersion: '100', continueToken: 't' });
    expect(page.objects).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'one', namespace: 'a', uid: 'u', resourceVersion: '5' },
        type: 'kubernetes.io/tls',
        dataCount: 2,
      },
    ]);
  });

  test('that comes as a list of Secrets after all is not taken', async () => {
    body = {
      kind: 'SecretList',
      metadata: { resourceVersion: '5' },
      items: [{ metadata: { name: 'x' }, data: { k: 'djE=' } }],
    };
    expect((await failureOf(fetchListPage(transport, secrets, first))).class).toBe('malformed');
  });

  test('without a name in a row is malformed', async () => {
    body = {
      kind: 'Table',
      metadata: { resourceVersion: '5' },
      rows: [{ cells: ['x', 'y', 1], object: { metadata: {} } }],
    };
    expect((await failureOf(fetchListPage(transport, secrets, first))).class).toBe('malformed');
  });
});

describe('a page of a type that its server prints', () => {
  const widgets: ListTarget = {
    type: { ...podType, group: 'x.org', resource: 'widgets', kind: 'Widget' },
    namespace: '',
    representation: 'table',
  };
  const metadata = { name: 'one', namespace: 'a', resourceVersion: '5' };
  const table = (object: unknown) => ({
    kind: 'Table',
    metadata: { resourceVersion: '100', continue: 't' },
    columnDefinitions: [
      { name: 'Name', type: 'string', format: 'name', description: 'its name', priority: 0 },
      { name: 'Size', type: 'integer', format: '', description: '', priority: 1 },
    ],
    rows: [{ cells: ['one', 5], object }],
  });

  test('is asked for as a Table with whole objects, or else plain', async () => {
    body = table({ apiVersion: 'x.org/v1', kind: 'Widget', metadata });
    await fetchListPage(transport, widgets, first);
    expect(server.requests).toEqual(['GET /apis/x.org/v1/widgets?limit=500&includeObject=Object']);
    expect(accept).toBe('application/json;as=Table;g=meta.k8s.io;v=v1,application/json');
  });

  test('brings objects with their cells, and the columns', async () => {
    body = table({ metadata, spec: { size: 5 } });
    expect(await fetchListPage(transport, widgets, first)).toEqual({
      byteCount: expect.any(Number) as number,
      resourceVersion: '100',
      continueToken: 't',
      objects: [{ apiVersion: 'x.org/v1', kind: 'Widget', metadata, spec: { size: 5 } }],
      table: {
        columns: [
          { name: 'Name', type: 'string', format: 'name', priority: 0 },
          { name: 'Size', type: 'integer', format: '', priority: 1 },
        ],
        cells: [['one', 5]],
      },
      warnings: [],
    });
  });

  test('may be a plain list, which has no table', async () => {
    body = { kind: 'WidgetList', metadata: { resourceVersion: '100' }, items: [{ metadata }] };
    const page = await fetchListPage(transport, widgets, first);
    expect(page.objects).toEqual([{ apiVersion: 'x.org/v1', kind: 'Widget', metadata }]);
    expect(page.table).toBeUndefined();
  });

  test.each([
    ['partial', { kind: 'PartialObjectMetadata', metadata }],
    ['null', null],
  ])('is not acceptable where the objects of its rows are %s', async (_what, object) => {
    body = table(object);
    expect((await failureOf(fetchListPage(transport, widgets, first))).class).toBe('not-acceptable');
  });

  test('tells the columns alone for one row without its object', async () => {
    body = table(null);
    const { signal } = new AbortController();
    expect((await fetchColumns(transport, widgets, signal))?.map(({ name }) => name)).toEqual(['Name', 'Size']);
    expect(server.requests).toEqual(['GET /apis/x.org/v1/widgets?limit=1&includeObject=None']);
    body = { kind: 'WidgetList', metadata: { resourceVersion: '100' }, items: [] };
    expect(await fetchColumns(transport, widgets, signal)).toBeUndefined();
  });

  test('of a server that refuses Tables tells no columns; any other failure is thrown', async () => {
    let code = 406;
    const refusing = await startStubServer((_request, response) => {
      answerJson(response, { kind: 'Status', code, message: 'no' }, code);
    });
    const other = await refusing.transport();
    const { signal } = new AbortController();
    expect(await fetchColumns(other, widgets, signal)).toBeUndefined();
    code = 503;
    expect((await failureOf(fetchColumns(other, widgets, signal))).class).toBe('server');
    await refusing.stop();
  });
});

describe('one object', () => {
  test('is fetched by its name', async () => {
    body = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'x', namespace: 'a' } };
    expect(await fetchObject(transport, pods, { namespace: 'a', name: 'x' })).toMatchObject({ kind: 'Pod' });
    expect(server.requests).toEqual(['GET /api/v1/namespaces/a/pods/x']);
  });

  test('that no longer exists is undefined; any other failure is thrown', async () => {
    const gone = await startStubServer((request, response) => {
      const code = request.url?.endsWith('/x') === true ? 404 : 403;
      answerJson(response, { kind: 'Status', code, message: 'no' }, code);
    });
    const other = await gone.transport();
    expect(await fetchObject(other, pods, { namespace: 'a', name: 'x' })).toBeUndefined();
    expect((await failureOf(fetchObject(other, pods, { namespace: 'a', name: 'y' }))).class).toBe('forbidden');
    await gone.stop();
  });
});

describe('the continue token ahead of a parsed list', () => {
  const list = (metadata: string, items = '[{"metadata":{"continue":"not this"}}]'): string =>
    `{"kind":"PodList","apiVersion":"v1","metadata":${metadata},"items":${items}}`;

  test.each([
    [list('{"resourceVersion":"7","continue":"eyJ2Ijoi+/=","remainingItemCount":12}'), 'eyJ2Ijoi+/='],
    [list('{"resourceVersion":"7"}'), ''],
    [list('{"continue":"a\\"b"}'), 'a"b'],
    ['{"apiVersion":"v1","kind":"PodList","metadata":{"continue":"x"},"items":[]}', undefined],
    ['{"kind":"PodList","apiVersion":"v1","items":[],"metadata":{"continue":"x"}}', undefined],
    [list('{"continue":"}x{"}'), undefined],
    [list('{"continue":x}'), undefined],
    ['', undefined],
  ])('%s', (text, token) => {
    expect(continueTokenAhead(text)).toBe(token);
  });
});
