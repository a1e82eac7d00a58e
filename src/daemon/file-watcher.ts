import { statSync, watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../util/clock.ts';

/** Files are looked at this often, where no event tells of a change sooner (ms). */
const pollMs = 30_000;

/** Files that were left alone for this long have been written to their end (ms). */
const settleMs = 1_000;

/** Tells when files of others have changed, appeared or gone, and been left alone for a moment since. */
export class FileWatcher {
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #folders = new Map<string, FSWatcher | undefined>();
  /** What each file was when it was last told of, or first watched. */
  #told = new Map<string, string>();
  #seen = '';
  #cancelSettle: (() => void) | undefined;
  #cancelPoll: (() => void) | undefined;

  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Watches these files from now on, and no others. What a new one is now is no change. */
  watch(paths: readonly string[]): void {
    this.#told = new Map(paths.map((path) => [path, this.#told.get(path) ?? stampOf(path)]));
    const folders = new Set(paths.map((path) => dirname(path)));
    for (const [folder, watcher] of this.#folders) {
      if (folders.has(folder)) continue;
      watcher?.close();
      this.#folders.delete(folder);
    }
    for (const folder of folders) if (!this.#folders.has(folder)) this.#folders.set(folder, this.#watchFolder(folder));
    if (this.#cancelPoll === undefined && paths.length > 0) this.#poll();
  }

  close(): void {
    this.#cancelPoll?.();
    this.#cancelSettle?.();
    for (const watcher of this.#folders.values()) watcher?.close();
    this.#folders.clear();
  }

  #poll(): void {
    this.#cancelPoll = this.#clock.after(pollMs, () => {
      this.#look();
      this.#poll();
    });
  }

  /** The folder, since files are replaced by others. Where it cannot be watched, polling has to do. */
  #watchFolder(folder: string): FSWatcher | undefined {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#look());
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch {
      return undefined;
    }
  }

  #look(): void {
    const now = this.#stamps();
    if (now === this.#seen && this.#cancelSettle !== undefined) return;
    this.#seen = now;
    this.#cancelSettle?.();
    this.#cancelSettle = undefined;
    if (now === JSON.stringify([...this.#told])) return;
    this.#cancelSettle = this.#clock.after(settleMs, () => {
      this.#cancelSettle = undefined;
      if (this.#stamps() !== this.#seen) return this.#look();
      this.#told = this.#now();
      this.#onChange();
    });
  }

  #now(): Map<string, string> {
    return new Map([...this.#told.keys()].map((path) => [path, stampOf(path)]));
  }

  #stamps(): string {
    return JSON.stringify([...this.#now()]);
  }
}

/** Differs for each content that a file had. */
function stampOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return [mtimeMs, size, ino].join(' ');
  } catch {
    return '';
  }
}
