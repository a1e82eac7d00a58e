import { beforeAll, describe, expect, test } from 'vitest';
import { asArray, asString, type JsonObject } from '../../src/core/json.ts';
import { accepts, at, itemNames, parsed, statusText, type Cluster } from './conformance-tools.ts';

function decode(token: unknown): unknown {
  return JSON.parse(Buffer.from(String(token), 'base64url').toString());
}

function encode(token: JsonObject): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function listFault(field: string, why: string): string {
  const message = `Forbidden: ${why}`;
  return statusText(422, {
    message: `ListOptions.meta.k8s.io "" is invalid: ${field}: ${message}`,
    reason: 'Invalid',
    details: {
      group: 'meta.k8s.io',
      kind: 'ListOptions',
      causes: [{ reason: 'FieldValueForbidden', message, field }],
    },
  });
}

const columnsOfSecrets = ['Name', 'Type', 'Data', 'Age'];

/** Lists: pages, resource versions, selectors, forms. */
export function listCases(cluster: Cluster): void {
  describe('lists', () => {
    let namespace = '';
    let secrets = '';

    beforeAll(async () => {
      namespace = await cluster.namespace();
      secrets = `/api/v1/namespaces/${namespace}/secrets`;
      for (const name of ['s1', 's2', 's3', 's4', 's5']) {
        await cluster.create(secrets, {
          metadata: { name, labels: { n: name } },
          type: 'Opaque',
          data: { k: 'c2VjcmV0' },
        });
      }
    });

    const page = async (query: string): Promise<JsonObject> => parsed(await cluster.get(`${secrets}?${query}`));

    test('a list of built-in objects has its metadata before its items, and items without a kind', async () => {
      const { text } = await cluster.get(secrets);
      const items = asArray((JSON.parse(text) as JsonObject)['items']);

      expect(text).toMatch(
        /^{"kind":"SecretList","apiVersion":"v1","metadata":{"resourceVersion":"\d+"},"items":\[{"metadata":/,
      );
      expect(text.endsWith(']}\n')).toBe(true);
      expect(items.map((item) => Object.keys(item as object))).toEqual(items.map(() => ['metadata', 'data', 'type']));
    });

    test('an empty list has an empty array', async () => {
      const { text } = await cluster.get(`/apis/apps/v1/namespaces/${namespace}/daemonsets`);

      expect(text).toMatch(
        /^{"kind":"DaemonSetList","apiVersion":"apps\/v1","metadata":{"resourceVersion":"\d+"},"items":\[\]}\n$/,
      );
    });

    test('a list of a namespace that does not exist is empty', async () => {
      const answer = await cluster.get('/api/v1/namespaces/nowhere/pods');

      expect([answer.status, itemNames(answer)]).toEqual([200, []]);
    });

    test('pages continue after the last name at the revision of the first page', async () => {
      const first = await page('limit=2');
      const token = at(first, 'metadata.continue');
      await cluster.create(secrets, { metadata: { name: 's9' } });
      const second = await page(`limit=2&continue=${asString(token)}`);
      const third = await page(`limit=2&continue=${asString(at(second, 'metadata.continue'))}`);
      await cluster.remove(`${secrets}/s9`);
      const version = at(first, 'metadata.resourceVersion');

      expect(decode(token)).toEqual({ v: 'meta.k8s.io/v1', rv: Number(version), start: '/s2\u0000' });
      expect([first, second, third].map((list) => at(list, 'metadata.resourceVersion'))).toEqual([
        version,
        version,
        version,
      ]);
      expect([first, second, third].map((list) => at(list, 'metadata.remainingItemCount'))).toEqual([3, 1, undefined]);
      expect(at(third, 'metadata')).toEqual({ resourceVersion: version });
      expect(asArray(third['items']).map((item) => at(item, 'metadata.name'))).toEqual(['s5']);
    });

    test('the token of a list across namespaces holds namespace and name', async () => {
      const list = parsed(await cluster.get('/api/v1/secrets?limit=2'));
      const { start } = decode(at(list, 'metadata.continue')) as { start: string };
      const last = at(asArray(list['items'])[1], 'metadata');

      expect(start).toBe(`/${asString(at(last, 'namespace'))}/${asString(at(last, 'name'))}\u0000`);
    });

    test('objects come in the byte order of namespace and name', async () => {
      const created = ['order-a-b', 'order-a', 'order-a0'];
      for (const name of created) {
        await cluster.create('/api/v1/namespaces', { metadata: { name } });
        await cluster.create(`/api/v1/namespaces/${name}/endpoints`, { metadata: { name: 'x' } });
      }
      const items = asArray(parsed(await cluster.get('/api/v1/endpoints'))['items']);
      const namespaces = items.map((item) => asString(at(item, 'metadata.namespace')));

      expect(namespaces.filter((name) => name.startsWith('order-'))).toEqual(['order-a-b', 'order-a', 'order-a0']);
    });

    test('a deprecated type brings a warning', async () => {
      expect((await cluster.get('/api/v1/endpoints')).headers['warning']).toBe(
        '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"',
      );
    });

    test.each([
      [
        'continue=abc',
        "invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value",
      ],
      ['continue=!!!', 'invalid continue token: continue key is not valid: illegal base64 data at input byte 0'],
      [
        `continue=${encode({ v: 'meta.k8s.io/v1', rv: 0, start: '/a' })}`,
        'invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
      ],
      [
        `continue=${encode({ v: 'v2', rv: 5, start: '/a' })}`,
        'invalid continue token: continue key is not valid: server does not recognize this encoded version v2',
      ],
      [
        `resourceVersion=5&continue=${encode({ v: 'meta.k8s.io/v1', rv: 5, start: '/a' })}`,
        'specifying resource version is not allowed when using continue',
      ],
      [
        'resourceVersion=abc',
        'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
      ],
      [
        'resourceVersion=-1',
        'invalid resource version: resourceVersion: Invalid value: "-1": strconv.ParseUint: parsing "-1": invalid syntax',
      ],
      ['limit=abc', 'strconv.ParseInt: parsing "abc": invalid syntax'],
      ['timeoutSeconds=abc', 'strconv.ParseInt: parsing "abc": invalid syntax'],
      ['labelSelector=n%3D%3D%3D', "unable to parse requirement: found '=', expected: identifier"],
      ['fieldSelector=foo', "invalid selector: 'foo'; can't understand 'foo'"],
      ['fieldSelector=foo%3Dbar', 'field label not supported: foo'],
    ])('a list with %s is a bad request', async (query, message) => {
      const answer = await cluster.get(`${secrets}?${query}`);

      expect([answer.status, answer.text]).toEqual([400, statusText(400, { message, reason: 'BadRequest' })]);
    });

    test.each([
      [
        'resourceVersionMatch=Exact',
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden unless resourceVersion is provided',
      ],
      [
        'resourceVersion=0&resourceVersionMatch=Exact',
        'resourceVersionMatch',
        'resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
      ],
      ['sendInitialEvents=true', 'sendInitialEvents', 'sendInitialEvents is forbidden for list'],
    ])('a list with %s is invalid', async (query, field, why) => {
      const answer = await cluster.get(`${secrets}?${query}`);

      expect([answer.status, answer.text]).toEqual([422, listFault(field, why)]);
    });

    test('two faults of one list are told together', async () => {
      const token = encode({ v: 'meta.k8s.io/v1', rv: 5, start: '/a' });
      const answer = await cluster.get(`${secrets}?continue=${token}&resourceVersionMatch=Foo`);

      expect(at(parsed(answer), 'message')).toBe(
        'ListOptions.meta.k8s.io "" is invalid: [resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided, ' +
          'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided, ' +
          'resourceVersionMatch: Unsupported value: "Foo": supported values: "Exact", "NotOlderThan", ""]',
      );
    });

    test('any version will do for "0", which ignores the limit', async () => {
      const list = await page('resourceVersion=0&limit=2');

      expect(asArray(list['items'])).toHaveLength(5);
      expect(at(list, 'metadata.continue')).toBeUndefined();
    });

    test('"0" on events, which have no cache, keeps the limit', async () => {
      const events = `/api/v1/namespaces/${namespace}/events`;
      for (const name of ['e1', 'e2']) {
        await cluster.create(events, { metadata: { name }, involvedObject: { namespace } });
      }

      expect(itemNames(await cluster.get(`${events}?resourceVersion=0&limit=1`))).toEqual(['e1']);
    });

    test('an old version without limit is answered with a newer one', async () => {
      const list = await page('resourceVersion=1');

      expect(asArray(list['items'])).toHaveLength(5);
      expect(Number(at(list, 'metadata.resourceVersion'))).toBeGreaterThan(1);
    });

    test.each(['resourceVersionMatch=Exact', 'limit=500'])('a version with %s is answered exactly', async (query) => {
      const before = asString(at(await page('limit=1'), 'metadata.resourceVersion'));
      await cluster.create(secrets, { metadata: { name: 's8' } });
      const list = await page(`resourceVersion=${before}&${query}`);
      const now = await page('limit=500');
      await cluster.remove(`${secrets}/s8`);

      expect(at(list, 'metadata.resourceVersion')).toBe(before);
      expect([asArray(list['items']).length, asArray(now['items']).length]).toEqual([5, 6]);
    });

    test('an unset version sees every earlier write, of other types too', async () => {
      const other = await cluster.create(`/api/v1/namespaces/${namespace}/configmaps`, {
        metadata: { generateName: 'x-' },
      });
      const list = await page('limit=1');

      expect(Number(at(list, 'metadata.resourceVersion'))).toBeGreaterThanOrEqual(
        Number(at(other, 'metadata.resourceVersion')),
      );
    });

    test.concurrent.each(['', '&resourceVersionMatch=NotOlderThan', '&resourceVersionMatch=Exact', '&limit=1'])(
      'a version from the future%s times out after three seconds',
      async (query) => {
        const answer = await cluster.get(`${secrets}?resourceVersion=999999${query}`);
        const current = /current: (\d+)/.exec(answer.text)?.[1] ?? '';

        expect(answer.status).toBe(504);
        expect(answer.headers['retry-after']).toBe('1');
        expect(answer.text).toBe(
          statusText(504, {
            message: `Timeout: Too large resource version: 999999, current: ${current}`,
            reason: 'Timeout',
            details: {
              causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
              retryAfterSeconds: 1,
            },
          }),
        );
      },
    );

    test('a version from the future on events times out at once, without a delay to wait', async () => {
      const answer = await cluster.get('/api/v1/events?resourceVersion=999999&resourceVersionMatch=NotOlderThan');

      expect(answer.headers['retry-after']).toBeUndefined();
      expect(at(parsed(answer), 'details')).toEqual({
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      });
    });

    test('after compaction an exact version and a token are expired, with a token that mixes revisions', async () => {
      const events = `/api/v1/namespaces/${namespace}/events`;
      for (const name of ['c1', 'c2', 'c3']) {
        await cluster.create(events, { metadata: { name }, involvedObject: { namespace } });
      }
      const first = parsed(await cluster.get(`${events}?limit=1`));
      const version = asString(at(first, 'metadata.resourceVersion'));
      const last = asString(at(first, 'items.0.metadata.name'));
      await cluster.create(events, { metadata: { name: 'c4' }, involvedObject: { namespace } });
      await cluster.create(events, { metadata: { name: 'c5' }, involvedObject: { namespace } });
      await cluster.server.compact();
      const exact = await cluster.get(`${events}?resourceVersion=${version}&resourceVersionMatch=Exact`);
      const next = await cluster.get(`${events}?limit=1&continue=${asString(at(first, 'metadata.continue'))}`);
      const token = at(parsed(next), 'metadata.continue');
      const mixed = parsed(await cluster.get(`${events}?continue=${asString(token)}`));

      expect(exact.text).toBe(
        statusText(410, { message: 'The resourceVersion for the provided list is too old.', reason: 'Expired' }),
      );
      expect(next.text).toBe(
        statusText(410, {
          metadata: { continue: asString(token) },
          message:
            'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
          reason: 'Expired',
        }),
      );
      expect(decode(token)).toEqual({ v: 'meta.k8s.io/v1', rv: -1, start: `${last}\u0000` });
      expect(Number(at(mixed, 'metadata.resourceVersion'))).toBeGreaterThan(Number(version));
      expect(asArray(mixed['items']).map((item) => at(item, 'metadata.name'))).toContain('c5');
    });

    test.each([
      ['labelSelector=n%3Ds1', ['s1']],
      ['labelSelector=n%20in%20(s2%2Cs3)', ['s2', 's3']],
      ['labelSelector=!n', []],
      ['fieldSelector=metadata.name%3Ds4', ['s4']],
      ['fieldSelector=metadata.name!%3Ds4%2Ctype%3DOpaque', ['s1', 's2', 's3', 's5']],
      ['labelSelector=n!%3Ds1&fieldSelector=metadata.name!%3Ds2', ['s3', 's4', 's5']],
    ])('%s selects', async (query, names) => {
      expect(itemNames(await cluster.get(`${secrets}?${query}`))).toEqual(names);
    });

    test('a page of a selection does not count what remains', async () => {
      const list = await page('limit=1&labelSelector=n%20in%20(s1%2Cs2)');

      expect(Object.keys(list['metadata'] as object)).toEqual(['resourceVersion', 'continue']);
    });

    test('a Table of Secrets has their columns and metadata, and no value', async () => {
      const answer = await cluster.get(`${secrets}?limit=2`, { accept: accepts.table });
      const list = parsed(answer);

      expect(Object.keys(list)).toEqual(['kind', 'apiVersion', 'metadata', 'columnDefinitions', 'rows']);
      expect([list['kind'], list['apiVersion']]).toEqual(['Table', 'meta.k8s.io/v1']);
      expect(Object.keys(list['metadata'] as object)).toEqual(['resourceVersion', 'continue', 'remainingItemCount']);
      expect(asArray(list['columnDefinitions']).map((column) => at(column, 'name'))).toEqual(columnsOfSecrets);
      expect(Object.keys(asArray(list['columnDefinitions'])[0] as object)).toEqual([
        'name',
        'type',
        'format',
        'description',
        'priority',
      ]);
      expect(asArray(at(list, 'rows.0.cells')).slice(0, 3)).toEqual(['s1', 'Opaque', 1]);
      expect(at(list, 'rows.0.cells.3')).toMatch(/^\d+s$/);
      expect(at(list, 'rows.0.object.kind')).toBe('PartialObjectMetadata');
      expect(answer.text).not.toContain('c2VjcmV0');
    });

    test('a Table carries whole objects, or none, on demand', async () => {
      const ask = async (included: string): Promise<JsonObject> =>
        parsed(await cluster.get(`${secrets}?limit=1&includeObject=${included}`, { accept: accepts.table }));

      expect(at(await ask('Object'), 'rows.0.object.data.k')).toBe('c2VjcmV0');
      expect(at(await ask('None'), 'rows.0.object')).toBeNull();
    });

    test('an unknown includeObject is a bad request, indented', async () => {
      const answer = await cluster.get(`${secrets}?includeObject=Foo`, { accept: accepts.table });

      expect(answer.status).toBe(400);
      expect(answer.text).toBe(
        JSON.stringify(
          {
            kind: 'Status',
            apiVersion: 'v1',
            metadata: {},
            status: 'Failure',
            message:
              "Unable to convert to Table as requested: includeObject: Invalid value: \"Foo\": must be 'Metadata', 'Object', 'None', or empty",
            reason: 'BadRequest',
            code: 400,
          },
          null,
          2,
        ),
      );
    });

    test('a Table of one object has its version', async () => {
      const answer = await cluster.get(`${secrets}/s1`, { accept: accepts.table });

      expect(at(parsed(answer), 'metadata')).toEqual({
        resourceVersion: at(parsed(answer), 'rows.0.object.metadata.resourceVersion'),
      });
    });

    test('an empty Table has no rows, an empty list of metadata has null', async () => {
      const query = `${secrets}?fieldSelector=metadata.name%3Dnope`;
      const rows = parsed(await cluster.get(query, { accept: accepts.table }))['rows'];
      const { text } = await cluster.get(query, { accept: accepts.partialList });

      expect(rows).toEqual([]);
      expect(text).toMatch(
        /^{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io\/v1","metadata":{"resourceVersion":"\d+"},"items":null}\n$/,
      );
    });

    test('a list of metadata names each item its kind and leaves the values out', async () => {
      const answer = await cluster.get(`${secrets}?limit=1`, { accept: accepts.partialList });

      expect(at(parsed(answer), 'items.0.kind')).toBe('PartialObjectMetadata');
      expect(Object.keys(asArray(parsed(answer)['items'])[0] as object)).toEqual(['kind', 'apiVersion', 'metadata']);
      expect(answer.text).not.toContain('c2VjcmV0');
    });

    test.each([
      [
        accepts.partial,
        '',
        'you requested PartialObjectMetadata, but the requested object is a list (*core.SecretList)',
      ],
      [
        accepts.partialList,
        '/s1',
        'you requested PartialObjectMetadataList, but the requested object is not a list (*core.Secret)',
      ],
      [
        'application/json;as=Table;g=meta.k8s.io;v=v2',
        '',
        'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
      ],
    ])('%s of%s that does not fit is not acceptable', async (accept, below, message) => {
      const answer = await cluster.get(`${secrets}${below}`, { accept });

      expect([answer.status, at(parsed(answer), 'message')]).toEqual([406, message]);
    });

    test('an error for another form is indented', async () => {
      const answer = await cluster.get(`${secrets}/nope`, { accept: accepts.table });

      expect(answer.text.startsWith('{\n  "kind": "Status",\n  "apiVersion": "v1",\n  "metadata": {},\n')).toBe(true);
    });

    test('a read of one object has its kind', async () => {
      const { text } = await cluster.get(`${secrets}/s1`);

      expect(text.startsWith('{"kind":"Secret","apiVersion":"v1","metadata":{"name":"s1",')).toBe(true);
      expect(text.endsWith(',"data":{"k":"c2VjcmV0"},"type":"Opaque"}\n')).toBe(true);
    });

    test('component statuses have no version', async () => {
      expect(at(parsed(await cluster.get('/api/v1/componentstatuses')), 'metadata')).toEqual({});
    });
  });
}
