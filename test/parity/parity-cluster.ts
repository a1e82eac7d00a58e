import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { extensionCases } from '../derive/columns/cases/extension.ts';
import { networkAndStorageCases } from '../derive/columns/cases/network-and-storage.ts';
import { workloadCases } from '../derive/columns/cases/node-and-workload.ts';
import { podCases } from '../derive/columns/cases/pod.ts';
import { policyAndEventCases } from '../derive/columns/cases/policy-and-events.ts';
import { clusterProgram, goEnvironment, kubectlEnvironment } from '../support/cluster-programs.ts';
import { hostNavi, plainArguments, type HostedNavi } from '../support/hosted-navi.ts';
import { ensureNamespaces } from '../support/load.ts';
import { type RealCluster, type RealClusterOptions, startRealCluster } from '../support/real-cluster.ts';
import { collectionPath, sampleObject, sampleTypes } from '../support/sample-objects.ts';
import { waitForCrd } from '../support/wait-for-crd.ts';
import { backDate, putIntoEtcd } from './etcd-objects.ts';
import { customCollections, customDefinitions } from './objects/custom-definitions.ts';
import { customObjects } from './objects/custom-objects.ts';
import { oddObjects } from './objects/odd-objects.ts';
import { recentObjects, shopObjects } from './objects/shop-objects.ts';
import { writeWorkingFiles } from './working-files.ts';

/** The two programs whose answers are compared. */
export type Program = 'kubectl' | 'navi';

/** What a program wrote and how it ended; the code is null for one that had to be killed. */
export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** A filled cluster with a navi daemon that mirrors it for several users. */
export interface ParityCluster {
  /** Runs `PROGRAM get LINE`, the line as bash reads it, in the folder of the working files. */
  run(program: Program, line: string): Promise<Answer>;
  /** The same on a terminal of so many columns: stdout and stderr arrive together in `stdout`. */
  runOnTerminal(program: Program, line: string, columns: number): Promise<Answer>;
  /** Every type that can be listed, as `plural` or `plural.group`, in the order of discovery. */
  types(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const naviProgram = join(import.meta.dirname, '../../bin/run.js');
const commandTimeoutMs = 30_000;
const readyTimeoutMs = 120_000;
const pollIntervalMs = 200;

const namespaces = ['foo', 'foo-bar', 'one', 'ties', 'odd', 'recent', 'empty', 'samples'];

/** Users of the mirrors: each sees something else. `admin` comes first: it is the current context. */
const mirroredUsers = ['admin', 'viewer', 'limited', 'nobody', 'foo-reader', 'pods-reader'];

const rbac = 'rbac.authorization.k8s.io';
const reading = ['get', 'list', 'watch'];

/** Roles of the users that the cluster does not come with. */
const permissions: readonly (readonly [path: string, body: object])[] = [
  [
    'namespaces/foo/roles',
    {
      metadata: { name: 'foo-reader' },
      rules: [
        { apiGroups: [''], resources: ['pods', 'configmaps', 'events'], verbs: reading },
        { apiGroups: [''], resources: ['services'], verbs: ['get'] },
      ],
    },
  ],
  [
    'namespaces/foo/rolebindings',
    {
      metadata: { name: 'foo-reader' },
      subjects: [{ kind: 'User', name: 'foo-reader', apiGroup: rbac }],
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'foo-reader' },
    },
  ],
  [
    'clusterroles',
    { metadata: { name: 'pods-reader' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: reading }] },
  ],
  [
    'clusterrolebindings',
    {
      metadata: { name: 'pods-reader' },
      subjects: [{ kind: 'User', name: 'pods-reader', apiGroup: rbac }],
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'pods-reader' },
    },
  ],
];

async function post(cluster: RealCluster, path: string, body: unknown): Promise<void> {
  const { status, text } = await cluster.request(path, { method: 'POST', body });
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
}

/** Objects of the samples that an older server does not know are left out. */
async function createSamples(cluster: RealCluster): Promise<void> {
  for (const [index, type] of sampleTypes.entries()) {
    if (type.resource === 'namespaces') continue;
    const body = sampleObject(type, `sample-${index}`, index, 'samples');
    const { status, text } = await cluster.request(collectionPath(type, 'samples'), { method: 'POST', body });
    if (status !== 201 && status !== 404) throw new Error(`${type.resource}: ${status} ${text}`);
  }
}

const discoveryForm = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface DiscoveredGroup {
  readonly metadata?: { readonly name?: string };
  readonly versions: readonly {
    readonly version: string;
    readonly resources?: readonly { readonly resource: string }[];
  }[];
}

/** Every type that the server serves, as `apiVersion/plural`. */
async function servedTypes(cluster: RealCluster): Promise<ReadonlySet<string>> {
  const answers = await Promise.all(['/api', '/apis'].map((path) => cluster.request(path, { accept: discoveryForm })));
  const groups = answers.flatMap(
    ({ text }) => (JSON.parse(text) as { readonly items: readonly DiscoveredGroup[] }).items,
  );
  const types = groups.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ version, resources }) =>
      (resources ?? []).map(({ resource }) => [metadata?.name, version, resource].filter(Boolean).join('/')),
    ),
  );
  return new Set(types);
}

async function fill(cluster: RealCluster, nowMs: number): Promise<void> {
  await ensureNamespaces(cluster, namespaces);
  for (const [path, body] of permissions) await post(cluster, `/apis/${rbac}/v1/${path}`, body);
  for (const body of customDefinitions) {
    await post(cluster, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', body);
  }
  await createSamples(cluster);
  for (const type of customCollections) {
    await waitForCrd(cluster, type.name, { ...type, weight: 1, content: () => ({}) });
  }
  await backDate(cluster.etcdUrl, nowMs);
  const cases = [podCases, workloadCases, networkAndStorageCases, policyAndEventCases, extensionCases].flat();
  const objects = [
    // The server asks for what lies behind an APIService, and kubectl logs that it is not there.
    ...cases.filter(({ type }) => !type.startsWith('apiservices')),
    ...shopObjects(nowMs),
    ...oddObjects(),
    ...customObjects(nowMs),
    ...recentObjects(nowMs),
  ];
  // An older server cannot read versions that it does not know, nor then anything else of the type.
  const served = await servedTypes(cluster);
  const known = objects.filter(({ type, object }) => served.has(`${object.apiVersion}/${type.split('.')[0]}`));
  await putIntoEtcd(cluster.etcdUrl, known);
}

/** One kubeconfig with a context for each user, some more for namespaces, and some that are broken. */
function kubeconfigText(cluster: RealCluster, currentContext = 'admin'): string {
  const users = mirroredUsers.map((name) => ({
    name,
    user: { token: name === 'admin' ? cluster.adminToken : `token-of-${name}` },
  }));
  const context = (name: string, more: object): object => ({ name, context: { cluster: 'test', user: name, ...more } });
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: cluster.url, 'certificate-authority': cluster.caFile } }],
    users: [...users, { name: 'stranger', user: { token: 'of nobody' } }],
    contexts: [
      ...mirroredUsers.map((name) => context(name, {})),
      context('in-foo', { user: 'admin', namespace: 'foo' }),
      context('in-empty', { user: 'admin', namespace: 'empty' }),
      context('in-missing', { user: 'admin', namespace: 'missing' }),
      context('no-such-user', { user: 'nope' }),
      context('no-such-cluster', { user: 'admin', cluster: 'nope' }),
    ],
    'current-context': currentContext,
  });
}

function ended(child: ChildProcess, timeoutMs: number): Promise<Answer> {
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (output.stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (output.stderr += chunk));
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ ...output, code });
    });
  });
}

/** One type as `navi status -o json` has it, as far as it is read here. */
interface TypeStatus {
  readonly complete: boolean;
  readonly reason: string | null;
  readonly mirrored: boolean;
  readonly mode: string | null;
}

interface Status {
  readonly clusters: readonly { readonly mirrored: boolean; readonly types?: readonly TypeStatus[] }[];
}

function isSettled({ clusters }: Status): boolean {
  const settled = (type: TypeStatus): boolean =>
    !type.mirrored || type.mode === null || type.complete || type.reason === 'forbidden' || type.reason === 'absent';
  return clusters.every(
    ({ mirrored, types }) => mirrored && types !== undefined && types.length > 0 && types.every(settled),
  );
}

/** Programs in one environment: nothing set but where things are. */
class Installation {
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #host: HostedNavi;
  #daemon: { readonly child: ChildProcess; readonly end: Promise<Answer> } | undefined;

  constructor(folder: string, kubeconfig: string) {
    this.#folder = folder;
    const home = join(folder, 'home');
    mkdirSync(home);
    this.#env = {
      ...goEnvironment,
      // navi runs the kubectl that it finds for kustomizations.
      PATH: `${dirname(clusterProgram('kubectl'))}:${process.env['PATH'] ?? ''}`,
      HOME: home,
      KUBECONFIG: kubeconfig,
      NAVI_DATA_DIR: join(folder, 'data'),
      LC_CTYPE: 'C.UTF-8',
    };
    this.#host = hostNavi(folder, this.#env);
  }

  /** What the program answers where that goes to no terminal. navi has a process of its own where only bash knows its words. */
  async answer(program: Program, line: string): Promise<Answer> {
    const args = program === 'navi' ? plainArguments(`navi ${line}`) : undefined;
    if (args === undefined) return await this.shell(this.command(program, line));
    const { stdout, stderr, code, thrown } = await this.#host.run(args, commandTimeoutMs);
    return { stdout, stderr: stderr + (thrown ?? ''), code };
  }

  /** The command as bash reads it. */
  command(program: Program, line: string): string {
    return program === 'kubectl'
      ? `LANG=${kubectlEnvironment.LANG} exec '${clusterProgram('kubectl')}' ${line}`
      : `exec '${process.execPath}' '${naviProgram}' ${line}`;
  }

  shell(line: string): Promise<Answer> {
    return this.#run('bash', ['-c', line], {});
  }

  terminal(line: string, columns: number): Promise<Answer> {
    const typed = `stty cols ${columns} rows 40; ${line}`;
    return this.#run('script', ['-qec', typed, '/dev/null'], { TERM: 'xterm-256color', SHELL: '/bin/bash' });
  }

  #run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Answer> {
    const child = spawn(program, args, {
      cwd: this.#folder,
      env: { ...this.#env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return ended(child, commandTimeoutMs);
  }

  /** Starts the daemon and resolves when every type of every user is complete or refused. */
  async mirror(): Promise<void> {
    const contexts = mirroredUsers.flatMap((name) => ['--context', name]);
    const child = spawn(process.execPath, [naviProgram, 'sync', '--daemon', ...contexts], {
      cwd: this.#folder,
      env: this.#env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const daemon = { child, end: ended(child, 3_600_000) };
    this.#daemon = daemon;
    const giveUpAtMs = Date.now() + readyTimeoutMs;
    for (;;) {
      const { stdout } = await this.answer('navi', `status -o json ${contexts.join(' ')}`);
      if (stdout.startsWith('{') && isSettled(JSON.parse(stdout) as Status)) return;
      if (child.exitCode !== null || Date.now() > giveUpAtMs) {
        child.kill('SIGKILL');
        throw new Error(
          `navi did not mirror the cluster: ${stdout.slice(-2_000)}\n${(await daemon.end).stderr.slice(-2_000)}`,
        );
      }
      await pause(pollIntervalMs);
    }
  }

  async stop(): Promise<void> {
    await this.#host.stop();
    this.#daemon?.child.kill('SIGKILL');
    await this.#daemon?.end;
  }
}

/**
 * Starts a real cluster that stores JSON, fills it with objects of every type, of ages from seconds to years, and has
 * navi mirror it for six users. Resolves when the mirrors are complete, after some 20 s.
 * @throws when a program is missing, or does not become ready
 */
export async function startParityCluster(options: RealClusterOptions = {}): Promise<ParityCluster> {
  const cluster = await startRealCluster({
    ...options,
    rbacUsers: [{ name: 'foo-reader' }, { name: 'pods-reader' }],
    apiServerFlags: [
      '--storage-media-type=application/json',
      '--runtime-config=api/all=true',
      '--feature-gates=AllAlpha=true,AllBeta=true',
      ...(options.apiServerFlags ?? []),
    ],
  });
  const kubeconfig = join(cluster.folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigText(cluster));
  writeFileSync(join(cluster.folder, 'viewer.kubeconfig'), kubeconfigText(cluster, 'viewer'));
  writeWorkingFiles(cluster.folder);
  const installation = new Installation(cluster.folder, kubeconfig);
  const stop = async (): Promise<void> => {
    await installation.stop();
    await cluster.stop();
  };
  try {
    await fill(cluster, Date.now());
    await installation.mirror();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    run: (program, line) => installation.answer(program, `get ${line}`),
    runOnTerminal: (program, line, columns) =>
      installation.terminal(installation.command(program, `get ${line}`), columns),
    types: async () => {
      const { stdout } = await installation.answer('kubectl', 'api-resources --verbs=list -o name');
      return stdout.split('\n').filter((name) => name !== '');
    },
    stop,
  };
}
