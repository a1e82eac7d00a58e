import { didYouMean, nearestWord } from '../../core/nearest-word.ts';
import { NaviError } from '../../errors/navi-error.ts';
import { statementTokens, type StatementToken } from './statement-tokens.ts';

/** What a statement may begin with. */
const firstWords = ['SELECT', 'WITH', 'VALUES', 'EXPLAIN'];

/** What else may stand behind the tables of a WITH. */
const writingWords = new Set(['INSERT', 'UPDATE', 'DELETE', 'REPLACE']);

/** Tables of SQLite's own, pragmas as tables, and what the views are made with; functions that only tell of SQLite are none. */
const reserved = /^(?:dbstat$|pragma_|navi_|sqlite_(?!version$|source_id$|compileoption_))/i;

/** The same in a literal, which is mostly what it looks like: only what is a table for certain. */
const reservedText =
  /^(?:dbstat|pragma_\w+|navi_(?:type|moment|past|change|deletion|kept_log)|sqlite_(?:temp_)?(?:master|schema)|sqlite_(?:sequence|stat\d))$/i;

/**
 * Refuses what is not one reading statement over the views, before SQLite sees it: some pragmas work while they are
 * prepared. What gets past this meets a file that was opened for reading alone.
 * @throws NAVI_USAGE with what is allowed
 */
export function refuseStatement(statement: string): readonly StatementToken[] {
  const tokens = statementTokens(statement);
  const words = tokens.filter((token) => !isSign(token, ';'));
  const [first] = words;
  if (first === undefined) {
    throw refusal('there is no statement', ["navi sql 'select name, status from pods'", 'navi sql --views']);
  }
  if (statement.includes('\0')) throw refusal('a statement has no NUL character', [allowed]);
  const begin = tokens.indexOf(first);
  const end = tokens.findIndex((token, index) => index > begin && isSign(token, ';'));
  if (end >= 0 && tokens.slice(end).some((token) => !isSign(token, ';'))) {
    throw refusal('this is more than one statement', ['navi sql runs one; a `;` may only end it']);
  }
  refuseWriting(words);
  refuseOutOfReach(words);
  return words;
}

const allowed = 'navi sql takes one SELECT, WITH, VALUES or EXPLAIN, and only reads';

function refuseWriting(words: readonly StatementToken[]): void {
  const upper = words.slice(0, 4).map(wordOf);
  const [first = ''] = upper;
  if (!firstWords.includes(first)) {
    const meant = nearestWord(first, firstWords);
    const hints = [...didYouMean(meant), allowed];
    throw refusal(`a statement with ${shown(words[0])} is not allowed`, hints);
  }
  if (first === 'EXPLAIN') {
    const from = upper[1] === 'QUERY' && upper[2] === 'PLAN' ? 3 : 1;
    if (upper[from] === undefined) throw refusal('there is nothing to explain', [allowed]);
    if (upper[from] === 'EXPLAIN') throw refusal('a statement with EXPLAIN of an EXPLAIN is not allowed', [allowed]);
    refuseWriting(words.slice(from));
  }
  if (first !== 'WITH') return;
  let depth = 0;
  for (const [index, word] of words.entries()) {
    if (isSign(word, '(')) depth += 1;
    if (isSign(word, ')')) depth -= 1;
    // `replace` is a function too, and any of the words may name a table of the WITH.
    const isVerb = depth === 0 && isSign(words[index - 1], ')') && writingWords.has(wordOf(word));
    if (isVerb) throw refusal(`a statement with ${shown(word)} is not allowed`, [allowed]);
  }
}

function refuseOutOfReach(words: readonly StatementToken[]): void {
  for (const [index, { kind, value }] of words.entries()) {
    const isName = kind === 'name' || kind === 'quoted';
    const isReserved = isName ? reserved.test(value) : kind === 'text' && reservedText.test(value);
    // The schema that has the tables of the store.
    const isStore = (isName || kind === 'text') && /^main$/i.test(value) && isSign(words[index + 1], '.');
    if (!isReserved && !isStore) continue;
    throw outOfReach(isStore ? 'main.' : value, [
      ...(kind === 'text' ? [`a value that is called so is given with --param NAME=${value}`] : []),
      ...(isStore ? ['a table of a statement may have any other name than main'] : []),
    ]);
  }
}

/** That a statement may not name this. */
export function outOfReach(name: string, hints: readonly string[] = []): NaviError {
  return refusal(`"${name}" is out of reach: a statement reads the views alone`, [
    'navi sql --views lists them',
    ...hints,
  ]);
}

/** A quoted text may be the same characters. */
function isSign(token: StatementToken | undefined, sign: string): boolean {
  return token?.kind === 'other' && token.value === sign;
}

/** In upper case; empty for what cannot be a keyword. */
function wordOf({ kind, value }: StatementToken): string {
  return kind === 'name' ? value.toUpperCase() : '';
}

function shown(token: StatementToken | undefined): string {
  const value = token?.value ?? '';
  return token?.kind === 'name' ? value : `"${value}"`;
}

function refusal(message: string, hints: readonly string[]): NaviError {
  return new NaviError('NAVI_USAGE', message, { hints });
}
