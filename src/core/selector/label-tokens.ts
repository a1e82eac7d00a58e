/** One token of a label selector; `text` is empty only at the end. */
export interface LabelToken {
  readonly kind: 'word' | 'symbol' | 'end';
  readonly text: string;
}

const END: LabelToken = { kind: 'end', text: '' };

/** White space, then a symbol or a word; words end at white space or at any symbol's character. */
const TOKEN = /[ \t\r\n]*(?:(==|!=|[=!(),<>])|([^ \t\r\n=!(),<>]+))/y;

/** The tokens of a label selector in order, the last one always of kind `end`. No text is refused here. */
export function labelTokens(text: string): readonly LabelToken[] {
  const tokens: LabelToken[] = [];
  const token = new RegExp(TOKEN);
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [, symbol, word = ''] = match;
    tokens.push(symbol === undefined ? { kind: 'word', text: word } : { kind: 'symbol', text: symbol });
  }
  return [...tokens, END];
}
