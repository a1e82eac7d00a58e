import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import { historyFile } from './data-directory.ts';
import { historySchema } from './migrator.ts';
import { openHandle } from './open-handle.ts';
import type { MirrorReader } from './open-reader.ts';
import { storeError } from './store-errors.ts';

/** The `history.db` beside a mirror, opened for reading. */
export class HistoryHandle {
  readonly sqlite: Database;
  readonly #file: string;

  private constructor(sqlite: Database, file: string) {
    this.sqlite = sqlite;
    this.#file = file;
  }

  /** Undefined where there is none yet. @throws what `openHandle` throws */
  static open({ file }: Pick<MirrorReader, 'file'>): HistoryHandle | undefined {
    const history = historyFile(file);
    const sqlite = openHandle(history, historySchema);
    return sqlite && new HistoryHandle(sqlite, history);
  }

  /** Runs `work` within one snapshot. @throws NAVI_STORE_CORRUPT, NAVI_STORE_UNUSABLE */
  read<T>(work: () => T): T {
    try {
      return this.sqlite.transaction(work)();
    } catch (error) {
      throw storeError(error, this.#file, [`mv ${dirname(this.#file)}/history.db* puts it aside`]);
    }
  }

  close(): void {
    this.sqlite.close();
  }
}
