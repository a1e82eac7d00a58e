import { closeSync, constants, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { NaviError, systemCodeOf } from '../errors/navi-error.ts';
import { plainMessageOf } from '../errors/plain-words.ts';
import { checkPrivate } from '../store/data-directory.ts';

/** Size from which on another file is begun (bytes). */
const rotateBytes = 10 * 1024 ** 2;

/** Files that are kept besides the one that is written to: `FILE.1` is the youngest. */
const keptCount = 2;

const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

/**
 * Opens a log to append to: neither through a link nor into a pipe, and for this user alone.
 * @throws NAVI_STORE_EXPOSED, NAVI_STORE_UNUSABLE, NAVI_DISK_FULL
 */
export function openLog(file: string): number {
  checkPrivate(file, 'file');
  try {
    return openSync(file, flags, 0o600);
  } catch (error) {
    const isFull = systemCodeOf(error) === 'ENOSPC';
    throw new NaviError(
      isFull ? 'NAVI_DISK_FULL' : 'NAVI_STORE_UNUSABLE',
      `${file} cannot be written: ${plainMessageOf(error)}`,
      { hints: ['choose another place for it'], cause: error },
    );
  }
}

/** Log lines in a file that never grows for ever. A line that cannot be written is lost: the daemon goes on. */
export class LogFile {
  readonly #file: string;
  readonly #rotateBytes: number;
  #descriptor: number;
  #bytes: number;

  /** @throws as `openLog` */
  constructor(file: string, maxBytes = rotateBytes) {
    this.#file = file;
    this.#rotateBytes = maxBytes;
    this.#descriptor = openLog(file);
    this.#bytes = fstatSync(this.#descriptor).size;
  }

  /** @param text whole lines */
  write(text: string): void {
    try {
      if (this.#bytes >= this.#rotateBytes) this.#rotate();
      this.#bytes += writeSync(this.#descriptor, text);
    } catch {
      // The disk is full, or the folder gone: what is mirrored matters more.
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #rotate(): void {
    for (let index = keptCount; index > 0; index -= 1) {
      const from = index === 1 ? this.#file : `${this.#file}.${index - 1}`;
      try {
        renameSync(from, `${this.#file}.${index}`);
      } catch (error) {
        if (systemCodeOf(error) !== 'ENOENT') throw error;
      }
    }
    const next = openLog(this.#file);
    closeSync(this.#descriptor);
    this.#descriptor = next;
    this.#bytes = 0;
  }
}
