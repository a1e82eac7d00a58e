import { nextTurn } from '../../util/clock.ts';
import { uptimeMs } from '../../output/uptime.ts';

/** How long work goes on without a look at signals (ms). */
const lookEveryMs = 50;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Thrown where a signal is to end the command: what is half done is to be removed on the way. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`ended by ${signal}`);
    this.name = 'Interrupted';
    this.signal = signal;
  }
}

/** Lets signals end long work in order, where Node would end the process at once and leave half a file. */
export class Interruption {
  #signal: NodeJS.Signals | undefined;
  #lookAt = uptimeMs() + lookEveryMs;
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    this.#signal = signal;
  };

  constructor() {
    for (const signal of signals) process.on(signal, this.#onSignal);
  }

  /** To be awaited every now and then. @throws Interrupted */
  async look(): Promise<void> {
    if (uptimeMs() < this.#lookAt) return;
    await nextTurn();
    this.#lookAt = uptimeMs() + lookEveryMs;
    if (this.#signal !== undefined) throw new Interrupted(this.#signal);
  }

  end(): void {
    for (const signal of signals) process.off(signal, this.#onSignal);
  }
}
