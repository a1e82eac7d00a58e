import type { Database } from 'better-sqlite3';
import { openHandle } from './open-handle.ts';

/** A mirror opened for reading; every query sees one snapshot inside `snapshot`. */
export interface MirrorReader {
  readonly file: string;
  /** A handle that can only read. */
  readonly sqlite: Database;
  close(): void;
}

/** A mirror to read from, as `openHandle` finds it. @throws what that throws */
export function openReader(file: string): MirrorReader | undefined {
  const sqlite = openHandle(file);
  if (sqlite === undefined) return undefined;
  return { file, sqlite, close: () => sqlite.close() };
}
