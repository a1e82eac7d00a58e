import { sql, type Kysely } from 'kysely';

/** The first tables of `history.db`. SCHEMA.md says what each is for. */
const statements = [
  `create table log (
    id integer primary key,
    -- mirror.log of the mirror.db whose change log this is
    mirror_log text not null unique,
    -- the last entry that was taken over, by change.seq of that mirror.db
    taken_seq integer not null
  ) strict`,
  `create table object_type (
    id integer primary key,
    -- plural.group
    name text not null unique
  ) strict`,
  `create table change (
    id integer primary key autoincrement,
    log_id integer not null,
    -- as in mirror.db
    seq integer not null,
    at integer not null,
    type_id integer not null,
    key text not null,
    operation text not null,
    uid text not null,
    resource_version text not null,
    -- of a deletion: why, and zstd of the last state; null where the tombstone was gone
    cause text,
    last_state blob,
    -- as in mirror.db: zstd of the state before, with the state after as its dictionary
    before_state blob
  ) strict`,
  `create index change_by_key on change (type_id, key, id)`,
  `create table newest (
    log_id integer not null,
    type_id integer not null,
    key text not null,
    uid text not null,
    -- zstd of the state after the newest entry of the key in that log
    state blob not null,
    primary key (log_id, type_id, key)
  ) strict, without rowid`,
  `create table gap (
    log_id integer not null,
    -- entries up to this one were forgotten before they were taken over, found out at a time (epoch ms)
    seq integer not null,
    at integer not null,
    primary key (log_id, seq)
  ) strict, without rowid`,
];

/** Kysely migration: in the transaction of `migrate`, no way back (a copy of what was there is kept). */
export const changes = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
