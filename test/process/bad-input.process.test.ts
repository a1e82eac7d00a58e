import {
  chmodSync,
  chownSync,
  cpSync,
  globSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectError, steeringText, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

let synced: SyncedNavi;

beforeAll(async () => {
  synced = await syncedNavi();
});
afterAll(() => synced.remove());

/** A copy of the complete mirror in a data directory of its own. */
function copyOfData(name: string): { readonly directory: string; readonly mirror: string } {
  const directory = join(synced.folder, name);
  cpSync(synced.dataDir, directory, { recursive: true });
  const [mirror = ''] = globSync(join(directory, 'mirrors', '*', 'mirror.db'));
  for (const path of [directory, join(directory, 'mirrors'), dirname(mirror)]) chmodSync(path, 0o700);
  expect(mirror).not.toBe('');
  return { directory, mirror };
}

describe('the kubeconfig', () => {
  test.each([
    ['unknown', ['--context', 'nope'], /context "nope" is not in .*kubeconfig\n {2}contexts in .*: simulator/],
    ['of control characters', ['--context', steeringText], /context "\^\[\[31mred/],
  ])('a context that is %s is refused with those there are', async (_what, args, says) => {
    for (const command of ['search', 'status', 'sync'] as const) {
      const more = { search: ['web'], status: [], sync: ['--once'] }[command];
      expectError(await synced.navi([command, ...more, ...args]), 2, says);
    }
  });

  test.each([
    ['context', 'Error in configuration: context was not found for specified context: nope'],
    ['cluster', 'error: no server found for cluster "nope"'],
    ['user', 'error: auth info "nope" does not exist'],
    ['kubeconfig', 'error: stat nope: no such file or directory'],
  ])('a %s that is unknown is told to get in kubectl’s words', async (flag, text) => {
    const told = await synced.navi(['get', 'pods', `--${flag}`, 'nope']);
    expect(told).toEqual({ stdout: '', stderr: `${text}\n`, code: 1 });
  });

  test('that does not exist, is no YAML, no mapping or a synced.folder is named with what to do', async () => {
    const missing = join(synced.folder, 'nowhere');
    expectError(await synced.navi(['status'], { KUBECONFIG: missing }), 2, new RegExp(missing), /KUBECONFIG/);
    const broken = synced.file('broken', 'contexts:\n- name: [a\n');
    expectError(
      await synced.navi(['status'], { KUBECONFIG: broken }),
      2,
      /broken is not valid YAML \(line \d+, column \d+\)/,
    );
    expectError(
      await synced.navi(['search', 'a'], { KUBECONFIG: synced.file('text', 'hello') }),
      2,
      /text is not a mapping/,
    );
    expectError(
      await synced.navi(['get', 'pods'], { KUBECONFIG: synced.folder }),
      2,
      /cannot be read: it is a folder, not a file/,
    );
  });

  test('without contexts says so, for one context and for all', async () => {
    const empty = synced.file('empty', '');
    expectError(await synced.navi(['get', 'pods'], { KUBECONFIG: empty }), 2, /no current-context is set in .*empty/);
    expectError(await synced.navi(['status', '--all-contexts'], { KUBECONFIG: empty }), 2, /no context is in .*empty/);
  });

  test('may be a list with missing files', async () => {
    const list = [join(synced.folder, 'nowhere'), synced.kubeconfig, join(synced.folder, 'nowhere-else')].join(':');
    const { stdout, code } = await synced.navi(['get', 'namespace', 'shop', '-o', 'name'], { KUBECONFIG: list });
    expect({ stdout, code }).toEqual({ stdout: 'namespace/shop\n', code: 0 });
  });

  test('of several files takes the first word on everything and the rest from the others', async () => {
    const second = synced.file(
      'second',
      synced.simulator
        .kubeconfig()
        .replaceAll('simulator', 'other')
        .replace(/:\d+\n/, ':1\n'),
    );
    const list = `${synced.kubeconfig}:${second}`;
    expect((await synced.navi(['get', 'namespace', 'shop', '-o', 'name'], { KUBECONFIG: list })).code).toBe(0);
    const other = await synced.navi(['get', 'namespaces', '--context', 'other'], { KUBECONFIG: list });
    expectError(
      other,
      6,
      /context "other" \(http:\/\/127\.0\.0\.1:1\) is not mirrored yet\n {2}navi sync --context other/,
    );
  });

  test('with a context whose user does not exist is refused, one without a user is anonymous', async () => {
    const ghost = synced.file('ghost', synced.simulator.kubeconfig().replace(/ {4}user: "admin"/, '    user: ghost'));
    const refused = await synced.navi(['sync', '--once'], { KUBECONFIG: ghost });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/names user "ghost", which is not in/) });
    const anonymous = synced.file('anonymous', synced.simulator.kubeconfig().replace(/ {4}user: "admin"/, ''));
    const env = { KUBECONFIG: anonymous, NAVI_DATA_DIR: join(synced.folder, 'anonymous-data') };
    const { code, stderr } = await synced.navi(['sync', '--once'], env);
    expect({ code, stderr }).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/cannot sign in: .*system:anonymous/),
    });
  });

  test('gives the namespace, unless another one is asked for; an empty one is not', async () => {
    const inShop = synced.file(
      'in-shop',
      synced.simulator.kubeconfig().replace(/( +)cluster: simulator/, '$&\n$1namespace: shop'),
    );
    const env = { KUBECONFIG: inShop };
    const names = async (...args: string[]): Promise<string> =>
      (await synced.navi(['get', 'cm', '-o', 'name', ...args], env)).stdout;
    expect(await names()).toBe('configmap/in-shop\n');
    expect(await names('-n', '')).toBe('configmap/in-shop\n');
    expect(await names('--context', '')).toBe('configmap/in-shop\n');
    expect(await names('-n', 'default')).toBe('configmap/evil\n');
  });
});

describe('the settings', () => {
  test('of a context that the kubeconfig does not have are warned of, with those it has', async () => {
    const config = synced.file(
      'config.toml',
      '[contexts.nosuch]\nnamespaces = ["a"]\n[contexts."*"]\n[contexts.simulator]\n',
    );
    const env = { NAVI_CONFIG: config, NAVI_DATA_DIR: join(synced.folder, 'settings-data') };
    const once = await synced.navi(['sync', '--once'], env);
    expect(once.stderr).toMatch(
      /^warning: .*config\.toml has settings for nothing: the kubeconfig has no context "nosuch"; it has simulator\n/,
    );
    expect(once.code).toBe(0);
  });
});

test('a data directory that is everybody’s is refused without advice to shut others out', async () => {
  const shared = join(synced.folder, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o1777);
  const told = await synced.navi(['status'], { NAVI_DATA_DIR: shared });
  expectError(told, 7, /open to other users \(mode 777\)\n {2}choose another place with NAVI_DATA_DIR\n$/);
});

describe('a daemon that does not start', () => {
  test('is told with its own reason, and hints that stand in one column', async () => {
    const dataDir = join(synced.folder, 'not-started');
    const runtime = join(synced.folder, 'runtime');
    mkdirSync(join(runtime, 'navi'), { recursive: true, mode: 0o700 });
    const env = { NAVI_DATA_DIR: dataDir };
    expect((await synced.navi(['sync', '--detach'], env)).code).toBe(0);
    try {
      // By another socket that daemon is not found, and another one cannot have its data directory.
      const second = await synced.navi(['sync', '--detach'], { ...env, XDG_RUNTIME_DIR: runtime });
      expectError(second, 5, /^error: the daemon did not start: another navi \(pid \d+\) keeps/);
      expect(second.stderr).toMatch(/^ {2}navi stop ends it\n {2}log in /m);
    } finally {
      await synced.navi(['stop'], env);
    }
  });
});

describe('the cluster', () => {
  test('that cannot be reached: sync --once says so with 6, and no answer is made up from nothing', async () => {
    const dead = synced.file('dead', synced.simulator.kubeconfig().replace(/:\d+\n/, ':1\n'));
    const env = { KUBECONFIG: dead, NAVI_DATA_DIR: join(synced.folder, 'dead-data') };
    expectError(
      await synced.navi(['sync', '--once'], env),
      6,
      /http:\/\/127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/,
    );
    for (const args of [
      ['get', 'pods'],
      ['get', 'nosuch'],
      ['search', 'web'],
    ])
      expectError(
        await synced.navi(args, env),
        6,
        /is not mirrored yet: .*ECONNREFUSED/,
        /navi sync --context simulator/,
      );
    const status = await synced.navi(['status'], env);
    expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(/never confirmed, 0 objects of 0 types/) });
    const typed = await synced.navi(['status', 'pods'], env);
    expect(typed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/has not told its types yet: navi sync --context/),
    });
  });

  test('that refuses the credentials: 4, and get does not call it "not found"', async () => {
    const bad = synced.file('bad', synced.simulator.kubeconfig().replace('token-of-admin', 'no-such-token'));
    const env = { KUBECONFIG: bad, NAVI_DATA_DIR: join(synced.folder, 'bad-data') };
    const sync = await synced.navi(['sync', '--once'], env);
    expect(sync).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/^error: simulator: cannot sign in: Unauthorized\n {2}log in with/),
    });
    expect(sync.stderr).not.toContain('no-such-token');
    expectError(await synced.navi(['get', 'pods'], env), 6, /is not mirrored yet: .*Unauthorized/);
  });

  test('that was never synced: get and search exit 6, status says it on stdout', async () => {
    const env = { NAVI_DATA_DIR: join(synced.folder, 'never') };
    for (const args of [
      ['get', 'pods'],
      ['search', 'web'],
    ])
      expectError(await synced.navi(args, env), 6, /context "simulator" \(http.*\) is not mirrored yet\n {2}navi sync/);
    const status = await synced.navi(['status'], env);
    expect(status).toMatchObject({ code: 6, stderr: '', stdout: expect.stringMatching(/not mirrored yet: navi sync/) });
  });

  test('whose context has a name of several words is offered as a shell takes it', async () => {
    const odd = synced.file(
      'odd',
      synced.simulator
        .kubeconfig()
        .replace(/name: simulator\n( +)context/, `name: "it's mine"\n$1context`)
        .replace('current-context: simulator', `current-context: "it's mine"`),
    );
    const { stderr } = await synced.navi(['get', 'pods'], {
      KUBECONFIG: odd,
      NAVI_DATA_DIR: join(synced.folder, 'never'),
    });
    expect(stderr).toContain(String.raw`navi sync --context 'it'\''s mine'`);
  });
});

describe('the store', () => {
  const commands = [['get', 'pods'], ['search', 'web'], ['status'], ['sync', '--once']];

  test('whose directory or file others can open is refused with the chmod that mends it', async () => {
    const { directory, mirror } = copyOfData('exposed');
    chmodSync(directory, 0o755);
    for (const args of commands)
      expectError(
        await synced.navi(args, { NAVI_DATA_DIR: directory }),
        7,
        /is open to other users \(mode 755\)\n {2}chmod 700 /,
      );
    chmodSync(directory, 0o700);
    chmodSync(mirror, 0o640);
    for (const args of commands)
      expectError(
        await synced.navi(args, { NAVI_DATA_DIR: directory }),
        7,
        /mirror\.db is open .* \(mode 640\)\n {2}chmod 600 /,
      );
  });

  test('of another user is refused', async () => {
    const { directory } = copyOfData('foreign');
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(directory, 65_534, 65_534);
    const env = { NAVI_DATA_DIR: isRoot ? directory : '/' };
    for (const args of [...commands, ['stop']])
      expectError(await synced.navi(args, env), 7, /belongs to user \d+, not to you \(\d+\)\n {2}.*NAVI_DATA_DIR/);
  });

  test('behind a symbolic link, or at a file, is refused by readers and writer alike', async () => {
    const link = join(synced.folder, 'link');
    symlinkSync(synced.dataDir, link);
    const plain = synced.file('plain', '');
    for (const args of commands) {
      expectError(await synced.navi(args, { NAVI_DATA_DIR: link }), 7, /is a symbolic link/);
      expectError(await synced.navi(args, { NAVI_DATA_DIR: plain }), 7, /plain (is no directory|cannot be made)/);
    }
  });

  test('that is garbage, or cut off, is told with the way to rebuild it', async () => {
    const { directory, mirror } = copyOfData('garbage');
    writeFileSync(mirror, Buffer.alloc(5_000, 'garbage'));
    for (const args of commands.slice(0, 3))
      expectError(
        await synced.navi(args, { NAVI_DATA_DIR: directory }),
        7,
        /mirror\.db is damaged: .*\n {2}run navi sync: it sets the damaged file aside and rebuilds the mirror/,
      );
    const cut = copyOfData('cut');
    truncateSync(cut.mirror, 3 * 4_096);
    expectError(await synced.navi(['get', 'pods'], { NAVI_DATA_DIR: cut.directory }), 7, /mirror\.db is damaged/);
    for (const env of [{ NAVI_DATA_DIR: directory }, { NAVI_DATA_DIR: cut.directory }]) {
      expect(await synced.navi(['sync', '--once'], env)).toMatchObject({ code: 0 });
      expect(await synced.navi(['get', 'pods', '-o', 'name'], env)).toEqual(
        await synced.navi(['get', 'pods', '-o', 'name']),
      );
    }
  });

  test('that is an empty file is not mirrored yet', async () => {
    const { directory, mirror } = copyOfData('emptied');
    truncateSync(mirror, 0);
    expectError(await synced.navi(['get', 'pods'], { NAVI_DATA_DIR: directory }), 6, /is not mirrored yet/);
  });

  test('of a newer schema is left alone, byte by byte', async () => {
    const { directory, mirror } = copyOfData('newer');
    const database = new SqliteDatabase(mirror);
    database.pragma('user_version = 99');
    database.close();
    const before = readFileSync(mirror);
    for (const args of commands)
      expectError(
        await synced.navi(args, { NAVI_DATA_DIR: directory }),
        7,
        /written by a newer navi \(schema 99, .*\n {2}upgrade navi/,
      );
    expect(readFileSync(mirror).equals(before)).toBe(true);
  });

  test('is not loaded as code, whatever lies in its directory', async () => {
    const { directory } = copyOfData('plugins');
    mkdirSync(join(directory, 'node_modules', 'intruder'), { recursive: true });
    const plugins = [{ name: 'intruder', type: 'user' }];
    writeFileSync(
      join(directory, 'package.json'),
      JSON.stringify({ dependencies: { intruder: '1' }, oclif: { plugins } }),
    );
    writeFileSync(
      join(directory, 'node_modules', 'intruder', 'package.json'),
      JSON.stringify({ name: 'intruder', version: '1.0.0', oclif: { hooks: { init: './hook.js' } } }),
    );
    writeFileSync(
      join(directory, 'node_modules', 'intruder', 'hook.js'),
      `module.exports = () => require('fs').writeFileSync(${JSON.stringify(join(synced.folder, 'intruded'))}, '')`,
    );
    const { code, stderr } = await synced.navi(['get', 'namespace', 'shop'], { NAVI_DATA_DIR: directory });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(globSync(join(synced.folder, 'intruded'))).toEqual([]);
  });
});

describe('arguments', () => {
  test.each<[string, string[], number, RegExp]>([
    ['a command that does not exist', ['frobnicate'], 2, /"frobnicate" is no command of navi\n {2}navi --help/],
    ['a slip of the hand', ['sttaus'], 2, /"sttaus" is no command of navi\n {2}did you mean navi status\?\n/],
    [
      'a context with a slip',
      ['status', '--context', 'simulatr'],
      2,
      /\n {2}did you mean simulator\?\n {2}contexts in /,
    ],
    [
      'a word too many',
      ['sync', 'extra'],
      2,
      /navi sync takes no argument, and "extra" is one\n {2}navi sync --context/,
    ],
    ['an argument too many', ['tree', 'a', 'b', 'c'], 2, /unexpected argument: c\n {2}navi tree --help/],
    ['an argument too few', ['tree'], 2, /the argument OBJECT is missing: TYPE\/NAME/],
    ['nothing to look for', ['search'], 2, /there is nothing to look for: the term is empty/],
    ['an empty term', ['search', ' '], 2, /the term is empty/],
    ['an unknown flag', ['search', 'a', '--nope'], 2, /unknown flag --nope/],
    ['a flag of control characters', ['status', `--${steeringText}`], 2, /unknown flag --\^\[\[31mred/],
    ['a flag without its value', ['search', 'a', '--context'], 2, /--context needs a value/],
    ['a number that is none', ['search', 'a', '--limit', 'x'], 2, /--limit: expected an integer but received: x/],
    ['a number out of range', ['search', 'a', '--limit', '0'], 2, /--limit: .* greater than or equal to 1/],
    ['a format that is none', ['status', '-o', 'yaml'], 2, /expected --output=yaml to be one of: json/],
    ['flags that exclude each other', ['sync', '--once', '--daemon'], 2, /--daemon and --once exclude each other/],
    [
      'a duration that is none',
      ['get', 'pods', '--max-age', 'soon'],
      2,
      /"soon" is no duration for --max-age\n {2}.*30s/,
    ],
    ['a credential', ['get', 'pods', '--token', 'secret'], 2, /not with --token\n {2}kubectl get … --token/],
    ['a manifest at a URL', ['get', '-f', 'https://127.0.0.1/x'], 2, /reads no network.*\n {2}kubectl get -f https/],
  ])('%s is a usage error', async (_what, args, code, says) => {
    expectError(await synced.ask(args), code, says);
  });

  test.each([
    ['a path of the API server', ['--raw', '/version'], /paths of the API server are not mirrored/],
    ['a subresource', ['pod/pod-1', '--subresource', 'status'], /subresources such as status are not mirrored/],
    ['another user', ['pods', '--as', 'jane doe'], /answers as the user of the kubeconfig/],
    ['a type that is not stored', ['componentstatuses'], /componentstatuses is not mirrored: probed/],
  ])('%s is refused with the kubectl command where no daemon runs', async (_what, args, says) => {
    const told = await synced.ask(['get', ...args]);
    expectError(told, 6, says, /\n {2}kubectl get /);
    expect(told.stderr).toContain(
      `kubectl get ${args.map((each) => (each.includes(' ') ? `'${each}'` : each)).join(' ')}`,
    );
  });

  test('NAVI_NOTICE_AFTER that is no duration is refused before anything is printed', async () => {
    const env = { NAVI_NOTICE_AFTER: 'later' };
    for (const args of [
      ['get', 'pods'],
      ['search', 'pod-1'],
    ])
      expectError(
        await synced.navi(args, env),
        2,
        /"later" is no duration for NAVI_NOTICE_AFTER\n.*NAVI_NOTICE_AFTER=30s/,
      );
  });

  test.each<[string, string[], string]>([
    ['an unknown type', ['nosuch'], `error: the server doesn't have a resource type "nosuch"\n`],
    ['an unknown flag', ['pods', '--nope=3'], `error: unknown flag: --nope\nSee 'kubectl get --help' for usage.\n`],
    [
      'an unknown letter',
      ['pods', '-zA'],
      `error: unknown shorthand flag: 'z' in -zA\nSee 'kubectl get --help' for usage.\n`,
    ],
    [
      'an unknown letter after others',
      ['pods', '-Azo', 'name'],
      `error: unknown shorthand flag: 'z' in -zo\nSee 'kubectl get --help' for usage.\n`,
    ],
    [
      'a switch with a value that is none',
      ['pods', '--no-headers=maybe'],
      `error: invalid argument "maybe" for "--no-headers" flag: strconv.ParseBool: parsing "maybe": invalid syntax\nSee`,
    ],
    [
      'a letter without its value',
      ['pods', '-o'],
      `error: flag needs an argument: 'o' in -o\nSee 'kubectl get --help' for usage.\n`,
    ],
    ['a missing object', ['pod', 'nope'], 'Error from server (NotFound): pods "nope" not found\n'],
    [
      'a bad format',
      ['pods', '-o', 'nope'],
      'error: unable to match a printer suitable for the output format "nope", allowed',
    ],
    [
      'a bad label selector',
      ['pods', '-l', 'a in (b'],
      'Error from server (BadRequest): Unable to find "/v1, Resource=pods"',
    ],
    ['a bad field selector', ['pods', '--field-selector', 'a=b'], 'Error from server (BadRequest): Unable to find'],
  ])('%s is answered by get as kubectl does, with 1', async (_what, args, text) => {
    const { stdout, stderr, code } = await synced.ask(['get', ...args]);
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
    expect(stderr.slice(0, text.length)).toBe(text);
  });

  test('of 100,000 characters, of other scripts, of quotes and wildcards end in an answer', async () => {
    const huge = 'x'.repeat(100_000);
    for (const value of [huge, '🙂naïve\u0301', '"', "'; drop table object; --", '%', '*', '\\', '-', '--']) {
      for (const args of [
        ['search', '--', value],
        ['get', 'pods', '-o', 'name', '-l', `app=${value}`],
        ['get', value],
        ['status', '--context', value],
      ]) {
        const { code, stderr } = await synced.ask(args);
        expect([0, 1, 2], `${args.join(' ').slice(0, 80)}: ${stderr.slice(0, 300)}`).toContain(code);
        expect(stderr).not.toMatch(/navi has a bug|\n\s+at /);
      }
    }
    expect((await synced.navi(['search', huge])).stderr.length).toBeLessThan(1_000);
    expect((await synced.navi(['status', '--context', huge])).stderr.length).toBeLessThan(3_000);
  });

  test('switches of get take true and false as kubectl’s do', async () => {
    const lines = async (...flags: string[]): Promise<number> =>
      (await synced.navi(['get', 'pods', ...flags])).stdout.trimEnd().split('\n').length;
    expect(await lines()).toBe(4);
    expect(await lines('--no-headers=true')).toBe(3);
    expect(await lines('--no-headers=false')).toBe(4);
    expect(await lines('--no-headers', '--no-headers=0')).toBe(4);
  });

  test('help is had by --help, -h and the word, after any command', async () => {
    const { stdout: help } = await synced.navi(['get', '--help']);
    expect(help).toMatch(/^Print objects from the mirror/);
    expect((await synced.navi(['help', 'get'])).stdout).toBe(help);
    expect((await synced.navi(['get', 'pods', '-h'])).stdout).toBe(help);
    expect((await synced.navi(['search', '--', '-h'])).stderr).toMatch(/every word only leaves something out/);
  });
});
