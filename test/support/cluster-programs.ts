import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the programs of a real control plane are. They are built from the Go modules below `test/cluster` into a folder
 * of the user's cache, one folder per module and state of its sources; `KUBEBUILDER_ASSETS`, the convention of
 * controller-runtime's envtest, comes first where it is set.
 */
export type ClusterProgram =
  | 'etcd'
  | 'etcdutl'
  | 'kube-apiserver'
  | 'kubectl'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kwok'
  | 'metrics-server';

/**
 * What a test needs: the API server with etcd and kubectl; what restores an etcd from a snapshot as well; the
 * controllers, the scheduler and kwok as well; or kwok and what measures its pods as well.
 */
export type ClusterNeed = 'api' | 'restore' | 'controllers' | 'metrics';

/** The minor versions of kube-apiserver that tests can start, ascending. The last is that of the other programs too. */
export const serverVersions = ['1.33', '1.35', '1.36'] as const;

/** One of the minor versions of kube-apiserver. */
export type ServerVersion = (typeof serverVersions)[number];

/** The version of the module that every program is built from; of an older one there is only the API server. */
export const currentServerVersion = '1.36' satisfies ServerVersion;

/** The Go modules that programs are built from: one for each version of the API server, and that of metrics-server. */
export type ClusterModule = ServerVersion | 'metrics';

const clusterModules: readonly ClusterModule[] = [...serverVersions, 'metrics'];

/** Those that are built unless the older API servers are wanted too. */
export const currentModules: readonly ClusterModule[] = [currentServerVersion, 'metrics'];

/** For every program of a cluster and each kubectl: memory for time. Go collects garbage in a fifth of what they compute otherwise. */
export const goEnvironment = { GOGC: '400' } as const;

/**
 * What each kubectl runs with where it is to say what it says by default. At each start it packs and unpacks its catalogue
 * of messages, half of what `kubectl version` computes: the default one translates all of English to itself, this one has
 * seven summaries of commands.
 */
export const kubectlEnvironment = { ...goEnvironment, LANG: 'zh_TW.UTF-8' } as const;

const metricsPackages = { 'metrics-server': 'sigs.k8s.io/metrics-server/cmd/metrics-server' };

const currentPackages: Readonly<Record<Exclude<ClusterProgram, 'metrics-server'>, string>> = {
  etcd: 'go.etcd.io/etcd/server/v3',
  etcdutl: 'go.etcd.io/etcd/etcdutl/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
  kwok: 'sigs.k8s.io/kwok/cmd/kwok',
};

/** Each program of a module with the Go package it is built from, in the order in which they are built. */
export function programPackages(version: ClusterModule): readonly (readonly [program: string, path: string])[] {
  if (version === 'metrics') return Object.entries(metricsPackages);
  const programs = Object.entries(currentPackages);
  return version === currentServerVersion ? programs : programs.filter(([program]) => program === 'kube-apiserver');
}

const programsOf: Readonly<Record<ClusterNeed, readonly ClusterProgram[]>> = {
  api: ['etcd', 'kube-apiserver', 'kubectl'],
  restore: ['etcd', 'etcdutl', 'kube-apiserver', 'kubectl'],
  metrics: ['etcd', 'kube-apiserver', 'kubectl', 'kwok', 'metrics-server'],
  controllers: ['etcd', 'kube-apiserver', 'kubectl', 'kube-controller-manager', 'kube-scheduler', 'kwok'],
};

/** The folder of the Go module that names the programs and their versions. */
export function clusterModuleFolder(version: ClusterModule): string {
  const folder = join(import.meta.dirname, '..', 'cluster');
  return version === currentServerVersion ? folder : join(folder, version);
}

/** The Kubernetes version of a module, such as `v1.36.3`. @throws when its go.mod names none of that minor version */
export function kubernetesVersion(version: ServerVersion = currentServerVersion): string {
  const file = join(clusterModuleFolder(version), 'go.mod');
  const found = /^\s*k8s\.io\/kubernetes (v\S+)/m.exec(readFileSync(file, 'utf8'))?.[1];
  if (found?.startsWith(`v${version}.`) !== true) throw new Error(`${file} names no k8s.io/kubernetes v${version}`);
  return found;
}

/** The flags of `go build`. Without the version a server calls itself `v0.0.0-master`. */
export function buildFlags(version: ClusterModule): readonly string[] {
  if (version === 'metrics') return ['-trimpath', '-ldflags=-s -w'];
  const gitVersion = kubernetesVersion(version);
  const [major, minor] = gitVersion.slice(1).split('.');
  const set = `-X k8s.io/component-base/version.git`;
  const values = `${set}Version=${gitVersion} ${set}Major=${major} ${set}Minor=${minor}`;
  return ['-trimpath', `-ldflags=-s -w ${values}`];
}

/** The Go version that builds a module, such as `go1.26.8`; undefined without Go. */
export function goVersion(version: ClusterModule): string | undefined {
  try {
    const printed = execFileSync('go', ['env', 'GOVERSION'], { cwd: clusterModuleFolder(version), stdio: 'pipe' });
    return printed.toString().trim();
  } catch {
    return undefined;
  }
}

/** The folder that holds one folder of programs per key: `NAVI_TEST_CACHE`, else `navi-test` in the user's cache. */
export function programCacheFolder(): string {
  const set = process.env['NAVI_TEST_CACHE'];
  if (set !== undefined && set !== '') return set;
  const cache = process.env['XDG_CACHE_HOME'];
  return join(cache === undefined || cache === '' ? join(homedir(), '.cache') : cache, 'navi-test');
}

/** The first half of a key: what is built and how. The Go version is the second half. */
function sourceHash(version: ClusterModule): string {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(clusterModuleFolder(version), file)));
  for (const [program, path] of programPackages(version)) hash.update(`${program}=${path}\n`);
  return hash.update(buildFlags(version).join('\n')).digest('hex').slice(0, 16);
}

/** The folder that a build of a module by this Go version fills. */
export function builtProgramsFolder(version: ClusterModule, builtBy: string): string {
  return join(programCacheFolder(), `${sourceHash(version)}-${builtBy}`);
}

/** The folder of `KUBEBUILDER_ASSETS`. It holds one API server, which stands for the current one. */
export function assetsFolder(version: ClusterModule): string | undefined {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  return version !== currentServerVersion || assets === '' ? undefined : assets;
}

/** The folder to run programs from. Without Go any build of the same sources serves. */
function findProgramsFolder(version: ClusterModule): string | undefined {
  const assets = assetsFolder(version);
  if (assets !== undefined) return assets;
  const builtBy = goVersion(version);
  if (builtBy !== undefined) return builtProgramsFolder(version, builtBy);
  const cache = programCacheFolder();
  const prefix = `${sourceHash(version)}-`;
  const built = existsSync(cache) ? readdirSync(cache).find((name) => name.startsWith(prefix)) : undefined;
  return built === undefined ? undefined : join(cache, built);
}

const foundFolders = new Map<ClusterModule, string | undefined>();

function programsFolder(version: ClusterModule): string | undefined {
  if (!foundFolders.has(version)) foundFolders.set(version, findProgramsFolder(version));
  return foundFolders.get(version);
}

/** The module that a program of a cluster comes from: only the API server is ever an older one. */
function moduleOf(program: ClusterProgram, serverVersion: ServerVersion): ClusterModule {
  if (program === 'metrics-server') return 'metrics';
  return program === 'kube-apiserver' ? serverVersion : currentServerVersion;
}

function buildCommand(version: ClusterModule): string {
  return `node test/cluster/build.ts${currentModules.includes(version) ? '' : ' --all'}`;
}

/**
 * The absolute path of a program; `serverVersion` only matters for the API server.
 * @throws when it is not there; ask `clusterProgramsMissing` first
 */
export function clusterProgram(program: ClusterProgram, serverVersion: ServerVersion = currentServerVersion): string {
  const version = moduleOf(program, serverVersion);
  const folder = programsFolder(version);
  const path = folder === undefined ? undefined : join(folder, program);
  if (path === undefined || !existsSync(path)) {
    throw new Error(`${program} ${version} is not built: ${buildCommand(version)} builds it`);
  }
  return path;
}

function missingIn(version: ClusterModule, programs: readonly ClusterProgram[]): string | undefined {
  const folder = programsFolder(version);
  if (folder === undefined) return 'Go is not installed and nothing is cached';
  const missing = programs.filter((program) => !existsSync(join(folder, program)));
  if (missing.length === 0) return undefined;
  const remedy = folder === assetsFolder(version) ? 'KUBEBUILDER_ASSETS' : buildCommand(version);
  return `${missing.join(', ')} in ${folder} (${remedy})`;
}

/**
 * Why tests on a real cluster cannot run here, as one line for `test.skipIf` and the summary; undefined when every
 * program of `need`, with the API server of `serverVersion`, is there. The folders are looked up once per process.
 */
export function clusterProgramsMissing(
  need: ClusterNeed = 'api',
  serverVersion: ServerVersion = currentServerVersion,
): string | undefined {
  const reasons = clusterModules.flatMap((version) => {
    const programs = programsOf[need].filter((program) => moduleOf(program, serverVersion) === version);
    return programs.length === 0 ? [] : (missingIn(version, programs) ?? []);
  });
  return reasons.length === 0 ? undefined : `cluster programs are missing: ${[...new Set(reasons)].join('; ')}`;
}
