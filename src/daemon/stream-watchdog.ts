import type { Clock } from '../util/clock.ts';

/** A stream that had bookmarks (one a minute) and is silent for this long is dead (ms). */
const idleMs = 150_000;

/** A look that comes so late says that this process was held up: what came meanwhile is read first (ms). */
const lateMs = 1_000;

/** Cuts a stream that should have said something, or that outlived its time. */
export class StreamWatchdog {
  readonly #clock: Clock;
  readonly #deadlineAt: number;
  readonly #onCut: () => void;
  #lastByteAt: number;
  #hasBookmarks = false;
  #cancel: (() => void) | undefined;

  /** Begins. @param deadlineAt clock reading at which the stream must have ended */
  constructor(clock: Clock, deadlineAt: number, onCut: () => void) {
    this.#clock = clock;
    this.#deadlineAt = deadlineAt;
    this.#onCut = onCut;
    this.#lastByteAt = clock.monotonic();
    this.#look();
  }

  /** Something came. */
  heard(): void {
    this.#lastByteAt = this.#clock.monotonic();
  }

  /** The server sends bookmarks: from now on silence means something. */
  heardBookmark(): void {
    this.#hasBookmarks = true;
  }

  /** The stream has ended. */
  end(): void {
    this.#cancel?.();
  }

  #look(): void {
    const now = this.#clock.monotonic();
    const silentUntil = this.#hasBookmarks ? this.#lastByteAt + idleMs : Number.POSITIVE_INFINITY;
    const dueAt = Math.min(this.#deadlineAt, silentUntil);
    if (now >= dueAt) this.#onCut();
    else this.#lookIn(Math.min(dueAt - now, idleMs));
  }

  #lookIn(ms: number): void {
    const expectedAt = this.#clock.monotonic() + ms;
    this.#cancel = this.#clock.after(ms, () => {
      if (this.#clock.monotonic() - expectedAt >= lateMs) this.#lookIn(lateMs);
      else this.#look();
    });
  }
}
