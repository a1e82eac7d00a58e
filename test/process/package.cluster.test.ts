import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { FilterTable } from '../../src/store/filter-table.ts';
import { historySchema, storedSchemaVersion, userSchema, versionOf, type Schema } from '../../src/store/migrator.ts';
import { openUserWriter } from '../../src/store/user-store.ts';
import { openWriter } from '../../src/store/open-writer.ts';
import { clusterProgram, clusterProgramsMissing } from '../support/cluster-programs.ts';

const root = join(import.meta.dirname, '../..');

/** Bytes of the tarball, and of what is in it. */
const packedBytesMax = 1.6 * 1024 ** 2;
const unpackedBytesMax = 6 * 1024 ** 2;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

let folder: string;
let packed: Packed;

/** As a user has it who has nothing but Node: no variable of the tests, no other program in the path. */
let environment: NodeJS.ProcessEnv;

/** npm of the registry's packages is not asked: what navi needs besides itself is packed from where it is installed. */
function npm(args: readonly string[], cwd: string): string {
  const { npm_config_registry: _registry, ...env } = process.env;
  return execFileSync(
    'npm',
    [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--cache', join(folder, 'cache')],
    {
      cwd,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
}

function pack(path: string): Packed {
  const [made] = JSON.parse(npm(['pack', path, '--json', '--pack-destination', folder], root)) as Packed[];
  if (made === undefined) throw new Error(`${path} was not packed`);
  return made;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'navi-package-'));
  packed = pack('.');
  const needed = ['better-sqlite3', 'node-addon-api'].map((name) => pack(`./node_modules/${name}`));
  const prefix = join(folder, 'prefix');
  mkdirSync(prefix);
  const tarballs = [packed, ...needed].map(({ filename }) => join(folder, filename));
  npm(['install', '--offline', '--prefix', prefix, ...tarballs], prefix);
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, 'node'));
  const home = join(folder, 'home');
  mkdirSync(home);
  environment = { HOME: home, PATH: `${bin}:${join(prefix, 'node_modules', '.bin')}` };
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  test('has what runs and what is read, and nothing else', () => {
    const kinds = [
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|oclif\.manifest\.json)$/,
      /^bin\/(package\.json|run\.js|complete\.js)$/,
      /^dist\/(package\.json|main\.js|complete\/commands\.json|(commands|chunks|complete|sql|pages)\/.+\.js)$/,
      /^completion\/(navi\.(bash|fish|ps1)|_navi)$/,
      /^man\/navi[a-z-]*\.[157]$/,
      /^schemas\/[a-z-]+\.json$/,
    ];
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !kinds.some((kind) => kind.test(path)))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(['bin/run.js', 'dist/main.js', 'LICENSE', 'man/navi.1']));
    for (const program of ['bin/run.js', 'bin/complete.js'])
      expect(packed.files.find(({ path }) => path === program)?.mode).toBe(0o755);
  });

  test('is small', () => {
    expect(packed.size).toBeLessThan(packedBytesMax);
    expect(packed.unpackedSize).toBeLessThan(unpackedBytesMax);
  });

  test('has no fault that publint knows', async () => {
    const tarball = readFileSync(join(folder, packed.filename));
    const { messages } = await publint({ pack: { tarball: new Uint8Array(tarball).buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  test('brings the SQLite driver for each platform, so that nothing is compiled', () => {
    const prebuilt = readdirSync(join(folder, 'prefix/node_modules/better-sqlite3/prebuilds'));
    for (const platform of ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'])
      expect(prebuilt).toContain(`${platform}.node`);
  });
});

describe('what it installs', () => {
  let simulator: Simulator;

  beforeAll(async () => {
    simulator = await startSimulator();
    for (let index = 0; index < 20; index += 1)
      simulator.state.create('pods', { metadata: { name: `web-${index}`, namespace: 'default' } });
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, simulator.kubeconfig());
    environment = { ...environment, KUBECONFIG: kubeconfig };
  });
  afterAll(async () => {
    // A daemon that a failed test left.
    await navi([join(root, 'bin/run.js'), 'stop'], { program: process.execPath });
    await simulator.stop();
  });

  /** In this process the simulator answers, so that none may be waited for. */
  async function navi(
    args: readonly string[],
    { program = 'navi', env = {} }: { readonly program?: string; readonly env?: NodeJS.ProcessEnv } = {},
  ) {
    const child = spawn(program, args, { env: { ...environment, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => (texts[stream] += text));
    const [code] = (await once(child, 'close')) as [number | null];
    return { ...texts, code };
  }

  test('says what it is', async () => {
    const { stdout, code } = await navi(['version', '-o', 'json']);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ version, commit: expect.stringMatching(/^[0-9a-f]{7,}\*?$/) as string });
  });

  test('does its main work: sync, get, search, status, sql, a daemon that is stopped', async () => {
    expect(await navi(['sync', '--once'])).toMatchObject({ code: 0 });
    const { stdout } = await navi(['get', 'pods', '-o', 'name']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(20);
    expect((await navi(['search', 'web-7'])).stdout).toMatch(/web-7/);
    expect((await navi(['sql', 'select count(*) from pods', '-o', 'csv'])).stdout).toContain('20');
    expect((await navi(['report', '-o', 'json'])).code).toBe(0);
    expect(await navi(['sync', '--detach'])).toMatchObject({ code: 0 });
    expect((await navi(['status', '-o', 'json'])).stdout).toContain('"isAnswering": true');
    expect(await navi(['stop'])).toMatchObject({ code: 0 });
  });

  test('goes on with what the version before left, and keeps a copy of it', async () => {
    const dataDir = join(folder, 'older', 'navi');
    const mirror = join(dataDir, 'mirrors', readdirSync(join(folder, 'home/.local/share/navi/mirrors'))[0] ?? '');
    await writeOlder(dataDir, mirror);
    const env = { NAVI_DATA_DIR: dataDir };
    const { stdout } = await navi(['filter', 'list', '-o', 'name'], { env });
    expect(stdout).toBe('mine\n');
    expect(await navi(['filter', 'save', 'more', 'pods'], { env })).toMatchObject({ code: 0 });
    expect(await navi(['sync', '--once'], { env })).toMatchObject({ code: 0 });
    expect((await navi(['filter', 'list', '-o', 'name'], { env })).stdout).toBe('mine\nmore\n');
    for (const [file, schema] of [
      [join(dataDir, 'user.db'), userSchema],
      [join(mirror, 'history.db'), historySchema],
    ] as const) {
      const before = versionOf(schema) - 1;
      expect([schemaOf(file), schemaOf(`${file}.${before}.bak`)]).toEqual([versionOf(schema), before]);
    }
    const history = new SqliteDatabase(join(mirror, 'history.db'), { readonly: true });
    expect(
      history.prepare("select key from change where operation = 'added' and key = 'old/one'").pluck().all(),
    ).toEqual(['old/one']);
    history.close();
  });

  test('is a plugin of kubectl', async () => {
    if (clusterProgramsMissing() !== undefined) throw new Error('kubectl is not built: npm run programs');
    const { stdout, code } = await navi(['navi', 'get', 'pods', 'web-3', '-o', 'name'], {
      program: clusterProgram('kubectl'),
    });
    expect({ stdout, code }).toEqual({ stdout: 'pod/web-3\n', code: 0 });
  });

  test.each([
    [['get', 'pods', 'web-1'], ['web-1', ...Array.from({ length: 10 }, (_, index) => `web-1${index}`)], ':4'],
    [['get', 'pods', '--output=jso'], ['json', 'jsonpath=', 'jsonpath-as-json=', 'jsonpath-file='], ':4'],
    [['get', 'pods', '-f', ''], [], ':0'],
  ])('has kubectl complete %j', async (words, values, directive) => {
    const { stdout, code } = await navi(['__complete', 'navi', ...words], { program: clusterProgram('kubectl') });
    const lines = stdout.trimEnd().split('\n');
    expect({ values: lines.slice(0, -1), directive: lines.at(-1), code }).toEqual({ values, directive, code: 0 });
  });

  test('prints the script of each shell', async () => {
    for (const shell of ['bash', 'zsh', 'fish', 'powershell'])
      expect((await navi(['completion', shell])).stdout).toContain('__complete');
  });

  test('shows its manual', () => {
    const page = join(folder, 'prefix/node_modules/navi/man/navi-get.1');
    expect(spawnSync('mandoc', ['-T', 'utf8', page], { encoding: 'utf8' }).stdout).toContain('navi-get');
  });

  test('leaves nothing behind but its data and what Node compiled', () => {
    const home = join(folder, 'home');
    const documented = /^\.(local(\/share(\/navi(\/.*)?)?)?|cache(\/navi(\/.*)?)?)$/;
    const outside = readdirSync(home, { recursive: true }).filter((path) => !documented.test(String(path)));
    expect(outside).toEqual([]);
    npm(
      ['uninstall', '--offline', '--prefix', join(folder, 'prefix'), 'navi', 'better-sqlite3', 'node-addon-api'],
      folder,
    );
    const installed = join(folder, 'prefix/node_modules');
    expect(readdirSync(installed).filter((name) => !name.startsWith('.'))).toEqual([]);
    expect(readdirSync(join(installed, '.bin'))).toEqual([]);
  });
});

/** Databases as the version before had them: without the newest migration of each, and with something in them. */
async function writeOlder(dataDir: string, mirror: string): Promise<void> {
  const user = await openUserWriter(join(dataDir, 'user.db'), withoutNewest(userSchema));
  user.change((tables) => tables.of(FilterTable).save({ name: 'mine', arguments: ['pods'], description: '' }, 1));
  user.close();
  const history = await openWriter(join(mirror, 'history.db'), withoutNewest(historySchema));
  history.exec(`insert into object_type (id, name) values (1, 'pods');
    insert into log (id, mirror_log, taken_seq) values (1, 'an older one', 1);
    insert into change (log_id, seq, at, type_id, key, operation, uid, resource_version)
      values (1, 1, ${Date.now()}, 1, 'old/one', 'added', 'u', '1')`);
  history.close();
}

const withoutNewest = (schema: Schema): Schema => ({
  ...schema,
  migrations: Object.fromEntries(Object.entries(schema.migrations).slice(0, -1)),
});

function schemaOf(file: string): number {
  const database = new SqliteDatabase(file, { readonly: true });
  const version = storedSchemaVersion(database);
  database.close();
  return version;
}
