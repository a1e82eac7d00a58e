import type { Cell } from '../core/cell.ts';
import type { JsonObject } from '../core/json.ts';
import type { PrinterColumn } from '../core/printer-column.ts';
import { compareUtf8 } from '../core/utf8-order.ts';
import { cellText } from './cell-text.ts';
import { TableLayout } from './table-layout.ts';

/** A run of objects of one type, in printing order; two groups of the same type print two headers. */
export interface TableGroup {
  readonly type: { readonly kind: string; readonly group: string; readonly namespaced: boolean };
  readonly columns: readonly PrinterColumn[];
  readonly rows: Iterable<TableRow>;
}

/** One object of a table. */
export interface TableRow {
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  /** In the order of the group's columns, hidden ones included; more show only where columns of labels follow (kubectl 1.36). */
  readonly cells: readonly Cell[];
  readonly labels: JsonObject;
}

/** What decorates the tables, as kubectl's flags of the same names have it. */
export interface TableOptions {
  /** Also the columns of a priority other than 0. */
  readonly wide: boolean;
  readonly allNamespaces: boolean;
  /** `kind.group/` before names; already decided, also where several types make it automatic. */
  readonly showKind: boolean;
  readonly showLabels: boolean;
  /** Label keys, a column each, in order. */
  readonly labelColumns: readonly string[];
  readonly noHeaders: boolean;
  /** What ages are counted to, epoch milliseconds. */
  readonly nowMs: number;
}

/**
 * The tables of `kubectl get` (kubectl 1.36) in texts of about 64 KiB: one per group that has rows, an empty line
 * before each but the first unless there are no headers. Every group is read to its end before its table begins.
 */
export function* renderTables(groups: Iterable<TableGroup>, options: TableOptions): Iterable<string> {
  // Once a namespaced type was printed, cluster-scoped types after it have an empty NAMESPACE column too.
  let withNamespace = false;
  let printed = false;
  for (const group of groups) {
    const decoration = decorate(group, options, withNamespace || (options.allNamespaces && group.type.namespaced));
    const layout = new TableLayout();
    let rowCount = 0;
    for (const row of group.rows) {
      if (rowCount === 0 && !options.noHeaders) {
        layout.addRow(headers(decoration, options));
      }
      layout.addRow(rowTexts(decoration, row, options));
      rowCount += 1;
    }
    if (rowCount === 0) {
      continue;
    }
    withNamespace = decoration.withNamespace;
    if (printed && !options.noHeaders) {
      yield '\n';
    }
    printed = true;
    yield* layout.chunks();
  }
}

/** What is the same for all rows of a group. */
export interface Decoration {
  readonly withNamespace: boolean;
  /** Hidden ones included. */
  readonly columnCount: number;
  readonly visible: readonly { readonly column: PrinterColumn; readonly index: number }[];
  /** Index of the column that takes the prefix, -1 for none. */
  readonly nameIndex: number;
  readonly prefix: string;
}

/** How the rows of a group are decorated. */
export function decorate(group: Omit<TableGroup, 'rows'>, options: TableOptions, withNamespace: boolean): Decoration {
  const indexed = group.columns.map((column, index) => ({ column, index }));
  const { kind, group: apiGroup } = group.type;
  return {
    withNamespace,
    columnCount: group.columns.length,
    visible: indexed.filter(({ column }) => options.wide || column.priority === 0),
    nameIndex: options.showKind ? group.columns.findIndex((column) => column.format === 'name') : -1,
    prefix: `${(apiGroup === '' ? kind : `${kind}.${apiGroup}`).toLowerCase()}/`,
  };
}

/** The texts of the header row, from left to right. */
export function headers(decoration: Decoration, options: TableOptions): string[] {
  return [
    ...(decoration.withNamespace ? ['NAMESPACE'] : []),
    ...decoration.visible.map(({ column }) => upperCase(column.name)),
    ...options.labelColumns.map((key) => upperCase(key.slice(key.lastIndexOf('/') + 1))),
    ...(options.showLabels ? ['LABELS'] : []),
  ];
}

/** The texts of a row, from left to right. */
export function rowTexts(decoration: Decoration, row: TableRow, options: TableOptions): string[] {
  const { nowMs } = options;
  const texts = decoration.withNamespace ? [cellText(row.namespace, nowMs)] : [];
  for (const { index } of decoration.visible) {
    const text = cellText(row.cells[index] ?? null, nowMs);
    texts.push(index === decoration.nameIndex ? decoration.prefix + text : text);
  }
  const added = options.labelColumns.map((key) => cellText(labelValue(row.labels, key), nowMs));
  if (options.showLabels) added.push(cellText(labelsText(row.labels), nowMs));
  // Cells without a column come before those of the labels, and push as many of these out of the row.
  const extra = row.cells.slice(decoration.columnCount).map((cell) => cellText(cell, nowMs));
  texts.push(...[...extra, ...added].slice(0, added.length));
  return texts;
}

/** Rune by rune, as Go does: what would become several letters (`ß`) stays. */
function upperCase(text: string): string {
  return Array.from(text, (character) => {
    const upper = character.toUpperCase();
    return Array.from(upper).length === 1 ? upper : character;
  }).join('');
}

function labelValue(labels: JsonObject, key: string): string {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  return typeof value === 'string' ? value : '';
}

function labelsText(labels: JsonObject): string {
  const pairs = Object.keys(labels).map((key) => `${key}=${labelValue(labels, key)}`);
  return pairs.length === 0 ? '<none>' : pairs.sort(compareUtf8).join(',');
}
