import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { boundToken } from '../support/bound-token.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { installNavi, type LogLine, type NaviDaemon, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';
import { mirrorFiles, untilEqual } from '../support/stored-mirror.ts';
import { TcpFront } from '../support/tcp-front.ts';
import { allow, createIn } from './permitted-user.ts';

const soon = { timeout: 90_000, interval: 300 };
const reading = { resources: ['configmaps'], verbs: ['get', 'list', 'watch'] };

interface ClusterSaid {
  readonly health: string;
  readonly reason: string;
  readonly principal: string | null;
}

describe.skipIf(clusterProgramsMissing() !== undefined)('two users of one real cluster in one daemon', () => {
  let cluster: RealCluster;
  let front: TcpFront;
  let navi: NaviInstallation;
  let daemon: NaviDaemon;
  const path = (name: string): string => join(cluster.folder, name);

  function writeKubeconfig(): string {
    const context = (user: string) => ({ name: user, context: { cluster: 'one', user, namespace: 'a' } });
    const document = {
      clusters: [{ name: 'one', cluster: { server: front.url, 'certificate-authority': cluster.caFile } }],
      users: [
        { name: 'wide', user: { token: cluster.adminToken } },
        { name: 'narrow', user: { tokenFile: 'narrow.token' } },
      ],
      contexts: [context('wide'), context('narrow')],
      'current-context': 'wide',
    };
    writeFileSync(path('two.kubeconfig'), JSON.stringify(document));
    return path('two.kubeconfig');
  }

  /** The store that has the text, or has it not. */
  const files = (): readonly string[] => mirrorFiles(navi.dataDir);
  const isIn = (file: string, text: string): boolean =>
    globSync(join(dirname(file), '**/*'), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .some(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(text));
  const wideFile = (): string => files().find((file) => isIn(file, 'map-of-b')) ?? '';
  const narrowFile = (): string => files().find((file) => file !== wideFile()) ?? '';

  const status = async (context: string): Promise<ClusterSaid> => {
    const { stdout } = await navi.run(['status', '--context', context, '-o', 'json']);
    return (JSON.parse(stdout) as { clusters: ClusterSaid[] }).clusters[0] as ClusterSaid;
  };
  const healthOf = async (context: string): Promise<string> => {
    const { health, reason } = await status(context);
    return `${health} ${reason}`;
  };
  const names = async (context: string, namespace: string): Promise<string> => {
    const answer = await navi.run(['get', 'configmaps', '-n', namespace, '-o', 'name', '--context', context]);
    return answer.code === 0 ? answer.stdout.replaceAll('\n', ' ').trim() : answer.stderr;
  };
  /** What the daemon said of a context since `from` lines, but that its streams were cut and that it polls. */
  const saidOf = (context: string, from: number): readonly LogLine[] =>
    daemon
      .log()
      .slice(from)
      .filter((line) => line.context === context && line.reason !== undefined)
      .filter(({ reason = '' }) => !['disconnected', 'poll'].includes(reason));

  beforeAll(async () => {
    cluster = await startRealCluster();
    front = await TcpFront.start(cluster.url);
    await createIn(cluster, 'default', 'serviceaccounts', { metadata: { name: 'narrow' } });
    for (const namespace of ['a', 'b']) {
      await createIn(cluster, '', 'namespaces', { metadata: { name: namespace } });
      await createIn(cluster, namespace, 'configmaps', { metadata: { name: `map-of-${namespace}` } });
    }
    await allow(cluster, 'system:serviceaccount:default:narrow', reading, 'a');
    writeFileSync(path('narrow.token'), await boundToken(cluster, 'narrow', 'login-one'));
    navi = installNavi(writeKubeconfig());
    daemon = navi.daemon(['--all-contexts']);
  }, 180_000);

  afterAll(async () => {
    await navi.remove();
    await front.stop();
    await cluster.stop();
  });

  test('are two mirrors: each has what its user may see, and no byte of the rest', { timeout: 200_000 }, async () => {
    await expect.poll(() => healthOf('wide'), soon).toBe('healthy none');
    await expect.poll(() => names('narrow', 'a'), soon).toContain('configmap/map-of-a');
    expect(files()).toHaveLength(2);
    expect((await status('wide')).principal).toBe('admin');
    expect((await status('narrow')).principal).toBe('system:serviceaccount:default:narrow');
    expect(await names('wide', 'a')).toBe('configmap/map-of-a');
    expect(await names('wide', 'b')).toBe('configmap/map-of-b');
    expect(await names('narrow', 'a')).toBe('configmap/map-of-a');
    expect(await names('narrow', 'b')).toContain('(Forbidden)');
    expect((await navi.run(['search', 'map-of-', '-o', 'name', '--context', 'narrow'])).stdout).not.toContain(
      'map-of-b',
    );
    expect(isIn(narrowFile(), 'map-of-a')).toBe(true);
    expect(isIn(narrowFile(), 'map-of-b')).toBe(false);
    await untilEqual(cluster, wideFile());
  });

  test('a change is told to each of them that may see it', { timeout: 200_000 }, async () => {
    for (const namespace of ['a', 'b']) {
      await createIn(cluster, namespace, 'configmaps', { metadata: { name: `new-in-${namespace}` } });
    }
    await expect.poll(() => names('narrow', 'a'), soon).toBe('configmap/map-of-a configmap/new-in-a');
    await expect.poll(() => names('wide', 'b'), soon).toBe('configmap/map-of-b configmap/new-in-b');
    expect(isIn(narrowFile(), 'new-in-b')).toBe(false);
  });

  test('one whose login is revoked is parked and comes back; the other goes on', { timeout: 240_000 }, async () => {
    const from = daemon.log().length;
    await cluster.request('/api/v1/namespaces/default/secrets/login-one', { method: 'DELETE' });
    await cluster.request('/api/v1/namespaces/b/configmaps/new-in-b', { method: 'DELETE' });
    // Its open streams would live on; those of the other are opened again as well.
    front.cut();
    await expect.poll(() => healthOf('narrow'), soon).toBe('unhealthy auth-needed');
    await expect.poll(() => healthOf('wide'), soon).toBe('healthy none');
    expect(await names('narrow', 'a')).toContain('configmap/map-of-a');
    await untilEqual(cluster, wideFile());
    writeFileSync(path('narrow.token'), await boundToken(cluster, 'narrow', 'login-two'));
    await expect.poll(() => healthOf('narrow'), soon).not.toContain('auth-needed');
    await expect.poll(() => names('narrow', 'a'), soon).toContain('configmap/map-of-a');
    expect(saidOf('wide', from)).toEqual([]);
  });

  test('one that loses its permission is refused; the other goes on', { timeout: 240_000 }, async () => {
    const from = daemon.log().length;
    const binding = '/apis/rbac.authorization.k8s.io/v1/namespaces/a/rolebindings/';
    const { status: answered } = await cluster.request(
      `${binding}${encodeURIComponent('system:serviceaccount:default:narrow-reads')}`,
      { method: 'DELETE' },
    );
    expect(answered).toBe(200);
    front.cut();
    await expect.poll(() => names('narrow', 'a'), soon).toContain('(Forbidden)');
    expect(await names('wide', 'a')).toContain('configmap/map-of-a');
    await expect.poll(() => healthOf('wide'), soon).toBe('healthy none');
    await createIn(cluster, 'a', 'configmaps', { metadata: { name: 'after-the-loss' } });
    await untilEqual(cluster, wideFile());
    expect(isIn(narrowFile(), 'after-the-loss')).toBe(false);
    expect(saidOf('wide', from)).toEqual([]);
  });
});
