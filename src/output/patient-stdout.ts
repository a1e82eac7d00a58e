import { systemCodeOf } from '../errors/navi-error.ts';
import { OutputClosed, outputFailure } from './stdout.ts';
import { terminalText } from '../core/terminal-text.ts';

/**
 * Standard output of a command that stays: text is gathered until `flush`, which waits for a slow reader without stopping
 * the program, so that a signal ends it even where nobody reads. From the first flush on a pipe does not block.
 */
export class PatientStdout {
  readonly #isUntrusted: boolean;
  #parts: (string | Uint8Array)[] = [];
  #heldLength = 0;

  /** @param isUntrusted text from a cluster on its way to a terminal: written so that none of it steers the terminal */
  constructor(isUntrusted = false) {
    this.#isUntrusted = isUntrusted;
  }

  /** Adds text, or bytes that are none, in memory. */
  write(text: string | Uint8Array): void {
    this.#parts.push(text);
    this.#heldLength += text.length;
  }

  /** Characters and bytes that wait for a flush. */
  get heldLength(): number {
    return this.#heldLength;
  }

  /** Gives away what waits, in order, as if it was written. */
  take(): readonly (string | Uint8Array)[] {
    const parts = this.#parts;
    this.#parts = [];
    this.#heldLength = 0;
    return parts;
  }

  /** Writes everything that is left; resolves when the system has taken it. @throws OutputClosed, NAVI_AS_KUBECTL */
  async flush(): Promise<void> {
    const parts = this.take();
    if (parts.length === 0) return;
    const bytes = Buffer.concat(parts.map((part) => this.#bytesOf(part)));
    const { stdout } = process;
    // What goes wrong is told to the callback too; oclif's listener would throw it where nobody catches it.
    if (!stdout.listeners('error').includes(ignore)) stdout.removeAllListeners('error').on('error', ignore);
    await new Promise<void>((resolve, reject) => {
      stdout.write(bytes, (error) => {
        if (error === null || error === undefined) resolve();
        else reject(outputError(error));
      });
    });
  }

  #bytesOf(part: string | Uint8Array): Buffer {
    const bytes = Buffer.from(part as Uint8Array);
    return this.#isUntrusted ? Buffer.from(terminalText(bytes.toString('utf8'))) : bytes;
  }
}

function ignore(): void {}

function outputError(error: Error): Error {
  if (['EPIPE', 'ECONNRESET'].includes(systemCodeOf(error))) return new OutputClosed();
  return outputFailure(error);
}
