import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from '../support/api-client.ts';
import { crdBody, crdName, crdType } from '../support/sample-crd.ts';
import { collectionPath, sampleObject, sampleTypes, type SampleType } from '../support/sample-objects.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { deploymentsPath, soakCrd, soakNamespace, type SoakCluster } from './soak-cluster.ts';

/** How long a rollout may take before the next deployment is restarted beside it (ms). */
const rolloutTimeoutMs = 45_000;
const lookEveryMs = 500;

/** Deployments that roll at the same time. */
const rolloutCount = 2;

/** Changes of single objects a second, and how many objects they are done to. */
const changesPerSecond = 15;
const slotCount = 120;

/** How often the schema of the custom type changes (ms). */
const schemaEveryMs = 50_000;

const mergePatch = 'application/merge-patch+json';

/**
 * What goes on in the cluster all the time: deployments are restarted in turn, so that the controllers replace their
 * pods; single objects come, change and go; a custom type changes its columns. Requests that fail while the cluster is
 * away are left undone: what is wanted next is done to whatever is there.
 */
export class RollingLoad {
  restartCount = 0;
  changeCount = 0;
  readonly #soak: SoakCluster;
  readonly #client: ApiClient;
  readonly #random: SeededRandom;
  #nextDeployment = 0;
  #running: { readonly stopping: AbortController; readonly done: Promise<unknown> } | undefined;

  constructor(soak: SoakCluster, client: ApiClient, random: SeededRandom) {
    this.#soak = soak;
    this.#client = client;
    this.#random = random;
  }

  start(): void {
    if (this.#running !== undefined) return;
    const stopping = new AbortController();
    const { signal } = stopping;
    const rolls = Array.from({ length: rolloutCount }, () => this.#roll(signal));
    this.#running = { stopping, done: Promise.all([...rolls, this.#change(signal), this.#reshape(signal)]) };
  }

  /** Resolves when nothing more is asked of the cluster; its controllers may still be busy. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.stopping.abort();
    await running?.done;
  }

  async #roll(signal: AbortSignal): Promise<void> {
    const { deployments } = this.#soak;
    while (!signal.aborted) {
      const name = deployments[this.#nextDeployment % deployments.length] as string;
      this.#nextDeployment += 1;
      const restartedAt = { 'soak.example.test/restarted': String(this.#nextDeployment) };
      const body = { spec: { template: { metadata: { annotations: restartedAt } } } };
      const status = await this.#send('PATCH', `${deploymentsPath}/${name}`, body);
      if (status === 200) this.restartCount += 1;
      await this.#untilRolledOut(name, signal);
    }
  }

  async #untilRolledOut(name: string, signal: AbortSignal): Promise<void> {
    const giveUpAt = performance.now() + rolloutTimeoutMs;
    while (!signal.aborted && performance.now() < giveUpAt) {
      await sleep(lookEveryMs, signal);
      if (await this.#isRolledOut(name)) return;
    }
  }

  async #isRolledOut(name: string): Promise<boolean> {
    const answer = await this.#client.request(`${deploymentsPath}/${name}`).catch(() => undefined);
    if (answer?.status !== 200) return false;
    const { metadata, status } = JSON.parse(answer.text) as {
      readonly metadata: { readonly generation: number };
      readonly status: Readonly<Record<string, number>>;
    };
    const isSeen = status['observedGeneration'] === metadata.generation;
    return (
      isSeen &&
      [status['updatedReplicas'], status['availableReplicas'], status['replicas']].every(
        (count) => count === this.#soak.replicaCount,
      )
    );
  }

  async #change(signal: AbortSignal): Promise<void> {
    const types = [
      ...sampleTypes.filter(({ resource }) => ['configmaps', 'secrets', 'serviceaccounts'].includes(resource)),
      crdType(soakCrd),
    ];
    while (!signal.aborted) {
      await this.#changeOne(types);
      await sleep(1_000 / changesPerSecond, signal);
    }
  }

  /** Creates, changes or deletes one of the slots; what is not there to be changed is left. */
  async #changeOne(types: readonly SampleType[]): Promise<void> {
    const index = this.#random.below(slotCount);
    const type = types[index % types.length] as SampleType;
    const collection = collectionPath(type, soakNamespace);
    const name = `slot-${index}`;
    const dice = this.#random.next();
    const note = { metadata: { annotations: { 'soak.example.test/note': String(this.changeCount) } } };
    const status =
      dice < 0.35
        ? await this.#send('POST', collection, sampleObject(type, name, index, soakNamespace))
        : dice < 0.7
          ? await this.#send('PATCH', `${collection}/${name}`, note)
          : await this.#send('DELETE', `${collection}/${name}`);
    if (status >= 200 && status < 300) this.changeCount += 1;
  }

  async #reshape(signal: AbortSignal): Promise<void> {
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crdName(soakCrd)}`;
    await sleep(schemaEveryMs, signal);
    for (let round = 1; !signal.aborted; round += 1) {
      await this.#send('PATCH', path, crdBody({ ...soakCrd, extraFieldCount: round % 3 }));
      await sleep(schemaEveryMs, signal);
    }
  }

  /** The status of the answer, 0 for none. */
  async #send(method: string, path: string, body?: unknown): Promise<number> {
    const contentType = method === 'PATCH' ? mergePatch : undefined;
    const answer = await this.#client.request(path, { method, body, contentType }).catch(() => undefined);
    return answer?.status ?? 0;
  }
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => undefined);
}
