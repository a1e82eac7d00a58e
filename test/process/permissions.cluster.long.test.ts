import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';
import { allow, createIn, PermittedUser, readableIn, refusedIn } from './permitted-user.ts';

let cluster: RealCluster;
let reader: PermittedUser;

const reading = { resources: ['configmaps', 'secrets'], verbs: ['get', 'list', 'watch'] };

beforeAll(async () => {
  cluster = await startRealCluster({ rbacUsers: [{ name: 'reader' }] });
  for (const namespace of ['a', 'b']) {
    await createIn(cluster, '', 'namespaces', { metadata: { name: namespace } });
    await createIn(cluster, namespace, 'configmaps', { metadata: { name: `map-of-${namespace}` } });
    const labels = { team: `keepers-of-${namespace}` };
    await createIn(cluster, namespace, 'secrets', { metadata: { name: `hoard-of-${namespace}`, labels } });
    await allow(cluster, 'reader', reading, namespace);
  }
  await allow(cluster, 'reader', { resources: ['namespaces'], verbs: ['get', 'list', 'watch'] });
  reader = await PermittedUser.start(cluster, 'reader');
  await reader.untilStatus('secrets', (type) => readableIn(type) === 'a,b');
});

afterAll(async () => {
  await reader.stop();
  await cluster.stop();
});

/** Whether any file of the data directory has the text. */
function isOnDisk(text: string): boolean {
  const files = readdirSync(reader.navi.dataDir, { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  return files.some((file) => readFileSync(join(file.parentPath, file.name)).includes(text));
}

describe('53: a permission that is revoked in one namespace and given back', () => {
  test('hides its rows, takes Secrets off the disk, and harms no other namespace', { timeout: 300_000 }, async () => {
    expect([isOnDisk('hoard-of-b'), isOnDisk('keepers-of-b')]).toEqual([true, true]);
    expect((await cluster.kubectl(['delete', 'rolebinding', 'reader-reads', '-n', 'b'])).code).toBe(0);
    // Permissions are looked at when a request begins: a running stream would live on for minutes.
    await reader.restartDaemon();
    for (const type of ['secrets', 'configmaps'])
      await reader.untilStatus(
        type,
        (said) => readableIn(said) === 'a' && refusedIn(said).split(',').includes('b'),
        240_000,
      );
    for (const line of [
      ['configmaps', '-n', 'b'],
      ['secrets', '-n', 'b'],
      ['configmaps', '-n', 'a'],
      ['secrets', '-n', 'a'],
    ])
      await reader.expectSame(line);
    expect([isOnDisk('hoard-of-b'), isOnDisk('keepers-of-b')]).toEqual([false, false]);
    expect([isOnDisk('hoard-of-a'), isOnDisk('map-of-b')]).toEqual([true, true]);
    expect((await reader.navi.run(['search', '-of-b', '-o', 'name'])).stdout).toBe('');
  });

  test('shows them again', { timeout: 120_000 }, async () => {
    await createIn(cluster, 'b', 'rbac.authorization.k8s.io/rolebindings', {
      metadata: { name: 'again' },
      subjects: [{ kind: 'User', name: 'reader', apiGroup: 'rbac.authorization.k8s.io' }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader-reads' },
    });
    await reader.restartDaemon();
    for (const type of ['secrets', 'configmaps']) {
      await reader.untilStatus(type, (said) => readableIn(said) === 'a,b');
      await reader.expectSame([type, '-n', 'b']);
    }
  });
});
