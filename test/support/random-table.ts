import type { Json, JsonObject } from '../../src/core/json.ts';
import { misfit } from './grown-object.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Mostly what belongs there. */
const mostly = (random: SeededRandom, usual: Json): Json => (random.below(4) > 0 ? usual : misfit(random));

/** A Table of objects `t0`, `t1`, … of the type `Thing`, of which some parts are something else. */
export function randomTable(random: SeededRandom): JsonObject {
  const many = (most: number, make: (index: number) => Json): Json[] =>
    Array.from({ length: random.below(most) }, (_, index) => make(index));
  const definition = (index: number): Json => ({
    name: mostly(random, `Column ${index % 2}`),
    type: mostly(random, random.pick(['string', 'integer', 'date', 'number', 'boolean'])),
    format: mostly(random, random.pick(['', 'name', 'date-time'])),
    priority: mostly(random, random.below(2)),
  });
  const object = (index: number): Json => ({
    apiVersion: 'shop.example/v1',
    kind: 'Thing',
    metadata: mostly(random, {
      name: mostly(random, `t${index}`),
      uid: mostly(random, `u${index}`),
      creationTimestamp: mostly(random, '2026-01-01T00:00:00Z'),
      labels: mostly(random, { a: mostly(random, 'b') }),
    }),
  });
  const row = (index: number): Json => ({
    cells: mostly(
      random,
      many(6, () => mostly(random, '5d')),
    ),
    object: mostly(random, object(index)),
  });
  return {
    kind: 'Table',
    columnDefinitions: mostly(
      random,
      many(6, (index) => mostly(random, definition(index))),
    ),
    rows: many(4, (index) => mostly(random, row(index))),
  };
}
