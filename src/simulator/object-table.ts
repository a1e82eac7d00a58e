import type { KubeObject } from '../core/kube-object.ts';

/**
 * Objects of one type in etcd's order: bytewise by key, which is `namespace/name`, or `name` alone for a type without
 * namespaces.
 */
export class ObjectTable {
  readonly #objects: Map<string, KubeObject>;
  readonly #keys: string[];

  constructor(from?: ObjectTable) {
    this.#objects = new Map(from === undefined ? [] : from.#objects);
    this.#keys = from === undefined ? [] : [...from.#keys];
  }

  get size(): number {
    return this.#keys.length;
  }

  get(key: string): KubeObject | undefined {
    return this.#objects.get(key);
  }

  set(key: string, object: KubeObject): void {
    if (!this.#objects.has(key)) this.#keys.splice(this.firstIndex(key), 0, key);
    this.#objects.set(key, object);
  }

  delete(key: string): void {
    if (!this.#objects.delete(key)) return;
    this.#keys.splice(this.firstIndex(key), 1);
  }

  /** Position of the first key that is not below `key`; `size` when all are. */
  firstIndex(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Keys and objects whose key starts with `prefix` and is not below `start`, in order. */
  *range(prefix: string, start = prefix): Generator<readonly [key: string, object: KubeObject]> {
    for (let index = this.firstIndex(start); index < this.#keys.length; index += 1) {
      const key = this.#keys[index] ?? '';
      if (!key.startsWith(prefix)) return;
      const object = this.#objects.get(key);
      if (object !== undefined) yield [key, object];
    }
  }

  /** All objects in order. */
  values(): readonly KubeObject[] {
    return [...this.range('')].map(([, object]) => object);
  }
}
