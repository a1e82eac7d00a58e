import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { execScript, type ExecScript } from '../support/exec-script.ts';
import { installNavi, type NaviDaemon, type NaviInstallation } from '../support/navi-process.ts';

let simulator: Simulator;
let plugin: ExecScript;
let navi: NaviInstallation;
let daemon: NaviDaemon;
let kubeconfig: string;

const secret = 'token-of-one';

/** A kubeconfig of contexts, each with a server and the fields of its user. */
function writeKubeconfig(contexts: Readonly<Record<string, { readonly url: string; readonly user: unknown }>>): void {
  const all = Object.entries(contexts);
  const document = {
    clusters: all.map(([name, { url }]) => ({ name, cluster: { server: url } })),
    users: all.map(([name, { user }]) => ({ name, user })),
    contexts: all.map(([name]) => ({ name, context: { cluster: name, user: name } })),
    'current-context': all[0]?.[0],
  };
  writeFileSync(kubeconfig, JSON.stringify(document));
}

interface Cluster {
  readonly context: string;
  readonly health: string;
  readonly reason: string;
  readonly lastError: string | null;
  readonly principal: string | null;
}

async function status(context: string): Promise<Cluster> {
  const { stdout } = await navi.run(['status', '--context', context, '-o', 'json']);
  return (JSON.parse(stdout) as { clusters: Cluster[] }).clusters[0] as Cluster;
}

const soon = { timeout: 20_000, interval: 100 };

beforeAll(async () => {
  simulator = await startSimulator();
  plugin = execScript({ interactiveMode: 'Always' });
  kubeconfig = join(plugin.folder, 'kubeconfig');
  navi = installNavi(kubeconfig);
  simulator.state.access.allow('one', { verbs: ['*'] });
  simulator.state.access.allow('two', { verbs: ['*'] });
  writeKubeconfig({ prod: { url: simulator.url, user: plugin.userEntry } });
  plugin.gives(secret);
});

afterAll(async () => {
  await navi.remove();
  await simulator.stop();
  plugin.remove();
});

describe('navi login', () => {
  test('without a daemon says so, and what starts one', async () => {
    plugin.does('cat "$folder/output"');
    const { stdout, code } = await runLogin();
    expect(stdout).toContain('takes you for one, but no daemon runs');
    expect(stdout).toContain('navi sync --detach');
    expect(code).toBe(5);
  });

  test('runs a plugin that asks the person, which the daemon never does, and hands the daemon what it gave', async () => {
    const before = plugin.runs.length;
    daemon = navi.daemon();
    await daemon.waitFor('it has no login', (line) => line.msg === 'cluster cannot be mirrored');
    expect(await status('prod')).toMatchObject({
      health: 'unhealthy',
      reason: 'auth-needed',
      lastError: expect.stringContaining('navi login --context prod') as string,
    });
    expect(plugin.runs).toHaveLength(before);
    const { stdout, code } = await runLogin();
    expect(stdout).toContain('takes you for one; the daemon goes on with it');
    expect(code).toBe(0);
    await expect.poll(async () => (await status('prod')).health, soon).toBe('healthy');
    expect((await status('prod')).principal).toBe('one');
    expect(plugin.runs).toHaveLength(before + 1);
    expect(plugin.info).toMatchObject({ spec: { interactive: true } });
  });

  test('tells what the plugin or the cluster refuses, with exit code 4', async () => {
    plugin.does('echo "wrong password" >&2; exit 1');
    const failing = await runLogin();
    expect(failing.stdout).toContain('wrong password');
    expect(failing.stdout).toContain('failed with exit code 1');
    expect(failing.code).toBe(4);
    plugin.gives('nonsense');
    expect((await runLogin()).code).toBe(4);
  });
});

describe('a kubeconfig that changes under a running daemon', () => {
  test('swaps credentials, and streams go on', async () => {
    const watchCount = (): number => simulator.requests.filter(({ query }) => query.has('watch')).length;
    await expect.poll(async () => (await status('prod')).health, soon).toBe('healthy');
    const before = watchCount();
    writeKubeconfig({ prod: { url: simulator.url, user: { token: 'token-of-two' } } });
    await expect.poll(async () => (await status('prod')).principal, soon).toBe('two');
    expect(watchCount()).toBe(before);
    expect(await status('prod')).toMatchObject({ health: 'healthy' });
  });

  test('that is half written changes nothing', async () => {
    const whole = readFileSync(kubeconfig, 'utf8');
    writeFileSync(kubeconfig, whole.slice(0, whole.length / 2));
    await daemon.waitFor('it is seen', (line) => line.msg === 'kubeconfig cannot be followed');
    writeFileSync(kubeconfig, whole);
    await expect.poll(async () => (await status('prod')).health, soon).toBe('healthy');
    expect(daemon.log().some(({ msg }) => msg === 'mirror ends')).toBe(false);
  });

  test('ends the mirror of a context that means another cluster, and begins that one’s', async () => {
    const other = await startSimulator();
    try {
      other.state.access.allow('two', { verbs: ['*'] });
      const user = { token: 'token-of-two' };
      writeKubeconfig({ prod: { url: other.url, user }, old: { url: simulator.url, user } });
      await expect.poll(() => daemon.log().some(({ msg }) => msg === 'mirror ends'), soon).toBe(true);
      await expect.poll(async () => (await status('prod')).health, soon).toBe('healthy');
      expect(other.requests.length).toBeGreaterThan(0);
      writeKubeconfig({ next: { url: other.url, user } });
      const gone = await daemon.waitFor('the context is gone', (line) => /no longer in/.test(JSON.stringify(line)));
      expect(gone).toBeDefined();
      writeKubeconfig({ prod: { url: simulator.url, user } });
      await expect.poll(async () => (await status('prod')).health, soon).toBe('healthy');
    } finally {
      await other.stop();
    }
  });
});

test('no byte of a token is in any file of the data directory, nor in what the daemon said', async () => {
  const { stderr } = await daemon.kill('SIGTERM');
  const files = globSync(join(navi.dataDir, '**/*'), { withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(2);
  for (const token of [secret, 'token-of-two']) {
    expect(stderr).not.toContain(token);
    for (const { parentPath, name } of files) {
      expect(readFileSync(join(parentPath, name)).includes(token), `${name} has ${token}`).toBe(false);
    }
  }
});

/** `navi login` on a terminal of its own. */
async function runLogin() {
  const words = ['login', '--context', 'prod'];
  return await navi.onTerminal(words);
}
