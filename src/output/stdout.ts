import { writeSync } from 'node:fs';
import { messageOf, NaviError } from '../errors/navi-error.ts';
import { terminalText } from './terminal-text.ts';

/** Longest time that output may be written while a snapshot of the store is open (ms); the rest waits in memory. */
const snapshotWriteMs = 3_000;

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
  readonly #startedAt = performance.now();
  #parts: (string | Uint8Array)[] = [];
  #length = 0;

  /** @param isUntrusted text from a cluster on its way to a terminal: written so that none of it steers the terminal */
  constructor(isUntrusted = false) {
    this.#isUntrusted = isUntrusted;
    this.#finish = isUntrusted ? terminalText : (text) => text;
  }

  /** Adds text, or bytes that are none; writes it once there are some 64 KiB, unless the time for that is over. @throws OutputClosed, NaviError */
  write(text: string | Uint8Array): void {
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length >= 65_536 && performance.now() - this.#startedAt < snapshotWriteMs) this.flush();
  }

  /** Writes everything that is left. @throws OutputClosed, or NAVI_AS_KUBECTL where it cannot be written */
  flush(): void {
    const parts = this.#parts;
    this.#parts = [];
    this.#length = 0;
    if (parts.length > 0) writeAll(this.#bytesOf(parts));
  }

  #bytesOf(parts: readonly (string | Uint8Array)[]): Buffer {
    if (parts.every((part) => typeof part === 'string')) return Buffer.from(this.#finish(parts.join('')));
    const text = (part: string | Uint8Array): string =>
      typeof part === 'string' ? part : Buffer.from(part).toString('utf8');
    if (this.#isUntrusted) return Buffer.from(this.#finish(parts.map(text).join('')));
    return Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)));
  }
}

function writeAll(bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EPIPE') throw new OutputClosed();
      if (code !== 'EAGAIN')
        throw new NaviError('NAVI_AS_KUBECTL', `error: standard output cannot be written: ${messageOf(error)}`);
      // A pipe that is not blocking and full: wait for its reader.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
