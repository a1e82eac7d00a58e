import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalJson, parseJson } from '../../src/core/canonical-json.ts';
import { type Json, type JsonObject, asArray, asObject } from '../../src/core/json.ts';
import { kyamlListItem, kyamlText } from '../../src/output/kyaml-text.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { type RealCluster, startRealCluster } from '../support/real-cluster.ts';
import { waitForCrd } from '../support/wait-for-crd.ts';
import { numbers, scalars, structures } from './nasty-values.ts';

const group = 'kyaml.example.com';
const collection = `/apis/${group}/v1/namespaces/default/gizmos`;
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `gizmos.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'gizmos', singular: 'gizmo', kind: 'Gizmo', listKind: 'GizmoList' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

/** Pieces that change how a string or a key is written. */
const pieces = (
  'a|b| |  |\n|\n\n|\t|"|\\|é|😀|\u2028|\u00a0|\u200b|\ufeff|\u0001|\u0000|\u001b|-|.|/|_|0|1|9|e|x|T|null|true|Yes|' +
  '0x|0o|0b1|+|inf|NaN|2024-01-02|2024-13-1|1e5|1e400|:|#|~|<|&|\r|\u00ad|\ue000|\u{e0001}|日本|٣|p|\u1c89|\u{1fae9}'
).split('|');

const text = fc.array(fc.constantFrom(...pieces), { maxLength: 7 }).map((parts) => parts.join(''));
const number = fc.constantFrom('1', '-1', '0', '1.5', '1e-7', '1e21', '1e20', '12345678901234567890', '-2.50', '1.0');
const leaf: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: text.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: number },
  { weight: 1, arbitrary: fc.constantFrom('true', 'false', 'null', '[]', '{}') },
);
const node: fc.Memo<string> = fc.memo((depth) => (depth <= 1 ? leaf : fc.oneof(leaf, list(depth - 1), map(depth - 1))));
const list = (depth: number): fc.Arbitrary<string> =>
  fc.array(node(depth), { maxLength: 4 }).map((items) => `[${items.join(',')}]`);
const map = (depth: number): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(text, node(depth)), { maxLength: 4 })
    .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`);

const randomSeed = 20_240_102;
const valuesPerObject = 1000;

describe.skipIf(clusterProgramsMissing() !== undefined)('KYAML against kubectl', () => {
  let cluster: RealCluster;

  beforeAll(async () => {
    cluster = await startRealCluster();
    const { status } = await cluster.request('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      method: 'POST',
      body: definition,
    });
    expect(status).toBe(201);
    const type = { apiVersion: `${group}/v1`, resource: 'gizmos', kind: 'Gizmo', namespaced: true };
    await waitForCrd(cluster, `gizmos.${group}`, { ...type, weight: 1, content: () => ({}) });
    const nasty = { scalars: [...scalars], numbers: numbers(), structures: structures() };
    await create('nasty', JSON.stringify(nasty));
    for (const [index, depth] of [1, 2, 3, 5].entries()) {
      const values = fc.sample(node(depth), { seed: randomSeed + index, numRuns: valuesPerObject });
      const keys = [...new Set(fc.sample(text, { seed: randomSeed - index, numRuns: valuesPerObject }))];
      const members = keys.map((key) => `${JSON.stringify(key)}:1`);
      await create(`random-${index}`, `{"values":[${values.join(',')}],"keys":{${members.join(',')}}}`);
    }
    await create('with-control', '{"a":"\\u0085 next","b":{"c":"\\u007f"}}', { kind: 'unfit' });
    await create('with-long-key', JSON.stringify({ ['k'.repeat(1023)]: 1 }), { kind: 'unfit' });
    await create('with-broken-key', '{"a":"x\\u0085","k\\u0085k":1}', { kind: 'unfit' });
    await create('next-line', '{"a":"x \\u0085 y","b":"x\\u0085\\u0085y"}');
  });
  afterAll(() => cluster.stop());

  async function create(name: string, spec: string, labels: JsonObject = {}): Promise<void> {
    const object = JSON.stringify({ apiVersion: `${group}/v1`, kind: 'Gizmo', metadata: { name, labels } });
    const { status, text: answer } = await cluster.request(collection, {
      method: 'POST',
      body: `${object.slice(0, -1)},"spec":${spec}}`,
    });
    expect({ name, answer: status === 201 ? '' : answer }).toEqual({ name, answer: '' });
  }

  async function stored(path: string): Promise<Json> {
    return parseJson((await cluster.request(`${collection}${path}`)).text);
  }

  function printable(object: Json): JsonObject {
    const { managedFields: _, ...metadata } = asObject(asObject(object)['metadata']);
    return asObject(parseJson(canonicalJson({ ...asObject(object), metadata })));
  }

  const fitNames = ['nasty', 'next-line', 'random-0', 'random-1', 'random-2', 'random-3'];

  test.each(fitNames)('the object %s is printed as kubectl prints it', async (name) => {
    const { stdout, stderr } = await cluster.kubectl(['get', 'gizmo', name, '-o', 'kyaml']);
    expect(stderr).toBe('');
    expect(kyamlText(printable(await stored(`/${name}`)))).toEqual({ ok: true, text: stdout });
  });

  test.each(['with-control', 'with-long-key', 'with-broken-key'])('the object %s fails as in kubectl', async (name) => {
    const { stdout, stderr } = await cluster.kubectl(['get', 'gizmo', name, '-o', 'kyaml']);
    const result = kyamlText(printable(await stored(`/${name}`)));
    expect(result.ok ? result.text : `error: ${result.message}\n`).toBe(stderr);
    expect(stdout).toBe('');
  });

  test('a List is printed as kubectl prints it, whole or item by item', async () => {
    const { stdout } = await cluster.kubectl(['get', 'gizmo', '-l', 'kind!=unfit', '-o', 'KYAML']);
    const all = asObject(await stored('?labelSelector=kind!%3Dunfit'));
    const items = asArray(all['items']).map(printable);
    expect(items).toHaveLength(fitNames.length);
    const whole = { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } };
    expect(kyamlText(whole)).toEqual({ ok: true, text: stdout });
    const texts = items.map(kyamlListItem).map((result) => (result.ok ? result.text : ''));
    const end = '],\n  kind: "List",\n  metadata: {\n    resourceVersion: "",\n  },\n}\n';
    expect(`---\n{\n  apiVersion: "v1",\n  items: [${texts.join(', ')}${end}`).toBe(stdout);
  });

  test('an empty List is printed as kubectl prints it', async () => {
    const { stdout } = await cluster.kubectl(['get', 'gizmo', '-l', 'kind=none', '-o', 'kyaml']);
    const empty = { apiVersion: 'v1', items: [], kind: 'List', metadata: { resourceVersion: '' } };
    expect(kyamlText(empty)).toEqual({ ok: true, text: stdout });
  });
});
