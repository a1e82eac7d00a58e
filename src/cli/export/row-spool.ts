import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { storeError } from '../../store/store-errors.ts';
import { os } from '../../util/late-modules.ts';
import type { KeepRows } from '../get/held-snapshot.ts';

/** What is gathered for one write, and read at once (bytes). */
const chunkBytes = 256 * 1024;

/**
 * Rows that wait for a slow reader in a file of this user's that has no name any more: memory stays as it is however many
 * they are, and nothing is left behind by whatever end. Values are what JSON has.
 */
export class RowSpool {
  readonly #mirrorFile: string;
  #descriptor: number | undefined;
  #length = 0;

  /** @param mirrorFile the mirror, beside which the file is made */
  constructor(mirrorFile: string) {
    this.#mirrorFile = mirrorFile;
  }

  /** Reads the rows to their end; they come again from the file. @throws NAVI_DISK_FULL */
  readonly keep: KeepRows = (rows) => {
    const from = this.#length;
    try {
      this.#writeAll(rows);
    } catch (error) {
      throw storeError(error, this.#mirrorFile);
    }
    return this.#readBack(from, this.#length);
  };

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #writeAll(rows: Iterable<unknown>): void {
    let lines: string[] = [];
    let length = 0;
    for (const row of rows) {
      const line = `${JSON.stringify(row)}\n`;
      lines.push(line);
      length += line.length;
      if (length < chunkBytes) continue;
      this.#write(lines);
      lines = [];
      length = 0;
    }
    this.#write(lines);
  }

  #write(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.#descriptor ??= openNameless(dirname(this.#mirrorFile));
    const bytes = Buffer.from(lines.join(''));
    for (let at = 0; at < bytes.length;) {
      const count = writeSync(this.#descriptor, bytes, at, bytes.length - at, this.#length);
      at += count;
      this.#length += count;
    }
  }

  *#readBack<T>(from: number, to: number): Generator<T> {
    let at = from;
    let begun: Buffer[] = [];
    while (at < to && this.#descriptor !== undefined) {
      const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, to - at));
      const count = readSync(this.#descriptor, chunk, 0, chunk.length, at);
      if (count === 0) return;
      at += count;
      const bytes = chunk.subarray(0, count);
      let lineAt = 0;
      for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, lineAt)) {
        const last = bytes.toString('utf8', lineAt, end);
        const line =
          begun.length === 0 ? last : Buffer.concat([...begun, bytes.subarray(lineAt, end)]).toString('utf8');
        begun = [];
        lineAt = end + 1;
        yield JSON.parse(line) as T;
      }
      begun.push(bytes.subarray(lineAt));
    }
  }
}

/** A file that is removed as soon as it is open. Who may only read the data directory has it among the temporary files. */
function openNameless(folder: string): number {
  const name = `export-${process.pid}.rows`;
  try {
    return openIn(folder, name);
  } catch {
    return openIn(os().tmpdir(), name);
  }
}

function openIn(folder: string, name: string): number {
  const path = join(folder, name);
  const descriptor = openSync(path, 'wx+', 0o600);
  rmSync(path);
  return descriptor;
}
