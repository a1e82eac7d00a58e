import type { ByteText } from '../byte-text.ts';

/** Longest output of one template (bytes): kubectl writes on, navi holds all of it in memory. */
export const outputBytesMax = 128 * 1024 ** 2;

/** A text made of many small pieces is a tree of them, which takes far more memory than the text, until it is flattened. */
const pieceBytes = 65_536;

/** What a template prints, piece by piece. */
export class BoundedOutput {
  readonly #pieces: Buffer[] = [];
  #open = '';
  #length = 0;

  /** False, and nothing is added, where that would be too much. */
  add(bytes: ByteText): boolean {
    if (this.#length + bytes.length > outputBytesMax) return false;
    this.#length += bytes.length;
    this.#open += bytes;
    if (this.#open.length >= pieceBytes) {
      this.#pieces.push(Buffer.from(this.#open, 'latin1'));
      this.#open = '';
    }
    return true;
  }

  text(): ByteText {
    return this.#pieces.length === 0 ? this.#open : Buffer.concat(this.#pieces).toString('latin1') + this.#open;
  }
}
