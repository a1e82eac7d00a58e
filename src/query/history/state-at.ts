import type { MirrorReader } from '../../store/open-reader.ts';
import { presentState, stateBeforeChange, type PastState } from '../../store/rebuild-state.ts';

/** An object by the id of its type and its key, `namespace/name` or `name`. */
export interface ObjectPlace {
  readonly typeId: number;
  readonly key: string;
}

/**
 * What the mirror held under a key at an instant (epoch ms); `lost` where retention has taken away what came after it. Of a time
 * before `knownSince` it tells what came first. Where a clock was set back, the first change that is younger counts. Must run
 * in one snapshot.
 */
export function stateAt({ sqlite }: MirrorReader, { typeId, key }: ObjectPlace, atMs: number): PastState {
  const forgottenAt = sqlite.prepare('select forgotten_at from mirror').pluck().get() as number | null;
  if (forgottenAt !== null && atMs < forgottenAt) return { kind: 'lost' };
  const next = sqlite
    .prepare('select min(seq) from change where type_id = ? and key = ? and at > ?')
    .pluck()
    .get(typeId, key, atMs) as number | null;
  return next === null ? presentState(sqlite, typeId, key) : stateBeforeChange(sqlite, next);
}

/** Since when (epoch ms) the mirror logs what changes in the place of a key; undefined where it does not yet. */
export function knownSince({ sqlite }: MirrorReader, { typeId, key }: ObjectPlace): number | undefined {
  const namespace = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
  // A namespace with a scope of its own is decided by that one.
  const since = sqlite
    .prepare(`select known_since from scope where type_id = ? and namespace in ('', ?) order by namespace desc limit 1`)
    .pluck()
    .get(typeId, namespace) as number | null | undefined;
  return since ?? undefined;
}
