import { failure } from '../kube/failure.ts';
import { ClockWatch } from './clock-watch.ts';
import { HistorySample } from './history-sample.ts';
import type { Reflector } from './reflector.ts';
import { SelfAudit, type AuditOutcome, type SelfAuditOptions } from './self-audit.ts';
import { commitTolerantly } from './tolerant-commit.ts';

/** What a guard works with, beyond the audit. */
export interface MirrorGuardOptions extends SelfAuditOptions {
  readonly isPlanned: () => boolean;
  /** Has whoever waits for the cluster, or for a credential, ask now. */
  readonly wake: () => void;
}

/**
 * Looks for what no stream tells: events that the server lost, a history that is another one, a machine that slept and a
 * clock that was set back.
 */
export class MirrorGuard {
  readonly #options: MirrorGuardOptions;
  readonly #audit: SelfAudit;
  readonly #history: HistorySample;

  constructor(options: MirrorGuardOptions) {
    this.#options = options;
    this.#audit = new SelfAudit(options);
    this.#history = new HistorySample({ ...options, onMissing: (scopeId) => this.#audit.suspect(scopeId) });
  }

  /** Begins; the stop of the mirror ends it. */
  start(): void {
    const { clock, timers } = this.#options;
    this.#audit.start();
    new ClockWatch(clock, timers, (byMs) => this.#clockJumped(byMs)).start();
  }

  /** Compares a scope with the server now. @param ended leaves it undone */
  async verify(reflector: Reflector, ended: AbortSignal): Promise<AuditOutcome> {
    return await this.#audit.verify(reflector, ended);
  }

  /** Streams broke because the cluster was away: what it has now may be of another history. */
  doubt(): void {
    this.#history.doubt();
  }

  /** A stream broke. */
  streamBroke(): void {
    this.#history.doubtALittle();
  }

  /** Told after every check. */
  checked(): void {
    const { isTrusted, isPlanned } = this.#options;
    if (!isTrusted()) this.doubt();
    else if (isPlanned()) void this.#history.settle();
  }

  #clockJumped(byMs: number): void {
    const { writer, log, wake, reflectors } = this.#options;
    if (byMs < 0) {
      log.warn('the clock was set back', { durationMs: -byMs });
      commitTolerantly(writer, () => writer.setTimesBack(-byMs));
      return;
    }
    log.warn('the machine slept, or its clock was set', { durationMs: byMs });
    this.doubt();
    for (const reflector of reflectors()) reflector.interrupt(failure('transport', 'the machine slept'));
    wake();
  }
}
