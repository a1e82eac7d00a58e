import { describe, expect, test } from 'vitest';
import { asArray, asString } from '../../src/core/json.ts';
import { at, itemNames, parsed, statusText, type Cluster } from './conformance-tools.ts';

/** Creates, updates, deletes: versions, conflicts, finalizers, refusals. */
export function writeCases(cluster: Cluster): void {
  const inNamespace = async (): Promise<string> => `/api/v1/namespaces/${await cluster.namespace()}/configmaps`;

  describe('writes', () => {
    test('a created object has identity, version, time and a field manager, in wire order', async () => {
      const path = await inNamespace();
      const body = { metadata: { labels: { x: '1' }, name: 'a' }, data: { k: '<&>' } };
      const answer = await cluster.get(path, { method: 'POST', body });
      const metadata = at(parsed(answer), 'metadata');

      expect(answer.status).toBe(201);
      expect(answer.text.startsWith('{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"')).toBe(
        true,
      );
      expect(answer.text.endsWith(',"data":{"k":"\\u003c\\u0026\\u003e"}}\n')).toBe(true);
      expect(Object.keys(metadata as object)).toEqual([
        'name',
        'namespace',
        'uid',
        'resourceVersion',
        'creationTimestamp',
        'labels',
        'managedFields',
      ]);
      expect(at(metadata, 'uid')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(at(metadata, 'creationTimestamp')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(at(metadata, 'managedFields.0.fieldsV1')).toEqual({
        'f:data': { '.': {}, 'f:k': {} },
        'f:metadata': { 'f:labels': { '.': {}, 'f:x': {} } },
      });
    });

    test('an object without content has no managed fields', async () => {
      const created = await cluster.create(await inNamespace(), { metadata: { name: 'a' } });

      expect(at(created, 'metadata.managedFields')).toBeUndefined();
    });

    test('a generated name is the prefix and five letters', async () => {
      const created = await cluster.create(await inNamespace(), { metadata: { generateName: 'a-' } });

      expect(at(created, 'metadata.name')).toMatch(/^a-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    });

    test('a second create of a name is refused', async () => {
      const path = await inNamespace();
      await cluster.create(path, { metadata: { name: 'a' } });
      const answer = await cluster.get(path, { method: 'POST', body: { metadata: { name: 'a' } } });

      expect([answer.status, answer.text]).toEqual([
        409,
        statusText(409, {
          message: 'configmaps "a" already exists',
          reason: 'AlreadyExists',
          details: { name: 'a', kind: 'configmaps' },
        }),
      ]);
    });

    test('a create in a namespace that does not exist is not found', async () => {
      const path = '/api/v1/namespaces/nowhere/configmaps';
      const answer = await cluster.get(path, { method: 'POST', body: { metadata: { name: 'a' } } });

      expect(answer.text).toBe(
        statusText(404, {
          message: 'namespaces "nowhere" not found',
          reason: 'NotFound',
          details: { name: 'nowhere', kind: 'namespaces' },
        }),
      );
    });

    test.each([
      [
        'no name',
        { metadata: {} },
        422,
        'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
      ],
      [
        'a resource version',
        { metadata: { name: 'v', resourceVersion: '5' } },
        500,
        'resourceVersion should not be set on objects to be created',
      ],
      [
        'another namespace',
        { metadata: { name: 'v', namespace: 'other' } },
        400,
        'the namespace of the provided object does not match the namespace sent on the request',
      ],
    ])('a create with %s is refused', async (_what, body, code, message) => {
      const answer = await cluster.get('/api/v1/namespaces/default/configmaps', { method: 'POST', body });

      expect([answer.status, at(parsed(answer), 'message')]).toEqual([code, message]);
    });

    test('a bad name is refused with the rule it breaks', async () => {
      const body = { metadata: { name: 'Bad_Name' } };
      const answer = await cluster.get('/api/v1/namespaces/default/configmaps', { method: 'POST', body });
      const rule =
        'Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, ' +
        "'-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for " +
        "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

      expect(answer.text).toBe(
        statusText(422, {
          message: `ConfigMap "Bad_Name" is invalid: metadata.name: ${rule}`,
          reason: 'Invalid',
          details: {
            name: 'Bad_Name',
            kind: 'ConfigMap',
            causes: [{ reason: 'FieldValueInvalid', message: rule, field: 'metadata.name' }],
          },
        }),
      );
    });

    test('a create across all namespaces is not allowed', async () => {
      const answer = await cluster.get('/api/v1/configmaps', { method: 'POST', body: { metadata: { name: 'a' } } });

      expect(answer.status).toBe(405);
    });

    test('a replace over an older version is a conflict', async () => {
      const path = await inNamespace();
      await cluster.create(path, { metadata: { name: 'a' } });
      const body = { metadata: { name: 'a', resourceVersion: '1' } };
      const answer = await cluster.get(`${path}/a`, { method: 'PUT', body });

      expect([answer.status, answer.text]).toEqual([
        409,
        statusText(409, {
          message:
            'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
          reason: 'Conflict',
          details: { name: 'a', kind: 'configmaps' },
        }),
      ]);
    });

    test('a replace of another uid is a conflict', async () => {
      const path = await inNamespace();
      const { metadata } = await cluster.create(path, { metadata: { name: 'a' } });
      const body = { metadata: { name: 'a', uid: 'nope' } };
      const answer = await cluster.get(`${path}/a`, { method: 'PUT', body });
      const uid = asString(at(metadata, 'uid'));

      expect(answer.status).toBe(409);
      expect(at(parsed(answer), 'message')).toContain(
        `Precondition failed: UID in precondition: nope, UID in object meta: ${uid}`,
      );
    });

    test('a replace under another name is refused', async () => {
      const answer = await cluster.get('/api/v1/namespaces/default/configmaps/a', {
        method: 'PUT',
        body: { metadata: { name: 'b' } },
      });

      expect([answer.status, at(parsed(answer), 'message')]).toEqual([
        400,
        'the name of the object (b) does not match the name on the URL (a)',
      ]);
    });

    test('a replace that changes nothing keeps the version, one that does raises it', async () => {
      const path = await inNamespace();
      await cluster.create(path, { metadata: { name: 'a' }, data: { k: 'v' } });
      const put = async (value: string): Promise<number> => {
        const body = { metadata: { name: 'a' }, data: { k: value } };
        return Number(at(parsed(await cluster.get(`${path}/a`, { method: 'PUT', body })), 'metadata.resourceVersion'));
      };
      const versions = [await put('w'), await put('w'), await put('x')];

      expect(versions[1]).toBe(versions[0]);
      expect(versions[2]).toBeGreaterThan(versions[1] ?? 0);
    });

    test('a merge patch removes what it sets to null', async () => {
      const path = await inNamespace();
      await cluster.create(path, { metadata: { name: 'a' }, data: { k: 'v', l: 'v' } });

      expect(at(parsed(await cluster.patch(`${path}/a`, { data: { k: null, z: '1' } })), 'data')).toEqual({
        l: 'v',
        z: '1',
      });
    });

    test('a patch as plain JSON is an unsupported media type', async () => {
      const answer = await cluster.get('/api/v1/namespaces/default/configmaps/a', { method: 'PATCH', body: {} });

      expect(answer.text).toBe(
        statusText(415, { message: '415: Unsupported Media Type', reason: 'UnsupportedMediaType', details: {} }),
      );
    });

    test('a patch of nothing is not found', async () => {
      const answer = await cluster.patch('/api/v1/namespaces/default/configmaps/nope', { data: {} });

      expect([answer.status, at(parsed(answer), 'message')]).toEqual([404, 'configmaps "nope" not found']);
    });

    test('a delete answers with the uid of what is gone', async () => {
      const path = await inNamespace();
      const { metadata } = await cluster.create(path, { metadata: { name: 'a' } });
      const answer = await cluster.remove(`${path}/a`);
      const uid = at(metadata, 'uid') ?? '';

      expect(answer.text).toBe(
        `${JSON.stringify({
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Success',
          details: { name: 'a', kind: 'configmaps', uid },
        })}\n`,
      );
      expect((await cluster.get(`${path}/a`)).status).toBe(404);
    });

    test('a delete that insists on another uid is a conflict', async () => {
      const path = await inNamespace();
      await cluster.create(path, { metadata: { name: 'a' } });
      const body = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'nope' } };
      const answer = await cluster.get(`${path}/a`, { method: 'DELETE', body });

      expect(answer.status).toBe(409);
    });

    test('a finalizer holds a deleted object until it is removed', async () => {
      const path = await inNamespace();
      await cluster.create(path, { metadata: { name: 'a', finalizers: ['example.com/hold'] } });
      const marked = parsed(await cluster.remove(`${path}/a`));
      const again = parsed(await cluster.remove(`${path}/a`));

      expect(at(marked, 'metadata.deletionTimestamp')).toMatch(/Z$/);
      expect(at(marked, 'metadata.deletionGracePeriodSeconds')).toBe(0);
      expect(again).toEqual(marked);
      const released = await cluster.patch(`${path}/a`, { metadata: { finalizers: null } });
      expect(released.status).toBe(200);
      expect((await cluster.get(`${path}/a`)).status).toBe(404);
    });

    test('a collection is deleted by selector and answered as a list', async () => {
      const path = await inNamespace();
      for (const name of ['a', 'b', 'c']) {
        await cluster.create(path, { metadata: { name, labels: { keep: String(name === 'b') } } });
      }
      const answer = await cluster.remove(`${path}?labelSelector=keep%3Dfalse`);

      expect([at(parsed(answer), 'kind'), itemNames(answer)]).toEqual(['ConfigMapList', ['a', 'c']]);
      expect(itemNames(await cluster.get(path)).filter((name) => name !== 'kube-root-ca.crt')).toEqual(['b']);
    });

    test('the spec counts generations, status and labels do not', async () => {
      const namespace = await cluster.namespace();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      const labels = { app: 'a' };
      const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } };
      const created = await cluster.create(path, {
        metadata: { name: 'a' },
        spec: { replicas: 1, selector: { matchLabels: labels }, template },
      });
      const labelled = parsed(await cluster.patch(`${path}/a`, { metadata: { labels } }));
      const scaled = parsed(await cluster.patch(`${path}/a`, { spec: { replicas: 2 } }));
      const reported = parsed(await cluster.patch(`${path}/a/status`, { status: { replicas: 2 } }));
      const generations = [created, labelled, scaled, reported].map((object) => at(object, 'metadata.generation'));

      expect(generations).toEqual([1, 1, 2, 2]);
      expect(at(reported, 'status.replicas')).toBe(2);
    });

    test('status is written by its subresource alone, and the subresource writes nothing else', async () => {
      const namespace = await cluster.namespace();
      const path = `/api/v1/namespaces/${namespace}/pods`;
      const spec = { containers: [{ name: 'c', image: 'i' }] };
      const created = await cluster.create(path, { metadata: { name: 'p' }, spec, status: { phase: 'Running' } });
      const changed = parsed(
        await cluster.patch(`${path}/p/status`, { status: { phase: 'Running' }, metadata: { labels: null } }),
      );
      const ignored = parsed(await cluster.patch(`${path}/p`, { status: { phase: 'Failed' } }));

      expect([created, changed, ignored].map((pod) => at(pod, 'status.phase'))).toEqual([
        'Pending',
        'Running',
        'Running',
      ]);
    });

    test('a new namespace is labelled, active and held by the namespace controller', async () => {
      const name = await cluster.namespace();
      const namespace = parsed(await cluster.get(`/api/v1/namespaces/${name}`));

      expect(at(namespace, 'metadata.labels')).toEqual({ 'kubernetes.io/metadata.name': name });
      expect([at(namespace, 'spec'), at(namespace, 'status')]).toEqual([
        { finalizers: ['kubernetes'] },
        { phase: 'Active' },
      ]);
    });

    test('a deleted namespace terminates and takes nothing new', async () => {
      const name = await cluster.namespace();
      const marked = parsed(await cluster.remove(`/api/v1/namespaces/${name}`));
      const path = `/api/v1/namespaces/${name}/configmaps`;
      const answer = await cluster.get(path, { method: 'POST', body: { metadata: { name: 'b' } } });

      expect(at(marked, 'status.phase')).toBe('Terminating');
      expect(answer.text).toBe(
        statusText(403, {
          message: `configmaps "b" is forbidden: unable to create new content in namespace ${name} because it is being terminated`,
          reason: 'Forbidden',
          details: {
            name: 'b',
            kind: 'configmaps',
            causes: [
              {
                reason: 'NamespaceTerminating',
                message: `namespace ${name} is being terminated`,
                field: 'metadata.namespace',
              },
            ],
          },
        }),
      );
    });

    test('a scale is read and patched in place of the object', async () => {
      const namespace = await cluster.namespace();
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      const template = {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'web:1' }] },
      };
      const spec = { replicas: 2, selector: { matchLabels: { app: 'web' } }, template };
      await cluster.create(path, { metadata: { name: 'web' }, spec });
      const scale = parsed(await cluster.get(`${path}/web/scale`));
      const { name, resourceVersion } = scale['metadata'] as Record<string, string>;
      const patch = async (version: string | undefined, replicas: number) =>
        await cluster.get(`${path}/web/scale`, {
          method: 'PATCH',
          contentType: 'application/merge-patch+json',
          body: { metadata: { resourceVersion: version }, spec: { replicas } },
        });
      const owned = async (): Promise<readonly unknown[]> =>
        asArray(at(parsed(await cluster.get(`${path}/web`)), 'metadata.managedFields'))
          .filter((each) => at(each, 'subresource') === 'scale')
          .map((each) => at(each, 'fieldsV1'));
      const patched = await patch(resourceVersion, 3);
      const late = await patch(resourceVersion, 5);
      const fields = await owned();
      const none = await patch(undefined, 0);

      expect([scale['kind'], scale['apiVersion'], name, scale['spec'], at(scale, 'status.selector')]).toEqual([
        'Scale',
        'autoscaling/v1',
        'web',
        { replicas: 2 },
        'app=web',
      ]);
      expect([patched.status, parsed(patched)['spec'], late.status]).toEqual([200, { replicas: 3 }, 409]);
      expect(fields).toEqual([{ 'f:spec': { 'f:replicas': {} } }]);
      expect([none.status, parsed(none)['spec'], await owned()]).toEqual([200, {}, []]);
      expect(at(parsed(await cluster.get(`${path}/web`)), 'spec.replicas')).toBe(0);
    });

    test('a new cluster has its four namespaces', async () => {
      const names = itemNames(await cluster.get('/api/v1/namespaces'));
      const first = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

      expect(names.filter((name) => first.includes(name))).toEqual(first);
      expect(at(parsed(await cluster.get('/api/v1/namespaces/kube-system')), 'metadata.uid')).toMatch(
        /^[0-9a-f-]{36}$/,
      );
    });

    test('core events and events of their own group are the same objects', async () => {
      const namespace = await cluster.namespace();
      await cluster.create(`/api/v1/namespaces/${namespace}/events`, {
        metadata: { name: 'e' },
        involvedObject: { kind: 'Pod', name: 'p', namespace },
        message: 'text',
        type: 'Normal',
      });
      const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
      const list = parsed(await cluster.get(path));

      expect(asArray(list['items'])).toHaveLength(1);
      expect([at(list, 'items.0.regarding.name'), at(list, 'items.0.note')]).toEqual(['p', 'text']);
    });
  });
}
