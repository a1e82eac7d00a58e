import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectError, syncedNavi, type SyncedNavi } from '../support/synced-navi.ts';

describe('navi sync --once', () => {
  let synced: SyncedNavi;

  beforeAll(async () => {
    synced = await syncedNavi();
  });

  afterAll(() => synced.remove());

  /** The environment of a user of the cluster with a data directory of their own. */
  function as(user: string, dataDir = join(synced.folder, `data-${user}`)): NodeJS.ProcessEnv {
    return synced.environment({
      KUBECONFIG: synced.file(`${user}.kubeconfig`, synced.simulator.kubeconfig(user)),
      NAVI_DATA_DIR: dataDir,
    });
  }

  test('by a user who may list few types exits 0, names the others, and get answers Forbidden for them', async () => {
    synced.simulator.state.allow('reader', {
      verbs: ['list', 'watch', 'get'],
      groups: [''],
      resources: ['pods', 'namespaces'],
    });
    const once = await synced.navi(['sync', '--once'], as('reader'));
    expect(once.code).toBe(0);
    expect(once.stderr).toMatch(/^simulator: \d+ types are forbidden, not mirrored: .*deployments\.apps/m);
    expect((await synced.navi(['get', 'pods', '-o', 'name'], as('reader'))).stdout).toContain('pod/');
    const refused = await synced.navi(['get', 'deployments', '-A'], as('reader'));
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    const found = await synced.navi(['search', 'nowhere'], as('reader'));
    expect(found).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(
        /^nothing found for "nowhere" in what this user may list; 56 types are forbidden: /,
      ),
    });
    expect((await synced.navi(['search', 'nowhere'])).stderr).toBe('nothing found for "nowhere"\n');
    expect(refused.stderr).toContain(
      'Error from server (Forbidden): deployments.apps is forbidden: User "reader" cannot list resource "deployments" in API group "apps" at the cluster scope',
    );
  });

  test('by a user who may list nothing exits 4', async () => {
    synced.simulator.state.allow('nobody-much', { verbs: ['get'], groups: ['none'], resources: ['none'] });
    const once = await synced.navi(['sync', '--once'], as('nobody-much'));
    expect(once.code).toBe(4);
    expect(once.stderr).toMatch(/nothing may be listed, (\d+) types, 0 objects listed, \1 forbidden\n/);
    expect(once.stderr).toMatch(
      /^error: simulator: this user may list nothing: \d+ types are forbidden, not mirrored: \w+/m,
    );
  });

  test('over what an earlier one left is complete only when what happened since then is in the store', async () => {
    const { faults, state } = synced.simulator;
    const env = as('admin', join(synced.folder, 'data-again'));
    expect((await synced.navi(['sync', '--once'], env)).code).toBe(0);
    // More than one transaction of events, told by a server that takes its time.
    for (let index = 0; index < 350; index += 1) {
      state.create('configmaps', { metadata: { name: `since-${index}`, namespace: 'shop' } });
    }
    const heal = faults.always(({ verb, type }) => verb === 'watch' && type === 'configmaps', {
      kind: 'delay',
      delayMs: 2_000,
    });
    try {
      const once = await synced.navi(['sync', '--once'], env);
      expect(once).toMatchObject({ code: 0, stderr: expect.stringContaining('complete') as string });
    } finally {
      heal();
    }
    const { stdout } = await synced.navi(['get', 'configmaps', '-n', 'shop', '-o', 'name'], env);
    expect(stdout.split('\n').filter((line) => line.includes('since-'))).toHaveLength(350);
  });

  test('whose login is lost in the middle of the lists exits 4 and says how to go on', async () => {
    const { faults, requests } = synced.simulator;
    const seen = requests.length;
    const isListed = (): boolean => requests.slice(seen).some(({ path }) => path === '/api/v1/namespaces');
    const heal = faults.always(() => isListed(), { kind: 'answer', status: 401 });
    try {
      const once = await synced.navi(['sync', '--once'], as('admin', join(synced.folder, 'data-lost')));
      expect(once.code).toBe(4);
      expect(once.stderr).toMatch(
        /^error: simulator: the login was lost before everything was listed: .*\n {2}log in with the tool that wrote the kubeconfig$/m,
      );
    } finally {
      heal();
    }
  });

  test('shows what a server says without its escape sequences and on one line', async () => {
    const { faults } = synced.simulator;
    const message = 'no \u001B[31mred\nerror: forged';
    const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Unauthorized', message };
    const heal = faults.always(() => true, { kind: 'answer', status: 401, body: { ...body, code: 401 } });
    try {
      const once = await synced.navi(['sync', '--once'], as('admin', join(synced.folder, 'data-escape')));
      expectError(once, 4, /cannot sign in: no \^\[\[31mred error: forged$/m, /log in with the tool/);
    } finally {
      heal();
    }
  });

  test('on a full disk says so once, exits 7 and does not stay', async ({ skip }) => {
    const disk = mkdtempSync(join(tmpdir(), 'navi-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0700', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      rmSync(disk, { recursive: true });
      return skip('no file system can be mounted here');
    }
    try {
      const once = await synced.navi(['sync', '--once'], as('admin', join(disk, 'data')));
      expectError(once, 7, /^error: (simulator: )?no room left on the disk of .*\n {2}free some space/);
      expect(once.stderr.match(/no room left/g)).toHaveLength(1);
    } finally {
      execFileSync('umount', [disk]);
      rmSync(disk, { recursive: true });
    }
  });

  test('with a data directory that cannot be made says so and exits 7', async () => {
    for (const args of [
      ['sync', '--once'],
      ['sync', '--detach'],
    ]) {
      expectError(await synced.navi(args, as('admin', '/proc/navi')), 7, /cannot be made/);
    }
  });
});
