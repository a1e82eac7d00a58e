import { awaitReader, unblock, writeSome } from './stdout.ts';

/** What is gathered before anything is written: what fails sooner has printed nothing (UTF-16 units). */
const firstLength = 1024 * 1024;

/** What is gathered for a write after that. */
const chunkLength = 64 * 1024;

/** Most that waits in memory for a slow reader (bytes); beyond it writing waits. */
const mostWaiting = 32 * 1024 * 1024;

/**
 * Standard output for rows without end: what a slow reader does not take waits in memory as far as there is room, then
 * the program waits for the reader.
 */
export class BoundedStdout {
  #parts: string[] = [];
  #length = 0;
  #hasWritten = false;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  readonly #mayWait: () => boolean;

  /** @param mayWait whether the program may wait for the reader now; else more waits in memory until it may */
  constructor(mayWait: () => boolean = () => true) {
    this.#mayWait = mayWait;
  }

  /** @throws OutputClosed, or NAVI_AS_KUBECTL where it cannot be written */
  write(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length < (this.#hasWritten ? chunkLength : firstLength)) return;
    if (!this.#hasWritten) unblock();
    this.#gather();
    this.#drain(mostWaiting, this.#mayWait);
  }

  /** Writes everything that is left. @throws as `write` */
  flush(): void {
    this.#gather();
    this.#drain(0, () => true);
  }

  #gather(): void {
    if (this.#length === 0) return;
    const bytes = Buffer.from(this.#parts.join(''));
    this.#parts = [];
    this.#length = 0;
    this.#hasWritten = true;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  /** Writes as much as the system takes; waits for it only while more than so many bytes are left. */
  #drain(leftBytes: number, mayWait: () => boolean): void {
    for (;;) {
      const [bytes] = this.#waiting;
      if (bytes === undefined) return;
      const count = writeSome(bytes);
      this.#waitingBytes -= count;
      if (count === bytes.length) this.#waiting.shift();
      else this.#waiting[0] = bytes.subarray(count);
      if (count > 0) continue;
      if (this.#waitingBytes <= leftBytes || !mayWait()) return;
      awaitReader();
    }
  }
}
