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
];

/** Kysely migration: in the transaction of `migrate`, no way back (a copy of what was there is kept). */
export const filters = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
