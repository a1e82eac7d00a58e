/**
 * How bytes without a known length travel over the control socket, behind the answer line that announces them: in frames,
 * each its length (4 bytes, the highest first) and as many bytes. One of length 0 is the last; behind it comes a second
 * answer line, without a result, which says whether that was the end of the bytes or what broke them off. A connection that
 * ends without it has lost some.
 */
const headBytes = 4;

/** What stands before so many bytes. */
export function frameHead(length: number): Buffer {
  const head = Buffer.allocUnsafe(headBytes);
  head.writeUInt32BE(length);
  return head;
}

/** Takes frames apart as they arrive, in pieces of any size; holds nothing but the head of a frame and the last line. */
export class FrameReader {
  #head = Buffer.alloc(0);
  /** Of the frame that is being read (bytes). */
  #left = 0;
  #isLast = false;
  #line = Buffer.alloc(0);

  /** The last answer line, once all of it is there. */
  get end(): string | undefined {
    const at = this.#line.indexOf(0x0a);
    return at === -1 ? undefined : this.#line.toString('utf8', 0, at);
  }

  /** The bytes that were sent, in order, as far as this chunk has them; views into it. */
  push(chunk: Buffer): readonly Buffer[] {
    const pieces: Buffer[] = [];
    let rest = chunk;
    while (rest.length > 0 && !this.#isLast) {
      if (this.#left > 0) {
        const piece = rest.subarray(0, this.#left);
        this.#left -= piece.length;
        rest = rest.subarray(piece.length);
        pieces.push(piece);
      } else rest = this.#readHead(rest);
    }
    if (rest.length > 0) this.#line = Buffer.concat([this.#line, rest]);
    return pieces;
  }

  /** What follows of the chunk. */
  #readHead(chunk: Buffer): Buffer {
    const part = chunk.subarray(0, headBytes - this.#head.length);
    this.#head = Buffer.concat([this.#head, part]);
    if (this.#head.length === headBytes) {
      this.#left = this.#head.readUInt32BE();
      this.#isLast = this.#left === 0;
      this.#head = Buffer.alloc(0);
    }
    return chunk.subarray(part.length);
  }
}
