import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idleOnes, nextIdleMs, oversized, surplus, type TypeUse } from '../../src/daemon/use-order.ts';

const anyUse: fc.Arbitrary<TypeUse> = fc.record({
  usedAtMs: fc.integer({ min: 0, max: 1_000 }),
  idleMs: fc.integer({ min: 1, max: 500 }),
  isFollowed: fc.boolean(),
  holdCount: fc.integer({ min: 0, max: 1 }),
  keptBytes: fc.integer({ min: 0, max: 100 }),
});
const anyUses = fc.array(anyUse, { maxLength: 12 });

describe('types that are followed while they are asked for', () => {
  test('stop once nobody asked in their time, unless somebody waits or watches', () => {
    const use = { usedAtMs: 100, idleMs: 50, isFollowed: true, holdCount: 0, keptBytes: 0 };
    expect(idleOnes([use], 149)).toEqual([]);
    expect(idleOnes([use], 150)).toEqual([use]);
    expect(idleOnes([{ ...use, holdCount: 1 }], 900)).toEqual([]);
    expect(nextIdleMs([use, { ...use, usedAtMs: 90 }, { ...use, usedAtMs: 1, holdCount: 1 }])).toBe(140);
    expect(nextIdleMs([{ ...use, isFollowed: false }])).toBeUndefined();
  });

  test('make room for each other: what stays was used later, and only what is held goes beyond the bound', () => {
    fc.assert(
      fc.property(anyUses, fc.integer({ min: 1, max: 6 }), (types, max) => {
        const stopped = new Set(surplus(types, max));
        const stays = types.filter((type) => type.isFollowed && !stopped.has(type));
        const held = types.filter(({ isFollowed, holdCount }) => isFollowed && holdCount > 0);
        expect(stays.length).toBeLessThanOrEqual(Math.max(max, held.length));
        if (stopped.size > 0) expect(stays.length).toBe(Math.max(max, held.length));
        for (const gone of stopped) {
          expect(gone.isFollowed && gone.holdCount === 0).toBe(true);
          for (const stay of stays)
            if (stay.holdCount === 0) expect(stay.usedAtMs).toBeGreaterThanOrEqual(gone.usedAtMs);
        }
      }),
    );
  });

  test('leave the disk until the others fit, never one that is followed', () => {
    fc.assert(
      fc.property(anyUses, fc.integer({ min: 0, max: 300 }), (types, max) => {
        const gone = new Set(oversized(types, max));
        const kept = types.filter(({ isFollowed, keptBytes }) => !isFollowed && keptBytes > 0);
        const stays = kept.filter((type) => !gone.has(type));
        const bytes = (of: readonly TypeUse[]): number => of.reduce((sum, { keptBytes }) => sum + keptBytes, 0);
        expect(bytes(stays)).toBeLessThanOrEqual(max);
        expect([...gone].every(({ isFollowed }) => !isFollowed)).toBe(true);
        const last = [...gone].at(-1);
        if (last !== undefined) expect(bytes(stays) + last.keptBytes).toBeGreaterThan(max);
        for (const type of gone) for (const stay of stays) expect(stay.usedAtMs).toBeGreaterThanOrEqual(type.usedAtMs);
      }),
    );
  });
});
