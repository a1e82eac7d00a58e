import type { Database } from 'better-sqlite3';

/** An object that changed lately. */
export interface RecentObject {
  readonly type_id: number;
  /** `namespace/name`, or the name of a cluster-scoped object. */
  readonly key: string;
  readonly uid: string;
  readonly resource_version: string;
}

/** So many changes are looked through for objects that are still there. */
const lookedThrough = 200;

/**
 * Stored objects of some types that changed last, newest first: by the change log, else, where that is empty, by their
 * resourceVersions.
 */
export function recentObjects(database: Database, typeIds: readonly number[], limit: number): readonly RecentObject[] {
  const types = typeIds.map(() => '?').join(', ');
  const columns =
    'object.type_id as type_id, object.key as key, object.uid as uid, object.resource_version as resource_version';
  const changed = database
    .prepare(
      `select ${columns} from (select type_id, key, max(seq) as seq from
         (select type_id, key, seq from change order by seq desc limit ${lookedThrough}) group by type_id, key) as latest
       join object on object.type_id = latest.type_id and object.key = latest.key
       where object.type_id in (${types}) order by seq desc limit ?`,
    )
    .all(...typeIds, limit) as RecentObject[];
  if (changed.length > 0) return changed;
  return database
    .prepare(
      `select ${columns} from object where type_id in (${types})
       order by length(resource_version) desc, resource_version desc limit ?`,
    )
    .all(...typeIds, limit) as RecentObject[];
}
