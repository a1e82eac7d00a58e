import { chmodSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hostNavi, type HostedNavi } from '../support/hosted-navi.ts';
import { failing } from '../support/recorded-writes.ts';
import {
  expectError,
  naviProgram,
  steeringCharacters,
  steeringText,
  syncedNavi,
  type ProgramResult,
  type SyncedNavi,
} from '../support/synced-navi.ts';

/** Longest time for one command (ms), on a machine with much else to do. */
const patienceMs = 60_000;

let navi: SyncedNavi;
let host: HostedNavi;
let file: string;

beforeAll(async () => {
  navi = await syncedNavi(12);
  file = join(navi.dataDir, 'user.db');
  host = hostNavi(navi.folder, navi.environment({ NAVI_NOTICE_AFTER: '9h' }));
});
afterAll(async () => {
  await host.stop();
  await navi.remove();
});
beforeEach(() => {
  for (const name of globSync('user.db*', { cwd: navi.dataDir })) rmSync(join(navi.dataDir, name), { recursive: true });
});

/** Runs a command in the process that has run the others. */
async function run(args: readonly string[]): Promise<ProgramResult> {
  const { stdout, stderr, code, thrown } = await host.run(args, patienceMs);
  expect(thrown).toBeUndefined();
  return { stdout, stderr, code };
}

/** What a command says that is well: its data, and its notices. */
async function well(...args: readonly string[]): Promise<ProgramResult> {
  const result = await run(args);
  expect(result, result.stderr).toMatchObject({ code: 0 });
  return result;
}

/** Checks an error that points at a character of an expression. */
function expectPointed(result: ProgramResult, says: RegExp): void {
  expect(result).toMatchObject({ stdout: '', code: 2 });
  expect(result.stderr).toMatch(/^error: .*, at character \d+\n {2}.*\n {2} *\^\n/);
  expect(result.stderr).toMatch(says);
}

async function lines(...args: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr } = await well(...args);
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}

const save = (...args: readonly string[]): Promise<ProgramResult> => well('filter', 'save', ...args);
const names = async (): Promise<string> => (await well('filter', 'list', '-o', 'name')).stdout;

describe('navi filter', () => {
  test('saves, lists and shows what get is then asked by its name', async () => {
    const where = `metadata.name in ["pod-1", "pod-10"] && "it's" != ""`;
    const words = ['pods', '-A', '-o', 'name', '--where', where];
    expect(await save('--description', 'some of them', 'two', ...words)).toEqual({
      stdout: '',
      stderr: 'saved: navi get @two\n',
      code: 0,
    });
    await save('--', 'größe', '--', 'nodes', '-o', 'wide');
    const quoted = `pods -A -o name --where 'metadata.name in ["pod-1", "pod-10"] && "it'\\''s" != ""'`;
    expect(await lines('filter', 'list')).toEqual([
      expect.stringMatching(/^NAME +ARGUMENTS +DESCRIPTION$/),
      expect.stringMatching(/^größe +nodes -o wide$/),
      expect.stringMatching(/^two +pods -A -o name --where '.*' +some of them$/),
    ]);
    expect(await names()).toBe('größe\ntwo\n');
    expect(await lines('filter', 'show', 'two')).toEqual([`navi get ${quoted}`]);
    const { filters } = JSON.parse((await lines('filter', 'list', '-o', 'json')).join('\n')) as {
      filters: readonly { name: string; arguments: readonly string[] }[];
    };
    expect(filters[1]).toMatchObject({ name: 'two', arguments: words, description: 'some of them' });

    const answer = await run(['get', ...words]);
    expect(answer.stdout).toBe('pod/pod-1\npod/pod-10\n');
    expect(await run(['get', '@two'])).toEqual(answer);
    expect(await navi.shell('eval "$(navi filter show two)"')).toEqual(answer);
  });

  test('is asked with further flags and arguments', async () => {
    await save('ones', 'pods', '-A', '--where', 'metadata.name.startsWith("pod-1")', '--order-by', 'NAME desc');
    expect(await lines('get', '@ones', '-o', 'name')).toEqual(['pod/pod-11', 'pod/pod-10', 'pod/pod-1']);
    expect(await lines('get', '-o', 'name', '--limit', '1', '@ones')).toEqual(['pod/pod-11']);
    expect(await lines('get', '@ones', '-o', 'name', '--where', 'metadata.name.endsWith("0")')).toEqual(['pod/pod-10']);
    expect(await lines('get', '@ones', '--count')).toEqual(['3']);
    expect(await lines('get', '@ones', '-n', 'default', '-o', 'name', 'pod-10', 'pod-5')).toEqual(['pod/pod-10']);
    expect(await run(['get', '@ones', '-n', 'shop'])).toMatchObject({
      stdout: '',
      stderr: 'No resources found in shop namespace.\n',
    });
    expectPointed(await run(['get', '@ones', '--where', 'metadata.name = "x"']), /character 15/);
    // What a mirror cannot answer names the whole question.
    const live = await run(['get', '@ones', '--subresource', 'status', '--where', 'true']);
    expect(live).toMatchObject({ code: 2 });
    await save('plain', 'pods', 'pod-1');
    const { stderr } = await run(['get', '@plain', '--subresource', 'status', '-o=json']);
    expect(stderr).toContain('kubectl get --subresource=status --output=json pods pod-1\n');
  });

  test('that does not exist is told with what was meant', async () => {
    expectError(await run(['get', '@two']), 2, /there is no filter "two"/, /navi filter save NAME/);
    await save('restarting', 'pods');
    for (const sign of ['show', 'delete', 'rename', 'export']) {
      const more = sign === 'rename' ? ['other'] : [];
      expectError(
        await run(['filter', sign, 'restartin', ...more]),
        2,
        /there is no filter "restartin"\n {2}did you mean restarting\?\n {2}filters: restarting\n/,
      );
    }
    expectError(await run(['get', '@restartin']), 2, /did you mean @restarting\?\n {2}filters: restarting\n/);
    expectError(await run(['get', '@']), 2, /there is no filter ""/, /filters: restarting/);
    expectError(await run(['get', `@${steeringText}`]), 2, /there is no filter/);
  });

  test('is saved in place of another one only where that is wanted', async () => {
    await save('x', 'pods');
    expectError(await run(['filter', 'save', 'x', 'nodes']), 2, /there is a filter "x" already\n.*--force x/);
    expect(await lines('filter', 'show', 'x')).toEqual(['navi get pods']);
    await save('--force', 'x', 'nodes');
    expect(await lines('filter', 'show', 'x')).toEqual(['navi get nodes']);
  });

  test('can have another name, which must be free and a name', async () => {
    await save('x', 'pods');
    await save('y', 'nodes');
    expectError(await run(['filter', 'rename', 'x', 'y']), 2, /there is a filter "y" already/);
    expectError(await run(['filter', 'rename', 'x', 'a b']), 2, /"a b" cannot be the name of a filter/);
    expect((await well('filter', 'rename', 'x', 'z')).stderr).toBe('renamed: navi get @z\n');
    expect(await names()).toBe('y\nz\n');
  });

  test('goes, all that are named or none', async () => {
    for (const name of ['a', 'b', 'c']) await save(name, 'pods');
    expectError(await run(['filter', 'delete', 'a', 'nope', 'b']), 2, /there is no filter "nope"/);
    expect(await names()).toBe('a\nb\nc\n');
    expect((await well('filter', 'delete', 'a', 'b', 'a')).stderr).toBe('deleted 2 filters\n');
    expect(await names()).toBe('c\n');
  });

  test('is nothing where nothing is saved', async () => {
    expect(await well('filter', 'list')).toMatchObject({ stdout: '', stderr: 'no filter is saved\n' });
    expect(await well('filter', 'list', '-o', 'name')).toMatchObject({ stdout: '', stderr: '' });
    expect(await well('filter', 'export')).toMatchObject({ stdout: '', stderr: 'no filter is saved\n' });
    expect(existsSync(file)).toBe(false);
  });

  test.each<readonly [readonly string[], RegExp]>([
    [['x'], /a filter needs arguments/],
    [[], /the argument NAME is missing/],
    [['--description'], /--description needs a value/],
    [['--bogus', 'x', 'pods'], /unknown flag --bogus/],
    [['x', 'pods', '--force'], /--force stands before the name/],
    [['x', 'pods', '--description=a'], /--description stands before the name/],
    [['a b', 'pods'], /"a b" cannot be the name of a filter/],
    [['@x', 'pods'], /"@x" cannot be the name of a filter/],
    [[steeringText, 'pods'], /cannot be the name of a filter/],
    [['x'.repeat(64), 'pods'], /has more than 63 characters/],
    [['x', 'pods', '--bogus'], /unknown flag: --bogus/],
    [['x', 'pods', '--where', ' '], /--where needs an expression/],
    [['x', 'pods', '-l', '!!'], /--selector: /],
    [['x', 'pods', '--token', 'correct-horse'], /--token is a credential/],
  ])('is not saved as %j', async (args, says) => {
    expectError(await run(['filter', 'save', ...args]), 2, says);
    expect(existsSync(file)).toBe(false);
  });

  test('is not saved with an expression that is none, and the error points at what is wrong', async () => {
    expectPointed(await run(['filter', 'save', 'x', 'pods', '--where', 'a =']), /--where: .*character 3\n/);
    const path = navi.file('team.toml', `[filters.a]\narguments = "pods --where 'x =='"\n`);
    const says = /team\.toml:2:\d+: filters\.a\.arguments cannot be used: --where: .*character 5\n/;
    expectPointed(await run(['filter', 'import', path]), says);
    expectPointed(await run(['get', '@a', '--filters', path]), says);
    expect(existsSync(file)).toBe(false);
  });

  test('is one of several that are saved at once', async () => {
    const all = ['a', 'b', 'c', 'd'];
    const results = await Promise.all(all.map((name) => navi.navi(['filter', 'save', name, 'pods'])));
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(await names()).toBe('a\nb\nc\nd\n');
  });
});

describe('a file of filters', () => {
  const team = `
[filters.first]
arguments = "pods -A -o name --where 'metadata.name == \\"pod-1\\"'"
description = "of the team"

[filters.second]
arguments = '''
  pods -o name
  --where 'metadata.name == "pod-2"'
'''
`;

  test('is used as it is, before what is saved', async () => {
    const path = navi.file('team.toml', team);
    await save('first', 'pods', '-o', 'name', '--where', 'metadata.name == "pod-7"');
    await save('third', 'pods', '-o', 'name', '--where', 'metadata.name == "pod-3"');
    expect(await lines('get', '@first')).toEqual(['pod/pod-7']);
    expect(await lines('get', '@first', '--filters', path)).toEqual(['pod/pod-1']);
    expect(await lines('get', `--filters=${path}`, '@second')).toEqual(['pod/pod-2']);
    expect(await lines('get', '@third', '--filters', path)).toEqual(['pod/pod-3']);
    const unknown = await run(['get', '@secnd', '--filters', path]);
    expectError(unknown, 2, /did you mean @second\?\n {2}filters: first, second, third\n/);
    expectError(await run(['get', 'pods', '--filters', path]), 2, /no filter is named/, /navi get @NAME --filters/);
  });

  test('is imported as a whole or not at all, and exported again', async () => {
    const path = navi.file('team.toml', team);
    await save('second', 'nodes');
    expectError(await run(['filter', 'import', path]), 2, /there is a filter "second" already/, /import --force/);
    expect(await names()).toBe('second\n');
    expect((await well('filter', 'import', '--force', path)).stderr).toBe('imported 2 filters\n');
    expect(await lines('get', '@second')).toEqual(['pod/pod-2']);
    const { stdout } = await well('filter', 'export');
    expect(stdout).toContain('[filters.first]\narguments = "pods -A -o name --where ');
    expect((await well('filter', 'export', 'second')).stdout).not.toContain('first');

    const elsewhere = { NAVI_DATA_DIR: join(navi.folder, 'elsewhere') };
    navi.file('again.toml', stdout);
    const piped = await navi.shell(`navi filter import - < '${join(navi.folder, 'again.toml')}'`, elsewhere);
    expect(piped).toMatchObject({ stderr: 'imported 2 filters\n', code: 0 });
    expect((await navi.navi(['filter', 'export'], elsewhere)).stdout).toBe(stdout);
  });

  test.each<readonly [string, RegExp]>([
    [
      '[filters.a]\narguments = "pods --bogus"',
      /team\.toml:2:\d+: filters\.a\.arguments cannot be used: unknown flag: --bogus/,
    ],
    ['[filters.a]\narguments = "pods --token x"', /--token is a credential/],
    ['[filters.a]\narguments = "@b"\n[filters.b]\narguments = "pods"', /a filter cannot be made of another one/],
    ['[filters.a]\narguments = "pods\'"', /team\.toml:2:\d+: filters\.a\.arguments has a single quote/],
    ['[filters.a]\nargs = "pods"', /team\.toml:2:\d+: filters\.a\.args is no key that navi knows/],
    ['[filter.a]\narguments = "pods"', /team\.toml:1:\d+: filter is no key/],
    ['arguments', /team\.toml:1:\d+: /],
    [`[filters."${'\\u001b'}[31m"]\narguments = "pods"`, /cannot be the name of a filter/],
  ])('that is wrong is told with its line and key, and nothing of it is saved: %j', async (text, says) => {
    const path = navi.file('team.toml', text);
    expectError(await run(['filter', 'import', path]), 2, says);
    expectError(await run(['get', '@other', '--filters', path]), 2, says);
    expect(existsSync(file)).toBe(false);
  });

  test('that cannot be read is told', async () => {
    expectError(await run(['get', '@a', '--filters', 'nope.toml']), 2, /nope\.toml cannot be read: no such file/);
    expectError(await run(['filter', 'import', navi.folder]), 2, /cannot be read: it is a folder/);
    await navi.shell(`mkfifo '${navi.folder}/pipe'`);
    expectError(await run(['filter', 'import', `${navi.folder}/pipe`]), 2, /it is a pipe, not a file/);
  });

  test('steers no terminal with what is in it', async () => {
    await save('--description', steeringText, 'evil', 'pods', '-o', `jsonpath={"${steeringText}"}`);
    for (const line of [
      'filter list',
      'filter list -o json',
      'filter list -o name',
      'filter show evil',
      'filter export',
    ]) {
      const shown = await navi.onTerminal(line, 200, { NO_COLOR: '1' });
      expect(shown).toMatch(/evil|^navi get pods -o \$'jsonpath/);
      expect(steeringCharacters(shown), line).toEqual([]);
    }
  });
});

describe('user.db', () => {
  test('is for this user alone', async () => {
    await navi.shell('umask 000; navi filter save x pods');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('is not opened by who asks for no filter, and those who do are told what is wrong with it', async () => {
    writeFileSync(file, 'x'.repeat(10_000), { mode: 0o600 });
    const plain = await run(['get', 'pods', '-o', 'name']);
    expect(plain).toMatchObject({ stderr: '', code: 0 });
    for (const args of [
      ['get', '@x'],
      ['filter', 'list'],
      ['filter', 'save', 'x', 'pods'],
    ]) {
      expectError(await run(args), 7, /user\.db is damaged: file is not a database\n {2}mkdir .* puts it aside/);
    }
    expect(readFileSync(file, 'utf8')).toBe('x'.repeat(10_000));
    await navi.shell(`${(await run(['get', '@x'])).stderr.split('\n')[1]?.replace(/ puts it aside.*/, '') ?? ''}`);
    await save('x', 'pods');
    rmSync(join(navi.dataDir, 'damaged'), { recursive: true });
  });

  test.each<readonly [string, string, string, RegExp]>([
    ['is full', 'pwrite64', 'error=ENOSPC', /no room left on the disk of .*user\.db\n/],
    ['fails', 'pwrite64', 'error=EIO', /user\.db cannot be used: disk I\/O error/],
    ['may only be read', 'openat', 'error=EROFS', /user\.db cannot be used: the file system is read-only \(EROFS\)/],
  ])('on a disk that %s is not changed, and the error says so', async (_what, calls, how, says) => {
    await save('x', 'pods');
    const [command = '', ...by] = failing(file, { calls, how });
    const args = [...by, process.execPath, naviProgram, 'filter', 'save', 'y', 'pods'];
    expectError(await navi.execute(command, args), 7, says);
    expect(await names()).toBe('x\n');
    await save('y', 'pods');
  });

  test('that others can open, or a link in its place, is refused', async () => {
    await save('x', 'pods');
    chmodSync(file, 0o644);
    expectError(await run(['get', '@x']), 7, /is open to other users/, /chmod 600/);
    rmSync(file);
    await navi.shell(`ln -s '${navi.file('victim', 'words')}' '${file}'`);
    expectError(await run(['filter', 'save', 'x', 'pods']), 7, /is a symbolic link/);
    expect(readFileSync(join(navi.folder, 'victim'), 'utf8')).toBe('words');
    rmSync(file);
    mkdirSync(file);
    expectError(await run(['filter', 'list']), 7, /user\.db is no file/);
  });
});
