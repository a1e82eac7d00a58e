/**
 * What `kubectl get -f` (1.36) writes to stderr: errors of one file follow each other, those of one list stand together,
 * and a table shows them nested where the machine formats show them flat.
 */
import type { ApiResource } from '../core/api-resource.ts';
import type { LocalObject, ManifestRequest, ResolvedManifest, ResolvedObject } from './resolve-manifests.ts';

/** How it went with one object; one without a name is always found, unless a label selector leaves it out. */
export type ManifestOutcome =
  | { readonly form: 'found' }
  /** Left out by a label selector; its namespace is not held against it. */
  | { readonly form: 'filtered' }
  /** `reason` is the server's, such as `NotFound`, and empty for an error of kubectl's own. */
  | { readonly form: 'failed'; readonly reason: string; readonly message: string };

/** What the text depends on besides the errors. */
export interface ManifestErrorOptions {
  /** A table, or any other format. */
  readonly isTable: boolean;
  /** See `ManifestResult`. */
  readonly isSingleImplied: boolean;
  readonly ignoreNotFound: boolean;
}

/** An error, or several that kubectl passes on as one. */
type Failure = Leaf | readonly Failure[];

interface Leaf {
  /** `Error from server (NotFound): `, or empty for an error of kubectl's own. */
  readonly prefix: string;
  readonly message: string;
}

/**
 * The lines for stderr without the last newline, empty where nothing failed. In a machine format, with
 * `isSingleImplied`, nothing else is printed when there is any.
 */
export function manifestErrorText<Entry extends ApiResource>(
  entries: readonly ResolvedManifest<Entry>[],
  outcomeOf: (object: ManifestRequest<Entry> | LocalObject<Entry>) => ManifestOutcome,
  options: ManifestErrorOptions,
): string {
  const misplaced: Failure[] = [];
  const failureOf = (object: ResolvedObject<Entry>): readonly Failure[] => {
    const outcome = outcomeOfObject(object, outcomeOf);
    if (outcome.form === 'failed') {
      if (outcome.reason === 'NotFound' && options.ignoreNotFound) return [];
      return [leaf(outcome.message, outcome.reason === '' ? '' : `Error from server (${outcome.reason}): `)];
    }
    const fault = outcome.form === 'found' && 'namespaceFault' in object ? object.namespaceFault : undefined;
    if (fault !== undefined) misplaced.push(leaf(fault));
    return [];
  };
  const visited = entries.flatMap((entry): readonly Failure[] => {
    if (entry.form !== 'list') return failureOf(entry);
    const members = entry.items.flatMap(failureOf);
    return members.length === 0 ? [] : [members];
  });
  const failure = combine(misplaced, visited);
  if (failure === undefined) return '';
  if (options.isTable) return textOf([failure]);
  return textOf(options.isSingleImplied ? failure : reduce(leavesOf(failure)));
}

function leaf(message: string, prefix = ''): Leaf {
  return { prefix, message };
}

/** Errors on the way through the files come as one, behind those of objects that were found in the wrong place. */
function combine(misplaced: readonly Failure[], visited: readonly Failure[]): Failure | undefined {
  if (visited.length === 0) return misplaced.length === 0 ? undefined : reduce(misplaced);
  return misplaced.length === 0 ? visited : [...misplaced, visited];
}

function outcomeOfObject<Entry extends ApiResource>(
  object: ResolvedObject<Entry>,
  outcomeOf: (object: ManifestRequest<Entry> | LocalObject<Entry>) => ManifestOutcome,
): ManifestOutcome {
  switch (object.form) {
    case 'request':
    case 'local':
      return outcomeOf(object);
    case 'unserved':
      return { form: 'failed', reason: 'NotFound', message: 'the server could not find the requested resource' };
    case 'fault':
      return { form: 'failed', reason: '', message: object.message };
  }
}

function isGroup(failure: Failure): failure is readonly Failure[] {
  return Array.isArray(failure);
}

function leavesOf(failure: Failure): readonly Leaf[] {
  return isGroup(failure) ? failure.flatMap(leavesOf) : [failure];
}

function reduce(failures: readonly Failure[]): Failure {
  const [only] = failures;
  return failures.length === 1 && only !== undefined ? only : failures;
}

/** One level of a single error is taken off, and the next one has its members on lines of their own. */
function textOf(failure: Failure): string {
  const reduced = isGroup(failure) ? reduce(failure) : failure;
  if (isGroup(reduced)) return reduced.map(lineOf).join('\n');
  if (reduced.prefix !== '') return reduced.prefix + reduced.message;
  return reduced.message.startsWith('error: ') ? reduced.message : `error: ${reduced.message}`;
}

function lineOf(failure: Failure): string {
  if (!isGroup(failure)) return failure.prefix + failure.message;
  const messages = [...new Set(leavesOf(failure).map(({ message }) => message))];
  return messages.length === 1 ? messages.join('') : `[${messages.join(', ')}]`;
}
