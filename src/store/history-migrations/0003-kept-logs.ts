import { sql, type Kysely } from 'kysely';

/** The last lines of containers that ended. SCHEMA.md says what each is for. */
const statements = [
  `create table kept_log (
    id integer primary key autoincrement,
    namespace text not null,
    pod text not null,
    -- metadata.uid of the pod
    uid text not null,
    container text not null,
    -- which run of the container: its id at the node, else when it ran
    run_id text not null,
    -- whether kubectl logs, and kubectl logs -p, gave this run when the pod was last seen
    is_current integer not null,
    is_previous integer not null,
    -- oom-killed, crashed, failed or restarted
    why text not null,
    -- of its end, as the node told it
    exit_code integer,
    reason text not null,
    -- when the run ended, else when that was seen (epoch ms)
    ended_at integer not null,
    -- wanted, kept, dropped (it was, and made room) or lost (it could not be read)
    state text not null,
    -- requests that failed, and when the next one is due (epoch ms)
    attempts integer not null,
    next_at integer not null,
    -- why the last one failed; null where it did not
    failure text,
    -- of a kept one: when it was read (epoch ms), and last asked for; lines, their bytes with times, and as they are stored
    fetched_at integer,
    used_at integer,
    line_count integer,
    byte_count integer,
    stored_bytes integer,
    -- whether older lines of the run were left out
    is_cut integer,
    unique (uid, container, run_id)
  ) strict`,
  `create index kept_log_by_pod on kept_log (namespace, pod)`,
  `create index kept_log_by_state on kept_log (state, next_at)`,
  `create table kept_log_text (
    log_id integer primary key,
    -- zstd of the lines, each behind its time
    text blob not null
  ) strict`,
  `create table kept_log_pod (
    uid text primary key,
    namespace text not null,
    name text not null,
    -- JSON of the pod, cut down to the names of its containers
    pod text not null
  ) strict, without rowid`,
  `create index kept_log_pod_by_name on kept_log_pod (namespace, name)`,
];

/** Kysely migration: in the transaction of `migrate`, no way back (a copy of what was there is kept). */
export const keptLogs = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
