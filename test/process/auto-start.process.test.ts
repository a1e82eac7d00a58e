import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { syncedNavi, type ProgramResult, type SyncedNavi } from '../support/synced-navi.ts';

const none = /^navi: no daemon runs, so that answers are as old as its end; navi sync --detach starts one.*\n$/;
const started = /^navi: no daemon ran: daemon started \(pid \d+\), log in .*daemon\.log\n$/;
const met = /^navi: no daemon ran: (daemon started|a daemon runs already) \(pid \d+\).*\n$/;

let navi: SyncedNavi;

beforeAll(async () => {
  navi = await syncedNavi(2);
});
afterAll(() => navi.remove());

const detach = async (env: NodeJS.ProcessEnv = {}): Promise<number> => {
  const { stderr, code } = await navi.navi(['sync', '--detach'], env);
  expect(code).toBe(0);
  return pidIn(stderr);
};
const stop = async (env: NodeJS.ProcessEnv = {}): Promise<ProgramResult> => await navi.navi(['stop'], env);
const pidIn = (text: string): number => Number(/pid (\d+)/.exec(text)?.[1]);
const pods = async (env: NodeJS.ProcessEnv = {}, ...more: readonly string[]): Promise<ProgramResult> =>
  await navi.navi(['get', 'pods', ...more], env);

/** As a daemon leaves it. */
const leaveMark = (): void => writeFileSync(join(navi.dataDir, 'daemon-ran'), '', { mode: 0o600 });

function configure(text: string): void {
  mkdirSync(join(navi.folder, 'navi'), { recursive: true });
  writeFileSync(join(navi.folder, 'navi/config.toml'), text);
}

describe('a question that finds no daemon', () => {
  test('says nothing where none ever ran, and once after the end of one', async () => {
    expect(await pods()).toMatchObject({ code: 0, stderr: '' });
    await detach();
    expect(await pods()).toMatchObject({ code: 0, stderr: '' });
    await stop();
    expect(statSync(join(navi.dataDir, 'daemon-ran')).mode & 0o777).toBe(0o600);
    expect((await navi.navi(['__complete', 'get', 'pods', ''])).stderr).toBe('');
    const told = await pods({}, '-o', 'json');
    expect(told).toMatchObject({ code: 0, stderr: expect.stringMatching(none) });
    expect(JSON.parse(told.stdout)).toMatchObject({ kind: 'List' });
    expect(await pods()).toMatchObject({ code: 0, stderr: '' });
    await navi.navi(['sync', '--once']);
    expect(await pods()).toMatchObject({ code: 0, stderr: '' });
  });

  test.each([
    ['search', 'pod-1'],
    ['sql', 'select name from pods'],
    ['top', 'pods'],
    ['wait', 'pod/pod-0', '--for=jsonpath={.metadata.name}=pod-0'],
    ['logs', 'pod-0'],
  ])('is told by navi %s %s', async (...words) => {
    leaveMark();
    expect((await navi.navi(words)).stderr.split('\n').filter((line) => none.test(`${line}\n`))).toHaveLength(1);
  });

  test('of several at one time one tells', async () => {
    leaveMark();
    const answers = await Promise.all([pods(), pods(), pods()]);
    expect(answers.map(({ stderr }) => stderr).filter((text) => text !== '')).toEqual([expect.stringMatching(none)]);
  });
});

describe('with auto_start', () => {
  beforeEach(() => configure('[daemon]\nauto_start = true\n'));
  afterAll(() => rmSync(join(navi.folder, 'navi'), { recursive: true }));
  afterEach(async () => {
    await stop();
  });

  test('it starts one, says so once, and answers', async () => {
    const first = await pods({}, '-o', 'json');
    expect(first).toMatchObject({ code: 0, stderr: expect.stringMatching(started) });
    expect(JSON.parse(first.stdout)).toMatchObject({ kind: 'List' });
    expect(await pods()).toMatchObject({ code: 0, stderr: '' });
    expect(await stop()).toMatchObject({ code: 0, stderr: `stopped (pid ${pidIn(first.stderr)})\n` });
  });

  test('completion starts none, nor does what a daemon runs', async () => {
    expect((await navi.navi(['__complete', 'get', 'pods', ''])).code).toBe(0);
    expect(await pods({ NAVI_INSIDE_DAEMON: '1' })).toMatchObject({ code: 0 });
    expect((await stop()).code).toBe(5);
  });

  test('several questions at one time start one', async () => {
    const answers = await Promise.all([pods(), navi.navi(['search', 'pod-1']), navi.navi(['types']), pods()]);
    // Whoever asks once it is there has nothing to say.
    const told = answers.map(({ stderr }) => stderr).filter((stderr) => stderr !== '');
    for (const { stdout, code } of answers)
      expect({ code, isEmpty: stdout === '' }).toEqual({ code: 0, isEmpty: false });
    expect(told).toEqual(told.map(() => expect.stringMatching(met)));
    expect(new Set(told.map(pidIn)).size).toBe(1);
    expect(told.filter((stderr) => started.test(stderr))).toHaveLength(1);
    expect(await stop()).toMatchObject({ code: 0 });
    expect((await stop()).code).toBe(5);
  });

  test('one that was killed is noticed once its mirror is no longer written to', async () => {
    const pid = await detach();
    process.kill(pid, 'SIGKILL');
    const mirrors = join(navi.dataDir, 'mirrors');
    const [id = ''] = readdirSync(mirrors);
    const wal = join(mirrors, id, 'mirror.db-wal');
    expect(existsSync(wal)).toBe(true);
    const old = new Date(Date.now() - 150_000);
    utimesSync(wal, old, old);
    expect(await pods()).toMatchObject({ code: 0, stderr: expect.stringMatching(started) });
  });

  test('where nothing is mirrored yet the first sync is waited for, by all who ask', async () => {
    const env = { NAVI_DATA_DIR: join(navi.folder, 'fresh') };
    const answers = await Promise.all([pods(env), pods(env)]);
    for (const { stdout, stderr, code } of answers) {
      expect(stderr).toMatch(
        /^navi: no daemon ran: (daemon started|a daemon runs already) \(pid \d+\).*\nnavi: nothing is mirrored yet, so that everything is listed first\n$/,
      );
      expect({ code, names: stdout.match(/^pod-\d/gm) }).toEqual({ code: 0, names: ['pod-0', 'pod-1'] });
    }
    expect((await stop(env)).code).toBe(0);
    expect((await stop(env)).code).toBe(5);
  });

  test('a daemon that does not start keeps nobody from an answer', async () => {
    configure('[daemon]\nauto_start = true\nnonsense = 1\n');
    const broken = await pods();
    expect(broken).toMatchObject({ code: 0, stdout: expect.stringContaining('pod-0') });
    expect(broken.stderr).toMatch(/^navi: no daemon was started: configuration .*nonsense.*\n$/);
    configure('[daemon]\nauto_start = true\nmetrics_port = 9\n');
    writeFileSync(join(navi.folder, 'stops.mjs'), "if (process.argv.includes('--daemon')) process.exit(3);\n");
    const failed = await pods({ NODE_OPTIONS: `--import=${join(navi.folder, 'stops.mjs')}` });
    expect(failed).toMatchObject({ code: 0, stdout: expect.stringContaining('pod-0') });
    expect(failed.stderr).toMatch(/^navi: no daemon ran, and none could be started: the daemon did not start\n$/);
  });

  test('put into the background while sync --once ends, one runs for good', async () => {
    const [once, detached] = await Promise.all([navi.navi(['sync', '--once']), navi.navi(['sync', '--detach'])]);
    expect({ once: once.code, detached: detached.code }).toEqual({ once: 0, detached: 0 });
    const pid = pidIn(detached.stderr);
    expect(await stop()).toMatchObject({ code: 0, stderr: `stopped (pid ${pid})\n` });
  });
});
