import { parseJson } from '../../core/canonical-json.ts';
import { jsonDifferences, type JsonDifference } from '../../core/json-difference.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { newestChanges, type PastState } from '../../store/rebuild-state.ts';

/** One change of an object that the mirror saw. */
export interface ObjectChange {
  /** When it was committed here (epoch ms). */
  readonly atMs: number;
  readonly operation: 'added' | 'updated' | 'deleted';
  /** What it changed; empty for one that added or deleted, or whose states are kept no more. */
  readonly differences: readonly JsonDifference[];
}

/** What each write of an object changes. */
const always: ReadonlySet<string> = new Set([
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.managedFields',
]);

/** The newest changes under a key, the newest first; of an earlier object of that name too. */
export function objectChanges(
  { sqlite }: MirrorReader,
  object: { readonly typeId: number; readonly key: string },
  limit: number,
): readonly ObjectChange[] {
  return newestChanges(sqlite, object, limit).map(({ at, operation, before, after }) => ({
    atMs: at,
    operation,
    differences: operation === 'updated' ? between(before, after) : [],
  }));
}

function between(before: PastState, after: PastState): readonly JsonDifference[] {
  if (before.kind !== 'state' || after.kind !== 'state') return [];
  return jsonDifferences(parseJson(before.body), parseJson(after.body), always);
}
