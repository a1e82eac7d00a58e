import type { RowCells } from '../../query/object-query.ts';

/**
 * Positions of rows in the order of what their cells say; rows that are the same in that stay in list order. Each combination
 * of cells is looked at once.
 * @param valueOf what the cells of a row come to, for each place the JSON of the cell there
 */
export function positionsByValues<Value>(
  { objectIds, texts }: RowCells,
  valueOf: (texts: readonly (string | null)[]) => Value,
  compare: (a: Value, b: Value) => number,
): Iterable<number> {
  const groups = new Map<string, { readonly value: Value; readonly positions: number[] }>();
  for (const position of objectIds.keys()) {
    const own = texts.map((each) => each[position] ?? null);
    const key = own.length === 1 ? (own[0] ?? '') : JSON.stringify(own);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { value: valueOf(own), positions: [position] });
    else known.positions.push(position);
  }
  const sorted = [...groups.values()].sort((a, b) => compare(a.value, b.value));
  return {
    *[Symbol.iterator]() {
      for (let from = 0, to = 0; from < sorted.length; from = to) {
        const first = sorted[from] as (typeof sorted)[number];
        do to += 1;
        while (to < sorted.length && compare(first.value, (sorted[to] as typeof first).value) === 0);
        const alike = sorted.slice(from, to).map(({ positions }) => positions);
        // Different cells may say the same: 7 and 7.0, or two ages of one second.
        yield* alike.length === 1 ? first.positions : alike.flat().sort((a, b) => a - b);
      }
    },
  };
}
