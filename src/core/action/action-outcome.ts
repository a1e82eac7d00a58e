import type { JsonObject } from '../json.ts';
import type { ConflictReason } from './judge-action.ts';

/** What a server answered to a request that it did not carry out. */
export interface ServerRefusal {
  /** HTTP status. */
  readonly status: number;
  /** `reason` of the Status, or empty. */
  readonly reason: string;
  /** The server's words. */
  readonly message: string;
  /** The Status itself. */
  readonly body: JsonObject;
}

/** What an action came to. JSON through and through: it travels over the control socket. */
export type ActionOutcome =
  /** `answer`: the object as it is now, or what the server says in its place; null where a later look showed it. `warnings`: of the server. */
  | {
      readonly state: 'done';
      readonly answer: JsonObject | null;
      readonly resourceVersion: string;
      readonly warnings: readonly string[];
    }
  /** Nothing was changed: somebody else has. `now`: the object as it is; null where there is none. */
  | {
      readonly state: 'conflict';
      readonly reason: ConflictReason | 'owned';
      readonly message: string;
      readonly now: JsonObject | null;
      readonly refusal?: ServerRefusal | undefined;
    }
  /** The server does not do it. */
  | { readonly state: 'failed'; readonly refusal: ServerRefusal }
  /** It was sent, and nothing tells whether it was carried out. */
  | { readonly state: 'unknown'; readonly message: string; readonly now: JsonObject | null }
  /** Not now: the cluster does not answer, or is too busy. `isSent`: it may have been carried out; the next look tells. */
  | {
      readonly state: 'away';
      readonly message: string;
      readonly isSent: boolean;
      /** The server's last answer, where it gave one. */
      readonly refusal?: ServerRefusal | undefined;
    };
