import { NaviError, messageOf, systemCodeOf } from '../errors/navi-error.ts';
import { plainMessageOf } from '../errors/plain-words.ts';

/** What to do about a damaged mirror. */
const rebuild = ['run navi sync: it sets the damaged file aside and rebuilds the mirror from the cluster'];

/**
 * A short read is a file that ends before a page that it must have. What navi writes breaks no constraint of its tables,
 * unless what it read from them, or their index, is not what was written.
 */
const corrupt =
  /^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ|IOERR_CORRUPTFS|CONSTRAINT_(DATATYPE|NOTNULL|CHECK|UNIQUE|PRIMARYKEY|ROWID)|MISMATCH)/;

/** What SQLite and its full text say of a schema, an index or JSON that is none, with the code of a wrong statement. */
const unreadable =
  /^(malformed JSON|malformed database schema|unsupported file format|invalid fts5 file format|vtable constructor failed|fts5: )/;

/** What was stored in a row is no longer what navi stores there. */
export class StoredTextDamaged extends Error {}

/** True where SQLite says that there is no room: the disk, or the quota, is full. */
export function isDiskFull(thrown: unknown): boolean {
  return systemCodeOf(thrown) === 'SQLITE_FULL' || systemCodeOf(thrown) === 'ENOSPC';
}

/**
 * Anything thrown while the store was open, as navi's own error: corrupt, full, or unusable (what the system refused,
 * such as EACCES or EROFS, too). Errors that are ours
 * already pass through; a TypeError and its like is a bug and passes through too.
 * @param repair hints for a file that is damaged; without them it is a mirror
 */
export function storeError(thrown: unknown, file: string, repair: readonly string[] = rebuild): unknown {
  const code = systemCodeOf(thrown);
  // A plain SQLITE_ERROR is a statement that does not fit the schema: a bug, unless the schema itself cannot be read.
  const isSystem = thrown instanceof Error && 'syscall' in thrown;
  const isStore = (code.startsWith('SQLITE_') && code !== 'SQLITE_ERROR') || isDamage(thrown, code) || isSystem;
  if (thrown instanceof NaviError || !isStore) return thrown;
  if (isDiskFull(thrown)) {
    return new NaviError('NAVI_DISK_FULL', `no room left on the disk of ${file}`, {
      hints: ['free some space; nothing that was committed is lost'],
      cause: thrown,
    });
  }
  if (isDamage(thrown, code)) return damagedStore(file, messageOf(thrown), thrown, repair);
  const said = plainMessageOf(thrown);
  const why = said.endsWith(`(${code})`) ? said : `${said} (${code})`;
  return new NaviError('NAVI_STORE_UNUSABLE', `${file} cannot be used: ${why}`, {
    hints: [`ls -l ${file} shows who may use it; NAVI_DATA_DIR names another place`],
    cause: thrown,
  });
}

/** A store that cannot be read as it is, with what shows that. */
export function damagedStore(
  file: string,
  why: string,
  cause?: unknown,
  hints: readonly string[] = rebuild,
): NaviError {
  return new NaviError('NAVI_STORE_CORRUPT', `${file} is damaged: ${oneLine(why)}`, { hints, cause });
}

function isDamage(thrown: unknown, code: string): boolean {
  if (thrown instanceof StoredTextDamaged) return true;
  return corrupt.test(code) || (code === 'SQLITE_ERROR' && unreadable.test(messageOf(thrown)));
}

/** SQLite quotes what it found, which may be anything. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?').slice(0, 200);
