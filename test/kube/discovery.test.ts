import { afterEach, describe, expect, test } from 'vitest';
import { discover, fetchServerVersion, type Discovery } from '../../src/kube/discovery.ts';
import { RequestFailed } from '../../src/kube/failure.ts';
import { answerJson, startStubServer, type StubServer } from '../support/stub-server.ts';

const stubs: StubServer[] = [];

afterEach(async () => {
  for (const stub of stubs.splice(0)) await stub.stop();
});

/** A server with these documents; a number is a status without a body, everything else is 404. */
async function serving(documents: Readonly<Record<string, unknown>>): Promise<StubServer> {
  const server = await startStubServer((request, response) => {
    const document = documents[request.url ?? ''] ?? 404;
    if (typeof document === 'number') {
      response.writeHead(document, { 'content-type': 'text/plain' });
      response.end('no');
    } else answerJson(response, document);
  });
  stubs.push(server);
  return server;
}

async function discovered(documents: Readonly<Record<string, unknown>>): Promise<Discovery> {
  return discover(await (await serving(documents)).transport());
}

const aggregated = (...items: readonly unknown[]) => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items,
});

const group = (name: string, ...versions: readonly unknown[]) => ({ metadata: { name }, versions });

const pods = {
  resource: 'pods',
  responseKind: { group: '', version: '', kind: 'Pod' },
  scope: 'Namespaced',
  singularResource: 'pod',
  verbs: ['get', 'list', 'watch'],
  shortNames: ['po'],
  categories: ['all'],
  subresources: [{ subresource: 'status', responseKind: { kind: 'Pod' }, verbs: ['get'] }],
};

const nodes = {
  resource: 'nodes',
  responseKind: { kind: 'Node' },
  scope: 'Cluster',
  singularResource: 'node',
  verbs: ['list'],
};

const names = (found: Discovery): readonly string[] =>
  found.types.map(
    ({ group: name, version, resource, groupPosition }) => `${groupPosition} ${name}/${version} ${resource}`,
  );

describe('aggregated discovery', () => {
  test('takes two requests and keeps the order of the server', async () => {
    const server = await serving({
      '/api': aggregated(group('', { version: 'v1', freshness: 'Current', resources: [pods, nodes] })),
      '/apis': aggregated(
        group(
          'example.com',
          { version: 'v2', resources: [{ ...nodes, resource: 'things' }] },
          { version: 'v1', resources: [{ ...nodes, resource: 'things' }] },
        ),
        group('apps', { version: 'v1', resources: [{ ...pods, resource: 'deployments' }] }),
      ),
    });
    const found = await discover(await server.transport());
    expect(names(found)).toEqual([
      '0 /v1 pods',
      '0 /v1 nodes',
      '1 example.com/v2 things',
      '1 example.com/v1 things',
      '2 apps/v1 deployments',
    ]);
    expect(found.types[0]).toEqual({
      group: '',
      version: 'v1',
      resource: 'pods',
      singular: 'pod',
      kind: 'Pod',
      namespaced: true,
      shortNames: ['po'],
      categories: ['all'],
      verbs: ['get', 'list', 'watch'],
      groupPosition: 0,
    });
    expect(found.types[1]).toMatchObject({ namespaced: false, shortNames: [], categories: [] });
    expect(found.unknown).toEqual([]);
    expect(server.requests).toEqual(['GET /api', 'GET /apis']);
  });

  test('concludes nothing of entries that are stale, which have no resources', async () => {
    const found = await discovered({
      '/api': aggregated(group('', { version: 'v1', freshness: 'Current', resources: [pods] })),
      '/apis': aggregated(group('metrics.k8s.io', { version: 'v1beta1', freshness: 'Stale' })),
    });
    expect(names(found)).toEqual(['0 /v1 pods']);
    expect(found.unknown).toEqual(['metrics.k8s.io/v1beta1']);
  });

  test('survives documents with holes', async () => {
    const found = await discovered({
      '/api': aggregated(null, {}, group('', null, { version: 'v1' }, { version: 'v1', resources: null })),
      '/apis': { kind: 'APIGroupDiscoveryList' },
    });
    expect(found).toMatchObject({ types: [], unknown: [] });
  });
});

describe('discovery of an older server', () => {
  const deployments = {
    name: 'deployments',
    kind: 'Deployment',
    namespaced: true,
    verbs: ['list'],
    singularName: '',
    shortNames: ['deploy'],
  };
  const documents = {
    '/api': { kind: 'APIVersions', versions: ['v1'] },
    '/api/v1': {
      kind: 'APIResourceList',
      resources: [
        { name: 'pods', singularName: 'pod', kind: 'Pod', namespaced: true, verbs: ['list'] },
        { name: 'pods/log', kind: 'Pod', verbs: ['get'] },
      ],
    },
    '/apis': {
      kind: 'APIGroupList',
      groups: [
        {
          name: 'apps',
          versions: [
            { groupVersion: 'apps/v1beta1', version: 'v1beta1' },
            { groupVersion: 'apps/v1', version: 'v1' },
          ],
          preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
        },
        { name: 'metrics.k8s.io', versions: [{ version: 'v1beta1' }], preferredVersion: { version: 'v1beta1' } },
      ],
    },
    '/apis/apps/v1': { kind: 'APIResourceList', resources: [deployments] },
    '/apis/apps/v1beta1': { kind: 'APIResourceList', resources: [deployments] },
    '/apis/metrics.k8s.io/v1beta1': 503,
  };

  test('walks the group versions, the preferred one first, without subresources', async () => {
    const found = await discovered(documents);
    expect(names(found)).toEqual(['0 /v1 pods', '1 apps/v1 deployments', '1 apps/v1beta1 deployments']);
    expect(found.types[1]).toMatchObject({ singular: 'deployment', kind: 'Deployment', shortNames: ['deploy'] });
  });

  test('concludes nothing of group versions that cannot be had, the core group included', async () => {
    expect((await discovered(documents)).unknown).toEqual(['metrics.k8s.io/v1beta1']);
    expect((await discovered({ ...documents, '/api/v1': 500 })).unknown).toEqual(['v1', 'metrics.k8s.io/v1beta1']);
  });
});

describe('discovery as a whole', () => {
  test.each(['/api', '/apis'])('fails where %s cannot be had', async (path) => {
    const whole = { '/api': aggregated(), '/apis': aggregated() };
    await expect(discovered({ ...whole, [path]: 503 })).rejects.toBeInstanceOf(RequestFailed);
    await expect(discovered({ ...whole, [path]: [] })).rejects.toMatchObject({ failure: { class: 'not-api' } });
    await expect(discovered({ ...whole, [path]: '<html>' })).rejects.toMatchObject({ failure: { class: 'not-api' } });
  });

  test('comes with the version of the server, with or without a plus sign', async () => {
    const version = async (minor: string) =>
      fetchServerVersion(await (await serving({ '/version': { gitVersion: `v1.${minor}`, minor } })).transport());
    expect(await version('36')).toEqual({ gitVersion: 'v1.36', minor: 36 });
    expect((await version('27+')).minor).toBe(27);
    expect((await version('')).minor).toBe(0);
  });
});
