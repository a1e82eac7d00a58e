import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { naviProgram, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';
import { tracedReads, tracingReads, type TracedReads } from '../support/traced-reads.ts';

const preload = join(import.meta.dirname, '../support/loaded-files.cjs');

interface Loaded {
  readonly files: readonly string[];
  readonly builtins: readonly string[];
}

/** What a command loads decides how fast it starts, on any machine: counts and not times are held here. */
describe('to start', () => {
  let navi: SyncedNavi;

  beforeAll(async () => {
    navi = await syncedNavi(2);
    await untilRemembered();
  });

  /** The summary of a kubeconfig is kept once its file has been left alone for some seconds. */
  async function untilRemembered(): Promise<void> {
    const kept = join(navi.dataDir, 'kubeconfigs.json');
    for (let attempt = 0; attempt < 200 && !existsSync(kept); attempt += 1) await navi.navi(['types', '-o', 'name']);
    expect(existsSync(kept)).toBe(true);
  }

  afterAll(async () => {
    await navi.remove();
  });

  async function loadedBy(...args: readonly string[]): Promise<Loaded> {
    return await loadedWith({}, args);
  }

  async function loadedWith(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<Loaded> {
    const file = join(navi.folder, 'loaded.json');
    const { stderr, code } = await navi.navi(args, {
      NODE_OPTIONS: `--require ${preload}`,
      NAVI_TEST_LOADED: file,
      ...env,
    });
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    return JSON.parse(readFileSync(file, 'utf8')) as Loaded;
  }

  test.each([
    { args: ['types'], fileMax: 8, builtinMax: 2 },
    { args: ['get', 'pods'], fileMax: 10, builtinMax: 2 },
    { args: ['get', 'pods', '--where', 'cols.RESTARTS >= 0'], fileMax: 16, builtinMax: 2 },
    { args: ['search', 'pod'], fileMax: 8, builtinMax: 2 },
    { args: ['__complete', 'get', 'pods', ''], fileMax: 7, builtinMax: 2 },
  ])('$args loads few files, and few modules of Node', async ({ args, fileMax, builtinMax }) => {
    const { files, builtins } = await loadedBy(...args);
    expect(files.length).toBeLessThanOrEqual(fileMax);
    expect(builtins.length).toBeLessThanOrEqual(builtinMax);
    for (const rare of ['child_process', 'crypto', 'fs/promises', 'http', 'net', 'readline', 'tty', 'zlib'])
      expect(builtins).not.toContain(rare);
    expect(files.filter((file) => basename(file).startsWith('rare-'))).toEqual([]);
  });

  test.each([
    { args: ['types'], openMax: 26, kibibyteMax: 550 },
    { args: ['get', 'pods'], openMax: 29, kibibyteMax: 740 },
    { args: ['get', 'pods', '--where', 'cols.RESTARTS >= 0'], openMax: 41, kibibyteMax: 1_010 },
    { args: ['search', 'pod'], openMax: 26, kibibyteMax: 700 },
    { args: ['__complete', 'get', 'pods', ''], openMax: 24, kibibyteMax: 475 },
  ])('$args opens few files and reads little of them', async ({ args, openMax, kibibyteMax }) => {
    const traced = async (...line: readonly string[]): Promise<TracedReads> => {
      const trace = join(navi.folder, 'trace');
      const [strace, ...options] = tracingReads(trace);
      expect((await navi.execute(strace, [...options, process.execPath, ...line])).code).toBe(0);
      return tracedReads(trace);
    };
    // What is compiled is kept by the first run.
    await navi.navi(args);
    const node = await traced('-e', '0');
    const told = await traced(naviProgram, ...args);
    expect(told.openCount - node.openCount).toBeLessThanOrEqual(openMax);
    expect((told.byteCount - node.byteCount) / 1_024).toBeLessThanOrEqual(kibibyteMax);
  });

  test.each([
    ['metrics.interval = "30s"\n', '', false],
    ['output.notice_after = "9h"\n', '', true],
    ['output.notice_after = "9h"\n', '9h', false],
    ['output."notice\\u005fafter" = "9h"\n', '', true],
  ])(
    'a configuration that says %j, and NAVI_NOTICE_AFTER %j: what reads TOML is loaded %j',
    async (text, after, is) => {
      const config = navi.file('start.toml', text);
      const { files } = await loadedWith({ NAVI_CONFIG: config, NAVI_NOTICE_AFTER: after }, ['get', 'pods']);
      expect(files.filter((file) => basename(file).startsWith('config-'))).toHaveLength(is ? 1 : 0);
    },
  );

  test('help loads what commands go without', async () => {
    const { files } = await loadedBy('types', '--help');
    expect(files.filter((file) => basename(file).startsWith('rare-'))).toHaveLength(1);
  });

  test.each([
    [{ XDG_CACHE_HOME: 'cache' }, 'cache/navi'],
    [{ XDG_CACHE_HOME: '', HOME: 'home' }, 'home/.cache/navi'],
  ])('with %j keeps in %s what Node has compiled, for this user alone', async (folders, kept) => {
    const env = Object.fromEntries(
      Object.entries(folders).map(([name, path]) => [name, path && join(navi.folder, path)]),
    );
    const { code } = await navi.navi(['types'], { ...env, NODE_COMPILE_CACHE: undefined });
    expect(code).toBe(0);
    const [made = ''] = readdirSync(join(navi.folder, kept));
    const state = statSync(join(navi.folder, kept, made));
    expect({ isFolder: state.isDirectory(), isOpen: (state.mode & 0o022) !== 0 }).toEqual({
      isFolder: true,
      isOpen: false,
    });
  });

  const isLanguage = (file: string): boolean => /^(language|expression)-/.test(basename(file));

  test.each([
    [['--count']],
    [['--limit', '1', '--offset', '1']],
    [['--order-by', 'restarts desc, AGE']],
    [['--group-by', 'STATUS']],
  ])('get %j loads no language of expressions', async (flags) => {
    const { files } = await loadedBy('get', 'pods', ...flags);
    expect(files.filter(isLanguage)).toEqual([]);
  });

  test.each([
    [['--where', 'cols.RESTARTS >= 0']],
    [['--order-by', 'cols.RESTARTS desc']],
    [['--group-by', 'metadata.name']],
  ])('get %j loads it', async (flags) => {
    const { files } = await loadedBy('get', 'pods', ...flags);
    expect(files.filter(isLanguage)).toHaveLength(2);
  });
});
