import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';

/** A process that reads a snapshot of a store. */
export interface WalReader {
  readonly pid: number;
  /** File name of its program; empty where it cannot be told. */
  readonly program: string;
}

/** Bytes of the `-shm` file that readers lock, one for each of five snapshots ("WAL-Index File Format" of SQLite 3.54). */
const firstReadMark = 123;
const lastReadMark = 127;

/** A line of /proc/locks: `1: POSIX  ADVISORY  READ 1234 08:01:5678 124 124`. */
const lockLine = /^\d+: (?:POSIX|OFDLCK) +ADVISORY +READ +(-?\d+) [0-9a-f]+:[0-9a-f]+:(\d+) (\d+) (\d+|EOF)$/;

/**
 * The processes that hold a snapshot of the store `file` now, by pid. Linux alone tells, and only of processes that it
 * shows to this one; anywhere else nobody is found.
 */
export function walReaders(file: string): readonly WalReader[] {
  const inode = statSync(`${file}-shm`, { throwIfNoEntry: false })?.ino;
  const locks = readOrEmpty('/proc/locks').split('\n');
  const pids = locks.flatMap((line) => {
    const [, pid, node, first, last] = lockLine.exec(line) ?? [];
    if (pid === undefined || Number(node) !== inode || Number(pid) <= 0) return [];
    // The byte after them is locked by whoever has the store open at all.
    return Number(first) >= firstReadMark && Number(last) <= lastReadMark ? [Number(pid)] : [];
  });
  return [...new Set(pids)].toSorted((a, b) => a - b).map((pid) => ({ pid, program: programOf(pid) }));
}

function programOf(pid: number): string {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return '';
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
