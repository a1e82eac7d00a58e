import { nearestWord } from '../../core/nearest-word.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import { columnName, type CellUse } from './cell-value.ts';
import type { CelNode } from './cel-library.ts';
import { childrenOf, pathOf, type Reference } from './expression-walk.ts';
import type { Expression } from './parse-expression.ts';
import { ownVariables } from './own-variables.ts';
import { whereFault } from './where-fault.ts';

/** Fields of `metadata` that the narrow row has. */
const rowFields: ReadonlySet<string> = new Set(['name', 'namespace', 'labels', 'creationTimestamp']);

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
  /** Columns by their printed names. */
  readonly columns: ReadonlyMap<string, CellUse>;
}

/** @throws NAVI_USAGE for a column that none of the types has, and for `cols` without one */
export function needsOf(expression: Expression, columns: readonly PrinterColumn[]): ExpressionNeeds {
  const { references, ast } = expression;
  const roots = new Set(references.map(({ path }) => path[0] ?? ''));
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
    columns: columnsOf(expression, columns, textColumns(ast)),
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

function columnsOf(
  expression: Expression,
  columns: readonly PrinterColumn[],
  asText: ReadonlySet<string>,
): ReadonlyMap<string, CellUse> {
  const known = new Set(columns.map(columnName));
  const used = new Map<string, CellUse>();
  for (const { path, node } of expression.references) {
    if (path[0] !== 'cols') continue;
    const place = { flag: expression.flag, text: expression.text, start: node.start };
    const [, name] = path;
    const all = `columns: ${[...known].join(', ')}`;
    if (name === undefined) throw whereFault(place, 'cols needs a column, as in cols.STATUS', all);
    if (!known.has(name)) {
      const meant = known.has(name.toUpperCase()) ? name.toUpperCase() : nearestWord(name.toUpperCase(), [...known]);
      throw whereFault(
        place,
        `there is no column ${name}`,
        meant === undefined ? all : `did you mean ${meant}? ${all}`,
      );
    }
    used.set(name, asText.has(name) ? 'text' : 'value');
  }
  return used;
}

const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);

/** Columns that are compared with a text, or asked something that only a text can answer. */
function textColumns(node: CelNode): ReadonlySet<string> {
  const found = new Set<string>();
  const note = (each: CelNode): void => {
    const [root, name] = pathOf(each) ?? [];
    if (root === 'cols' && name !== undefined) found.add(name);
  };
  const walk = (each: CelNode): void => {
    const children = childrenOf(each);
    if (comparisons.has(each.op) && children.some(isText)) children.forEach(note);
    if (each.op === 'rcall') note(each.args[1]);
    children.forEach(walk);
  };
  walk(node);
  return found;
}

function isText(node: CelNode): boolean {
  if (node.op === 'list') return node.args.some(isText);
  return node.op === 'value' && typeof node.args === 'string';
}
