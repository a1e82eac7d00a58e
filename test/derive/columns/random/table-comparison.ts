import { type ApiResource, apiVersion, resourceName } from '../../../../src/core/api-resource.ts';
import { parseJson } from '../../../../src/core/canonical-json.ts';
import type { Cell } from '../../../../src/core/cell.ts';
import { goNumber } from '../../../../src/core/go-number.ts';
import { asObject, asString, type JsonObject, type RawJson } from '../../../../src/core/json.ts';
import type { KubeObject } from '../../../../src/core/kube-object.ts';
import type { PrinterColumn } from '../../../../src/core/printer-column.ts';
import type { TableDefinition } from '../../../../src/derive/table-definition.ts';
import { listItems, storedRepresentation } from '../../../../src/kube/representation.ts';
import { cellText } from '../../../../src/output/cell-text.ts';
import type { RealCluster } from '../../../support/real-cluster.ts';

/** The tables of a real API server held against the cells that follow from the same objects as JSON. */

/** Accept header for the server's own printing. */
export const tableFormat = 'application/json;as=Table;v=v1;g=meta.k8s.io';

const pageSize = 500;
const secondMs = 1000;

/** How the tables of one type compare. */
export interface TableComparison {
  /** `namespace/name` of each row. */
  readonly compared: ReadonlySet<string>;
  /** One line for each column or cell that differs. */
  readonly differences: readonly string[];
}

/** A page that the server refuses, such as a list with an object that it cannot decode. */
export class ListRefused extends Error {}

interface Page {
  readonly body: JsonObject;
  readonly beforeMs: number;
  readonly afterMs: number;
}

function collectionPath(type: ApiResource): string {
  return `${type.group === '' ? '/api/v1' : `/apis/${apiVersion(type)}`}/${type.resource}`;
}

/** @param exactly resourceVersion of the state to list, or empty for the present one */
async function* pages(cluster: RealCluster, type: ApiResource, accept: string, exactly = ''): AsyncGenerator<Page> {
  const version = exactly === '' ? '' : `&resourceVersion=${exactly}&resourceVersionMatch=Exact`;
  let continueToken = '';
  do {
    const place = continueToken === '' ? version : `&continue=${encodeURIComponent(continueToken)}`;
    const query = `limit=${pageSize}&includeObject=Metadata${place}`;
    const beforeMs = Date.now();
    const { status, text } = await cluster.request(`${collectionPath(type)}?${query}`, { accept });
    if (status !== 200) throw new ListRefused(`${resourceName(type)}: ${status} ${text.slice(0, 600)}`);
    const body = asObject(parseJson(text));
    yield { body, beforeMs, afterMs: Date.now() };
    continueToken = asString(asObject(body['metadata'])['continue']);
  } while (continueToken !== '');
}

/** `namespace/name`, with an empty namespace where there is none. */
export const identity = ({ namespace = '', name }: KubeObject['metadata']): string => `${namespace}/${name}`;

/** Every object as the mirror would get it, and the resourceVersion of the list. */
async function objects(
  cluster: RealCluster,
  type: ApiResource,
): Promise<{ readonly found: ReadonlyMap<string, KubeObject>; readonly resourceVersion: string }> {
  const representation = storedRepresentation(type);
  const found = new Map<string, KubeObject>();
  let resourceVersion = '';
  for await (const { body } of pages(cluster, type, representation === 'secret' ? tableFormat : 'application/json')) {
    resourceVersion = asString(asObject(body['metadata'])['resourceVersion']);
    for (const object of listItems(type, representation, body)) found.set(identity(object.metadata), object);
  }
  return { found, resourceVersion };
}

const describeColumn = ({ name, type, format, priority }: PrinterColumn): string =>
  [name, type, format, priority].join(',');

/** What a cell may show between two instants: an age changes at most once a second. */
function texts(cell: Cell, fromMs: number, toMs: number): readonly string[] {
  const found = [cellText(cell, toMs)];
  if (typeof cell !== 'object' || cell === null) return found;
  for (let atMs = fromMs; atMs < toMs; atMs += secondMs) found.push(cellText(cell, atMs));
  return found;
}

type ServerCell = string | number | boolean | null | RawJson;

function sameCell(theirs: ServerCell, own: Cell, { beforeMs, afterMs }: Page): boolean {
  // Stricter than what prints: lines that a table cuts off count as well.
  if (typeof theirs === 'string' && typeof own === 'string') return theirs === own;
  const shown = typeof theirs === 'object' && theirs !== null ? goNumber(theirs) : cellText(theirs, afterMs);
  return texts(own, beforeMs, afterMs).includes(shown);
}

interface Row {
  readonly cells: readonly ServerCell[];
  readonly object: KubeObject;
}

/** One line for each cell of the row that differs from ours. */
function cellDifferences(row: Row, mirrored: KubeObject, table: TableDefinition, page: Page): readonly string[] {
  const own = table.cells(mirrored);
  if (own.length !== row.cells.length) {
    return [`${identity(mirrored.metadata)}: server ${row.cells.length} cells, ours ${own.length}`];
  }
  return row.cells.flatMap((theirs, index) => {
    const column = table.columns[index];
    const ours = own[index] ?? null;
    if (sameCell(theirs, ours, page)) return [];
    const place = `${identity(mirrored.metadata)} #${index} ${column === undefined ? 'without a column' : describeColumn(column)}`;
    return [`${place}: server ${JSON.stringify(theirs)}, ours ${JSON.stringify(ours)}`];
  });
}

/** Compares every cell of every object of the type: a table of the very state that a list was of. */
export async function compareTable(
  cluster: RealCluster,
  type: ApiResource,
  table: TableDefinition,
): Promise<TableComparison> {
  const { found: own, resourceVersion } = await objects(cluster, type);
  const known = table.columns.map(describeColumn).join(' ');
  const differences = new Set<string>();
  const compared = new Set<string>();
  for await (const page of pages(cluster, type, tableFormat, resourceVersion)) {
    const columns = (page.body['columnDefinitions'] ?? []) as unknown as readonly PrinterColumn[];
    const declared = columns.map(describeColumn).join(' ');
    if (declared !== known) differences.add(`columns: server ${declared}, ours ${known}`);
    for (const row of (page.body['rows'] ?? []) as unknown as readonly Row[]) {
      const { metadata } = row.object;
      const mirrored = own.get(identity(metadata));
      if (mirrored === undefined || mirrored.metadata.resourceVersion !== metadata.resourceVersion) continue;
      compared.add(identity(metadata));
      for (const difference of cellDifferences(row, mirrored, table, page)) differences.add(difference);
    }
  }
  return { compared, differences: [...differences] };
}

/** The answers to a GET of each object, for those that the server cannot read back. */
export async function unreadable(
  cluster: RealCluster,
  type: ApiResource,
  written: readonly KubeObject[],
): Promise<readonly { readonly object: KubeObject; readonly message: string }[]> {
  const root = collectionPath(type).slice(0, -type.resource.length);
  const answers = await Promise.all(
    written.map(async (object) => {
      const { namespace, name } = object.metadata;
      const place = namespace === undefined ? '' : `namespaces/${namespace}/`;
      const { status, text } = await cluster.request(`${root}${place}${type.resource}/${name}`);
      return { object, status, message: text.slice(0, 600) };
    }),
  );
  return answers.filter(({ status }) => status !== 200);
}
