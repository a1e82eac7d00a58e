/**
 * Exit code per error code: the closed list of failures that navi reports. 0 is done, 1 is a bug (anything thrown that
 * is not a NaviError), 130 is an interrupt; `get` answers 1 wherever kubectl does.
 */
export const exitCodes = {
  /** kubectl has an answer of its own for this, with its own text: printed as it is. */
  NAVI_AS_KUBECTL: 1,
  NAVI_USAGE: 2,
  NAVI_CONTEXT_UNKNOWN: 2,
  NAVI_KUBECONFIG_MISSING: 2,
  NAVI_KUBECONFIG_BROKEN: 2,
  NAVI_CONTEXT_UNSUPPORTED: 2,
  NAVI_CONFIG_BROKEN: 2,
  /** A statement was stopped where its time, its memory or the size of a value ends: it has to ask for less. */
  NAVI_STATEMENT_LIMIT: 2,
  NAVI_NOT_FOUND: 3,
  NAVI_REFUSED: 4,
  NAVI_DAEMON_RUNNING: 5,
  NAVI_DAEMON_NOT_RUNNING: 5,
  NAVI_DAEMON_SILENT: 5,
  NAVI_DAEMON_BUSY: 5,
  NAVI_NOT_MIRRORED: 6,
  NAVI_INCOMPLETE: 6,
  NAVI_TOO_OLD: 6,
  NAVI_UNREACHABLE: 6,
  NAVI_STORE_UNUSABLE: 7,
  NAVI_STORE_NEWER: 7,
  NAVI_STORE_CORRUPT: 7,
  NAVI_STORE_EXPOSED: 7,
  NAVI_DISK_FULL: 7,
} as const satisfies Record<string, number>;

/** Stable name of a failure; scripts may match on it in `-o json`. */
export type ErrorCode = keyof typeof exitCodes;

/** What an error carries besides its message. */
export interface NaviErrorOptions {
  /** What to type next, at most three lines, each a command or a sentence. */
  readonly hints?: readonly string[] | undefined;
  /** In place of the code's own: what kubectl exits with where it dies. */
  readonly exitCode?: number | undefined;
  readonly cause?: unknown;
}

/**
 * An expected failure: what happened with which value, and what to type next. The message starts in lower case, has
 * no full stop, and never holds a credential.
 */
export class NaviError extends Error {
  readonly code: ErrorCode;
  readonly hints: readonly string[];
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, options: NaviErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'NaviError';
    this.code = code;
    this.hints = options.hints ?? [];
    this.exitCode = options.exitCode ?? exitCodes[code];
  }
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Node's or SQLite's error code (`ENOENT`, `SQLITE_FULL`) of anything thrown, or the empty string. */
export function systemCodeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return '';
  return typeof thrown.code === 'string' ? thrown.code : '';
}
