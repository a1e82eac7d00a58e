import { nearestWord } from '../core/nearest-word.ts';
import type { PrinterColumn } from '../core/printer-column.ts';
import { columnName } from './cell-value.ts';
import { columnUse } from './expression-names.ts';
import type { Reference } from './expression-walk.ts';
import type { Expression } from './parse-expression.ts';
import { ownVariables } from './own-variables.ts';
import { whereFault } from './where-fault.ts';

/** Fields of `metadata` that the narrow row has. */
const rowFields: ReadonlySet<string> = new Set(['name', 'namespace', 'labels', 'creationTimestamp']);

/** A column that an expression asks for. */
export interface ColumnUse {
  /** As it is printed. */
  readonly column: string;
  /** The printed text is wanted, and not what it says. */
  readonly isText: boolean;
}

/** What of a row an expression reads. */
export interface ExpressionNeeds {
  /** Top-level fields of the object; empty where the narrow row is enough. */
  readonly fields: ReadonlySet<string>;
  /** The object is read as a whole, by the variable `object`. */
  readonly whole: boolean;
  /** What is read of the object, each path once: nothing else need be in the form in which expressions have it. */
  readonly paths: readonly (readonly string[])[];
  /** The body must be read. */
  readonly body: boolean;
  readonly own: ReadonlySet<string>;
  /** By the names that the expression has for them. */
  readonly columns: ReadonlyMap<string, ColumnUse>;
}

/** @throws NAVI_USAGE for a column that none of the types has, for `cols` without one, and for a column that is written as a field */
export function needsOf(expression: Expression, columns: readonly PrinterColumn[]): ExpressionNeeds {
  const { references } = expression;
  const roots = new Set(references.map(({ path }) => path[0] ?? ''));
  refuseColumnsAsFields(expression, columns);
  const own = new Set([...roots].filter((root) => Object.hasOwn(ownVariables, root)));
  const fields = new Set([...roots].filter((root) => !own.has(root)));
  const isNarrow = references.every((reference) => own.has(reference.path[0] ?? '') || isInRow(reference));
  if (own.has('owner')) fields.add('metadata');
  return {
    fields,
    whole: own.has('object'),
    paths: distinctPaths(references),
    body: !isNarrow || own.has('object') || own.has('owner'),
    own,
    columns: columnsOf(expression, columns),
  };
}

function distinctPaths(references: readonly Reference[]): readonly (readonly string[])[] {
  const paths = references
    .map(({ path }) => path)
    .filter(([root = '']) => root === 'object' || !Object.hasOwn(ownVariables, root));
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
}

function isInRow({ path: [root, field] }: Reference): boolean {
  return root === 'metadata' && field !== undefined && rowFields.has(field);
}

/** `STATUS` in place of `cols.STATUS`: fields of objects begin with a small letter. */
function refuseColumnsAsFields({ flag, text, references }: Expression, columns: readonly PrinterColumn[]): void {
  const known = [...new Set(columns.map(columnName))];
  for (const { path, node } of references) {
    const [root = ''] = path;
    const meant = /^[A-Z]/.test(root) ? nearestColumn(root, known) : undefined;
    if (meant === undefined) continue;
    const hint = `did you mean ${columnText(meant)}? columns: ${known.join(', ')}`;
    throw whereFault({ flag, text, start: node.start }, `there is no field ${root}`, hint);
  }
}

/** The column that was most likely meant, in any case of letters. */
export function nearestColumn(typed: string, known: readonly string[]): string | undefined {
  const upper = typed.toUpperCase();
  return known.includes(upper) ? upper : nearestWord(upper, known);
}

/** A column as an expression has it. */
export function columnText(column: string): string {
  return /^[A-Z_]\w*$/.test(column) ? `cols.${column}` : `cols[${JSON.stringify(column)}]`;
}

/** By the names that the expression has for them. */
function columnsOf(expression: Expression, columns: readonly PrinterColumn[]): ReadonlyMap<string, ColumnUse> {
  const known = new Set(columns.map(columnName));
  const used = new Map<string, ColumnUse>();
  for (const { path, node } of expression.references) {
    if (path[0] !== 'cols') continue;
    const place = { flag: expression.flag, text: expression.text, start: node.start };
    const [, name] = path;
    const all = `columns: ${[...known].join(', ')}`;
    if (name === undefined) throw whereFault(place, 'cols needs a column, as in cols.STATUS', all);
    const use = columnUse(name);
    if (!known.has(use.column)) {
      const meant = nearestColumn(use.column, [...known]);
      const hint = meant === undefined ? all : `did you mean ${meant}? ${all}`;
      throw whereFault(place, `there is no column ${use.column}`, hint);
    }
    used.set(name, use);
  }
  return used;
}
