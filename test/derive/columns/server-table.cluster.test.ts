import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiResource, apiVersion, resourceName } from '../../../src/core/api-resource.ts';
import { asObject, type RawJson } from '../../../src/core/json.ts';
import type { KubeObject } from '../../../src/core/kube-object.ts';
import type { PrinterColumn } from '../../../src/core/printer-column.ts';
import { builtInTables } from '../../../src/derive/columns/registry.ts';
import { customColumnsOf, type TableDefinition, tableDefinition } from '../../../src/derive/table-definition.ts';
import { clusterProgramsMissing } from '../../support/cluster-programs.ts';
import { type RealCluster, startRealCluster } from '../../support/real-cluster.ts';
import { waitForCrd } from '../../support/wait-for-crd.ts';
import { customCases, widgetDefinition } from './cases/custom.ts';
import { extensionCases } from './cases/extension.ts';
import { networkAndStorageCases } from './cases/network-and-storage.ts';
import { workloadCases } from './cases/node-and-workload.ts';
import { podCases } from './cases/pod.ts';
import { policyAndEventCases } from './cases/policy-and-events.ts';
import { putObjects } from './random/stored-objects.ts';
import { tableFormat } from './random/table-comparison.ts';
import { cellText } from '../../../src/output/cell-text.ts';

/**
 * Every table of a real API server against ours. The objects of the cases go into etcd as they are, past the server's
 * validation; whatever the server makes of them when it reads them back is what both sides print.
 */

/** The server makes these anew at every request, or serves them below another type. */
const typesWithoutRows = ['componentstatuses', 'scales.autoscaling'];

const allCases = [
  podCases,
  workloadCases,
  networkAndStorageCases,
  policyAndEventCases,
  extensionCases,
  customCases,
].flat();

interface DiscoveredGroup {
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly { readonly version: string }[];
}

interface ServerRow {
  readonly cells: readonly (string | number | boolean | null | RawJson)[];
  readonly object: KubeObject;
}

interface ServerTable {
  readonly columnDefinitions: readonly PrinterColumn[];
  readonly rows: readonly ServerRow[] | null;
}

function parse(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '')
      ? JSON.rawJSON(source ?? '')
      : value,
  );
}

/** What the mirror keeps of a Secret. */
function withoutData(object: KubeObject): KubeObject {
  const { data, ...rest } = object;
  return { ...rest, dataCount: Object.keys(asObject(data)).length };
}

const missing = clusterProgramsMissing();

describe.skipIf(missing !== undefined)(`tables of kube-apiserver${missing === undefined ? '' : `: ${missing}`}`, () => {
  let cluster: RealCluster;

  async function get<Answer>(path: string): Promise<Answer> {
    const { status, text } = await cluster.request(path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${text}`);
    return parse(text) as Answer;
  }

  async function create(path: string, body: unknown): Promise<void> {
    const { status, text } = await cluster.request(path, { method: 'POST', body });
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
  }

  async function typesOf(path: string, group: string, version: string): Promise<readonly ApiResource[]> {
    interface Entry {
      readonly name: string;
      readonly kind: string;
      readonly namespaced: boolean;
      readonly verbs: readonly string[];
    }
    const { resources } = await get<{ readonly resources: readonly Entry[] }>(path);
    return resources
      .filter(({ name, verbs }) => !name.includes('/') && verbs.includes('list'))
      .map(({ name, kind, namespaced, verbs }) => {
        const names = { resource: name, singular: '', kind, shortNames: [], categories: [] };
        return { group, version, namespaced, verbs, ...names };
      });
  }

  /** Every type that can be listed, each in the first version that serves it. */
  async function discover(): Promise<readonly ApiResource[]> {
    const { groups } = await get<{ readonly groups: readonly DiscoveredGroup[] }>('/apis');
    const found = new Map<string, ApiResource>();
    const note = (types: readonly ApiResource[]): void => {
      for (const type of types) if (!found.has(resourceName(type))) found.set(resourceName(type), type);
    };
    note(await typesOf('/api/v1', '', 'v1'));
    for (const { name, versions } of groups) {
      // The APIServices of the cases have nothing behind them.
      if (name === 'metrics.example.com') continue;
      for (const { version } of versions) note(await typesOf(`/apis/${name}/${version}`, name, version));
    }
    return [...found.values()];
  }

  function ourTable(type: ApiResource): TableDefinition {
    const customColumns = type.group === 'example.com' ? customColumnsOf(widgetDefinition, type.version) : undefined;
    return tableDefinition(type, { serverMinor: 36, customColumns });
  }

  /** Every difference between the two tables of a type, as a line each; and how many rows there were. */
  async function compareTable(
    type: ApiResource,
  ): Promise<{ readonly rowCount: number; readonly differences: readonly string[] }> {
    const root = type.group === '' ? '/api/v1' : `/apis/${apiVersion(type)}`;
    const beforeMs = Date.now();
    const { text } = await cluster.request(`${root}/${type.resource}?includeObject=Object`, { accept: tableFormat });
    const afterMs = Date.now();
    const theirs = parse(text) as ServerTable;
    const ours = ourTable(type);
    const differences: string[] = [];
    const declared = theirs.columnDefinitions.map(({ name, type: columnType, format, priority }) =>
      [name, columnType, format, priority].join(','),
    );
    const known = ours.columns.map((column) => [column.name, column.type, column.format, column.priority].join(','));
    if (declared.join() !== known.join()) differences.push(`columns ${declared.join(' ')} / ours ${known.join(' ')}`);
    for (const { cells, object } of theirs.rows ?? []) {
      const own = ours.cells(type.resource === 'secrets' ? withoutData(object) : object);
      if (own.length !== cells.length)
        differences.push(`${object.metadata.name}: ${cells.length} cells / ours ${own.length}`);
      for (const [index, cell] of cells.entries()) {
        const possible = [beforeMs, afterMs].map((atMs) => cellText(own[index] ?? null, atMs));
        const shown = typeof cell === 'object' && cell !== null ? cell.rawJSON : cellText(cell, afterMs);
        if (!possible.includes(shown)) {
          differences.push(`${object.metadata.name} ${known[index]}: ${shown} / ours ${possible.join(' or ')}`);
        }
      }
    }
    return { rowCount: theirs.rows?.length ?? 0, differences };
  }

  beforeAll(async () => {
    cluster = await startRealCluster({
      apiServerFlags: ['--runtime-config=api/all=true', '--feature-gates=AllAlpha=true,AllBeta=true'],
    });
    await create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', widgetDefinition);
    await waitForCrd(cluster, 'widgets.example.com', {
      apiVersion: 'example.com/v1',
      resource: 'widgets',
      kind: 'Widget',
      namespaced: true,
      weight: 1,
      content: () => ({}),
    });
    await create('/api/v1/namespaces/default/secrets', {
      metadata: { name: 's' },
      type: 'x/y',
      stringData: { a: '', b: '' },
    });
    await create('/api/v1/namespaces/default/secrets', { metadata: { name: 'empty' } });
    await putObjects(cluster, allCases);
  });

  afterAll(() => cluster.stop());

  test('are those that navi computes, in every column and cell', async () => {
    const differences: string[] = [];
    const rowCounts = new Map<string, number>();
    for (const type of await discover()) {
      const compared = await compareTable(type);
      const name = resourceName(type);
      rowCounts.set(name, compared.rowCount);
      differences.push(...compared.differences.map((difference) => `${name}: ${difference}`));
    }
    expect(differences).toEqual([]);
    const caseCount = (name: string): number => allCases.filter(({ type }) => type === name).length;
    const expected = [...builtInTables.keys(), 'widgets.example.com'].filter(
      (name) => !typesWithoutRows.includes(name),
    );
    const unseen = expected.filter((name) => (rowCounts.get(name) ?? 0) < Math.max(caseCount(name), 1));
    expect(unseen).toEqual([]);
  });
});
