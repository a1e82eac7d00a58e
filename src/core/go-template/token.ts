import { type ByteText, firstRunes } from '../byte-text.ts';
import { quoteBytes } from './quote.ts';

/** The words that are not names. `.` is one of them. */
export const keywords: Readonly<Record<string, TokenKind>> = {
  '.': 'dot',
  block: 'block',
  break: 'break',
  continue: 'continue',
  define: 'define',
  else: 'else',
  end: 'end',
  if: 'if',
  nil: 'nil',
  range: 'range',
  template: 'template',
  with: 'with',
};

/** What a token is: a mark, a literal, a name, or one of the keywords. */
export type TokenKind = MarkKind | LiteralKind | KeywordKind;

type MarkKind =
  | 'error'
  | 'end-of-file'
  | 'text'
  | 'left-delimiter'
  | 'right-delimiter'
  | 'left-parenthesis'
  | 'right-parenthesis'
  | 'space'
  | 'pipe'
  | 'assign'
  | 'declare'
  | 'character';

type LiteralKind =
  | 'bool'
  | 'character-constant'
  | 'number'
  | 'string'
  | 'raw-string'
  | 'field'
  | 'identifier'
  | 'variable';

type KeywordKind =
  | 'block'
  | 'break'
  | 'continue'
  | 'dot'
  | 'define'
  | 'else'
  | 'end'
  | 'if'
  | 'nil'
  | 'range'
  | 'template'
  | 'with';

/** A piece of a template. */
export interface Token {
  readonly kind: TokenKind;
  /** As written; of an `error` its message. */
  readonly text: ByteText;
  /** In bytes from the start of the template. */
  readonly position: number;
  /** Of its first byte, from 1. */
  readonly line: number;
}

const longestQuotedBytes = 10;

/** A token as Go's messages name it: `EOF`, `<end>`, `"x"`, long ones cut after ten characters. */
export function tokenName(token: Token): ByteText {
  if (token.kind === 'end-of-file') {
    return 'EOF';
  }
  if (token.kind === 'error') {
    return token.text;
  }
  if (Object.hasOwn(keywords, token.text) && keywords[token.text] === token.kind) {
    return `<${token.text}>`;
  }
  const isLong = token.text.length > longestQuotedBytes;
  return isLong ? `${quoteBytes(firstRunes(token.text, longestQuotedBytes))}...` : quoteBytes(token.text);
}
