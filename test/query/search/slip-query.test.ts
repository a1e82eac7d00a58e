import SqliteDatabase from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { slipQuery } from '../../../src/query/search/trigrams.ts';
import { amountOf } from '../../support/long-run.ts';

let database: SqliteDatabase.Database;

beforeAll(() => {
  database = new SqliteDatabase(':memory:');
  database.exec(
    `create virtual table known using fts5(name, content='', contentless_delete=1, detail='none', tokenize='trigram')`,
  );
});

afterAll(() => {
  database.close();
});

const letter = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', '-', '"', 'ü');
const letters = (minLength: number): fc.Arbitrary<string[]> => fc.array(letter, { minLength, maxLength: 20 });

/** What a hand makes of a word. */
function slipped(word: readonly string[], kind: number, at: number, other: string): string {
  const place = at % word.length;
  if (kind === 0) return word.with(place, other).join('');
  if (kind === 1) return word.toSpliced(place, 1).join('');
  if (kind === 2) return word.toSpliced(place, 0, other).join('');
  const next = Math.min(place + 1, word.length - 1);
  return word
    .with(place, word[next] ?? '')
    .with(next, word[place] ?? '')
    .join('');
}

function isFound(name: string, typed: string): boolean {
  const found = database.prepare('select rowid from known where known match ?');
  database.prepare('insert into known (rowid, name) values (1, ?)').run(name);
  try {
    return found.get(slipQuery(typed)) !== undefined;
  } finally {
    database.prepare('delete from known where rowid = 1').run();
  }
}

test('a word with one slip finds the names that hold what was meant', () => {
  const script = fc.record({
    word: letters(8),
    kind: fc.nat(3),
    at: fc.nat(),
    other: letter,
    before: letters(0),
    after: letters(0),
  });
  fc.assert(
    fc.property(script, ({ word, kind, at, other, before, after }) => {
      const name = [...before, ...word, ...after].join('');
      expect(isFound(name, slipped(word, kind, at, other))).toBe(true);
    }),
    { numRuns: amountOf(600, 3_000) },
  );
});

test('a long word does not find what only has a few letters in a row with it', () => {
  expect(isFound('payment-web-7', 'chekcout-web')).toBe(false);
  expect(isFound('check-in', 'chekcout-web')).toBe(false);
});

test('a short word finds what has three letters in a row with it', () => {
  expect(isFound('nginx-7', 'ngnx')).toBe(false);
  expect(isFound('mailer', 'maler')).toBe(true);
});
