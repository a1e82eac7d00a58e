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
  #paths: readonly string[] = [];
  #told = '';
  #seen = '';
  #cancelSettle: (() => void) | undefined;
  #cancelPoll: (() => void) | undefined;

  constructor(clock: Clock, onChange: () => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Watches these files from now on, and no others. What they are now is no change. */
  watch(paths: readonly string[]): void {
    this.#paths = [...new Set(paths)];
    this.#told = this.#stamps();
    this.#seen = this.#told;
    const folders = new Set(this.#paths.map((path) => dirname(path)));
    for (const [folder, watcher] of this.#folders) {
      if (folders.has(folder)) continue;
      watcher?.close();
      this.#folders.delete(folder);
    }
    for (const folder of folders) if (!this.#folders.has(folder)) this.#folders.set(folder, this.#watchFolder(folder));
    if (this.#cancelPoll === undefined && this.#paths.length > 0) this.#poll();
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
    if (now === this.#told) return;
    this.#cancelSettle = this.#clock.after(settleMs, () => {
      this.#cancelSettle = undefined;
      if (this.#stamps() !== this.#seen) return this.#look();
      this.#told = this.#seen;
      this.#onChange();
    });
  }

  #stamps(): string {
    return JSON.stringify(this.#paths.map(stampOf));
  }
}

/** Differs for each content that a file had. */
function stampOf(path: string): readonly number[] {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return [mtimeMs, size, ino];
  } catch {
    return [];
  }
}
