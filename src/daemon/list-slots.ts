import type { Clock } from '../util/clock.ts';

/** Lists at once per cluster: three pages in flight are some 30 of the 49 seats that a user shares with all others. */
const maxLists = 3;

/** After the server refused for too many requests there is one list at a time for so long (ms). */
const narrowMs = 300_000;

/**
 * Grants list slots, the types that people look at first before all others. A request is a promise-free callback, so
 * that granting takes no turn of the event loop.
 */
export class ListSlots {
  /** Granted at once at most; one while the server is short of breath. */
  #max: number;
  #busyCount = 0;
  readonly #waiting: { readonly priority: number; readonly order: number; readonly grant: () => void }[] = [];
  #order = 0;
  #widest: number | undefined;
  #cancelWidening: () => void = () => undefined;

  constructor(count = maxLists) {
    this.#max = count;
  }

  /** Calls `grant` once a slot is free; lower `priority` first, then first come. The returned function gives up. */
  request(priority: number, grant: () => void): () => void {
    const entry = { priority, order: this.#order++, grant };
    this.#waiting.push(entry);
    this.#waiting.sort((a, b) => a.priority - b.priority || a.order - b.order);
    this.#grant();
    return () => {
      const index = this.#waiting.indexOf(entry);
      if (index !== -1) this.#waiting.splice(index, 1);
    };
  }

  /** Requests that wait for a slot. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Gives a granted slot back. */
  release(): void {
    this.#busyCount -= 1;
    this.#grant();
  }

  /** One list at a time for a while; those that run go on. The later call counts. */
  narrow(clock: Clock): void {
    const widest = (this.#widest ??= this.#max);
    this.#cancelWidening();
    this.#max = 1;
    this.#cancelWidening = clock.after(narrowMs, () => {
      this.#max = widest;
      this.#grant();
    });
  }

  /** Lets go of the timer: no slot is wanted any more. */
  stop(): void {
    this.#cancelWidening();
  }

  #grant(): void {
    while (this.#busyCount < this.#max) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#busyCount += 1;
      next.grant();
    }
  }
}

/** Types in the order in which people ask for them; everything else comes after, in discovery order. */
const lookedAtFirst = [
  'pods',
  'deployments.apps',
  'services',
  'nodes',
  'namespaces',
  'events',
  'replicasets.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'jobs.batch',
  'cronjobs.batch',
  'ingresses.networking.k8s.io',
  'configmaps',
  'secrets',
  'persistentvolumeclaims',
];

/**
 * Priority of a type's list: lower is sooner. CustomResourceDefinitions come first, since other types' columns are in them; then
 * what was asked for `useCount` times, the most asked for first.
 */
export function listPriority(name: string, position: number, useCount = 0): number {
  if (name === 'customresourcedefinitions.apiextensions.k8s.io') return -1;
  if (useCount > 0) return -useCount / (useCount + 1);
  const index = lookedAtFirst.indexOf(name);
  return index === -1 ? lookedAtFirst.length + position : index;
}
