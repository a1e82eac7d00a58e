import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalJson, parseJson } from '../../src/core/canonical-json.ts';
import { type Json, type JsonObject, asArray, asObject, asString } from '../../src/core/json.ts';
import { parseJsonPath } from '../../src/core/jsonpath/parse.ts';
import { indentJson } from '../../src/output/indent-json.ts';
import { jsonPathParseError, jsonPathText } from '../../src/output/jsonpath-text.ts';
import { renderTables } from '../../src/output/object-table.ts';
import { yamlText } from '../../src/output/yaml-text.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { type RealCluster, startRealCluster } from '../support/real-cluster.ts';
import { waitForCrd } from '../support/wait-for-crd.ts';
import { jsonPathTemplates, pathSubject, scalars, numbers, structures } from './nasty-values.ts';

const group = 'printing.example.com';
const collection = `/apis/${group}/v1/namespaces/default/gizmos`;
const columns = ['First', 'Größe ß', 'Third', 'Last'].map((name, index) => ({
  name,
  type: 'string',
  jsonPath: `.spec.c${index}`,
  ...(index === 2 ? { priority: 1 } : {}),
}));
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
        additionalPrinterColumns: columns,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

/** Cells that bend the layout; every array is one object's four columns. */
const rows = [
  ['日本語', 'e\u0301 😀', 'abc', 'end'],
  ['x', 'line one\nline two', 'y', 'z'],
  ['tab\there', 'b', 'c', 'd'],
  ['plain', 'b', 'c', 'd'],
  ['\u001b[31mred', '\rstart', 'form\ffeed', 'vertical\vtab'],
  ['much longer than all others', '', '', ''],
  ['a\tb\tc', 'd\te', 'f', 'g'],
];

describe.skipIf(clusterProgramsMissing() !== undefined)('printing against kubectl', () => {
  let cluster: RealCluster;

  beforeAll(async () => {
    cluster = await startRealCluster();
    const created = await cluster.request('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      method: 'POST',
      body: definition,
    });
    expect(created.status).toBe(201);
    const type = { apiVersion: `${group}/v1`, resource: 'gizmos', kind: 'Gizmo', namespaced: true };
    await waitForCrd(cluster, `gizmos.${group}`, { ...type, weight: 1, content: () => ({}) });
    await create('nasty', { scalars: [...scalars], numbers: numbers(), structures: structures() });
    await create('paths', pathSubject());
    for (const [index, cells] of rows.entries()) {
      await create(`row-${index}`, Object.fromEntries(cells.map((cell, column) => [`c${column}`, cell])), true);
    }
  });
  afterAll(() => cluster.stop());

  async function create(name: string, spec: JsonObject, inTable = false): Promise<void> {
    const metadata = { name, labels: inTable ? { table: 'yes' } : {} };
    const body = JSON.stringify({ apiVersion: `${group}/v1`, kind: 'Gizmo', metadata, spec });
    const { status, text } = await cluster.request(collection, { method: 'POST', body });
    expect({ name, status, text: status === 201 ? '' : text }).toEqual({ name, status: 201, text: '' });
  }

  async function get(...args: readonly string[]): Promise<string> {
    const { stdout, stderr, code } = await cluster.kubectl(['get', ...args]);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    return stdout;
  }

  async function stored(name: string): Promise<JsonObject> {
    const { text } = await cluster.request(`${collection}/${name}`);
    return asObject(parseJson(text));
  }

  function withoutManagedFields(object: JsonObject): JsonObject {
    const { managedFields: _, ...metadata } = asObject(object['metadata']);
    return { ...object, metadata };
  }

  test('indented JSON equals that of kubectl', async () => {
    const object = withoutManagedFields(await stored('nasty'));
    expect(`${indentJson(canonicalJson(object), 0)}\n`).toBe(await get('gizmo', 'nasty', '-o', 'json'));
  });

  test('YAML equals that of kubectl', async () => {
    const object = withoutManagedFields(await stored('nasty'));
    expect(yamlText(object)).toEqual({ ok: true, text: await get('gizmo', 'nasty', '-o', 'yaml') });
  });

  test('every jsonpath template prints what kubectl prints, errors included', async () => {
    const root = await stored('paths');
    const differences: unknown[] = [];
    for (const source of jsonPathTemplates) {
      const { stdout, stderr } = await cluster.kubectl(['get', 'gizmo', 'paths', '-o', `jsonpath=${source}`]);
      const ours = print(source, root);
      if (ours.stdout !== stdout || ours.stderr !== stderr) {
        differences.push({ source, ours, kubectl: { stdout, stderr } });
      }
    }
    expect(differences).toEqual([]);
  });

  function print(source: string, root: Json): { readonly stdout: string; readonly stderr: string } {
    const parsed = parseJsonPath(source);
    const printed = parsed.ok
      ? jsonPathText(parsed.template, root, { allowMissingKeys: true, asJson: false })
      : { ok: false as const, message: `${jsonPathParseError(source, parsed.message)}\n` };
    return printed.ok ? { stdout: printed.text, stderr: '' } : { stdout: '', stderr: `error: ${printed.message}` };
  }

  test.each([
    { flags: [], wide: false, noHeaders: false, showLabels: false },
    { flags: ['-o', 'wide', '-L', 'table,a/none', '--show-labels'], wide: true, noHeaders: false, showLabels: true },
    { flags: ['--no-headers'], wide: false, noHeaders: true, showLabels: false },
    { flags: ['--show-kind', '-A'], wide: false, noHeaders: false, showLabels: false },
  ])('the table with $flags equals that of kubectl', async ({ flags, ...options }) => {
    const { text } = await cluster.request(`${collection}?labelSelector=table`, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
    });
    const table = asObject(parseJson(text));
    const definitions = asArray(table['columnDefinitions']).map(asObject);
    const lines = renderTables(
      [
        {
          type: { kind: 'Gizmo', group, namespaced: true },
          columns: definitions.map((one) => ({
            name: asString(one['name']),
            type: asString(one['type']),
            format: asString(one['format']),
            priority: Number(one['priority']),
          })),
          rows: asArray(table['rows']).map((row) => ({
            namespace: 'default',
            cells: asArray(asObject(row)['cells']).map((cell) => (cell === null ? null : asString(cell))),
            labels: { table: 'yes' },
          })),
        },
      ],
      {
        ...options,
        allNamespaces: flags.includes('-A'),
        showKind: flags.includes('--show-kind'),
        labelColumns: flags.includes('-L') ? ['table', 'a/none'] : [],
        nowMs: 0,
      },
    );
    expect([...lines].join('')).toBe(await get('gizmos', '-l', 'table', ...flags));
  });
});
