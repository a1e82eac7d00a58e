/** What a pattern of `-f` finds, in the order of kubectl 1.36 (path/filepath, Go 1.26). */
import { lstatSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compareUtf8 } from '../core/utf8-order.ts';
import { isPattern, namePattern } from './glob-pattern.ts';

/** How many folders a pattern may name, as in Go. */
const folderCountMax = 10_000;

/**
 * The files and folders that a pattern names, hidden ones included; undefined for a pattern that Go refuses. What
 * cannot be read is nothing.
 * @param folder of relative patterns
 */
export function globFiles(pattern: string, folder: string): readonly string[] | undefined {
  return globWithin(pattern, folder, 0);
}

function globWithin(pattern: string, folder: string, depth: number): readonly string[] | undefined {
  if (depth === folderCountMax || pattern.split('/').some((part) => namePattern(part) === undefined)) return undefined;
  if (!isPattern(pattern)) return exists(resolve(folder, pattern)) ? [pattern] : [];
  const end = pattern.lastIndexOf('/');
  const name = namePattern(pattern.slice(end + 1));
  const parent = end < 0 ? '.' : pattern.slice(0, end) || '/';
  const parents = isPattern(parent) ? globWithin(parent, folder, depth + 1) : [parent];
  if (name === undefined || parents === undefined) return undefined;
  return parents.flatMap((path) =>
    namesIn(resolve(folder, path))
      .filter(name)
      .map((found) => join(path, found)),
  );
}

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path).sort(compareUtf8);
  } catch {
    return [];
  }
}
