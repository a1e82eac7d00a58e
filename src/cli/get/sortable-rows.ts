import type { JsonObject } from '../../core/json.ts';
import type { MirrorType } from '../../query/mirror-type.ts';
import type { ObjectRow } from '../../query/object-query.ts';
import { wholeObject, type FoundObject } from './found-object.ts';
import type { FoundRows } from './read-plan.ts';
import { sortedItems } from './sort-rows.ts';

/** Rows that are to be sorted by their objects: the objects pass by one at a time, and only narrow rows are kept. */
export class SortableRows {
  readonly type: MirrorType;
  readonly #read: FoundRows;
  readonly #rows: ObjectRow[] = [];

  constructor(read: FoundRows) {
    this.type = read.type;
    this.#read = read;
  }

  /** The objects, read anew each time. */
  *objects(): Iterable<JsonObject> {
    const isFirst = this.#rows.length === 0;
    for (const row of this.#read.rows) {
      if (isFirst) this.#rows.push(this.#kept(row));
      yield wholeObject({ type: this.type, row });
    }
  }

  /** The rows in the order of the objects; all of those must have passed by once. */
  get rows(): readonly ObjectRow[] {
    return this.#rows;
  }

  /** A row with its object. */
  whole(row: ObjectRow): FoundObject {
    return { type: this.type, row: this.#read.again?.(row) ?? row };
  }

  #kept(row: ObjectRow): ObjectRow {
    if (this.#read.again === undefined) return row;
    const { key, name, labels, cells, created_at } = row;
    return { key, name, labels, cells, created_at };
  }
}

/** A row among those of all types that were sorted together. */
export interface SortedRow {
  readonly of: SortableRows;
  readonly row: ObjectRow;
}

/**
 * The rows of several reads in one order, by their objects; or kubectl's reason why there is none.
 * @throws NAVI_AS_KUBECTL where kubectl dies of values that cannot be compared
 */
export function sortTogether(
  sortBy: string,
  reads: readonly FoundRows[],
): { readonly ok: true; readonly rows: readonly SortedRow[] } | { readonly ok: false; readonly message: string } {
  const sortables = reads.map((read) => new SortableRows(read));
  const sorted = sortedItems(sortBy, function* () {
    for (const sortable of sortables) yield* sortable.objects();
  });
  if (!sorted.ok) return sorted;
  const all = sortables.flatMap((of) => of.rows.map((row) => ({ of, row })));
  return { ok: true, rows: sorted.positions.flatMap((position) => all[position] ?? []) };
}
