import type { RowCells } from '../../query/object-query.ts';

/**
 * Positions of rows in the order of what their cells say; rows that are the same in that stay in list order. Each combination
 * of cells is looked at once.
 * @param valueOf what the cells of a row come to, for each place the JSON of the cell there
 */
export function positionsByValues<Value>(
  { objectIds, texts }: RowCells,
  valueOf: (texts: readonly string[]) => Value,
  compare: (a: Value, b: Value) => number,
): Iterable<number> {
  const groups = new Map<string, { readonly value: Value; readonly positions: number[] }>();
  const [only] = texts;
  for (const position of objectIds.keys()) {
    // No cell has an end of line.
    const key = texts.length === 1 ? (only?.[position] ?? '') : texts.map((each) => each[position]).join('\n');
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { value: valueOf(key.split('\n')), positions: [position] });
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
