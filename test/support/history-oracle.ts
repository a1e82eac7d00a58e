import { existsSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { historyFile } from '../../src/store/data-directory.ts';

const columns = 'seq, at, key, operation, uid, resource_version, hex(before_state) as before';

/**
 * Where what the history of a mirror took over is not what the mirror's change log has: each entry once, in order, up to the last
 * that was taken, and nothing of an object whose newest entry is another one.
 */
export function historyDifferences(mirrorFile: string): readonly string[] {
  if (!existsSync(historyFile(mirrorFile))) return [];
  const mirror = new SqliteDatabase(mirrorFile, { readonly: true });
  const history = new SqliteDatabase(historyFile(mirrorFile), { readonly: true });
  try {
    const { log, forgotten } = mirror.prepare('select log, forgotten_seq as forgotten from mirror').get() as {
      log: string;
      forgotten: number;
    };
    const taken = history.prepare('select id, taken_seq as upTo from log where mirror_log = ?').get(log) as
      | { readonly id: number; readonly upTo: number }
      | undefined;
    if (taken === undefined) return [];
    const own = mirror.prepare(`select ${columns} from change where seq <= ? order by seq`).all(taken.upTo);
    const kept = history
      .prepare(`select ${columns} from change where log_id = ? and seq > ? order by id`)
      .all(taken.id, forgotten);
    const newest = history
      .prepare(
        `select key from newest where log_id = ? and not exists (select 1 from change where change.log_id = newest.log_id
           and change.type_id = newest.type_id and change.key = newest.key and operation <> 'deleted'
           and change.uid = newest.uid
           and not exists (select 1 from change later where later.log_id = change.log_id and later.type_id = change.type_id
             and later.key = change.key and later.id > change.id))`,
      )
      .pluck()
      .all(taken.id);
    return [
      ...(JSON.stringify(own) === JSON.stringify(kept)
        ? []
        : [`history: ${kept.length} entries are not the ${own.length} of the mirror up to ${taken.upTo}`]),
      ...newest.map((key) => `history: the state of ${String(key)} is behind no newest entry`),
    ];
  } finally {
    mirror.close();
    history.close();
  }
}
