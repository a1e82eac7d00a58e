/** Random choices that a seed repeats. */
export interface SeededRandom {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number from 0 to below the limit. */
  below(limit: number): number;
  /** One of the values. @throws when there is none */
  pick<T>(values: readonly T[]): T;
}

/** A xorshift generator over 32 bits: fast, and good enough to choose what a test does next. */
export function createSeededRandom(seed: number): SeededRandom {
  // A state of 0 would stay 0; the multiplication spreads neighbouring seeds.
  let state = Math.imul(seed, 0x9e3779b1) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(values: readonly T[]): T => {
    if (values.length === 0) throw new Error('nothing to pick from');
    return values[below(values.length)] as T;
  };
  return { next, below, pick };
}
