import { writeFileSync } from 'node:fs';

/**
 * Leaves all memory out of the core dumps of this process and of those it starts: tokens and keys lie there. Linux has a
 * filter of what a dump holds (core(5)), for any limit of its size; elsewhere that limit alone decides, which is 0 by
 * default on macOS.
 */
export function emptyCoreDumps(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {
    // A kernel without dumps has no filter either.
  }
}
