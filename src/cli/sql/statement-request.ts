import type { ErrorCode } from '../../errors/navi-error.ts';

/** How rows are printed. */
export const rowOutputs = ['table', 'json', 'csv'] as const;

/** One of `rowOutputs`. */
export type RowOutput = (typeof rowOutputs)[number];

/** What the process of a statement is asked for: one line of JSON on its standard input, which stays open. */
export interface StatementRequest {
  readonly statement: string;
  /** Values of parameters, by name without a colon. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Its query plan, in place of its rows. */
  readonly isExplain: boolean;
  /** Most rows per context; 0 for all. */
  readonly limit: number;
  /** Each with the file of its mirror. */
  readonly contexts: readonly { readonly name: string; readonly file: string }[];
  readonly output: RowOutput;
  readonly isTerminal: boolean;
  /** Characters in a line of the terminal; null in a pipe. */
  readonly width: number | null;
  readonly isColored: boolean;
  readonly noticeAfterMs: number;
}

/** A `NaviError` on its way to the parent. */
export interface ToldError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hints: readonly string[];
}

/** Why a context has no rows; without an error it has no mirror that can be opened. */
export interface ContextFault {
  readonly context: string;
  readonly error: ToldError | null;
}

/** What the process tells, a line of JSON each, on its file descriptor 3. */
export type StatementReport =
  /** Nothing is read any more; what is left is to be written, which takes as long as its reader does. */
  | { readonly kind: 'read' }
  /** It is about to end itself. */
  | { readonly kind: 'out-of-memory' }
  /** Everything is written. */
  | {
      readonly kind: 'done';
      /** Contexts that answered. */
      readonly contextCount: number;
      readonly rowCount: number;
      /** Contexts that had more rows than were asked for. */
      readonly cut: readonly string[];
      readonly faults: readonly ContextFault[];
      readonly notices: readonly string[];
    }
  /** The statement cannot be run, wherever; or its output cannot be written. */
  | { readonly kind: 'failed'; readonly error: ToldError }
  /** Whoever reads the output has gone away. */
  | { readonly kind: 'unread' }
  | { readonly kind: 'bug'; readonly stack: string };

/** Where the process tells. */
export const reportDescriptor = 3;

/** Most memory that the process takes (bytes). */
export const mostMemoryBytes = 512 * 1024 * 1024;
