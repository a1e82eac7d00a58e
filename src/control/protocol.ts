import type { Action } from '../core/action/action.ts';
import type { ContextOverrides } from '../kubeconfig/resolve-context.ts';

/**
 * What commands and the daemon say to each other over the control socket: one JSON object a line, one answer for each
 * request. Raise `protocolVersion` with every change that an older peer would misread.
 */
export const protocolVersion = 1;

/** Contexts as they travel: names, the kubeconfig files to find them in, and what takes the place of their entries. */
export interface ContextChoice {
  readonly contexts: readonly string[];
  readonly kubeconfig: readonly string[];
  readonly overrides?: ContextOverrides | undefined;
}

/** What the cluster of one context is asked. */
interface ClusterQuestion extends ContextChoice {
  readonly path: string;
  readonly accept: string;
  /** Headers that name another user. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** What may be asked of the daemon. */
export type ControlRequest =
  | { readonly method: 'info' }
  /** Every mirror as it is at this moment: a `LiveMirror` each. */
  | { readonly method: 'live' }
  /** All metrics as text for Prometheus. */
  | { readonly method: 'metrics' }
  /** Mirror these contexts too. */
  | ({ readonly method: 'add' } & ContextChoice)
  /** Prove now that the mirrors of these contexts are complete and fresh. */
  | ({ readonly method: 'confirm' } & ContextChoice)
  /** After the answer a line (an answer without a result) whenever objects of the one context changed, until the connection ends. */
  | ({ readonly method: 'follow' } & ContextChoice)
  /** GET `path` from the cluster of the one context, now; the result is a `ClusterAnswer`. */
  | ({ readonly method: 'read' } & ClusterQuestion)
  /**
   * The same for a body of any length, on a connection of its own: where the status is 2xx, that of the result is empty and
   * follows the answer as it comes, in frames (`stream-frames.ts`). Ending the connection ends the request.
   */
  | ({ readonly method: 'stream' } & ClusterQuestion)
  /** Ask the cluster of the one context now, with this credential where one is handed over; the result is a `WakeAnswer`. */
  | ({ readonly method: 'wake'; readonly credential?: HandedCredential | undefined } & ContextChoice)
  /** List these types (`plural.group`; none: all) of the one context again, now; the result is a `RefreshedScope` each. */
  | ({ readonly method: 'refresh'; readonly types: readonly string[] } & ContextChoice)
  /** Compare these types (none: all that are watched and not refused) with the cluster in full, now; the result is a `VerifiedScope` each. */
  | ({ readonly method: 'verify'; readonly types: readonly string[] } & ContextChoice)
  /** These kept logs of the one context were read: what was not goes first. */
  | ({ readonly method: 'used-logs'; readonly logs: readonly number[] } & ContextChoice)
  /** Read the configuration again; the result is a `ReloadAnswer`. */
  | { readonly method: 'reload' }
  /** Carry this action out now, or only try it; the result is an `ActionOutcome`. */
  | ({ readonly method: 'act'; readonly action: Action; readonly isDryRun: boolean } & Omit<
      ClusterQuestion,
      'path' | 'accept'
    >)
  /**
   * Carry out what is queued for the one context, in its order, as far as the cluster is there; the result is a `QueueRun`.
   */
  | ({ readonly method: 'run-queue' } & ContextChoice)
  /**
   * Somebody asks for these types (`plural.group`) of the one context: those that are followed while they are asked for are
   * followed. The result is a `UsedType` each, once what is stored is the server's of now or it is known why not.
   */
  | ({ readonly method: 'use'; readonly types: readonly string[]; readonly purpose: UsePurpose } & ContextChoice)
  /** Drain and end. */
  | { readonly method: 'stop' };

/** What running a queue came to. */
export interface QueueRun {
  /** How many were settled. */
  readonly settledCount: number;
  /** Why the others wait; null where there are none. */
  readonly problem: string | null;
}

/** A credential that a person got; it goes from memory to memory and is never written. Empty texts for what it does not have. */
export interface HandedCredential {
  readonly token: string;
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  /** RFC 3339; null where it does not say. */
  readonly expiresAt: string | null;
}

/** What listing a scope again came to. */
export interface RefreshedScope {
  /** `plural.group`. */
  readonly type: string;
  /** Empty: all namespaces. */
  readonly namespace: string;
  readonly objectCount: number;
  /** Why it could not be listed; null where it was. */
  readonly problem: string | null;
}

/** What comparing a scope with the cluster came to. */
export interface VerifiedScope {
  readonly type: string;
  readonly namespace: string;
  /** Objects compared. */
  readonly objectCount: number;
  /** Differences found; where there are any, the scope is being listed again. */
  readonly differenceCount: number;
  /** Why it could not be compared; null where it was. */
  readonly problem: string | null;
}

/** What reading the configuration again came to. */
export interface ReloadAnswer {
  readonly file: string;
  /** Names of contexts whose mirror goes on with other settings. */
  readonly contexts: readonly string[];
  /** What of it could not be done; null where all was. */
  readonly problem: string | null;
}

/** Why a type is asked for: to answer, to answer once more, or to follow it until the connection ends. Only the first counts. */
export const usePurposes = ['question', 'renewal', 'watch'] as const;

/** One of `usePurposes`. */
export type UsePurpose = (typeof usePurposes)[number];

/** What came of a question for a type that is followed while it is asked for. */
export interface UsedType {
  readonly type: string;
  /** What was stored was current when the question came. */
  readonly isHit: boolean;
  /** Why what is stored is not the server's of now; null where it is. */
  readonly problem: string | null;
}

/** What a `wake` came to. */
export interface WakeAnswer {
  /** The daemon mirrors the context. */
  readonly isMirrored: boolean;
  /** The credential that was handed over is in use. */
  readonly isTaken: boolean;
}

/** What an API server answered to a `read`, whatever its status. */
export interface ClusterAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** Texts of its Warning headers. */
  readonly warnings: readonly string[];
}

/** What the daemon does, at the moment of asking. */
export interface DaemonInfo {
  readonly protocolVersion: number;
  /** Of the package. */
  readonly version: string;
  readonly pid: number;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly settings: DaemonSettings;
  /** It ends by itself, when everything is listed: `navi sync --once`. */
  readonly isOnce: boolean;
  readonly contexts: readonly string[];
  readonly mirrors: readonly MirrorInfo[];
}

/** The configuration as the daemon has it. */
export interface DaemonSettings {
  /** Where it was read. */
  readonly file: string;
  /** RFC 3339. */
  readonly readAt: string;
  /** `settingsDigest` of what was read. */
  readonly digest: string;
  /** Null where none is set. */
  readonly metricsPort: number | null;
  readonly isMetricsServed: boolean;
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
