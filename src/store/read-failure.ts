import { systemCodeOf } from '../errors/navi-error.ts';
import type { MirrorReader } from './open-reader.ts';
import { damagedStore, storeError } from './store-errors.ts';

/**
 * What was thrown while a mirror was read, as navi's own error where the store is to blame: what SQLite says; a text that
 * is no JSON, since navi stores nothing else there; and anything unexpected over a store in which SQLite finds damage.
 */
export function readFailure(thrown: unknown, { file, sqlite }: MirrorReader): unknown {
  const known = storeError(thrown, file);
  if (known !== thrown || !(thrown instanceof Error)) return known;
  if (thrown instanceof SyntaxError) return damagedStore(file, thrown.message, thrown);
  const mayBeDamage =
    thrown instanceof TypeError || thrown instanceof RangeError || systemCodeOf(thrown) === 'SQLITE_ERROR';
  if (!mayBeDamage) return thrown;
  const found = damageOf(sqlite);
  return found === undefined ? thrown : damagedStore(file, found, thrown);
}

function damageOf(sqlite: MirrorReader['sqlite']): string | undefined {
  if (!sqlite.open) return undefined;
  try {
    const found = String(sqlite.pragma('quick_check(1)', { simple: true }));
    return found === 'ok' ? undefined : found;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
