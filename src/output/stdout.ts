import { writeSync } from 'node:fs';
import { NaviError, systemCodeOf } from '../errors/navi-error.ts';
import { plainMessageOf } from '../errors/plain-words.ts';
import { terminalText } from '../core/terminal-text.ts';
import { uptimeMs } from './uptime.ts';

/** Longest time that output may be written while a snapshot of the store is open (ms); the rest waits in memory. */
const snapshotWriteMs = 3_000;

/** What is gathered for one write (UTF-16 units, or bytes). */
const writeLength = 65_536;

/** Thrown when the reader of a pipe has gone away (`| head`): the command ends quietly. */
export class OutputClosed extends Error {
  constructor() {
    super('the reader of the output has gone away');
    this.name = 'OutputClosed';
  }
}

/**
 * Standard output for data. Chunks are gathered into large writes; a reader that is too slow makes the rest wait in
 * memory, so that a slow pipe never holds a snapshot of the store open for long.
 */
export class Stdout {
  readonly #finish: (text: string) => string;
  readonly #isUntrusted: boolean;
  readonly #startedAt = uptimeMs();
  #parts: (string | Uint8Array)[] = [];
  #length = 0;
  /** What the system would not take yet. */
  #rest: Buffer = Buffer.alloc(0);

  /** @param isUntrusted text from a cluster on its way to a terminal: written so that none of it steers the terminal */
  constructor(isUntrusted = false) {
    this.#isUntrusted = isUntrusted;
    this.#finish = isUntrusted ? terminalText : (text) => text;
  }

  /** Adds text, or bytes that are none; writes it once there is some of it, unless the time for that is over. @throws OutputClosed, NaviError */
  write(text: string | Uint8Array): void {
    this.#parts.push(text);
    this.#length += text.length;
    const endsAt = this.#startedAt + snapshotWriteMs;
    if (this.#length < writeLength || uptimeMs() >= endsAt) return;
    unblock();
    this.#writeUntil(endsAt);
  }

  /** Writes everything that is left. @throws OutputClosed, or NAVI_AS_KUBECTL where it cannot be written */
  flush(): void {
    this.#writeUntil(Number.POSITIVE_INFINITY);
  }

  /** Keeps what the system has not taken by then, a time as `uptimeMs` has it. */
  #writeUntil(endsAt: number): void {
    this.#rest = writeBytes(this.#rest, endsAt);
    let from = 0;
    // All that waited in memory may be more than one string holds.
    while (this.#rest.length === 0 && from < this.#parts.length) {
      const parts: (string | Uint8Array)[] = [];
      for (let length = 0; length < writeLength && from < this.#parts.length; from += 1) {
        const part = this.#parts[from] ?? '';
        length += part.length;
        parts.push(part);
      }
      this.#rest = writeBytes(this.#bytesOf(parts), endsAt);
    }
    this.#parts = this.#parts.slice(from);
    this.#length = this.#parts.reduce((sum, { length }) => sum + length, 0);
  }

  #bytesOf(parts: readonly (string | Uint8Array)[]): Buffer {
    if (parts.every((part) => typeof part === 'string')) return Buffer.from(this.#finish(parts.join('')));
    const text = (part: string | Uint8Array): string =>
      typeof part === 'string' ? part : Buffer.from(part).toString('utf8');
    if (this.#isUntrusted) return Buffer.from(this.#finish(parts.map(text).join('')));
    return Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)));
  }
}

/** Why standard output cannot be written. */
export function outputFailure(error: unknown): NaviError {
  return new NaviError('NAVI_AS_KUBECTL', `error: standard output cannot be written: ${plainMessageOf(error)}`);
}

/** Lets writes to a pipe return where its reader is too slow: they block until Node opens the pipe as its own. */
export function unblock(): void {
  void process.stdout;
}

/** What is left when the time is over or everything is written. */
function writeBytes(bytes: Buffer, endsAt: number): Buffer {
  let at = 0;
  while (at < bytes.length && uptimeMs() < endsAt) {
    const count = writeSome(bytes, at);
    if (count === 0) awaitReader();
    at += count;
  }
  return bytes.subarray(at);
}

/** How many bytes from there on the system took; 0 where it takes none now. @throws OutputClosed, NAVI_AS_KUBECTL */
export function writeSome(bytes: Buffer, at = 0): number {
  try {
    return writeSync(1, bytes, at);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'EPIPE') throw new OutputClosed();
    if (code !== 'EAGAIN') throw outputFailure(error);
    return 0;
  }
}

/** Waits for the reader of a pipe that is not blocking and full. */
export function awaitReader(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}
