import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { historyFile } from '../../src/store/data-directory.ts';
import { HistoryWriter, type HistoryLimits } from '../../src/store/history-writer.ts';
import type { LoggedEntry } from '../../src/store/logged-entries.ts';
import { sampleSource, temporaryMirror, type TemporaryMirror } from '../support/temporary-mirror.ts';

const hour = 3_600_000;

let mirror: TemporaryMirror;
let history: HistoryWriter;

async function open(limits: HistoryLimits): Promise<void> {
  mirror = await temporaryMirror();
  history = await HistoryWriter.open(historyFile(mirror.file), limits);
}

beforeEach(() => open({ ageMs: 24 * hour, bytes: 1024 ** 3 }));

afterEach(() => {
  history.close();
  mirror.close();
});

function all(sql: string): readonly unknown[] {
  const database = new SqliteDatabase(historyFile(mirror.file), { readonly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

function put(key: string, nowMs: number, resourceVersion = String(nowMs)): void {
  const source = sampleSource(key, { resourceVersion, body: JSON.stringify({ nowMs }) });
  mirror.writer.commit(() => mirror.writer.objects.put(mirror.target(), source, nowMs));
}

test('to take a piece twice changes nothing', () => {
  put('a/x', 1);
  put('a/x', 2);
  const piece = mirror.writer.loggedEntries(0, 10);
  history.take(piece, 3);
  const taken = all('select * from change');
  expect(taken).toHaveLength(2);
  expect(history.takenSeq(piece.log)).toBe(2);
  history.take(mirror.writer.loggedEntries(2, 10), 3);
  expect(all('select * from change')).toEqual(taken);
  expect(all('select key, uid from newest')).toEqual([{ key: 'a/x', uid: 'uid-a/x' }]);
});

test('what the mirror forgot before it was taken is noted as a gap, but not of a log that is new here', () => {
  const entry = (seq: number): LoggedEntry => ({
    seq,
    at: seq,
    type: 'pods',
    key: 'a/x',
    operation: 'added',
    uid: 'u',
    resourceVersion: '1',
    cause: null,
    lastState: null,
    beforeState: null,
  });
  history.take({ log: 'one', forgottenSeq: 7, lastSeq: 8, upTo: 8, entries: [entry(8)], newest: [] }, 50);
  expect(all('select * from gap')).toEqual([]);
  history.take({ log: 'one', forgottenSeq: 11, lastSeq: 12, upTo: 12, entries: [entry(12)], newest: [] }, 60);
  expect(all('select seq, at from gap')).toEqual([{ seq: 11, at: 60 }]);
  expect(history.takenSeq('one')).toBe(12);
});

test('what is too old goes, with the state of objects of which nothing is left', () => {
  put('a/old', hour);
  put('a/x', 2 * hour);
  put('a/x', 30 * hour);
  history.take(mirror.writer.loggedEntries(0, 10), 30 * hour);
  expect(history.tidy(30 * hour)).toBe(false);
  expect(all('select key, at from change')).toEqual([{ key: 'a/x', at: 30 * hour }]);
  expect(all('select key from newest')).toEqual([{ key: 'a/x' }]);
});

test('what is too much goes, the oldest first, until it fits', async () => {
  history.close();
  mirror.close();
  await open({ ageMs: 24 * hour, bytes: 200_000 });
  for (let index = 0; index < 400; index += 1) {
    const body = JSON.stringify({
      index,
      noise: Array.from({ length: 200 }, (_, at) => (index * 7919 + at * 104_729) % 9_973),
    });
    const source = sampleSource(`a/${index}`, { resourceVersion: String(index), body });
    mirror.writer.commit(() => mirror.writer.objects.put(mirror.target(), source, index + 1));
  }
  history.take(mirror.writer.loggedEntries(0, 1_000), 500);
  while (history.tidy(500));
  const left = all('select id from change order by id') as readonly { readonly id: number }[];
  expect(left.length).toBeLessThan(400);
  expect(left.at(-1)?.id ?? 400).toBe(400);
});

test('what is erased leaves no byte, in the log neither', () => {
  const secret = sampleSource('a/secret', { body: '{"planted":"qX7-planted-qX7"}' });
  mirror.writer.commit(() => mirror.writer.objects.put(mirror.target(), secret, 1));
  put('b/kept', 2);
  history.take(mirror.writer.loggedEntries(0, 10), 3);
  history.erase({ type: 'pods', namespace: 'a' });
  expect(all('select key from change')).toEqual([{ key: 'b/kept' }]);
  expect(all('select key from newest')).toEqual([{ key: 'b/kept' }]);
  history.erase({ type: 'unknown', namespace: '' });
  history.erase({ type: 'pods', namespace: '' });
  expect(all('select key from change')).toEqual([]);
});
