import { chmodSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectError, syncedNavi, type ProgramResult, type SyncedNavi } from '../support/synced-navi.ts';

let synced: SyncedNavi;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  synced = await syncedNavi();
  env = { KUBECONFIG: mixed({ away: { server: 'http://127.0.0.1:1' } }) };
});
afterAll(() => synced.remove());

/** A kubeconfig of `simulator`, which is mirrored, of two that contradict themselves, and of more by their clusters. */
function mixed(clusters: Readonly<Record<string, object>>): string {
  const good = { server: synced.simulator.url };
  const names = ['simulator', 'no-cluster', 'no-command', ...Object.keys(clusters)];
  const config = {
    clusters: Object.entries({ simulator: good, ...clusters }).map(([name, cluster]) => ({ name, cluster })),
    users: [
      { name: 'admin', user: { token: 'token-of-admin' } },
      { name: 'no-command', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '' } } },
    ],
    contexts: names.map((name) => ({
      name,
      context: {
        cluster: name === 'no-command' ? 'simulator' : name,
        user: name === 'no-command' ? 'no-command' : 'admin',
      },
    })),
    'current-context': 'simulator',
  };
  return synced.file(`mixed-${Object.keys(clusters).join('-')}`, JSON.stringify(config));
}

const all = (args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<ProgramResult> =>
  synced.navi([...args, '--all-contexts'], { ...env, ...more });

const noCluster = /^error: context "no-cluster" names cluster "no-cluster", which has no server in the kubeconfig$/m;
const noCommand = /^error: context "no-command" cannot be used: exec names no command$/m;

describe('of all contexts some cannot be used:', () => {
  test('sync --once mirrors the others, names each with its reason, and exits 6', async () => {
    const once = await all(['sync', '--once'], { NAVI_DATA_DIR: join(synced.folder, 'once') });
    expect(once.stderr).toMatch(/^simulator: complete, /m);
    expect(once.stderr).toMatch(noCluster);
    expect(once.stderr).toMatch(noCommand);
    expect(once.stderr).toMatch(/^error: away: http:\/\/127\.0\.0\.1:1 cannot be reached: /m);
    expect(once.code).toBe(6);
  });

  test('search prints what the others have, names each with its reason, and exits 6', async () => {
    const search = await all(['search', 'pod-1']);
    expect(search.stdout).toMatch(/^simulator +default +pods +pod-1 /m);
    expect(search.stderr).toMatch(noCluster);
    expect(search.stderr).toMatch(/^error: context "away" .* is not mirrored yet$/m);
    expect(search.code).toBe(6);
  });

  test('status shows the others, names each with its reason, and exits 6', async () => {
    const status = await all(['status']);
    expect(status.stdout).toMatch(/^simulator {2}http.*\n.*of \d+ types$/m);
    expect(status.stdout).toMatch(/not mirrored yet: navi sync --context away$/m);
    expect(status.stderr).toMatch(noCluster);
    expect(status.code).toBe(6);
  });

  test('a store that cannot be used hides no other', async () => {
    const two = { KUBECONFIG: mixed({ two: { server: `${synced.simulator.url}/`, 'tls-server-name': 'two' } }) };
    const dataDir = join(synced.folder, 'exposed');
    await all(['sync', '--once'], { ...two, NAVI_DATA_DIR: dataDir });
    const stores = globSync(join(dataDir, 'mirrors', '*', 'mirror.db'));
    expect(stores).toHaveLength(2);
    chmodSync(stores[0] ?? '', 0o644);
    const status = await all(['status'], { ...two, NAVI_DATA_DIR: dataDir });
    expect(status.stdout).toMatch(/of \d+ types$/m);
    expect(status.stderr).toMatch(/^error: context "(simulator|two)": .*mirror\.db/m);
    expect(status.code).toBe(6);
  });

  test('a daemon mirrors the others and logs each', async () => {
    const dataDir = join(synced.folder, 'detached');
    const started = await all(['sync', '--detach'], { NAVI_DATA_DIR: dataDir });
    expect(started.stderr).toMatch(noCluster);
    expect(started.stderr).toMatch(noCommand);
    expect(started.stderr).toMatch(/^daemon started/m);
    expect(started.code).toBe(6);
    try {
      const beside = await all(['sync'], { NAVI_DATA_DIR: dataDir });
      expect(beside.stderr).toMatch(/^the running daemon now keeps simulator/m);
      expect(beside.stderr).toMatch(noCommand);
      expect(beside.code).toBe(6);
    } finally {
      expect((await synced.navi(['stop'], { NAVI_DATA_DIR: dataDir })).code).toBe(0);
    }
  });
});

test('where no context can be used that is one error', async () => {
  const config = { contexts: ['a', 'b'].map((name) => ({ name, context: { cluster: name, user: '' } })) };
  const none = { KUBECONFIG: synced.file('none', JSON.stringify(config)) };
  for (const args of [['status'], ['search', 'a'], ['sync', '--once']]) {
    expectError(await all(args, none), 2, /^error: none of 2 contexts can be used\n {2}context "a" names cluster/);
  }
});
