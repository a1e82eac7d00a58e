import type { Database } from 'better-sqlite3';

/** Which pods are looked at. */
export interface PodSpan {
  /** Pods that changed behind this entry of the change log; undefined: all, whenever they changed. */
  readonly after: number | undefined;
  /** Keys behind this one; empty for the first. */
  readonly behindKey: string;
}

/** Pods of a mirror with a container that has ended, now or before its present run, in the order of their keys. */
export interface EndedPods {
  readonly keys: readonly string[];
  /** The span has more. */
  readonly hasMore: boolean;
}

const podTypeSql = "(select id from resource_type where api_group = '' and resource = 'pods')";
const hasEndedSql = `exists (select 1 from container where object_id = object.id
  and (state = 'terminated' or last_exit_code is not null or last_finished_at is not null))`;

/** At most `limit` of the pods in a span. What the status of a pod says of it is read by `podBody`. */
export function endedPods(database: Database, { after, behindKey }: PodSpan, limit: number): EndedPods {
  const changed =
    after === undefined ? '' : `and key in (select key from change where seq > @after and +type_id = ${podTypeSql})`;
  const keys = database
    .prepare(
      `select key from object where type_id = ${podTypeSql} and key > @behindKey ${changed} and ${hasEndedSql} order by key limit @limit`,
    )
    .pluck()
    .all({ behindKey, limit, ...(after === undefined ? {} : { after }) }) as string[];
  return { keys, hasMore: keys.length === limit };
}

/** JSON of a pod without managedFields; undefined where there is none. */
export function podBody(database: Database, key: string): string | undefined {
  return database
    .prepare(`select json from object join body on object_id = id where type_id = ${podTypeSql} and key = ?`)
    .pluck()
    .get(key) as string | undefined;
}
