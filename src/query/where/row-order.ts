import type { CelDuration } from '../../cel/cel-library.ts';
import { ipText, type IpAddress } from '../../core/ip-address.ts';
import { compareQuantities, type Quantity } from '../../core/quantity.ts';
import { compareUtf8 } from '../../core/utf8-order.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import { columnName } from '../../cel/cell-value.ts';
import { addressOf } from '../../cel/functions/address-value.ts';
import { durationText } from '../../cel/functions/duration-text.ts';
import { quantityOf } from '../../cel/functions/quantity-value.ts';
import { nearestColumn } from '../../cel/expression-needs.ts';
import { whereFault } from '../../cel/where-fault.ts';

/** What rows are ordered or grouped by, as typed: a column that is named alone, or an expression. */
export interface RowKey {
  /** As it is printed; undefined for an expression. */
  readonly column: string | undefined;
  readonly text: string;
}

/** One key of an order, and what reads its value. */
export interface OrderKey<Read> {
  readonly read: Read;
  readonly isDescending: boolean;
}

/**
 * Reads `--order-by` and its like: expressions with commas between, each with `desc` behind it or not. The name of a column in
 * any case of letters stands for that column.
 * @param reader makes of each key, in order, what reads its value
 * @throws NAVI_USAGE
 */
export function parseOrder<Read>(
  flag: string,
  text: string,
  { columns, reader }: { readonly columns: readonly PrinterColumn[]; readonly reader: (key: RowKey) => Read },
): readonly OrderKey<Read>[] {
  return splitKeys(text)
    .map(directed)
    .map(({ body, isDescending }) => ({ read: reader(rowKey(flag, body, columns)), isDescending }));
}

/** The keys of `--order-by` and its like as typed, without their directions. */
export function keyTexts(text: string): readonly string[] {
  return splitKeys(text).map((part) => directed(part).body);
}

function directed(part: string): { readonly body: string; readonly isDescending: boolean } {
  const [, body = part, direction = 'asc'] = /^(.*\S)\s+(asc|desc)$/is.exec(part.trim()) ?? [];
  return { body: body.trim(), isDescending: direction.toLowerCase() === 'desc' };
}

/** The column that a key names alone, in any case of letters; undefined where it names none. */
export function columnOf(text: string, columns: readonly PrinterColumn[]): string | undefined {
  return columns.map(columnName).find((name) => name === text.toUpperCase());
}

/** An expression, or a column that is named alone. @throws NAVI_USAGE for the name of a column that is none */
export function rowKey(flag: string, text: string, columns: readonly PrinterColumn[]): RowKey {
  const column = columnOf(text, columns);
  // Fields of objects begin with a small letter.
  if (column === undefined && columns.length > 0 && /^\p{Lu}/u.test(text) && isColumnLike(text)) {
    const known = [...new Set(columns.map(columnName))];
    const meant = nearestColumn(text, known);
    const all = `columns: ${known.join(', ')}`;
    const hint = meant === undefined ? all : `did you mean ${meant}? ${all}`;
    throw whereFault({ flag, text, start: 0 }, `there is no column ${text}`, hint);
  }
  return { column, text };
}

/** Whether a text looks like the name of a printer column, to whoever does not know the columns: `NOMINATED NODE`, `PORT(S)`. */
export function isColumnLike(text: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N} ._/%-]*(?:\(\p{L}+\))?$/u.test(text);
}

/** The parts between commas that stand in no bracket and no quotes. */
function splitKeys(text: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^]/g)) {
    if ('([{'.includes(token)) depth += 1;
    if (')]}'.includes(token)) depth -= 1;
    if (token === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += token;
  }
  return parts;
}

/** A value in the form in which it is compared: what of it takes long is done once for a row, not in each comparison. */
export interface SortKey {
  /** That of its kind; kinds are in order. */
  readonly rank: number;
  readonly value: unknown;
}

/** The form in which a value is compared; undefined for none. */
export function sortKey(value: unknown): SortKey | undefined {
  if (value === undefined) return undefined;
  const kind = kindOf(value);
  const rank = kind === 'other' ? kinds.length : kinds.indexOf(kind);
  return { rank, value: kind === 'other' ? valueText(value) : comparable(value) };
}

/** Numbers of 64 bits take longer to compare than those that a double holds. */
function comparable(value: unknown): unknown {
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  return value instanceof Date ? value.getTime() : (quantityOf(value) ?? addressOf(value) ?? value);
}

/** Compares rows by their keys; rows that are the same stay in the order of the list. */
export function compareKeys(
  keys: readonly Pick<OrderKey<unknown>, 'isDescending'>[],
): (a: readonly (SortKey | undefined)[], b: readonly (SortKey | undefined)[]) => number {
  return (a, b) => {
    for (let index = 0; index < keys.length; index += 1) {
      const order = compareSortKeys(a[index], b[index], keys[index]?.isDescending === true);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** Objects without the value come last, whatever the direction. */
function compareSortKeys(a: SortKey | undefined, b: SortKey | undefined, isDescending: boolean): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const order = a.rank - b.rank || compareAlike(a, b);
  return isDescending ? -order : order;
}

const kinds = ['boolean', 'number', 'duration', 'time', 'quantity', 'address', 'string'] as const;

function kindOf(value: unknown): (typeof kinds)[number] | 'other' {
  const type = typeof value;
  if (type === 'bigint') return 'number';
  if (type === 'boolean' || type === 'number' || type === 'string') return type;
  if (value instanceof Date) return 'time';
  if (quantityOf(value) !== undefined) return 'quantity';
  if (addressOf(value) !== undefined) return 'address';
  return isDuration(value) ? 'duration' : 'other';
}

/** Both are of one kind. */
function compareAlike({ rank, value: a }: SortKey, { value: b }: SortKey): number {
  if (typeof a === 'string' && typeof b === 'string') return compareUtf8(a, b);
  const kind = kinds[rank];
  if (kind === 'quantity') return compareQuantities(a as Quantity, b as Quantity);
  if (kind === 'address') {
    const [one, other] = [a as IpAddress, b as IpAddress];
    return one.family - other.family || (one.bits < other.bits ? -1 : one.bits > other.bits ? 1 : 0);
  }
  const [first, second] = [a as number | bigint, b as number | bigint];
  return first < second ? -1 : first > second ? 1 : 0;
}

function isDuration(value: unknown): value is CelDuration {
  return Object.prototype.toString.call(value) === '[object google.protobuf.Duration]';
}

/** A value as a table shows it. */
export function valueText(value: unknown): string {
  if (value === undefined) return '<none>';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (isDuration(value)) return durationText(value);
  const quantity = quantityOf(value);
  if (quantity !== undefined) return String(Number(`${quantity.unscaled}e${quantity.exponent}`));
  const address = addressOf(value);
  if (address !== undefined) return ipText(address);
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member === 'bigint') return JSON.rawJSON(String(member));
    return member instanceof Map ? Object.fromEntries(member) : member;
  });
}
