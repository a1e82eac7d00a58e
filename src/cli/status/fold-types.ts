import { firstNames } from '../../core/type-words.ts';
import type { TypeStatus } from '../../query/mirror-status.ts';
import type { ScopeDetail } from '../../query/scope-detail.ts';

/** Fewer rows that say the same are shown each. */
const leastFolded = 3;

/** Most types that a folded row names. */
const namedCount = 3;

/** Types that are shown on one row, in their order; most often one. */
export type TypeGroup = readonly [TypeStatus, ...TypeStatus[]];

/**
 * Types that are not well for the same reason, in the same mode, together, at the place of the first of them. What is well
 * has a row of its own, and so has what nobody keeps: its objects and its age are what is looked for.
 */
export function foldTypes(types: readonly TypeStatus[]): readonly TypeGroup[] {
  const alike = Map.groupBy(types, ({ detail }) => likeness(detail));
  return types.flatMap((type): readonly TypeGroup[] => {
    const group = alike.get(likeness(type.detail)) ?? [];
    const [first, ...others] = group;
    if (!isInTrouble(type.detail) || first === undefined || group.length < leastFolded) return [[type]];
    return first === type ? [[first, ...others]] : [];
  });
}

function isInTrouble(detail: ScopeDetail | undefined): boolean {
  return detail !== undefined && detail.health !== 'healthy' && !['stopped', 'unused'].includes(detail.reason);
}

function likeness(detail: ScopeDetail | undefined): string {
  return detail === undefined ? '' : `${detail.mode} ${detail.health} ${detail.reason}`;
}

/** `pods, services, nodes and 53 more`: those with the most objects, which are most likely looked for. */
export function namesOf(types: TypeGroup): string {
  const names = types.toSorted((a, b) => b.objectCount - a.objectCount).map(({ type }) => type);
  return firstNames(names, namedCount);
}
