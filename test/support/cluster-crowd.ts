import { fork } from 'node:child_process';
import { join } from 'node:path';

/** How many objects of each flooded type a cluster begins with, all in the namespace `default`. */
export type ObjectCounts = Readonly<Record<'events' | 'pods' | 'configmaps', number>>;

/** A simulated cluster of a crowd. */
export interface CrowdCluster {
  readonly index: number;
  readonly url: string;
  /** The text of a kubeconfig. */
  readonly kubeconfig: string;
}

/** What a flood came to. */
export interface FloodResult {
  /** The revision before the first change. */
  readonly fromRevision: number;
  readonly changeCount: number;
  readonly durationMs: number;
}

/** Writes of the configmap `mark`, one every so often. */
export interface Mark {
  readonly count: number;
  readonly everyMs: number;
}

/** A write of `mark` and when it was made (epoch ms, with fractions). */
export interface WrittenMark {
  readonly resourceVersion: string;
  readonly atMs: number;
}

/** How a store compares with its cluster. */
export interface StoreVerdict {
  /** Per scope whose rows are not the server's objects: where. */
  readonly differences: readonly string[];
  /** Changes of the flooded types since the revision that the change log lacks, and the first of them. */
  readonly untoldCount: number;
  readonly untold: readonly string[];
  /** Changes that the log has after a newer one of the same object. */
  readonly disordered: readonly string[];
  readonly toldCount: number;
}

/** What a store says of a type: the rows are those of the resume point, and were the server's at a time (epoch ms). */
export interface Claim {
  readonly type: string;
  readonly resumePoint: number;
  readonly asOfMs: number;
}

/** What the process of a crowd is asked. */
export type CrowdRequest =
  | { readonly ask: 'start'; readonly objectCounts: ObjectCounts }
  | { readonly ask: 'flood'; readonly cluster: number; readonly changeCount: number; readonly perSecond: number }
  | { readonly ask: 'mark'; readonly cluster: number; readonly mark: Mark }
  | { readonly ask: 'fail'; readonly cluster: number; readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly ask: 'hang'; readonly cluster: number; readonly before: 'headers' | 'body' }
  | { readonly ask: 'heal'; readonly cluster: number }
  | { readonly ask: 'verdict'; readonly cluster: number; readonly file: string; readonly sinceRevision: number }
  | { readonly ask: 'untrue'; readonly cluster: number; readonly claims: readonly Claim[] }
  | { readonly ask: 'requests'; readonly cluster: number };

/** Simulated clusters in a process of their own. */
export interface ClusterCrowd {
  readonly pid: number;
  start(objectCounts: ObjectCounts): Promise<CrowdCluster>;
  /** Changes objects at a rate, as fast as it can where that is slower, until so many changes are made. */
  flood(cluster: CrowdCluster, changeCount: number, perSecond: number): Promise<FloodResult>;
  mark(cluster: CrowdCluster, mark: Mark): Promise<readonly WrittenMark[]>;
  /** From now on every request is answered with this status. */
  fail(cluster: CrowdCluster, status: number, retryAfterSeconds?: number): Promise<void>;
  /** From now on no request is answered, or only its headers are. */
  hang(cluster: CrowdCluster, before: 'headers' | 'body'): Promise<void>;
  heal(cluster: CrowdCluster): Promise<void>;
  verdict(cluster: CrowdCluster, file: string, sinceRevision: number): Promise<StoreVerdict>;
  /** Claims of rows that lack a write of before the time at which they are said to be the server's. */
  untrue(cluster: CrowdCluster, claims: readonly Claim[]): Promise<readonly string[]>;
  requestCount(cluster: CrowdCluster): Promise<number>;
  /** Ends the process. */
  stop(): Promise<void>;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Starts the process of a crowd, without clusters. */
export function startClusterCrowd(): ClusterCrowd {
  const child = fork(join(import.meta.dirname, 'cluster-crowd-process.ts'), [], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, Waiting>();
  let askedCount = 0;
  child.on('message', ({ id, result, error }: { id: number; result?: unknown; error?: string }) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(result);
    else asked?.reject(new Error(error));
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      for (const { reject } of waiting.values()) reject(new Error('the process of the clusters ended'));
      resolve();
    });
  });
  const ask = async <T>(request: CrowdRequest): Promise<T> => {
    askedCount += 1;
    const id = askedCount;
    const result = await new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      child.send({ id, request });
    });
    return result as T;
  };
  return {
    pid: child.pid ?? 0,
    start: (objectCounts) => ask({ ask: 'start', objectCounts }),
    flood: ({ index }, changeCount, perSecond) => ask({ ask: 'flood', cluster: index, changeCount, perSecond }),
    mark: ({ index }, mark) => ask({ ask: 'mark', cluster: index, mark }),
    fail: ({ index }, status, retryAfterSeconds) =>
      ask({ ask: 'fail', cluster: index, status, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) }),
    hang: ({ index }, before) => ask({ ask: 'hang', cluster: index, before }),
    heal: ({ index }) => ask({ ask: 'heal', cluster: index }),
    verdict: ({ index }, file, sinceRevision) => ask({ ask: 'verdict', cluster: index, file, sinceRevision }),
    untrue: ({ index }, claims) => ask({ ask: 'untrue', cluster: index, claims }),
    requestCount: ({ index }) => ask({ ask: 'requests', cluster: index }),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
