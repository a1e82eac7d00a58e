import type { Json } from '../../core/json.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { sortDeathText, sortListItems, sortTableRows, type ObjectSort } from '../../query/sort-objects.ts';

/** The order that `--sort-by` gives, as indexes of what was given; or kubectl's reason why there is none. */
export type SortedPositions =
  | { readonly ok: true; readonly positions: readonly number[] }
  | { readonly ok: false; readonly message: string };

/**
 * Orders the rows of one table by their objects.
 * @param objects every one of them, each time anew; only one is held at a time
 * @throws NAVI_AS_KUBECTL where kubectl dies of values that cannot be compared
 */
export function sortedRows(sortBy: string, objects: () => Iterable<Json>): SortedPositions {
  return positionsOf(sortTableRows(sortBy), objects);
}

/** Orders the items of a List, or several tables; see `sortedRows`. */
export function sortedItems(sortBy: string, objects: () => Iterable<Json>): SortedPositions {
  return positionsOf(sortListItems(sortBy), objects);
}

function positionsOf(sort: ObjectSort, objects: () => Iterable<Json>): SortedPositions {
  const order = sort.order(Array.from(objects(), (object) => sort.keyOf(object)));
  switch (order.kind) {
    case 'sorted':
      return { ok: true, positions: order.positions };
    case 'failed':
      return { ok: false, message: order.message };
    case 'died': {
      const { death } = order;
      const shown = death.object === undefined ? undefined : nth(objects(), death.object.index);
      throw new NaviError('NAVI_AS_KUBECTL', sortDeathText(death, Date.now(), process.pid, shown), {
        exitCode: death.exitCode,
      });
    }
  }
}

function nth(objects: Iterable<Json>, index: number): Json | undefined {
  let at = 0;
  for (const object of objects) if (at++ === index) return object;
  return undefined;
}
