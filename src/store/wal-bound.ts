import { statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { NaviError, systemCodeOf } from '../errors/navi-error.ts';
import { walReaders, type WalReader } from './wal-readers.ts';

/** What may be written at which length of the write-ahead log (bytes). */
export interface WalLimits {
  /** From here on it is folded into the database before each commit, where nobody reads an older snapshot. */
  readonly foldBytes: number;
  /** From here on no rows are committed while that fails. */
  readonly rowsBytes: number;
  /** From here on nothing is; between the two only what tells of health. */
  readonly notesBytes: number;
}

/** A commit of rows adds some 15 MiB at most, so that the log stays within 256 MiB. */
export const walLimits: WalLimits = {
  foldBytes: 64 * 1024 ** 2,
  rowsBytes: 192 * 1024 ** 2,
  notesBytes: 240 * 1024 ** 2,
};

/** Longest wait for readers that are about to end (ms): nothing else runs meanwhile. */
const patienceMs = 250;

/** Readers that are named; more are counted. */
const namedCount = 3;

/**
 * Keeps the write-ahead log of a store from growing without bound. Whoever reads one snapshot for long keeps SQLite
 * from writing over what comes after it, so commits are refused in the end: the streams wait, and go on from their
 * resume points.
 */
export class WalBound {
  readonly #database: Database;
  readonly #file: string;
  readonly #limits: WalLimits;
  #problem: NaviError | undefined;

  constructor(database: Database, file: string, limits: WalLimits) {
    this.#database = database;
    this.#file = file;
    this.#limits = limits;
  }

  /** Set while rows are refused, as found by the last `refusal`. */
  get problem(): NaviError | undefined {
    return this.#problem;
  }

  /** Why a commit must not be made now, or undefined. Outside of a transaction. @param isNote it only tells of health */
  refusal(isNote: boolean): NaviError | undefined {
    const sizeBytes = this.#sizeBytes();
    const isOver = sizeBytes >= this.#limits.rowsBytes;
    if (
      sizeBytes < this.#limits.foldBytes ||
      foldLog(this.#database, isOver && this.#problem === undefined ? patienceMs : 0) ||
      !isOver
    ) {
      this.#problem = undefined;
      return undefined;
    }
    this.#problem = refused(this.#file, this.#limits.rowsBytes);
    return isNote && sizeBytes < this.#limits.notesBytes ? undefined : this.#problem;
  }

  #sizeBytes(): number {
    return statSync(`${this.#file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }
}

/**
 * Folds the whole log into the database and empties it; false where that failed, by a reader that needs it or by the
 * disk. Outside of a transaction.
 * @param waitMs how long readers are waited for
 */
export function foldLog(database: Database, waitMs: number): boolean {
  const usualMs = database.pragma('busy_timeout', { simple: true }) as number;
  database.pragma(`busy_timeout = ${waitMs}`);
  try {
    return database.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) === 0;
  } catch (error) {
    // A disk that is full or broken: the next commit tells of it.
    if (systemCodeOf(error) === '') throw error;
    return false;
  } finally {
    database.pragma(`busy_timeout = ${usualMs}`);
  }
}

function refused(file: string, limitBytes: number): NaviError {
  const size = `${Math.round(limitBytes / 1024 ** 2)} MiB`;
  const readers = walReaders(file);
  const who = readers.length === 0 ? 'another process' : named(readers);
  return new NaviError(
    'NAVI_STORE_UNUSABLE',
    `${who} has been reading one snapshot of ${file} while ${size} were written: nothing more is written until it ends`,
    { hints: ['end that process, or the query that it runs'] },
  );
}

function named(readers: readonly WalReader[]): string {
  const names = readers.slice(0, namedCount).map(({ pid, program }) => {
    if (pid === process.pid) return 'navi itself';
    return program === '' ? `process ${pid}` : `process ${pid} (${program})`;
  });
  const more = readers.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` or one of ${more} more` : ''}`;
}
