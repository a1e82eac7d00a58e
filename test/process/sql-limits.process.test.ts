import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostNavi, type HostedNavi } from '../support/hosted-navi.ts';
import { mirrorFiles } from '../support/stored-mirror.ts';
import { expectError, naviProgram, syncedNavi, type ProgramResult, type SyncedNavi } from '../support/synced-navi.ts';

let navi: SyncedNavi;
/** Runs one statement after the other in one process. */
let host: HostedNavi;

beforeAll(async () => {
  navi = await syncedNavi(2);
  host = hostNavi(navi.folder, navi.environment());
});
afterAll(async () => {
  await host.stop();
  await navi.remove();
});

const run = (...args: readonly string[]): Promise<ProgramResult> => host.run(['sql', ...args], 60_000);

/** Counts for ever. */
const endless = 'with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c';

/** Tables and rows of the mirror: what a statement wrote would be another text. */
function meaning(): string {
  const [file = ''] = mirrorFiles(navi.dataDir);
  const database = new SqliteDatabase(file, { readonly: true });
  try {
    const tables = database.prepare('select name, sql from sqlite_schema order by name').all();
    const rows = database.prepare('select key, uid, resource_version from object order by key').all();
    const pragmas = ['user_version', 'journal_mode', 'application_id'].map((name) => database.pragma(name));
    return JSON.stringify([tables, rows, pragmas]);
  } finally {
    database.close();
  }
}

describe('a statement that does more than read', () => {
  let before: string;

  beforeAll(() => {
    before = meaning();
  });

  test.each([
    ['delete from objects'],
    ['insert into objects (name) values (1)'],
    ['update pods set name = 1'],
    ['replace into objects values (1)'],
    ['drop view pods'],
    ['create table t (a)'],
    ['create temp table t (a)'],
    ['create virtual table t using fts5(a)'],
    [`insert into object_name (object_name) values ('delete-all')`],
    ['pragma journal_mode = delete'],
    ['PRAGMA user_version = 7'],
    [`attach ':memory:' as other`],
    ['detach main'],
    [`vacuum into 'copy.db'`],
    ['begin'],
    ['commit'],
    ['savepoint a'],
    ['analyze'],
    ['reindex'],
    ['explain delete from pods'],
    ['explain pragma journal_mode = delete'],
    ['explain query plan pragma user_version = 7'],
    ['explain explain select 1'],
    ['/* select */ delete from pods'],
    ['-- select\ndelete from pods'],
    ['; delete from pods'],
    ['(select 1)'],
    ['"select" 1'],
    ['with a as (select 1) delete from pods'],
    ['with a as (select 1) insert into pods select * from a'],
    ['with a as (select 1) update pods set name = 1'],
  ])('%s is refused with what is allowed', async (statement) => {
    expectError(await run('--', statement), 2, /is not allowed/, /SELECT, WITH, VALUES or EXPLAIN, and only reads/);
  });

  test.each([['select 1; select 2'], ['select 1; delete from pods'], [`select 1;;/* */ ; pragma user_version = 7;`]])(
    '%s is refused as more than one',
    async (statement) => {
      expectError(await run(statement), 2, /more than one statement/);
    },
  );

  test.each([
    [`select load_extension('/tmp/x.so')`, /not authorized/],
    [`select writefile('x', 'y')`, /no such function: writefile/],
    [`select readfile('/etc/passwd')`, /no such function: readfile/],
    [`select fts3_tokenizer('x', x'00')`, /./],
  ])('%s is an error', async (statement, says) => {
    expectError(await run(statement), 2, says);
  });

  test('changed nothing', () => {
    expect(meaning()).toBe(before);
  });
});

describe('the tables of the store', () => {
  test.each([
    ['select * from object'],
    ['select * from "body"'],
    ['select * from [term]'],
    ['select * from `scope`'],
    [`select * from 'mirror'`],
    ['select * from OBJECT_TERM'],
    ['select name from pods union all select text from term'],
    [`select * from object_name where object_name match 'pod'`],
    ['select * from kysely_migration'],
  ])('are no views: %s', async (statement) => {
    expectError(await run(statement), 2, /^error: no view is called/, /^ {2}views: objects, /m);
  });

  test.each([
    ['select * from main.object'],
    ['select * from main . "object"'],
    ['select * from "main"/* */.object'],
    [`select * from 'main'.object`],
    ['select main.object.key from pods'],
    ['select * from sqlite_schema'],
    ['select sql from temp.sqlite_master'],
    [`select * from 'sqlite_schema'`],
    ['select * from "sqlite_temp_schema"'],
    ['select * from sqlite_stat1'],
    ['select * from dbstat'],
    ['select * from object_name_data'],
    [`select * from 'dbstat'`],
    ['select * from sqlite_sequence'],
    ['select * from pragma_table_list'],
    [`select * from pragma_table_info('object')`],
    ['select * from Pragma_Database_List()'],
    [`select * from 'pragma_function_list'`],
    ['select * from navi_moment'],
    [`select * from temp.'navi_type'`],
    [`select Navi_Cell('object', '{bad')`],
    [`select "navi_body"(x'00')`],
  ])('are out of reach: %s', async (statement) => {
    expectError(await run(statement), 2, /is out of reach: a statement reads the views alone/, /--views/);
  });

  test('take no name from a statement', async () => {
    const { stdout, code } = await run(
      'with object as (select 1 as body) select object.body as owner from object',
      '-o',
      'csv',
    );
    expect({ stdout, code }).toEqual({ stdout: 'owner\r\n1\r\n', code: 0 });
  });
});

describe('a statement that asks too much', () => {
  test('is ended after its time, with what to do', async () => {
    const startedAt = performance.now();
    expectError(await run(endless, '--timeout', '300ms'), 2, /stopped: it took longer than 0\.3 s\n {2}--timeout 1m/);
    expect(performance.now() - startedAt).toBeGreaterThan(300);
  });

  test('is ended by its memory', async () => {
    const sorted =
      'with recursive c(x) as (select zeroblob(1e7) union all select zeroblob(1e7) from c) select x from c order by 1';
    expectError(
      await run(sorted, '--timeout', '60s'),
      2,
      /stopped: it took more than 512 MiB of memory\n {2}what is sorted/,
    );
  });

  test.each([
    ['select length(group_concat(hex(zeroblob(5e7)))) from json_each(?)'.replace('?', `'[1,2,3,4,5,6,7,8,9]'`)],
    ['select zeroblob(5e8)'],
    [`select hex(zeroblob(2e8))`],
    [`select replace(hex(zeroblob(1e6)), '0', hex(zeroblob(1e6)))`],
  ])('is ended by its memory or the size of a value: %s', async (statement) => {
    expectError(
      await run(statement, '--timeout', '60s'),
      2,
      /more than 512 MiB of memory|too large|longer than 64 MiB/,
    );
  });

  test.each([['select zeroblob(2e9)'], [`select printf('%2000000000d', 1)`], ['select randomblob(2e9)']])(
    'makes no value that is larger than SQLite allows: %s',
    async (statement) => {
      expectError(await run(statement, '--timeout', '60s'), 2, /a value that is too large: string or blob too big/);
    },
  );

  test('has no value beyond 64 MiB printed', async () => {
    expectError(
      await run('select zeroblob(70e6)', '--timeout', '60s'),
      2,
      /a value of the answer is longer than 64 MiB/,
    );
    expect((await run('select length(zeroblob(70e6)) as n', '-o', 'csv')).stdout).toBe('n\r\n70000000\r\n');
  });

  test('prints the first rows of an endless answer, and says so', async () => {
    const counting = 'with recursive c(x) as (select 1 union all select x + 1 from c) select x from c';
    const { stdout, stderr, code } = await run(counting, '-o', 'csv');
    expect(stdout.trimEnd().split('\r\n')).toHaveLength(10_001);
    expect({ stderr, code }).toEqual({
      stderr: 'navi: only the first 10,000 rows are here; --limit 0 prints all\n',
      code: 0,
    });
  });

  test('that is nested too deeply, or too long, is an error', async () => {
    expectError(await run(`select ${'('.repeat(5_000)}1${')'.repeat(5_000)}`), 2, /error: /);
    const long = navi.file('long.sql', `select '${'x'.repeat(1024 * 1024)}'`);
    expectError(await run('-f', long), 2, /it is larger than 1 MiB/);
  });
});

/** The process of the statement that a navi runs. */
async function statementOf(pid: number): Promise<number> {
  for (;;) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    const found = children.find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('statement-main'));
    if (found !== undefined) return Number(found);
    await pause(10);
  }
}

/** What a process has open. */
function openFilesOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((handle) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${handle}`)];
    } catch {
      return [];
    }
  });
}

function residentMebibytesOf(pid: number): number {
  const [, kibibytes = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}

/** Resolves when something holds. */
async function until(holds: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error('it never came to that');
    await pause(20);
  }
}

/** Processor time that a process has taken (clock ticks); undefined where it is gone. */
function ticksOf(pid: number): number | undefined {
  try {
    const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const [state, ...rest] = fields.split(' ');
    return state === 'Z' ? undefined : Number(rest[10]) + Number(rest[11]);
  } catch {
    return undefined;
  }
}

describe.runIf(process.platform === 'linux')('the process of a statement', () => {
  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('ends with its parent (%s)', async (signal) => {
    const program = spawn(process.execPath, [naviProgram, 'sql', endless, '--timeout', '10m'], {
      env: navi.environment(),
      stdio: 'ignore',
    });
    const statement = await statementOf(program.pid ?? 0);
    // It computes.
    await until(() => (ticksOf(statement) ?? 0) > 20);
    const ended = once(program, 'exit');
    program.kill(signal);
    await ended;
    await until(() => ticksOf(statement) === undefined);
  });

  test('reads to the end what a slow reader has not taken, as far as it has room', async () => {
    const program = spawn(
      process.execPath,
      [naviProgram, 'sql', 'select hex(zeroblob(3e6)) as a from pods, pods b', '-o', 'csv'],
      {
        env: navi.environment(),
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const statement = await statementOf(program.pid ?? 0);
    await once(program.stdout, 'readable');
    // The snapshot is over, and most of the answer is still there.
    await until(() => !openFilesOf(statement).some((file) => file.includes('mirror.db')));
    expect(openFilesOf(statement)).not.toEqual([]);
    expect(await text(program.stdout)).toHaveLength('a\r\n'.length + 4 * (6e6 + 2));
    if (program.exitCode === null) await once(program, 'exit');
    expect(program.exitCode).toBe(0);
  });

  test('waits for a reader that takes nothing, in a bounded memory', async () => {
    const rows = `with recursive c(x) as (select 1 union all select x + 1 from c) select printf('%01000d', x) as y from c`;
    const program = spawn(
      process.execPath,
      [naviProgram, 'sql', rows, '--limit', '0', '--timeout', '10m', '-o', 'csv'],
      {
        env: navi.environment(),
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const statement = await statementOf(program.pid ?? 0);
    await once(program.stdout, 'readable');
    // It looks for its reader two hundred times a second, which takes some ticks; to read on would take most of a hundred.
    let before = Number.NEGATIVE_INFINITY;
    let lookCount = 0;
    await until(() => {
      lookCount += 1;
      if (lookCount % 50 !== 0) return false;
      const ticks = ticksOf(statement) ?? 0;
      const isWaiting = Number.isFinite(before) && ticks - before < 10;
      before = ticks;
      return isWaiting;
    });
    expect(residentMebibytesOf(statement)).toBeLessThan(300);
    program.kill('SIGKILL');
    await until(() => ticksOf(statement) === undefined);
  });

  test('is gone when the command has been told so', async () => {
    const program = spawn(process.execPath, [naviProgram, 'sql', endless, '--timeout', '1s'], {
      env: navi.environment(),
      stdio: 'ignore',
    });
    const statement = await statementOf(program.pid ?? 0);
    expect(await once(program, 'exit')).toEqual([2, null]);
    expect(ticksOf(statement)).toBeUndefined();
  });
});
