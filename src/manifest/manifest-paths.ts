/** From the values of `-f` to files, with the choices and the errors of kubectl 1.36. */
import { type Stats, lstatSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import { goQuote } from '../core/go-quote.ts';
import { compareUtf8 } from '../core/utf8-order.ts';
import { systemCodeOf } from '../errors/navi-error.ts';
import { globFiles } from './glob-files.ts';

/** What is to be read, in order. */
export interface ManifestPaths {
  /** Paths as kubectl names them, relative ones to the folder asked for; undefined stands for standard input. */
  readonly paths: readonly (string | undefined)[];
  /** Whether one value stood for a folder of several files. */
  readonly hasFolder: boolean;
  /** Messages; where there is one, kubectl reads nothing. */
  readonly faults: readonly string[];
}

/** Where the values of `-f` belong and how deep they go. */
export interface ManifestPlace {
  /** Folder of relative paths. */
  readonly folder: string;
  /** Whether folders within folders count. */
  readonly recursive: boolean;
}

const extensions = ['.json', '.yaml', '.yml'];

/** Finds the files of every value: a path, a folder, `-`, or a pattern. */
export function findManifests(filenames: readonly string[], place: ManifestPlace): ManifestPaths {
  const paths: (string | undefined)[] = [];
  const faults: string[] = [];
  let hasFolder = false;
  for (const filename of filenames) {
    if (filename === '-') {
      if (paths.includes(undefined)) faults.push('standard input cannot be used for multiple arguments');
      paths.push(undefined);
      continue;
    }
    const given = statOf(filename, place) === 'missing' ? globFiles(filename, place.folder) : [filename];
    if (given === undefined) {
      faults.push(`pattern ${goQuote(filename)} is not valid: syntax error in pattern`);
      continue;
    }
    if (given.length === 0) faults.push(missing(filename));
    for (const path of given) {
      const found = filesOf(path, place);
      const files = typeof found === 'string' ? [] : found;
      if (typeof found === 'string') faults.push(found);
      for (const file of files) paths.push(file);
      hasFolder ||= files.length > 1;
    }
    if (paths.length === 0 && faults.length === 0) {
      faults.push(`error reading [${given.join(' ')}]: recognized file extensions are [${extensions.join(' ')}]`);
    }
  }
  return { paths, hasFolder, faults };
}

/** The files of one path, or why there are none. */
function filesOf(path: string, place: ManifestPlace): readonly string[] | string {
  const stat = statOf(path, place);
  if (stat === 'missing') return missing(path);
  if (typeof stat === 'string') return `the path ${goQuote(path)} cannot be accessed: stat ${path}: ${stat}`;
  try {
    return walk(path, place);
  } catch (error) {
    return `error reading ${goQuote(path)}: open ${path}: ${systemWords(error)}`;
  }
}

function missing(path: string): string {
  return `the path ${goQuote(path)} does not exist`;
}

/** `missing`, or the system's words for why a path cannot be looked at. */
function statOf(path: string, place: ManifestPlace): Stats | string {
  try {
    // An empty path would be the folder itself.
    if (path === '') return 'missing';
    return statSync(resolve(place.folder, path));
  } catch (error) {
    return systemCodeOf(error) === 'ENOENT' ? 'missing' : systemWords(error);
  }
}

/** The files of a path, depth first in the order of names. A link is never a folder. */
function walk(root: string, place: ManifestPlace): readonly string[] {
  const top = resolve(place.folder, root);
  if (!lstatSync(top).isDirectory()) return [root];
  const byName = (path: string): string => path.replaceAll('/', '\0');
  return readdirSync(top, { recursive: place.recursive, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && extensions.some((extension) => entry.name.endsWith(extension)))
    .map((entry) => join(root, relative(top, entry.parentPath), entry.name))
    .sort((left, right) => compareUtf8(byName(left), byName(right)));
}

/** What Go says for an error of the file system. */
export function systemWords(error: unknown): string {
  if (systemCodeOf(error) === 'EISDIR') return 'is a directory';
  const { errno } = error as NodeJS.ErrnoException;
  return errno === undefined ? String(error) : getSystemErrorMessage(errno);
}
