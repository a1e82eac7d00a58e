/**
 * What commands and the daemon say to each other over the control socket: one JSON object a line, one answer for each
 * request. Raise `protocolVersion` with every change that an older peer would misread.
 */
export const protocolVersion = 1;

/** What may be asked of the daemon. Contexts travel as names and the kubeconfig files to find them in. */
export type ControlRequest =
  | { readonly method: 'info' }
  /** Mirror these contexts too. */
  | { readonly method: 'add'; readonly contexts: readonly string[]; readonly kubeconfig: readonly string[] }
  /** Prove now that the mirrors of these contexts are complete and fresh. */
  | { readonly method: 'confirm'; readonly contexts: readonly string[]; readonly kubeconfig: readonly string[] }
  /** Drain and end. */
  | { readonly method: 'stop' };

/** What the daemon does, at the moment of asking. */
export interface DaemonInfo {
  readonly protocolVersion: number;
  readonly pid: number;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly contexts: readonly string[];
  readonly mirrors: readonly MirrorInfo[];
}

/** One mirror of the daemon. */
export interface MirrorInfo {
  readonly context: string;
  readonly mirrorId: string;
  readonly scopeCount: number;
  readonly settledCount: number;
  readonly requestCount: number;
  readonly receivedBytes: number;
}

/** An answer: the result, or the error's code, message and hints as `NaviError` has them. */
export type ControlAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly hints: readonly string[] };
