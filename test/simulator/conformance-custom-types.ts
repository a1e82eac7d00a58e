import { describe, expect, test } from 'vitest';
import { asArray, asString, type Json, type JsonObject } from '../../src/core/json.ts';
import { accepts, at, eventNames, parsed, statusText, watchLines, type Cluster } from './conformance-tools.ts';
import type { TestAnswer } from './server-under-test.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };

function definition(plural: string, group: string): JsonObject {
  const kind = plural.slice(0, 1).toUpperCase() + plural.slice(1, -1);
  const columns = [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }];
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, singular: plural.slice(0, -1), kind, shortNames: [plural.slice(0, 2)], categories: ['all'] },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
        },
        { name: 'v1beta1', served: true, storage: false, schema },
      ],
    },
  };
}

function only(name: string): string {
  return `fieldSelector=metadata.name%3D${name}`;
}

/** Definitions and custom resources: coming, being, changing, going. */
export function customTypeCases(cluster: Cluster): void {
  const serve = async (plural: string, group: string): Promise<string> => {
    await cluster.create(definitions, definition(plural, group));
    const path = `/apis/${group}/v1/namespaces/default/${plural}`;
    await cluster.until(path, ({ status }) => status === 200);
    return path;
  };
  const widget = (kind: string, name: string): JsonObject => ({
    apiVersion: `${kind.toLowerCase()}s.example.com/v1`,
    kind,
    metadata: { name },
    spec: { size: 3 },
  });
  const create = (path: string, kind: string, name: string): Promise<JsonObject> => {
    const apiVersion = path.split('/').slice(2, 4).join('/');
    return cluster.create(path, { ...widget(kind, name), apiVersion });
  };

  describe.concurrent('custom types', () => {
    test('a definition is stored, accepts its names, is established, and is served', async () => {
      const before = await cluster.revision(definitions);
      const created = await cluster.create(definitions, definition('widgets', 'one.example.com'));
      const name = 'widgets.one.example.com';
      await cluster.until('/apis/one.example.com/v1/widgets', ({ status }) => status === 200);
      const lines = watchLines(
        await cluster.watch(definitions, `timeoutSeconds=1&resourceVersion=${before}&${only(name)}`),
      );
      const conditions = lines.map(({ object }) =>
        asArray(at(object, 'status.conditions')).map(
          (entry) => `${asString(at(entry, 'type'))}=${asString(at(entry, 'status'))}`,
        ),
      );

      expect(at(created, 'status')).toEqual({
        conditions: null,
        acceptedNames: { plural: '', kind: '' },
        storedVersions: ['v1'],
      });
      expect(lines.map(({ type, object }) => `${type} ${asString(at(object, 'metadata.name'))}`)).toEqual([
        `ADDED ${name}`,
        `MODIFIED ${name}`,
        `MODIFIED ${name}`,
      ]);
      expect(conditions).toEqual([
        [],
        ['NamesAccepted=True', 'Established=False'],
        ['NamesAccepted=True', 'Established=True'],
      ]);
      expect(at(lines[2]?.object, 'status.acceptedNames')).toEqual(at(created, 'spec.names'));
    });

    test('discovery lists a custom type after the built-in groups, newest version first', async () => {
      await serve('gadgets', 'two.example.com');
      const gadgets = (answer: TestAnswer): Json | undefined =>
        asArray(parsed(answer)['items']).find((item) => at(item, 'metadata.name') === 'two.example.com');
      const versionsOf = (answer: TestAnswer): readonly Json[] => asArray(at(gadgets(answer), 'versions'));
      // A type is served before the aggregator's document has it, version by version.
      const group = gadgets(
        await cluster.until('/apis', (answer) => versionsOf(answer).length === 2, { accept: accepts.discovery }),
      );

      expect(asArray(at(group, 'versions')).map((version) => at(version, 'version'))).toEqual(['v1', 'v1beta1']);
      expect(at(group, 'versions.0.resources.0')).toEqual({
        resource: 'gadgets',
        responseKind: { group: 'two.example.com', version: 'v1', kind: 'Gadget' },
        scope: 'Namespaced',
        singularResource: 'gadget',
        verbs: ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'],
        shortNames: ['ga'],
        categories: ['all'],
        subresources: [
          {
            subresource: 'status',
            responseKind: { group: 'two.example.com', version: 'v1', kind: 'Gadget' },
            verbs: ['get', 'patch', 'update'],
          },
        ],
      });
    });

    test('an empty list has its keys in byte order, an empty token and an empty array', async () => {
      const path = await serve('things', 'three.example.com');
      const { text } = await cluster.get(path);

      expect(text).toMatch(
        /^{"apiVersion":"three.example.com\/v1","items":\[\],"kind":"ThingList","metadata":{"continue":"","resourceVersion":"\d+"}}\n$/,
      );
    });

    test('objects and list items have kind and version, all keys in byte order', async () => {
      const path = await serve('boxes', 'four.example.com');
      await create(path, 'Boxe', 'w1');
      await create(path, 'Boxe', 'w2');
      const { text } = await cluster.get(`${path}/w1`);
      const list = await cluster.get(`${path}?limit=1`);

      expect(
        text.startsWith('{"apiVersion":"four.example.com/v1","kind":"Boxe","metadata":{"creationTimestamp":"'),
      ).toBe(true);
      expect(text.endsWith('},"spec":{"size":3}}\n')).toBe(true);
      expect(at(parsed(list), 'items.0.kind')).toBe('Boxe');
      expect(Object.keys(parsed(list)['metadata'] as object)).toEqual([
        'continue',
        'remainingItemCount',
        'resourceVersion',
      ]);
    });

    test('another version shows the same object under its own name', async () => {
      const path = await serve('cups', 'five.example.com');
      await create(path, 'Cup', 'w1');
      const other = parsed(await cluster.get(`${path.replace('/v1/', '/v1beta1/')}/w1`));

      expect(other).toEqual({ ...parsed(await cluster.get(`${path}/w1`)), apiVersion: 'five.example.com/v1beta1' });
    });

    test('a Table has the declared columns of its version, or name and age', async () => {
      const path = await serve('jars', 'six.example.com');
      await create(path, 'Jar', 'w1');
      const names = (list: JsonObject): unknown =>
        asArray(list['columnDefinitions']).map((column) => [
          at(column, 'name'),
          at(column, 'type'),
          at(column, 'format'),
        ]);
      const declared = parsed(await cluster.get(path, { accept: accepts.table }));
      const standard = parsed(await cluster.get(path.replace('/v1/', '/v1beta1/'), { accept: accepts.table }));

      expect(names(declared)).toEqual([
        ['Name', 'string', 'name'],
        ['Size', 'integer', ''],
      ]);
      expect(at(declared, 'rows.0.cells')).toEqual(['w1', 3]);
      expect(names(standard)).toEqual([
        ['Name', 'string', 'name'],
        ['Age', 'date', ''],
      ]);
    });

    test('a list of metadata of custom resources is written like any other', async () => {
      const path = await serve('pots', 'seven.example.com');
      await create(path, 'Pot', 'w1');
      const { text } = await cluster.get(path, { accept: accepts.partialList });

      expect(text).toMatch(
        /^{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io\/v1","metadata":{"resourceVersion":"\d+"},"items":\[{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io\/v1","metadata":{"name":"w1","namespace":"default",/,
      );
    });

    test('generations count the spec, and status has its own door', async () => {
      const path = await serve('pans', 'eight.example.com');
      await create(path, 'Pan', 'w1');
      const reported = parsed(await cluster.patch(`${path}/w1/status`, { status: { y: 2 }, spec: { size: 9 } }));
      const changed = parsed(await cluster.patch(`${path}/w1`, { status: { y: 5 }, spec: { size: 10 } }));

      expect(
        [reported, changed].map((object) => [
          at(object, 'metadata.generation'),
          at(object, 'spec.size'),
          at(object, 'status.y'),
        ]),
      ).toEqual([
        [1, 3, 2],
        [2, 10, 2],
      ]);
    });

    test('a strategic patch, a replace without version and an unknown object are refused', async () => {
      const path = await serve('lids', 'nine.example.com');
      await create(path, 'Lid', 'w1');
      const strategic = await cluster.get(`${path}/w1`, {
        method: 'PATCH',
        body: {},
        contentType: 'application/strategic-merge-patch+json',
      });
      const body = { apiVersion: 'nine.example.com/v1', kind: 'Lid', metadata: { name: 'w1' } };
      const replace = await cluster.get(`${path}/w1`, { method: 'PUT', body });
      const missing = await cluster.get(`${path}/nope`);

      expect(strategic.status).toBe(415);
      expect(replace.text).toBe(
        statusText(422, {
          message:
            'lids.nine.example.com "w1" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
          reason: 'Invalid',
          details: {
            name: 'w1',
            group: 'nine.example.com',
            kind: 'lids',
            causes: [
              {
                reason: 'FieldValueInvalid',
                message: 'Invalid value: 0: must be specified for an update',
                field: 'metadata.resourceVersion',
              },
            ],
          },
        }),
      );
      expect(at(parsed(missing), 'details')).toEqual({ name: 'nope', group: 'nine.example.com', kind: 'lids' });
    });

    test('the end marker of a WatchList has no content', async () => {
      const path = await serve('rods', 'ten.example.com');
      const query =
        'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1';
      // The cache of a type that was just made is filled a moment after its lists are answered.
      const [line] = watchLines(await cluster.until(`${path}?${query}`, ({ status }) => status === 200));
      const version = asString(at(line?.object, 'metadata.resourceVersion'));

      expect(line?.text).toBe(
        `{"type":"BOOKMARK","object":{"apiVersion":"ten.example.com/v1","kind":"Rod","metadata":{"annotations":{"k8s.io/initial-events-end":"true"},"resourceVersion":"${version}"}}}`,
      );
    });

    test('an unserved version or type of a custom group is a text page', async () => {
      await serve('nets', 'eleven.example.com');
      const answers = await Promise.all(
        ['v2/nets', 'v1/things'].map((rest) => cluster.get(`/apis/eleven.example.com/${rest}`)),
      );

      expect(answers.map(({ status, text }) => [status, text])).toEqual(
        answers.map(() => [404, '404 page not found\n']),
      );
    });

    test('a changed definition ends its watches after a second and expires their versions', async () => {
      const path = await serve('bags', 'twelve.example.com');
      await create(path, 'Bag', 'w1');
      const version = await cluster.revision(path);
      const open = cluster.watch(path, `timeoutSeconds=20&resourceVersion=${version}`);
      const name = `${definitions}/bags.twelve.example.com`;
      const versions = asArray(at(parsed(await cluster.get(name)), 'spec.versions'));
      const [first, second] = versions as readonly JsonObject[];
      const patch = { spec: { versions: [{ ...first, additionalPrinterColumns: [] }, second ?? {}] } };
      expect((await cluster.patch(name, patch)).status).toBe(200);
      expect((await open).text).toBe('');
      // The new cache answers 429 for some milliseconds.
      const query = `watch=1&timeoutSeconds=2&resourceVersion=${version}`;
      const lines = watchLines(await cluster.until(`${path}?${query}`, ({ status }) => status === 200));

      expect(lines.map(({ type, object }) => `${type} ${asString(object['reason'])}`)).toEqual(['ERROR Expired']);
    });

    test('a deleted definition takes its objects along, then itself, then its watches', async () => {
      const path = await serve('urns', 'thirteen.example.com');
      await create(path, 'Urn', 'w1');
      await create(path, 'Urn', 'w2');
      const version = await cluster.revision(path);
      const before = await cluster.revision(definitions);
      const open = cluster.watch(path, `timeoutSeconds=20&resourceVersion=${version}`);
      const deleted = await cluster.remove(`${definitions}/urns.thirteen.example.com`);
      const gone = await open;
      const answer = await cluster.until(path, ({ status }) => status === 404);
      const query = `timeoutSeconds=1&resourceVersion=${before}&${only('urns.thirteen.example.com')}`;
      const ofDefinition = await cluster.watch(definitions, query);
      const lastOfObjects = Number(at(watchLines(gone)[1]?.object, 'metadata.resourceVersion'));
      const lastOfDefinition = Number(at(watchLines(ofDefinition).at(-1)?.object, 'metadata.resourceVersion'));

      expect(at(parsed(deleted), 'metadata.finalizers')).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
      expect(eventNames(gone)).toEqual(['DELETED w1', 'DELETED w2']);
      expect(watchLines(ofDefinition).map(({ type }) => type)).toEqual(['MODIFIED', 'MODIFIED', 'DELETED']);
      expect(lastOfDefinition).toBeGreaterThan(lastOfObjects);
      expect(answer.text).toBe('404 page not found\n');
    });
  });
}
