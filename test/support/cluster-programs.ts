import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the programs of a real control plane are. They are built from `test/cluster/go.mod` into a folder of the
 * user's cache, one folder per state of the sources; `KUBEBUILDER_ASSETS`, the convention of controller-runtime's
 * envtest, comes first where it is set.
 */
export type ClusterProgram =
  | 'etcd'
  | 'kube-apiserver'
  | 'kubectl'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kwok';

/** What a test needs: the API server with etcd and kubectl, or the controllers, the scheduler and kwok as well. */
export type ClusterNeed = 'api' | 'controllers';

/** The Go package each program is built from, in the order in which they are built. */
export const programPackages: Readonly<Record<ClusterProgram, string>> = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
  'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
  kwok: 'sigs.k8s.io/kwok/cmd/kwok',
};

const programsOf: Readonly<Record<ClusterNeed, readonly ClusterProgram[]>> = {
  api: ['etcd', 'kube-apiserver', 'kubectl'],
  controllers: ['etcd', 'kube-apiserver', 'kubectl', 'kube-controller-manager', 'kube-scheduler', 'kwok'],
};

/** The folder of the Go module that names the programs and their versions. */
export const clusterModuleFolder = join(import.meta.dirname, '..', 'cluster');

/** The Kubernetes version of the module, such as `v1.36.3`. */
export function kubernetesVersion(): string {
  const found = /^\s*k8s\.io\/kubernetes (v\S+)/m.exec(readFileSync(join(clusterModuleFolder, 'go.mod'), 'utf8'));
  if (found?.[1] === undefined) throw new Error('test/cluster/go.mod names no version of k8s.io/kubernetes');
  return found[1];
}

/** The flags of `go build`. Without the version a server calls itself `v0.0.0-master`. */
export function buildFlags(): readonly string[] {
  const version = kubernetesVersion();
  const [major, minor] = version.slice(1).split('.');
  const set = `-X k8s.io/component-base/version.git`;
  const values = `${set}Version=${version} ${set}Major=${major} ${set}Minor=${minor}`;
  return ['-trimpath', `-ldflags=-s -w ${values}`];
}

/** The Go version that builds the module, such as `go1.26.8`; undefined without Go. */
export function goVersion(): string | undefined {
  try {
    const printed = execFileSync('go', ['env', 'GOVERSION'], { cwd: clusterModuleFolder, stdio: 'pipe' });
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
function sourceHash(): string {
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(clusterModuleFolder, file)));
  for (const [program, path] of Object.entries(programPackages)) hash.update(`${program}=${path}\n`);
  return hash.update(buildFlags().join('\n')).digest('hex').slice(0, 16);
}

/** The folder that a build by this Go version fills. */
export function builtProgramsFolder(version: string): string {
  return join(programCacheFolder(), `${sourceHash()}-${version}`);
}

/** The folder to run programs from. Without Go any build of the same sources serves. */
function findProgramsFolder(): string | undefined {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  if (assets !== undefined && assets !== '') return assets;
  const version = goVersion();
  if (version !== undefined) return builtProgramsFolder(version);
  const cache = programCacheFolder();
  const prefix = `${sourceHash()}-`;
  const built = existsSync(cache) ? readdirSync(cache).find((name) => name.startsWith(prefix)) : undefined;
  return built === undefined ? undefined : join(cache, built);
}

let foundFolder: { readonly path: string | undefined } | undefined;

function programsFolder(): string | undefined {
  foundFolder ??= { path: findProgramsFolder() };
  return foundFolder.path;
}

/** The absolute path of a program. @throws when it is not there; ask `clusterProgramsMissing` first. */
export function clusterProgram(program: ClusterProgram): string {
  const folder = programsFolder();
  const path = folder === undefined ? undefined : join(folder, program);
  if (path === undefined || !existsSync(path))
    throw new Error(`${program} is not built: node test/cluster/build.ts builds it`);
  return path;
}

/**
 * Why tests on a real cluster cannot run here, as one line for `test.skipIf` and the summary; undefined when every
 * program of `need` is there. The answer is looked up once per process.
 */
export function clusterProgramsMissing(need: ClusterNeed = 'api'): string | undefined {
  const folder = programsFolder();
  if (folder === undefined) return 'cluster programs are missing: Go is not installed and nothing is cached';
  const missing = programsOf[need].filter((program) => !existsSync(join(folder, program)));
  if (missing.length === 0) return undefined;
  const remedy = folder === process.env['KUBEBUILDER_ASSETS'] ? 'KUBEBUILDER_ASSETS' : 'node test/cluster/build.ts';
  return `cluster programs are missing: ${missing.join(', ')} in ${folder} (${remedy})`;
}
