import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { installExample } from '../support/oclif-example.ts';
import { expectError, naviProgram, syncedNavi, type ProgramResult, type SyncedNavi } from '../support/synced-navi.ts';

let navi: SyncedNavi;

beforeAll(async () => {
  navi = await syncedNavi(({ state }) => {
    for (const [name, app] of [
      ['a', 'web'],
      ['b', 'web'],
      ['c', 'db'],
    ] as const)
      state.create('pods', { metadata: { name, namespace: 'default', labels: { app } } });
  });
});
afterAll(() => navi.remove());

/** Each test has a folder of its own. */
let folder: string;
let count = 0;
beforeEach(() => {
  count += 1;
  folder = join(navi.folder, `plugins-${count}`);
  mkdirSync(folder, { mode: 0o700 });
});

/** A plugin in plain CommonJS, without anything of oclif's: its modules by their paths. */
function plugin(name: string, modules: Readonly<Record<string, string>>, facts: object = {}): string {
  const made = join(folder, name);
  mkdirSync(join(made, 'commands'), { recursive: true, mode: 0o700 });
  writeFileSync(
    join(made, 'package.json'),
    JSON.stringify({ name, version: '2.1.0', oclif: { commands: './commands' }, ...facts }),
  );
  for (const [path, text] of Object.entries(modules)) {
    mkdirSync(join(made, 'commands', path, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(join(made, 'commands', path), text);
  }
  return made;
}

/** A module whose command does this. */
const command = (does: string): string =>
  `exports.One = class { static summary = 'One.'; static async run(argv) { ${does} } };`;

function configured(folders: readonly string[]): NodeJS.ProcessEnv {
  const file = join(folder, 'config.toml');
  writeFileSync(file, `plugins = ${JSON.stringify(folders)}\n`);
  return { NAVI_CONFIG: file };
}

const run = (folders: readonly string[], ...args: readonly string[]): Promise<ProgramResult> =>
  navi.navi(args, configured(folders));

interface Listed {
  readonly plugins: readonly { readonly name: string; readonly kind: string; readonly shadowedBy: string | null }[];
  readonly refused: readonly { readonly folder: string; readonly reason: string }[];
}

async function listed(...folders: readonly string[]): Promise<Listed> {
  const { stdout, code } = await run(folders, 'plugins', '-o', 'json');
  expect(code).toBe(0);
  const all = JSON.parse(stdout) as Listed;
  return { ...all, plugins: all.plugins.filter(({ kind }) => kind === 'oclif') };
}

describe('the example of the package', () => {
  test('asks the views, as an ES module with oclif’s own classes', async () => {
    const example = installExample(folder);
    const { stdout, stderr, code } = await run([example], 'tally', 'label', 'app', '--type', 'pods');
    expect({ rows: stdout.trim().split(/\s+/), stderr, code }).toEqual({
      rows: ['2', 'web', '1', 'db'],
      stderr: '',
      code: 0,
    });
    expect((await run([example], 'tally', 'types')).stdout).toMatch(/^ +3 {2}pods$/m);
    expect(await listed(example)).toEqual({
      plugins: [
        {
          name: 'tally',
          kind: 'oclif',
          file: example,
          package: 'navi-plugin-tally',
          version: '1.0.0',
          shadowedBy: null,
        },
      ],
      refused: [],
    });
  });

  test('has help of oclif’s, alone and among navi’s own commands', async () => {
    const example = installExample(folder);
    for (const args of [
      ['tally', 'label', '--help'],
      ['help', 'tally', 'label'],
      ['tally', 'label', '-h'],
    ])
      expect((await run([example], ...args)).stdout).toMatch(/USAGE\n {2}\$ navi tally label KEY/);
    expect((await run([example], 'tally')).stdout).toMatch(/tally label .*\n.*tally types /);
    const { stdout, code } = await run([example], '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^TOPICS\n {2}tally .*^ {2}get /ms);
    // Which show nothing of it where nobody names it.
    expect((await navi.navi(['--help'])).stdout).not.toContain('tally');
  });

  test('tells what is wrong in a line, with an exit code of its own, and where with NAVI_DEBUG', async () => {
    const example = installExample(folder);
    expectError(
      await run([example], 'tally', 'label'),
      2,
      /^error: the argument KEY is missing: key of the label\n {2}navi tally --help\n/,
    );
    expectError(await run([example], 'tally', 'label', 'app', '--nope'), 2, /^error: unknown flag --nope\n/);
    expectError(await run([example], 'tally', 'label', 'none'), 3, /navi-plugin-tally: no object has the label none/);
    expectError(await run([example], 'tally', 'nothing'), 2, /"tally nothing" is no command of navi/);
  });
});

describe('a plugin that the configuration names', () => {
  test('is told where things are, as a program on the path is', async () => {
    const places = ['NAVI_BIN', 'NAVI_DATA_DIR', 'NAVI_CONTEXT', 'NAVI_MIRROR'].map((name) => `process.env.${name}`);
    const made = plugin('told', { 'told.js': command(`console.log(JSON.stringify([argv, ${places.join()}]))`) });
    const { stdout, code } = await run([made], 'told', '--flag=x y', 'ö');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      ['--flag=x y', 'ö'],
      naviProgram,
      navi.dataDir,
      'simulator',
      expect.stringMatching(/mirror\.db$/),
    ]);
  });

  test('never takes the place of a command, nor of a program, nor of one before it', async () => {
    const says = (text: string): string => command(`console.log(${JSON.stringify(text)})`);
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'navi-both'), '#!/bin/sh\necho program\n', { mode: 0o755 });
    const aliased = command('console.log("alias")').replace('static summary', 'static aliases = ["status"]; $&');
    const first = plugin('first', {
      'get.js': says('mine'),
      'help.js': says('mine'),
      'config/more.js': says('mine'),
      'both.js': says('oclif'),
      'twice.js': says('first'),
      'alias.js': aliased.replace('$&', 'static summary'),
    });
    const second = plugin(
      'second',
      { 'twice.js': says('second') },
      { oclif: { commands: './commands', topics: { config: { description: 'mine' } } } },
    );
    const env = { ...configured([first, second]), PATH: `${bin}:${process.env['PATH']}` };
    const said = async (...args: readonly string[]): Promise<string> => (await navi.navi(args, env)).stdout;
    expect(await said('get', 'pods', '-o', 'name')).toBe('pod/a\npod/b\npod/c\n');
    expect(await said('config', 'more')).toBe('');
    expect(await said('status', '-o', 'json')).not.toContain('alias');
    expect(await said('both')).toBe('program\n');
    expect(await said('twice')).toBe('first\n');
    expect(await said('alias')).toBe('alias\n');
    expect(await said('--help')).not.toContain('mine');
    const { plugins } = JSON.parse(await said('plugins', '-o', 'json')) as Listed;
    const shadows = plugins.filter(({ kind }) => kind === 'oclif').map(({ name, shadowedBy }) => [name, shadowedBy]);
    expect(shadows).toEqual([
      ['alias', null],
      ['both', join(bin, 'navi-both')],
      ['config', 'navi config'],
      ['get', 'navi get'],
      ['help', 'navi help'],
      ['twice', null],
      ['twice', first],
    ]);
    expect(await said('plugins')).toMatch(/get +2\.1\.0 .* never run: navi get is/);
  });

  test('that fails tells it in plain words', async () => {
    const made = plugin('bad', {
      'bad/throws.js': command('throw new Error("it \\u001b[31mbroke")'),
      'bad/later.js': command('setTimeout(() => { throw new Error("it broke later") })'),
      'bad/exits.js': command('const e = new Error("EEXIT: 7"); e.code = "EEXIT"; e.oclif = { exit: 7 }; throw e'),
    });
    expectError(await run([made], 'bad', 'throws'), 1, /^error: bad: it broke\n {2}it is the plugin \S+\/bad\n/);
    expectError(await run([made], 'bad', 'later'), 1, /bad: it broke later/);
    expect(await run([made], 'bad', 'exits')).toMatchObject({ stdout: '', stderr: '', code: 7 });
    const { stderr } = await navi.navi(['bad', 'throws'], { ...configured([made]), NAVI_DEBUG: '1' });
    expect(stderr).toMatch(/\n\s+at .*throws\.js/);
  });

  test('has hooks about its own commands alone', async () => {
    const hooked = { oclif: { commands: './commands', hooks: { init: './hook.js', prerun: './hook.js' } } };
    const made = plugin('hooked', { 'hooked.js': command('console.log("run")') }, hooked);
    writeFileSync(join(made, 'hook.js'), 'module.exports = async () => console.log("hook")');
    expect((await run([made], 'hooked')).stdout).toBe('hook\nhook\nrun\n');
    expect((await run([made], '--help')).stdout).not.toContain('hook\n');
  });

  test('is not loaded for navi’s own commands, nor by completion, and completes where it has a manifest', async () => {
    const loads = 'process.stderr.write("loaded\\n");';
    const made = plugin('seen', { 'seen.js': loads + command('') });
    expect((await run([made], 'seen')).stderr).toContain('loaded');
    for (const args of [['types'], ['get', 'pods'], ['get', '--help'], ['config', 'path'], ['version'], ['doctor']])
      expect((await run([made], ...args)).stderr).not.toContain('loaded');
    const complete = async (): Promise<readonly string[]> =>
      (await run([made], '__complete', 'se')).stdout.split('\n').map((line) => line.split('\t')[0] ?? '');
    expect(await complete()).toEqual(['search', 'service', ':4', '']);
    writeFileSync(join(made, 'oclif.manifest.json'), '{"version":"2.1.0","commands":{"seen":{"id":"seen"},"get":{}}}');
    expect(await complete()).toEqual(['search', 'service', 'seen', ':4', '']);
  });
});

describe('what is not taken is told, and keeps nothing else from working', () => {
  const open: readonly (readonly [string, string, RegExp])[] = [
    ['the folder', '.', /others may write to \S+\/open \(mode 777\)/],
    ['a module in it', 'commands/open.js', /others may write to \S+\/open\.js \(mode 777\)/],
    ['the folder above', '..', /others may write to \S+\/plugins-\d+ \(mode 777\)/],
    ['the configuration', '../config.toml', /others may write to \S+\/config\.toml \(mode 777\)/],
  ];

  test.each(open)('where others may write to %s', async (_what, path, why) => {
    const made = plugin('open', { 'open.js': 'process.stdout.write("loaded");' + command('') });
    const env = configured([made]);
    chmodSync(join(made, path), 0o777);
    const { stdout, stderr, code } = await navi.navi(['open'], env);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toMatch(why);
    expect(stderr).toMatch(/ {2}chmod (-R )?go-w \S+\nerror: "open" is no command of navi\n/);
    const doctor = await navi.navi(['doctor'], env);
    expect(doctor.stdout).toMatch(new RegExp(`^warning +plugin .*${why.source}`, 'm'));
    const { refused, plugins } = JSON.parse((await navi.navi(['plugins', '-o', 'json'], env)).stdout) as Listed;
    expect([refused.map(({ reason }) => why.test(reason)), plugins.filter(({ kind }) => kind === 'oclif')]).toEqual([
      [true],
      [],
    ]);
    expect((await navi.navi(['get', 'pods', '-o', 'name'], env)).code).toBe(0);
    expect((await navi.navi(['--help'], env)).stdout).toMatch(/^ {2}get /m);
  });

  test('where it is not there, is no plugin, or does not load', async () => {
    const none = join(folder, 'none');
    const bare = plugin('bare', {}, { oclif: undefined });
    const noJson = plugin('no-json', {});
    writeFileSync(join(noJson, 'package.json'), '{');
    const empty = plugin('empty', {});
    const throwing = plugin('throwing', { 'throwing.js': 'throw new Error("not today")' });
    const lacking = plugin('lacking', { 'lacking.js': 'require("nowhere-to-be-found")' });
    const odd = plugin('odd', { 'Odd.js': command('') });
    const navis = plugin('navis', { 'navis.js': command('') }, { name: 'navi' });
    const good = plugin('good', { 'good.js': command('console.log("good")') });
    const namesake = plugin('namesake', { 'namesake.js': command('') }, { name: 'good' });
    const folders = [none, bare, noJson, empty, throwing, lacking, odd, navis, good, namesake];
    const { plugins, refused } = await listed(...folders);
    expect(plugins.map(({ name }) => name)).toEqual(['good']);
    const reasons = Object.fromEntries(refused.map(({ folder: of, reason }) => [of, reason]));
    expect(reasons).toEqual({
      [none]: expect.stringContaining('no such file or folder') as string,
      [bare]: expect.stringContaining('has no "oclif"') as string,
      [noJson]: expect.stringContaining('its package.json: ') as string,
      [empty]: expect.stringContaining('it has no command') as string,
      [throwing]: expect.stringContaining('not today') as string,
      [lacking]: expect.stringContaining('nowhere-to-be-found') as string,
      [odd]: expect.stringContaining('"Odd" cannot be the first word') as string,
      [navis]: expect.stringContaining('no "name" of its own') as string,
      [namesake]: expect.stringContaining('is called "good" too') as string,
    });
    // Who asks for what works hears nothing of the rest.
    expect(await run(folders, 'good')).toMatchObject({ stdout: 'good\n', stderr: '', code: 0 });
    const { stderr } = await run(folders, 'plugins');
    expect(stderr.match(/^error: plugin \S+ (is not taken|cannot be loaded): /gm)).toHaveLength(9);
    expect(stderr).not.toMatch(/\n\s+at |Warning/);
  });

  test('where the configuration is broken, or names no absolute path', async () => {
    for (const text of ['plugins = ["relative"]', 'plugins = 1', 'plugins = [', 'plugin = [] # plugins']) {
      const env = { NAVI_CONFIG: navi.file('broken.toml', `${text}\n`) };
      const { stdout, stderr, code } = await navi.navi(['nothing'], env);
      expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
      expect(stderr).toMatch(/broken\.toml:\d:(.|\n)*"nothing" is no command of navi/);
      expect((await navi.navi(['--help'], env)).code).toBe(0);
      expect((await navi.navi(['plugins'], env)).stderr).toMatch(/broken\.toml/);
    }
    // No variable names code.
    const made = plugin('hidden', { 'hidden.js': command('') });
    expectError(await navi.navi(['hidden'], { NAVI_PLUGINS: made }), 2, /"hidden" is no command of navi/);
  });
});
