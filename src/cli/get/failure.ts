/** One error of a request as kubectl counts it: it does not stop the rest, and is told after everything is printed. */
export interface Failure {
  /** Reason of the Status that the server sent; undefined for what kubectl found itself. */
  readonly reason: string | undefined;
  readonly message: string;
  /** The message is all that is printed. */
  readonly isWhole?: boolean | undefined;
  /** The cluster itself cannot answer now, in these words: of a 502, 503 or 504. */
  readonly away?: string | undefined;
}

/** What kubectl found itself. */
export function ownFailure(message: string): Failure {
  return { reason: undefined, message };
}

/** What a server answered; the reason may be empty. */
export function serverFailure(reason: string, message: string): Failure {
  return { reason, message };
}

/** What `--ignore-not-found` leaves out. */
export function isNotFound({ reason }: Failure): boolean {
  return reason === 'NotFound';
}

/**
 * The lines for stderr (kubectl 1.36): a single one of kubectl's own begins with `error: `, several do not, nor does
 * one that kubectl passes on as one of several (`isGathered`).
 */
export function failureLines(failures: readonly Failure[], isGathered = false): readonly string[] {
  const [first, ...others] = failures;
  if (first === undefined) return [];
  if (others.length > 0) return failures.map(textOf);
  const text = textOf(first);
  const isBare = isGathered || first.reason !== undefined || first.isWhole === true || text.startsWith('error: ');
  return [isBare ? text : `error: ${text}`];
}

function textOf({ reason, message, isWhole }: Failure): string {
  if (reason === undefined || isWhole === true) return message;
  if (reason === 'Unauthorized') return `error: You must be logged in to the server (${message})`;
  return `Error from server${reason === '' ? '' : ` (${reason})`}: ${message}`;
}
