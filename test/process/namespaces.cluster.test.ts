import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installNavi, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';
import { allow, createIn, isSettled, PermittedUser, readableIn } from './permitted-user.ts';

let cluster: RealCluster;
const users: PermittedUser[] = [];
let lister: PermittedUser;

/** A user with a daemon that has found out what the user may read. */
async function user(name: string): Promise<PermittedUser> {
  const made = await PermittedUser.start(cluster, name);
  users.push(made);
  return made;
}

beforeAll(async () => {
  cluster = await startRealCluster({
    rbacUsers: [{ name: 'reader' }, { name: 'outsider' }, { name: 'lister' }, { name: 'getter' }],
  });
  for (const namespace of ['a', 'b', 'c', 'doomed']) {
    await createIn(cluster, '', 'namespaces', { metadata: { name: namespace } });
    for (const name of ['x', 'y'])
      await createIn(cluster, namespace, 'configmaps', {
        metadata: { name, labels: { app: name } },
        data: { key: namespace },
      });
    await createIn(cluster, namespace, 'secrets', { metadata: { name: 's' }, stringData: { password: 'hidden' } });
  }
  const inNamespaces = { resources: ['configmaps', 'secrets', 'events'], verbs: ['get', 'list', 'watch'] };
  for (const namespace of ['a', 'b', 'doomed']) await allow(cluster, 'reader', inNamespaces, namespace);
  await allow(cluster, 'reader', { resources: ['namespaces'], verbs: ['get', 'list', 'watch'] });
  await allow(cluster, 'outsider', inNamespaces, 'default');
  await allow(cluster, 'lister', { resources: ['configmaps', 'namespaces'], verbs: ['get', 'list'] });
  await allow(cluster, 'getter', { resources: ['configmaps'], verbs: ['get'] });
  lister = await user('lister');
});

afterAll(async () => {
  for (const made of users) await made.stop();
  await cluster.stop();
});

/** What a user of some namespaces may ask, answered and refused. */
const questions: readonly (readonly string[])[] = [
  ['configmaps', '-n', 'a'],
  ['configmaps', '-n', 'b', '-o', 'wide', '--show-labels'],
  ['configmaps', '-n', 'a', '-l', 'app=x', '-o', 'json'],
  ['configmaps', '-n', 'a', '--field-selector', 'metadata.name=y', '-o', 'name'],
  ['configmaps', 'x', '-n', 'a', '-o', 'yaml'],
  ['configmaps', 'none', '-n', 'a'],
  ['configmaps,secrets', '-n', 'b'],
  ['configmaps', '-A'],
  ['configmaps', '-A', '--field-selector', 'metadata.namespace=a'],
  ['configmaps', '-n', 'c'],
  ['configmaps', 'x', '-n', 'c'],
  ['configmaps', '-n', 'nowhere'],
  ['deployments', '-n', 'a'],
  ['configmaps,deployments', '-n', 'a'],
  ['pods', '-A', '-o', 'json'],
  ['nodes'],
  ['configmaps', '-A', '-w'],
  ['configmaps', '-n', 'c', '-w'],
  ['configmaps', 'none', '-n', 'a', '-w'],
  ['namespaces'],
];

/** The types of these questions. */
const asked = ['configmaps', 'secrets', 'pods', 'nodes', 'namespaces', 'deployments.apps'];

describe('52: a user who may list only in some namespaces', () => {
  let reader: PermittedUser;

  beforeAll(async () => {
    reader = await user('reader');
    await reader.untilStatus('configmaps', (type) => readableIn(type) === 'a,b,doomed');
    for (const type of asked) await reader.untilStatus(type, isSettled);
  });

  test.each(questions.map((line) => [line.join(' '), line] as const))(
    'is answered as kubectl answers: get %s',
    async (_text, line) => await reader.expectSame(line),
  );

  test('is answered from the mirror without a daemon and without the cluster: what is mirrored and what is refused', async () => {
    await reader.stopDaemon();
    for (const line of [questions[0], questions[2], questions[7], questions[9], questions[12]])
      await reader.expectSame(line ?? []);
    const uncovered = await reader.navi.ask(['get', 'configmaps', '-n', 'nowhere']);
    expect(uncovered).toMatchObject({ stdout: '', code: 6 });
    expect(uncovered.stderr).toContain('may not be listed as a whole');
    const found = await reader.navi.ask(['search', 'x', '-o', 'name']);
    expect(found.stdout.trim().split('\n')).toEqual(['configmaps/x', 'configmaps/x', 'configmaps/x']);
    await reader.startDaemon();
  });

  test('54: loses the scopes of a namespace with the namespace', async () => {
    await cluster.kubectl(['delete', '--all', 'configmaps,secrets', '-n', 'doomed']);
    await cluster.kubectl(['delete', 'namespace', 'doomed', '--wait=false']);
    const finalized = await cluster.request('/api/v1/namespaces/doomed/finalize', {
      method: 'PUT',
      body: { metadata: { name: 'doomed' }, spec: { finalizers: [] } },
    });
    expect(finalized.status).toBe(200);
    await reader.untilStatus('configmaps', (type) => readableIn(type) === 'a,b');
    await reader.expectSame(['configmaps', '-n', 'a']);
  });

  test('sees what is allowed later, and a change there', async () => {
    await allow(cluster, 'reader', { resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }, 'c');
    await reader.restartDaemon();
    await reader.untilStatus('configmaps', (type) => readableIn(type) === 'a,b,c');
    await reader.expectSame(['configmaps', '-n', 'c']);
  });
});

test('52: a user who may not list namespaces is answered in the namespace of the context', async () => {
  const outsider = await user('outsider');
  await outsider.untilStatus('configmaps', (type) => readableIn(type) === 'default');
  await outsider.untilStatus('namespaces', isSettled);
  for (const line of [['configmaps'], ['configmaps', '-A'], ['configmaps', '-n', 'a'], ['namespaces']])
    await outsider.expectSame(line);
});

test('51: a user who may list but not watch is answered from polls', { timeout: 90_000 }, async () => {
  // Rows that exist are not given up before a refusal has lasted half a minute, nor is a watch.
  await lister.untilStatus('configmaps', (type) => type.mode === 'polling');
  for (const line of [
    ['configmaps', '-n', 'a'],
    ['configmaps', '-A'],
    ['secrets', '-n', 'a'],
  ])
    await lister.expectSame(line);
});

test('51: a user who may only get is refused every list, and has the object', async () => {
  const getter = await user('getter');
  await getter.untilStatus('configmaps', (type) => type.mode === 'stopped' && type.reason === 'forbidden');
  for (const line of [
    ['configmaps', '-A'],
    ['configmaps', '-n', 'a'],
    ['configmaps', 'x', '-n', 'a'],
  ])
    await getter.expectSame(line);
});

test('a context with chosen namespaces has no other, and asks the cluster for the rest', async () => {
  const navi: NaviInstallation = installNavi(cluster.kubeconfig);
  try {
    const config = join(cluster.folder, 'chosen.toml');
    writeFileSync(config, '[contexts."*"]\nnamespaces = ["a", "later"]\n');
    const env = { NAVI_CONFIG: config };
    expect(await navi.run(['sync', '--once'], { env })).toMatchObject({ code: 0 });
    expect((await navi.ask(['get', 'configmaps', '-n', 'a', '-o', 'name'])).stdout).toBe('configmap/x\nconfigmap/y\n');
    const other = await navi.ask(['get', 'configmaps', '-n', 'b']);
    expect(other).toMatchObject({ stdout: '', code: 6 });
    expect(other.stderr).toContain('mirrored only in chosen namespaces');
    expect((await navi.ask(['get', 'configmaps', '-A'])).code).toBe(6);
    expect((await navi.ask(['get', 'namespaces', 'b', '-o', 'name'])).stdout).toBe('namespace/b\n');
  } finally {
    await navi.remove();
  }
});
