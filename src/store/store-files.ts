import { statSync } from 'node:fs';

/** What became of an open store on disk. `cut`: the database is shorter than it was. */
export type StoreFilesState = 'intact' | 'replaced' | 'cut';

const suffixes = ['', '-wal', '-shm'] as const;

/**
 * The files of a store that is open, as the folder names them: whether they are still the ones that are open, which
 * SQLite itself does not ask. navi never makes a database shorter, so one that is was cut by somebody else.
 */
export class StoreFiles {
  readonly #file: string;
  readonly #inodes: readonly (number | undefined)[];
  #sizeBytes: number;

  /** @param file a database in WAL mode that is open and was written to */
  constructor(file: string) {
    this.#file = file;
    this.#inodes = suffixes.map((suffix) => inodeOf(file + suffix));
    this.#sizeBytes = sizeOf(file);
  }

  /** Compares with the last look. */
  look(): StoreFilesState {
    if (suffixes.some((suffix, index) => inodeOf(this.#file + suffix) !== this.#inodes[index])) return 'replaced';
    const sizeBytes = sizeOf(this.#file);
    if (sizeBytes < this.#sizeBytes) return 'cut';
    this.#sizeBytes = sizeBytes;
    return 'intact';
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
