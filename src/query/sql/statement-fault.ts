import { lowerFirst } from '../../core/lower-first.ts';
import { didYouMean, nearestWord } from '../../core/nearest-word.ts';
import { messageOf, NaviError, systemCodeOf } from '../../errors/navi-error.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { missingTable } from './open-views.ts';
import { placeIn, type StatementToken } from './statement-tokens.ts';
import type { View } from './view.ts';
import { views } from './views.ts';

/** A statement as it was typed, with its words. */
export interface AskedStatement {
  readonly text: string;
  readonly words: readonly StatementToken[];
  /** Its query plan is wanted in place of its rows. */
  readonly isExplain: boolean;
}

/** What SQLite says of a statement, not of the file. */
const ofStatement = /^SQLITE_(?:ERROR|TOOBIG|NOMEM|MISMATCH|RANGE|AUTH|CONSTRAINT|READONLY|MISUSE)/;

/** Most places that are looked at for the one of an error. */
const mostPlaces = 50;

/**
 * What SQLite says of a statement as navi's own error, with the place of it where that is certain and the name that was
 * probably meant; undefined for what is about the file.
 */
export function statementFault(
  thrown: unknown,
  statement: AskedStatement,
  { sqlite, used }: { readonly sqlite: MirrorReader['sqlite']; readonly used: readonly View[] },
): NaviError | undefined {
  const code = systemCodeOf(thrown);
  if (!ofStatement.test(code)) return undefined;
  const message = messageOf(thrown);
  if (code === 'SQLITE_TOOBIG' || code === 'SQLITE_NOMEM') {
    return new NaviError('NAVI_STATEMENT_LIMIT', `the statement makes a value that is too large: ${message}`, {
      hints: ['ask for less in one value: substr(), or fewer rows in group_concat()'],
      cause: thrown,
    });
  }
  const { said, hints } = explained(message, used);
  const place = placeOf(message, statement, sqlite);
  const where = place === undefined ? '' : ` (line ${place.line}, column ${place.column})`;
  return new NaviError('NAVI_USAGE', `${said}${where}`, { hints, cause: thrown });
}

function explained(message: string, used: readonly View[]): { readonly said: string; readonly hints: string[] } {
  const table = missingTable(message);
  if (table !== undefined) {
    const names = views.map(({ name }) => name);
    return {
      said: `no view is called ${table}`,
      hints: [...didYouMean(nearestWord(table.toLowerCase(), names)), `views: ${names.join(', ')}`],
    };
  }
  // For "x" SQLite adds that a text stands between single quotes.
  const [, column, advice = ''] = /^no such column: (\S+)(.*)$/s.exec(message) ?? [];
  if (column !== undefined) {
    const columns = (used.length === 0 ? views : used).flatMap((view) => view.columns.map(({ name }) => name));
    const name = column.replaceAll('"', '').split('.').at(-1) ?? '';
    const meant = didYouMean(nearestWord(name.toLowerCase(), columns));
    const known = used.slice(0, 2).map((view) => `${view.name}: ${view.columns.map(({ name }) => name).join(', ')}`);
    const hints = [...meant, ...(known.length === 0 ? ['navi sql --views lists the columns of every view'] : known)];
    return { said: `no column is called ${column}${advice}`, hints: hints.slice(0, 3) };
  }
  if (message === 'incomplete input') return { said: 'the statement ends too early', hints: [readOn] };
  return { said: lowerFirst(message), hints: [readOn] };
}

const readOn = 'navi sql --views lists the views; https://sqlite.org/lang_select.html the language';

/** SQLite tells the word and not its place; where the word stands more than once, only a syntax error can be placed. */
function placeOf(
  message: string,
  { text, words }: AskedStatement,
  sqlite: MirrorReader['sqlite'],
): { readonly line: number; readonly column: number } | undefined {
  const named = /^near "(.*)": syntax error$/s.exec(message)?.[1];
  const missing = missingTable(message) ?? /^no such (?:column|function): (\S+)/.exec(message)?.[1]?.split('.').at(-1);
  const word = (named ?? missing)?.toLowerCase();
  if (word === undefined) return undefined;
  const places = words.filter(({ start, end }) => text.slice(start, end).toLowerCase() === word).slice(0, mostPlaces);
  if (places.length === 1 || named === undefined)
    return places.length === 1 ? placeIn(text, places[0]?.start ?? 0) : undefined;
  // Up to the word that does not fit, and not before, the error is the same.
  const first = places.find(({ end }) => saidOf(text.slice(0, end), sqlite) === message);
  return first && placeIn(text, first.start);
}

/** What SQLite says of the beginning of a statement. */
function saidOf(beginning: string, sqlite: MirrorReader['sqlite']): string {
  try {
    sqlite.prepare(beginning);
    return '';
  } catch (error) {
    return messageOf(error);
  }
}
