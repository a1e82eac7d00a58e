import { nearestWord } from '../../core/nearest-word.ts';
import { messageOf, NaviError } from '../../errors/navi-error.ts';
import type { MirrorReader } from '../../store/open-reader.ts';
import { missingTable, type OpenViews } from './open-views.ts';
import { statementFault, type AskedStatement } from './statement-fault.ts';
import type { StatementToken } from './statement-tokens.ts';

/** Integers as bigint, other numbers as number, a blob as its bytes. */
type SqlValue = string | bigint | number | Buffer | null;

/** A statement that SQLite has taken. */
export interface PreparedStatement {
  /** As SQLite names them; two may be called the same. */
  readonly columns: readonly string[];
  /** One array per row, of `columns`. @throws NAVI_USAGE, NAVI_STATEMENT_LIMIT, and what is about the file as it came */
  rows(): Iterable<readonly SqlValue[]>;
}

/** Longest value of a row (UTF-16 units, or bytes). */
const longestValue = 64 * 1024 * 1024;

/** A connection with its views. */
export interface StatementViews {
  readonly sqlite: MirrorReader['sqlite'];
  readonly views: OpenViews;
}

/**
 * Has SQLite take a statement that `refuseStatement` let pass.
 * @param values of its parameters, by name without a colon
 * @throws NAVI_USAGE with the place and what was probably meant, and what is about the file as it came
 */
export function prepareStatement(
  { sqlite, views }: StatementViews,
  asked: AskedStatement,
  values: Readonly<Record<string, string>>,
): PreparedStatement {
  refuseParameters(asked.words, values);
  return inWords(() => {
    const statement = withViews(asked.isExplain ? `explain query plan ${asked.text}` : asked.text);
    if (!statement.readonly || !statement.reader) {
      throw new NaviError('NAVI_USAGE', 'the statement writes', { hints: ['navi sql only reads'] });
    }
    const columns = statement.columns().map(({ name }) => name);
    const rows = statement.raw(true).safeIntegers(true);
    return { columns, rows: () => rowsOf(() => rows.iterate(values) as Iterable<readonly SqlValue[]>) };
  });

  /** SQLite alone knows which of the names are those of tables: it misses them. */
  function withViews(text: string): ReturnType<MirrorReader['sqlite']['prepare']> {
    for (;;) {
      try {
        return sqlite.prepare(text);
      } catch (error) {
        const missing = missingTable(messageOf(error));
        if (missing === undefined || !views.make(missing)) throw error;
      }
    }
  }

  function inWords<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw statementFault(error, asked, { sqlite, used: views.used }) ?? error;
    }
  }

  function* rowsOf(iterate: () => Iterable<readonly SqlValue[]>): Iterable<readonly SqlValue[]> {
    try {
      for (const row of iterate()) {
        refuseLong(row);
        yield row;
      }
    } catch (error) {
      throw statementFault(error, asked, { sqlite, used: views.used }) ?? error;
    }
  }
}

function refuseLong(row: readonly SqlValue[]): void {
  for (const value of row) {
    const isLong = (typeof value === 'string' || Buffer.isBuffer(value)) && value.length > longestValue;
    if (!isLong) continue;
    throw new NaviError('NAVI_STATEMENT_LIMIT', 'a value of the answer is longer than 64 MiB', {
      hints: ['substr() takes a part of it'],
    });
  }
}

/** A parameter without a value would be NULL, which no comparison is true of. */
function refuseParameters(words: readonly StatementToken[], values: Readonly<Record<string, string>>): void {
  const used = words.filter(({ kind }) => kind === 'parameter').map(({ value }) => value);
  if (used.some((parameter) => !/^[:@$]\w+$/.test(parameter))) {
    throw new NaviError('NAVI_USAGE', 'parameters of a statement have names', {
      hints: ["navi sql 'select name from pods where namespace = :ns' --param ns=shop"],
    });
  }
  const names = [...new Set(used.map((parameter) => parameter.slice(1)))];
  const valueless = names.find((name) => !Object.hasOwn(values, name));
  if (valueless !== undefined) {
    throw new NaviError('NAVI_USAGE', `the parameter :${valueless} has no value`, {
      hints: [`--param ${valueless}=VALUE gives it one`],
    });
  }
  const surplus = Object.keys(values).find((name) => !names.includes(name));
  if (surplus === undefined) return;
  const meant = nearestWord(surplus, names);
  throw new NaviError('NAVI_USAGE', `the statement has no parameter :${surplus}`, {
    hints: [
      meant === undefined
        ? `parameters: ${names.map((name) => `:${name}`).join(', ') || 'none'}`
        : `did you mean ${meant}?`,
    ],
  });
}
