import type { Failure } from '../kube/failure.ts';
import type { Clock } from '../util/clock.ts';
import type { LogFields, Logger } from './logger.ts';

/** A trouble that lasts and is met again and again: logged when it begins or becomes another one, and with its end. */
export class TroubleLog {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #messages: { readonly begin: string; readonly end: string };
  #met: { readonly what: string; readonly sinceMs: number; readonly count: number } | undefined;

  constructor(log: Logger, clock: Clock, messages: { readonly begin: string; readonly end: string }) {
    this.#log = log;
    this.#clock = clock;
    this.#messages = messages;
  }

  met({ class: errorClass, message }: Failure, fields: LogFields = {}): void {
    const what = `${errorClass} ${message}`;
    const before = this.#met;
    const level = before?.what === what ? 'debug' : 'warn';
    this.#log[level](this.#messages.begin, { errorClass, error: message, ...fields });
    this.#met = {
      what,
      sinceMs: before?.sinceMs ?? this.#clock.monotonic(),
      count: (before?.count ?? 0) + 1,
    };
  }

  /** It works: tells how often, and how long, it did not. True where it did not just before. */
  over(): boolean {
    const met = this.#met;
    this.#met = undefined;
    if (met === undefined) return false;
    const durationMs = Math.round(this.#clock.monotonic() - met.sinceMs);
    this.#log.info(this.#messages.end, { failures: met.count, durationMs });
    return true;
  }
}
