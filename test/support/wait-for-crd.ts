import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from './api-client.ts';
import { collectionPath, type SampleType } from './sample-objects.ts';

const pollIntervalMs = 25;

/** Four minutes at least: a server that shares its processors takes over one for a new type. */
const pollCount = 9_600;

/**
 * Resolves when the server answers lists of a new custom type, which is some time after its definition is accepted.
 * @throws after four minutes
 */
export async function waitForCrd(client: Pick<ApiClient, 'request'>, name: string, type: SampleType): Promise<void> {
  for (let poll = 0; poll < pollCount; poll += 1) {
    const { status } = await client.request(`${collectionPath({ ...type, namespaced: false }, '')}?limit=1`);
    if (status === 200) return;
    await pause(pollIntervalMs);
  }
  throw new Error(`${name} is not served four minutes after its definition was accepted`);
}

/** Resolves when a deleted definition is gone, its objects before it. @throws after four minutes */
export async function waitForCrdGone(client: Pick<ApiClient, 'request'>, name: string): Promise<void> {
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`;
  for (let poll = 0; poll < pollCount; poll += 1) {
    const { status } = await client.request(path);
    if (status === 404) return;
    await pause(pollIntervalMs);
  }
  throw new Error(`${name} is still there four minutes after its deletion was accepted`);
}
