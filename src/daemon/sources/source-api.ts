import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { duplexPair, type Duplex } from 'node:stream';
import type { SourceSettings } from '../../config/config.ts';
import type { Cell } from '../../core/cell.ts';
import { humanDuration } from '../../core/human-duration.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import { tableDefinition } from '../../derive/table-definition.ts';
import { parseRfc3339 } from '../../derive/columns/rfc3339.ts';
import type { Connect } from '../../kube/connections.ts';
import type { Clock } from '../../util/clock.ts';
import { typeKey, type SourceOutput, type SourceType } from './source-output.ts';
import { runSource, SourceFailed } from './source-program.ts';

/** What the API of a source needs. */
export interface SourceApiOptions {
  readonly name: string;
  readonly settings: SourceSettings;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

/** An answer; a source has nothing to say besides. */
interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

/** So long after it began a run is shared (ms): later its rows would be taken for younger than they are. */
const sharedMs = 10_000;

/** One run of the program, and who was told of it. */
interface Run {
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  readonly output: Promise<SourceOutput>;
  readonly told: Set<string>;
}

/**
 * The program of a source as a Kubernetes API within this process, so that its rows come into a mirror as those of any cluster that
 * cannot be watched: polled, swept, aged, and not deleted on weak evidence. It serves discovery, lists, and what identifies a cluster.
 */
export class SourceApi {
  readonly #options: SourceApiOptions;
  readonly #server: Server;
  readonly #stopping = new AbortController();
  #run: Run | undefined;
  /** Of the last run that succeeded. */
  #types: readonly SourceType[] | undefined;

  constructor(options: SourceApiOptions) {
    this.#options = options;
    this.#server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  /** It is run this often. */
  get intervalMs(): number {
    return this.#options.settings.intervalMs;
  }

  /** Connects within this process, wherever the request goes. */
  readonly connect: Connect = (_options, callback) => {
    const [client, server] = duplexPair();
    for (const side of [client, server]) side.on('error', () => undefined);
    this.#server.emit('connection', asSocket(server));
    queueMicrotask(() => callback(null, asSocket(client) as never));
  };

  /** Ends the program where it runs. */
  close(): void {
    this.#stopping.abort();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    const url = new URL(request.url ?? '/', 'http://source');
    const isTable = (request.headers.accept ?? '').includes('as=Table');
    const { status, body } = await this.#answer(url.pathname, isTable).catch((error: unknown): Answer => {
      if (error instanceof SourceFailed) return refusal(503, 'ServiceUnavailable', error.message);
      throw error;
    });
    const text = JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  }

  async #answer(path: string, isTable: boolean): Promise<Answer> {
    const { name, settings } = this.#options;
    switch (path) {
      case '/version':
        // The version whose forms are spoken here, and who speaks.
        return ok({ major: '1', minor: '36', gitVersion: basename(settings.command[0] ?? '') });
      case '/api':
        return ok(groups([]));
      case '/apis':
        return ok(groups(await this.#knownTypes()));
      case '/api/v1/namespaces/kube-system':
        return ok({ kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'kube-system', uid: `source-${name}` } });
      case '/api/v1/events':
        return ok({ kind: 'EventList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: [] });
      case '/apis/authentication.k8s.io/v1/selfsubjectreviews':
        return {
          status: 201,
          body: {
            kind: 'SelfSubjectReview',
            apiVersion: 'authentication.k8s.io/v1',
            metadata: {},
            status: { userInfo: { username: `source ${name}` } },
          },
        };
      default:
        return await this.#list(path, isTable);
    }
  }

  async #list(path: string, isTable: boolean): Promise<Answer> {
    const [, group = '', version = '', resource = ''] = /^\/apis\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    const key = `${group}/${version}/${resource}`;
    const { types, objects } = await this.#fresh(key);
    const type = types.find((each) => each.group === group && each.version === version && each.resource === resource);
    if (type === undefined) return refusal(404, 'NotFound', 'the server could not find the requested resource');
    const items = objects.get(typeKey(type)) ?? [];
    if (isTable) return ok(this.#table(type, items));
    const list = { kind: `${type.kind}List`, apiVersion: `${group}/${version}`, metadata: {} };
    return ok({ ...list, items: items as unknown as readonly JsonObject[] });
  }

  /** As they were told last: a run that failed says nothing of them. */
  async #knownTypes(): Promise<readonly SourceType[]> {
    return this.#types ?? (await (this.#run ?? this.#begin()).output).types;
  }

  /** What a run tells that this list was not told of yet: the types of a source share one where they are listed together. */
  async #fresh(key: string): Promise<SourceOutput> {
    const last = this.#run;
    const isShared =
      last !== undefined && !last.told.has(key) && this.#options.clock.monotonic() - last.startedAt < sharedMs;
    const run = isShared ? last : this.#begin();
    run.told.add(key);
    return await run.output;
  }

  #begin(): Run {
    const { name, settings, env, clock } = this.#options;
    const output = runSource({
      command: settings.command,
      env: { ...env, NAVI_SOURCE: name },
      stopping: this.#stopping.signal,
    });
    const run: Run = { startedAt: clock.monotonic(), output, told: new Set() };
    this.#run = run;
    output.then(
      ({ types }) => (this.#types = types),
      () => {
        if (this.#run === run) this.#run = undefined;
      },
    );
    return run;
  }

  #table(type: SourceType, items: readonly KubeObject[]): JsonObject {
    const resource = { ...type, singular: type.kind.toLowerCase(), categories: [], verbs: ['list'] };
    const customColumns = type.columns.length === 0 ? undefined : type.columns;
    const table = tableDefinition(resource, { serverMinor: 36, customColumns });
    const nowMs = this.#options.clock.now();
    return {
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: {},
      columnDefinitions: table.columns.map(({ name, type: of, format, priority }) => ({
        name,
        type: of,
        format,
        priority,
        description: '',
      })),
      rows: items.map((object) => ({
        cells: table.cells(object).map((cell) => printed(cell, object, nowMs)),
        object: object as unknown as JsonObject,
      })),
    };
  }
}

/** The age of an object as a server prints it; another instant as it is, since its age would stand still until the next list. */
function printed(cell: Cell, object: KubeObject, nowMs: number): Json {
  if (typeof cell !== 'object' || cell === null) return cell;
  if (cell.sinceMs === null) return null;
  const created = object.metadata.creationTimestamp;
  const isAge = created !== undefined && parseRfc3339(created) === cell.sinceMs;
  return isAge ? humanDuration(nowMs - cell.sinceMs) : new Date(cell.sinceMs).toISOString();
}

function ok(body: JsonObject): Answer {
  return { status: 200, body };
}

function refusal(code: number, reason: string, message: string): Answer {
  return {
    status: code,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code },
  };
}

/** Aggregated discovery (Kubernetes 1.26 and later) of these types. */
function groups(types: readonly SourceType[]): JsonObject {
  const versions = Map.groupBy(types, ({ group, version }) => `${group}/${version}`);
  const items = [...versions.values()].map((each) => ({
    metadata: { name: each[0]?.group ?? '' },
    versions: [{ version: each[0]?.version ?? '', freshness: 'Current', resources: each.map(discovered) }],
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function discovered({ group, version, kind, resource, namespaced, shortNames }: SourceType): JsonObject {
  return {
    resource,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.toLowerCase(),
    shortNames,
    verbs: ['list'],
  };
}

/** HTTP sets these on what it takes for a socket. */
function asSocket(stream: Duplex): Duplex {
  const same = (): Duplex => stream;
  return Object.assign(stream, { setNoDelay: same, setKeepAlive: same, setTimeout: same, ref: same, unref: same });
}
