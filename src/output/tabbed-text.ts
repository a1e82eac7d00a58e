import { TableLayout } from './table-layout.ts';

/**
 * Text of any format on its way out of a watch: kubectl 1.36 sends it all through its table printer, so that tabs become
 * columns, aligned within what comes between two flushes and never narrower than before.
 */
export class TabbedText {
  readonly #write: (text: string | Uint8Array) => void;
  readonly #widths: number[] = [];
  #held = '';

  constructor(write: (text: string | Uint8Array) => void) {
    this.#write = write;
  }

  /** Adds text; whole lines without tabs go out at once. Bytes that are no text are never aligned. */
  add(text: string | Uint8Array): void {
    if (typeof text !== 'string') {
      this.flush();
      this.#write(text);
    } else if (this.#held === '' && text.endsWith('\n') && !separators.test(text)) {
      this.#write(text);
    } else {
      this.#held += text;
    }
  }

  /** Aligns and writes what was held back; a last line without its end is one too. */
  flush(): void {
    const text = this.#held;
    this.#held = '';
    if (text === '') return;
    if (separators.test(text)) this.#write(this.#aligned(text));
    else this.#write(text);
  }

  #aligned(text: string): string {
    const layout = new TableLayout(this.#widths);
    const isWhole = text.endsWith('\n');
    for (const line of (isWhole ? text.slice(0, -1) : text).split('\n')) layout.addRow(line.split('\t'));
    const lines = [...layout.chunks()].join('');
    return isWhole ? lines : lines.slice(0, -1);
  }
}

/** What ends a cell besides the end of its line. */
const separators = /[\t\v\f]/;
