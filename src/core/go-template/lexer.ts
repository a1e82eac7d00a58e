import { type ByteText, type Rune, runeAt, toBytes } from '../byte-text.ts';
import { quoteBytes } from './quote.ts';
import { unicodeName } from '../go-quote.ts';
import { type Token, type TokenKind, keywords } from './token.ts';

const spaces = ' \t\r\n';
const nameCharacter = /^[\p{L}\p{Nd}_]$/u;

const singleCharacters: Readonly<Record<string, TokenKind>> = { '=': 'assign', '|': 'pipe' };

/** Cuts a template into tokens, one at a time, as Go's text/template does (Go 1.26). After an error nothing is left. */
export class Lexer {
  readonly #input: ByteText;
  #position = 0;
  /** Where the token under way starts, and on which line. */
  #start = 0;
  #line = 1;
  #isInAction = false;
  #openParenthesisCount = 0;

  constructor(input: ByteText) {
    this.#input = input;
  }

  /** The next token: `end-of-file` at the end, `error` for what cannot be read. */
  next(): Token {
    return this.#isInAction ? this.#nextInAction() : this.#nextText();
  }

  #nextText(): Token {
    for (;;) {
      const open = this.#input.indexOf('{{', this.#position);
      if (open < 0) {
        this.#position = this.#input.length;
        return this.#take(this.#position > this.#start ? 'text' : 'end-of-file');
      }
      const text = this.#textBefore(open);
      if (text !== undefined) {
        return text;
      }
      const token = this.#leftDelimiter();
      if (token !== undefined) {
        return token;
      }
    }
  }

  /** The text up to a delimiter, without the white space that the delimiter trims; undefined when none is left. */
  #textBefore(open: number): Token | undefined {
    let end = open;
    if (this.#trimsLeftAt(open + 2)) {
      while (end > this.#start && spaces.includes(this.#input[end - 1] ?? 'x')) {
        end -= 1;
      }
    }
    if (end === this.#start) {
      this.#skipTo(open);
      return undefined;
    }
    this.#position = end;
    const token = this.#take('text');
    this.#skipTo(open);
    return token;
  }

  /** The token of `{{` or `{{- `; undefined for a comment, which leaves nothing. */
  #leftDelimiter(): Token | undefined {
    const inside = this.#position + 2;
    const afterMarker = inside + (this.#trimsLeftAt(inside) ? 2 : 0);
    if (this.#input.startsWith('/*', afterMarker)) {
      this.#skipTo(afterMarker);
      return this.#comment();
    }
    this.#position = inside;
    const token = this.#take('left-delimiter');
    this.#isInAction = true;
    this.#openParenthesisCount = 0;
    this.#skipTo(afterMarker);
    return token;
  }

  #comment(): Token | undefined {
    const end = this.#input.indexOf('*/', this.#position + 2);
    if (end < 0) {
      return this.#error('unclosed comment');
    }
    this.#position = end + 2;
    const delimiter = this.#rightDelimiterAt(this.#position);
    if (delimiter === undefined) {
      return this.#error('comment ends before closing delimiter');
    }
    this.#skipTo(this.#position + delimiter.length);
    if (delimiter.length > 2) {
      this.#skipSpaces();
    }
    return undefined;
  }

  #nextInAction(): Token {
    const delimiter = this.#rightDelimiterAt(this.#position);
    if (delimiter !== undefined) {
      return this.#openParenthesisCount === 0 ? this.#rightDelimiter(delimiter) : this.#error('unclosed left paren');
    }
    if (this.#position >= this.#input.length) {
      return this.#error('unclosed action');
    }
    const { code, width } = runeAt(this.#input, this.#position);
    const character = String.fromCodePoint(code);
    this.#position += width;
    return this.#mark(character) ?? this.#literal(character) ?? this.#otherCharacter(code);
  }

  #mark(character: string): Token | undefined {
    if (spaces.includes(character)) {
      return this.#space();
    }
    const single = singleCharacters[character];
    if (single !== undefined) {
      return this.#take(single);
    }
    if (character === ':') {
      return this.#accept('=') ? this.#take('declare') : this.#error('expected :=');
    }
    if (character === '(') {
      this.#openParenthesisCount += 1;
      return this.#take('left-parenthesis');
    }
    if (character === ')') {
      this.#openParenthesisCount -= 1;
      return this.#openParenthesisCount < 0 ? this.#error('unexpected right paren') : this.#take('right-parenthesis');
    }
    return undefined;
  }

  #literal(character: string): Token | undefined {
    const next = this.#input[this.#position];
    if (character === '"') {
      return this.#quoted(character, 'string', 'unterminated quoted string');
    }
    if (character === "'") {
      return this.#quoted(character, 'character-constant', 'unterminated character constant');
    }
    if (character === '`') {
      return this.#rawString();
    }
    if (character === '$') {
      return this.#atTerminator() ? this.#take('variable') : this.#name('variable');
    }
    if (character === '.' && next !== undefined && !isDigit(next)) {
      return this.#atTerminator() ? this.#take('dot') : this.#name('field');
    }
    if (isDigit(character) || '+-.'.includes(character)) {
      this.#position = this.#start;
      return this.#number();
    }
    return isNameCharacter(character) ? this.#name('identifier') : undefined;
  }

  #otherCharacter(code: number): Token {
    const isPlain = code > 0x20 && code < 0x7f;
    return isPlain
      ? this.#take('character')
      : this.#error(`unrecognized character in action: ${toBytes(unicodeName(String.fromCodePoint(code)))}`);
  }

  /** A run of white space, the first of which is read. Its last one may belong to a trimming delimiter. */
  #space(): Token {
    while (spaces.includes(this.#input[this.#position] ?? 'x')) {
      this.#position += 1;
    }
    const delimiter = this.#rightDelimiterAt(this.#position - 1);
    if (delimiter === undefined || delimiter.length === 2) {
      return this.#take('space');
    }
    this.#position -= 1;
    return this.#position === this.#start ? this.#rightDelimiter(delimiter) : this.#take('space');
  }

  #name(kind: 'variable' | 'field' | 'identifier'): Token {
    let next = this.#peek();
    while (next !== undefined && isNameCharacter(String.fromCodePoint(next.code))) {
      this.#position += next.width;
      next = this.#peek();
    }
    if (next !== undefined && !this.#atTerminator()) {
      return this.#error(`bad character ${toBytes(unicodeName(String.fromCodePoint(next.code)))}`);
    }
    if (kind !== 'identifier') {
      return this.#take(kind);
    }
    const word = this.#input.slice(this.#start, this.#position);
    if (word === 'true' || word === 'false') {
      return this.#take('bool');
    }
    return this.#take(Object.hasOwn(keywords, word) ? (keywords[word] ?? kind) : kind);
  }

  #quoted(quote: string, kind: TokenKind, message: string): Token {
    for (;;) {
      const character = this.#input[this.#position];
      const isEscape = character === '\\';
      const last = isEscape ? this.#input[this.#position + 1] : character;
      if (last === undefined || last === '\n') {
        return this.#error(message);
      }
      this.#position += isEscape ? 2 : 1;
      if (!isEscape && character === quote) {
        return this.#take(kind);
      }
    }
  }

  #rawString(): Token {
    const end = this.#input.indexOf('`', this.#position);
    if (end < 0) {
      return this.#error('unterminated raw quoted string');
    }
    this.#position = end + 1;
    return this.#take('raw-string');
  }

  #number(): Token {
    let isGood = this.#scanNumber();
    if (isGood && '+-'.includes(this.#input[this.#position] ?? 'x')) {
      this.#scanNumber();
      isGood = false;
    }
    const text = this.#input.slice(this.#start, this.#position);
    return isGood ? this.#take('number') : this.#error(`bad number syntax: ${quoteBytes(text)}`);
  }

  /** Moves past what looks like a number. False when a letter follows, which is then part of the complaint. */
  #scanNumber(): boolean {
    this.#accept('+-');
    let digits = '0123456789_';
    let exponent = 'eE';
    if (this.#accept('0')) {
      if (this.#accept('xX')) {
        digits = '0123456789abcdefABCDEF_';
        exponent = '';
      } else if (this.#accept('oO')) {
        digits = '01234567_';
        exponent = '';
      } else if (this.#accept('bB')) {
        digits = '01_';
        exponent = '';
      }
    }
    this.#acceptAll(digits);
    if (this.#accept('.')) {
      this.#acceptAll(digits);
    }
    if (this.#accept(exponent)) {
      this.#accept('+-');
      this.#acceptAll('0123456789_');
    }
    const next = this.#peek();
    const isFollowed = next !== undefined && isNameCharacter(String.fromCodePoint(next.code));
    this.#position += isFollowed ? next.width : 0;
    return !isFollowed;
  }

  #accept(characters: string): boolean {
    const next = this.#input[this.#position];
    const isFound = next !== undefined && characters.includes(next);
    this.#position += isFound ? 1 : 0;
    return isFound;
  }

  #acceptAll(characters: string): void {
    while (this.#accept(characters)) {
      // Each turn moves on.
    }
  }

  #peek(): Rune | undefined {
    return this.#position < this.#input.length ? runeAt(this.#input, this.#position) : undefined;
  }

  /** True where a name may end. */
  #atTerminator(): boolean {
    const next = this.#input[this.#position];
    return next === undefined || `${spaces}.,|:()`.includes(next) || this.#input.startsWith('}}', this.#position);
  }

  #trimsLeftAt(at: number): boolean {
    return this.#input[at] === '-' && spaces.includes(this.#input[at + 1] ?? 'x');
  }

  /** The closing delimiter at a position: `}}`, or ` -}}`, which trims; undefined when there is none. */
  #rightDelimiterAt(at: number): string | undefined {
    if (spaces.includes(this.#input[at] ?? 'x') && this.#input.startsWith('-}}', at + 1)) {
      return ' -}}';
    }
    return this.#input.startsWith('}}', at) ? '}}' : undefined;
  }

  #rightDelimiter(delimiter: string): Token {
    this.#skipTo(this.#position + delimiter.length - 2);
    this.#position += 2;
    const token = this.#take('right-delimiter');
    if (delimiter.length > 2) {
      this.#skipSpaces();
    }
    this.#isInAction = false;
    return token;
  }

  #skipSpaces(): void {
    let end = this.#position;
    while (spaces.includes(this.#input[end] ?? 'x')) {
      end += 1;
    }
    this.#skipTo(end);
  }

  #skipTo(position: number): void {
    this.#position = position;
    this.#beginToken();
  }

  #take(kind: TokenKind): Token {
    const text = this.#input.slice(this.#start, this.#position);
    const token = { kind, text, position: this.#start, line: this.#line };
    this.#beginToken();
    return token;
  }

  #beginToken(): void {
    for (let at = this.#start; at < this.#position; at += 1) {
      this.#line += this.#input[at] === '\n' ? 1 : 0;
    }
    this.#start = this.#position;
  }

  #error(message: ByteText): Token {
    return { kind: 'error', text: message, position: this.#start, line: this.#line };
  }
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function isNameCharacter(character: string): boolean {
  return nameCharacter.test(character);
}
