import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { makeAuthority, type Authority } from '../support/certificates.ts';
import { crdBody } from '../support/sample-crd.ts';
import {
  expectError,
  naviProgram,
  steeringCharacters,
  steeringText,
  syncedNavi,
  type SyncedNavi,
} from '../support/synced-navi.ts';

const namespace = 'shop';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function fillPods({ simulator: { state } }: SyncedNavi): void {
  const make = (name: string, spec: JsonObject, status: JsonObject) =>
    state.create('pods', { metadata: { name, namespace }, spec: { nodeName: 'node-1', ...spec }, status });
  make(
    'web',
    {
      initContainers: [
        { name: 'migrate', image: 'registry.test/migrate:1' },
        { name: 'mesh', image: 'registry.test/mesh:2', restartPolicy: 'Always' },
      ],
      containers: [
        {
          name: 'web',
          image: 'registry.test/web:1',
          resources: { requests: { cpu: '100m' }, limits: { memory: '1Gi' } },
        },
      ],
    },
    {
      phase: 'Running',
      initContainerStatuses: [
        {
          name: 'migrate',
          imageID: 'registry.test/migrate@sha256:0a',
          state: { terminated: { exitCode: 0, reason: 'Completed', finishedAt: '2026-01-01T00:00:00Z' } },
        },
        { name: 'mesh', ready: true, state: { running: { startedAt: '2026-01-01T00:00:00Z' } } },
      ],
      containerStatuses: [
        {
          name: 'web',
          imageID: 'registry.test/web@sha256:0123456789abcdef',
          restartCount: 7,
          ready: false,
          state: { waiting: { reason: 'CrashLoopBackOff', message: `back-off ${steeringText}` } },
          lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-01-02T00:00:00Z' } },
        },
      ],
    },
  );
  make(
    'tax',
    { nodeName: 'node-2', containers: [{ name: 'tax', image: 'registry.test/tax:9' }] },
    { containerStatuses: [{ name: 'tax', state: { waiting: { reason: 'ErrImagePull', message: 'not found' } } }] },
  );
  const slow = make(
    'slow',
    { containers: [{ name: 'slow', image: 'registry.test/slow:1' }] },
    { containerStatuses: [{ name: 'slow', state: { waiting: { reason: 'ContainerCreating' } } }] },
  );
  state.create('events', {
    metadata: { name: 'pull', namespace },
    type: 'Normal',
    reason: 'Pulling',
    message: 'Pulling image "registry.test/slow:1"',
    lastTimestamp: '2026-01-03T00:00:00Z',
    involvedObject: { kind: 'Pod', name: 'slow', namespace, uid: slow.metadata.uid ?? '' },
  });
}

function fillReleases({ simulator: { state } }: SyncedNavi): void {
  const keep = (type: string, name: string, revision: number, status: string) =>
    state.create(type, {
      metadata: {
        name: `sh.helm.release.v1.${name}.v${revision}`,
        namespace,
        labels: { owner: 'helm', name, status, version: String(revision) },
      },
      ...(type === 'secrets' ? { type: 'helm.sh/release.v1', data: { release: base64('planted-value') } } : {}),
    });
  for (let revision = 1; revision <= 11; revision += 1)
    keep('secrets', 'web', revision, revision === 11 ? 'failed' : 'superseded');
  keep('configmaps', 'db', 2, 'deployed');
  state.create('secrets', { metadata: { name: 'other', namespace, labels: { owner: 'helm' } }, type: 'Opaque' });
}

function fillCertificates({ simulator: { state } }: SyncedNavi, authority: Authority): void {
  const bundle = base64(authority.certificate);
  const hook = { name: 'check.example.test', clientConfig: { caBundle: bundle }, admissionReviewVersions: ['v1'] };
  state.create('validatingwebhookconfigurations.admissionregistration.k8s.io', {
    metadata: { name: 'checks' },
    webhooks: [hook, { ...hook, name: 'broken.example.test', clientConfig: { caBundle: base64(brokenPem) } }],
  });
  for (const place of ['default', namespace])
    state.create('configmaps', {
      metadata: { name: 'kube-root-ca.crt', namespace: place },
      data: { 'ca.crt': authority.certificate },
    });
  state.create('certificatesigningrequests.certificates.k8s.io', {
    metadata: { name: 'request' },
    status: { certificate: base64(authority.client('viewer').certificate) },
  });
  state.create(
    'customresourcedefinitions.apiextensions.k8s.io',
    crdBody({ group: 'cert-manager.io', singular: 'certificate', namespaced: true, extraFieldCount: 0 }),
  );
  const managed = (name: string, status: JsonObject) =>
    state.create('certificates.cert-manager.io', {
      metadata: { name, namespace },
      spec: { dnsNames: [`${name}.example.test`], secretName: `${name}-tls`, issuerRef: { name: 'house' } },
      status,
    });
  managed('web', { notAfter: '2001-01-01T00:00:00Z', conditions: [{ type: 'Ready', status: 'True' }] });
  managed('new', { conditions: [{ type: 'Ready', status: 'False', message: 'the challenge failed' }] });
  state.create('ingresses.networking.k8s.io', {
    metadata: { name: 'front', namespace },
    spec: { tls: [{ hosts: ['web.example.test'], secretName: 'web-tls' }] },
  });
}

const brokenPem = '-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n';

describe('listings of what is mirrored', () => {
  let navi: SyncedNavi;
  let authority: Authority;

  beforeAll(async () => {
    navi = await syncedNavi(2);
    authority = makeAuthority();
    fillPods(navi);
    fillReleases(navi);
    fillCertificates(navi, authority);
    expect((await navi.navi(['sync', '--once'])).code).toBe(0);
  });

  afterAll(async () => {
    authority.remove();
    await navi.remove();
  });

  async function linesOf(...args: readonly string[]): Promise<readonly string[]> {
    const { stdout, stderr, code } = await navi.ask(args);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    return stdout.trimEnd().split('\n');
  }

  async function rowsOf(member: string, ...args: readonly string[]): Promise<readonly Record<string, Json>[]> {
    const { stdout, code } = await navi.ask([...args, '-o', 'json']);
    expect(code).toBe(0);
    return (JSON.parse(stdout) as Record<string, Record<string, Json>[]>)[member] ?? [];
  }

  test('containers say how each is, in the order in which they start', async () => {
    const [head, ...lines] = await linesOf('containers', '-n', namespace);
    expect(head).toMatch(/^POD +CONTAINER +STATE +SINCE +RESTARTS +LAST EXIT +REQUESTS +LIMITS +IMAGE$/);
    expect(lines.map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ['slow', 'slow', 'ContainerCreating'],
      ['tax', 'tax', 'ErrImagePull'],
      ['web', 'migrate (init)', 'Completed'],
      ['web', 'mesh (sidecar)', 'Running'],
      ['web', 'web', 'CrashLoopBackOff'],
    ]);
    expect(lines[4]).toMatch(/ 7 +OOMKilled \(137\) \S+ ago +cpu=100m +memory=1Gi +registry\.test\/web:1$/);
  });

  test('containers are those of the chosen namespaces, and of all', async () => {
    const both = await linesOf('containers', '-n', 'default,shop', '-o', 'name');
    expect(both.filter((line) => line.startsWith('default/')).length).toBe(4);
    expect(await linesOf('containers', '-A', '-o', 'name')).toEqual(both);
    expect((await linesOf('containers', '-A'))[0]).toMatch(/^NAMESPACE +POD /);
    expect(await linesOf('containers', '-o', 'name')).toContain('default/pod-0/main');
  });

  test('what a node says of a container steers no terminal', async () => {
    const [row] = (await rowsOf('containers', 'containers', '-n', namespace)).filter(({ name }) => name === 'web');
    expect(row).toMatchObject({ message: `back-off ${steeringText}`, restartCount: 7, ready: false, exitCode: null });
    const { stdout } = await navi.navi(['containers', '-n', namespace, '-o', 'json']);
    expect(steeringCharacters(stdout)).toEqual([]);
  });

  test('images tell failing pulls first, then running ones, each with what the node or the event says', async () => {
    const [head, ...lines] = await linesOf('images', '-n', namespace);
    expect(head).toMatch(/^IMAGE +DIGEST +CONTAINERS +NODES +PULL +AGE +MESSAGE$/);
    expect(lines[0]).toMatch(/^registry\.test\/tax:9 +- +1 +1 +ErrImagePull +\S+ +shop\/tax: not found$/);
    expect(lines[1]).toMatch(/^registry\.test\/slow:1 +- +1 +1 +pulling +\S+ +shop\/slow: Pulling image /);
    expect(lines[2]).toMatch(/^registry\.test\/mesh:2 +- +1 +1 +waiting +-$/);
    expect(lines[4]).toMatch(/^registry\.test\/web:1 +0123456789ab +1 +1 +pulled +-$/);
    const rows = await rowsOf('images', 'images', '-n', namespace);
    expect(rows[1]).toMatchObject({ pull: 'pulling', since: '2026-01-03T00:00:00.000Z', digests: [] });
    expect(await linesOf('images', '-A', '-o', 'name')).toContain('registry.test/web:1');
  });

  test('releases are the newest revisions, whatever keeps them', async () => {
    const lines = await linesOf('releases', '-n', namespace);
    expect(lines.map((line) => line.split(/ {2,}/).filter((_, column) => column !== 3))).toEqual([
      ['NAME', 'REVISION', 'STATUS', 'KEPT'],
      ['db', '2', 'deployed', '1'],
      ['web', '11', 'failed', '11'],
    ]);
    expect(await rowsOf('releases', 'releases', '-A')).toMatchObject([{ name: 'db' }, { name: 'web', revision: 11 }]);
    expect(await navi.navi(['releases'])).toMatchObject({
      stdout: '',
      stderr: 'no release of Helm is there\n',
      code: 0,
    });
  });

  test('certificates are sorted by their end, with what uses them', async () => {
    const [head, ...lines] = await linesOf('certs');
    expect(head).toMatch(/^EXPIRES +CERTIFICATE +SOURCE +NAMES +ISSUER +USED BY +PROBLEM$/);
    expect(lines[0]).toMatch(/^\d+y ago +web\.example\.test +Certificate\/shop\/web .* house +Ingress\/shop\/front$/);
    const rows = await rowsOf('certificates', 'certs');
    const ends = rows.flatMap(({ notAfter }) => (typeof notAfter === 'string' ? [notAfter] : []));
    expect(ends.length).toBeGreaterThan(3);
    expect(ends).toEqual([...ends].sort());
    const shown = (kind: string) => rows.filter((row) => row['kind'] === kind);
    expect(shown('ConfigMap')).toMatchObject([{ subject: 'test authority', objectCount: 2, isAuthority: true }]);
    expect(shown('CertificateSigningRequest')).toMatchObject([{ subject: 'viewer', leftDays: 0, isAuthority: false }]);
    expect(shown('ValidatingWebhookConfiguration')).toMatchObject([
      { part: 'check.example.test', issuer: 'test authority', problem: '' },
      { part: 'broken.example.test', problem: 'this is no certificate', notAfter: null },
    ]);
    expect(shown('Certificate').at(-1)).toMatchObject({ name: 'new', problem: 'the challenge failed', notAfter: null });
  });

  test('certificates can be those of a namespace, or those that end soon', async () => {
    const names = await linesOf('certs', '-n', namespace, '-o', 'name');
    expect([...names].sort()).toEqual([
      'Certificate/shop/new',
      'Certificate/shop/web',
      'ConfigMap/shop/kube-root-ca.crt/ca.crt',
    ]);
    expect(await linesOf('certs', '-n', namespace, '--within', '1h', '-o', 'name')).toEqual(['Certificate/shop/web']);
  });

  test('certificates of the kubeconfig belong to its context', async () => {
    const { certificate, key } = authority.client('me', 'people');
    const server = navi.simulator.kubeconfig();
    const user = `client-certificate-data: ${base64(certificate)}\n    client-key-data: ${base64(key)}`;
    const kubeconfig = navi.file('with-certificate', server.replace(/ {4}token: /, `    ${user}\n    token: `));
    const { stdout, stderr } = await navi.navi(['certs', '-o', 'name', '--kubeconfig', kubeconfig]);
    expect({ stderr, own: stdout.split('\n').filter((line) => line.startsWith('kubeconfig/')) }).toEqual({
      stderr: '',
      own: ['kubeconfig/simulator/client-certificate'],
    });
  });

  test('with -w tell what is added, modified and deleted, until they are interrupted', async () => {
    const { state } = navi.simulator;
    const env = navi.environment();
    const args = [naviProgram, 'containers', '-n', 'watched', '-w'];
    const make = (name: string) =>
      state.create('pods', {
        metadata: { name, namespace: 'watched' },
        spec: { containers: [{ name: 'one', image: 'registry.test/one:1' }] },
      });
    state.create('namespaces', { metadata: { name: 'watched' } });
    make('first');
    const sync = async (): Promise<void> => {
      expect(await navi.navi(['sync', '--once'])).toMatchObject({ code: 0 });
    };
    await sync();
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(child, 'close');
    try {
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const next = async (): Promise<string> => String((await lines.next()).value);
      expect(await next()).toMatch(/^EVENT +POD +CONTAINER /);
      expect(await next()).toMatch(/^ADDED +first +one +- /);
      make('second');
      await sync();
      expect(await next()).toMatch(/^ADDED +second +one +- /);
      state.patch(
        'pods',
        { namespace: 'watched', name: 'first' },
        {
          status: { containerStatuses: [{ name: 'one', restartCount: 3, state: { running: {} } }] },
        },
      );
      await sync();
      expect(await next()).toMatch(/^MODIFIED +first +one +Running, not ready +- +3 /);
      state.delete('pods', { namespace: 'watched', name: 'second' });
      await sync();
      expect(await next()).toMatch(/^DELETED +second +one +- /);
    } finally {
      child.kill('SIGINT');
    }
    expect((await closed)[0]).toBe(130);
  });

  test('certificates of TLS Secrets are there where the settings want them', async () => {
    const { certificate, key } = authority.server('web.example.test');
    navi.simulator.state.create('secrets', {
      metadata: { name: 'web-tls', namespace },
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': base64(certificate), 'tls.key': base64(key) },
    });
    expect((await navi.navi(['sync', '--once'])).code).toBe(0);
    const secrets = async () => (await rowsOf('certificates', 'certs')).filter(({ kind }) => kind === 'Secret');
    expect(await secrets()).toEqual([]);
    const [file = ''] = globSync(join(navi.dataDir, 'mirrors/*/mirror.db'));
    const database = new SqliteDatabase(file);
    const put = database.prepare(
      `insert into public_certificate select uid, resource_version, 'tls.crt', ? from object where key = 'shop/web-tls'`,
    );
    put.run(certificate);
    database.close();
    expect(await secrets()).toMatchObject([
      { name: 'web-tls', part: 'tls.crt', subject: 'server', usedBy: ['Ingress/shop/front'], problem: '' },
    ]);
  });

  test('of a type that the user may not list are refused, and no empty list', async () => {
    const dataDir = join(navi.folder, 'refused');
    // With their modes.
    execFileSync('cp', ['-a', navi.dataDir, dataDir]);
    const [file = ''] = globSync(join(dataDir, 'mirrors/*/mirror.db'));
    const database = new SqliteDatabase(file);
    database.exec(
      `update scope set phase = 'denied', refusal = (select resource || ' is forbidden' from resource_type where id = type_id)
       where type_id in (select id from resource_type where resource in ('pods', 'secrets', 'configmaps'))`,
    );
    database.close();
    const env = { NAVI_DATA_DIR: dataDir };
    for (const [command, type] of [
      ['containers', 'pods'],
      ['images', 'pods'],
      ['releases', 'secrets'],
    ] as const) {
      const { stdout, stderr, code } = await navi.navi([command, '-A'], env);
      const told = `error: ${type} is forbidden\n  navi status ${type} says since when\n`;
      expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: told, code: 4 });
    }
    const { stdout } = await navi.navi(['certs', '-o', 'name'], env);
    expect(stdout).toContain('Certificate/shop/web\n');
    expect(stdout).not.toContain('ConfigMap');
  });

  test('bad input is an error with a way out', async () => {
    expectError(await navi.navi(['containers', '-n', 'a/b']), 2, /invalid namespace/, /-A/);
    expectError(await navi.navi(['certs', '--within', 'soon']), 2, /"soon" is no duration/, /for example/);
    const never = { NAVI_DATA_DIR: `${navi.folder}/never` };
    for (const command of ['containers', 'images', 'certs', 'releases'])
      expectError(await navi.navi([command], never), 6, /is not mirrored yet/, /navi sync/);
  });
});
