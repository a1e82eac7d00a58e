import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectError, steeringText, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

interface Finding {
  readonly subject: string;
  readonly level: string;
  readonly message: string;
  readonly hints: readonly string[];
  readonly isFixable: boolean;
}

let navi: SyncedNavi;
let id: string;

beforeAll(async () => {
  navi = await syncedNavi();
  chmodSync(navi.kubeconfig, 0o600);
  const { stdout } = await navi.navi(['mirrors', 'list', '-o', 'json']);
  id = (JSON.parse(stdout) as { mirrors: { id: string }[] }).mirrors[0]?.id ?? '';
});
afterAll(() => navi.remove());

async function doctor(
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<{ found: readonly Finding[]; code: number | null }> {
  const { stdout, code } = await navi.navi(['doctor', '-o', 'json', ...args], env);
  return { found: (JSON.parse(stdout) as { findings: Finding[] }).findings, code };
}

/** What is not well. */
const troubles = (found: readonly Finding[]): readonly string[] =>
  found.filter(({ level }) => level !== 'good').map(({ subject, level }) => `${level} ${subject}`);

describe('navi doctor', () => {
  test('finds nothing where a daemon keeps everything current', async () => {
    expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
    try {
      expect((await navi.navi(['sync', '--once'])).code).toBe(0);
      const { stdout, code } = await navi.navi(['doctor']);
      expect(stdout).toMatch(/^good +daemon +it runs \(pid \d+, since \S+\) for 1 contexts$/m);
      expect(stdout).toMatch(/^good +context simulator +healthy, confirmed \d+s ago$/m);
      expect(stdout.endsWith('\nall is well\n')).toBe(true);
      expect(code).toBe(0);
    } finally {
      expect((await navi.navi(['stop'])).code).toBe(0);
    }
  });

  test('warns where none runs, with what to type, and exits 0', async () => {
    const { found, code } = await doctor();
    expect({ troubles: troubles(found), code }).toEqual({
      troubles: ['warning daemon', 'warning context simulator'],
      code: 0,
    });
    for (const { level, hints } of found) expect(hints.length > 0).toBe(level !== 'good');
  });

  test.each([
    ['a kubeconfig that is none', { KUBECONFIG: '/nowhere/kubeconfig' }, 'fault kubeconfig /nowhere/kubeconfig', 2],
    ['a setting that does not exist', { NAVI_CONFIG: 'bad.toml' }, 'fault settings', 2],
    ['a data directory that is a file', { NAVI_DATA_DIR: 'bad.toml' }, 'fault directory', 7],
  ])('tells %s', async (_what, env, says, exits) => {
    const bad = navi.file('bad.toml', '[daemon]\nmetrics_prt = 1\n');
    const named = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value === 'bad.toml' ? bad : value]),
    );
    const { found, code } = await doctor([], named);
    expect(troubles(found)).toContain(says);
    expect(code).toBe(exits);
  });

  test('warns of settings about types that no mirrored cluster serves', async () => {
    const config = navi.file(
      'odd.toml',
      '[retrieval.secret]\nmode = "off"\n[alerts.rules.mine]\ntype = "podz"\nwhen = "true"\nsummary = "x"\n',
    );
    const { found, code } = await doctor([], { NAVI_CONFIG: config });
    expect(code).toBe(0);
    expect(
      found.filter(({ subject }) => subject === 'settings').map(({ level, message }) => `${level}: ${message}`),
    ).toEqual([
      'warning: [retrieval] is for nothing: no mirrored cluster serves "secret"; did you mean secrets?',
      'warning: [alerts.rules.mine] is for nothing: no mirrored cluster serves "podz"; did you mean pods?',
      `good: ${config} has no fault`,
    ]);
  });

  test('tells a damaged mirror, and goes on with the rest', async () => {
    const file = join(navi.dataDir, 'mirrors', id, 'mirror.db');
    const whole = readFileSync(file);
    writeFileSync(file, Buffer.concat([Buffer.from('no database'), whole.subarray(11)]));
    try {
      const { found, code } = await doctor();
      expect(troubles(found)).toContain(`fault mirror ${id}`);
      expect(found.map(({ subject }) => subject)).toContain('daemon');
      expect(code).toBe(7);
    } finally {
      writeFileSync(file, whole);
    }
  });

  test('mends modes of its own files with --fix, and nothing without', async () => {
    const file = join(navi.dataDir, 'mirrors', id, 'mirror.db');
    chmodSync(file, 0o644);
    chmodSync(navi.dataDir, 0o755);
    const before = await doctor();
    expect(before.found.find(({ isFixable }) => isFixable)).toMatchObject({ level: 'fault' });
    expect(before.code).toBe(7);
    expect(statSync(navi.dataDir).mode & 0o777).toBe(0o755);
    // A folder that is open hides what lies in it: what is found then is mended next time.
    for (let round = 0; round < 2; round += 1) await navi.navi(['doctor', '--fix']);
    expect([statSync(file).mode & 0o777, statSync(navi.dataDir).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(troubles((await doctor()).found)).toEqual(['warning daemon', 'warning context simulator']);
  });

  test('takes a dead socket away with --fix', async () => {
    expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
    const { stdout } = await navi.navi(['status', '-o', 'json']);
    process.kill((JSON.parse(stdout) as { daemon: { pid: number } }).daemon.pid, 'SIGKILL');
    const socket = join(navi.dataDir, 'control.sock');
    await expect
      .poll(async () => (await doctor()).found.find(({ subject }) => subject === 'daemon')?.isFixable, {
        timeout: 20_000,
      })
      .toBe(true);
    expect((await navi.navi(['doctor', '--fix'])).stderr).toContain('mended: daemon');
    expect(existsSync(socket)).toBe(false);
  });
});

describe('navi doctor --bundle', () => {
  test('writes what it tells, and no secret', async () => {
    navi.simulator.state.create('secrets', {
      metadata: { name: 'planted', namespace: 'default' },
      data: { key: 'c2VjcmV0LXBsYW50ZWQ=' },
    });
    const config = navi.file('config.toml', '');
    const file = join(navi.folder, 'report.tar.gz');
    const { stderr, code } = await navi.navi(['doctor', '--bundle', file], { NAVI_CONFIG: config });
    expect(code).toBe(0);
    const names = execFileSync('tar', ['-tzf', file], { encoding: 'utf8' }).trim().split('\n');
    expect(names.sort()).toEqual(
      stderr
        .split('\n')
        .flatMap((line) => /^(\S+\.\w+): /.exec(line)?.[1] ?? [])
        .sort(),
    );
    const texts = execFileSync('tar', ['-xzOf', file], { encoding: 'utf8' });
    for (const secret of ['token-of-admin', 'c2VjcmV0LXBsYW50ZWQ', 'secret-planted', steeringText])
      expect(texts).not.toContain(secret);
    expect(JSON.parse(execFileSync('tar', ['-xzOf', file, 'status.json'], { encoding: 'utf8' }))).toHaveProperty(
      'clusters',
    );
  });

  test('says so where it cannot be written', async () => {
    const { stderr, code } = await navi.navi(['doctor', '--bundle', '/nowhere/report.tar.gz']);
    expectError({ stdout: '', stderr, code }, 2, /cannot be written/);
  });
});
