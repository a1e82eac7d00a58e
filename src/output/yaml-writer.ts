/**
 * The text of one YAML document while it grows, with what libyaml's emitter knows of the current line: whether it holds
 * nothing but indentation, and whether white space came last. All line breaks and separating spaces follow from these.
 */
export class YamlWriter {
  #text = '';
  #column = 0;
  #afterSpace = true;
  #onlyIndented = true;

  /** All that was written. */
  get text(): string {
    return this.#text;
  }

  /** Code points on the current line. */
  get column(): number {
    return this.#column;
  }

  /** True while the current line has only spaces and the marks `-`, `?`, `:` that open something. */
  get onlyIndented(): boolean {
    return this.#onlyIndented;
  }

  /** Goes to column `indent` of this line, if nothing else is on it, or of a new one. */
  startLine(indent: number): void {
    const atIndent = this.#column === indent && !this.#afterSpace;
    if (!this.#onlyIndented || this.#column > indent || atIndent) {
      this.#text += '\n';
      this.#column = 0;
    }
    if (this.#column < indent) {
      this.#text += ' '.repeat(indent - this.#column);
      this.#column = indent;
    }
    this.#afterSpace = true;
    this.#onlyIndented = true;
  }

  /** `-`, `?` or `:` on a line of its own making; what follows may open on the same line. */
  opener(mark: string): void {
    this.#separate();
    this.append(mark, mark.length);
    this.#afterSpace = false;
  }

  /** A mark or a complete word after a separating space. */
  word(text: string): void {
    this.#separate();
    this.suffix(text);
  }

  /** A mark directly after what was written. */
  suffix(text: string): void {
    this.append(text, text.length);
    this.endScalar();
  }

  /** Text within a scalar; `width` is its length in code points. */
  append(text: string, width: number): void {
    this.#text += text;
    this.#column += width;
  }

  /** Characters of a scalar that are not white space: the line holds more than indentation from here on. */
  content(text: string, width: number): void {
    this.append(text, width);
    this.#onlyIndented = false;
  }

  /** A line break that belongs to a scalar's text. */
  breakInside(text: string): void {
    this.#text += text;
    this.#column = 0;
    this.#onlyIndented = true;
  }

  /** The line break after a block's header. */
  endHeader(): void {
    this.breakInside('\n');
    this.#afterSpace = true;
  }

  /** Separates a scalar from what came before it. */
  beginScalar(): void {
    this.#separate();
  }

  /** Ends a plain or quoted scalar. */
  endScalar(): void {
    this.#afterSpace = false;
    this.#onlyIndented = false;
  }

  #separate(): void {
    if (!this.#afterSpace) {
      this.append(' ', 1);
    }
  }
}
