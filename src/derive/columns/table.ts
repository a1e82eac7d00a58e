import type { Cell } from '../../core/cell.ts';
import type { KubeObject } from '../../core/kube-object.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';

/** What the table of one type shows and how its cells follow from one object. */
export interface TableDefinition {
  /** In the server's order, the wide ones included. */
  readonly columns: readonly PrinterColumn[];
  /** One cell per column, in the order of `columns`. Total: what an object lacks has a cell too. */
  readonly cells: (object: KubeObject) => readonly Cell[];
}

/** The table that a server of this minor version (36 for 1.36) shows. */
export type TableOfVersion = (serverMinor: number) => TableDefinition;

/** Tables by `plural.group`, by `plural` alone in the core group. */
export type TableRegistry = Readonly<Record<string, TableOfVersion>>;

/** A table that every supported server version shows. */
export function table(
  columns: readonly PrinterColumn[],
  cells: (object: KubeObject) => readonly Cell[],
): TableOfVersion {
  const definition: TableDefinition = { columns, cells };
  return () => definition;
}
