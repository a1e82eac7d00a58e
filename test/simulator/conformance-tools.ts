import { setTimeout } from 'node:timers/promises';
import { asArray, asObject, asString, type Json, type JsonObject } from '../../src/core/json.ts';
import type { ServerUnderTest, TestAnswer, TestRequest } from './server-under-test.ts';

/** The Accept headers of the forms that an API server renders. */
export const accepts = {
  table: 'application/json;as=Table;g=meta.k8s.io;v=v1',
  partialList: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  partial: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
  discovery: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
} as const;

/** The member of a JSON value at a dotted path; numbers are positions. Undefined where there is none. */
export function at(value: Json | undefined, path: string): Json | undefined {
  return path
    .split('.')
    .reduce<Json | undefined>(
      (inner, key) => (Array.isArray(inner) ? (inner as readonly Json[])[Number(key)] : asObject(inner)[key]),
      value,
    );
}

/** The body of an answer. */
export function parsed(answer: TestAnswer): JsonObject {
  return JSON.parse(answer.text) as JsonObject;
}

/** One line of a watch. */
export interface WatchLine {
  readonly type: string;
  readonly object: JsonObject;
  /** The line as it came, without its line end. */
  readonly text: string;
}

/** The events of a watch that has ended. */
export function watchLines(answer: TestAnswer): readonly WatchLine[] {
  return answer.text
    .split('\n')
    .filter((line) => line !== '')
    .map((text) => {
      const { type, object } = JSON.parse(text) as JsonObject;
      return { type: asString(type), object: asObject(object), text };
    });
}

/** `type name resourceVersion` of each event, the short form that cases compare. */
export function eventNames(answer: TestAnswer): readonly string[] {
  return watchLines(answer).map(({ type, object }) => `${type} ${asString(at(object, 'metadata.name'))}`);
}

/** The names of a list's items, in its order. */
export function itemNames(answer: TestAnswer): readonly string[] {
  return asArray(parsed(answer)['items']).map((item) => asString(at(item, 'metadata.name')));
}

/** A Status with exactly these keys, as the server writes it, line end included. */
export function statusText(code: number, parts: JsonObject): string {
  const { metadata = {}, ...rest } = parts;
  const status = { kind: 'Status', apiVersion: 'v1', metadata, status: 'Failure', ...rest, code };
  return `${JSON.stringify(status)}\n`;
}

let nameCount = 0;

/** The requests of the cases, against one server. */
export interface Cluster {
  readonly server: ServerUnderTest;
  get(path: string, options?: TestRequest): Promise<TestAnswer>;
  /** POST; answers the created object. Fails unless the status is 201. */
  create(path: string, body: JsonObject): Promise<JsonObject>;
  patch(path: string, body: JsonObject): Promise<TestAnswer>;
  remove(path: string): Promise<TestAnswer>;
  /** Makes a namespace of the case's own and answers its name. */
  namespace(): Promise<string>;
  /** The resourceVersion of a fresh list. */
  revision(path: string): Promise<string>;
  /** A watch from a resourceVersion, for so many seconds. */
  watch(path: string, query: string, options?: TestRequest): Promise<TestAnswer>;
  /** Repeats the request until the answer fits. Fails after a minute: a crowded server is slow, not wrong. */
  until(path: string, fits: (answer: TestAnswer) => boolean, options?: TestRequest): Promise<TestAnswer>;
}

/** Wraps a server, which is only asked for when a case runs. */
export function clusterOf(server: () => ServerUnderTest): Cluster {
  const get = (path: string, options?: TestRequest): Promise<TestAnswer> => server().request(path, options);
  const cluster: Cluster = {
    get server() {
      return server();
    },
    get,
    create: async (path, body) => {
      const answer = await get(path, { method: 'POST', body });
      if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
      return parsed(answer);
    },
    patch: (path, body) => get(path, { method: 'PATCH', body, contentType: 'application/merge-patch+json' }),
    remove: (path) => get(path, { method: 'DELETE' }),
    namespace: async () => {
      nameCount += 1;
      const name = `case-${nameCount}`;
      await cluster.create('/api/v1/namespaces', { metadata: { name } });
      return name;
    },
    revision: async (path) => asString(at(parsed(await get(`${path}?limit=1`)), 'metadata.resourceVersion')),
    watch: (path, query, options) => get(`${path}?watch=1&${query}`, options),
    until: async (path, fits, options) => {
      const deadline = performance.now() + 60_000;
      while (performance.now() < deadline) {
        const answer = await get(path, options);
        if (fits(answer)) return answer;
        await setTimeout(10);
      }
      throw new Error(`${path} never became as expected`);
    },
  };
  return cluster;
}
