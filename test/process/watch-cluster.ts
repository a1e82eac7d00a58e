import { setTimeout as pause } from 'node:timers/promises';
import { clusterProgram, kubectlEnvironment } from '../support/cluster-programs.ts';
import { startLongCommand, type LongCommand } from '../support/long-command.ts';
import { installNavi, type NaviDaemon, type NaviInstallation } from '../support/navi-process.ts';
import { startRealCluster, type RealCluster } from '../support/real-cluster.ts';
import { crdBody, crdType } from '../support/sample-crd.ts';
import { naviProgram } from '../support/synced-navi.ts';
import { waitForCrd } from '../support/wait-for-crd.ts';
import { churnedTypes, mustSend, type ChurnedType } from './watch-churn.ts';

/** How long a watch may take to begin, and to come to its end (ms). */
const watchTimeoutMs = 90_000;

/** The definition of the churned custom type. */
export const widget = { group: 'watch.example.test', singular: 'widget', namespaced: true, extraFieldCount: 0 };

/** Where every definition is. */
export const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Both programs with the same arguments after `get`. */
export interface Pair {
  readonly args: readonly string[];
  readonly kubectl: LongCommand;
  readonly navi: LongCommand;
}

/** A real cluster with an object `present` of every churned type, and watches of both programs on it. */
export class WatchCluster {
  readonly cluster: RealCluster;
  readonly navi: NaviInstallation;
  readonly #running = new Set<LongCommand>();
  #pokeCount = 0;

  private constructor(cluster: RealCluster) {
    this.cluster = cluster;
    this.navi = installNavi(cluster.kubeconfig);
  }

  static async start(): Promise<WatchCluster> {
    const cluster = await startRealCluster({ audit: true });
    const started = new WatchCluster(cluster);
    await mustSend(cluster, 'POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
    await mustSend(cluster, 'POST', definitions, crdBody(widget));
    await waitForCrd(cluster, 'widgets.watch.example.test', crdType(widget));
    for (const type of Object.values(churnedTypes)) await started.make(type, 'present');
    await started.make(churnedTypes.configmaps, 'present-under-a-longer-name');
    return started;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((command) => command.kill('SIGKILL')));
    await this.navi.remove();
    await this.cluster.stop();
  }

  /** Resolves when the daemon has everything. */
  async startDaemon(): Promise<NaviDaemon> {
    const daemon = this.navi.daemon();
    await daemon.waitFor('discovery', (line) => line.msg === 'discovered', watchTimeoutMs);
    const { code, stderr } = await this.navi.run(['sync', '--once']);
    if (code !== 0) throw new Error(stderr);
    return daemon;
  }

  /** An object that every watch of its type sees. */
  async make(type: ChurnedType, name: string): Promise<void> {
    const body = type.body(name, 'default', 42) as { metadata: object; spec?: object };
    Object.assign(body.metadata, { labels: { app: 'a' } });
    if (type.resource === 'pods') Object.assign(body.spec ?? {}, { nodeName: 'node-0' });
    await mustSend(this.cluster, 'POST', type.path('default'), body);
    if (type.status === undefined) return;
    await mustSend(this.cluster, 'PATCH', `${type.path('default')}/${name}/status`, type.status(1));
  }

  /** Starts `PROGRAM get ARGS`. */
  get(program: 'kubectl' | 'navi', args: readonly string[]): LongCommand {
    return program === 'kubectl'
      ? this.#start(clusterProgram('kubectl'), ['get', ...args], kubectlEnvironment)
      : this.#start(process.execPath, [naviProgram, 'get', ...args]);
  }

  /** Starts a line of bash, in which `navi` is navi. */
  shell(line: string): LongCommand {
    return this.#start('bash', ['-c', `navi() { "${process.execPath}" "${naviProgram}" "$@"; }; ${line}`]);
  }

  #start(program: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): LongCommand {
    const { cluster, navi } = this;
    const { PATH } = process.env;
    const env = { ...more, PATH, HOME: cluster.folder, KUBECONFIG: cluster.kubeconfig, NAVI_DATA_DIR: navi.dataDir };
    const command = startLongCommand(program, args, env);
    this.#running.add(command);
    void command.ended.then(() => this.#running.delete(command));
    return command;
  }

  /** Starts `navi get`; resolves when it has printed what is there. */
  async watch(args: readonly string[]): Promise<LongCommand> {
    const command = this.get('navi', args);
    await this.#untilBegun(args, command);
    return command;
  }

  /** Starts pairs; resolves when every one of them has printed what is there and watches. */
  async startPairs(all: readonly (readonly string[])[]): Promise<readonly Pair[]> {
    const before = await this.#watchCount();
    const kubectls = all.map((args) => this.get('kubectl', args));
    const giveUpAtMs = Date.now() + watchTimeoutMs;
    while ((await this.#watchCount()) < before + all.length) {
      const failed = kubectls.find((command) => command.stderr().includes('rror'));
      if (failed !== undefined || Date.now() > giveUpAtMs) throw new Error(`kubectl: ${failed?.stderr()}`);
      await pause(50);
    }
    const navis = await Promise.all(all.map((args) => this.watch(args)));
    return all.map((args, index) => ({
      args,
      kubectl: kubectls[index] as LongCommand,
      navi: navis[index] as LongCommand,
    }));
  }

  /** Resolves when the last object has come everywhere. */
  async untilEnd(pairs: readonly Pair[]): Promise<void> {
    const all = pairs.flatMap(({ args, kubectl, navi }) => [
      [`kubectl get ${args.join(' ')}`, kubectl] as const,
      [`navi get ${args.join(' ')}`, navi] as const,
    ]);
    const isAtEnd = (command: LongCommand): boolean => afterEnd.test(command.stdout());
    await Promise.all(all.map(([what, command]) => command.until(what, () => isAtEnd(command), watchTimeoutMs)));
  }

  async #watchCount(): Promise<number> {
    const events = await this.cluster.auditEvents();
    return events.filter(
      ({ stage, verb, userAgent }) =>
        stage === 'ResponseStarted' && verb === 'watch' && userAgent?.startsWith('kubectl/') === true,
    ).length;
  }

  /** What is only watched says nothing before something happens. */
  async #untilBegun(args: readonly string[], command: LongCommand): Promise<void> {
    if (!args.includes('--watch-only')) {
      const isThere = (): boolean => command.stdout().endsWith('\n');
      return await command.until(`navi get ${args.join(' ')} begins`, isThere, watchTimeoutMs);
    }
    const type = churnedTypes[args[0] as keyof typeof churnedTypes];
    for (let poke = 0; !command.stdout().includes('poke-'); poke += 1) {
      if (poke === 400) throw new Error(`navi get ${args.join(' ')} prints nothing: ${command.stderr()}`);
      this.#pokeCount += 1;
      await this.make(type, `poke-${this.#pokeCount}`);
      await pause(250);
    }
  }
}

/** What is in the last change, up to which is compared: what comes after it may be half written. */
const afterEnd = /zzz-after|present(?: \| | +)78\b/;

/** The documents or lines of a stream up to the end, without what was made to see whether a watch has begun. */
export function units(stdout: string, args: readonly string[]): readonly string[] {
  const all = split(stdout, args);
  const end = all.findIndex((unit) => afterEnd.test(unit));
  return all
    .slice(0, end === -1 ? all.length : end)
    .filter((unit) => !unit.includes('poke-'))
    .map((unit) => masked(unit));
}

function split(stdout: string, args: readonly string[]): readonly string[] {
  const isEvents = args.includes('--output-watch-events');
  if (args.includes('yaml')) return stdout.split(/^---\n/m);
  if (args.includes('json') && !isEvents) return stdout.split(/(?<=^\}\n)/m);
  const cut = stdout.split('\n').slice(0, -1);
  return args.some((arg) => /^(json|name|jsonpath|go-template|custom-columns)/.test(arg)) ? cut : cut.map(cells);
}

/** Column widths shift where an age grows longer. */
function cells(line: string): string {
  return line.trimEnd().split(/ {2,}/).join(' | ');
}

function masked(unit: string): string {
  return unit.replaceAll(/(?<=^|\| |\()(\d+[smhdy])+(?=$| \||( ago)?\))/gm, '<age>');
}
