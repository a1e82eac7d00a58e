import { pdqSort } from '../../core/pdq-sort.ts';
import { cpuMillicores, summedUsage, type ContainerUsage, type UsageAmounts } from '../../core/usage.ts';
import { compareUtf8 } from '../../core/utf8-order.ts';
import type { MeasuredObject } from '../../query/usage/read-usage.ts';
import type { TopRequest } from './top-request.ts';

/** How rows are sorted; kubectl 1.36 compares what it prints of the CPU, and memory to the byte. */
type SortBy = TopRequest['sortBy'];

/** Rows as kubectl 1.36 orders them: the largest first, else by name; equal ones where Go's sort leaves them. */
export function orderedObjects(
  objects: readonly MeasuredObject[],
  { sortBy, isAllNamespaces }: Pick<TopRequest, 'sortBy' | 'isAllNamespaces'>,
): readonly MeasuredObject[] {
  const sorted = objects.map((object) => ({ object, sum: summedUsage(object.containers) }));
  const byName = (first: MeasuredObject, second: MeasuredObject): boolean =>
    isAllNamespaces && first.namespace !== second.namespace
      ? compareUtf8(first.namespace, second.namespace) < 0
      : compareUtf8(first.name, second.name) < 0;
  sortInPlace(sorted, (first, second) =>
    sortBy === undefined ? byName(first.object, second.object) : isMore(first.sum, second.sum, sortBy),
  );
  return sorted.map(({ object }) => object);
}

/** Containers in the same way. */
export function orderedContainers(containers: readonly ContainerUsage[], sortBy: SortBy): readonly ContainerUsage[] {
  const sorted = [...containers];
  sortInPlace(sorted, (first, second) =>
    sortBy === undefined ? compareUtf8(first.name, second.name) < 0 : isMore(first, second, sortBy),
  );
  return sorted;
}

function isMore(first: UsageAmounts, second: UsageAmounts, sortBy: 'cpu' | 'memory'): boolean {
  return sortBy === 'cpu' ? cpuMillicores(first) > cpuMillicores(second) : first.memoryBytes > second.memoryBytes;
}

function sortInPlace<T>(values: T[], isLess: (first: T, second: T) => boolean): void {
  pdqSort({
    length: values.length,
    less: (first, second) => isLess(values[first] as T, values[second] as T),
    swap: (first, second) => {
      [values[first], values[second]] = [values[second] as T, values[first] as T];
    },
  });
}
