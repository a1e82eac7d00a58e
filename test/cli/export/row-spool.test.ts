import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RowSpool } from '../../../src/cli/export/row-spool.ts';
import { temporaryDirectory } from '../../support/temporary-mirror.ts';

let folder: string;
let spool: RowSpool;

beforeEach(() => {
  folder = temporaryDirectory();
  spool = new RowSpool(join(folder, 'mirror.db'));
});
afterEach(() => {
  spool.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Rows of many sizes, with characters of several bytes across whatever is read at once. */
const rows = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => ({ key: `${name}-${index}`, json: 'größe\n🚀'.repeat(index % 997) }));

test('what is kept comes again, of several lists each for itself, and in any order', () => {
  const [first, second] = [rows(2_000, 'a'), rows(500, 'b')];
  const [keptFirst, keptNone, keptSecond] = [spool.keep(first), spool.keep([]), spool.keep(second)];
  expect([...keptSecond]).toEqual(second);
  expect([...keptNone]).toEqual([]);
  expect([...keptFirst]).toEqual(first);
});

test('all of it is read when it is kept, and nothing lies in the folder', () => {
  let isRead = false;
  const kept = spool.keep(
    (function* () {
      yield* rows(2_000, 'a');
      isRead = true;
    })(),
  );
  expect(isRead).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
  expect([...kept]).toHaveLength(2_000);
});

test('where the folder may not be written the rows are kept elsewhere', () => {
  const elsewhere = new RowSpool(join(folder, 'nowhere', 'mirror.db'));
  expect([...elsewhere.keep([{ a: 1 }])]).toEqual([{ a: 1 }]);
  elsewhere.close();
  expect(existsSync(join(folder, 'nowhere'))).toBe(false);
});
