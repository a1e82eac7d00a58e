import type { ByteText } from '../byte-text.ts';
import type { Lexer } from './lexer.ts';
import { type Token, type TokenKind, tokenName } from './token.ts';

/** Why a template cannot be read, with its place. Never leaves `parseGoTemplate`. */
export class TemplateSyntaxError extends Error {}

/** Tokens of one template body, any number of which can be put back, and the complaints about them. */
export class TokenStream {
  /** Shared with the bodies inside. */
  readonly lexer: Lexer;
  /** The line on which the action under way started; 0 outside. */
  actionLine = 0;
  readonly #putBack: Token[] = [];
  #newestLine = 0;

  constructor(lexer: Lexer) {
    this.lexer = lexer;
  }

  /** The next token. */
  next(): Token {
    const waiting = this.#putBack.pop();
    if (waiting !== undefined) {
      return waiting;
    }
    const token = this.lexer.next();
    this.#newestLine = token.line;
    return token;
  }

  /** Makes tokens come again, the first given first. */
  putBack(...tokens: readonly Token[]): void {
    this.#putBack.push(...tokens.toReversed());
  }

  /** The next token, which stays. */
  peek(): Token {
    const token = this.next();
    this.putBack(token);
    return token;
  }

  /** The next token that is not white space. */
  nextWord(): Token {
    let token = this.next();
    while (token.kind === 'space') {
      token = this.next();
    }
    return token;
  }

  /** The same, but it stays; the white space before it does not. */
  peekWord(): Token {
    const token = this.nextWord();
    this.putBack(token);
    return token;
  }

  /** The next word. @throws TemplateSyntaxError unless it is of such a kind */
  expect(kinds: readonly TokenKind[], context: string): Token {
    const token = this.nextWord();
    return kinds.includes(token.kind) ? token : this.unexpected(token, context);
  }

  /** @throws TemplateSyntaxError always, naming the token */
  unexpected(token: Token, context: string): never {
    if (token.kind !== 'error') {
      this.fail(`unexpected ${tokenName(token)} in ${context}`);
    }
    let place = '';
    if (this.actionLine !== 0 && this.actionLine !== token.line) {
      const started = ` started at output:${this.actionLine}`;
      place = token.text.endsWith(' action') ? started : ` in action${started}`;
    }
    this.fail(`${token.text}${place}`);
  }

  /** @throws TemplateSyntaxError always, at the line of the newest token read here */
  fail(message: ByteText): never {
    throw new TemplateSyntaxError(`template: output:${this.#newestLine}: ${message}`);
  }
}
