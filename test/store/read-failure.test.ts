import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { NaviError } from '../../src/errors/navi-error.ts';
import { type ObjectQuery, readObjects } from '../../src/query/object-query.ts';
import { openReader, type MirrorReader } from '../../src/store/open-reader.ts';
import { cellColumnNames } from '../../src/store/cell-columns.ts';
import { readFailure } from '../../src/store/read-failure.ts';
import { storeError } from '../../src/store/store-errors.ts';
import { unpackText } from '../../src/store/state-blob.ts';
import { sampleSource, temporaryMirror, type TemporaryMirror } from '../support/temporary-mirror.ts';
import { thrownBy } from '../support/thrown-by.ts';

let mirror: TemporaryMirror;
let reader: MirrorReader;

afterEach(() => {
  reader.close();
  mirror.close();
});

async function opened(): Promise<void> {
  mirror = await temporaryMirror();
  mirror.writer.commit(() => mirror.writer.objects.put(mirror.target(), sampleSource('x'), 1));
  const found = openReader(mirror.file);
  if (found === undefined) throw new Error('no mirror');
  reader = found;
}

const codeOf = (failure: unknown): string => (failure instanceof NaviError ? failure.code : 'not of navi');

describe('an error met while reading', () => {
  test('is damage where a stored text is no JSON or cannot be unpacked', async () => {
    await opened();
    for (const work of [() => JSON.parse('{"a":'), () => unpackText(Buffer.from('no zstd'))])
      expect(codeOf(readFailure(thrownBy(work), reader))).toBe('NAVI_STORE_CORRUPT');
  });

  test('is damage where the cells of a row are no JSONB', async () => {
    await opened();
    const database = new SqliteDatabase(mirror.file);
    // SQLite takes no such cells from a statement: others are computed from them.
    const drops = cellColumnNames.map((name) => `alter table object drop column ${name};`).join('');
    database.exec(`drop index object_by_key; ${drops} update object set cells = x'ff00ff'`);
    database.close();
    const query: ObjectQuery = { typeId: mirror.typeId, labels: [], fields: [] };
    expect(
      codeOf(
        readFailure(
          thrownBy(() => [...readObjects(reader, query, 'row')]),
          reader,
        ),
      ),
    ).toBe('NAVI_STORE_CORRUPT');
  });

  test('is a bug over a store that is whole, and damage over one that is not', async () => {
    await opened();
    const bug = new TypeError('Cannot read properties of null');
    expect(readFailure(bug, reader)).toBe(bug);
    const database = new SqliteDatabase(mirror.file);
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
    const bytes = readFileSync(mirror.file);
    bytes.fill(0xa5, 10 * 4_096);
    const handle = openSync(mirror.file, 'r+');
    writeSync(handle, bytes);
    closeSync(handle);
    expect(codeOf(readFailure(bug, reader))).toBe('NAVI_STORE_CORRUPT');
  });

  test('is damage where the full text is of no known format', async () => {
    await opened();
    const database = new SqliteDatabase(mirror.file);
    database.unsafeMode();
    database.pragma('writable_schema = on');
    const tables = database.prepare("select name from sqlite_master where sql like '%using fts5%'").pluck().all();
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) database.exec(`update "${String(table)}_config" set v = 0 where k = 'version'`);
    database.close();
    for (const table of tables) {
      const query = `select rowid from "${String(table)}" where "${String(table)}" match 'abc'`;
      const failure = thrownBy(() => reader.sqlite.prepare(query).all());
      expect(codeOf(readFailure(failure, reader)), String(failure)).toBe('NAVI_STORE_CORRUPT');
    }
  });

  test('is damage where the header names a format of the schema that there is none of', async () => {
    await opened();
    const file = `${mirror.file}.odd`;
    new SqliteDatabase(file).exec('create table t (a)').close();
    const bytes = readFileSync(file);
    bytes.writeUInt32BE(200, 44);
    writeFileSync(file, bytes);
    const odd = new SqliteDatabase(file);
    const failure = storeError(
      thrownBy(() => odd.prepare('select * from t')),
      file,
    );
    odd.close();
    expect(codeOf(failure)).toBe('NAVI_STORE_CORRUPT');
  });

  test('is told in one line that steers no terminal, whatever SQLite found', async () => {
    await opened();
    const file = `${mirror.file}.other`;
    const database = new SqliteDatabase(file);
    database.unsafeMode();
    database.exec('create table t (a)');
    database.pragma('writable_schema = on');
    database.exec("update sqlite_master set sql = 'create nonsense', name = char(27) || '[31m' || char(10) || 'x'");
    database.close();
    const broken = new SqliteDatabase(file);
    const failure = storeError(
      thrownBy(() => broken.prepare('select * from t')),
      file,
    );
    broken.close();
    expect(codeOf(failure)).toBe('NAVI_STORE_CORRUPT');
    expect((failure as Error).message).toMatch(/^\S+ is damaged: malformed database schema \(\?\[31m\?x\)/);
    writeFileSync(file, '');
  });
});

describe('a commit over a damaged text', () => {
  test('changes nothing, and is the last', async () => {
    await opened();
    const { writer } = mirror;
    const managedFields = '[{"manager":"m"}]';
    writer.commit(() => writer.objects.put(mirror.target(), sampleSource('y', { managedFields }), 1));
    const database = new SqliteDatabase(mirror.file);
    database.exec("update managed_fields set zstd = x'00112233'");
    database.close();
    const next = sampleSource('y', { resourceVersion: '102', managedFields, body: '{}' });
    expect(codeOf(thrownBy(() => writer.commit(() => writer.objects.put(mirror.target(), next, 2))))).toBe(
      'NAVI_STORE_CORRUPT',
    );
    expect(mirror.rows("select resource_version from object where key = 'y'")).toEqual([{ resource_version: '101' }]);
    expect(codeOf(thrownBy(() => writer.commit(() => undefined)))).toBe('NAVI_STORE_CORRUPT');
    expect(writer.problem?.code).toBe('NAVI_STORE_CORRUPT');
  });
});

describe('a commit of values that do not fit their columns', () => {
  test('is damage: navi writes none, unless it has read them', async () => {
    await opened();
    const { writer } = mirror;
    const insert = (): unknown =>
      writer.commit(() => writer.scopes.ensure(Buffer.from('what lay in its place') as never, '', 1));
    expect(codeOf(thrownBy(insert))).toBe('NAVI_STORE_CORRUPT');
  });
});

test('times are set back by whole milliseconds, whatever the clocks have', async () => {
  await opened();
  const { writer } = mirror;
  const id = mirror.target().scopeId;
  writer.commit(() => writer.scopes.saveAsOf(id, 10_000));
  writer.commit(() => writer.setTimesBack(999.6));
  expect(writer.scopes.get(id).as_of).toBe(9_000);
});
