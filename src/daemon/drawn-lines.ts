import type { SyncOutput } from './sync-run.ts';

/** A line of wide characters may still be too long: in two rows it would not be drawn in place. */
const cutLines = '\u001B[?7l';
const wrapLines = '\u001B[?7h';

const eraseLine = '\r\u001B[2K';
const eraseBelow = '\r\u001B[J';

/** Lines at the end of a terminal that are drawn anew in place, with what is written once above them. */
export class DrawnLines {
  readonly #output: SyncOutput;
  /** As they were drawn, cut. */
  #lines: readonly string[] = [];

  constructor(output: SyncOutput) {
    this.#output = output;
  }

  /** Puts these lines in the place of those before; there must be a row for each, and one for the cursor. */
  draw(lines: readonly string[]): void {
    if (lines.length === 0 && this.#lines.length === 0) return;
    const cut = lines.map((line) => cutTo(line, this.#output.columns ?? Number.POSITIVE_INFINITY));
    const body = cut.map((line) => `${eraseLine}${line}\n`).join('');
    this.#output.write(`${cutLines}${this.#toTop()}${body}${eraseBelow}${wrapLines}`);
    this.#lines = cut;
  }

  /** Writes whole lines that stay, above those that are drawn. */
  writeAbove(text: string): void {
    if (this.#lines.length === 0) {
      this.#output.write(text);
      return;
    }
    this.#output.write(`${this.#toTop()}${eraseBelow}${text}`);
    const lines = this.#lines;
    this.#lines = [];
    this.draw(lines);
  }

  /** What is drawn stays as it is. */
  leave(): void {
    this.#lines = [];
  }

  /** Up to the first line; where the terminal has become narrower, it has broken the lines that are now too long. */
  #toTop(): string {
    const { columns = Number.POSITIVE_INFINITY, rows = Number.POSITIVE_INFINITY } = this.#output;
    const taken = this.#lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
    const up = Math.min(taken, rows - 1);
    return up > 0 ? `\u001B[${up}A` : '';
  }
}

/** As many characters as fit, the last one a `…` where some are left out. */
function cutTo(line: string, columns: number): string {
  if (line.length <= columns) return line;
  const points = Array.from(line);
  return points.length <= columns ? line : `${points.slice(0, Math.max(0, columns - 1)).join('')}…`;
}
