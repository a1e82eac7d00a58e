import type { MirrorWriter } from '../store/mirror-writer.ts';
import type { Clock } from '../util/clock.ts';
import { emptyLogSoon } from './erase-denied.ts';
import type { Logger } from './logger.ts';
import { tolerateStore } from './tolerant-commit.ts';

/** Rows, or entries of the log, that a step erases: some ten milliseconds in which nothing else is written. */
const rowsPerStep = 100;

/** Between two steps, and after one that the store refused (ms). */
const stepMs = 25;
const againMs = 10_000;

/** What an eraser works with. */
export interface TypeEraserOptions {
  readonly writer: MirrorWriter;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What becomes of a type that is erased. */
export interface Erasure {
  /** `plural.group`. */
  readonly name: string;
  readonly typeId: number;
  /** Nothing of it is left; what it throws is of the store. */
  readonly onDone: () => void;
}

/** Takes every trace of types out of a mirror, some rows at a time, so that what is followed goes on meanwhile. */
export class TypeEraser {
  readonly #options: TypeEraserOptions;
  readonly #running = new Map<string, () => void>();

  constructor(options: TypeEraserOptions) {
    this.#options = options;
  }

  /** Whether a type is being erased. */
  isErasing(name: string): boolean {
    return this.#running.has(name);
  }

  /** Begins; what the store refuses is tried again. */
  start(erasure: Erasure): void {
    if (this.#running.has(erasure.name)) return;
    this.#later(erasure, 0, true);
  }

  /** Leaves what is left of a type where it is: a list is about to make it whole again. */
  cancel(name: string): void {
    this.#running.get(name)?.();
    this.#running.delete(name);
  }

  stop(): void {
    for (const cancel of this.#running.values()) cancel();
    this.#running.clear();
  }

  /** From now on nothing of the type is shown, and the next list is its first. */
  #empty(typeId: number): void {
    const { scopes } = this.#options.writer;
    for (const scope of scopes.all()) {
      if (scope.type_id !== typeId) continue;
      // What is hidden stays so until it is gone.
      if (scope.phase !== 'denied') scopes.clearResumePoint(scope.id, 'pending');
      scopes.beginAnew(scope.id);
    }
  }

  #later(erasure: Erasure, ms: number, isFirst: boolean): void {
    const cancel = this.#options.clock.after(ms, () => this.#step(erasure, isFirst));
    this.#running.set(erasure.name, cancel);
  }

  #step(erasure: Erasure, isFirst: boolean): void {
    const { writer, clock, log } = this.#options;
    const { name, typeId, onDone } = erasure;
    const steps: boolean[] = [];
    tolerateStore(writer, () => {
      const hasMore = writer.commit(() => {
        if (isFirst) this.#empty(typeId);
        return writer.objects.eraseSome(typeId, rowsPerStep);
      });
      steps.push(hasMore);
    });
    const [hasMore] = steps;
    if (hasMore !== false) {
      const isRefused = hasMore === undefined;
      this.#later(erasure, isRefused ? againMs : stepMs, isFirst && isRefused);
      return;
    }
    this.#running.delete(name);
    tolerateStore(writer, onDone);
    emptyLogSoon(writer, clock);
    log.info('type erased', { type: name });
  }
}
