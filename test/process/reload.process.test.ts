import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { freePort } from '../support/free-port.ts';
import { installNavi, type NaviDaemon, type NaviInstallation } from '../support/navi-process.ts';
import { temporaryDirectory } from '../support/temporary-mirror.ts';

let simulator: Simulator;
let navi: NaviInstallation;
let daemon: NaviDaemon;
let file: string;
let kubeconfig: string;

beforeAll(async () => {
  simulator = await startSimulator();
  for (const namespace of ['shop', 'web']) {
    simulator.state.create('namespaces', { metadata: { name: namespace } });
    simulator.state.create('pods', { metadata: { name: `in-${namespace}`, namespace } });
  }
  kubeconfig = join(temporaryDirectory(), 'kubeconfig');
  writeFileSync(kubeconfig, simulator.kubeconfig());
  navi = installNavi(kubeconfig);
  const folder = join(navi.dataDir, '..', 'navi');
  mkdirSync(folder, { recursive: true });
  file = join(folder, 'config.toml');
  writeFileSync(file, '# mine\n');
  daemon = navi.daemon();
  await daemon.waitFor('it runs', (line) => line.msg === 'discovered');
  expect((await navi.run(['sync', '--once'])).code).toBe(0);
});
afterAll(async () => {
  await navi.remove();
  await simulator.stop();
  rmSync(join(kubeconfig, '..'), { recursive: true });
});

/** It is listed anew by every process. */
const polled = 'leases.coordination.k8s.io';

const readCount = (): number => daemon.log().filter(({ msg }) => msg === 'configuration is read again').length;

const pods = async (): Promise<readonly string[]> => {
  // What the mirror has: `get -A` would ask the cluster for namespaces that are not mirrored.
  const { stdout } = await navi.run(['sql', 'select name from pods order by name', '-o', 'csv']);
  return stdout.trimEnd().split(/\r?\n/).slice(1);
};

test('navi config set has the running daemon take it over: a metrics port', async () => {
  const port = await freePort();
  const { stderr, code } = await navi.run(['config', 'set', 'daemon.metrics_port', String(port)]);
  expect({ stderr, code }).toEqual({
    stderr: `daemon.metrics_port = ${port} in ${file}; the running daemon has it\n`,
    code: 0,
  });
  expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain('navi_');
  expect((await navi.run(['config', 'set', 'daemon.metrics_port', '--unset'])).code).toBe(0);
  await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow();
});

test('a setting that concerns no stream is taken over while the mirror runs', async () => {
  const lists = (): number => daemon.log().filter(({ msg, type }) => msg === 'list' && type !== polled).length;
  const before = lists();
  const { stderr, code } = await navi.run(['config', 'set', 'retention.history_age', '2d']);
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('; the running daemon has it\n') as string,
  });
  expect((await navi.run(['sync', '--once'])).code).toBe(0);
  expect(await pods()).toEqual(['in-shop', 'in-web']);
  expect(lists()).toBe(before);
});

test('SIGHUP reads the file again: other namespaces', async () => {
  const count = readCount();
  writeFileSync(file, '[contexts."*"]\nnamespaces = ["shop"]\n');
  process.kill(daemon.pid, 'SIGHUP');
  await expect.poll(readCount, { timeout: 30_000 }).toBe(count + 1);
  expect((await navi.run(['sync', '--once'])).code).toBe(0);
  expect(await pods()).toEqual(['in-shop']);
});

test('rules of alerts, and policies of types, hold from then on', async () => {
  simulator.state.create('configmaps', { metadata: { name: 'bad', namespace: 'shop' }, data: { bad: 'yes' } });
  writeFileSync(
    file,
    `[alerts.rules.bad-data]\ntype = "configmaps"\nwhen = "data.bad == 'yes'"\n[retrieval.secrets]\nmode = "off"\n`,
  );
  process.kill(daemon.pid, 'SIGHUP');
  const rules = async (): Promise<readonly string[]> => {
    const { stdout } = await navi.run(['alerts', '-o', 'json']);
    return (JSON.parse(stdout) as { alerts: { rule: string; name: string }[] }).alerts.map(
      ({ rule, name }) => `${rule} ${name}`,
    );
  };
  await expect.poll(rules, { timeout: 30_000 }).toEqual(['bad-data bad']);
  await expect
    .poll(async () => (await navi.run(['get', 'secrets', '-A'])).stderr, { timeout: 30_000 })
    .toContain('off in the configuration');
  writeFileSync(file, '[contexts."*"]\nnamespaces = ["shop"]\n');
  const count = readCount();
  process.kill(daemon.pid, 'SIGHUP');
  await expect.poll(readCount, { timeout: 30_000 }).toBe(count + 1);
});

test('an alert about a type that is not mirrored any more is said not to be judged, and is over when it is judged again', async () => {
  const rule = '[alerts.rules.bad-data]\ntype = "configmaps"\nwhen = "data.bad == \'yes\'"\nresolve_after = "0"\n';
  const reload = async (text: string): Promise<void> => {
    const count = readCount();
    writeFileSync(file, text);
    process.kill(daemon.pid, 'SIGHUP');
    await expect.poll(readCount, { timeout: 30_000 }).toBe(count + 1);
  };
  const told = async (...args: readonly string[]): Promise<readonly unknown[]> => {
    const { stdout } = await navi.run(['alerts', '-o', 'json', ...args]);
    const { alerts } = JSON.parse(stdout) as { alerts: { name: string; state: string; notJudged: string | null }[] };
    return alerts.map(({ name, state, notJudged }) => [name, state, notJudged]);
  };
  await reload(rule);
  await expect.poll(() => told(), { timeout: 30_000 }).toEqual([['bad', 'firing', null]]);
  await reload(`${rule}[retrieval.configmaps]\nmode = "off"\n`);
  await expect.poll(() => told(), { timeout: 30_000 }).toEqual([['bad', 'firing', 'off in the configuration']]);
  expect((await navi.run(['alerts'])).stdout).toContain('firing, not judged: off in the configuration');
  expect((await navi.run(['report', '-o', 'md'])).stdout).toContain('not judged: off in the configuration');
  simulator.state.patch('configmaps', { namespace: 'shop', name: 'bad' }, { data: { bad: 'no' } });
  expect(await told()).toEqual([['bad', 'firing', 'off in the configuration']]);
  await reload(rule);
  await expect.poll(() => told(), { timeout: 30_000 }).toEqual([]);
  expect(await told('--all')).toContainEqual(['bad', 'resolved', null]);
  await reload('[contexts."*"]\nnamespaces = ["shop"]\n');
});

test('a first list that is under way survives a rule that changes, and no type is listed again', async () => {
  await daemon.kill('SIGTERM');
  navi.forget();
  const chosen = '[contexts."*"]\nnamespaces = ["shop"]\n';
  writeFileSync(file, chosen);
  const begun = simulator.requests.length;
  const lists = (): readonly string[] =>
    simulator.requests
      .slice(begun)
      .filter(({ query }) => query.has('limit') && query.get('limit') !== '1' && !query.has('watch'))
      .map(({ path }) => path);
  const isSlow = (path: string): boolean => path.endsWith('/configmaps');
  simulator.faults.always(({ path }) => isSlow(path), { kind: 'delay', delayMs: 6_000 });
  daemon = navi.daemon();
  await expect.poll(() => lists().filter(isSlow).length, { timeout: 30_000 }).toBe(1);
  writeFileSync(file, `${chosen}[alerts.rules.crash-loop]\nfor = "3m"\n[retention]\nhistory_age = "3d"\n`);
  process.kill(daemon.pid, 'SIGHUP');
  await daemon.waitFor('it is read', ({ msg }) => msg === 'configuration is read again');
  expect((await navi.run(['sync', '--once'])).code).toBe(0);
  simulator.faults.clear();
  expect(lists().filter(isSlow)).toHaveLength(1);
  expect(lists()).toEqual([...new Set(lists())]);
  writeFileSync(file, chosen);
});

test('a file with a fault leaves what held before', async () => {
  writeFileSync(file, '[contexts."*"]\nnamespace = ["web"]\n');
  process.kill(daemon.pid, 'SIGHUP');
  const line = await daemon.waitFor(
    'it is refused',
    ({ msg }) => msg === 'configuration cannot be used, the one before holds',
  );
  expect((line as { error?: string }).error).toContain('config.toml:2:1: contexts."*".namespace is no key');
  simulator.state.create('pods', { metadata: { name: 'later', namespace: 'shop' } });
  await expect.poll(pods, { timeout: 30_000 }).toEqual(['in-shop', 'later']);
});

test('a daemon with another file is told of', async () => {
  writeFileSync(file, '');
  const other = join(navi.dataDir, '..', 'other.toml');
  writeFileSync(other, '');
  const { stderr } = await navi.run(['config', 'set', 'daemon.metrics_port', '1'], { env: { NAVI_CONFIG: other } });
  expect(stderr).toContain(`; the running daemon reads ${file}`);
});
