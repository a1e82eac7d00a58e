import { lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { plainMessageOf } from '../../errors/plain-words.ts';

/** What is wrong, as the end of a sentence, and what to type. */
export interface WritableByOthers {
  readonly why: string;
  readonly hint: string;
}

/** Most files and folders of a plugin, with all that it brings: more is no plugin but a folder of everything. */
const mostFiles = 50_000;

/**
 * Where anybody but this user and root may change what runs of a folder: in itself, in what is in it or what symbolic links in it lead to,
 * or in the folders above it. Undefined where nobody may. (Windows has no such modes; its profile folders are the user's own.)
 * @param folder absolute, without symbolic links
 */
export function folderWritableByOthers(folder: string): WritableByOthers | undefined {
  if (process.platform === 'win32') return undefined;
  const above = aboveWritableByOthers(folder);
  if (above !== undefined) return above;
  const waiting = [folder];
  let count = 0;
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    count += 1;
    if (count > mostFiles)
      return { why: `it has more than ${mostFiles} files`, hint: 'name the folder of one package' };
    try {
      const found = judge(path, `-R go-w ${folder}`);
      if (found !== undefined) return found;
      const here = path;
      if (lstatSync(path).isDirectory()) waiting.push(...readdirSync(path).map((name) => join(here, name)));
    } catch (error) {
      return { why: `${path}: ${plainMessageOf(error)}`, hint: `ls -ld ${path}` };
    }
  }
  return undefined;
}

/** The same of one file. @throws Error of the system where it cannot be looked at */
export function fileWritableByOthers(file: string): WritableByOthers | undefined {
  return process.platform === 'win32' ? undefined : judge(file, `go-w ${file}`);
}

/** Who may write to a folder above may put another one in its place, unless that is sticky, as /tmp is. */
function aboveWritableByOthers(folder: string): WritableByOthers | undefined {
  for (let path = dirname(folder), below = folder; path !== below; below = path, path = dirname(path)) {
    const found = (statSync(path).mode & 0o1000) === 0 ? judge(path, `go-w ${path}`) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** @param mending arguments of chmod */
function judge(path: string, mending: string): WritableByOthers | undefined {
  const { mode, uid } = statSync(path);
  const own = process.getuid?.() ?? uid;
  if (uid !== own && uid !== 0)
    return { why: `${path} belongs to user ${uid}, who may change it`, hint: `ls -ld ${path}` };
  if ((mode & 0o022) === 0) return undefined;
  const octal = (mode & 0o777).toString(8).padStart(3, '0');
  return { why: `others may write to ${path} (mode ${octal})`, hint: `chmod ${mending}` };
}
