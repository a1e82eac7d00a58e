import SqliteDatabase from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { list, raw, sql, type SqlPart, type SqlValue } from '../../src/query/sql-part.ts';

/** Values, some of them in parts of parts. */
type Nested = SqlValue | readonly Nested[];

const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom("'", '?', '); drop table x --', null),
  fc.maxSafeInteger(),
);
const { nested } = fc.letrec<{ readonly nested: Nested }>((tie) => ({
  nested: fc.oneof({ maxDepth: 4 }, value, fc.array(tie('nested'), { minLength: 1, maxLength: 4 })),
}));

const part = (of: Nested): SqlPart | SqlValue =>
  Array.isArray(of) ? sql`json_array(${list((of as readonly Nested[]).map(part))}, ${raw("'end'")})` : (of as SqlValue);

const expected = (of: Nested): unknown =>
  Array.isArray(of) ? [...(of as readonly Nested[]).map(expected), 'end'] : of;

test('values are parameters in the order in which they are written, however deep', () => {
  const sqlite = new SqliteDatabase(':memory:');
  fc.assert(
    fc.property(fc.array(nested, { minLength: 1, maxLength: 5 }), (made) => {
      const { text, parameters } = sql`select json_array(${list(made.map(part))}) where ${1} = ${1}`;
      const told = sqlite
        .prepare(text)
        .pluck()
        .get(...parameters) as string;
      expect(JSON.parse(told)).toEqual(made.map(expected));
    }),
  );
  sqlite.close();
});
