import type { NaviError } from '../errors/navi-error.ts';
import type { ResolvedContext } from '../kubeconfig/resolve-context.ts';

/** How `navi sync` was asked to run. */
export interface SyncRun {
  readonly mode: 'foreground' | 'once' | 'daemon' | 'detach';
  readonly contexts: readonly ResolvedContext[];
  /** Of contexts that were asked for with these and cannot be used; they are told, and the others go on. */
  readonly faults: readonly NaviError[];
  /** Names of all contexts of the kubeconfig. */
  readonly knownContexts: readonly string[];
  /** Absolute paths, for a daemon that is asked to add contexts. */
  readonly kubeconfigFiles: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** For progress and log lines. */
  readonly output: SyncOutput;
  /** Of a daemon: where its log lines go in place of `output`. Absolute. */
  readonly logFile?: string | undefined;
  readonly isTerminal: boolean;
}

/** Where progress and log lines go; its size in characters where it is a terminal. */
export interface SyncOutput {
  write(text: string): unknown;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  on?(event: 'resize', listener: () => void): unknown;
  off?(event: 'resize', listener: () => void): unknown;
}
