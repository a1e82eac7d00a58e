import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { historySchema, mirrorSchema, userSchema, versionOf } from '../../src/store/migrator.ts';
import { CleanRoot } from '../support/clean-root.ts';
import { buildNewer } from '../support/newer-package.ts';
import { startPackageRegistry, type PackageRegistry, type ServedPackage } from '../support/package-registry.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';
import type { ProgramResult } from '../support/synced-navi.ts';

const root = join(import.meta.dirname, '../..');

let folder: string;
let cluster: RealCluster;
let registry: PackageRegistry;
let container: CleanRoot;
let untouched: readonly string[];

/** All that a user in a container has. */
const home = { HOME: '/root' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'navi-container-'));
  const needed = ['better-sqlite3', 'node-addon-api'].map((name) => pack(join(root, 'node_modules', name)));
  registry = await startPackageRegistry(needed);
  cluster = await startRealCluster();
  container = await CleanRoot.start(join(folder, 'root'));
  untouched = container.files();
  for (const [name, from] of [
    ['navi', root],
    ['newer', buildNewer(join(folder, 'newer'))],
  ] as const)
    put(`/tmp/${name}.tgz`, readFileSync(pack(from).tarball));
  put('/root/kubeconfig', kubeconfig());
}, 240_000);
afterAll(async () => {
  await container.stop();
  await cluster.stop();
  await registry.stop();
  rmSync(folder, { recursive: true, force: true });
});

function pack(path: string): ServedPackage {
  const args = ['pack', path, '--json', '--ignore-scripts', '--pack-destination', folder];
  const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
  const [made] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio })) as {
    readonly filename: string;
  }[];
  const content = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as ServedPackage['content'];
  return { content, tarball: join(folder, made?.filename ?? '') };
}

/** The administrator's, with the certificate in it: its file is not in the container. */
function kubeconfig(): string {
  const text = readFileSync(cluster.kubeconfig, 'utf8');
  const authority = readFileSync(cluster.caFile).toString('base64');
  return text.replace(/"certificate-authority":"[^"]+"/, `"certificate-authority-data":"${authority}"`);
}

const put = (path: string, bytes: Buffer | string): void =>
  writeFileSync(join(container.folder, path), bytes, { mode: 0o600 });

const shell = (line: string, env: NodeJS.ProcessEnv = home): Promise<ProgramResult> =>
  container.run(['bash', '-c', line], { KUBECONFIG: '/root/kubeconfig', ...env });
const npm = (words: string): Promise<ProgramResult> =>
  shell(`npm ${words}`, { ...home, npm_config_registry: registry.url, npm_config_update_notifier: 'false' });
const navi = (words: string, env?: NodeJS.ProcessEnv): Promise<ProgramResult> => shell(`navi ${words}`, env);

/** What it prints where all goes well. */
async function said(words: string): Promise<string> {
  const { stdout, stderr, code } = await navi(words);
  expect({ words, stderr: code === 0 ? '' : stderr, code }).toEqual({ words, stderr: '', code: 0 });
  return stdout;
}

/** What `navi version -o json` says of them where so many migrations came since. */
const schemasOf = (more: number): object => ({
  mirrorSchemaVersion: versionOf(mirrorSchema) + more,
  historySchemaVersion: versionOf(historySchema) + more,
  userSchemaVersion: versionOf(userSchema) + more,
});

// In the order in which somebody would do it: each goes on from the one before.
describe('in a container with nothing but Node', () => {
  test('there is nothing of this machine, nor what a compiler would need', async () => {
    const { stdout } = await shell(
      `ls ${root} /usr/bin/gcc /usr/bin/python3 /usr/bin/git /bin/ps /etc/ssl 2>/dev/null; ls /`,
    );
    expect(stdout.split('\n').filter((name) => !/^(bin|dev|etc|lib\d*|proc|root|tmp|usr|)$/.test(name))).toEqual([]);
  });

  test('the tarball installs', async () => {
    expect(await npm('install -g /tmp/navi.tgz')).toMatchObject({ code: 0 });
    expect(JSON.parse(await said('version -o json'))).toMatchObject(schemasOf(0));
    expect((await navi('', { ...home, KUBECONFIG: '' })).stdout).toContain('You have no kubeconfig that can be read');
  });

  test('the demo runs, and leaves nothing', async () => {
    const withoutCache = (): readonly string[] => container.files().filter((path) => !path.startsWith('/root/.cache'));
    const before = withoutCache();
    expect(await said('demo')).toMatch(/\$ navi search crash\n/);
    expect(withoutCache()).toEqual(before);
  });

  test('a real cluster is mirrored, by hand and by a daemon', async () => {
    expect(await cluster.kubectl(['create', 'configmap', 'first', '--from-literal=a=1'])).toMatchObject({ code: 0 });
    await said('sync --once');
    expect(await said('get configmaps -o name')).toContain('configmap/first\n');
    await said('filter save mine configmaps');
    await said('config set output.notice_after 9h');
    await said('sync --detach');
    expect(await said('status')).toMatch(/^navi sync is running/);
    expect(await cluster.kubectl(['create', 'configmap', 'second', '--from-literal=a=1'])).toMatchObject({ code: 0 });
    await said('wait configmap/second --for=create --timeout=30s');
    // The history takes over what is ten seconds old, or what there is when the daemon ends.
    await said('stop');
    expect(await said('history configmap second')).toContain('added');
  });

  test('bash completes from it', async () => {
    const typed = 'source <(navi completion bash); complete -p navi; navi __complete get configmaps sec';
    expect((await shell(typed)).stdout).toMatch(/^complete .* navi\nsecond\n:4\n$/);
  });

  test('the tarball of a version with other schemas takes the data over', async () => {
    expect(await npm('install -g /tmp/newer.tgz')).toMatchObject({ code: 0 });
    expect(JSON.parse(await said('version -o json'))).toMatchObject({ version: '99.0.0', ...schemasOf(1) });
    expect(await said('filter list -o name')).toBe('mine\n');
    expect(await said('get configmaps second -o name')).toBe('configmap/second\n');
    await said('filter save more pods');
    await said('sync --detach');
    await said('stop');
    expect(await said('filter list -o name')).toBe('mine\nmore\n');
    expect(await said('history configmap second')).toContain('added');
    const copies = container.files().map((path) => basename(path.replace(/ \d+$/, '')));
    for (const [file, schema] of [
      ['user.db', userSchema],
      ['history.db', historySchema],
    ] as const)
      expect(copies).toContain(`${file}.${versionOf(schema)}.bak`);
    expect((await navi('doctor')).stdout).not.toMatch(/^fault/m);
  });

  test('a service is refused with what to do, and what to do works', async () => {
    const { stderr, code } = await navi('service install');
    expect({ stderr, code }).toEqual({
      stderr: expect.stringMatching(
        /^error: systemctl cannot be run here.*\n {2}navi sync --daemon runs under any/,
      ) as string,
      code: 2,
    });
    const supervised = `navi sync --daemon 2>/tmp/log & until navi status | grep -q 'is running'; do :; done; kill $!; wait $!; echo $?`;
    expect((await shell(supervised)).stdout).toBe('0\n');
  });

  test('removed as the documentation says it leaves only what that names', async () => {
    await said('mirrors forget test --yes');
    expect(await npm('uninstall -g navi')).toMatchObject({ code: 0 });
    expect((await navi('version')).code).toBe(127);
    const mine = ['/tmp/navi.tgz', '/tmp/newer.tgz', '/tmp/log', '/root/kubeconfig'];
    // npm's cache of downloads and of code, and folders that every program puts its own into.
    const ofOthers =
      /^\/root\/\.npm(\/|$)|^\/tmp\/node-compile-cache(\/|$)|^\/root\/\.(cache|config|local|local\/share)$/;
    const found = container.files();
    const left = found.filter((path) => !untouched.includes(path));
    const strange = left
      .map((path) => path.replace(/ \d+$/, ''))
      .filter((path) => !mine.includes(path) && !ofOthers.test(path));
    const documented = /^\/root\/(\.local\/share|\.config|\.cache)\/navi(\/|$)/;
    expect(strange.filter((path) => !documented.test(path))).toEqual([]);
    expect(strange.filter((path) => path.includes('/mirrors/'))).toEqual([]);
    // And nothing is missing or of another size.
    expect(untouched.filter((path) => !found.includes(path))).toEqual([]);
  });
});

describe('a user whom nobody knows', () => {
  const commands = ['version', '--help', '', 'config path', 'doctor', 'status', 'plugins', 'service install --print'];

  beforeAll(async () => {
    await npm('install -g /tmp/navi.tgz');
    put('/etc/passwd', '');
  });

  test.each(commands)('has no HOME, and is at home in /: navi %s', async (words) => {
    const { stderr } = await navi(words, {});
    expect(stderr).not.toMatch(/has a bug|SystemError|\n\s+at /);
    expect((await navi('config path', {})).stdout).toBe('/.config/navi/config.toml\n');
    expect((await navi('config path', { HOME: '' })).stdout).toBe('/.config/navi/config.toml\n');
  });

  test('is in a folder that is gone', async () => {
    const gone = (words: string): Promise<ProgramResult> =>
      shell(`mkdir /tmp/x; cd /tmp/x; rm -r /tmp/x; navi ${words}`);
    expect(await gone('version')).toMatchObject({ code: 0 });
    expect(await gone('get -f x.yaml')).toMatchObject({
      stderr: expect.stringMatching(
        /^error: the current folder is there no more, or may not be read\n {2}cd \/\n$/m,
      ) as string,
      code: 2,
    });
  });
});
