import { renameSync } from 'node:fs';
import { type Config, defaultSettings, settingsOf } from '../config/config.ts';
import type { ClusterAnswer, ContextChoice, ControlRequest, DaemonInfo, MirrorInfo } from '../control/protocol.ts';
import { protocolVersion } from '../control/protocol.ts';
import { NaviError } from '../errors/navi-error.ts';
import { readKubeconfigFiles } from '../kubeconfig/read-kubeconfig.ts';
import { mirrorId, resolveContext, refuseUnsupported, type ResolvedContext } from '../kubeconfig/resolve-context.ts';
import { mirrorDirectory, mirrorFile } from '../store/data-directory.ts';
import type { Connect } from '../kube/transport.ts';
import type { HeldLock } from '../store/lock-database.ts';
import { MirrorWriter } from '../store/mirror-writer.ts';
import type { Clock } from '../util/clock.ts';
import { ClusterMirror } from './cluster-mirror.ts';
import type { ControlConnection } from './control-server.ts';
import { takeInstanceLock } from './instance-lock.ts';
import type { Logger } from './logger.ts';

/** Wait before a mirror that could not begin anew is tried again (ms). */
const addAgainMs = 10_000;

/** What the process as a whole works with. */
export interface SyncProcessOptions {
  readonly dataDir: string;
  /** As it was when the process started; the defaults unless given. */
  readonly config?: Config | undefined;
  readonly clock: Clock;
  /** In [0, 1); `Math.random` unless given. */
  readonly random?: (() => number) | undefined;
  readonly log: Logger;
  /** How clusters are connected to; TCP unless given. */
  readonly connect?: Connect | undefined;
  /** Told whenever something is worth showing anew. */
  readonly onProgress: () => void;
  /** Each scope of a mirror is compared with the server this often; a day unless given. */
  readonly auditIntervalMs?: number | undefined;
}

/**
 * All mirrors of one data directory: the one writer process. Each mirror is isolated; contexts that mean the same
 * cluster and user share one.
 */
export class SyncProcess {
  readonly #options: SyncProcessOptions;
  readonly #lock: HeldLock;
  readonly #startedAtMs: number;
  readonly #mirrors = new Map<string, ClusterMirror>();
  /** Connections that are told of changes, by mirror. */
  readonly #followers = new Map<string, Set<ControlConnection>>();
  #stopping = false;

  /** @throws NAVI_DAEMON_RUNNING when another process keeps this data directory. */
  constructor(options: SyncProcessOptions) {
    this.#options = options;
    this.#startedAtMs = options.clock.now();
    this.#lock = takeInstanceLock(options.dataDir, this.#startedAtMs);
  }

  /** The mirrors, by when they were added. */
  get mirrors(): readonly ClusterMirror[] {
    return [...this.#mirrors.values()];
  }

  /**
   * Starts to mirror what a context points to; a mirror that runs already is left alone.
   * @throws NAVI_CONTEXT_UNSUPPORTED, and what opening the store throws.
   */
  async add(context: ResolvedContext): Promise<void> {
    refuseUnsupported(context);
    const id = mirrorId(context);
    if (this.#mirrors.has(id)) return;
    const log = this.#options.log.child({ context: context.name });
    const file = mirrorFile(this.#options.dataDir, id);
    const writer = await MirrorWriter.open({
      file,
      server: context.cluster.server,
      context: context.name,
      onProblem: (problem) => {
        if (problem === undefined) log.info('store can be written again');
        else log.error('store cannot be written', { error: problem.message });
        this.#options.onProgress();
      },
      onChange: () => {
        for (const follower of this.#followers.get(id) ?? []) follower.nudge();
      },
    });
    const { config } = this.#options;
    const mirror = new ClusterMirror({
      context,
      settings: config === undefined ? defaultSettings : settingsOf(config, context.name),
      writer,
      clock: this.#options.clock,
      random: this.#options.random ?? Math.random,
      log,
      connect: this.#options.connect,
      onOtherCluster: () => void this.#beginAnew(id, () => this.#setAside(id, log)),
      onStoreGone: () => void this.#beginAnew(id, () => undefined),
      onProgress: this.#options.onProgress,
      auditIntervalMs: this.#options.auditIntervalMs,
    });
    this.#mirrors.set(id, mirror);
    mirror.run().catch((error: unknown) => {
      queueMicrotask(() => {
        throw error;
      });
    });
  }

  /** Answers what commands ask over the control socket. */
  async answer(request: ControlRequest, stop: () => void, connection: ControlConnection): Promise<unknown> {
    switch (request.method) {
      case 'info':
        return this.#info();
      case 'add':
        for (const context of contextsOf(request)) await this.add(context);
        return this.#info();
      case 'confirm':
        return await this.#confirm(request);
      case 'follow':
        for (const context of contextsOf(request)) await this.#follow(context, request, connection);
        return null;
      case 'read':
        return await this.#read(request, connection);
      case 'stop':
        stop();
        return this.#info();
    }
  }

  /** Drains every mirror and frees the data directory. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    await Promise.all(this.mirrors.map((mirror) => mirror.stop()));
    this.#lock.release();
  }

  async #confirm(choice: ContextChoice): Promise<{ readonly confirmed: boolean }> {
    let confirmed = true;
    for (const context of contextsOf(choice)) {
      await this.#addUnlessLax(context, choice);
      confirmed = (await this.#mirrors.get(mirrorId(context))?.confirm()) === true && confirmed;
    }
    return { confirmed };
  }

  /** One command that does not check a certificate must not make a mirror of many that does not. */
  async #addUnlessLax(context: ResolvedContext, { overrides }: ContextChoice): Promise<void> {
    if (this.#mirrors.has(mirrorId(context))) return;
    if (overrides?.insecureSkipTlsVerify === true) {
      throw new NaviError('NAVI_NOT_MIRRORED', `the daemon does not mirror context "${context.name}"`, {
        hints: [`navi sync --context ${context.name} adds it as the kubeconfig has it`],
      });
    }
    await this.add(context);
  }

  /** Tells a connection of changes for as long as it lasts. */
  async #follow(context: ResolvedContext, choice: ContextChoice, connection: ControlConnection): Promise<void> {
    await this.#addUnlessLax(context, choice);
    if (connection.ended.aborted) return;
    const id = mirrorId(context);
    const followers = this.#followers.get(id) ?? new Set();
    this.#followers.set(id, followers.add(connection));
    connection.ended.addEventListener('abort', () => followers.delete(connection), { once: true });
  }

  async #read(
    request: Extract<ControlRequest, { readonly method: 'read' }>,
    { ended }: ControlConnection,
  ): Promise<ClusterAnswer> {
    const [context] = contextsOf(request);
    const mirror = context === undefined ? undefined : this.#mirrors.get(mirrorId(context));
    if (mirror === undefined) {
      throw new NaviError('NAVI_NOT_MIRRORED', `the daemon does not mirror context "${context?.name ?? ''}"`, {
        hints: [`navi sync --context ${context?.name ?? 'NAME'} adds it`],
      });
    }
    return await mirror.ask(request.path, { accept: request.accept, headers: request.headers, ended });
  }

  /** Stops a mirror whose store can no longer be used, and starts it again after `between`. */
  async #beginAnew(id: string, between: () => void): Promise<void> {
    const mirror = this.#mirrors.get(id);
    if (mirror === undefined || this.#stopping) return;
    this.#mirrors.delete(id);
    await mirror.stop();
    between();
    await this.#addAgain(mirror.context);
  }

  /** Adds a context for as long as that takes: whoever took the store away may not be done. */
  async #addAgain(context: ResolvedContext): Promise<void> {
    if (this.#stopping) return;
    try {
      await this.add(context);
    } catch (error) {
      if (!(error instanceof NaviError)) throw error;
      this.#options.log.error('mirror cannot begin anew', { context: context.name, error: error.message });
      this.#options.clock.after(addAgainMs, () => void this.#addAgain(context));
    }
  }

  /** Another cluster took the place of the one that was mirrored: its store is kept beside the fresh one. */
  #setAside(id: string, log: Logger): void {
    const directory = mirrorDirectory(this.#options.dataDir, id);
    const aside = `${directory}.quarantined-${this.#options.clock.now()}`;
    renameSync(directory, aside);
    log.warn('store set aside', { reason: 'quarantined', file: aside });
  }

  #info(): DaemonInfo {
    const mirrors = [...this.#mirrors].map(([id, mirror]): MirrorInfo => {
      const { reflectors, traffic } = mirror;
      return {
        context: mirror.context.name,
        mirrorId: id,
        scopeCount: reflectors.length,
        settledCount: reflectors.filter((reflector) => reflector.isSettled).length,
        requestCount: traffic.requests,
        receivedBytes: traffic.bytesReceived,
      };
    });
    return {
      protocolVersion,
      pid: process.pid,
      startedAt: new Date(this.#startedAtMs).toISOString(),
      contexts: mirrors.map((mirror) => mirror.context),
      mirrors,
    };
  }
}

function contextsOf(choice: ContextChoice): readonly ResolvedContext[] {
  const kubeconfig = readKubeconfigFiles(choice.kubeconfig);
  return choice.contexts.map((name) => resolveContext(kubeconfig, name, choice.overrides));
}
