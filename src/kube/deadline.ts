import type { Clock } from '../util/clock.ts';
import { failure, RequestFailed } from './failure.ts';

/** Ends one request: with the signal of whoever asked, and when it keeps silent for too long by the clock given. */
export class Deadline {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #outer: AbortSignal | undefined;
  readonly #abort = new AbortController();
  readonly #onOuterAbort = (): void => this.#abort.abort(this.#outer?.reason);
  #cancel: () => void = () => undefined;
  #cancelWhole: () => void = () => undefined;

  constructor(clock: Pick<Clock, 'after'>, outer: AbortSignal | undefined) {
    this.#clock = clock;
    this.#outer = outer;
    if (outer?.aborted === true) this.#onOuterAbort();
    outer?.addEventListener('abort', this.#onOuterAbort, { once: true });
  }

  /** For the request. Its reason is that of the outer signal, or a RequestFailed of class `transport`. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** `what` is due within `ms` from now, and nothing else any more; 0 waits for ever. */
  expect(what: string, ms: number): void {
    this.#cancel();
    if (ms === 0) return;
    this.#cancel = this.#clock.after(ms, () => this.#isOver(`no ${what} within ${ms / 1_000} s`));
  }

  /** The request must have ended within `ms` from now, whatever comes until then. */
  expectEnd(ms: number): void {
    this.#cancelWhole = this.#clock.after(ms, () => this.#isOver(`the answer is not complete within ${ms / 1_000} s`));
  }

  /** The request has ended: nothing is waited for, and the outer signal is let go. */
  end(): void {
    this.#cancel();
    this.#cancelWhole();
    this.#outer?.removeEventListener('abort', this.#onOuterAbort);
  }

  #isOver(message: string): void {
    this.#abort.abort(new RequestFailed(failure('transport', message)));
  }
}
