/** What a container of a pod is for; a sidecar is an init container that runs on. */
export type ContainerRole = 'init' | 'sidecar' | 'main' | 'ephemeral';

/** What a container does now; `unknown` where its node has told nothing yet. */
export type ContainerState = 'waiting' | 'running' | 'terminated' | 'unknown';

/** A container of a pod with what its node said of it last. Times are epoch milliseconds. */
export interface PodContainer {
  readonly name: string;
  readonly role: ContainerRole;
  /** Of its pod; empty while it has none. */
  readonly node: string;
  /** As the pod asks for it. */
  readonly image: string;
  /** What runs, by digest, as the node tells it; empty before it was pulled. */
  readonly imageId: string;
  readonly state: ContainerState;
  /** Of its state; empty where there is none. */
  readonly reason: string;
  readonly message: string;
  readonly ready: boolean;
  readonly restartCount: number;
  /** Since when it runs, or when the run that ended began; null where it does not say. */
  readonly startedAtMs: number | null;
  readonly exitCode: number | null;
  readonly finishedAtMs: number | null;
  /** How the run before this one ended. */
  readonly lastReason: string;
  readonly lastExitCode: number | null;
  readonly lastFinishedAtMs: number | null;
  /** JSON of resources.requests and of resources.limits; empty where there are none. */
  readonly requests: string;
  readonly limits: string;
}
