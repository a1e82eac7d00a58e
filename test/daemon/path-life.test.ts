import { expect, test } from 'vitest';
import { PathLife } from '../../src/daemon/path-life.ts';
import { fakeClock } from '../support/fake-clock.ts';

function learned(...breaks: readonly (readonly [scopeId: number, livedMs: number])[]): number | undefined {
  const life = new PathLife(fakeClock());
  for (const [scopeId, livedMs] of breaks) life.broke(scopeId, livedMs);
  return life.longestMs;
}

test('streams of three scopes that break twice at a similar age tell how long the path lets them live', () => {
  const round = (livedMs: number) => [1, 2, 3].map((scopeId) => [scopeId, livedMs] as const);
  expect(learned(...round(50_000), ...round(52_000))).toBe(45_000);
});

test('a crash that breaks all of them at once tells nothing', () => {
  expect(learned([1, 50_000], [2, 50_000], [3, 50_000], [4, 50_000])).toBeUndefined();
});

test('streams that break at different ages, or young, tell nothing', () => {
  expect(learned([1, 50_000], [2, 50_000], [3, 50_000], [1, 80_000], [2, 80_000], [3, 80_000])).toBeUndefined();
  expect(learned([1, 5_000], [2, 5_000], [3, 5_000], [1, 5_000], [2, 5_000], [3, 5_000])).toBeUndefined();
});

test('a stream that ended well in between says that nothing cuts it', () => {
  const life = new PathLife(fakeClock());
  for (const scopeId of [1, 2, 3]) life.broke(scopeId, 50_000);
  for (const scopeId of [1, 2, 3]) life.endedWell(scopeId);
  for (const scopeId of [1, 2, 3]) life.broke(scopeId, 50_000);
  expect(life.longestMs).toBeUndefined();
});

test('what was learned is forgotten after an hour, and must be learned anew', () => {
  const clock = fakeClock();
  const life = new PathLife(clock);
  const round = (): readonly boolean[] => [1, 2, 3].map((scopeId) => life.broke(scopeId, 50_000));
  round();
  expect(round()).toEqual([false, false, true]);
  clock.advance(3_599_999);
  expect(life.longestMs).toBe(45_000);
  clock.advance(1);
  expect(life.longestMs).toBeUndefined();
  expect(round()).toEqual([false, false, false]);
});
