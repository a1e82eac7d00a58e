import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

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
    const file = join(navi.folder, 'loaded.json');
    const { stderr, code } = await navi.navi(args, { NODE_OPTIONS: `--require ${preload}`, NAVI_TEST_LOADED: file });
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    return JSON.parse(readFileSync(file, 'utf8')) as Loaded;
  }

  test.each([
    { args: ['types'], fileMax: 12, builtinMax: 16 },
    { args: ['get', 'pods'], fileMax: 27, builtinMax: 16 },
  ])('$args loads few files, and few modules of Node', async ({ args, fileMax, builtinMax }) => {
    const { files, builtins } = await loadedBy(...args);
    expect(files.length).toBeLessThanOrEqual(fileMax);
    expect(builtins.length).toBeLessThanOrEqual(builtinMax);
    for (const rare of ['child_process', 'crypto', 'fs/promises', 'http', 'net', 'readline', 'tty', 'zlib'])
      expect(builtins).not.toContain(rare);
  });

  const isLanguage = (file: string): boolean => basename(file).startsWith('language-');

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
    expect(files.filter(isLanguage)).toHaveLength(1);
  });
});
