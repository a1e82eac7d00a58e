import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
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
      expect(stdout).toMatch(/^good +daemon +it runs \(pid \d+, since \S+\) for 1 context$/m);
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

describe('navi doctor, of what a daemon does not do of its settings', () => {
  let taken: Server;
  let port: number;
  let config: string;
  const settings = (age: string): string => `retention.history_age = "${age}"
daemon.metrics_port = ${port}
[alerts.rules.always]
type = "pods"
when = "true"
summary = "is there"
[alerts.receivers.broken]
command = ["/bin/false"]
`;

  beforeAll(async () => {
    taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    port = (taken.address() as AddressInfo).port;
    mkdirSync(join(navi.folder, 'navi'));
    config = navi.file('navi/config.toml', settings('7d'));
    expect((await navi.navi(['sync', '--detach'])).code).toBe(0);
  });
  afterAll(async () => {
    expect((await navi.navi(['stop'])).code).toBe(0);
    rmSync(config);
    taken.close();
  });

  const of = async (subject: string, env: NodeJS.ProcessEnv = {}): Promise<readonly Finding[]> =>
    (await doctor([], env)).found.filter((each) => each.subject === subject);

  test('tells a metrics port that somebody else has', async () => {
    const [finding] = await of('metrics');
    expect(finding).toMatchObject({ level: 'warning', message: expect.stringContaining(`port ${port} `) as string });
    expect(finding?.hints).toContain('navi config set daemon.metrics_port PORT takes another one');
  });

  test('tells a receiver that fails, as long as it does', async () => {
    await expect
      .poll(async () => await of('receiver broken'), { timeout: 20_000 })
      .toMatchObject([
        { level: 'warning', message: expect.stringMatching(/^\d+ messages? did not arrive: .*1/) as string },
      ]);
  });

  test('tells settings that were changed since the daemon read them, and not a comment', async () => {
    writeFileSync(config, `# mine\n${settings('7d')}`);
    expect(await of('daemon settings')).toEqual([]);
    writeFileSync(config, settings('8d'));
    const [changed, ...others] = await of('daemon settings');
    expect(others).toEqual([]);
    expect(changed?.message).toMatch(/config\.toml was changed, and it goes on with what it read at 20\S+Z$/);
    expect(changed?.hints).toEqual([expect.stringMatching(/^kill -HUP \d+ has it read the file again$/)]);
    const [, pid = ''] = /kill -HUP (\d+)/.exec(changed?.hints.join() ?? '') ?? [];
    process.kill(Number(pid), 'SIGHUP');
    await expect.poll(async () => await of('daemon settings'), { timeout: 20_000 }).toEqual([]);
  });

  test('tells a newer file that cannot be used, and another file', async () => {
    writeFileSync(config, `${settings('8d')}severity = "loud"\n`);
    const [broken] = await of('daemon settings');
    expect(broken?.message).toMatch(/config\.toml cannot be used, and it goes on with what it read at /);
    writeFileSync(config, settings('8d'));
    const other = navi.file('other.toml', '');
    const [elsewhere] = await of('daemon settings', { NAVI_CONFIG: other });
    expect(elsewhere?.message).toBe(`it reads ${config}, and this command ${other}`);
    expect(elsewhere?.hints).toEqual([
      `NAVI_CONFIG=${config} navi config show tells what it does`,
      'navi stop && navi sync --detach starts one with the settings of this command',
    ]);
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
