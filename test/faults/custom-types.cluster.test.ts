import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { MirroredCluster } from '../support/mirrored-cluster.ts';
import type { LogLine } from '../support/navi-process.ts';
import { crdBody, crdName, crdType, type SampleCrd } from '../support/sample-crd.ts';
import { collectionPath } from '../support/sample-objects.ts';
import { stateOf } from '../support/status-recorder.ts';
import { storedTypes, withStore } from '../support/stored-mirror.ts';
import { waitForCrd, waitForCrdGone } from '../support/wait-for-crd.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const mergePatch = 'application/merge-patch+json';

const crdOf = (singular: string, extraFieldCount = 0): SampleCrd => ({
  group: 'faults.example.test',
  singular,
  namespaced: true,
  extraFieldCount,
});

describe.skipIf(clusterProgramsMissing() !== undefined)('a custom type of a real cluster', () => {
  let mirrored: MirroredCluster;

  beforeAll(async () => {
    mirrored = await MirroredCluster.start();
  }, 120_000);

  afterAll(async () => {
    await mirrored.stop();
  });

  async function send(method: string, path: string, body?: unknown): Promise<void> {
    const contentType = method === 'PATCH' ? mergePatch : undefined;
    const { status, text } = await mirrored.cluster.request(path, { method, body, contentType });
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  }

  /** Makes the definition and two objects of it, and waits until they are mirrored. */
  async function define(crd: SampleCrd, body: JsonObject = crdBody(crd), version = 'v1'): Promise<void> {
    await send('POST', definitions, body);
    await waitForCrd(mirrored.cluster, crdName(crd), { ...crdType(crd), apiVersion: `${crd.group}/${version}` });
    for (const name of ['first', 'second']) await makeObject(crd, name, version);
    await untilStored(crd, 2);
  }

  async function makeObject(crd: SampleCrd, name: string, version = 'v1'): Promise<void> {
    const type = { ...crdType(crd), apiVersion: `${crd.group}/${version}` };
    const { apiVersion, kind } = type;
    const body = { apiVersion, kind, metadata: { name }, spec: { size: 3, color: 'red', extra0: 'more' } };
    await send('POST', collectionPath(type, 'default'), body);
  }

  /** New types are found with the next discovery: the store must have them before it can be compared. */
  async function untilStored(crd: SampleCrd, count: number): Promise<void> {
    await mirrored.status.until(`${count} of ${crdName(crd)} are stored`, ({ types }) =>
      types.some(({ type, objectCount }) => type === crdName(crd) && objectCount === count),
    );
  }

  /** What both programs print of the type. */
  async function expectPrinted(crd: SampleCrd): Promise<void> {
    const args = ['get', crdName(crd), '-o', 'wide', '--no-headers=false'];
    const [ours, theirs] = await Promise.all([mirrored.navi.ask(args), mirrored.cluster.kubectl(args)]);
    expect(withoutAges(ours.stdout)).toBe(withoutAges(theirs.stdout));
  }

  const listsOf = (lines: readonly LogLine[], crd: SampleCrd): readonly (string | undefined)[] =>
    lines.filter(({ msg, type }) => msg === 'list' && type === crdName(crd)).map(({ reason }) => reason);

  test(
    '57: that is deleted takes its objects along, and is called absent, not empty',
    { timeout: 60_000 },
    async () => {
      const crd = crdOf('deleted');
      await define(crd);
      await send('DELETE', `${definitions}/${crdName(crd)}`);
      await waitForCrdGone(mirrored.cluster, crdName(crd));
      await mirrored.status.until('it is absent', ({ types }) =>
        types.every(({ type, mode }) => type !== crdName(crd) || mode === 'stopped'),
      );
      await mirrored.expectEqual();
      const get = await mirrored.navi.run(['get', crdName(crd)]);
      expect(get.stderr).toContain('the server doesn\'t have a resource type "deleteds"');
      expect(tombstoneCount(mirrored.file, 'deleteds')).toBe(2);
    },
  );

  test(
    '58: that is made again under its name, with another schema, has none of the objects of the first one',
    { timeout: 60_000 },
    async () => {
      const crd = crdOf('renewed');
      await define(crd);
      await send('DELETE', `${definitions}/${crdName(crd)}`);
      await waitForCrdGone(mirrored.cluster, crdName(crd));
      const again = crdOf('renewed', 2);
      await send('POST', definitions, crdBody(again));
      await waitForCrd(mirrored.cluster, crdName(again), crdType(again));
      await makeObject(again, 'second');
      await untilStored(again, 1);
      await mirrored.expectEqual();
      await expectPrinted(again);
      expect(tombstoneCount(mirrored.file, 'reneweds')).toBe(2);
    },
  );

  test(
    '77: whose schema is edited is listed once, printed anew, and never called faulty',
    { timeout: 60_000 },
    async () => {
      const crd = crdOf('edited');
      await define(crd);
      await mirrored.untilHealthy();
      const fromAt = performance.now();
      const logged = mirrored.logFromNow();
      const edited = crdOf('edited', 1);
      await send('PATCH', `${definitions}/${crdName(edited)}`, crdBody(edited));
      await mirrored.daemon.waitFor('it is listed', () =>
        logged().some(({ msg, type }) => msg === 'listed' && type === crdName(crd)),
      );
      await mirrored.expectEqual();
      await mirrored.untilHealthy();
      await expectPrinted(edited);
      expect(listsOf(logged(), crd)).toEqual(['schema-changed']);
      const said = mirrored.status.sequence(crdName(crd), fromAt);
      expect(said.filter((state) => state.includes(' unhealthy '))).toEqual([]);
    },
  );

  test('59: whose version is no longer served is mirrored in the one that is', { timeout: 60_000 }, async () => {
    const crd = crdOf('switched');
    await define(crd, withVersions(crd, { v1: false, v1beta1: true }), 'v1beta1');
    expect(versionOf(mirrored.file, 'switcheds')).toBe('v1beta1');
    await send('PATCH', `${definitions}/${crdName(crd)}`, withVersions(crd, { v1: true, v1beta1: false }));
    await mirrored.status.until('the other version is stored', () => versionOf(mirrored.file, 'switcheds') === 'v1');
    await mirrored.expectEqual();
    await mirrored.untilHealthy();
    const { stdout } = await mirrored.navi.run(['get', crdName(crd), '-o', 'jsonpath={.items[*].apiVersion}']);
    expect(stdout).toBe('faults.example.test/v1 faults.example.test/v1');
  });

  test(
    '62: whose conversion is broken keeps its rows and says so, and no other type notices',
    { timeout: 90_000 },
    async () => {
      const crd = crdOf('converted');
      const name = crdName(crd);
      await define(crd, withVersions(crd, { v1: true, v1beta1: true }));
      await mirrored.untilHealthy();
      const fromAt = performance.now();
      const webhook = { clientConfig: { url: 'https://127.0.0.1:9/convert' }, conversionReviewVersions: ['v1'] };
      await send('PATCH', `${definitions}/${name}`, { spec: { conversion: { strategy: 'Webhook', webhook } } });
      const broken = await mirrored.status.until('it is called faulty', (said) =>
        stateOf(said, name).includes(' unhealthy '),
      );
      expect(broken.types.find(({ type }) => type === name)?.objectCount).toBe(2);
      await mirrored.writes.some('beside-broken-conversion');
      expect(mirrored.status.sequence('configmaps', fromAt)).toEqual(['watching healthy none']);
      await send('PATCH', `${definitions}/${name}`, { spec: { conversion: { strategy: 'None', webhook: null } } });
      await mirrored.untilHealthy();
      await mirrored.expectEqual();
      expect(tombstoneCount(mirrored.file, 'converteds')).toBe(0);
    },
  );
});

/** The definition with two versions of one schema; the served one is stored, the older one of both. */
function withVersions(crd: SampleCrd, served: { readonly v1: boolean; readonly v1beta1: boolean }): JsonObject {
  const body = crdBody(crd) as { readonly spec: { readonly versions: readonly JsonObject[] } } & JsonObject;
  const [version = {}] = body.spec.versions;
  const versions = [
    { ...version, name: 'v1', served: served.v1, storage: !served.v1beta1 },
    { ...version, name: 'v1beta1', served: served.v1beta1, storage: served.v1beta1 },
  ];
  return { ...body, spec: { ...body.spec, versions } };
}

const withoutAges = (text: string): string => text.replaceAll(/ +\d+[smh]\d*[smh]?$/gm, ' <age>');

function versionOf(file: string, resource: string): string | undefined {
  return storedTypes(file).find((type) => type.resource === resource)?.version;
}

function tombstoneCount(file: string, resource: string): unknown {
  return withStore(file, (database) =>
    database
      .prepare('select count(*) from tombstone join resource_type on resource_type.id = type_id where resource = ?')
      .pluck()
      .get(resource),
  );
}
