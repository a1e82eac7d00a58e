import { goValueText } from '../core/go-value-text.ts';
import type { Json } from '../core/json.ts';
import { type JsonPathEvaluation, createJsonPathRun } from '../core/jsonpath/evaluate.ts';
import { parseJsonPath } from '../core/jsonpath/parse.ts';
import { relaxedJsonPath } from '../core/jsonpath/relaxed-path.ts';
import { TableLayout } from './table-layout.ts';

/** The columns that a user asks for, from left to right. */
export interface CustomColumns {
  readonly columns: readonly CustomColumn[];
  readonly noHeaders: boolean;
}

/** A column of the user's own. */
export interface CustomColumn {
  /** Printed as it is. */
  readonly header: string;
  /** A template of one action, or empty for a column that is always `<none>`; it may still be a bad one. */
  readonly template: string;
}

/** Columns, or kubectl's message behind `error: ` (kubectl 1.36). */
export type ParsedColumns =
  | { readonly ok: true; readonly columns: CustomColumns }
  | { readonly ok: false; readonly message: string };

/**
 * Reads the value of `-o custom-columns=`: `HEADER:path` pairs, split at every comma, each at its first colon. A path
 * that is no JSONPath is found only when the columns are printed, behind their headers.
 */
export function parseCustomColumns(spec: string, noHeaders: boolean): ParsedColumns {
  if (spec === '') {
    return { ok: false, message: 'custom-columns format specified but no custom columns given' };
  }
  const pairs: (readonly [string, string])[] = [];
  for (const part of spec.split(',')) {
    const colon = part.indexOf(':');
    if (colon < 0) {
      const message = `unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`;
      return withColumns(pairs, noHeaders, message);
    }
    pairs.push([part.slice(0, colon), part.slice(colon + 1)]);
  }
  return withColumns(pairs, noHeaders);
}

/**
 * Reads the text of a `custom-columns-file`: a line of headers, a line of paths, both split at white space; further
 * lines do not count. `--no-headers` has no effect on it. What cannot be read as a file, such as a folder, counts as
 * empty, and so does everything from a line of 64 KiB or more on.
 */
export function parseCustomColumnsFile(text: string): ParsedColumns {
  const [headerLine, pathLine] = linesOf(text);
  const missing = headerLine === undefined ? 'header' : 'spec';
  if (headerLine === undefined || pathLine === undefined) {
    const format = 'Expected format is one line of space separated headers, one line of space separated column specs.';
    return { ok: false, message: `invalid template, missing ${missing} line. ${format}` };
  }
  const headers = wordsOf(headerLine);
  const paths = wordsOf(pathLine);
  if (headers.length !== paths.length) {
    const counts = `number of headers (${headers.length}) and field specifications (${paths.length})`;
    return { ok: false, message: `${counts} don't match` };
  }
  return withColumns(
    headers.map((header, index) => [header, paths[index] ?? ''] as const),
    false,
  );
}

/**
 * The message behind `error: ` for a columns file that cannot be opened; `reason` is the system's, such as `open /x: no
 * such file or directory`.
 */
export function customColumnsFileError(file: string, reason: string): string {
  return `error reading template ${file}, ${reason}`;
}

/** A printed table and what ended it early. */
export interface RenderedColumns {
  /** Texts of about 64 KiB, every line with its newline; to be printed before the message. */
  readonly chunks: Iterable<string>;
  /** kubectl's message behind `error: `, with exit code 1; undefined when every object was printed. */
  readonly message: string | undefined;
}

/**
 * The table of `-o custom-columns` (kubectl 1.36), a line per object under one header for all types. The objects are
 * read to their end, or to the first that a path fails on, before the table begins; only the texts of their rows are
 * kept.
 * `widths` are those of the columns of the tables before, for a watch; widened by this one.
 */
export function renderCustomColumns(
  custom: CustomColumns,
  objects: Iterable<Json>,
  widths: number[] = [],
): RenderedColumns {
  const layout = new TableLayout(widths);
  if (!custom.noHeaders) {
    layout.addRow(custom.columns.map(({ header }) => header));
  }
  return { message: addRows(layout, custom.columns, objects), chunks: layout.chunks() };
}

/**
 * The lines of `renderCustomColumns` with a tab between cells instead of columns, for a watch, which aligns all that it
 * prints (kubectl 1.36).
 */
export function tabbedCustomColumns(
  custom: CustomColumns,
  objects: Iterable<Json>,
): { readonly text: string; readonly message: string | undefined } {
  const rows: (readonly string[])[] = custom.noHeaders ? [] : [custom.columns.map(({ header }) => header)];
  const message = addRows({ addRow: (cells) => rows.push(cells) }, custom.columns, objects);
  return { text: rows.map((cells) => `${cells.join('\t')}\n`).join(''), message };
}

function addRows(
  layout: { addRow(cells: readonly string[]): void },
  columns: readonly CustomColumn[],
  objects: Iterable<Json>,
): string | undefined {
  const runs: ((object: Json) => JsonPathEvaluation)[] = [];
  for (const { template } of columns) {
    const parsed = parseJsonPath(template);
    if (!parsed.ok) {
      return parsed.message;
    }
    runs.push(createJsonPathRun(parsed.template, true));
  }
  for (const object of objects) {
    const cells: string[] = [];
    for (const run of runs) {
      const evaluation = run(object);
      if (!evaluation.ok) {
        return evaluation.message;
      }
      cells.push(columnText(evaluation));
    }
    layout.addRow(cells);
  }
  return undefined;
}

/** Columns of the pairs, unless one of their paths fails; then, if given, the failure met behind them. */
function withColumns(
  pairs: readonly (readonly [string, string])[],
  noHeaders: boolean,
  failure?: string,
): ParsedColumns {
  const columns: CustomColumn[] = [];
  for (const [header, path] of pairs) {
    const relaxed = relaxedJsonPath(path);
    if (!relaxed.ok) {
      return relaxed;
    }
    columns.push({ header, template: relaxed.template });
  }
  return failure === undefined ? { ok: true, columns: { columns, noHeaders } } : { ok: false, message: failure };
}

function columnText(evaluation: JsonPathEvaluation & { readonly ok: true }): string {
  const [first] = evaluation.results;
  const values = first?.kind === 'values' ? first.values : [];
  return values.length === 0 ? '<none>' : values.map(valueText).join(',');
}

function valueText(value: Json): string {
  return escapeTerminal(goValueText(value));
}

/** An escape character shows as `^[` and a carriage return as `\r`, so that nothing steers the terminal. */
function escapeTerminal(text: string): string {
  return text.replaceAll('\u001b', '^[').replaceAll('\r', String.raw`\r`);
}

const longestLineBytes = 64 * 1024 - 1;

/** The lines of a text without their ends, up to one that is too long. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') {
    lines.pop();
  }
  const tooLong = lines.findIndex((line) => Buffer.byteLength(line) > longestLineBytes);
  return (tooLong < 0 ? lines : lines.slice(0, tooLong)).map((line) => line.replace(/\r$/, ''));
}

/** What Go takes for white space, U+0085 included and U+FEFF not. */
const whiteSpace = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

function wordsOf(line: string): readonly string[] {
  return line.split(whiteSpace).filter((word) => word !== '');
}
