import type { Cell } from '../../core/cell.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import type { ObjectRow } from '../../query/object-query.ts';

/** The columns that kubectl prints itself for objects that come without a table (kubectl 1.36). */
export const plainColumns: readonly PrinterColumn[] = [
  { name: 'Name', type: 'string', format: 'name', priority: 0 },
  { name: 'Age', type: 'string', format: '', priority: 0 },
];

/** The row with cells for `plainColumns`. */
export function plainRow(row: ObjectRow): ObjectRow {
  const cells: readonly Cell[] = [row.name, { sinceMs: row.created_at }];
  return { ...row, cells: JSON.stringify(cells) };
}
