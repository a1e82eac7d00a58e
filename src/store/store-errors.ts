import { NaviError, messageOf, systemCodeOf } from '../errors/navi-error.ts';

/** A short read is a file that ends before a page that it must have. */
const corrupt = /^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ|IOERR_CORRUPTFS)/;

/** True where SQLite says that there is no room: the disk, or the quota, is full. */
export function isDiskFull(thrown: unknown): boolean {
  return systemCodeOf(thrown) === 'SQLITE_FULL' || systemCodeOf(thrown) === 'ENOSPC';
}

/**
 * Anything thrown while the store was open, as navi's own error: corrupt, full, or unusable (what the system refused,
 * such as EACCES or EROFS, too). Errors that are ours
 * already pass through; a TypeError and its like is a bug and passes through too.
 */
export function storeError(thrown: unknown, file: string): unknown {
  const code = systemCodeOf(thrown);
  // A plain SQLITE_ERROR is a statement that does not fit the schema: a bug.
  const isSystem = thrown instanceof Error && 'syscall' in thrown;
  const isStore = (code.startsWith('SQLITE_') && code !== 'SQLITE_ERROR') || isSystem;
  if (thrown instanceof NaviError || !isStore) return thrown;
  if (isDiskFull(thrown)) {
    return new NaviError('NAVI_DISK_FULL', `no room left on the disk of ${file}`, {
      hints: ['free some space; nothing that was committed is lost'],
      cause: thrown,
    });
  }
  if (corrupt.test(code)) {
    return new NaviError('NAVI_STORE_CORRUPT', `${file} is damaged: ${messageOf(thrown)}`, {
      hints: ['run navi sync: it sets the damaged file aside and rebuilds the mirror from the cluster'],
      cause: thrown,
    });
  }
  return new NaviError('NAVI_STORE_UNUSABLE', `${file} cannot be used: ${messageOf(thrown)} (${code})`, {
    cause: thrown,
  });
}
