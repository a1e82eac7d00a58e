import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { NaviError, systemCodeOf } from '../../errors/navi-error.ts';
import { fileHint, plainMessageOf } from '../../errors/plain-words.ts';
import { dataDirectory } from '../../store/data-directory.ts';
import { isDiskFull } from '../../store/store-errors.ts';

/** What is gathered for one write (UTF-16 units). */
const chunkLength = 256 * 1024;

/** Why a target cannot be written. */
export function targetError(thrown: unknown, path: string): unknown {
  if (thrown instanceof NaviError || !(thrown instanceof Error)) return thrown;
  if (isDiskFull(thrown)) {
    return new NaviError('NAVI_DISK_FULL', `no room left on the disk of ${path}`, {
      hints: ['free some space, or name another place with --to'],
      cause: thrown,
    });
  }
  if (!('syscall' in thrown)) return thrown;
  return refusedTarget(
    `${path} cannot be written: ${plainMessageOf(thrown)}`,
    fileHint(thrown, path, 'name another place with --to'),
    thrown,
  );
}

/** An export that cannot go where it was told to. */
export function refusedTarget(message: string, hint: string, cause?: unknown): NaviError {
  return new NaviError('NAVI_USAGE', message, { hints: [hint], cause });
}

/** What is at a path, links followed; undefined where nothing is. @throws NAVI_USAGE for what cannot be looked at */
export function statTarget(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw targetError(error, path);
  }
}

/** The data directory belongs to the daemon, which would take what lies there for its own. @throws NAVI_USAGE */
export function refuseDataDirectory(path: string): void {
  const inside = relative(realPath(dataDirectory(process.env)), realPath(path));
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return;
  throw refusedTarget(`${path} lies in the data directory of navi`, 'name another place with --to');
}

/** The path without links, as far as it is there. */
function realPath(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    return dirname(whole) === whole ? whole : join(realPath(dirname(whole)), basename(whole));
  }
}

/** A file that is whole or not there: it is written beside its place, mode 0600, and takes that in the end. */
export class NewFile {
  readonly path: string;
  /** Where it is until then. */
  readonly temporary: string;
  #descriptor: number | undefined;
  #parts: string[] = [];
  #length = 0;

  /** @throws NAVI_USAGE for a path at which no file may be put, NAVI_DISK_FULL */
  constructor(path: string) {
    refuseDataDirectory(path);
    const state = statTarget(path);
    if (state !== undefined && !state.isFile()) {
      const what = state.isDirectory() ? 'is a folder, and a file is to be written' : 'is no file';
      throw refusedTarget(`${path} ${what}`, 'name a file with --to');
    }
    try {
      // A link stays what it is.
      this.path = state !== undefined && lstatSync(path).isSymbolicLink() ? realpathSync(path) : path;
      this.temporary = join(dirname(this.path), `.navi-export-${process.pid}.new`);
      removeLeftovers(dirname(this.path));
      this.#descriptor = openSync(this.temporary, 'wx', 0o600);
    } catch (error) {
      throw targetError(error, path);
    }
  }

  /** @throws NAVI_DISK_FULL, NAVI_USAGE */
  write(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length >= chunkLength) this.#flush();
  }

  /** Puts it into its place. @throws as `write` */
  commit(): void {
    this.#flush();
    try {
      this.#close();
      flushFile(this.temporary);
      renameSync(this.temporary, this.path);
    } catch (error) {
      throw targetError(error, this.path);
    }
  }

  /** Leaves nothing of it; after `commit` without effect. */
  discard(): void {
    this.#close();
    rmSync(this.temporary, { force: true });
  }

  #flush(): void {
    if (this.#length === 0 || this.#descriptor === undefined) return;
    const bytes = Buffer.from(this.#parts.join(''));
    this.#parts = [];
    this.#length = 0;
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      throw targetError(error, this.path);
    }
  }

  #close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

/** On the disk before it is under its name: a power cut leaves the one before it, and no empty file. */
function flushFile(path: string): void {
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Removes what exports that were killed left in a folder. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, pid] = /^\.navi-export-(\d+)\.new\b/.exec(name) ?? [];
    if (pid !== undefined && (Number(pid) === process.pid || !isRunning(Number(pid))))
      rmSync(join(folder, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) !== 'ESRCH';
  }
}
