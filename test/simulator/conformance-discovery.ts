import { describe, expect, test } from 'vitest';
import { asArray, asObject, asString, type Json, type JsonObject } from '../../src/core/json.ts';
import { builtInTypes } from '../../src/simulator/built-in-types.ts';
import type { ServedType } from '../../src/simulator/served-type.ts';
import { accepts, at, parsed, statusText, type Cluster } from './conformance-tools.ts';

interface TypeLine {
  readonly type: string;
  readonly kind: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly names: string;
  readonly verbs: string;
  readonly subresources: string;
}

function tableLine(type: ServedType): TypeLine {
  return {
    type: `${type.group}/${type.version}/${type.resource}`,
    kind: type.kind,
    singular: type.singular,
    namespaced: type.namespaced,
    names: `${type.shortNames.join(',')};${type.categories.join(',')}`,
    verbs: type.verbs.join(','),
    subresources: type.subresources
      .map(({ name, group, version, kind, verbs }) => `${name}:${group}/${version}/${kind}:${verbs.join(',')}`)
      .join(' '),
  };
}

function words(value: Json | undefined): string {
  return asArray(value).map(asString).join(',');
}

function documentLines(document: JsonObject): readonly TypeLine[] {
  return asArray(document['items']).flatMap((group) =>
    asArray(at(group, 'versions')).flatMap((version) =>
      asArray(at(version, 'resources')).map((resource) => ({
        type: `${asString(at(group, 'metadata.name'))}/${asString(at(version, 'version'))}/${asString(at(resource, 'resource'))}`,
        kind: asString(at(resource, 'responseKind.kind')),
        singular: asString(at(resource, 'singularResource')),
        namespaced: at(resource, 'scope') === 'Namespaced',
        names: `${words(at(resource, 'shortNames'))};${words(at(resource, 'categories'))}`,
        verbs: words(at(resource, 'verbs')),
        subresources: asArray(at(resource, 'subresources')).map(subresourceText).join(' '),
      })),
    ),
  );
}

function subresourceText(subresource: Json): string {
  const { group, version, kind } = asObject(at(subresource, 'responseKind'));
  const target = `${asString(group)}/${asString(version)}/${asString(kind)}`;
  return `${asString(at(subresource, 'subresource'))}:${target}:${words(at(subresource, 'verbs'))}`;
}

const notFound = statusText(404, {
  message: 'the server could not find the requested resource',
  reason: 'NotFound',
  details: {},
});

/** Discovery, health, version, and the paths that nobody serves. */
export function discoveryCases(cluster: Cluster): void {
  describe('discovery', () => {
    test('the core group lists the built-in types in order', async () => {
      const document = parsed(await cluster.get('/api', { accept: accepts.discovery }));

      expect(documentLines(document)).toEqual(builtInTypes.filter(({ group }) => group === '').map(tableLine));
      expect(at(document, 'items.0.versions.0.freshness')).toBe('Current');
    });

    test('the named groups list the built-in types in order', async () => {
      const document = parsed(await cluster.get('/apis', { accept: accepts.discovery }));

      expect(documentLines(document)).toEqual(builtInTypes.filter(({ group }) => group !== '').map(tableLine));
    });

    test('the aggregated document starts with kind, version and empty metadata, compactly', async () => {
      const { text, headers } = await cluster.get('/api', { accept: accepts.discovery });

      expect(text.slice(0, 149)).toBe(
        '{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[{"metadata":{},"versions":[{"version":"v1","resources":[',
      );
      expect(headers['content-type']).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
      expect(headers['cache-control']).toBe('public');
      expect(headers.vary).toBe('Accept');
    });

    test('the ETag of the aggregated document is an upper-case SHA-512 in quotes', async () => {
      const { headers } = await cluster.get('/apis', { accept: accepts.discovery });

      expect(headers.etag).toMatch(/^"[0-9A-F]{128}"$/);
    });

    test('aggregated discovery is chosen before a plain fallback', async () => {
      const accept = `${accepts.discovery},application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json`;

      expect(at(parsed(await cluster.get('/apis', { accept })), 'kind')).toBe('APIGroupDiscoveryList');
    });

    test('the beta of aggregated discovery falls back to the plain document', async () => {
      const accept = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

      expect(at(parsed(await cluster.get('/apis', { accept })), 'kind')).toBe('APIGroupList');
    });

    test('the beta of aggregated discovery without a fallback is not acceptable', async () => {
      const accept = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList';
      const answer = await cluster.get('/apis', { accept });

      expect(answer.status).toBe(406);
      expect(at(parsed(answer), 'message')).toBe(
        'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
      );
      expect(answer.text.startsWith('{\n  "kind": "Status",\n')).toBe(true);
    });

    test('the plain documents name groups and versions in the same order', async () => {
      const groups = asArray(parsed(await cluster.get('/apis'))['groups']);
      const named = groups.map((group) => asString(at(group, 'name')));

      expect(named).toEqual([...new Set(builtInTypes.map(({ group }) => group))].filter((group) => group !== ''));
      expect(groups.find((group) => at(group, 'name') === 'autoscaling')).toEqual({
        name: 'autoscaling',
        versions: [
          { groupVersion: 'autoscaling/v2', version: 'v2' },
          { groupVersion: 'autoscaling/v1', version: 'v1' },
        ],
        preferredVersion: { groupVersion: 'autoscaling/v2', version: 'v2' },
      });
    });

    test('the plain document of the core group counts subresources as resources', async () => {
      const { text } = await cluster.get('/api/v1');
      const resources = asArray((JSON.parse(text) as JsonObject)['resources']);

      expect(text.startsWith('{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"bindings",')).toBe(
        true,
      );
      expect(resources.find((resource) => at(resource, 'name') === 'pods/eviction')).toEqual({
        name: 'pods/eviction',
        singularName: '',
        namespaced: true,
        group: 'policy',
        version: 'v1',
        kind: 'Eviction',
        verbs: ['create'],
      });
      expect(resources.map((resource) => asString(at(resource, 'name')))).toEqual(
        builtInTypes
          .filter(({ group }) => group === '')
          .flatMap(({ resource, subresources }) => [
            resource,
            ...subresources.map(({ name }) => `${resource}/${name}`),
          ]),
      );
    });

    test('the document of one group names its versions', async () => {
      expect((await cluster.get('/apis/apps')).text).toBe(
        '{"kind":"APIGroup","apiVersion":"v1","name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}],' +
          '"preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}\n',
      );
    });

    test('the version says 1.36', async () => {
      const version = parsed(await cluster.get('/version'));

      expect(version).toMatchObject({ major: '1', minor: '36', gitVersion: 'v1.36.3', platform: 'linux/amd64' });
    });

    test.each(['/readyz', '/livez', '/healthz'])('%s is a plain ok', async (path) => {
      const answer = await cluster.get(path);

      expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([
        200,
        'ok',
        'text/plain; charset=utf-8',
      ]);
    });

    test.each(['/apis/nope', '/apis/nope/v1', '/apis/nope/v1/things', '/nope'])(
      '%s, an unknown group, is a text page',
      async (path) => {
        const answer = await cluster.get(path);

        expect([answer.status, answer.text]).toEqual([404, '404 page not found\n']);
        expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
      },
    );

    test.each([
      '/apis/apps/v9',
      '/apis/apps/v1/nope',
      '/api/v1/nope',
      '/api/v1/namespaces/default/nope',
      '/api/v1/namespaces/default/nodes',
      '/apis/apps/v1/deployments/x',
      '/api/v2',
      '/api/v1/bindings',
    ])('%s, in a known group, is a Status', async (path) => {
      const answer = await cluster.get(path);

      expect([answer.status, answer.text]).toEqual([404, notFound]);
    });

    test('a type without list is not allowed to be listed', async () => {
      const answer = await cluster.get('/api/v1/namespaces/default/bindings');

      expect([answer.status, at(parsed(answer), 'reason')]).toEqual([405, 'MethodNotAllowed']);
    });
  });
}
