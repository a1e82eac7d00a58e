import { sql, type Kysely } from 'kysely';

/** The first tables of `user.db`. SCHEMA.md says what each is for. */
const statements = [
  `create table filter (
    -- as users type it behind @; in Unicode's composed form (NFC)
    name text not null primary key,
    -- JSON array of strings: what stands behind navi get
    arguments text not null,
    -- for people; may be empty
    description text not null,
    -- when the name was first saved, and when its row last changed (epoch ms)
    created_at integer not null,
    changed_at integer not null
  ) strict`,
  `create table action (
    id integer primary key autoincrement,
    -- which mirror, and the cluster's identity when it was queued: another cluster gets nothing
    mirror_id text not null,
    cluster_uid text not null,
    -- name of the context, for people
    context text not null,
    -- JSON: headers that name another user; never a credential
    headers text not null,
    -- JSON: an Action
    action text not null,
    -- what was shown of it: a unified diff
    diff text not null,
    -- epoch ms
    created_at integer not null,
    expires_at integer not null,
    state text not null check (state in ('queued', 'sending', 'done', 'conflict', 'failed', 'expired', 'unknown')),
    -- what the request was sent upon, and by which process: while the state is sending
    sent_version text,
    sent_generation integer,
    claimed_by text,
    -- when it last changed its state (epoch ms)
    state_at integer not null,
    -- JSON: an ActionOutcome, once it has one
    outcome text,
    -- why it is not carried out yet, after a try
    problem text
  ) strict`,
  `create index action_under_way on action (mirror_id, id) where state in ('queued', 'sending')`,
];

/** Kysely migration: in the transaction of `migrate`, no way back (a copy of what was there is kept). */
export const initial = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
