import SqliteDatabase from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { PastObjects } from '../../../src/query/history/past-objects.ts';
import { recentChanges } from '../../../src/query/history/recent-changes.ts';
import { historyFile } from '../../../src/store/data-directory.ts';
import { HistoryWriter } from '../../../src/store/history-writer.ts';
import { openReader } from '../../../src/store/open-reader.ts';
import { thrownBy } from '../../support/thrown-by.ts';
import { sampleSource, temporaryMirror, type TemporaryMirror } from '../../support/temporary-mirror.ts';

let mirror: TemporaryMirror;

afterEach(() => mirror.close());

test('changes that were forgotten before the history took them over are told as missing', async () => {
  mirror = await temporaryMirror();
  const { writer } = mirror;
  writer.commit(() => writer.objects.put(mirror.target(), sampleSource('a/x'), 5));
  const piece = writer.loggedEntries(0, 10);
  const history = await HistoryWriter.open(historyFile(mirror.file), { ageMs: 1e12, bytes: 1e12 });
  history.begin(piece.log, 0);
  history.take({ ...piece, forgottenSeq: 1, entries: [], newest: [] }, 700);
  history.close();
  const reader = openReader(mirror.file);
  if (reader === undefined) throw new Error('no mirror');
  const filter = { types: new Map([[mirror.typeId, 'pods']]), place: undefined, operations: undefined };
  expect(recentChanges(reader, { ...filter, sinceMs: undefined }, 10).gapAtMs).toBe(700);
  expect(recentChanges(reader, { ...filter, sinceMs: 701 }, 10).gapAtMs).toBeUndefined();
  reader.close();
});

test('an object of which a state is no longer kept is not left out of the past in silence', async () => {
  mirror = await temporaryMirror();
  const { writer } = mirror;
  writer.commit(() => writer.objects.put(mirror.target(), sampleSource('a/x'), 2_000));
  const row = writer.scopes.rows(writer.scopes.get(mirror.scopeId))[0];
  if (row === undefined) throw new Error('no row');
  const deletion = { cause: 'event', nowMs: 4_000, resourceVersion: '102' } as const;
  writer.commit(() => writer.objects.delete(mirror.target(), row, deletion));
  const database = new SqliteDatabase(mirror.file);
  database.exec('delete from tombstone');
  database.close();
  const reader = openReader(mirror.file);
  if (reader === undefined) throw new Error('no mirror');
  const past = new PastObjects(reader);
  const of = { typeId: mirror.typeId, type: 'pods' };
  expect(thrownBy(() => past.statesAt(of, 3_000, () => true))).toMatchObject({
    code: 'NAVI_TOO_OLD',
    message: 'how some pods were then is no longer kept: a/x',
  });
  expect([...past.statesAt(of, 5_000, () => true)]).toEqual([]);
  past.close();
  reader.close();
});
