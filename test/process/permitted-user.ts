import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { installNavi, type NaviDaemon, type NaviInstallation } from '../support/navi-process.ts';
import type { RealCluster } from '../support/real-cluster.ts';

const rbac = 'rbac.authorization.k8s.io';
const timeoutMs = 90_000;

/** What status says of a type, as far as tests of permissions read it. */
export interface TypeSaid {
  readonly type: string;
  readonly mode: string | null;
  readonly reason: string | null;
  /** Scopes of single namespaces, sorted. */
  readonly namespaces: readonly { readonly namespace: string; readonly mode: string; readonly reason: string }[];
}

/** The namespaces in which a type may be read, sorted, if not in all. */
export function readableIn({ namespaces }: TypeSaid): string {
  const readable = namespaces.filter(({ reason }) => reason !== 'forbidden' && reason !== 'waiting');
  return readable.map(({ namespace }) => namespace).join();
}

/** The namespaces in which a type is known for sure to be refused: until a refusal is confirmed its rows are shown as old. */
export function refusedIn({ namespaces }: TypeSaid): string {
  return namespaces
    .filter(isRefused)
    .map(({ namespace }) => namespace)
    .join();
}

const isRefused = ({ mode, reason }: Pick<TypeSaid, 'mode' | 'reason'>): boolean =>
  mode === 'stopped' && reason === 'forbidden';

/** Every namespace of a type is answered, or refused for sure: none waits for its list, or for a second refusal. */
export function isSettled({ namespaces, ...whole }: TypeSaid): boolean {
  const scopes = namespaces.length === 0 ? [whole] : namespaces;
  return scopes.every(({ mode, reason }) => reason === 'none' || isRefused({ mode, reason }));
}

/** Makes an object; an empty namespace is for types without. */
export async function createIn(cluster: RealCluster, namespace: string, plural: string, body: object): Promise<void> {
  const [resource, root] = plural.startsWith(rbac)
    ? [plural.slice(rbac.length + 1), `/apis/${rbac}/v1`]
    : [plural, '/api/v1'];
  const path = `${root}${namespace === '' ? '' : `/namespaces/${namespace}`}/${resource}`;
  const { status, text } = await cluster.request(path, { method: 'POST', body });
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
}

/** Allows a user something in the core group, in one namespace or everywhere. */
export async function allow(
  cluster: RealCluster,
  user: string,
  rule: { readonly resources: readonly string[]; readonly verbs: readonly string[] },
  namespace = '',
): Promise<void> {
  const kind = namespace === '' ? 'ClusterRole' : 'Role';
  const plural = kind.toLowerCase();
  const name = `${user}-reads`;
  await createIn(cluster, namespace, `${rbac}/${plural}s`, {
    metadata: { name },
    rules: [{ apiGroups: [''], ...rule }],
  });
  await createIn(cluster, namespace, `${rbac}/${plural}bindings`, {
    metadata: { name },
    subjects: [{ kind: 'User', name: user, apiGroup: rbac }],
    roleRef: { apiGroup: rbac, kind, name },
  });
}

/** Ages go on between two programs, and columns after them move. */
const withoutAges = (table: string): string => table.replaceAll(/(?<= )(\d+[smhd])+(?: +|$)/gm, 'AGE ');

/** A user of a real cluster, with navi and its daemon, beside kubectl with the same kubeconfig. */
export class PermittedUser {
  readonly navi: NaviInstallation;
  readonly #cluster: RealCluster;
  readonly #kubeconfig: string;
  #daemon: NaviDaemon | undefined;

  private constructor(cluster: RealCluster, name: string) {
    this.#cluster = cluster;
    this.#kubeconfig = cluster.kubeconfigFor({ name });
    this.navi = installNavi(this.#kubeconfig);
  }

  static async start(cluster: RealCluster, name: string): Promise<PermittedUser> {
    const made = new PermittedUser(cluster, name);
    await made.startDaemon();
    return made;
  }

  async startDaemon(): Promise<void> {
    this.#daemon = this.navi.daemon();
    await this.#daemon.waitFor('discovery', (line) => line.msg === 'discovered', timeoutMs);
  }

  /** The question after it hears of it, once. */
  async stopDaemon(): Promise<void> {
    await this.#daemon?.kill('SIGTERM');
    await this.navi.run(['types']);
  }

  async restartDaemon(): Promise<void> {
    await this.stopDaemon();
    await this.startDaemon();
  }

  /** Resolves once status says of a type what is waited for. */
  async untilStatus(type: string, holds: (said: TypeSaid) => boolean, withinMs = timeoutMs): Promise<void> {
    const giveUpAt = performance.now() + withinMs;
    for (;;) {
      const { stdout } = await this.navi.ask(['status', '-o', 'json']);
      const { clusters } = JSON.parse(stdout) as { clusters: { types?: TypeSaid[] }[] };
      const said = clusters[0]?.types?.find((one) => one.type === type);
      if (said !== undefined && holds(said)) return;
      if (performance.now() > giveUpAt) throw new Error(`status never said it: ${JSON.stringify(said)}`);
      await pause(100);
    }
  }

  /** Expects navi to write what kubectl writes but for ages, on stdout and stderr, and to end with its code. */
  async expectSame(line: readonly string[]): Promise<void> {
    const kubectl = await this.#cluster.kubectl(['get', ...line], { kubeconfig: this.#kubeconfig });
    const args = ['get', ...line];
    const { stdout, stderr, code } = await (line.includes('-w') ? this.navi.run(args) : this.navi.ask(args));
    expect({ line, stdout: withoutAges(stdout), stderr, code }).toEqual({
      line,
      ...kubectl,
      stdout: withoutAges(kubectl.stdout),
    });
  }

  async stop(): Promise<void> {
    await this.navi.remove();
  }
}
