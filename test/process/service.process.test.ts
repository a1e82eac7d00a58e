import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { freePort } from '../support/free-port.ts';
import { startUserSystemd, type UserSystemd } from '../support/user-systemd.ts';
import { naviProgram, runProgram, type ProgramResult } from '../support/synced-navi.ts';

const patienceMs = 60_000;

let folder: string;
let simulator: Simulator;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'navi-service-'));
  simulator = await startSimulator();
  for (let index = 0; index < 5; index += 1)
    simulator.state.create('pods', { metadata: { name: `web-${index}`, namespace: 'default' } });
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, simulator.kubeconfig());
  const {
    NAVI_CONFIG: _config,
    NAVI_DATA_DIR: _data,
    XDG_RUNTIME_DIR: _run,
    XDG_CONFIG_HOME: _xdg,
    ...rest
  } = process.env;
  environment = { ...rest, KUBECONFIG: kubeconfig };
});
afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const giveUpAt = performance.now() + patienceMs; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const found = await look();
    if (found) return found;
    if (performance.now() > giveUpAt) throw new Error(`never: ${what}`);
  }
}

describe('navi service, under systemd', { timeout: 2 * patienceMs }, () => {
  let systemd: UserSystemd;
  let unit: string;

  beforeAll(async () => {
    systemd = await startUserSystemd(folder, environment);
    unit = join(folder, 'home/.config/systemd/user/navi.service');
  }, patienceMs);
  afterAll(() => systemd.stop());

  const navi = (...args: readonly string[]) => systemd.run(process.execPath, [naviProgram, ...args]);
  const pid = async (): Promise<number> =>
    Number((await systemd.run('systemctl', ['--user', 'show', 'navi', '-P', 'MainPID'])).stdout);

  test('is not installed at first', async () => {
    expect(await navi('service', 'status')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('no service is installed') as string,
    });
    expect(await navi('service', 'uninstall')).toMatchObject({ code: 3 });
  });

  test('is installed, and is ready once everything is mirrored', async () => {
    const installed = await navi('service', 'install');
    expect(installed).toMatchObject({ code: 0, stdout: '' });
    expect(existsSync(unit)).toBe(true);
    // Joins the start that is under way, and returns once the daemon has said that it is ready.
    expect(await systemd.run('systemctl', ['--user', 'start', 'navi'])).toMatchObject({ code: 0 });
    const { stdout } = await navi('get', 'pods', '-o', 'name');
    expect(stdout.trimEnd().split('\n')).toHaveLength(5);
    const state = await navi('service', 'status');
    expect(state.code).toBe(0);
    expect(state.stdout).toMatch(
      /^navi\.service is active \(running\), enabled\npid \d+, started again 0 times\n(\d+) of \1 types of 1 cluster are mirrored\n/,
    );
  });

  test('reads its configuration again when systemd says so', async () => {
    const before = await pid();
    const file = join(folder, 'home/.config/navi/config.toml');
    mkdirSync(dirname(file), { recursive: true });
    const port = await freePort();
    writeFileSync(file, `[daemon]\nmetrics_port = ${port}\n`);
    expect(await systemd.run('systemctl', ['--user', 'reload', 'navi'])).toMatchObject({ code: 0 });
    const served = async (): Promise<boolean> =>
      (await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined))?.ok === true;
    await until('metrics are served there', served);
    expect(await pid()).toBe(before);
  });

  test('is started again when it crashes', async () => {
    const before = await pid();
    process.kill(before, 'SIGKILL');
    const after = await until('another process', async () => {
      const now = await pid();
      return now !== 0 && now !== before ? now : undefined;
    });
    await until('it is ready again', async () => (await navi('service', 'status')).stdout.includes('active (running)'));
    expect((await navi('service', 'status')).stdout).toContain(`pid ${after}, started again 1 time`);
  });

  test('is ended by its watchdog when it hangs', async () => {
    // A short watchdog in place of two minutes.
    const dropIn = join(folder, 'home/.config/systemd/user/navi.service.d');
    mkdirSync(dropIn, { recursive: true });
    writeFileSync(join(dropIn, 'watchdog.conf'), '[Service]\nWatchdogSec=3\nRestartSec=0\n');
    await systemd.run('systemctl', ['--user', 'daemon-reload']);
    expect(await systemd.run('systemctl', ['--user', 'restart', 'navi'])).toMatchObject({ code: 0 });
    const before = await pid();
    // It lives on as long as it beats: four beats take longer than the watchdog waits.
    const beats = new Set<string>();
    await until('four beats', async () => {
      const { stdout } = await systemd.run('systemctl', ['--user', 'show', 'navi', '-P', 'WatchdogTimestampMonotonic']);
      return beats.add(stdout).size > 4;
    });
    expect(await pid()).toBe(before);
    process.kill(before, 'SIGSTOP');
    await until('another process', async () => {
      const now = await pid();
      return now !== 0 && now !== before;
    });
  });

  test('is installed anew over what is there, and taken away with nothing left but data', async () => {
    expect(await navi('service', 'install')).toMatchObject({ code: 0 });
    expect(await systemd.run('systemctl', ['--user', 'start', 'navi'])).toMatchObject({ code: 0 });
    expect(await navi('service', 'uninstall')).toMatchObject({ code: 0 });
    expect(existsSync(unit)).toBe(false);
    expect(await navi('stop')).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('no daemon keeps the mirrors') as string,
    });
    expect((await navi('get', 'pods', '-o', 'name')).stdout).toContain('pod/web-0');
  });

  test('is not installed beside a daemon', async () => {
    expect(await navi('sync', '--detach')).toMatchObject({ code: 0 });
    try {
      expect(await navi('service', 'install')).toMatchObject({
        code: 5,
        stderr: expect.stringMatching(/keeps the mirrors already/) as string,
      });
      expect(existsSync(unit)).toBe(false);
    } finally {
      expect(await navi('stop')).toMatchObject({ code: 0 });
    }
  });

  test('its unit is without a fault for systemd', async () => {
    const { stdout } = await navi('service', 'install', '--print');
    const file = join(folder, 'navi.service');
    writeFileSync(file, stdout);
    const { stderr, code } = await systemd.run('systemd-analyze', ['verify', '--user', '--man=no', file]);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  });
});

test('without a service manager it says so, and installs nothing', async () => {
  const home = join(folder, 'other-home');
  mkdirSync(home);
  const env = { ...environment, HOME: home, PATH: join(folder, 'nowhere') };
  const result = await runProgram(process.execPath, [naviProgram, 'service', 'install'], env);
  expect(result).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: systemctl cannot be run here/) as string,
  });
  expect(existsSync(join(home, '.config'))).toBe(false);
});

describe.each(['runit', 'nohup'] as const)('navi sync --daemon under %s', (supervisor) => {
  let runsv: ChildProcess | undefined;

  afterAll(async () => {
    if (runsv === undefined) return;
    const ended = once(runsv, 'exit');
    runsv.kill('SIGTERM');
    await ended;
  });

  test(
    'is ready, follows the cluster, and ends within five seconds when it is told to',
    { timeout: patienceMs },
    async () => {
      const home = join(folder, supervisor);
      const dataDir = join(home, 'data');
      mkdirSync(home);
      const env = { ...environment, NAVI_DATA_DIR: dataDir, HOME: home };
      const navi = (...args: readonly string[]): Promise<ProgramResult> =>
        runProgram(process.execPath, [naviProgram, ...args], env);
      const log = join(home, 'log');
      const line = `exec "${process.execPath}" "${naviProgram}" sync --daemon >> "${log}" 2>&1`;
      const service = join(home, 'navi');
      if (supervisor === 'runit') {
        mkdirSync(service);
        writeFileSync(join(service, 'run'), `#!/bin/sh\n${line}\n`);
        chmodSync(join(service, 'run'), 0o755);
        runsv = spawn('runsv', [service], { env, stdio: 'ignore' });
      } else {
        const shell = spawn('sh', ['-c', `nohup sh -c '${line}' > /dev/null & disown 2> /dev/null; exit 0`], {
          env,
          stdio: 'ignore',
        });
        await once(shell, 'exit');
      }
      await until('it is mirrored', async () => (await navi('get', 'pods', '-o', 'name')).stdout.includes('pod/web-4'));
      const { daemon } = JSON.parse((await navi('status', '-o', 'json')).stdout) as { daemon: { pid: number } };
      const startedAt = performance.now();
      if (supervisor === 'runit') execFileSync('sv', ['-w', '5', 'down', service], { env, stdio: 'ignore' });
      else process.kill(daemon.pid, 'SIGTERM');
      await until('it has ended', () => !existsSync(`/proc/${daemon.pid}`));
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      const lines = readFileSync(log, 'utf8')
        .trimEnd()
        .split('\n')
        .map((each) => JSON.parse(each) as { msg: string });
      expect(lines.at(-1)?.msg).toBe('stopped');
    },
  );
});
