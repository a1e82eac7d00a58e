import { decorate, headers, rowTexts, type TableGroup, type TableOptions } from './object-table.ts';
import { TableLayout } from './table-layout.ts';

/**
 * The tables of several contexts as one for each type, with a first column that says which context a row is of. Where
 * contexts print other columns of a type, these are tables of their own.
 */
export class ContextTables {
  readonly #layouts = new Map<string, TableLayout>();

  /** Adds the groups of a context, read to their end; true where there was a row. */
  add(context: string, groups: Iterable<TableGroup>, options: TableOptions): boolean {
    let isAny = false;
    for (const group of groups) {
      const decoration = decorate(group, options, options.allNamespaces && group.type.namespaced);
      const head = headers(decoration, options);
      const key = JSON.stringify([group.type.group, group.type.kind, head]);
      for (const row of group.rows) {
        isAny = true;
        const layout = this.#layouts.get(key) ?? this.#begin(key, ['CONTEXT', ...head], options.noHeaders);
        layout.addRow([context, ...rowTexts(decoration, row, options)]);
      }
    }
    return isAny;
  }

  /** The text of all tables, an empty line between them where they have headers. */
  *chunks(hasHeaders: boolean): Iterable<string> {
    let isFirst = true;
    for (const layout of this.#layouts.values()) {
      if (!isFirst && hasHeaders) yield '\n';
      isFirst = false;
      yield* layout.chunks();
    }
  }

  #begin(key: string, head: readonly string[], noHeaders: boolean): TableLayout {
    const layout = new TableLayout();
    if (!noHeaders) layout.addRow(head);
    this.#layouts.set(key, layout);
    return layout;
  }
}
