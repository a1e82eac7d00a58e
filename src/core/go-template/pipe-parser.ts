import type { ByteText } from '../byte-text.ts';
import { isTemplateFunction } from './functions.ts';
import { type ParsedConstant, parseCharacter, parseNumber } from './number-constant.ts';
import { quoteBytes } from './quote.ts';
import type { Token, TokenKind } from './token.ts';
import type { TokenStream } from './token-stream.ts';
import { nodeText } from './node-text.ts';
import type { Command, Operand, Pipe, Variable } from './tree.ts';
import { unquoteString } from '../go-unquote.ts';

const operandStarts: readonly TokenKind[] = [
  'bool',
  'character-constant',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'raw-string',
  'string',
  'variable',
  'left-parenthesis',
];

const numberParsers: Readonly<Partial<Record<TokenKind, (text: ByteText) => ParsedConstant>>> = {
  number: parseNumber,
  'character-constant': parseCharacter,
};

/** Go's limit is 10,000; each level takes several calls here, and the stack holds fewer. */
const deepestParentheses = 1_000;

/** Reads what stands inside the delimiters of one template body, and knows its variables. */
export class PipeParser {
  readonly #tokens: TokenStream;
  /** Every variable declared so far, the innermost last. */
  readonly #variables: ByteText[] = ['$'];
  #depth = 0;

  constructor(tokens: TokenStream) {
    this.#tokens = tokens;
  }

  /** How many variables there are: the argument that ends their life. */
  variableCount(): number {
    return this.#variables.length;
  }

  /** Forgets the variables declared since. */
  dropVariables(count: number): void {
    this.#variables.length = count;
  }

  /** A pipe up to the token that ends it. @throws TemplateSyntaxError */
  pipe(context: string, end: 'right-delimiter' | 'right-parenthesis'): Pipe {
    const { position } = this.#tokens.peekWord();
    const declarations: Variable[] = [];
    const isAssignment = this.#declarations(context, declarations);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#tokens.nextWord();
      if (token.kind === end) {
        break;
      }
      if (!operandStarts.includes(token.kind)) {
        this.#tokens.unexpected(token, context);
      }
      this.#tokens.putBack(token);
      commands.push(this.#command());
    }
    this.#checkCommands(commands, context);
    return { kind: 'pipe', position, declarations, isAssignment, commands };
  }

  /** Reads `$x :=`, `$x =` or `$i, $x :=`, if there is one; tells whether it is an assignment. */
  #declarations(context: string, declarations: Variable[]): boolean {
    const name = this.#tokens.peekWord();
    if (name.kind !== 'variable') {
      return false;
    }
    this.#tokens.next();
    // `$x y` is no declaration, and then the space must come again: it parts the arguments.
    const after = this.#tokens.next();
    const word = after.kind === 'space' ? this.#tokens.nextWord() : after;
    const isComma = word.kind === 'character' && word.text === ',';
    if (!isComma && word.kind !== 'assign' && word.kind !== 'declare') {
      this.#tokens.putBack(name, ...(after === word ? [word] : [after, word]));
      return false;
    }
    declarations.push({ kind: 'variable', position: name.position, names: [name.text] });
    this.#variables.push(name.text);
    return isComma ? this.#secondDeclaration(context, declarations) : word.kind === 'assign';
  }

  #secondDeclaration(context: string, declarations: Variable[]): boolean {
    if (context !== 'range' || declarations.length > 1) {
      this.#tokens.fail(`too many declarations in ${context}`);
    }
    if (!['variable', 'right-delimiter', 'right-parenthesis'].includes(this.#tokens.peekWord().kind)) {
      this.#tokens.fail('range can only initialize variables');
    }
    return this.#declarations(context, declarations);
  }

  #checkCommands(commands: readonly Command[], context: string): void {
    if (commands.length === 0) {
      this.#tokens.fail(`missing value for ${context}`);
    }
    const isValue = ({ first }: Command): boolean => ['bool', 'dot', 'nil', 'number', 'string'].includes(first.kind);
    const stage = commands.findIndex((command, index) => index > 0 && isValue(command));
    if (stage > 0) {
      this.#tokens.fail(`non executable command in pipeline stage ${stage + 1}`);
    }
  }

  /** Operands up to a pipe sign, which goes too, or up to the end of the pipe, which stays. */
  #command(): Command {
    const { position } = this.#tokens.peekWord();
    const operands: Operand[] = [];
    let token: Token;
    do {
      const operand = this.#operand();
      if (operand !== undefined) {
        operands.push(operand);
      }
      token = this.#tokens.next();
    } while (token.kind === 'space');
    if (token.kind === 'right-delimiter' || token.kind === 'right-parenthesis') {
      this.#tokens.putBack(token);
    } else if (token.kind !== 'pipe') {
      this.#tokens.unexpected(token, 'operand');
    }
    const [first, ...rest] = operands;
    return first === undefined ? this.#tokens.fail('empty command') : { kind: 'command', position, first, rest };
  }

  /** A term with the fields behind it; undefined when the next token starts none. */
  #operand(): Operand | undefined {
    const base = this.#term();
    if (base === undefined || this.#tokens.peek().kind !== 'field') {
      return base;
    }
    const { position } = this.#tokens.peek();
    const names: ByteText[] = [];
    while (this.#tokens.peek().kind === 'field') {
      names.push(this.#tokens.next().text.slice(1));
    }
    if (base.kind === 'field' || base.kind === 'variable') {
      return { kind: base.kind, position, names: [...base.names, ...names] };
    }
    return base.kind === 'identifier' || base.kind === 'pipe'
      ? { kind: 'chain', position, base, names }
      : this.#tokens.fail(`unexpected . after term ${quoteBytes(nodeText(base))}`);
  }

  #term(): Operand | undefined {
    const token = this.#tokens.nextWord();
    const operand = this.#name(token) ?? this.#literal(token);
    if (operand === undefined) {
      this.#tokens.putBack(token);
    }
    return operand;
  }

  #name({ kind, position, text }: Token): Operand | undefined {
    if (kind === 'dot' || kind === 'nil') {
      return { kind, position };
    }
    if (kind === 'field') {
      return { kind, position, names: [text.slice(1)] };
    }
    if (kind === 'identifier') {
      return isTemplateFunction(text)
        ? { kind, position, name: text }
        : this.#tokens.fail(`function ${quoteBytes(text)} not defined`);
    }
    if (kind === 'variable') {
      return this.#variables.includes(text)
        ? { kind, position, names: [text] }
        : this.#tokens.fail(`undefined variable ${quoteBytes(text)}`);
    }
    return kind === 'left-parenthesis' ? this.#parenthesized() : undefined;
  }

  #literal(token: Token): Operand | undefined {
    const { kind, position, text } = token;
    if (kind === 'bool') {
      return { kind, position, value: text === 'true' };
    }
    if (kind === 'string' || kind === 'raw-string') {
      return { kind: 'string', position, text, value: this.stringValue(token) };
    }
    const parse = numberParsers[kind];
    return parse === undefined ? undefined : this.#number(token, parse(text));
  }

  #parenthesized(): Pipe {
    if (this.#depth >= deepestParentheses) {
      this.#tokens.fail('max expression depth exceeded');
    }
    this.#depth += 1;
    const pipe = this.pipe('parenthesized pipeline', 'right-parenthesis');
    this.#depth -= 1;
    return pipe;
  }

  #number(token: Token, parsed: ParsedConstant): Operand {
    return parsed.ok
      ? { kind: 'number', position: token.position, text: token.text, constant: parsed.constant }
      : this.#tokens.fail(parsed.message);
  }

  /** What a string token stands for. @throws TemplateSyntaxError for a bad escape */
  stringValue(token: Token): ByteText {
    return unquoteString(token.text) ?? this.#tokens.fail('invalid syntax');
  }
}
