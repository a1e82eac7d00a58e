import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { installNavi, type LogLine, type NaviDaemon, type NaviInstallation } from './navi-process.ts';
import { startRealCluster, type RealCluster, type RealClusterOptions } from './real-cluster.ts';
import { WitnessedWrites } from './witnessed-writes.ts';
import { StatusRecorder, type RecordedStatus } from './status-recorder.ts';
import { mirrorFiles, untilEqual } from './stored-mirror.ts';
import { TcpFront } from './tcp-front.ts';

const firstSyncTimeoutMs = 90_000;

/** A real cluster, and how often status is asked. */
export interface MirroredClusterOptions extends RealClusterOptions {
  /** The pause between two answers of status (ms), 500 unless said: each question is a process of its own. */
  readonly statusEveryMs?: number | undefined;
}

/** A real cluster behind a front, a navi daemon that mirrors it as the user `mirror`, and status asked all the time. */
export class MirroredCluster {
  readonly cluster: RealCluster;
  readonly front: TcpFront;
  readonly navi: NaviInstallation;
  readonly writes: WitnessedWrites;
  #daemon: NaviDaemon | undefined;
  #status: StatusRecorder | undefined;

  private constructor(cluster: RealCluster, front: TcpFront) {
    this.cluster = cluster;
    this.front = front;
    this.navi = installNavi(kubeconfigThrough(cluster, front));
    this.writes = new WitnessedWrites(cluster);
  }

  /** Resolves when the mirror is complete. */
  static async start({ statusEveryMs, ...options }: MirroredClusterOptions = {}): Promise<MirroredCluster> {
    const rbacUsers = [...(options.rbacUsers ?? []), { name: user }];
    const cluster = await startRealCluster({ ...options, rbacUsers });
    const mirrored = new MirroredCluster(cluster, await TcpFront.start(cluster.url));
    try {
      await mirrored.prepareCluster();
      await mirrored.startDaemon();
      mirrored.#status = await StatusRecorder.start(mirrored.navi, statusEveryMs);
    } catch (error) {
      await mirrored.stop();
      throw error;
    }
    return mirrored;
  }

  /** What a fresh cluster lacks: the permission of the user, and the namespace of the writes. */
  async prepareCluster(): Promise<void> {
    await grantEverything(this.cluster);
    await this.writes.begin();
  }

  get status(): StatusRecorder {
    if (this.#status === undefined) throw new Error('status is not asked');
    return this.#status;
  }

  get daemon(): NaviDaemon {
    if (this.#daemon === undefined) throw new Error('no daemon was started');
    return this.#daemon;
  }

  /** The store of the mirror. */
  get file(): string {
    return mirrorFiles(this.navi.dataDir)[0] ?? '';
  }

  /** Starts the daemon, by a command where one is given; resolves when everything is complete and current. */
  async startDaemon(by: readonly string[] = []): Promise<void> {
    await this.launchDaemon(by).waitFor(
      'it has found the types',
      ({ msg }) => msg === 'discovered',
      firstSyncTimeoutMs,
    );
    expect((await this.confirm()).stderr).toContain('is complete');
  }

  /** Ends the daemon and starts another one, which has not seen what the first has. */
  async restartDaemon(): Promise<void> {
    await this.daemon.kill('SIGTERM');
    await this.startDaemon();
  }

  /** Starts the daemon, whatever comes of it. */
  launchDaemon(by: readonly string[] = []): NaviDaemon {
    this.#daemon = this.navi.daemon([], by);
    return this.#daemon;
  }

  /** Has the daemon ask the cluster now; resolves when it says that everything is proven fresh. */
  confirm(): Promise<{ readonly code: number | null; readonly stderr: string }> {
    return this.navi.run(['sync', '--once']);
  }

  /** Resolves when the store equals the server, and holds its history against what existed. */
  async expectEqual(timeoutMs = 40_000): Promise<void> {
    await untilEqual(this.cluster, this.file, timeoutMs);
    this.writes.expectHistory(this.file);
  }

  /** Resolves when status calls the cluster and every mirrored type healthy. */
  untilHealthy(timeoutMs = 60_000): Promise<RecordedStatus> {
    const isHealthy = ({ health, types }: RecordedStatus): boolean =>
      health === 'healthy' && types.every((type) => type.health === null || type.health === 'healthy');
    return this.status.until('everything is healthy', isHealthy, timeoutMs);
  }

  /** Lines that the daemon logs from now on, when called. */
  logFromNow(): () => readonly LogLine[] {
    const { length } = this.daemon.log();
    return () => this.daemon.log().slice(length);
  }

  async stop(): Promise<void> {
    try {
      await this.#status?.stop();
    } finally {
      await this.navi.remove();
      await this.front.stop();
      await this.cluster.stop();
    }
  }
}

/** Who mirrors: not in `system:masters`, which no limit of the server touches. */
export const user = 'mirror';

async function grantEverything(cluster: RealCluster): Promise<void> {
  const apiGroup = 'rbac.authorization.k8s.io';
  const { status, text } = await cluster.request(`/apis/${apiGroup}/v1/clusterrolebindings`, {
    method: 'POST',
    body: {
      metadata: { name: 'mirror-reads-everything' },
      subjects: [{ kind: 'User', name: user, apiGroup }],
      roleRef: { kind: 'ClusterRole', name: 'cluster-admin', apiGroup },
    },
  });
  if (status !== 201) throw new Error(text);
}

function kubeconfigThrough(cluster: RealCluster, front: TcpFront): string {
  const text = readFileSync(cluster.kubeconfigFor({ name: user }), 'utf8');
  const file = join(cluster.folder, 'through-front.kubeconfig');
  writeFileSync(file, text.replace(cluster.url, front.url));
  return file;
}
