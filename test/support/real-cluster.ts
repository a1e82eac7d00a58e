import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { kwokConfiguration } from './kwok-stages.ts';
import { type ClusterProgram, type ServerVersion, clusterProgram, kubectlEnvironment } from './cluster-programs.ts';
import { ClusterProcess, takeFreePort } from './cluster-process.ts';
import { type ApiClient, type ApiRequest, type ApiResponse, createApiClient } from './api-client.ts';
import { makeOwnCertificate } from './certificates.ts';

/** A user of the token file. Its bearer token is `token-of-<name>`. */
export interface ClusterUser {
  readonly name: string;
  readonly groups?: readonly string[] | undefined;
}

/** What a real cluster is made of, all off unless said. */
export interface RealClusterOptions {
  /**
   * The minor version of kube-apiserver, else the current one. Every other program stays the current one; with 1.33
   * the scheduler places no pod, as it waits for types of resource.k8s.io/v1, which came with 1.34.
   */
  readonly serverVersion?: ServerVersion | undefined;
  /** kube-controller-manager and kube-scheduler. */
  readonly controllers?: boolean | undefined;
  /** kwok, which plays the kubelet of every node that `createNodes` makes. */
  readonly kwok?: boolean | undefined;
  /** An audit log at level Metadata, without the stage RequestReceived. */
  readonly audit?: boolean | undefined;
  /** More flags of kube-apiserver; a flag given again replaces the harness's own. */
  readonly apiServerFlags?: readonly string[] | undefined;
  /** More flags of etcd; a flag given again replaces the harness's own. */
  readonly etcdFlags?: readonly string[] | undefined;
  /** More flags of kube-controller-manager. */
  readonly controllerFlags?: readonly string[] | undefined;
  /** Users beside `viewer`, `limited` and `nobody`, without any permission. */
  readonly rbacUsers?: readonly ClusterUser[] | undefined;
}

/** One line of the audit log (audit.k8s.io/v1 Event), as far as tests read it. */
export interface AuditEvent {
  readonly auditID: string;
  readonly stage: 'ResponseStarted' | 'ResponseComplete' | 'Panic';
  readonly requestURI: string;
  readonly verb: string;
  readonly userAgent?: string;
  readonly user: { readonly username: string; readonly groups?: readonly string[] };
  readonly impersonatedUser?: { readonly username: string };
  readonly objectRef?: {
    readonly resource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly apiGroup?: string;
    readonly apiVersion?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  /** RFC 3339 with microseconds. */
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

/** How a kubectl call went. */
export interface KubectlResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** What a kubectl call runs with: the administrator's kubeconfig, no standard input and a bare environment unless said. */
export interface KubectlOptions {
  readonly kubeconfig?: string | undefined;
  readonly stdin?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A running control plane of the test's own, on loopback. */
export interface RealCluster {
  /** `https://127.0.0.1:<port>`, the same after every restart. */
  readonly url: string;
  /** The certificate that signs the API server's, PEM. */
  readonly caFile: string;
  /** The bearer token of `admin`, who is in `system:masters`. */
  readonly adminToken: string;
  /** The administrator's kubeconfig file. */
  readonly kubeconfig: string;
  /** The cluster's own folder, removed by `stop`: free for files of the test. */
  readonly folder: string;
  /** `http://127.0.0.1:<port>`: etcd's client address, without authentication. */
  readonly etcdUrl: string;
  /** etcd's data folder. */
  readonly etcdDataFolder: string;
  /** Where kwok plays every kubelet, by HTTP. */
  readonly kubeletPort: number;
  /**
   * The path of a kubeconfig file for a user of the token file: `viewer` (what the cluster role `view` reads, everywhere), `limited`
   * (reads pods of the namespace `default`), `nobody` (no permission), or one of `rbacUsers`.
   * @throws when the user is not in the token file, or in it with other groups
   */
  kubeconfigFor(user: ClusterUser): string;
  /** Runs kubectl to its end. Never rejects for a failing kubectl: the code says so. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<KubectlResult>;
  /** One request to the API server as the administrator unless said, over kept-alive connections. */
  request(path: string, options?: ApiRequest): Promise<ApiResponse>;
  /** Every complete line of the audit log so far, in its order. */
  auditEvents(): Promise<readonly AuditEvent[]>;
  /** Makes nodes `node-0` … that kwok keeps ready, or that stay without a kubelet when there is no kwok. */
  createNodes(count: number): Promise<void>;
  /** The ids of the running processes, those of etcd and the API server first. */
  processIds(): readonly number[];
  /**
   * Ends the API server as a supervisor does: SIGTERM, on which it takes no more requests but keeps open watches for
   * up to a minute, and SIGKILL 3 s later. Another signal is sent as it is.
   */
  stopApiServer(signal?: NodeJS.Signals): Promise<void>;
  /** Resolves when the API server is ready. */
  startApiServer(): Promise<void>;
  /** Sends a signal and does not wait for what comes of it: SIGSTOP freezes, SIGCONT ends that, SIGTERM drains. */
  signalApiServer(signal: NodeJS.Signals): void;
  stopEtcd(signal?: NodeJS.Signals): Promise<void>;
  /** Resolves when etcd answers. */
  startEtcd(): Promise<void>;
  signalEtcd(signal: NodeJS.Signals): void;
  /** Starts again which of the other programs have ended: they give up on a cluster that is away for long. */
  startOthers(): void;
  /** Ends every process and removes the folder. May be called twice. */
  stop(): Promise<void>;
}

const adminToken = 'token-of-admin';
const readyTimeoutMs = 60_000;
const pollIntervalMs = 25;

const standardUsers: readonly ClusterUser[] = [{ name: 'viewer' }, { name: 'limited' }, { name: 'nobody' }];

const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
`;

/** The rules of the cluster role `view`, which is empty until a kube-controller-manager aggregates them into it. */
const viewerRole = 'system:aggregate-to-view';

const permissions = (['viewer', 'limited'] as const).map((name) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  metadata: { name: `test-${name}` },
  subjects: [{ kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' }],
}));

/** A JSON kubeconfig; kubectl and every client read JSON as the YAML it is. */
function kubeconfigText(url: string, caFile: string, user: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority': caFile } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user } }],
    'current-context': 'test',
  });
}

function tokenLine(user: ClusterUser, token: string): string {
  const groups = user.groups === undefined ? '' : `,"${user.groups.join(',')}"`;
  return `${token},${user.name},uid-of-${user.name}${groups}\n`;
}

/** Polls until `ready` answers true. @throws with the log's end when the process ends first, or after a minute. */
async function waitUntilReady(process: ClusterProcess, what: string, ready: () => Promise<boolean>): Promise<void> {
  const giveUpAtMs = Date.now() + readyTimeoutMs;
  while (!(await ready().catch(() => false))) {
    if (process.processId === undefined || Date.now() > giveUpAtMs) {
      throw new Error(`${what} did not become ready:\n${process.logTail()}`);
    }
    await pause(pollIntervalMs);
  }
}

async function runKubectl(
  args: readonly string[],
  folder: string,
  options: KubectlOptions & { readonly kubeconfig: string },
): Promise<KubectlResult> {
  const env = {
    ...kubectlEnvironment,
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    KUBECONFIG: options.kubeconfig,
    ...options.env,
  };
  const child = spawn(clusterProgram('kubectl'), args, { env, stdio: 'pipe' });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // kubectl may exit without reading its input: that is its answer, not a fault of the test.
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin ?? '');
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(exitCode ?? -1));
  });
  return { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), code };
}

/** Where everything of one cluster is, before anything runs. */
interface Layout {
  readonly folder: string;
  readonly url: string;
  readonly etcdUrl: string;
  readonly etcdDataFolder: string;
  readonly kubeletPort: number;
  readonly caFile: string;
  readonly auditLog: string;
  readonly users: readonly ClusterUser[];
  readonly path: (name: string) => string;
}

async function layOut(options: RealClusterOptions): Promise<Layout> {
  const folder = mkdtempSync(join(tmpdir(), 'navi-cluster-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  mkdirSync(path('certificates'));
  // Else the API server makes RSA keys, which take it a fifth of a second, and a millisecond at each connection.
  makeOwnCertificate(path('certificates/apiserver.crt'), path('certificates/apiserver.key'));
  const users = [...standardUsers, ...(options.rbacUsers ?? [])];
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(path('service-accounts.key'), privateKey.export({ type: 'sec1', format: 'pem' }));
  writeFileSync(path('audit-policy.yaml'), auditPolicy);
  writeFileSync(path('kwok.yaml'), kwokConfiguration());
  const admin = tokenLine({ name: 'admin', groups: ['system:masters'] }, adminToken);
  writeFileSync(path('tokens.csv'), admin + users.map((user) => tokenLine(user, `token-of-${user.name}`)).join(''));
  return {
    folder,
    url: `https://127.0.0.1:${await takeFreePort()}`,
    etcdUrl: `http://127.0.0.1:${await takeFreePort()}`,
    etcdDataFolder: path('etcd'),
    kubeletPort: await takeFreePort(),
    caFile: path('certificates/apiserver.crt'),
    auditLog: path('audit.log'),
    users,
    path,
  };
}

async function etcdFlags(layout: Layout, options: RealClusterOptions): Promise<readonly string[]> {
  const peerUrl = `http://127.0.0.1:${await takeFreePort()}`;
  return [
    `--data-dir=${layout.etcdDataFolder}`,
    `--listen-client-urls=${layout.etcdUrl}`,
    `--advertise-client-urls=${layout.etcdUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=default=${peerUrl}`,
    '--unsafe-no-fsync',
    `--quota-backend-bytes=${8 * 1024 ** 3}`,
    '--log-level=warn',
    ...(options.etcdFlags ?? []),
  ];
}

function apiServerFlags(layout: Layout, options: RealClusterOptions): readonly string[] {
  const audit = [`--audit-policy-file=${layout.path('audit-policy.yaml')}`, `--audit-log-path=${layout.auditLog}`];
  return [
    `--etcd-servers=${layout.etcdUrl}`,
    `--secure-port=${new URL(layout.url).port}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--cert-dir=${layout.path('certificates')}`,
    '--service-account-issuer=https://localhost',
    `--service-account-key-file=${layout.path('service-accounts.key')}`,
    `--service-account-signing-key-file=${layout.path('service-accounts.key')}`,
    '--service-cluster-ip-range=10.0.0.0/16',
    '--authorization-mode=RBAC',
    `--token-auth-file=${layout.path('tokens.csv')}`,
    '--disable-admission-plugins=ServiceAccount',
    ...(options.audit === true ? audit : []),
    ...(options.apiServerFlags ?? []),
  ];
}

/** The programs beside etcd and the API server. Leader election would only delay them. */
function otherPrograms(layout: Layout, kubeconfig: string, options: RealClusterOptions): readonly ClusterProcess[] {
  const make = (program: ClusterProgram, flags: readonly string[]): ClusterProcess =>
    new ClusterProcess(clusterProgram(program), flags, layout.path(`${program}.log`));
  const common = [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0'];
  const controllers = [
    ...common,
    `--service-account-private-key-file=${layout.path('service-accounts.key')}`,
    `--root-ca-file=${layout.caFile}`,
    ...(options.controllerFlags ?? []),
  ];
  const kwok = [
    `--kubeconfig=${kubeconfig}`,
    '--manage-all-nodes',
    '--node-ip=127.0.0.1',
    '--v=WARN',
    `--config=${layout.path('kwok.yaml')}`,
    `--server-address=127.0.0.1:${layout.kubeletPort}`,
  ];
  return [
    ...(options.controllers === true
      ? [make('kube-controller-manager', controllers), make('kube-scheduler', common)]
      : []),
    ...(options.kwok === true ? [make('kwok', kwok)] : []),
  ];
}

async function grantPermissions(client: ApiClient): Promise<void> {
  const [viewer, limited] = permissions;
  const api = '/apis/rbac.authorization.k8s.io/v1';
  const group = 'rbac.authorization.k8s.io';
  const bodies: readonly (readonly [string, unknown])[] = [
    [
      `${api}/clusterrolebindings`,
      { ...viewer, kind: 'ClusterRoleBinding', roleRef: { apiGroup: group, kind: 'ClusterRole', name: viewerRole } },
    ],
    [
      `${api}/namespaces/default/roles`,
      {
        apiVersion: `${group}/v1`,
        kind: 'Role',
        metadata: { name: 'test-limited' },
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
      },
    ],
    [
      `${api}/namespaces/default/rolebindings`,
      { ...limited, kind: 'RoleBinding', roleRef: { apiGroup: group, kind: 'Role', name: 'test-limited' } },
    ],
  ];
  for (const [path, body] of bodies) {
    const { status, text } = await client.request(path, { method: 'POST', body });
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
  }
}

async function createNodes(client: ApiClient, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const labels = { 'kubernetes.io/hostname': `node-${index}`, 'kubernetes.io/os': 'linux', type: 'kwok' };
    const amounts = { cpu: '64', memory: '256Gi', pods: '1000' };
    const body = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: `node-${index}`, labels },
      status: { allocatable: amounts, capacity: amounts },
    };
    const { status, text } = await client.request('/api/v1/nodes', { method: 'POST', body });
    if (status !== 201) throw new Error(`cannot create node-${index}: ${status} ${text}`);
  }
}

function readAuditLog(file: string): readonly AuditEvent[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  return complete.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as AuditEvent]));
}

/**
 * Starts a control plane of kube-apiserver 1.36, or of the version asked for, with everything under a temporary
 * folder; resolves when it is ready, after about 3 s. All processes end with the calling process, however that ends.
 * @throws when a program is missing or does not become ready
 */
export async function startRealCluster(options: RealClusterOptions = {}): Promise<RealCluster> {
  const layout = await layOut(options);
  const { folder, path, url, caFile } = layout;
  const kubeconfig = path('admin.kubeconfig');
  writeFileSync(kubeconfig, kubeconfigText(url, caFile, 'admin', adminToken));
  const etcd = new ClusterProcess(clusterProgram('etcd'), await etcdFlags(layout, options), path('etcd.log'));
  const apiServer = new ClusterProcess(
    clusterProgram('kube-apiserver', options.serverVersion),
    apiServerFlags(layout, options),
    path('kube-apiserver.log'),
  );
  const others = otherPrograms(layout, kubeconfig, options);
  const client = createApiClient({ url, caFile, token: adminToken });

  const cluster: RealCluster = {
    url,
    caFile,
    adminToken,
    kubeconfig,
    folder,
    etcdUrl: layout.etcdUrl,
    etcdDataFolder: layout.etcdDataFolder,
    kubeletPort: layout.kubeletPort,
    kubeconfigFor: (user) => {
      const known = layout.users.find(({ name }) => name === user.name);
      const groups = (of: ClusterUser): string => (of.groups ?? []).join(',');
      if (known === undefined || (user.groups !== undefined && groups(user) !== groups(known))) {
        throw new Error(`user ${user.name} (groups: ${groups(user)}) is not in the token file: name it in rbacUsers`);
      }
      const file = path(`${user.name}.kubeconfig`);
      writeFileSync(file, kubeconfigText(url, caFile, user.name, `token-of-${user.name}`));
      return file;
    },
    kubectl: (args, given) => runKubectl(args, folder, { ...given, kubeconfig: given?.kubeconfig ?? kubeconfig }),
    request: (requestPath, given) => client.request(requestPath, given),
    auditEvents: async () => readAuditLog(layout.auditLog),
    createNodes: (count) => createNodes(client, count),
    processIds: () => [etcd, apiServer, ...others].flatMap(({ processId }) => processId ?? []),
    stopApiServer: (signal) => apiServer.stop(signal),
    startApiServer: async () => {
      apiServer.start();
      await waitUntilReady(apiServer, 'kube-apiserver', async () => (await client.request('/readyz')).status === 200);
    },
    signalApiServer: (signal) => apiServer.signal(signal),
    stopEtcd: (signal) => etcd.stop(signal),
    signalEtcd: (signal) => etcd.signal(signal),
    startOthers: () => {
      for (const other of others) other.start();
    },
    startEtcd: async () => {
      etcd.start();
      await waitUntilReady(etcd, 'etcd', async () => (await fetch(`${layout.etcdUrl}/health`)).ok);
    },
    stop: async () => {
      client.close();
      await Promise.all([...others, apiServer, etcd].map((process) => process.stop('SIGKILL')));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await cluster.startEtcd();
    await cluster.startApiServer();
    await grantPermissions(client);
    cluster.startOthers();
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}
