/** Longest line of a watch stream: 1.5 MiB of object grow up to sixfold by JSON escapes. */
const maxLineBytes = 16 * 1024 * 1024;

/**
 * Cuts a byte stream at line feeds (0x0A) and at nothing else: watch streams may hold other line separators inside
 * strings, and chunks cut lines and characters anywhere. A last line without its line feed is never returned.
 */
export class LineSplitter {
  #parts: Buffer[] = [];
  #pendingBytes = 0;

  /**
   * The lines that `chunk` completes, decoded as UTF-8, without their line feed.
   * @throws Error when a line grows over 16 MiB.
   */
  push(chunk: Buffer): readonly string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, start)) {
      lines.push(this.#complete(chunk.subarray(start, end)));
      start = end + 1;
    }
    if (start < chunk.length) {
      this.#parts.push(chunk.subarray(start));
      this.#pendingBytes += chunk.length - start;
      if (this.#pendingBytes > maxLineBytes) throw new Error(`a line of the stream is over ${maxLineBytes} bytes`);
    }
    return lines;
  }

  #complete(tail: Buffer): string {
    if (this.#parts.length === 0) return tail.toString('utf8');
    const line = Buffer.concat([...this.#parts, tail]).toString('utf8');
    this.#parts = [];
    this.#pendingBytes = 0;
    return line;
  }
}
