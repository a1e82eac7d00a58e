import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeAuthority, type Authority } from '../support/certificates.ts';
import { boundToken, createObject } from '../support/bound-token.ts';
import { clusterProgramsMissing } from '../support/cluster-programs.ts';
import { execScript, type ExecScript } from '../support/exec-script.ts';
import { installNavi, type NaviDaemon, type NaviInstallation } from '../support/navi-process.ts';
import { oidcClient, startOidcIssuer, type OidcIssuer } from '../support/oidc-issuer.ts';
import { startHttpProxy, startSocksProxy, type ProxyServer } from '../support/proxy-server.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';

const soon = { timeout: 40_000, interval: 200 };
const patient = { timeout: 100_000, interval: 500 };
const proxyPassword = 'proxy-password-91c2';

interface Status {
  readonly health: string;
  readonly reason: string;
  readonly principal: string | null;
  readonly lastError: string | null;
  readonly confirmedAt: string | null;
}

describe.skipIf(clusterProgramsMissing() !== undefined)('a credential on a real API server', () => {
  let authority: Authority;
  let issuer: OidcIssuer;
  let cluster: RealCluster;
  let plugin: ExecScript;
  let connectProxy: ProxyServer;
  let socksProxy: ProxyServer;
  let navi: NaviInstallation;
  let daemon: NaviDaemon;
  let kubeconfig: string;
  const secrets = new Set<string>([proxyPassword, oidcClient.secret]);
  const path = (name: string): string => join(cluster.folder, name);

  const create = async (at: string, body: object): Promise<unknown> => await createObject(cluster, at, body);

  async function tokenOfRobot(name: string): Promise<string> {
    const token = await boundToken(cluster, 'robot', name);
    secrets.add(token.split('.')[2] as string);
    return token;
  }

  const revoke = async (name: string): Promise<void> =>
    void (await cluster.request(`/api/v1/namespaces/default/secrets/${name}`, { method: 'DELETE' }));

  function writeCertificate(user: string): void {
    const { certificate, key } = authority.client(user, 'navi-testers');
    writeFileSync(path('client/client.crt'), certificate);
    writeFileSync(path('client/client.key'), key);
    secrets.add(key.split('\n')[1] as string);
  }

  async function status(context: string): Promise<Status> {
    const { stdout } = await navi.ask(['status', '--context', context, '-o', 'json']);
    return (JSON.parse(stdout) as { clusters: Status[] }).clusters[0] as Status;
  }

  const healthOf = async (context: string): Promise<string> => {
    const { health, reason } = await status(context);
    return `${health} ${reason}`;
  };

  /** Has the daemon ask the cluster now: by itself it does so once a minute. */
  async function askCluster(context: string): Promise<void> {
    await navi.ask(['get', 'namespaces', '--context', context, '--max-age', '1s']);
  }

  const healthOnceAsked = async (context: string): Promise<string> => {
    await askCluster(context);
    return await healthOf(context);
  };

  const runsOnceAsked = async (): Promise<number> => {
    await askCluster('plugin');
    return plugin.runs.length;
  };

  const refreshesOnceAsked = async (): Promise<number> => {
    await askCluster('oidc');
    return issuer.refreshes.granted;
  };

  function writeKubeconfig(refreshToken: string): void {
    const server = { server: cluster.url, 'certificate-authority': cluster.caFile };
    const oidc = {
      'idp-issuer-url': issuer.url,
      'client-id': oidcClient.id,
      'client-secret': oidcClient.secret,
      'idp-certificate-authority': authority.file,
      'refresh-token': refreshToken,
    };
    const proxied = (url: string) => ({ ...server, 'proxy-url': url });
    const admin = { token: cluster.adminToken };
    const contexts: Readonly<Record<string, readonly [object, object]>> = {
      certificate: [server, { 'client-certificate': 'client/client.crt', 'client-key': 'client/client.key' }],
      file: [server, { tokenFile: 'token', token: 'not-used' }],
      plugin: [server, plugin.userEntry],
      oidc: [server, { 'auth-provider': { name: 'oidc', config: oidc } }],
      impersonation: [
        server,
        { ...admin, as: 'bob', 'as-groups': ['navi-testers', 'others'], 'as-user-extra': { a: ['b'] } },
      ],
      lax: [{ server: cluster.url, 'insecure-skip-tls-verify': true }, admin],
      connect: [proxied(`http://ann:${proxyPassword}@127.0.0.1:${connectProxy.port}`), admin],
      socks: [proxied(`socks5h://ann:${proxyPassword}@127.0.0.1:${socksProxy.port}`), admin],
    };
    const entries = Object.entries(contexts);
    const document = {
      clusters: entries.map(([name, [entry]]) => ({ name, cluster: entry })),
      users: entries.map(([name, [, entry]]) => ({ name, user: entry })),
      contexts: entries.map(([name]) => ({ name, context: { cluster: name, user: name } })),
      'current-context': 'certificate',
    };
    writeFileSync(kubeconfig, JSON.stringify(document));
  }

  beforeAll(async () => {
    authority = makeAuthority();
    issuer = await startOidcIssuer(authority, { idTokenSeconds: 20 });
    const oidcFlags = { 'issuer-url': issuer.url, 'client-id': oidcClient.id, 'ca-file': authority.file };
    cluster = await startRealCluster({
      apiServerFlags: [
        `--client-ca-file=${authority.file}`,
        ...Object.entries({ ...oidcFlags, 'username-claim': 'sub', 'username-prefix': 'oidc:' }).map(
          ([name, value]) => `--oidc-${name}=${value}`,
        ),
      ],
    });
    plugin = execScript({ interactiveMode: 'IfAvailable', provideClusterInfo: true });
    const credentials = `ann:${proxyPassword}`;
    connectProxy = await startHttpProxy({ credentials });
    socksProxy = await startSocksProxy({ credentials });
    kubeconfig = path('navi.kubeconfig');
    navi = installNavi(kubeconfig);
    mkdirSync(path('client'));
    await create('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'robot' } });
    const rbac = 'rbac.authorization.k8s.io';
    await create(`/apis/${rbac}/v1/clusterrolebindings`, {
      metadata: { name: 'testers' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [
        { kind: 'Group', name: 'navi-testers', apiGroup: rbac },
        { kind: 'User', name: 'oidc:ann', apiGroup: rbac },
        { kind: 'ServiceAccount', name: 'robot', namespace: 'default' },
      ],
    });
    writeCertificate('first');
    writeFileSync(path('token'), `${await tokenOfRobot('file-one')}\n`);
    plugin.gives(await tokenOfRobot('plugin-one'));
    const refreshToken = await issuer.refreshToken('ann');
    secrets.add(refreshToken);
    writeKubeconfig(refreshToken);
    daemon = navi.daemon(['--all-contexts']);
  }, 120_000);

  afterAll(async () => {
    await navi.remove();
    await connectProxy.stop();
    await socksProxy.stop();
    await cluster.stop();
    await issuer.stop();
    plugin.remove();
    authority.remove();
  });

  test.each([
    ['certificate', 'first'],
    ['file', 'system:serviceaccount:default:robot'],
    ['plugin', 'system:serviceaccount:default:robot'],
    ['oidc', 'oidc:ann'],
    ['impersonation', 'bob'],
    ['lax', 'admin'],
    ['connect', 'admin'],
    ['socks', 'admin'],
  ])('of the kind %s mirrors as %s', { timeout: 120_000 }, async (context, principal) => {
    await expect.poll(() => healthOf(context), patient).toBe('healthy none');
    expect((await status(context)).principal).toBe(principal);
  });

  test('goes through the proxies that the contexts name, and only those', () => {
    const host = new URL(cluster.url).host;
    expect(new Set(connectProxy.targets)).toEqual(new Set([host]));
    expect(new Set(socksProxy.targets)).toEqual(new Set([host]));
  });

  test('of an exec plugin is got once for all scopes, and the plugin is told of the cluster', () => {
    expect(plugin.runs).toHaveLength(1);
    const authorityData = readFileSync(cluster.caFile).toString('base64');
    expect(plugin.info).toMatchObject({
      spec: { interactive: false, cluster: { server: cluster.url, 'certificate-authority-data': authorityData } },
    });
  });

  test('is told loudly where the server is not checked', async () => {
    const { stdout } = await navi.ask(['status', '--context', 'lax']);
    expect(stdout).toContain('WARNING: the server’s certificate is not checked');
    const checked = await navi.ask(['status', '--context', 'file']);
    expect(checked.stdout).not.toContain('WARNING');
  });

  test(
    '50: a certificate rotated on disk is used for new requests, and no stream ends',
    { timeout: 60_000 },
    async () => {
      const linesBefore = daemon.log().length;
      writeCertificate('second');
      await expect.poll(async () => (await status('certificate')).principal, soon).toBe('second');
      expect(await healthOf('certificate')).toBe('healthy none');
      const since = daemon.log().slice(linesBefore);
      expect(since.filter(({ level, type }) => level !== 'debug' && type !== undefined)).toEqual([]);
    },
  );

  test(
    '47: a token that is revoked parks the mirror until its file is written anew',
    { timeout: 180_000 },
    async () => {
      await revoke('file-one');
      await expect.poll(() => healthOnceAsked('file'), patient).toBe('unhealthy auth-needed');
      expect((await navi.ask(['get', 'secrets', '--context', 'file'])).code).toBe(0);
      const fresh = await tokenOfRobot('file-two');
      const writtenAt = Date.now();
      writeFileSync(path('token'), fresh);
      await expect.poll(() => healthOf('file'), soon).toBe('healthy none');
      expect(Date.now() - writtenAt).toBeLessThan(15_000);
    },
  );

  test(
    '47: a plugin whose token is revoked is run once more, and nothing else happens',
    { timeout: 180_000 },
    async () => {
      plugin.gives(await tokenOfRobot('plugin-two'));
      await revoke('plugin-one');
      await expect.poll(() => runsOnceAsked(), patient).toBe(2);
      await expect.poll(() => healthOf('plugin'), soon).toBe('healthy none');
      expect(plugin.runs).toHaveLength(2);
    },
  );

  test(
    '49: a token that ends while streams are open ends none of them, and they tell what happens later',
    { timeout: 180_000 },
    async () => {
      // Every stream of this context was asked for with the first token.
      await expect.poll(() => refreshesOnceAsked(), patient).toBeGreaterThanOrEqual(2);
      await create('/api/v1/namespaces/default/configmaps', { metadata: { name: 'after-its-end' } });
      const get = ['get', 'configmaps', 'after-its-end', '--context', 'oidc'];
      await expect.poll(async () => (await navi.ask(get)).code, soon).toBe(0);
      const broken = daemon.log().filter(({ context, msg }) => context === 'oidc' && msg === 'scope is unhealthy');
      expect(broken).toEqual([]);
    },
  );

  test(
    'of OIDC is renewed ahead of its end, and needed anew when the issuer says no',
    { timeout: 180_000 },
    async () => {
      await expect.poll(() => refreshesOnceAsked(), patient).toBeGreaterThanOrEqual(3);
      expect(await healthOf('oidc')).toBe('healthy none');
      issuer.revokeAll();
      await expect.poll(() => healthOnceAsked('oidc'), patient).toBe('unhealthy auth-needed');
      expect((await status('oidc')).lastError).toMatch(/gives no new token: invalid_grant/);
    },
  );

  test('is in no file of navi’s, nor in anything it said', async () => {
    const { stdout: told } = await navi.ask(['status', '--all', '--all-contexts', '-o', 'json']);
    const { stderr } = await daemon.kill('SIGTERM');
    const files = globSync(join(navi.dataDir, '**/*'), { withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(8);
    expect(secrets.size).toBeGreaterThan(6);
    for (const secret of [...secrets, cluster.adminToken]) {
      expect(told + stderr, secret).not.toContain(secret);
      for (const { parentPath, name } of files) {
        expect(readFileSync(join(parentPath, name)).includes(secret), `${name} has ${secret}`).toBe(false);
      }
    }
  });
});
