import { networkInterfaces } from 'node:os';
import type { Clock } from '../util/clock.ts';

/** How often the addresses are looked at (ms): well under the longest wait of a prober. */
const lookMs = 5_000;

/** The addresses of this machine that others can be reached from, in no order. */
export function machineAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .flatMap(({ address, internal }) => (internal ? [] : [address]));
}

/**
 * Notices that this machine has an address which it had not: a network was joined, or a tunnel opened. What could not be
 * reached then may be reached now, and so may whatever a credential plugin asks.
 */
export class NetworkWatch {
  readonly #clock: Clock;
  readonly #addresses: () => readonly string[];
  readonly #onJoined: () => void;
  #known: ReadonlySet<string>;
  #cancel: () => void;

  /** Begins at once. @param addresses asked for every 5 s; see `machineAddresses` */
  constructor(clock: Clock, addresses: () => readonly string[], onJoined: () => void) {
    this.#clock = clock;
    this.#addresses = addresses;
    this.#onJoined = onJoined;
    this.#known = new Set(addresses());
    this.#cancel = this.#lookLater();
  }

  stop(): void {
    this.#cancel();
  }

  #lookLater(): () => void {
    return this.#clock.after(lookMs, () => {
      const before = this.#known;
      this.#known = new Set(this.#addresses());
      this.#cancel = this.#lookLater();
      if ([...this.#known].some((address) => !before.has(address))) this.#onJoined();
    });
  }
}
