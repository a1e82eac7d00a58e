import { existsSync } from 'node:fs';
import { DeliveryTable } from '../../store/delivery-table.ts';
import { IncidentTable } from '../../store/incident-table.ts';
import { userSchema } from '../../store/migrator.ts';
import { openUserReader, openUserWriter } from '../../store/user-store.ts';
import { KeyedQueue } from '../../util/keyed-queue.ts';

/** What alerts keep in `user.db`. */
export interface AlertTables {
  readonly incidents: IncidentTable;
  readonly deliveries: DeliveryTable;
}

/** A daemon that waits does nothing else meanwhile: it tries again later (ms). */
const patienceMs = 100;

/**
 * `user.db` as the daemon uses it: opened for one short transaction at a time, as commands do it, so that a file that was put aside
 * or in place is never written to by accident.
 */
export class AlertStore {
  readonly #file: string;
  readonly #queue = new KeyedQueue();

  constructor(file: string) {
    this.#file = file;
  }

  /** The same where there is a `user.db` already; else undefined. */
  async changeWritten<T>(work: (tables: AlertTables) => T): Promise<T | undefined> {
    return existsSync(this.#file) ? await this.change(work) : undefined;
  }

  /** Whether a message is due; true where that cannot be told: whoever then writes says why. */
  async hasDue(nowMs: number): Promise<boolean> {
    return await this.#queue.run('', async () => {
      try {
        const reader = openUserReader(this.#file);
        const next = reader?.read((tables) => tables.of(DeliveryTable).nextAtMs());
        reader?.close();
        return await Promise.resolve(next !== undefined && next <= nowMs);
      } catch {
        return true;
      }
    });
  }

  /** Runs `work` in one transaction. @throws what `openUserWriter` and `UserWriter.change` throw */
  async change<T>(work: (tables: AlertTables) => T): Promise<T> {
    return await this.#queue.run('', async () => {
      const writer = await openUserWriter(this.#file, userSchema, patienceMs);
      try {
        return writer.change((tables) =>
          work({ incidents: tables.of(IncidentTable), deliveries: tables.of(DeliveryTable) }),
        );
      } finally {
        writer.close();
      }
    });
  }
}
