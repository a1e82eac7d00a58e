import { sql, type Kysely } from 'kysely';

/** What nodes and pods use, in tables of their own. SCHEMA.md says what each is for. */
const statements = [
  `create table usage_source (
    -- nodes or pods
    kind text not null,
    -- the namespace that is asked for; empty: all
    place text not null,
    -- between two requests (ms)
    interval_ms integer not null,
    -- the last poll that was answered, and when (epoch ms); null before the first
    poll_id integer,
    polled_at integer,
    -- the failure of the last request (epoch ms, class, HTTP status, reason, text); null where it was answered
    failed_at integer,
    failure_class text,
    failure_status integer,
    failure_reason text,
    failure_text text,
    primary key (kind, place)
  ) strict, without rowid`,
  `create table usage_poll (
    id integer primary key autoincrement,
    kind text not null,
    place text not null,
    -- when it was answered (epoch ms)
    at integer not null,
    -- size of its samples
    bytes integer not null
  ) strict`,
  `create index usage_poll_by_time on usage_poll (at)`,
  // With keys of their own: a table by its key alone would put all but a little of each row on a page of its own.
  `create table usage_sample (
    id integer primary key,
    poll_id integer not null,
    -- of the pods; empty for nodes
    namespace text not null,
    -- zstd of the amounts
    amounts blob not null
  ) strict`,
  `create unique index usage_sample_by_poll on usage_sample (poll_id, namespace)`,
  // Apart from the amounts: more rows fit on a page.
  `create table usage_names (
    sample_id integer primary key,
    -- zstd of the JSON of the names
    names blob not null
  ) strict`,
];

/** Kysely migration: in the transaction of `migrate`, no way back (a copy of what was there is kept). */
export const usage = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
