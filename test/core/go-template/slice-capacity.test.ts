import { expect, test } from 'vitest';
import { sliceCapacity } from '../../../src/core/go-template/slice-capacity.ts';

test.each([
  [0, 0],
  [1, 1],
  [3, 4],
  [32, 32],
  [33, 71],
  [304, 591],
  [1536, 2560],
  [2561, 3584],
  [5141, 6656],
  [29779, 37376],
  [37442, 47104],
])('an array of %d items has room for %d', (length, capacity) => {
  expect(sliceCapacity(length)).toBe(capacity);
});
