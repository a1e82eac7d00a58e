import { instantText } from '../../core/instant-text.ts';
import type { ObjectChange } from '../../query/history/object-changes.ts';

/** A change as `-o json` has it. */
export function changeJson({
  atMs,
  operation,
  uid,
  resourceVersion,
  cause,
  by,
  differences,
  isLost,
}: ObjectChange): object {
  return {
    seenAt: instantText(atMs),
    operation,
    uid,
    resourceVersion,
    cause: cause ?? null,
    by,
    differences: differences.map(({ path, before, after }) => ({ path, before: before ?? null, after: after ?? null })),
    isLost,
  };
}

/** `updated`, with why it left the mirror where it was not seen to go. */
export function operationText({ operation, cause }: Pick<ObjectChange, 'operation' | 'cause'>): string {
  if (operation !== 'deleted' || cause === undefined || cause === 'event') return operation;
  return cause === 'sweep' ? 'deleted earlier' : 'left the mirror';
}
