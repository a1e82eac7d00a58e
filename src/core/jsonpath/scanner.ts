/** Why a template cannot be read; its message is the reason alone. Never leaves `parseJsonPath`. */
export class JsonPathSyntaxError extends Error {}

/** A position in a template that only moves forward, one code point at a time. */
export class TemplateScanner {
  readonly #input: string;
  #position = 0;

  constructor(input: string) {
    this.#input = input;
  }

  /** True when nothing is left. */
  atEnd(): boolean {
    return this.#position >= this.#input.length;
  }

  /** The next character without moving, empty at the end. */
  peek(): string {
    const code = this.#input.codePointAt(this.#position);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  /** The next character, empty at the end. */
  next(): string {
    const character = this.peek();
    this.#position += character.length;
    return character;
  }

  /** Moves past `prefix` if it comes next; tells whether it did. */
  takePrefix(prefix: string): boolean {
    const found = this.#input.startsWith(prefix, this.#position);
    this.#position += found ? prefix.length : 0;
    return found;
  }

  /** The text before the next `mark`, or all that is left. */
  takeUntil(mark: string): string {
    const found = this.#input.indexOf(mark, this.#position);
    const text = this.#input.slice(this.#position, found < 0 ? undefined : found);
    this.#position += text.length;
    return text;
  }
}

/** True where a field name or a word ends, the end of the input included. */
export function isTerminator(character: string): boolean {
  return character === '' || ' \t\r\n.,[]$@{}'.includes(character);
}

/** Carriage return or line feed: no action goes on past it. */
export function isEndOfLine(character: string): boolean {
  return character === '\r' || character === '\n';
}
