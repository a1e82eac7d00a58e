/** Tables of types whose cells navi does not compute, because only the API server behind them knows how. */
import type { Cell } from '../core/cell.ts';
import { goNumber } from '../core/go-number.ts';
import { goValueText } from '../core/go-value-text.ts';
import { humanDuration } from '../core/human-duration.ts';
import type { Json, RawJson } from '../core/json.ts';
import type { KubeObject } from '../core/kube-object.ts';
import type { PrinterColumn } from '../core/printer-column.ts';
import { ageColumn, nameColumn } from './columns/column.ts';
import { ageCell, instantOf } from './columns/since.ts';
import type { TableDefinition } from './columns/table.ts';

/** NAME and AGE: what kubectl 1.36 prints where a server sends plain objects although a Table was asked for. */
export const plainTable: TableDefinition = {
  columns: [nameColumn, ageColumn],
  cells: (object) => [object.metadata.name, ageCell(object)],
};

/** How far the server's clock and this one may be apart before an age is no longer known as one (ms). */
const clockSkewMs = 120_000;

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  y: 365 * 86_400_000,
};

/**
 * One row of a server's Table as it is stored: a cell for each of its cells, as they came. The age of the object
 * itself, in a column called Age or of type date, becomes the instant of its creation, so that it goes on counting.
 * @param nowMs when the row was answered, epoch ms
 */
export function serverCells(
  columns: readonly PrinterColumn[],
  row: { readonly cells: readonly Json[]; readonly object: KubeObject },
  nowMs: number,
): readonly Cell[] {
  const createdAtMs = instantOf(row.object.metadata.creationTimestamp);
  return row.cells.map((cell, index) => {
    const column = columns[index];
    const mayBeAge = column !== undefined && (column.type === 'date' || column.name.toLowerCase() === 'age');
    const isAge = mayBeAge && createdAtMs !== null && typeof cell === 'string' && isDuration(cell, nowMs - createdAtMs);
    return isAge ? { sinceMs: createdAtMs } : storedCell(cell);
  });
}

/** What no cell of the store can be (a list, a map, a number of too many digits) is kept as the text kubectl prints. */
function storedCell(cell: Json): Cell {
  if (JSON.isRawJSON(cell)) return goNumber(cell as RawJson);
  return typeof cell === 'object' && cell !== null ? goValueText(cell) : (cell as Cell);
}

/** Whether `text` is what `humanDuration` makes of `ms`, or of a duration that clock skew makes of it. */
function isDuration(text: string, ms: number): boolean {
  const parts = /^(\d+)([smhdy])(?:(\d+)([smhd]))?$/.exec(text);
  if (parts === null) return false;
  const [, count, unit = '', rest = '0', restUnit = ''] = parts;
  const fromMs = Number(count) * (unitMs[unit] ?? 0) + Number(rest) * (unitMs[restUnit] ?? 0);
  if (humanDuration(fromMs) !== text || fromMs > ms + clockSkewMs) return false;
  return fromMs >= ms - clockSkewMs || humanDuration(ms - clockSkewMs) === text;
}
