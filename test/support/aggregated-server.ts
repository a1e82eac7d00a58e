import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { humanDuration } from '../../src/core/human-duration.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import type { PrinterColumn } from '../../src/core/printer-column.ts';
import type { RealCluster } from './real-cluster.ts';

/** How a type is printed: its columns and what they show of an object. */
export interface PrintedColumn extends PrinterColumn {
  readonly cell: (object: JsonObject, nowMs: number) => Json;
}

/** What the server does where a Table is asked for: send it, send rows without objects, send plain objects, refuse. */
export type TableSupport = 'whole' | 'metadata-only' | 'plain' | 'refused';

/** A type of the server, cluster-scoped or not; a test may change how it is printed at any time. */
export interface AggregatedType {
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  columns: readonly PrintedColumn[];
  tables: TableSupport;
  /** The same for watches. */
  watchTables: TableSupport;
}

/** What of an object is no field of its own. */
export interface PutOptions {
  /** How long ago a new object was created, ms; 0 unless given. */
  readonly ageMs?: number;
  readonly labels?: JsonObject;
}

/** The API server of the group `market.example.org`, version `v1`, behind the aggregator of a real one. */
export interface AggregatedServer {
  readonly types: Readonly<Record<'orders' | 'receipts', AggregatedType>>;
  /** Method and path with query of each request to lists, watches and objects, in order of arrival. */
  readonly requests: readonly string[];
  /** Makes or changes an object. */
  put(resource: string, key: string, fields: JsonObject, given?: PutOptions): void;
  delete(resource: string, key: string): void;
  /** Sends a bookmark to every open watch. */
  bookmark(): void;
  /** Ends every connection and listens no more; the objects stay. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
}

export const marketGroup = 'market.example.org';
const groupVersion = `${marketGroup}/v1`;

const text = (name: string, cell: PrintedColumn['cell'], more: Partial<PrinterColumn> = {}): PrintedColumn => ({
  name,
  type: 'string',
  format: '',
  priority: 0,
  ...more,
  cell,
});
const metadataOf = (object: JsonObject): JsonObject => object['metadata'] as JsonObject;
const specOf = (object: JsonObject): JsonObject => (object['spec'] ?? {}) as JsonObject;
const nameColumn = text('Name', (object) => metadataOf(object)['name'] as string, { format: 'name' });
const ageOf = (object: JsonObject, nowMs: number): string =>
  humanDuration(nowMs - Date.parse(metadataOf(object)['creationTimestamp'] as string));

/** Columns that no kind of Kubernetes has: a number, a list, a null, a wide one, and the age in the middle. */
export const firstColumns: readonly PrintedColumn[] = [
  nameColumn,
  text('Total', (object) => specOf(object)['total'] ?? null, { type: 'number' }),
  text('Age', ageOf),
  text('Lines', (object) => specOf(object)['lines'] ?? null),
  text('Paid', (object) => specOf(object)['paid'] === true, { type: 'boolean' }),
  text('Note', (object) => specOf(object)['note'] ?? '<none>', { priority: 1 }),
];

/** Other ones, with the age as a date. */
export const secondColumns: readonly PrintedColumn[] = [
  nameColumn,
  text('Customer', (object) => specOf(object)['customer'] ?? ''),
  text('Since', ageOf, { type: 'date' }),
];

interface Recorded {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: string;
  readonly object: JsonObject;
  readonly version: number;
}

interface Watcher {
  readonly type: AggregatedType;
  readonly send: (event: Pick<Recorded, 'type' | 'object'> | undefined) => void;
}

class MarketServer implements AggregatedServer {
  readonly types: AggregatedServer['types'] = {
    orders: made('orders', 'Order', true, 'whole'),
    receipts: made('receipts', 'Receipt', false, 'plain'),
  };
  readonly requests: string[] = [];
  readonly #objects = new Map<string, JsonObject>();
  readonly #history: Recorded[] = [];
  readonly #watchers = new Set<Watcher>();
  readonly #material: { readonly key: Buffer; readonly cert: Buffer };
  #server: Server | undefined;
  #version = 1_000;
  port = 0;

  constructor(cluster: Pick<RealCluster, 'caFile'>) {
    const cert = readFileSync(cluster.caFile);
    this.#material = { cert, key: readFileSync(cluster.caFile.replace(/\.crt$/, '.key')) };
  }

  async start(): Promise<void> {
    const server = createServer(this.#material, (request, response) => this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    this.#watchers.clear();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  put(resource: string, key: string, fields: JsonObject, { ageMs = 0, labels }: PutOptions = {}): void {
    const known = this.#objects.get(`${resource} ${key}`);
    const [name = '', namespace] = key.split('/').toReversed();
    const metadata = {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid: `uid-${resource}-${key}`,
      creationTimestamp: `${new Date(Date.now() - ageMs).toISOString().slice(0, 19)}Z`,
      ...(known === undefined ? {} : metadataOf(known)),
      ...(labels === undefined ? {} : { labels }),
      resourceVersion: String(++this.#version),
    };
    const { kind } = this.#type(resource);
    const object = { apiVersion: groupVersion, kind, metadata, ...fields };
    this.#objects.set(`${resource} ${key}`, object);
    this.#record({ type: known === undefined ? 'ADDED' : 'MODIFIED', resource, object, version: this.#version });
  }

  delete(resource: string, key: string): void {
    const known = this.#objects.get(`${resource} ${key}`);
    if (known === undefined) throw new Error(`no ${resource} ${key}`);
    this.#objects.delete(`${resource} ${key}`);
    const object = { ...known, metadata: { ...metadataOf(known), resourceVersion: String(++this.#version) } };
    this.#record({ type: 'DELETED', resource, object, version: this.#version });
  }

  bookmark(): void {
    for (const { send } of this.#watchers) send(undefined);
  }

  #record(event: Recorded): void {
    this.#history.push(event);
    for (const { type, send } of this.#watchers) if (type.resource === event.resource) send(event);
  }

  #type(resource: string): AggregatedType {
    const found = Object.values(this.types).find((type) => type.resource === resource);
    if (found === undefined) throw new Error(`no type ${resource}`);
    return found;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'https://market');
    const match = /^\/apis\/market\.example\.org\/v1\/(?:namespaces\/([^/]+)\/)?([^/]+)(?:\/([^/]+))?$/.exec(
      url.pathname,
    );
    const type = Object.values(this.types).find(({ resource }) => resource === match?.[2]);
    if (match === null || type === undefined) {
      const document = discoveryDocuments(this.types)[url.pathname];
      if (document === undefined) answerStatus(response, 404, 'NotFound', 'the server could not find the resource');
      else answer(response, document);
      return;
    }
    this.requests.push(`${request.method} ${request.url}`);
    const [, namespace, , name] = match;
    const wanted: Wanted = { type, url, isTable: (request.headers.accept ?? '').includes('as=Table') };
    if (url.searchParams.has('watch')) this.#watch(wanted, response);
    else this.#read(wanted, { namespace, name }, response);
  }

  #read(wanted: Wanted, of: Place, response: ServerResponse): void {
    const { type, url, isTable } = wanted;
    if (isTable && type.tables === 'refused') {
      answerStatus(response, 406, 'NotAcceptable', 'only application/json is served');
      return;
    }
    const inNamespace = of.namespace === undefined ? '' : `${of.namespace}/`;
    const prefix = `${type.resource} ${inNamespace}`;
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
    const asTable = isTable && type.tables !== 'plain';
    if (of.name !== undefined) {
      const object = this.#objects.get(`${prefix}${of.name}`);
      if (object === undefined) answerStatus(response, 404, 'NotFound', `${type.resource} "${of.name}" not found`);
      else answer(response, asTable ? table(wanted, [object], { isFirst: true }) : object);
      return;
    }
    const start = Number(url.searchParams.get('continue') ?? 0);
    const limit = Number(url.searchParams.get('limit') ?? 0) || keys.length;
    const objects = keys
      .slice(start, start + limit)
      .map((key) => this.#objects.get(key) as JsonObject)
      .filter((object) => hasLabel(object, url.searchParams.get('labelSelector') ?? ''));
    const rest = start + limit < keys.length ? { continue: String(start + limit) } : {};
    const metadata = { resourceVersion: String(this.#version), ...rest };
    const list = { kind: `${type.kind}List`, apiVersion: groupVersion, metadata, items: objects };
    answer(response, asTable ? table(wanted, objects, { metadata, isFirst: true }) : list);
  }

  #watch(wanted: Wanted, response: ServerResponse): void {
    const { type, url, isTable } = wanted;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const asTable = isTable && type.watchTables !== 'plain';
    let isFirst = true;
    const send: Watcher['send'] = (event) => {
      const metadata = { resourceVersion: String(this.#version) };
      const object = event?.object ?? { kind: type.kind, apiVersion: groupVersion, metadata };
      const given = event === undefined ? { isFirst, isBookmark: true } : { isFirst };
      const sent = asTable ? table(wanted, [object], given) : object;
      isFirst = false;
      response.write(`${JSON.stringify({ type: event?.type ?? 'BOOKMARK', object: sent })}\n`);
    };
    const since = Number(url.searchParams.get('resourceVersion'));
    for (const event of this.#history) if (event.resource === type.resource && event.version > since) send(event);
    const watcher: Watcher = { type, send };
    this.#watchers.add(watcher);
    response.on('close', () => this.#watchers.delete(watcher));
  }
}

/** Of the request's path; all of a type where both are missing. */
interface Place {
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

interface Wanted {
  readonly type: AggregatedType;
  readonly url: URL;
  readonly isTable: boolean;
}

function made(resource: string, kind: string, namespaced: boolean, tables: TableSupport): AggregatedType {
  return { resource, kind, namespaced, columns: firstColumns, tables, watchTables: tables };
}

/** As k8s.io/apiserver 1.36 makes it: later events of a watch say no columns, and a bookmark has a row too. */
function table(
  { type, url }: Wanted,
  objects: readonly JsonObject[],
  given: { readonly metadata?: JsonObject; readonly isFirst: boolean; readonly isBookmark?: boolean },
): JsonObject {
  const included = type.tables === 'metadata-only' ? 'Metadata' : (url.searchParams.get('includeObject') ?? 'Metadata');
  const columns = type.columns.map(({ cell: _cell, ...column }) => ({ ...column, description: column.name }));
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: given.metadata ?? resourceVersionOf(objects[0]),
    columnDefinitions: given.isFirst ? columns : null,
    rows: objects.map((object) => ({
      cells: type.columns.map(({ cell }) => (given.isBookmark === true ? '' : cell(object, Date.now()))),
      object: included === 'None' ? null : included === 'Object' ? object : partial(object),
    })),
  };
}

/** @param selector `key=value`, or empty for every object */
function hasLabel(object: JsonObject, selector: string): boolean {
  const [key = '', value] = selector.split('=');
  const labels = (metadataOf(object)['labels'] ?? {}) as JsonObject;
  return key === '' || labels[key] === value;
}

function resourceVersionOf(object: JsonObject | undefined): JsonObject {
  return object === undefined ? {} : { resourceVersion: metadataOf(object)['resourceVersion'] };
}

function partial(object: JsonObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: metadataOf(object) };
}

function discoveryDocuments(types: AggregatedServer['types']): Readonly<Record<string, JsonObject>> {
  const version = { groupVersion, version: 'v1' };
  const group = { name: marketGroup, versions: [version], preferredVersion: version };
  const resources = Object.values(types).map(({ resource, kind, namespaced }) => ({
    name: resource,
    singularName: kind.toLowerCase(),
    namespaced,
    kind,
    verbs: ['get', 'list', 'watch'],
  }));
  return {
    '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [group] },
    [`/apis/${marketGroup}`]: { kind: 'APIGroup', apiVersion: 'v1', ...group },
    [`/apis/${groupVersion}`]: { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources },
  };
}

function answer(response: ServerResponse, body: JsonObject, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function answerStatus(response: ServerResponse, code: number, reason: string, message: string): void {
  answer(response, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code }, code);
}

/**
 * Starts the server on loopback with the certificate of the API server of `cluster`, and has that one's aggregator serve
 * it: a service of type ExternalName leads to this machine.
 */
export async function startAggregatedServer(cluster: RealCluster): Promise<AggregatedServer> {
  const server = new MarketServer(cluster);
  await server.start();
  await registerApi(cluster, { group: marketGroup, version: 'v1', service: 'market', port: server.port });
  return server;
}

/** An API that another server than kube-apiserver answers, on loopback. */
export interface AggregatedApi {
  readonly group: string;
  readonly version: string;
  /** Name of the service that stands for it. */
  readonly service: string;
  readonly port: number;
}

/** Has the aggregator of `cluster` serve an API: a service of type ExternalName leads to this machine. */
export async function registerApi(
  cluster: RealCluster,
  { group, version, port, ...api }: AggregatedApi,
): Promise<void> {
  const service = { name: api.service, namespace: 'default' };
  const post = async (path: string, body: JsonObject): Promise<void> => {
    const { status, text: said } = await cluster.request(path, { method: 'POST', body });
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${said}`);
  };
  await post('/api/v1/namespaces/default/services', {
    metadata: { name: service.name },
    spec: { type: 'ExternalName', externalName: 'localhost' },
  });
  await post('/apis/apiregistration.k8s.io/v1/apiservices', {
    metadata: { name: `${version}.${group}` },
    spec: {
      group,
      version,
      groupPriorityMinimum: 1_000,
      versionPriority: 10,
      service: { ...service, port },
      insecureSkipTLSVerify: true,
    },
  });
}
