/**
 * A word of a statement. A `name` is a keyword or an identifier without quotes; `quoted` is an identifier in quotes of any
 * kind; `text` is a string literal, which SQLite takes for a name where only that can stand.
 */
export interface StatementToken {
  readonly kind: 'name' | 'quoted' | 'text' | 'parameter' | 'other';
  /** What it means: without quotes, with doubled ones made single; else as it is written. */
  readonly value: string;
  /** Where it begins and ends in the statement (UTF-16 units, from 0). */
  readonly start: number;
  readonly end: number;
}

/** SQLite's own tokens (tokenize.c of SQLite 3.54), as far as a statement has to be told apart by them. */
const pattern = new RegExp(
  [
    String.raw`(?<blank>[ \t\n\f\r\uFEFF]+|--[^\n]*|/\*[^]*?(?:\*/|$))`,
    String.raw`(?<blob>[xX]'[^']*(?:'|$))`,
    String.raw`(?<text>'[^']*(?:''[^']*)*(?:'|$))`,
    String.raw`(?<quoted>"[^"]*(?:""[^"]*)*(?:"|$)|${'`[^`]*(?:``[^`]*)*(?:`|$)'}|\[[^\]]*(?:\]|$))`,
    String.raw`(?<parameter>\?\d*|[:@#$][\w$\u0080-\uFFFF]+(?:::[\w$\u0080-\uFFFF]+)*)`,
    String.raw`(?<number>0[xX][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)`,
    String.raw`(?<name>[A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*)`,
    String.raw`(?<sign>.)`,
  ].join('|'),
  'gsy',
);

/** The tokens of a statement in order, without blanks and comments. What is no SQL has tokens too. */
export function statementTokens(statement: string): readonly StatementToken[] {
  const tokens: StatementToken[] = [];
  for (const match of statement.matchAll(pattern)) {
    const { blank, text, quoted, parameter, name } = match.groups ?? {};
    if (blank !== undefined) continue;
    const at = { start: match.index, end: match.index + match[0].length };
    if (text !== undefined) tokens.push({ kind: 'text', value: withoutQuotes(text), ...at });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', value: withoutQuotes(quoted), ...at });
    else if (parameter !== undefined) tokens.push({ kind: 'parameter', value: parameter, ...at });
    else tokens.push({ kind: name === undefined ? 'other' : 'name', value: match[0], ...at });
  }
  return tokens;
}

/**
 * Everything that may be the name of a table or column, in lower case: SQLite takes a literal for one where only that can
 * stand. `*` is among them where it stands for all columns.
 */
export function namesOf(words: readonly StatementToken[]): ReadonlySet<string> {
  const names = words.filter(
    ({ kind, value }, index) =>
      kind === 'name' || kind === 'quoted' || kind === 'text' || (value === '*' && isAllColumns(words[index - 1])),
  );
  return new Set(names.map(({ value }) => value.toLowerCase()));
}

/** Elsewhere it multiplies, or counts. */
function isAllColumns(before: StatementToken | undefined): boolean {
  return ['select', 'distinct', 'all', ',', '.'].includes(before?.value.toLowerCase() ?? '');
}

/** Line and column of a place in a statement, both from 1, columns in code points. */
export function placeIn(statement: string, start: number): { readonly line: number; readonly column: number } {
  const before = statement.slice(0, start).split('\n');
  return { line: before.length, column: Array.from(before.at(-1) ?? '').length + 1 };
}

function withoutQuotes(text: string): string {
  const [quote = ''] = text;
  if (quote === '[') return text.replace(/^\[|\]$/g, '');
  const end = text.length > 1 && text.endsWith(quote) ? -1 : text.length;
  return text.slice(1, end).replaceAll(quote + quote, quote);
}
