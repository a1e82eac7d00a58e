import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SavedFilter } from '../../src/core/saved-filter.ts';
import { NaviError } from '../../src/errors/navi-error.ts';
import { userFile } from '../../src/store/data-directory.ts';
import { FilterTable } from '../../src/store/filter-table.ts';
import { userSchema, type Schema } from '../../src/store/migrator.ts';
import { openUserReader, openUserWriter } from '../../src/store/user-store.ts';
import { temporaryDirectory } from '../support/temporary-mirror.ts';
import { thrownBy } from '../support/thrown-by.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = temporaryDirectory();
  file = userFile(join(directory, 'data'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const restarting: SavedFilter = {
  name: 'restarting',
  arguments: ['pods', '-A', '--where', 'cols.RESTARTS > 5'],
  description: 'what does not come up',
};

const named = (name: string): SavedFilter => ({ ...restarting, name });

/** Saves filters as a command does. */
async function save(...filters: readonly SavedFilter[]): Promise<void> {
  const writer = await openUserWriter(file);
  try {
    writer.change((tables) => filters.forEach((filter) => tables.of(FilterTable).save(filter, 1_000)));
  } finally {
    writer.close();
  }
}

/** Names as a command reads them; undefined where there is nothing to read. */
function names(): readonly string[] | undefined {
  const reader = openUserReader(file);
  try {
    return reader?.read((tables) => tables.of(FilterTable).names());
  } finally {
    reader?.close();
  }
}

/** Runs SQL on a handle of its own. */
function onFile<T>(work: (database: SqliteDatabase.Database) => T, path = file): T {
  const database = new SqliteDatabase(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

async function refusal(open: () => Promise<unknown>): Promise<NaviError> {
  const error: unknown = await open().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NaviError);
  return error as NaviError;
}

const readRefusal = (): NaviError => thrownBy(names) as NaviError;
const writeRefusal = (): Promise<NaviError> => refusal(() => save(named('more')));

describe('user.db', () => {
  test('is not made by reading, not even its folder', () => {
    expect(names()).toBeUndefined();
    expect(existsSync(join(directory, 'data'))).toBe(false);
  });

  test('is made by the first write, for this user alone, whatever the umask is', async () => {
    const before = process.umask(0o000);
    try {
      await save(restarting);
      const writer = await openUserWriter(file);
      writer.change((tables) => tables.of(FilterTable).save(named('more'), 1));
      expect(names()).toEqual(['more', 'restarting']);
      const modes = readdirSync(join(directory, 'data')).map((name) => {
        const mode = statSync(join(directory, 'data', name)).mode & 0o777;
        return `${name} ${mode.toString(8)}`;
      });
      expect(modes.toSorted()).toEqual(['user.db 600', 'user.db-shm 600', 'user.db-wal 600']);
      expect(statSync(join(directory, 'data')).mode & 0o777).toBe(0o700);
      writer.close();
    } finally {
      process.umask(before);
    }
  });

  test('gives back what was saved, in the order of names, with when that was', async () => {
    const odd: SavedFilter = {
      name: 'größe',
      arguments: ['', "it's", 'a\n"b"\\', '\u0000 𝒳'],
      description: '\u001B[31m',
    };
    await save(restarting, odd);
    const writer = await openUserWriter(file);
    writer.change((tables) => tables.of(FilterTable).save({ ...restarting, arguments: ['nodes'] }, 2_000));
    writer.close();
    const reader = openUserReader(file);
    expect(reader?.read((tables) => tables.of(FilterTable).all())).toEqual([
      { ...odd, createdAtMs: 1_000, changedAtMs: 1_000 },
      { ...restarting, arguments: ['nodes'], createdAtMs: 1_000, changedAtMs: 2_000 },
    ]);
    expect(reader?.read((tables) => tables.of(FilterTable).find('größe'))).toMatchObject(odd);
    expect(reader?.read((tables) => tables.of(FilterTable).find('none'))).toBeUndefined();
    reader?.close();
  });

  test('lets a reader change nothing', async () => {
    await save(restarting);
    const reader = openUserReader(file);
    expect(() => reader?.read((tables) => tables.of(FilterTable).delete('restarting'))).toThrow(/readonly/);
    reader?.close();
    expect(names()).toEqual(['restarting']);
  });

  test('is changed as a whole or not at all', async () => {
    await save(restarting);
    const writer = await openUserWriter(file);
    const half = (): unknown =>
      writer.change((tables) => {
        const filters = tables.of(FilterTable);
        filters.delete('restarting');
        filters.save(named('other'), 1);
        throw new Error('no');
      });
    expect(half).toThrow('no');
    writer.close();
    expect(names()).toEqual(['restarting']);
  });

  test('is on the disk with each change, and not only when it is closed', async () => {
    await save(restarting);
    const trace = join(directory, 'trace');
    const by = ['strace', '-f', '-qqq', '-e', 'trace=fsync,fdatasync', '-y', '-o', trace];
    await writeAtOnce(['changes'], { count: 5, by });
    const flushes = readFileSync(trace, 'utf8')
      .split('\n')
      .filter((line) => line.includes('user.db-wal'));
    expect(flushes.length).toBeGreaterThanOrEqual(5);
    expect(names()).toHaveLength(6);
  });
});

/**
 * Opens the file once its input ends, with one more migration than there is where told so, makes so many changes and dies
 * without closing it.
 */
const program = `
const source = ${JSON.stringify(join(import.meta.dirname, '../../src/store'))};
const { openUserWriter } = await import(source + '/user-store.ts');
const { userSchema } = await import(source + '/migrator.ts');
const { FilterTable } = await import(source + '/filter-table.ts');
const [, file, prefix, count, more] = process.argv;
const newer = { ...userSchema, migrations: { ...userSchema.migrations, '0003-more': async () => ({ up: async () => {} }) } };
process.stdout.write('ready\\n');
for await (const chunk of process.stdin);
const writer = await openUserWriter(file, more === 'newer' ? newer : userSchema);
for (let index = 0; index < Number(count); index += 1)
  writer.change((tables) => {
    const filters = tables.of(FilterTable);
    filters.names();
    filters.save({ name: prefix + index, arguments: ['pods'], description: '' }, index);
  });
process.kill(process.pid, 'SIGKILL');
`;

/** Runs such a program for each of the names, all opening the file at the same moment, until they are dead. */
async function writeAtOnce(
  prefixes: readonly string[],
  { count, by = [], more = '' }: { readonly count: number; readonly by?: readonly string[]; readonly more?: string },
): Promise<void> {
  const children = prefixes.map((prefix) => {
    const node = [process.execPath, '--input-type=module', '-e', program, file, prefix, String(count), more];
    const [command = '', ...args] = [...by, ...node];
    return spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  });
  await Promise.all(children.map((child) => once(child.stdout, 'data')));
  const ends = children.map((child) => once(child, 'exit'));
  for (const child of children) child.stdin.end();
  for (const end of await Promise.all(ends)) expect(end).toEqual([null, 'SIGKILL']);
}

describe('several processes', () => {
  test('that write at once, to a file that none has made yet, all do, and lose nothing when they die', async () => {
    await writeAtOnce(['a', 'b', 'c'], { count: 40 });
    expect(names()).toHaveLength(120);
    await save(named('one more'));
    expect(onFile((database) => database.pragma('integrity_check', { simple: true }))).toBe('ok');
  });

  test('that find it locked for too long say who may help', async () => {
    await save(restarting);
    const other = new SqliteDatabase(file);
    other.exec('begin immediate');
    const error = await writeRefusal();
    other.close();
    expect(error).toMatchObject({ code: 'NAVI_STORE_UNUSABLE', message: `another program keeps ${file} locked` });
    expect(error.hints.join('\n')).toContain('fuser');
    expect(names()).toEqual(['restarting']);
  });
});

describe('an older user.db', () => {
  const step =
    (...statements: readonly string[]) =>
    async (): Promise<Migration> => ({
      async up(db: Kysely<unknown>): Promise<void> {
        for (const statement of statements) await sql.raw(statement).execute(db);
      },
    });
  const newer: Schema = {
    ...userSchema,
    migrations: {
      ...userSchema.migrations,
      '0003-more': step('create table more (id integer primary key) strict'),
    },
  };
  const failing: Schema = {
    ...newer,
    migrations: {
      ...newer.migrations,
      '0004-wrong': step('delete from filter', 'create nonsense'),
    },
  };
  const copy = (): string => `${file}.2.bak`;
  const version = (path = file): unknown =>
    onFile((database) => database.pragma('user_version', { simple: true }), path);
  const namesIn = (path: string): unknown =>
    onFile((database) => database.prepare('select name from filter').pluck().all(), path);

  test('is migrated with its rows, and what it was is kept beside it', async () => {
    await save(restarting);
    expect(existsSync(copy())).toBe(false);
    (await openUserWriter(file, newer)).close();
    expect(version()).toBe(3);
    expect(namesIn(file)).toEqual(['restarting']);
    expect(version(copy())).toBe(2);
    expect(namesIn(copy())).toEqual(['restarting']);
    expect(statSync(copy()).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(directory, 'data')).toSorted()).toEqual(['user.db', 'user.db.2.bak']);
  });

  test('is copied once, also where several come to migrate it at the same moment', async () => {
    await save(restarting);
    await writeAtOnce(['a', 'b', 'c'], { count: 2, more: 'newer' });
    expect(version()).toBe(3);
    expect(namesIn(file)).toHaveLength(7);
    expect(version(copy())).toBe(2);
    expect(namesIn(copy())).toEqual(['restarting']);
    expect(existsSync(`${file}.3.bak`)).toBe(false);
  });

  test('is left as it was by a migration that fails', async () => {
    await save(restarting);
    await expect(openUserWriter(file, failing)).rejects.toThrow(/syntax error/);
    expect(version()).toBe(2);
    expect(names()).toEqual(['restarting']);
  });

  test('is left as it was where the copy cannot be made', async () => {
    await save(restarting);
    mkdirSync(`${copy()}/in the way`, { recursive: true });
    const error = await refusal(() => openUserWriter(file, newer));
    expect(error.code).toBe('NAVI_STORE_UNUSABLE');
    expect(version()).toBe(2);
    expect(readdirSync(join(directory, 'data')).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  test('that a newer navi wrote is neither read nor written', async () => {
    await save(restarting);
    onFile((database) => database.pragma('user_version = 9'));
    for (const error of [readRefusal(), await writeRefusal()]) {
      expect(error).toMatchObject({
        code: 'NAVI_STORE_NEWER',
        exitCode: 7,
        message: expect.stringContaining('schema 9') as string,
      });
    }
    expect(version()).toBe(9);
  });
});

describe('a user.db that cannot be used', () => {
  test.each<[string, () => void]>([
    ['of other bytes', () => writeFileSync(file, 'x'.repeat(10_000))],
    ['that is cut short', () => truncateSync(file, 4_096)],
    ['that has lost its version', () => onFile((database) => database.pragma('user_version = 0'))],
  ])('%s is told with a way out, and left as it is', async (_what, damage) => {
    await save(...Array.from({ length: 200 }, (_none, index) => named(`filter-${index}`)));
    writeFileSync(`${file}.1.bak`, '');
    damage();
    const bytes = readFileSync(file);
    for (const error of [readRefusal(), await writeRefusal()]) {
      expect(error).toMatchObject({ code: 'NAVI_STORE_CORRUPT', exitCode: 7 });
      expect(error.message).toContain(`${file} is damaged: `);
      expect(error.hints).toEqual([
        `mkdir ${directory}/data/damaged && mv ${file}* ${directory}/data/damaged puts it aside, and navi begins a new one`,
        `sqlite3 ${directory}/data/damaged/user.db .recover then prints what is left of it`,
        `${directory}/data/damaged/user.db.1.bak is a copy from before an upgrade of navi`,
      ]);
    }
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test('a row that is not what navi stores harms no other', async () => {
    await save(restarting, named('well'));
    onFile((database) => database.exec(`update filter set arguments = '[1]' where name = 'restarting'`));
    expect(names()).toEqual(['restarting', 'well']);
    const reader = openUserReader(file);
    expect(reader?.read((tables) => tables.of(FilterTable).find('well'))).toMatchObject(named('well'));
    const error = thrownBy(() => reader?.read((tables) => tables.of(FilterTable).all())) as NaviError;
    reader?.close();
    expect(error).toMatchObject({ code: 'NAVI_STORE_CORRUPT' });
    expect(error.hints).toEqual(['navi filter delete restarting takes it away; the others are not harmed']);
  });

  test.each<[string, (path: string) => void, RegExp]>([
    ['a symbolic link', (path) => symlinkSync(join(directory, 'victim'), path), /is a symbolic link/],
    ['a hard link', (path) => linkSync(join(directory, 'victim'), path), /has 2 names \(hard links\)/],
    ['a folder', (path) => mkdirSync(path), /is no file/],
    ['open to others', (path) => writeFileSync(path, '', { mode: 0o644 }), /is open to other users \(mode 644\)/],
  ])('is %s', async (_what, plant, says) => {
    const victim = join(directory, 'victim');
    writeFileSync(victim, 'words', { mode: 0o600 });
    mkdirSync(join(directory, 'data'), { mode: 0o700 });
    plant(file);
    for (const error of [readRefusal(), await writeRefusal()]) {
      expect(error.message).toMatch(says);
      expect(error.exitCode).toBe(7);
    }
    expect(readFileSync(victim, 'utf8')).toBe('words');
  });

  test('lies in a folder that others can enter', async () => {
    await save(restarting);
    chmodSync(join(directory, 'data'), 0o755);
    for (const error of [readRefusal(), await writeRefusal()]) expect(error.code).toBe('NAVI_STORE_EXPOSED');
  });
});
