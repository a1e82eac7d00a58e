import { expect } from 'vitest';
import type { ApiResponse } from './api-client.ts';
import type { RealCluster } from './real-cluster.ts';
import { withStore } from './stored-mirror.ts';

/** An object as the server answered it. */
export interface WrittenObject {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
}

const namespace = 'written';
const mergePatch = 'application/merge-patch+json';

/**
 * ConfigMaps of a namespace of their own, written by the test alone, with every state that the server ever gave them: a
 * store that shows another one has invented it.
 */
export class WitnessedWrites {
  readonly #cluster: RealCluster;
  /** `uid resourceVersion` of each state that existed. */
  readonly #states = new Set<string>();
  #count = 0;
  #mayComeBack = false;

  constructor(cluster: RealCluster) {
    this.#cluster = cluster;
  }

  /** Makes the namespace. */
  async begin(): Promise<void> {
    await this.#send('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  }

  /** Creates an object; the server's answer. */
  async create(name: string, value = 'first'): Promise<WrittenObject> {
    return this.#note(await this.#send('POST', configMaps, { metadata: { name }, data: { value } }));
  }

  /** Changes an object. */
  async change(name: string): Promise<WrittenObject> {
    this.#count += 1;
    const data = { value: `change ${this.#count}` };
    return this.#note(await this.#send('PATCH', `${configMaps}/${name}`, { data }));
  }

  async remove(name: string): Promise<void> {
    await this.#send('DELETE', `${configMaps}/${name}`);
  }

  /** Three of each: created, changed after it, and removed again, with names that begin so. */
  async some(prefix: string): Promise<void> {
    for (const number of [1, 2, 3]) {
      await this.create(`${prefix}-kept-${number}`);
      await this.create(`${prefix}-gone-${number}`);
      await this.change(`${prefix}-kept-${number}`);
      await this.remove(`${prefix}-gone-${number}`);
    }
  }

  /** The cluster went back to an earlier state of itself: from now on what had ended may be there again. */
  goneBack(): void {
    this.#mayComeBack = true;
  }

  /** Holds the change log of a store against what existed: no state is invented, no uid comes back after its end. */
  expectHistory(file: string): void {
    const changes = withStore(file, (database) =>
      database
        .prepare(
          `select operation, uid, resource_version, key from change join resource_type on resource_type.id = type_id
           where resource = 'configmaps' and key like '${namespace}/%' order by seq`,
        )
        .all(),
    ) as { operation: string; uid: string; resource_version: string; key: string }[];
    const ended = new Set<string>();
    const wrong: string[] = [];
    for (const { operation, uid, resource_version: version, key } of changes) {
      if (operation === 'deleted') ended.add(uid);
      else if (ended.has(uid) && !this.#mayComeBack) wrong.push(`${key} ${uid} came back at ${version}`);
      else if (!this.#states.has(`${uid} ${version}`)) wrong.push(`${key} ${uid} never was at ${version}`);
    }
    expect(wrong).toEqual([]);
  }

  /** Takes a state down that came to be in another way. */
  note(object: WrittenObject): WrittenObject {
    this.#states.add(`${object.metadata.uid} ${object.metadata.resourceVersion}`);
    return object;
  }

  async #send(method: string, path: string, body?: unknown): Promise<ApiResponse> {
    const contentType = method === 'PATCH' ? mergePatch : undefined;
    const answer = await this.#cluster.request(path, { method, body, contentType });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  }

  #note({ text }: ApiResponse): WrittenObject {
    return this.note(JSON.parse(text) as WrittenObject);
  }
}

const configMaps = `/api/v1/namespaces/${namespace}/configmaps`;
