import { expect, test } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import { isWithinDepth, mayLieDeep } from '../../src/core/json-depth.ts';

/** Lists and maps in turns, this deep in each other, with brackets in their texts. */
function nested(depth: number): Json {
  let value: Json = 'a } in a text, and a ]';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { member: value };
  return value;
}

test('a value that lies too deep has as many brackets', () => {
  for (const depth of [0, 1, 5, 6, 7, 8, 9, 30]) {
    const value = nested(depth);
    expect(isWithinDepth(value, 8)).toBe(depth <= 8);
    if (depth > 8) expect(mayLieDeep(JSON.stringify(value), 8)).toBe(true);
  }
});

test('one with few brackets needs no walk, one with many does, however flat it is', () => {
  expect(mayLieDeep(JSON.stringify(nested(6)), 8)).toBe(false);
  expect(mayLieDeep(JSON.stringify(Array.from({ length: 9 }, () => ({}))), 8)).toBe(true);
  expect(mayLieDeep(JSON.stringify(Array.from({ length: 8 }, () => [])), 8)).toBe(true);
  expect(mayLieDeep('', 8)).toBe(false);
});
