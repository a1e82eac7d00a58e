/**
 * What went wrong with a request, by what the engine does about it. The classes are the rows of the outcome table that
 * `daemon/SPEC.md` states.
 */
export const failureClasses = [
  /** 410: the resourceVersion or continue token is too old. */
  'expired',
  /** 504 ResourceVersionTooLarge: the server has not reached the resourceVersion. */
  'ahead',
  /** 429 `storage is (re)initializing`: this type's cache is not ready; no fault of others. */
  'not-ready',
  /** 429 otherwise. */
  'throttled',
  /** 5xx. */
  'server',
  /** 502, 503 or 504 without a Status: an aggregated API is away, or what a gateway stands before; only who asks for more can tell. */
  'unavailable',
  /** No connection, or none that lives: refused, unknown host, TLS refused. */
  'unreachable',
  /** The connection broke while it was in use, or fell silent. */
  'transport',
  /** 401, or 403 that names system:anonymous: the credential is missing or spent. */
  'unauthorized',
  /** 403. */
  'forbidden',
  /** 404. */
  'not-found',
  /** 405: the verb is not served. */
  'not-allowed',
  /** 400 or 422 about the resourceVersion, or a watch's 500 about it. */
  'version-refused',
  /** 406 or 415: the representation asked for is not served. */
  'not-acceptable',
  /** A body that is no list, no event, or cut short. */
  'malformed',
  /** A body that is longer than was to be read at once. */
  'too-long',
  /** A 200 that no API server sent: HTML of a portal or login page. */
  'not-api',
  /** The store refused what was received: told by the daemon, never by a server. */
  'storage',
] as const;

/** One of `failureClasses`. */
export type FailureClass = (typeof failureClasses)[number];

/** A classified failure. The message is for people; nothing branches on it. */
export interface Failure {
  readonly class: FailureClass;
  readonly message: string;
  /** HTTP status, or the code of a Status object in a stream; 0 where there was no answer. */
  readonly status: number;
  /** `reason` of a Status object, or empty. */
  readonly reason: string;
  /** What the server asked to wait, milliseconds; undefined where it asked nothing. */
  readonly retryAfterMs?: number | undefined;
  /** What a person can do about it, where that is known. */
  readonly hint?: string | undefined;
}

/** What to do about a failure whose cause is not known better. */
export const networkHint = 'check the server, the network or the VPN';

/** A failure as something to throw: the one error that src/kube throws for what a server or network did. */
export class RequestFailed extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, cause?: unknown) {
    super(failure.message, cause === undefined ? undefined : { cause });
    this.name = 'RequestFailed';
    this.failure = failure;
  }
}

/** Shorthand for a failure without an HTTP answer. */
export function failure(failureClass: FailureClass, message: string): Failure {
  return { class: failureClass, message, status: 0, reason: '' };
}
