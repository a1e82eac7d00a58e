import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { systemCodeOf } from '../../errors/navi-error.ts';
import { isOwnPath } from './file-name.ts';
import { refusedTarget, refuseDataDirectory, statTarget, targetError } from './target.ts';

/** Names the files that navi wrote into a folder. */
const listName = '.navi-export';

const heading = '# Written by navi export, which removes only files that are named here.';

/** What a folder holds. */
export interface TreeContent {
  /** What was asked for, on one line: a folder answers one question. */
  readonly question: string;
  /** How many names lead to a file of it. */
  readonly depth: number;
}

/** What an export did to a folder. */
export interface TreeCounts {
  readonly writtenCount: number;
  readonly unchangedCount: number;
  readonly removedCount: number;
  /** Files that nothing was said about, and that stay. */
  readonly keptCount: number;
}

/**
 * A folder of files of which each is as it was or as it is to be, at any moment: written beside its place and moved there,
 * unless it is the same already. A list in the folder names the files; a name is in it before its file is there, so that an
 * export after one that was killed knows what is navi's. What is not named there is never changed and never removed.
 */
export class TreeFolder {
  readonly #folder: string;
  readonly #content: TreeContent;
  readonly #list: string;
  readonly #temporary: string;
  /** Paths in the list, with `/` between their names. */
  readonly #known: Set<string>;
  readonly #written = new Set<string>();
  readonly #checked = new Set<string>();
  #writtenCount = 0;

  /** Opens the folder, or makes it. @throws NAVI_USAGE for one that holds something else, NAVI_DISK_FULL */
  constructor(folder: string, content: TreeContent) {
    this.#folder = folder;
    this.#content = content;
    this.#list = join(folder, listName);
    this.#temporary = join(folder, `${listName}.${process.pid}.new`);
    refuseDataDirectory(folder);
    for (const path of [dirname(folder), folder]) {
      if (statTarget(path)?.isDirectory() === false)
        throw refusedTarget(`${path} is a file, and a folder is to be written`, 'name a folder with --to');
    }
    try {
      mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
      this.#refuseLink('');
      this.#known = this.#open();
      for (const name of readdirSync(folder)) if (isLeftover(name)) rmSync(join(folder, name));
    } catch (error) {
      throw targetError(error, folder);
    }
  }

  /**
   * Makes the file at a path have this text.
   * @throws NAVI_USAGE where there is one that navi did not write, NAVI_DISK_FULL
   */
  write(path: string, text: string): void {
    try {
      this.#write(path, Buffer.from(text));
    } catch (error) {
      throw targetError(error, join(this.#folder, path));
    }
  }

  /**
   * Removes the files that were written once and not this time.
   * @param isGone whether it is known that what a file holds is no more; else it stays
   */
  finish(isGone: (path: string) => boolean): TreeCounts {
    let removedCount = 0;
    let keptCount = 0;
    try {
      for (const path of this.#known) {
        if (this.#written.has(path)) continue;
        if (isGone(path)) {
          this.#remove(path);
          removedCount += 1;
        } else keptCount += 1;
      }
      this.#writeList();
    } catch (error) {
      throw targetError(error, this.#folder);
    }
    const writtenCount = this.#writtenCount;
    return { writtenCount, unchangedCount: this.#written.size - writtenCount, removedCount, keptCount };
  }

  /** The paths of the list, which is made where the folder is empty. */
  #open(): Set<string> {
    const lines = readLines(this.#list);
    if (lines === undefined) {
      if (readdirSync(this.#folder).some((name) => !isLeftover(name))) {
        throw refusedTarget(
          `${this.#folder} holds files that navi export did not write`,
          'name an empty folder, or one that does not exist yet, with --to',
        );
      }
      writeFileSync(this.#list, this.#listText([]), { mode: 0o600, flag: 'wx' });
      return new Set();
    }
    const [first, question, ...paths] = lines;
    if (first !== heading || question?.startsWith('# ') !== true) throw this.#damagedList();
    if (question !== this.#questionLine()) {
      throw refusedTarget(
        `${this.#folder} holds another export: ${question.slice(2)}`,
        'name another folder with --to, or remove this one',
      );
    }
    const known = paths.slice(0, -1);
    if (known.some((path) => !isOwnPath(path, this.#content.depth))) throw this.#damagedList();
    // A name that was cut off would be the beginning of the next one.
    if (paths.at(-1) !== '') this.#replaceList(this.#listText(known));
    return new Set(known);
  }

  #damagedList(): Error {
    return refusedTarget(`${this.#list} is no list that navi export wrote`, `restore it, or remove ${this.#folder}`);
  }

  #write(path: string, bytes: Buffer): void {
    const file = join(this.#folder, path);
    this.#makeFolders(path);
    const there = contentOf(file);
    if (there === 'no file' || (there !== undefined && !this.#known.has(path) && !there.equals(bytes))) {
      throw refusedTarget(`${file} is there, and navi export did not write it`, 'move it away');
    }
    this.#written.add(path);
    if (there?.equals(bytes) === true) return;
    if (!this.#known.has(path)) appendFileSync(this.#list, `${path}\n`);
    writeFileSync(this.#temporary, bytes, { mode: 0o600 });
    renameSync(this.#temporary, file);
    this.#writtenCount += 1;
  }

  #makeFolders(path: string): void {
    const names = path.split('/').slice(0, -1);
    for (let count = 1; count <= names.length; count += 1) {
      const folder = names.slice(0, count).join('/');
      if (!this.#checked.has(folder)) this.#refuseLink(folder);
    }
  }

  /** Makes a folder of the tree; one that a link leads to would be elsewhere. */
  #refuseLink(folder: string): void {
    const path = join(this.#folder, folder);
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if (systemCodeOf(error) !== 'EEXIST') throw error;
    }
    if (!lstatSync(path).isDirectory()) {
      throw refusedTarget(`${path} is no folder, and navi export follows no link out of its own`, 'move it away');
    }
    this.#checked.add(folder);
  }

  #remove(path: string): void {
    if (!this.#isReached(path)) return;
    rmSync(join(this.#folder, path), { force: true });
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
      try {
        rmdirSync(join(this.#folder, folder));
      } catch {
        // Something else is in it.
        return;
      }
    }
  }

  /** Whether the folders of a path are there, and none is a link. */
  #isReached(path: string): boolean {
    const names = path.split('/').slice(0, -1);
    return names.every((_, index) => {
      const folder = join(this.#folder, ...names.slice(0, index + 1));
      return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
    });
  }

  /** What is there is named, and what was kept. */
  #writeList(): void {
    const kept = [...this.#known].filter((path) => !this.#written.has(path) && this.#isThere(path));
    const text = this.#listText([...this.#written, ...kept].sort());
    if (readFileSync(this.#list, 'utf8') !== text) this.#replaceList(text);
  }

  #replaceList(text: string): void {
    writeFileSync(this.#temporary, text, { mode: 0o600 });
    renameSync(this.#temporary, this.#list);
  }

  #isThere(path: string): boolean {
    return this.#isReached(path) && lstatSync(join(this.#folder, path), { throwIfNoEntry: false }) !== undefined;
  }

  #listText(paths: readonly string[]): string {
    return [heading, this.#questionLine(), ...paths, ''].join('\n');
  }

  #questionLine(): string {
    return `# ${this.#content.question}`;
  }
}

/** What an export that was killed left half written. */
const isLeftover = (name: string): boolean => /^\.navi-export\.\d+\.new$/.test(name);

/** The lines of a file, the last of which is empty where it ends in a line feed; undefined where there is no such file. */
function readLines(file: string): readonly string[] | undefined {
  const state = lstatSync(file, { throwIfNoEntry: false });
  if (state === undefined) return undefined;
  if (!state.isFile()) throw refusedTarget(`${file} is no file`, 'move it away');
  return readFileSync(file, 'utf8').split(/\r?\n/);
}

function contentOf(file: string): Buffer | 'no file' | undefined {
  const state = lstatSync(file, { throwIfNoEntry: false });
  if (state === undefined) return undefined;
  return state.isFile() ? readFileSync(file) : 'no file';
}
