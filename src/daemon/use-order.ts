/** A type that is followed while it is asked for, as far as its use says what becomes of it. */
export interface TypeUse {
  /** When it was last asked for, or followed for another one's sake (clock reading, ms). */
  readonly usedAtMs: number;
  /** It is followed for so long after that (ms). */
  readonly idleMs: number;
  readonly isFollowed: boolean;
  /** Questions that wait for it, and people who watch it. */
  readonly holdCount: number;
  /** What its rows take on disk, while it is not followed. */
  readonly keptBytes: number;
}

/** The least recently used first. */
const byUse = (a: TypeUse, b: TypeUse): number => a.usedAtMs - b.usedAtMs;

/** When a type that is followed is to be stopped, unless it is asked for until then (clock reading, ms). */
const stopsAtMs = ({ usedAtMs, idleMs }: TypeUse): number => usedAtMs + idleMs;

/** Types that were not asked for in their time. */
export function idleOnes<T extends TypeUse>(types: readonly T[], nowMs: number): readonly T[] {
  return types.filter((type) => mayStop(type) && stopsAtMs(type) <= nowMs);
}

/** When the next type has not been asked for in its time (clock reading, ms); undefined where none ever will be. */
export function nextIdleMs(types: readonly TypeUse[]): number | undefined {
  const times = types.filter(mayStop).map(stopsAtMs);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Types that are followed beyond the bound, the least recently used; what somebody waits for or watches stays. */
export function surplus<T extends TypeUse>(types: readonly T[], followedMax: number): readonly T[] {
  const count = types.filter(({ isFollowed }) => isFollowed).length - followedMax;
  return count <= 0 ? [] : types.filter(mayStop).toSorted(byUse).slice(0, count);
}

/** Types whose rows are to leave the disk so that those of all that are not followed fit; the least recently used first. */
export function oversized<T extends TypeUse>(types: readonly T[], keptBytesMax: number): readonly T[] {
  const kept = types.filter(({ isFollowed, keptBytes }) => !isFollowed && keptBytes > 0).toSorted(byUse);
  let bytes = kept.reduce((sum, { keptBytes }) => sum + keptBytes, 0);
  return kept.filter(({ keptBytes }) => {
    if (bytes <= keptBytesMax) return false;
    bytes -= keptBytes;
    return true;
  });
}

function mayStop({ isFollowed, holdCount }: TypeUse): boolean {
  return isFollowed && holdCount === 0;
}
