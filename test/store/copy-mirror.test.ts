import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyMirror } from '../../src/store/copy-mirror.ts';
import { openedReader } from '../support/opened-reader.ts';
import {
  sampleSource,
  temporaryDirectory,
  temporaryMirror,
  type TemporaryMirror,
} from '../support/temporary-mirror.ts';

let mirror: TemporaryMirror;
let folder: string;

beforeEach(async () => {
  mirror = await temporaryMirror();
  folder = temporaryDirectory();
});
afterEach(() => {
  mirror.close();
  rmSync(folder, { recursive: true, force: true });
});

function put(...keys: readonly string[]): void {
  mirror.writer.commit(() => {
    for (const key of keys) mirror.writer.objects.put(mirror.target(), sampleSource(key), 1);
  });
}

const keysIn = (reader: ReturnType<typeof openedReader>): readonly unknown[] =>
  reader.sqlite.prepare('select key from object order by key').pluck().all();

test('a copy is the mirror as it was, without a file of its own, and keeps nothing from the writer', async () => {
  put('shop/a', 'shop/b');
  const reader = openedReader(mirror.file);
  const copy = await copyMirror(reader, join(folder, 'copy'));
  put('shop/c');
  expect(readdirSync(folder)).toEqual([]);
  expect(keysIn(copy)).toEqual(['shop/a', 'shop/b']);
  expect(keysIn(reader)).toEqual(['shop/a', 'shop/b', 'shop/c']);
  const other = new SqliteDatabase(mirror.file);
  expect(other.pragma('wal_checkpoint(truncate)')).toMatchObject([{ busy: 0 }]);
  other.close();
  copy.close();
  reader.close();
  expect(readdirSync(folder)).toEqual([]);
});

test('where no copy can be made nothing is left, and the mirror goes on', async () => {
  put('shop/a');
  const reader = openedReader(mirror.file);
  await expect(copyMirror(reader, join(folder, 'nowhere', 'copy'))).rejects.toThrow();
  expect(readdirSync(folder)).toEqual([]);
  expect(keysIn(reader)).toEqual(['shop/a']);
  reader.close();
});
