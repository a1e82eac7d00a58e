import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { hostNavi, type HostedNavi } from '../support/hosted-navi.ts';
import { mirrorFiles } from '../support/stored-mirror.ts';
import {
  expectError,
  naviProgram,
  steeringCharacters,
  steeringText,
  syncedNavi,
  type ProgramResult,
  type SyncedNavi,
} from '../support/synced-navi.ts';

let navi: SyncedNavi;
let host: HostedNavi;

/** What tables, spreadsheets and shells make something else of. */
const odd = [
  'a,b',
  'say "hi"',
  'two\nlines',
  'cr\r\nlf',
  '=1+1',
  '+x',
  '-x',
  '@x',
  'ünï çödé 日本 🎉',
  ' blank ',
  "it's",
  '',
];

beforeAll(async () => {
  navi = await syncedNavi(3);
  for (const [index, value] of odd.entries()) {
    const metadata = { name: `odd-${String(index).padStart(2, '0')}`, namespace: 'shop', annotations: { value } };
    navi.simulator.state.create('configmaps', { metadata });
  }
  navi.simulator.state.delete('configmaps', { namespace: 'shop', name: 'in-shop' });
  expect(await navi.navi(['sync', '--once'])).toMatchObject({ code: 0 });
  host = hostNavi(navi.folder, navi.environment({ NAVI_NOTICE_AFTER: '1h' }));
});
afterAll(async () => {
  await host.stop();
  await navi.remove();
});

const run = (...args: readonly string[]): Promise<ProgramResult> => host.run(['sql', ...args], 60_000);

/** What a statement that is right prints; nothing is told besides. */
async function output(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, code } = await run(...args);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return stdout;
}

describe('the output', () => {
  test('is a table with columns as SQLite names them', async () => {
    const statement = `select name as "Name", namespace, 1.0, 1 + 1 as "one and one", x'00ff' as blob from pods order by 1`;
    expect(await output(statement)).toBe(
      [
        'Name    namespace   1.0   one and one   blob',
        'pod-0   default     1.0   2             00FF',
        'pod-1   default     1.0   2             00FF',
        'pod-2   default     1.0   2             00FF\n',
      ].join('\n'),
    );
  });

  test('has each row of a table on one line', async () => {
    const lines = (await output(`select value, name from annotations where name like 'odd%' order by name`))
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(odd.length + 1);
    expect(lines[3]).toMatch(/^two lines +odd-02$/);
  });

  test('as CSV has every text as it is', async () => {
    const csv = await output(`select value, name from annotations where name like 'odd%' order by name`, '-o', 'csv');
    const quoted = (value: string): string =>
      value === '' || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
    const lines = odd.map((value, index) => `${quoted(value)},odd-${String(index).padStart(2, '0')}\r\n`);
    expect(csv).toBe(`value,name\r\n${lines.join('')}`);
  });

  test('as CSV tells NULL from an empty text, and has a header also without rows', async () => {
    expect(await output(`select null as a, '' as b, 0 as c`, '-o', 'csv')).toBe('a,b,c\r\n,"",0\r\n');
    expect(await output(`select name, 1 as "x,y" from pods where false`, '-o', 'csv')).toBe('name,"x,y"\r\n');
  });

  test('as JSON has rows as objects, with all digits of numbers', async () => {
    const statement = `select 9007199254740993 as big, -9223372036854775808 as least, 0.1 as real, 1e300 * 1e300 as beyond,
      -1e300 * 1e300 as below, null as none, value from annotations where name = 'odd-08'`;
    const json = await output(statement, '-o', 'json');
    expect(json).toContain(
      '"big": 9007199254740993, "least": -9223372036854775808, "real": 0.1, "beyond": "Inf", "below": "-Inf", "none": null',
    );
    expect(JSON.parse(json)).toMatchObject({
      columns: ['big', 'least', 'real', 'beyond', 'below', 'none', 'value'],
      rows: [{ context: 'simulator', value: odd[8] }],
      isCut: false,
      mirrors: [{ context: 'simulator', ageMs: expect.any(Number) as number, isStale: false }],
    });
    expect(JSON.parse(await output('select name from pods where false', '-o', 'json'))).toMatchObject({
      columns: ['name'],
      rows: [],
    });
  });

  test('as JSON has no two columns of one name', async () => {
    expectError(
      await run('select p.name, n.name from pods p, pods n', '-o', 'json'),
      2,
      /two columns are called "name"/,
      /AS/,
    );
    expectError(await run('select 1 as context', '-o', 'json'), 2, /a column is called "context", which each row/);
    expect(await output('select 1 as a, 2 as a')).toBe('a   a\n1   2\n');
  });

  test('ends where it is cut, which is told', async () => {
    const cut = await run('select name from pods order by 1', '--limit', '2', '-o', 'json');
    expect(JSON.parse(cut.stdout)).toMatchObject({ isCut: true, rows: [{ name: 'pod-0' }, { name: 'pod-1' }] });
    expect(cut.stderr).toBe('navi: only the first 2 rows are here; --limit 0 prints all\n');
    expect(JSON.parse(await output('select name from pods', '--limit', '3', '-o', 'json'))).toMatchObject({
      isCut: false,
    });
  });

  test('without a limit is everything, in the memory of a part of it', async () => {
    const count = 300_000;
    const counting = `with recursive c(x) as (select 1 union all select x + 1 from c limit ${count}) select x, printf('%0500d', x) as y from c`;
    const program = spawn(
      process.execPath,
      [naviProgram, 'sql', counting, '--limit', '0', '-o', 'csv', '--timeout', '5m'],
      {
        env: navi.environment(),
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const ended = once(program, 'exit');
    let length = 0;
    for await (const chunk of program.stdout) length += (chunk as Buffer).length;
    expect(await ended).toEqual([0, null]);
    const digits = Array.from({ length: 6 }, (_none, at) => Math.max(0, count - 10 ** at + 1)).reduce(
      (sum, each) => sum + each,
      0,
    );
    expect(length).toBe('x,y\r\n'.length + count * (1 + 500 + 2) + digits);
  });

  test('ends quietly with its reader', async () => {
    const line = `set -o pipefail; navi sql --limit 0 'with recursive c(x) as (select 1 union all select x + 1 from c) select x from c' | head -n 2`;
    expect(await navi.shell(line)).toEqual({ stdout: 'x\n1\n', stderr: '', code: 0 });
  });

  test('steers no terminal, and fits into it', async () => {
    const statement = `select value, name from annotations where name = 'evil'`;
    for (const format of ['table', 'json', 'csv']) {
      const shown = await navi.onTerminal(`sql "${statement}" -o ${format}`, 40, { NO_COLOR: '1' });
      expect(steeringCharacters(shown)).toEqual([]);
      expect(shown).toContain('evil');
      if (format === 'table') expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
    }
    expect((await navi.onTerminal('sql "select 1 as a"', 40)).split('\n')[0]).toBe('\u001B[2ma\u001B[22m');
    const piped = await output(statement, '-o', 'csv');
    expect(piped).toContain(steeringText);
  });
});

describe('the statement', () => {
  test('comes as an argument, from a file or from standard input', async () => {
    const file = navi.file('one.sql', '-- counts\nselect count(*) as n\nfrom pods;\n');
    expect(await output('-f', file)).toBe('n\n3\n');
    for (const line of ['navi sql', 'navi sql -', 'navi sql -f -', 'navi sql -f /dev/stdin']) {
      expect(await navi.shell(`${line} < ${file}`)).toEqual({ stdout: 'n\n3\n', stderr: '', code: 0 });
    }
    expect((await navi.shell('echo "select 7 as n" | navi sql')).stdout).toBe('n\n7\n');
  });

  test('that is missing, doubled or cannot be read is an error', async () => {
    for (const empty of ['', ' \n', ';', '-- nothing', '/* nothing */'])
      expectError(await run('--', empty), 2, /there is no statement/);
    expectError(await run('select 1', '-f', 'x.sql'), 2, /as an argument or from a file, not as both/);
    expectError(
      await run('-f', join(navi.folder, 'nowhere.sql')),
      2,
      /cannot be read from .*nowhere\.sql: no such file/,
    );
    expectError(await run('-f', navi.folder), 2, /cannot be read from .*: it is a folder/);
    expectError(await navi.shell('navi sql < /dev/null'), 2, /there is no statement/);
    expectError(await navi.shell('yes | navi sql'), 2, /longer than 1 MiB/);
    expectError(await run('select\0 1'), 2, /NUL/);
  });

  test.each([
    ['selct 1', /a statement with selct is not allowed\n {2}did you mean SELECT\?/],
    ['select name frm pods where 1', /near "pods": syntax error \(line 1, column 17\)/],
    ['select name\nfrom pods\nwhere name = name = = 2', /near "=": syntax error \(line 3, column 21\)/],
    ['select (1', /the statement ends too early/],
    [`select 'a`, /unrecognized token: "'a"/],
    [
      'select * from podz',
      /no view is called podz \(line 1, column 15\)\n {2}did you mean pods\?\n {2}views: objects, /,
    ],
    [
      'select nmae from pods',
      /no column is called nmae \(line 1, column 8\)\n {2}did you mean name\?\n {2}pods: namespace, name, /,
    ],
    ['select p.nod from pods p', /no column is called p\.nod \(line 1, column 10\)\n {2}did you mean node\?/],
    [
      'select name from pods where name = "web"',
      /no column is called "web" - should this be a string literal in single-quotes\?/,
    ],
    ['select nofunction(1)', /no such function: nofunction \(line 1, column 8\)/],
    ['select name from pods a, pods b', /ambiguous column name: name/],
    ['select count(*) from pods where count(*) > 1', /misuse of aggregate/],
    ['select sum(name, 2) from pods', /wrong number of arguments to function sum/],
    ['select 1 union select 1, 2', /do not have the same number of result columns/],
    [`select json_extract('{', '$.a')`, /malformed JSON/],
    ['select abs(-9223372036854775808)', /integer overflow/],
  ])('%s is told where it is wrong', async (statement, says) => {
    expectError(await run(statement), 2, says);
  });

  test('takes parameters by name, as texts', async () => {
    const statement = 'select name, :other as o from pods where name = :name';
    expect(await output(statement, '--param', 'name=pod-1', '--param', "other=a='b'")).toBe(
      "name    o\npod-1   a='b'\n",
    );
    expectError(
      await run(statement, '--param', 'name=pod-1'),
      2,
      /the parameter :other has no value\n {2}--param other=VALUE/,
    );
    expectError(
      await run(statement, '--param', 'nam=x', '--param', 'name=x', '--param', 'other='),
      2,
      /no parameter :nam/,
    );
    expectError(await run('select ?', '--param', 'a=1'), 2, /parameters of a statement have names/);
    expectError(await run('select :a', '--param', 'a'), 2, /"a" is no parameter/);
    expectError(await run('select :a', '--param', 'a=1', '--param', 'a=2'), 2, /the parameter a is given twice/);
    expect(await output(`select ':no' as a -- :comment`)).toBe('a\n:no\n');
  });

  test.each([
    ['-- a comment\nselect 1 as a'],
    ['--a comment\nselect 1 as a'],
    ['--\nselect 1 as a', '-o', 'table'],
    ['-o', 'table', '--', '-- a comment\nselect 1 as a'],
    ['/* a comment */ select 1 as a'],
  ])('may begin with a comment: %j', async (...args) => {
    expect(await output(...args)).toBe('a\n1\n');
  });

  test('is no flag that does not exist', async () => {
    expectError(await run('--verbose'), 2, /unknown flag --verbose/);
    expectError(await run('-- a comment', 'select 1'), 2, /unexpected argument/);
    expectError(await run('-- a comment', '-o', 'json'), 2, /^error: /);
  });

  test('is explained without being run', async () => {
    const plan = await output('--explain', `select * from objects where type = 'pods'`);
    expect(plan).toMatch(/^QUERY PLAN\n.*SEARCH o USING INDEX object_by_key \(type_id=\?\)/s);
    const endless = 'with recursive c(x) as (select 1 union all select x + 1 from c) select count(*) from c';
    expect(JSON.parse(await output('--explain', endless, '-o', 'json'))).toMatchObject({
      columns: ['id', 'parent', 'detail'],
    });
    expectError(await run('--explain', 'explain select 1'), 2, /an EXPLAIN already/);
    expect(await output('explain query plan select 1')).toMatch(/SCAN CONSTANT ROW/);
  });

  test.each([
    [['select 1', '--timeout', '0'], /needs some time/],
    [['select 1', '--timeout', 'soon'], /"soon" is no duration for --timeout/],
    [['select 1', '--limit', '-1'], /limit/],
    [['select 1', 'from pods'], /unexpected argument/],
    [['select 1', '-o', 'yaml'], /table, json, csv/],
  ])('%j is wrong usage', async (args, says) => {
    expectError(await run(...args), 2, says);
  });
});

test('the views are listed with what they mean', async () => {
  expect(await output('--views')).toMatch(/^objects: One row per object of any type\.\n {2}type +text +plural\.group/);
  const listed = JSON.parse(await output('--views', '-o', 'json')) as { rows: { view: string; column: string }[] };
  expect(listed.rows).toContainEqual({
    view: 'pods',
    column: 'restarts',
    type: 'integer',
    meaning: 'RESTARTS of navi get',
  });
  expect(await output('--views', '-o', 'csv')).toMatch(/^view,column,type,meaning\r\n/);
});

describe('a mirror', () => {
  test('that does not exist is no empty answer', async () => {
    const env = { NAVI_DATA_DIR: join(navi.folder, 'never') };
    expectError(await navi.navi(['sql', 'select name from pods'], env), 6, /is not mirrored yet/, /navi sync/);
  });

  test('whose data is old says so on stderr', async () => {
    const old = await navi.navi(['sql', 'select name from pods', '-o', 'json'], { NAVI_NOTICE_AFTER: '1ms' });
    expect(old.stderr).toMatch(/^navi: pods of context "simulator" is .* old: navi sync is not running\n$/);
    expect(JSON.parse(old.stdout)).toMatchObject({ mirrors: [{ isStale: true }] });
    const none = await navi.navi(['sql', 'select type, as_of from scopes limit 1'], { NAVI_NOTICE_AFTER: '1ms' });
    expect(none.stderr).toBe('');
  });

  test('that is damaged is not answered from', async () => {
    const dataDir = join(navi.folder, 'damaged');
    const env = { NAVI_DATA_DIR: dataDir };
    expect((await navi.execute('cp', ['-a', navi.dataDir, dataDir])).code).toBe(0);
    const [file = ''] = mirrorFiles(dataDir);
    const database = new SqliteDatabase(file);
    database.unsafeMode(true);
    database.exec(
      `pragma writable_schema = on; update sqlite_schema set sql = 'create table body(' where name = 'body'`,
    );
    database.close();
    expectError(await navi.navi(['sql', 'select name from pods'], env), 7, /mirror\.db/);
    rmSync(dataDir, { recursive: true });
  });

  test('tells of types that are not mirrored, where they are asked for', async () => {
    const named = await run(`select name from objects where type = 'componentstatuses'`);
    expect(named.stderr).toMatch(
      /^navi: context "simulator": componentstatuses: not mirrored, so no row is of that type\nno row\n$/,
    );
    const short = await run(`select name from objects where type = 'deployments'`);
    expect(short.stderr).toMatch(/no row; the type is called 'deployments\.apps'\n/);
    expect((await run(`select name from pods where name = 'x'`)).stderr).toBe('no row\n');
  });
});

describe('a permission that was withdrawn', () => {
  const refusal = 'pods is forbidden: User "admin" cannot list resource "pods" in API group "" at the cluster scope';
  const dataDir = (): string => join(navi.folder, 'refused');
  const ask = (...args: readonly string[]): Promise<ProgramResult> =>
    navi.navi(['sql', ...args], { NAVI_DATA_DIR: dataDir(), NAVI_NOTICE_AFTER: '1h' });

  /** Rows of a type by view. */
  const counts = (type: string): string =>
    ['objects', 'cells', 'labels', 'annotations', 'owners', 'changes', 'deleted']
      .map((view) => `select '${view}' as view, count(*) as count from ${view} where type = '${type}'`)
      .join(' union all ');

  async function countsOf(type: string): Promise<Readonly<Record<string, number>>> {
    const { stdout } = await ask(counts(type), '-o', 'json');
    const { rows } = JSON.parse(stdout) as { rows: { view: string; count: number }[] };
    return Object.fromEntries(rows.map(({ view, count }) => [view, count]));
  }

  beforeAll(async () => {
    expect((await navi.execute('cp', ['-a', navi.dataDir, dataDir()])).code).toBe(0);
    expect(await countsOf('pods')).toMatchObject({ objects: 3, labels: 27, annotations: 12 });
    expect(await countsOf('configmaps')).toMatchObject({ deleted: 1 });
    const database = new SqliteDatabase(mirrorFiles(dataDir())[0] ?? '');
    const idOf = (resource: string): unknown =>
      database.prepare(`select id from resource_type where api_group = '' and resource = ?`).pluck().get(resource);
    const stopped = `mode = 'stopped', health = 'unhealthy', reason = 'forbidden', refused_at = as_of`;
    database
      .prepare(`update scope set phase = 'denied', refusal = ?, ${stopped} where type_id = ?`)
      .run(refusal, idOf('pods'));
    database
      .prepare(
        `insert into scope (type_id, namespace, phase, mode, health, reason, health_since)
         values (?, 'shop', 'denied', 'stopped', 'unhealthy', 'forbidden', 0)`,
      )
      .run(idOf('configmaps'));
    database.close();
  });

  test('hides the rows from every view', async () => {
    expect(new Set(Object.values(await countsOf('pods')))).toEqual(new Set([0]));
    expect((await ask(counts('pods'))).stderr).toBe(
      'navi: context "simulator": pods: refused by the cluster, so no row is of that type\n',
    );
    expect((await ask(`select object_count from types where type = 'pods'`)).stdout).toBe('object_count\n\n');
  });

  test('in one namespace hides those that are there', async () => {
    const { stdout } = await ask(
      `select distinct namespace from objects where type = 'configmaps' order by 1`,
      '-o',
      'csv',
    );
    expect(stdout).toContain('\r\ndefault\r\n');
    expect(stdout).not.toContain('shop');
    expect(await countsOf('configmaps')).toMatchObject({ deleted: 0, changes: 0 });
  });

  test('is the answer of a view of that type alone', async () => {
    for (const view of ['pods', 'containers']) {
      expectError(
        await ask(`select * from ${view}`),
        4,
        new RegExp(`the view ${view} has nothing to show: ${refusal}`),
      );
    }
  });

  test('shows as a refused scope', async () => {
    const shown = await ask(
      `select type, is_refused, refusal from scopes where type in ('pods', 'events') order by 1`,
      '-o',
      'csv',
    );
    expect(shown.stdout).toBe(`type,is_refused,refusal\r\nevents,0,\r\npods,1,"${refusal.replaceAll('"', '""')}"\r\n`);
  });
});

describe('several contexts', () => {
  let other: Simulator;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    other = await startSimulator();
    other.state.create('configmaps', { metadata: { name: 'only-here', namespace: 'default' } });
    const server = (url: string): object => ({ cluster: { server: url } });
    const names = ['simulator', 'other', 'away'];
    const urls = [navi.simulator.url, other.url, 'http://127.0.0.1:1'];
    const config = {
      clusters: names.map((name, index) => ({ name, ...server(urls[index] ?? '') })),
      users: [{ name: 'admin', user: { token: 'token-of-admin' } }],
      contexts: names.map((name) => ({ name, context: { cluster: name, user: 'admin' } })),
      'current-context': 'simulator',
    };
    env = { KUBECONFIG: navi.file('several', JSON.stringify(config)) };
    expect((await navi.navi(['sync', '--once', '--context', 'other'], env)).code).toBe(0);
  });
  afterAll(() => other.stop());

  const both = ['--context', 'simulator', '--context', 'other'];
  const statement = `select name, '=1' as x from objects where name in ('pod-0', 'only-here')`;

  test('answer each for itself, with a column that says which', async () => {
    expect(await navi.navi(['sql', statement, ...both], env)).toEqual({
      stdout: 'CONTEXT     name        x\nsimulator   pod-0       =1\nother       only-here   =1\n',
      stderr: '',
      code: 0,
    });
    const csv = await navi.navi(['sql', statement, ...both, '-o', 'csv'], env);
    expect(csv.stdout).toBe('context,name,x\r\nsimulator,pod-0,=1\r\nother,only-here,=1\r\n');
    const json = JSON.parse((await navi.navi(['sql', statement, ...both, '-o', 'json'], env)).stdout) as object;
    expect(json).toMatchObject({
      columns: ['name', 'x'],
      rows: [
        { context: 'simulator', name: 'pod-0', x: '=1' },
        { context: 'other', name: 'only-here', x: '=1' },
      ],
      mirrors: [{ context: 'simulator' }, { context: 'other' }],
    });
  });

  test('are cut each for itself', async () => {
    const cut = await navi.navi(['sql', 'select name from objects', '--limit', '1', ...both], env);
    expect(cut.stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(cut.stderr).toBe('navi: only the first row of simulator, other is here; --limit 0 prints all\n');
  });

  test('of which some cannot answer print the others, name each with its reason, and exit 6', async () => {
    const some = await navi.navi(['sql', statement, '--all-contexts'], env);
    expect(some.stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(some.stderr).toMatch(/^error: context "away" .* is not mirrored yet$/m);
    expect(some.code).toBe(6);
    const none = await navi.navi(['sql', statement, '--context', 'away'], env);
    expectError(none, 6, /context "away" .* is not mirrored yet/);
  });

  test('that are stale are marked and not left out', async () => {
    const stale = await navi.navi(['sql', statement, ...both], { ...env, NAVI_NOTICE_AFTER: '1ms' });
    expect(stale.stdout).toMatch(/^simulator \(stale\) +pod-0 +=1$/m);
    expect(stale.stderr).toMatch(/of context "simulator" is .* old.*\n.*of context "other" is .* old/);
  });

  test('are wrong all at once where the statement is', async () => {
    expectError(await navi.navi(['sql', 'select nme from pods', '--all-contexts'], env), 2, /no column is called nme/);
  });
});
