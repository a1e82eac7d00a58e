import { existsSync, globSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/kube-object.ts';
import { exportSqlite } from '../../src/cli/export/sqlite-export.ts';
import { exportRequest } from '../../src/cli/export/export-request.ts';
import { Interruption } from '../../src/cli/export/interruption.ts';
import { chosenContexts } from '../../src/cli/chosen-contexts.ts';
import { views } from '../../src/query/sql/views.ts';
import { startLongCommand } from '../support/long-command.ts';
import { openedReader } from '../support/opened-reader.ts';
import { samplePod } from '../support/sample-pod.ts';
import { mirrorFiles } from '../support/stored-mirror.ts';
import {
  expectError,
  naviProgram,
  steeringCharacters,
  syncedNavi,
  type ProgramResult,
  type SyncedNavi,
} from '../support/synced-navi.ts';

/** Bytes that no export may hold. */
const secretName = 'hush-hush';
const secretValue = 'bm9ib2R5LW1heS1zZWUtdGhpcw==';

/** An object in which a spreadsheet, YAML, a file system and a terminal each find something. */
const oddRole = 'system:Odd:größe';

let navi: SyncedNavi;

beforeAll(async () => {
  navi = await syncedNavi();
  const { state } = navi.simulator;
  state.create('secrets', { metadata: { name: secretName, namespace: 'shop' }, data: { key: secretValue } });
  state.create('clusterroles.rbac.authorization.k8s.io', { metadata: { name: oddRole }, rules: [] });
  state.create('clusterroles.rbac.authorization.k8s.io', { metadata: { name: oddRole.toLowerCase() }, rules: [] });
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u', controller: true };
  const owned = samplePod('owned', 7);
  state.create('pods', {
    ...owned,
    metadata: { ...(owned['metadata'] as object), namespace: 'shop', ownerReferences: [owner] },
  });
  expect(await navi.navi(['sync', '--once'])).toMatchObject({ code: 0 });
});
afterAll(() => navi.remove());

const path = (name: string): string => join(navi.folder, name);
const exported = (...args: readonly string[]): Promise<ProgramResult> => navi.ask(['export', ...args]);
const lines = (text: string): readonly string[] => text.split('\n').slice(0, -1);

/** The objects of NDJSON. */
const objects = (text: string): readonly KubeObject[] => lines(text).map((line) => JSON.parse(line) as KubeObject);
const named = (text: string): readonly string[] =>
  objects(text)
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    .sort();

/** What lies in a folder: texts by their paths. */
const files = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    globSync('**/*', { cwd: folder })
      .filter((file) => statSync(join(folder, file)).isFile())
      .sort()
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );

/** Runs `work` while a column of the scope of a type says this. */
async function withScope(resource: string, set: string, work: () => Promise<void>): Promise<void> {
  const change = (sql: string): void => {
    const database = new SqliteDatabase(mirrorFiles(navi.dataDir)[0] ?? '');
    database.exec(
      `update scope set ${sql} where type_id = (select id from resource_type where resource = '${resource}' and api_group = '')`,
    );
    database.close();
  };
  change(set);
  try {
    await work();
  } finally {
    change(`phase = 'stopped', complete = 1, refusal = null`);
  }
}

const denied = `phase = 'denied', refusal = 'configmaps is forbidden: nobody may'`;

describe('navi export as NDJSON', () => {
  test('has every object as get -o json has it, of all namespaces, but for Secrets', async () => {
    const { stdout, stderr, code } = await exported();
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const { stdout: got } = await navi.ask(['get', 'cm,events,ns,pods,clusterroles', '-A', '-o', 'json']);
    const wanted = (JSON.parse(got) as { items: KubeObject[] }).items;
    expect(wanted.length).toBeGreaterThan(10);
    expect(new Set(objects(stdout).map((each) => JSON.stringify(each)))).toEqual(
      new Set(wanted.map((each) => JSON.stringify(each))),
    );
    expect(lines(stdout)).toHaveLength(wanted.length);
  });

  test.each([
    [['cm', '-n', 'shop'], ['ConfigMap/in-shop']],
    [
      ['-n', 'shop'],
      ['ConfigMap/in-shop', 'Pod/owned'],
    ],
    [['ns,cm', '-n', 'shop', '--field-selector', 'metadata.name=shop'], ['Namespace/shop']],
    [['pods', '--where', 'metadata.name.endsWith("1")'], ['Pod/pod-1']],
    [['pods', '--where', 'cols.NAME == "pod-1"', '-A'], ['Pod/pod-1']],
    [['pods', '-l', 'nobody-has-this'], []],
    [['po,pod,pods', '-n', 'shop'], ['Pod/owned']],
  ])('%j chooses', async (args, expected) => {
    const { stdout, stderr, code } = await exported(...args);
    expect({ names: named(stdout), stderr, code }).toEqual({
      names: expected,
      stderr: expected.length === 0 ? 'no object is like that\n' : '',
      code: 0,
    });
  });

  test('of several contexts says on each line which one, names those that cannot answer, and exits 6', async () => {
    const config = JSON.stringify({
      clusters: [
        { name: 'a', cluster: { server: navi.simulator.url } },
        { name: 'b', cluster: { server: 'http://127.0.0.1:1' } },
      ],
      users: [{ name: 'admin', user: { token: 'token-of-admin' } }],
      contexts: ['a', 'b'].map((name) => ({ name, context: { cluster: name, user: 'admin' } })),
    });
    const { stdout, stderr, code } = await navi.navi(['export', 'ns', '--all-contexts'], {
      KUBECONFIG: navi.file('two', config),
    });
    for (const line of lines(stdout))
      expect(JSON.parse(line)).toEqual({
        context: 'a',
        object: expect.objectContaining({ kind: 'Namespace' }) as object,
      });
    expect(lines(stdout).length).toBeGreaterThan(1);
    expect(stderr).toMatch(/^error: context "b" .* is not mirrored yet$/m);
    expect(code).toBe(6);
  });

  test('writes a file that is whole, and says how many objects', async () => {
    const { stdout, stderr, code } = await exported('ns', '--to', path('ns.ndjson'));
    expect({ stdout, code }).toEqual({ stdout: '', code: 0 });
    expect(stderr).toMatch(/^navi: 5 objects written to .*ns\.ndjson\n$/);
    expect(readFileSync(path('ns.ndjson'), 'utf8')).toBe((await exported('ns')).stdout);
  });

  test('ends quietly with its reader', async () => {
    const { stdout, stderr } = await navi.shell('navi export | head -n 1; echo "${PIPESTATUS[0]}"');
    expect(lines(stdout)[1]).toBe('0');
    expect(stderr).toBe('');
  });

  test('steers no terminal', async () => {
    const shown = await navi.onTerminal('export cm,events', 80);
    expect(shown).toContain('findme');
    expect(steeringCharacters(shown)).toEqual([]);
  });
});

describe('navi export as YAML', () => {
  test('is a tree that stays the same, byte for byte, without what passes', async () => {
    const { stderr, code } = await exported('-o', 'yaml', '--to', path('tree'));
    expect(code).toBe(0);
    expect(stderr).toMatch(/: 12 files written, 0 removed, 0 as they were\n$/);
    const tree = files(path('tree'));
    expect([...tree.keys()].filter((file) => !file.includes('namespaces'))).toEqual([
      'simulator/_cluster/clusterroles.rbac.authorization.k8s.io/system%3a%4fdd%3agr%c3%b6%c3%9fe.yaml',
      'simulator/_cluster/clusterroles.rbac.authorization.k8s.io/system%3aodd%3agr%c3%b6%c3%9fe.yaml',
      'simulator/default/configmaps/evil.yaml',
      'simulator/default/pods/pod-0.yaml',
      'simulator/default/pods/pod-1.yaml',
      'simulator/default/pods/pod-2.yaml',
      'simulator/shop/configmaps/in-shop.yaml',
    ]);
    const pod = load(tree.get('simulator/default/pods/pod-1.yaml') ?? '') as KubeObject;
    expect(pod).toMatchObject({ kind: 'Pod', metadata: { name: 'pod-1', namespace: 'default' } });
    expect(Object.keys(pod)).not.toContain('status');
    expect(Object.keys(pod.metadata)).not.toEqual(expect.arrayContaining(['uid']));
    const evil = objects((await exported('cm', '--field-selector', 'metadata.name=evil')).stdout)[0];
    expect(load(tree.get('simulator/default/configmaps/evil.yaml') ?? '')).toMatchObject({ data: evil?.['data'] });
    expect((await exported('-o', 'yaml', '--to', path('tree'))).stderr).toMatch(
      /: 0 files written, 0 removed, 12 as they were\n$/,
    );
    expect(files(path('tree'))).toEqual(tree);
  });

  test('--whole has what passes, and objects as they are', async () => {
    await exported('-o', 'yaml', '--whole', '--to', path('whole'));
    const tree = files(path('whole'));
    expect([...tree.keys()]).toEqual(
      expect.arrayContaining(['simulator/shop/pods/owned.yaml', 'simulator/default/events/evil.yaml']),
    );
    const [pod] = objects((await exported('pods', '--field-selector', 'metadata.name=owned')).stdout);
    expect(load(tree.get('simulator/shop/pods/owned.yaml') ?? '', {})).toEqual(pod);
  });

  test('of types that are named has what controllers made', async () => {
    await exported('pods', '-n', 'shop', '-o', 'yaml', '--to', path('named'));
    expect([...files(path('named')).keys()]).toEqual(['simulator/shop/pods/owned.yaml']);
  });

  test('removes what is gone, keeps what may not be read now, and leaves what is not its own', async () => {
    await exported('cm,pods', '-o', 'yaml', '--to', path('going'));
    writeFileSync(path('going/simulator/default/pods/mine.yaml'), 'mine');
    await withScope('configmaps', denied, async () => {
      navi.simulator.state.delete('pods', { namespace: 'default', name: 'pod-2' });
      const database = new SqliteDatabase(mirrorFiles(navi.dataDir)[0] ?? '');
      database.exec(`delete from object where key = 'default/pod-2'`);
      database.close();
      const { stderr, code } = await exported('cm,pods', '-o', 'yaml', '--to', path('going'));
      expect(stderr).toContain(
        ': 0 files written, 1 removed, 3 as they were, 2 of what cannot be read now left alone\n',
      );
      expect(stderr).toMatch(/^error: configmaps is forbidden: nobody may$/m);
      expect(code).toBe(6);
    });
    expect([...files(path('going')).keys()]).toEqual([
      'simulator/default/configmaps/evil.yaml',
      'simulator/default/pods/mine.yaml',
      'simulator/default/pods/pod-0.yaml',
      'simulator/default/pods/pod-1.yaml',
      'simulator/shop/configmaps/in-shop.yaml',
      'simulator/shop/pods/owned.yaml',
    ]);
  });
});

describe('navi export as CSV', () => {
  test('has the cells that get -o wide prints, with times in place of ages', async () => {
    const { stdout } = await exported('pods', '-o', 'csv');
    const [head = '', ...rows] = stdout.split('\r\n').slice(0, -1);
    const { stdout: printed } = await navi.ask(['get', 'pods', '-A', '-o', 'wide']);
    const [header = '', ...table] = lines(printed);
    expect(head.split(',')).toEqual(header.trim().split(/ {2,}/));
    const age = head.split(',').indexOf('AGE');
    const cells = rows.map((row) => row.split(','));
    for (const row of cells) expect(row[age]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(cells.map((row) => row.toSpliced(age, 1))).toEqual(
      table.map((line) => line.trim().split(/ {2,}/).toSpliced(age, 1)),
    );
  });

  test('keeps line breaks within a field, and takes a name that means several types for a mistake', async () => {
    expect((await exported('events', '-o', 'csv')).stdout).toMatch(/"[^"]*\nfindme too"/);
    expectError(await exported('all', '-o', 'csv'), 2, /a table has the columns of one type/);
  });

  test('of several types is a folder with a file for each', async () => {
    await exported('-o', 'csv', '--to', path('tables'));
    expect([...files(path('tables')).keys()]).toEqual(
      ['clusterroles.rbac.authorization.k8s.io', 'configmaps', 'events', 'namespaces', 'pods'].map(
        (type) => `simulator/${type}.csv`,
      ),
    );
    await exported('pods', '-o', 'csv', '--to', `${path('one')}/`);
    expect([...files(path('one')).keys()]).toEqual(['simulator/pods.csv']);
  });
});

type Row = Readonly<Record<string, unknown>>;

function tablesOf(file: string): Readonly<Record<string, readonly Row[]>> {
  const database = new SqliteDatabase(file, { readonly: true });
  try {
    const names = database
      .prepare(`select name from sqlite_schema where type = 'table' order by name`)
      .pluck()
      .all() as string[];
    return Object.fromEntries(names.map((name) => [name, database.prepare(`select * from ${name}`).all() as Row[]]));
  } finally {
    database.close();
  }
}

describe('navi export as SQLite', () => {
  /** What goes on counting. */
  const still = ({ age_seconds: _age, ...row }: Row): string => JSON.stringify(row);

  test('has what each view of navi sql has, but for Secrets, and ages as times', async () => {
    const { stderr, code } = await exported('-o', 'sqlite', '--to', path('all.db'));
    expect({ stderr, code }).toMatchObject({ stderr: expect.stringMatching(/objects written to/) as string, code: 0 });
    expect(statSync(path('all.db')).mode & 0o777).toBe(0o600);
    const tables = tablesOf(path('all.db'));
    // What logs are kept is for the user alone.
    const shared = views.filter(({ name }) => name !== 'kept_logs');
    expect(Object.keys(tables)).toEqual(['export', ...shared.map(({ name }) => name)].sort());
    expect(tables['export']).toMatchObject([{ context: 'simulator', server: navi.simulator.url }]);
    for (const { name } of shared) {
      const { stdout } = await navi.ask(['sql', `select * from ${name}`, '-o', 'json', '--limit', '0']);
      const wanted = (JSON.parse(stdout) as { rows: Row[] }).rows.map(({ context: _context, ...row }) => row);
      // Of types that are left out the views have more: Secrets, and what is not mirrored.
      const exportedTypes = new Set(tables['types']?.map(({ type }) => type));
      const isThere = (row: Row): boolean => !('type' in row) || name === 'events' || exportedTypes.has(row['type']);
      const isAge = (row: Row): boolean =>
        name === 'cells' && ['AGE', 'LAST SEEN', 'FIRST SEEN'].includes(String(row['column']));
      const shown = (rows: readonly Row[]): readonly string[] =>
        rows
          .filter((row) => isThere(row) && !isAge(row))
          .map(still)
          .sort();
      expect(shown(tables[name] ?? []), name).toEqual(shown(wanted));
    }
    expect(
      tables['cells']?.filter(({ column }) => column === 'AGE').every(({ value }) => String(value).endsWith('Z')),
    ).toBe(true);
    expect(tables['changes']?.length).toBeGreaterThan(0);
  });

  test('of chosen objects has only these, nothing of the past, and no table of a type that was not asked for', async () => {
    await exported('pods,cm', '-n', 'default', '-o', 'sqlite', '--to', path('some.db'));
    const some = tablesOf(path('some.db'));
    expect(new Set(some['objects']?.map(({ namespace }) => namespace))).toEqual(new Set(['default']));
    expect(some['types']?.map(({ type }) => type)).toEqual(['configmaps', 'pods']);
    expect(Object.keys(some)).not.toContain('nodes');
    expect(Object.keys(some)).toContain('changes');
    await exported('pods', '--where', 'metadata.name == "pod-1"', '-o', 'sqlite', '--to', path('chosen.db'));
    const chosen = tablesOf(path('chosen.db'));
    expect(chosen['objects']?.map(({ name }) => name)).toEqual(['pod-1']);
    expect(new Set(chosen['containers']?.map(({ pod }) => pod))).toEqual(new Set(['pod-1']));
    expect(Object.keys(chosen)).not.toContain('changes');
  });

  test('is the same from a copy of the mirror, and leaves no file but its own', async () => {
    const target = (name: string): string => path(`copies/${name}.db`);
    mkdirSync(path('copies'));
    const { contexts } = await chosenContexts({ kubeconfig: navi.kubeconfig });
    const made = async (name: string, heldCount: number): Promise<Readonly<Record<string, readonly Row[]>>> => {
      const reader = openedReader(mirrorFiles(navi.dataDir)[0] ?? '');
      const interruption = new Interruption();
      try {
        reader.sqlite.exec('begin');
        const place = { isAll: false, names: [] };
        const request = exportRequest(undefined, { output: 'sqlite', to: target(name), whole: false }, place);
        const asked = { request, hasContexts: false, interruption, makeQuery: undefined, heldCount };
        const [context] = contexts;
        if (context === undefined) throw new Error('no context');
        await exportSqlite(asked, reader, context);
      } finally {
        interruption.end();
        reader.close();
      }
      return tablesOf(target(name));
    };
    const comparable = ({ export: _export, ...tables }: Readonly<Record<string, readonly Row[]>>): unknown =>
      Object.entries(tables).map(([name, rows]) => [name, rows.map(still)]);
    expect(comparable(await made('copied', 0))).toEqual(comparable(await made('held', 1_000)));
    expect(readdirSync(path('copies')).sort()).toEqual(['copied.db', 'held.db']);
  });

  test('is refused beside the log of another database', async () => {
    writeFileSync(path('open.db-wal'), '');
    expectError(await exported('-o', 'sqlite', '--to', path('open.db')), 2, /is open in another program/);
    expect(existsSync(path('open.db'))).toBe(false);
  });
});

describe('navi export of several contexts', () => {
  let env: NodeJS.ProcessEnv;

  beforeAll(() => {
    const config = JSON.stringify({
      clusters: [{ name: 'a', cluster: { server: navi.simulator.url } }],
      users: [{ name: 'admin', user: { token: 'token-of-admin' } }],
      contexts: ['a', 'B/c'].map((name) => ({ name, context: { cluster: 'a', user: 'admin' } })),
    });
    env = { KUBECONFIG: navi.file('twins', config) };
  });

  const all = (...args: readonly string[]): Promise<ProgramResult> =>
    navi.navi(['export', '--all-contexts', ...args], env);

  test('is one table with a column that says which', async () => {
    const { stdout, stderr, code } = await all('ns', '-o', 'csv');
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const [head, ...rows] = stdout.split('\r\n').slice(0, -1);
    expect(head).toBe('CONTEXT,NAME,STATUS,AGE');
    const own = (name: string): readonly string[] =>
      rows.filter((row) => row.startsWith(`${name},`)).map((row) => row.slice(name.length));
    expect(own('a')).toHaveLength(5);
    expect(own('B/c')).toEqual(own('a'));
  });

  test('has the same form where --all-contexts means one', async () => {
    const one = (...args: readonly string[]): Promise<ProgramResult> => exported('ns', '--all-contexts', ...args);
    expect(Object.keys(JSON.parse(lines((await one()).stdout)[0] ?? '') as object)).toEqual(['context', 'object']);
    expect((await one('-o', 'csv')).stdout).toMatch(/^CONTEXT,NAME,/);
    await one('-o', 'sqlite', '--to', path('one-database'));
    expect(readdirSync(path('one-database'))).toEqual(['simulator.db']);
  });

  test('is a folder, or a database, for each', async () => {
    await all('ns', '-o', 'yaml', '--to', path('trees'));
    expect(readdirSync(path('trees')).sort()).toEqual(['%42%2fc', 'a']);
    const { stderr } = await all('ns', '-o', 'sqlite', '--to', path('databases'));
    expect(stderr).toMatch(/^navi: 10 objects written to /);
    expect(readdirSync(path('databases')).sort()).toEqual(['%42%2fc.db', 'a.db']);
    expect(tablesOf(path('databases/%42%2fc.db'))['export']).toMatchObject([{ context: 'B/c' }]);
  });
});

describe('navi export', () => {
  test('has no byte of a Secret, not even its name, in any format', async () => {
    mkdirSync(path('secret'));
    await exported('--to', path('secret/all.ndjson'));
    await exported('-o', 'yaml', '--whole', '--to', path('secret/tree'));
    await exported('-o', 'csv', '--to', path('secret/tables'));
    await exported('-o', 'sqlite', '--to', path('secret/all.db'));
    const all = globSync('**/*', { cwd: path('secret') }).filter((file) => statSync(path(`secret/${file}`)).isFile());
    expect(all.length).toBeGreaterThan(10);
    for (const file of all) {
      expect(file).not.toContain(secretName);
      const bytes = readFileSync(path(`secret/${file}`));
      for (const text of [secretName, secretValue, Buffer.from(secretValue, 'base64').toString()])
        expect(bytes.includes(text), file).toBe(false);
    }
    for (const words of ['secrets', 'secret', 'pods,secrets'])
      expectError(await exported(words), 2, /no Secret is ever exported/);
  });

  test('has no byte of what may not be read, and tells it', async () => {
    await withScope('configmaps', denied, async () => {
      mkdirSync(path('denied'));
      for (const [format, name] of [
        ['ndjson', 'a'],
        ['yaml', 'b'],
        ['csv', 'c'],
        ['sqlite', 'd'],
      ] as const) {
        const { stderr, code } = await exported('-o', format, '--to', path(`denied/${name}`));
        expect(stderr).toContain('navi: of context "simulator" configmaps may not be listed\n');
        expect(code).toBe(0);
      }
      const all = globSync('**/*', { cwd: path('denied') }).filter((file) => statSync(path(`denied/${file}`)).isFile());
      for (const file of all) expect(readFileSync(path(`denied/${file}`)).includes('in-shop'), file).toBe(false);
      expectError(await exported('cm'), 4, /configmaps is forbidden: nobody may/);
      expectError(await exported('cm', '-o', 'sqlite', '--to', path('denied.db')), 4, /configmaps is forbidden/);
      expect(existsSync(path('denied.db'))).toBe(false);
    });
  });

  test('tells what has no complete list, and exits 6', async () => {
    await withScope('configmaps', 'complete = 0', async () => {
      const { stdout, stderr, code } = await exported();
      expect(stderr).toBe('navi: of context "simulator" configmaps are not mirrored completely yet\n');
      expect(named(stdout)).not.toContain('ConfigMap/in-shop');
      expect(code).toBe(6);
      expectError(await exported('cm'), 6, /configmaps are not mirrored completely yet/);
    });
  });

  test.each([
    [['podz'], /no type called "podz"\n {2}did you mean pods\?/],
    [['pods', '--where', 'cols.NOPE == 1'], /--where/],
    [['pods', '-l', 'a in ('], /^error: -l cannot be used/],
    [['--field-selector', 'status.phase=Running'], /"status\.phase" is not a known field selector/],
    [['-o', 'yaml'], /writes a folder/],
    [['--to', '/dev/null'], /is no file/],
    [['-o', 'yaml', '--to', '/dev/null'], /is a file, and a folder is to be written/],
    [['pods', 'web'], /unexpected argument/],
  ])('%j is a mistake', async (args, says) => {
    expectError(await exported(...args), 2, says);
  });

  test('is refused in the data directory, and where nothing is mirrored', async () => {
    expectError(await exported('--to', join(navi.dataDir, 'x')), 2, /lies in the data directory/);
    expectError(
      await exported('-o', 'sqlite', '--to', mirrorFiles(navi.dataDir)[0] ?? ''),
      2,
      /lies in the data directory/,
    );
    const never = await navi.navi(['export', '--to', path('never')], { NAVI_DATA_DIR: path('never-data') });
    expectError(never, 6, /is not mirrored yet/);
    expect(existsSync(path('never'))).toBe(false);
  });
});

describe('a reader that does not read', () => {
  /** More than a pipe and what waits in memory hold. */
  const largeCount = 50;
  let large: SyncedNavi;

  beforeAll(async () => {
    large = await syncedNavi(({ state }) => {
      for (let index = 0; index < largeCount; index += 1)
        state.create('configmaps', {
          metadata: { name: `large-${index}`, namespace: 'default' },
          data: { text: 'x'.repeat(1_000_000) },
        });
    });
  });
  afterAll(() => large.remove());

  test('holds no snapshot, and gets everything in the end', async () => {
    const command = startLongCommand(process.execPath, [naviProgram, 'export', 'cm'], large.environment());
    command.read(false);
    const database = new SqliteDatabase(mirrorFiles(large.dataDir)[0] ?? '');
    try {
      let isHeld = true;
      // Three seconds may pass until what is left goes into a file.
      for (let attempt = 0; isHeld && attempt < 200; attempt += 1) {
        await pause(100);
        database.exec('update mirror set clock_skew_ms = coalesce(clock_skew_ms, 0) + 1');
        isHeld = attempt < 20 || (database.pragma('wal_checkpoint(truncate)') as { busy: number }[])[0]?.busy !== 0;
      }
      expect(isHeld).toBe(false);
    } finally {
      database.close();
    }
    command.read(true);
    expect(await command.ended).toEqual({ code: 0, signal: null });
    expect(objects(command.stdout()).map(({ metadata }) => metadata.name)).toEqual(
      Array.from({ length: largeCount }, (_, index) => `large-${index}`).sort(),
    );
  });
});
