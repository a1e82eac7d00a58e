import { sql, type Kysely } from 'kysely';

/** What alerts keep in `user.db`. SCHEMA.md says what each table is for. */
const statements = [
  `create table incident (
    -- the same from the beginning to the end of an incident, and no other's
    id text not null primary key,
    -- as in the path of the mirror's store, and the name of its context when this was written
    mirror text not null,
    context text not null,
    rule text not null,
    -- critical, warning or info
    severity text not null,
    -- what the rule said of the object
    summary text not null,
    -- plural.group, key and uid of the object; cluster and two empty texts for the cluster itself
    type text not null,
    key text not null,
    uid text not null,
    -- pending, firing or resolved
    state text not null,
    -- epoch ms: the condition was seen to hold first; people were told; it was over; it was last known to hold; it ceased to
    since integer not null,
    fired_at integer,
    resolved_at integer,
    last_seen integer not null,
    cleared_at integer,
    -- who takes care of it, and since when (epoch ms); written by commands alone
    acked_by text,
    acked_at integer
  ) strict`,
  `create unique index incident_open on incident (mirror, rule, type, key, uid) where state <> 'resolved'`,
  `create index incident_resolved on incident (resolved_at) where state = 'resolved'`,
  `create table delivery (
    id integer primary key,
    incident text not null references incident (id) on delete cascade,
    -- firing or resolved
    transition text not null,
    receiver text not null,
    -- pending, sending (begun, not known to be over) or sent
    state text not null,
    attempts integer not null default 0,
    -- epoch ms
    next_attempt_at integer not null,
    sent_at integer,
    -- why the last attempt failed
    last_error text
  ) strict`,
  `create unique index delivery_once on delivery (incident, receiver, transition)`,
  `create index delivery_due on delivery (next_attempt_at) where state <> 'sent'`,
  `create table silence (
    -- rule or incident, and its name or id
    kind text not null,
    target text not null,
    -- epoch ms
    until integer not null,
    created_at integer not null,
    created_by text not null,
    primary key (kind, target)
  ) strict, without rowid`,
  `create table judged_log (
    -- as incident.mirror, and the mirror's change log
    mirror text not null primary key,
    log text not null,
    -- the last entry that was judged, written with the incidents that came of it
    seq integer not null
  ) strict, without rowid`,
];

/** Kysely migration: in the transaction of `migrate`, no way back (a copy of what was there is kept). */
export const incidents = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
