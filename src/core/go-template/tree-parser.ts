import type { ByteText } from '../byte-text.ts';
import { Lexer } from './lexer.ts';
import { PipeParser } from './pipe-parser.ts';
import { quoteBytes } from './quote.ts';
import type { Token } from './token.ts';
import { TokenStream } from './token-stream.ts';
import type { Branch, Statement, TemplateCall } from './tree.ts';

/** What ends a list of statements. */
type ListEnd = 'end' | 'else';

/** The bodies read so far, by name. */
type Bodies = Map<ByteText, readonly Statement[]>;

/** Reads one template body: the whole text, or what a `define` or `block` encloses. */
export class TreeParser {
  readonly #name: ByteText;
  readonly #tokens: TokenStream;
  readonly #pipes: PipeParser;
  readonly #bodies: Bodies;
  #rangeDepth = 0;

  /** @param input the whole text, or the lexer of the body around this one */
  constructor(name: ByteText, input: ByteText | Lexer, bodies: Bodies) {
    this.#name = name;
    this.#tokens = new TokenStream(typeof input === 'string' ? new Lexer(input) : input);
    this.#pipes = new PipeParser(this.#tokens);
    this.#bodies = bodies;
  }

  /** Reads the whole text and adds its body and those defined in it. @throws TemplateSyntaxError */
  parseAll(): void {
    const list: Statement[] = [];
    while (this.#tokens.peek().kind !== 'end-of-file') {
      const statement = this.#definitionOrStatement();
      if (typeof statement === 'string') {
        this.#tokens.fail(`unexpected {{${statement}}}`);
      }
      if (statement !== undefined) {
        list.push(statement);
      }
    }
    this.#add(list);
  }

  #definitionOrStatement(): Statement | ListEnd | undefined {
    const delimiter = this.#tokens.next();
    if (delimiter.kind === 'left-delimiter') {
      const word = this.#tokens.nextWord();
      if (word.kind === 'define') {
        new TreeParser('definition', this.#tokens.lexer, this.#bodies).#parseDefinition();
        return undefined;
      }
      this.#tokens.putBack(word);
    }
    this.#tokens.putBack(delimiter);
    return this.#statement();
  }

  #parseDefinition(): void {
    const context = 'define clause';
    const name = this.#pipes.stringValue(this.#tokens.expect(['string', 'raw-string'], context));
    this.#tokens.expect(['right-delimiter'], context);
    const { list, end } = this.#list();
    if (end !== 'end') {
      this.#tokens.fail(`unexpected {{${end}}} in ${context}`);
    }
    this.#add(list, name);
  }

  /** Installs a body. One of white space only never replaces another. */
  #add(list: readonly Statement[], name: ByteText = this.#name): void {
    const known = this.#bodies.get(name);
    if (known === undefined || isBlank(known)) {
      this.#bodies.set(name, list);
    } else if (!isBlank(list)) {
      this.#tokens.fail(`template: multiple definition of template ${quoteBytes(name)}`);
    }
  }

  #list(): { readonly list: readonly Statement[]; readonly end: ListEnd } {
    const list: Statement[] = [];
    while (this.#tokens.peekWord().kind !== 'end-of-file') {
      const statement = this.#statement();
      if (typeof statement === 'string') {
        return { list, end: statement };
      }
      list.push(statement);
    }
    return this.#tokens.fail('unexpected EOF');
  }

  #statement(): Statement | ListEnd {
    const token = this.#tokens.nextWord();
    if (token.kind === 'text') {
      return { kind: 'text', position: token.position, bytes: token.text };
    }
    if (token.kind !== 'left-delimiter') {
      this.#tokens.unexpected(token, 'input');
    }
    this.#tokens.actionLine = token.line;
    const statement = this.#action();
    this.#tokens.actionLine = 0;
    return statement;
  }

  #action(): Statement | ListEnd {
    const word = this.#tokens.nextWord();
    const { kind } = word;
    if (kind === 'block') {
      return this.#block();
    }
    if (kind === 'template') {
      return this.#templateCall();
    }
    if (kind === 'break' || kind === 'continue') {
      return this.#loopControl(word, kind);
    }
    if (kind === 'if' || kind === 'with' || kind === 'range') {
      return this.#branch(kind);
    }
    if (kind === 'else' || kind === 'end') {
      return this.#listEnd(kind);
    }
    this.#tokens.putBack(word);
    return { kind: 'action', position: word.position, pipe: this.#pipes.pipe('command', 'right-delimiter') };
  }

  #loopControl(word: Token, kind: 'break' | 'continue'): Statement {
    this.#tokens.expect(['right-delimiter'], `{{${kind}}}`);
    if (this.#rangeDepth === 0) {
      this.#tokens.fail(`{{${kind}}} outside {{range}}`);
    }
    return { kind, position: word.position };
  }

  /** In `{{else if …}}` and `{{else with …}}` the second word stays, for the branch to go on with. */
  #listEnd(kind: ListEnd): ListEnd {
    const next = this.#tokens.peekWord().kind;
    if (kind === 'end' || (next !== 'if' && next !== 'with')) {
      this.#tokens.expect(['right-delimiter'], kind);
    }
    return kind;
  }

  #branch(kind: 'if' | 'with' | 'range'): Branch {
    const variableCount = this.#pipes.variableCount();
    const pipe = this.#pipes.pipe(kind, 'right-delimiter');
    this.#rangeDepth += kind === 'range' ? 1 : 0;
    const { list, end } = this.#list();
    this.#rangeDepth -= kind === 'range' ? 1 : 0;
    const otherwise = end === 'else' ? this.#otherwise(kind) : undefined;
    this.#pipes.dropVariables(variableCount);
    return { kind, position: pipe.position, pipe, body: list, otherwise };
  }

  #otherwise(kind: 'if' | 'with' | 'range'): readonly Statement[] {
    if (kind !== 'range' && this.#tokens.peek().kind === kind) {
      this.#tokens.next();
      return [this.#branch(kind)];
    }
    const { list, end } = this.#list();
    if (end !== 'end') {
      this.#tokens.fail(`expected end; found {{${end}}}`);
    }
    return list;
  }

  #block(): TemplateCall {
    const context = 'block clause';
    const name = this.#tokens.nextWord();
    const value = this.#templateName(name, context);
    const pipe = this.#pipes.pipe(context, 'right-delimiter');
    const body = new TreeParser(value, this.#tokens.lexer, this.#bodies);
    const { list, end } = body.#list();
    if (end !== 'end') {
      this.#tokens.fail(`unexpected {{${end}}} in ${context}`);
    }
    body.#add(list);
    return { kind: 'template', position: name.position, name: value, pipe };
  }

  #templateCall(): TemplateCall {
    const context = 'template clause';
    const token = this.#tokens.nextWord();
    const name = this.#templateName(token, context);
    const next = this.#tokens.nextWord();
    if (next.kind === 'right-delimiter') {
      return { kind: 'template', position: token.position, name, pipe: undefined };
    }
    this.#tokens.putBack(next);
    const pipe = this.#pipes.pipe(context, 'right-delimiter');
    return { kind: 'template', position: token.position, name, pipe };
  }

  #templateName(token: Token, context: string): ByteText {
    const isString = token.kind === 'string' || token.kind === 'raw-string';
    return isString ? this.#pipes.stringValue(token) : this.#tokens.unexpected(token, context);
  }
}

/** White space as Go's bytes.TrimSpace knows it, in UTF-8 bytes. */
const blankText =
  /^(?:[\t-\r ]|\u00c2[\u0085\u00a0]|\u00e1\u009a\u0080|\u00e2\u0080[\u0080-\u008a\u00a8\u00a9\u00af]|\u00e2\u0081\u009f|\u00e3\u0080\u0080)*$/;

function isBlank(list: readonly Statement[]): boolean {
  return list.every((statement) => statement.kind === 'text' && blankText.test(statement.bytes));
}
