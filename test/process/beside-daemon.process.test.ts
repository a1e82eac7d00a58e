import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installNavi, type NaviInstallation } from '../support/navi-process.ts';
import { openTerminal } from '../support/terminal.ts';
import { expectError, naviProgram, syncedNavi, type ProgramResult, type SyncedNavi } from '../support/synced-navi.ts';

let synced: SyncedNavi;

beforeAll(async () => {
  synced = await syncedNavi();
});
afterAll(() => synced.remove());

describe('the daemon', () => {
  let installation: NaviInstallation;
  let contexts: string;

  beforeAll(() => {
    const second = synced.simulator
      .kubeconfig()
      .replaceAll('admin"', 'second"')
      .replace(/name: simulator\n( +)context/, 'name: second\n$1context');
    contexts = [synced.kubeconfig, synced.file('second-user', second.replace(/token-of-\w+/, 'token-of-admin'))].join(
      ':',
    );
    installation = installNavi(contexts);
  });
  afterAll(() => installation.remove());

  const beside = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ProgramResult> =>
    synced.navi(args, { NAVI_DATA_DIR: installation.dataDir, KUBECONFIG: contexts, ...env });

  test('that does not run cannot be stopped: 5', async () => {
    expectError(await beside(['stop']), 5, /no daemon keeps the mirrors in .*\n {2}navi sync --detach/);
  });

  test('is one per data directory, and everything else works beside it', async () => {
    const daemon = installation.daemon(['--context', 'simulator']);
    await daemon.waitFor('the first lists', (line) => line.msg === 'discovered');
    expectError(
      await beside(['sync', '--daemon']),
      5,
      new RegExp(`another navi \\(pid ${daemon.pid}\\) keeps the mirrors in`),
    );
    const once = await beside(['sync', '--once', '--context', 'simulator']);
    expect(once).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/the running daemon confirms: simulator is complete/),
    });
    expect(await beside(['status'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`navi sync is running (pid ${daemon.pid})`),
    });
    expect(await beside(['get', 'namespaces', '--max-age', '2s'])).toMatchObject({ code: 0, stderr: '' });

    expect((await beside(['get', 'namespaces', '--context', 'second'])).code).toBe(6);
    const added = await beside(['sync', '--context', 'second']);
    expect(added).toMatchObject({ code: 0, stderr: expect.stringMatching(/the running daemon now keeps second/) });
    expect((await beside(['sync', '--once', '--context', 'second'])).code).toBe(0);
    expect((await beside(['get', 'namespaces', '--context', 'second'])).code).toBe(0);

    const spent = synced.file(
      'spent',
      synced.simulator
        .kubeconfig('spent')
        .replaceAll('simulator', 'spent')
        .replace(/token-of-\w+/, 'x'),
    );
    expectError(
      await beside(['sync', '--once', '--context', 'spent'], { KUBECONFIG: spent }),
      4,
      /cannot follow the cluster of context "spent" \(auth-needed: Unauthorized\)\n {2}navi login --context spent\n/,
    );

    const lost = await beside(['stop'], { XDG_RUNTIME_DIR: join(synced.folder, 'elsewhere') });
    expectError(
      lost,
      5,
      new RegExp(`daemon \\(pid ${daemon.pid}\\) does not listen at .*elsewhere.*\\n {2}kill ${daemon.pid}`),
    );

    const startedAtMs = performance.now();
    const end = await daemon.kill('SIGTERM');
    expect(end.code).toBe(0);
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  });

  test('confirms what a user may list, names what is forbidden, and is refused where that is everything', async () => {
    const { state } = synced.simulator;
    const as = (user: string): NodeJS.ProcessEnv => ({
      KUBECONFIG: synced.file(`${user}.kubeconfig`, synced.simulator.kubeconfig(user)),
    });
    const groups = state.types.groups().map(({ name }) => name);
    state.allow('some', {
      verbs: ['list', 'watch', 'get'],
      groups: groups.filter((name) => name !== 'storage.k8s.io'),
    });
    state.allow('none', { verbs: ['get'], groups: ['none'], resources: ['none'] });
    const daemon = installation.daemon(['--context', 'simulator']);
    await daemon.waitFor('it discovered', (line) => line.msg === 'discovered');
    const some = await beside(['sync', '--once'], as('some'));
    expect(some.stderr).toMatch(/^the running daemon confirms: simulator is complete$/m);
    expect(some.stderr).toMatch(/^simulator: \d+ types are forbidden, not mirrored: csidrivers\.storage\.k8s\.io, /m);
    expect(some.code).toBe(0);
    const none = await beside(['sync', '--once'], as('none'));
    expect(none.stderr).not.toContain('complete');
    expectError(none, 4, /^error: simulator: this user may list nothing: \d+ types are forbidden, not mirrored: \w+/);
    await daemon.kill('SIGTERM');
  });

  test.each([
    ['SIGINT', 0],
    ['SIGTERM', 0],
  ] as const)('%s ends it with %d', async (signal, code) => {
    const daemon = installation.daemon(['--context', 'simulator']);
    await daemon.waitFor('it discovered', (line) => line.msg === 'discovered');
    expect((await daemon.kill(signal)).code).toBe(code);
  });

  test.each([
    ['in the data directory', () => ({})],
    ['in XDG_RUNTIME_DIR', () => ({ XDG_RUNTIME_DIR: join(synced.folder, 'run') })],
    ['elsewhere for a path too long for a socket', () => ({ NAVI_DATA_DIR: join(synced.folder, 'long'.repeat(30)) })],
  ])('put into the background twice is one daemon, found %s, and stop ends it', async (_where, env) => {
    const first = await beside(['sync', '--detach', '--context', 'simulator'], env());
    expect(first).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^daemon started \(pid \d+\), log in .*daemon\.log\n$/),
    });
    const pid = Number(/pid (\d+)/.exec(first.stderr)?.[1]);
    const second = await beside(['sync', '--detach', '--context', 'simulator'], env());
    expect(second).toMatchObject({ code: 0, stderr: expect.stringMatching(`a daemon runs already \\(pid ${pid}\\)`) });
    expect(await beside(['stop'], env())).toMatchObject({ code: 0, stdout: '', stderr: `stopped (pid ${pid})\n` });
    expect((await beside(['stop'], env())).code).toBe(5);
  });

  test('in the background that is slow to answer is not waited for without end: 5', async () => {
    const stops = synced.file(
      'stops.mjs',
      "if (process.argv.includes('--daemon')) process.kill(process.pid, 'SIGSTOP');",
    );
    const env = { NODE_OPTIONS: `--import=${stops}`, NAVI_DATA_DIR: join(synced.folder, 'slow') };
    const started = await beside(['sync', '--detach', '--context', 'simulator'], env);
    const pid = Number(/pid (\d+)/.exec(started.stderr)?.[1]);
    // Alive until now.
    process.kill(pid, 'SIGKILL');
    expectError(
      started,
      5,
      /^error: the daemon \(pid \d+\) has not answered within 15 s\n {2}it goes on, and navi status/,
    );
  });

  test('whose store is deleted under it notices with its next check and begins anew', async () => {
    const daemon = installation.daemon(['--context', 'simulator']);
    await daemon.waitFor('it discovered', (line) => line.msg === 'discovered');
    // Every watch that opens asks for a check: once all have, the next one is a heartbeat away.
    expect((await beside(['sync', '--once', '--context', 'simulator'])).code).toBe(0);
    rmSync(join(installation.dataDir, 'mirrors'), { recursive: true });
    expectError(await beside(['get', 'namespaces']), 6, /is not mirrored yet/);
    expect((await beside(['sync', '--once', '--context', 'simulator'])).code).toBe(0);
    expect(daemon.log().some((line) => line.msg.startsWith('the store was deleted or replaced'))).toBe(true);
    expect((await beside(['get', 'namespace', 'shop', '-o', 'name'])).stdout).toBe('namespace/shop\n');
    expect((await daemon.kill('SIGTERM')).code).toBe(0);
  });

  test('in the foreground draws its line in place also where the terminal is narrower', async () => {
    const env = synced.environment({ NAVI_DATA_DIR: join(synced.folder, 'narrow'), TERM: 'xterm-256color' });
    const narrow = { columns: 30, rows: 20 };
    const terminal = await openTerminal(`"${process.execPath}" "${naviProgram}" sync`, narrow, env);
    try {
      const lines = await terminal.until('the end of the lists', ([first = '']) => first.includes('complete'));
      expect(lines.filter((line) => line !== '')).toHaveLength(1);
    } finally {
      terminal.close();
    }
  });

  test('in the foreground draws more clusters than the terminal has rows without scrolling', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `cluster-${index}`);
    const config = {
      clusters: names.map((name, index) => {
        const server = index === 7 ? synced.simulator.url : 'http://127.0.0.1:1';
        return { name, cluster: { server } };
      }),
      users: names.map((name) => ({ name, user: { token: 'token-of-admin' } })),
      contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
    };
    const env = synced.environment({
      KUBECONFIG: synced.file('twenty', JSON.stringify(config)),
      NAVI_DATA_DIR: join(synced.folder, 'twenty-data'),
      TERM: 'xterm-256color',
    });
    const line = `"${process.execPath}" "${naviProgram}" sync --all-contexts; echo "code $?"; sleep 60`;
    const terminal = await openTerminal(line, { columns: 80, rows: 12 }, env);
    const clustersOf = (lines: readonly string[]): readonly string[] =>
      lines.flatMap((text) => /^cluster-\d+/.exec(text) ?? []);
    try {
      const counted = (text: string): boolean => text.startsWith('… 10 more clusters; 1 of 20 are complete');
      const lines = await terminal.until('that one is complete', (all) => all.some(counted));
      expect(
        lines
          .slice(10)
          .filter((text) => text !== '')
          .map(counted),
      ).toEqual([true]);
      expect(clustersOf(lines)).toHaveLength(10);
      expect(new Set(clustersOf(lines)).size).toBe(10);
      await terminal.resize(40, 6);
      await terminal.until('the smaller screen', (all) => all.some((text) => text.startsWith('… 16 more clusters')));
      await terminal.resize(80, 30);
      await terminal.press('C-c');
      const left = await terminal.until('the exit code', (all) => all.some((text) => text === 'code 130'));
      expect(clustersOf(left).slice(-20)).toEqual(names);
    } finally {
      terminal.close();
    }
  });

  test('interrupted in the foreground exits 130 and keeps what it has', async () => {
    const env = synced.environment({ NAVI_DATA_DIR: join(synced.folder, 'foreground') });
    const child = spawn(process.execPath, [naviProgram, 'sync'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
      if (stderr.includes('complete')) child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: expect.stringMatching(/^simulator: complete, \d+ types, .*\n$/),
    });
    expect((await synced.navi(['get', 'namespace', 'shop'], env)).code).toBe(0);
  });
});

describe('an old Node', () => {
  test('is told in one line, with 2', async () => {
    const hook = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.1.0'}})`;
    const pretended = await synced.execute(process.execPath, ['--import', hook, naviProgram, 'status']);
    expect(pretended).toEqual({
      code: 2,
      stdout: '',
      stderr: `navi needs Node 24 or newer; this is 20.1.0 (${process.execPath})\n`,
    });
  });

  test('found on this machine says the same of itself', async () => {
    for (const node of oldNodes()) {
      const { code, stdout, stderr } = await synced.execute(node, [naviProgram, 'status']);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^navi needs Node 24 or newer; this is \d+\.\d+\.\d+ \(.*\)\n$/);
    }
  });
});

/** Programs called node in the search path that are too old for navi, but know top-level await. */
function oldNodes(): readonly string[] {
  const { stdout } = spawnSync('bash', ['-c', 'type -ap node'], { encoding: 'utf8' });
  return [...new Set(stdout.split('\n'))].filter((node) => {
    const major =
      node === '' ? 0 : Number(/^v(\d+)/.exec(spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout)?.[1]);
    return major >= 16 && major < 24;
  });
}
