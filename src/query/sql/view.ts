import { cellJson, cellText } from '../../store/cell-columns.ts';

/** A column of a view. */
export interface ViewColumn {
  readonly name: string;
  /** What a value is when it is not NULL. */
  readonly type: 'text' | 'integer' | 'JSON';
  readonly meaning: string;
  readonly sql: string;
}

/** A view that `navi sql` documents: its name and its columns stay, whatever becomes of the tables behind it. */
export interface View {
  readonly name: string;
  /** What a row is. */
  readonly meaning: string;
  /** `plural.group` of the type whose objects its rows come from, `all` types, or `none`: what says how fresh it is. */
  readonly of: string;
  readonly columns: readonly ViewColumn[];
  /** What follows SELECT and its columns. @param shown condition that the user may read a row of `main.object`, by alias */
  readonly from: (shown: ShownSql) => string;
}

/** The body of `o`, in the columns of a view. */
export const body = 'b.json';

/** The SQL condition that what has the columns `type_id` and `key` under this alias may be read now. */
export type ShownSql = (alias: string) => string;

/** A column of a view, as a line of its definition. */
export function column(name: string, type: ViewColumn['type'], meaning: string, sql: string): ViewColumn {
  return { name, type, meaning, sql };
}

/** Joins the body to `o`, for `from`. */
export const withBody = 'left join main.body b on b.object_id = o.id';

/** The columns of a type in upper case, in the order of its cells; none of a type that is not served. */
export type ColumnNames = (type: string) => readonly string[];

/** What a view is made of for one connection. */
export interface ViewParts {
  readonly shown: ShownSql;
  readonly columnNames: ColumnNames;
  /** Which the statement that reads it has, in lower case; see `namesOf`. */
  readonly names: ReadonlySet<string>;
}

/** The statement that makes a view for one connection. */
export function viewSql({ name, columns, from }: View, { shown, columnNames, names }: ViewParts): string {
  const results = columns.map((each) => `${withCells(resultSql(each), columnNames)} as ${each.name}`);
  const sql = `create temp view ${name} as select ${results.join(', ')} from ${from(shown)}`;
  if (!sql.includes(withBody)) return sql;
  const isRead = names.has('*') || columns.some((each) => each.sql.includes(body) && names.has(each.name));
  // SQLite keeps the join in a count, where it finds each body for nothing. The other form reads it again for each column.
  return isRead
    ? sql
    : sql.replace(`${withBody} `, '').replaceAll(body, `(select json from main.body where object_id = o.id)`);
}

/**
 * The type of a cast is what comparisons go by: a number is compared as one also with a text parameter. A column of a table
 * has it already, and what is sorted by it may use its index.
 */
function resultSql({ type, sql }: ViewColumn): string {
  return type === 'integer' && !/^\w+\.\w+$/.test(sql) ? `cast(${sql} as integer)` : sql;
}

/** Name of a row with a `key`; its namespace is `namespaceSql`. */
export const nameOf = (alias: string): string => `substr(${alias}.key, instr(${alias}.key, '/') + 1)`;

/** RFC 3339 in UTC of epoch milliseconds, to the second, as Kubernetes writes times. */
export const secondText = (ms: string): string => `strftime('%Y-%m-%dT%H:%M:%SZ', ${ms} / 1000, 'unixepoch')`;

/** The same to the millisecond. */
export const instantText = (ms: string): string => `strftime('%Y-%m-%dT%H:%M:%fZ', ${ms} / 1000.0, 'unixepoch')`;

/** Whole seconds since epoch milliseconds; the moment is that of the whole statement. */
export const secondsSince = (ms: string): string => `((select now_ms from temp.navi_moment) - ${ms}) / 1000`;

/** The same since a time as Kubernetes writes it. */
export const secondsSinceText = (text: string): string =>
  secondsSince(`cast(unixepoch(${text}, 'subsec') * 1000 as integer)`);

/** Condition that a row is of one type. */
export const isOfType = (alias: string, type: string): string =>
  `${alias}.type_id = (select id from temp.navi_type where type = '${type}')`;

/**
 * The JSON of a printed cell, of rows that are all of one type, by the column's name as it is printed; NULL where the type has
 * no such column. Its place is only known where a view is made.
 */
export const cellOf = (alias: string, type: string, name: string): string => `{${alias}.cell ${type} ${name}}`;

/** The same where the cell is plain text. */
export const cellTextOf = (alias: string, type: string, name: string): string => cellText(cellOf(alias, type, name));

const cellMark = /\{(?<alias>\w+)\.cell (?<type>\w+) (?<name>\w+)\}/g;

function withCells(sql: string, columnNames: ColumnNames): string {
  return sql.replaceAll(cellMark, (_mark, alias: string, type: string, name: string) => {
    const index = columnNames(type).indexOf(name);
    return index === -1 ? 'null' : cellJson(alias, index);
  });
}

/** A field of an object, by its JSON path; `b` has the body. */
export const fieldOf = (path: string): string => `json_extract(${body}, '$.${path}')`;

/** 1 for true, 0 for anything else. */
export const isTrueOf = (sql: string): string => `coalesce(${sql} = 1, 0)`;
