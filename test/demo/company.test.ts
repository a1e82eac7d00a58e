import { describe, expect, test } from 'vitest';
import { asArray, asObject, asString } from '../../src/core/json.ts';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { waitingReason } from '../../src/demo/company.ts';
import { isReady } from '../../src/demo/pods.ts';
import { builtInTables } from '../../src/derive/columns/registry.ts';
import { allObjects, objectCount, orphans, virtualCompany } from './virtual-world.ts';

describe('the company', () => {
  const world = virtualCompany(20);

  test('has some 350 objects of more than 25 types', () => {
    const types = [...allObjects(world).keys()];
    expect(types.length).toBeGreaterThanOrEqual(30);
    expect(types).toContain('queues.messaging.brightharbor.example');
    expect(objectCount(world)).toBeGreaterThanOrEqual(300);
    expect(objectCount(world)).toBeLessThanOrEqual(400);
  });

  test('owns every pod, and every owner exists', () => {
    const pods = world.state.list('pods');
    expect(pods.filter((pod) => asArray(pod.metadata.ownerReferences).length !== 1)).toEqual([]);
    expect(orphans(world)).toEqual([]);
  });

  test('refers only to service accounts, config maps, claims and secrets that exist', () => {
    const known = (type: string): ReadonlySet<string> =>
      new Set(world.state.list(type).map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`));
    const [accounts, configMaps, claims] = ['serviceaccounts', 'configmaps', 'persistentvolumeclaims'].map(known);
    const missing: string[] = [];
    const expectIn = (names: ReadonlySet<string> | undefined, name: string): void => {
      if (names?.has(name) !== true) missing.push(name);
    };
    for (const pod of world.state.list('pods')) {
      const { namespace = '' } = pod.metadata;
      if (namespace === 'kube-system') continue;
      const spec = asObject(pod['spec']);
      if (spec['serviceAccountName'] !== undefined)
        expectIn(accounts, `${namespace}/${asString(spec['serviceAccountName'])}`);
      for (const container of asArray(spec['containers']).map(asObject)) {
        for (const source of asArray(container['envFrom']).map(asObject)) {
          expectIn(configMaps, `${namespace}/${asString(asObject(source['configMapRef'])['name'])}`);
        }
      }
      for (const volume of asArray(spec['volumes']).map(asObject)) {
        expectIn(claims, `${namespace}/${asString(asObject(volume['persistentVolumeClaim'])['claimName'])}`);
      }
    }
    const secrets = known('secrets');
    for (const ingress of world.state.list('ingresses.networking.k8s.io')) {
      const [tls] = asArray(asObject(ingress['spec'])['tls']).map(asObject);
      expectIn(secrets, `${ingress.metadata.namespace ?? ''}/${asString(tls?.['secretName'])}`);
    }
    expect(missing).toEqual([]);
  });

  test('is in trouble in every way that the demo speaks of', () => {
    const pods = world.state.list('pods');
    const reasons = new Set(pods.map(waitingReason));
    expect(reasons).toContain('CrashLoopBackOff');
    expect(reasons).toContain('ImagePullBackOff');
    expect(pods.filter((pod) => asObject(pod['spec'])['nodeName'] === undefined)).toHaveLength(1);
    expect(pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined)).toHaveLength(1);
    const phases = pods.map((pod) => asObject(pod['status'])['phase']);
    expect(phases).toContain('Succeeded');
    expect(phases).toContain('Failed');
    const nodes = world.state.list('nodes');
    expect(nodes.filter((node) => !isReady(node)).map((node) => node.metadata.name)).toEqual(['worker-c-2']);
  });

  test('prints a cell for every column of every built-in type', () => {
    const empty: readonly unknown[] = ['', '<unknown>', '<invalid>'];
    const optional = ['Capacity', 'VolumeAttributesClass', 'Reason', 'Limit', 'Subobject'];
    const holesOf = (type: string, object: KubeObject): readonly string[] => {
      const table = builtInTables.get(type)?.(36);
      const cells = table?.cells(object) ?? [];
      return (table?.columns ?? [])
        .filter((column, index) => column.priority === 0 && empty.includes(cells[index]))
        .filter((column) => !optional.includes(column.name))
        .map((column) => `${type}/${object.metadata.name} ${column.name}`);
    };
    const holes = [...allObjects(world)].flatMap(([type, objects]) =>
      objects.flatMap((object) => holesOf(type, object)),
    );
    expect(holes).toEqual([]);
  });

  test('is the same company for the same seed', () => {
    const names = (seed: number): readonly string[] =>
      [...allObjects(virtualCompany(seed)).values()].flat().map((object) => object.metadata.name);
    expect(names(5)).toEqual(names(5));
    expect(names(5)).not.toEqual(names(6));
  });
});
