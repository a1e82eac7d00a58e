import { canonicalJson, parseJson } from '../core/canonical-json.ts';
import type { ListTarget } from '../kube/list-page.ts';
import type { Transport } from '../kube/transport.ts';
import { ScopeSnapshot } from '../store/scope-snapshot.ts';
import { splitState } from '../store/state-blob.ts';
import { objectRecord, type TypeRecipe } from './object-source.ts';
import { fetchReadable } from './readable-object.ts';

/** Objects of a scope whose bodies are compared at each audit. */
const sampleSize = 20;

/** A fair choice of a few out of keys that come one by one and are not counted beforehand. */
export class KeySample {
  readonly #random: () => number;
  #keys: string[] = [];
  #seenCount = 0;

  /** @param random in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Those chosen of all that came. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  offer(key: string): void {
    this.#seenCount += 1;
    if (this.#keys.length < sampleSize) {
      this.#keys.push(key);
      return;
    }
    const slot = Math.floor(this.#random() * this.#seenCount);
    if (slot < sampleSize) this.#keys[slot] = key;
  }
}

/** What a comparison of bodies works on. */
export interface SampleOptions {
  readonly file: string;
  readonly scopeId: number;
  readonly recipe: TypeRecipe;
  /** In the representation that is stored. */
  readonly target: ListTarget;
  readonly transport: Transport;
  readonly signal: AbortSignal;
  readonly onRequest: () => void;
}

/**
 * Keys among `keys` whose stored bodies are not the server's of the same uid and resourceVersion. A GET is answered by
 * etcd, past every watch cache; what has changed since is not compared.
 * @throws RequestFailed, and what the store throws.
 */
export async function differingBodies(options: SampleOptions, keys: readonly string[]): Promise<readonly string[]> {
  const differing: string[] = [];
  for (const key of keys) {
    const compared = await compareBody(options, key);
    if (compared === 'forbidden') break;
    if (compared === 'other') differing.push(key);
  }
  return differing;
}

async function compareBody(options: SampleOptions, key: string): Promise<'same' | 'other' | 'forbidden'> {
  const { file, scopeId, recipe, target, transport, signal, onRequest } = options;
  onRequest();
  const object = await fetchReadable(transport, target, key, signal);
  if (object === 'forbidden') return object;
  // What is gone, or another object, cannot be compared.
  if (object === 'missing') return 'same';
  const snapshot = new ScopeSnapshot(file, scopeId);
  try {
    const row = snapshot.stateOf(key);
    const { uid, resourceVersion } = object.metadata;
    if (row === undefined || row.uid !== uid || row.resource_version !== resourceVersion) return 'same';
    const { body, managedFields } = splitState(row.state);
    const served = objectRecord(recipe, { object }, 0);
    const isSame = body === served.body && comparable(managedFields) === comparable(served.managedFields);
    return isSame ? 'same' : 'other';
  } finally {
    snapshot.close();
  }
}

const comparable = (managedFields: string): string =>
  managedFields === '' ? '' : canonicalJson(parseJson(managedFields));
