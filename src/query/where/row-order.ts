import type { Duration } from '@marcbachmann/cel-js/evaluator';
import { ipText } from '../../core/ip-address.ts';
import { compareQuantities, type Quantity } from '../../core/quantity.ts';
import { compareUtf8 } from '../../core/utf8-order.ts';
import type { PrinterColumn } from '../../core/printer-column.ts';
import { columnName } from './cell-value.ts';
import { addressOf } from './functions/addresses.ts';
import { quantityOf } from './functions/quantities.ts';
import { parseExpression, type Expression } from './parse-expression.ts';

/** One key of an order. */
export interface OrderKey {
  readonly expression: Expression;
  readonly isDescending: boolean;
}

/**
 * Reads `--order-by` and its like: expressions with commas between, each with `desc` behind it or not. The name of a column in
 * any case of letters stands for that column.
 * @throws NAVI_USAGE
 */
export function parseOrder(flag: string, text: string, columns: readonly PrinterColumn[]): readonly OrderKey[] {
  return splitKeys(text).map((part) => {
    const [, body = part, direction = 'asc'] = /^(.*\S)\s+(asc|desc)$/is.exec(part.trim()) ?? [];
    return { expression: keyExpression(flag, body.trim(), columns), isDescending: direction.toLowerCase() === 'desc' };
  });
}

/** An expression, or a column that is named alone. @throws NAVI_USAGE */
export function keyExpression(flag: string, text: string, columns: readonly PrinterColumn[]): Expression {
  const column = columns.map(columnName).find((name) => name === text.toUpperCase());
  return parseExpression(flag, column === undefined ? text : `cols[${JSON.stringify(column)}]`, 'any');
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

/** Compares rows by the values of their keys; rows that are the same stay in the order of the list. */
export function compareKeys(keys: readonly OrderKey[]): (a: readonly unknown[], b: readonly unknown[]) => number {
  return (a, b) => {
    for (const [index, { isDescending }] of keys.entries()) {
      const order = compareValues(a[index], b[index], isDescending);
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** Objects without the value come last, whatever the direction. */
function compareValues(a: unknown, b: unknown, isDescending: boolean): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const order = rankOf(a) - rankOf(b) || compareAlike(a, b);
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

function rankOf(value: unknown): number {
  const kind = kindOf(value);
  return kind === 'other' ? kinds.length : kinds.indexOf(kind);
}

function compareAlike(a: unknown, b: unknown): number {
  if (typeof a === 'string' && typeof b === 'string') return compareUtf8(a, b);
  const quantity = quantityOf(a);
  if (quantity !== undefined) return compareQuantities(quantity, quantityOf(b) as Quantity);
  const [address, other] = [addressOf(a), addressOf(b)];
  if (address !== undefined && other !== undefined) {
    return address.family - other.family || (address.bits < other.bits ? -1 : address.bits > other.bits ? 1 : 0);
  }
  if (kindOf(a) === 'other') return compareUtf8(valueText(a), valueText(b));
  const [first, second] = [a as number | bigint | Date, b as number | bigint | Date];
  return first < second ? -1 : first > second ? 1 : 0;
}

function isDuration(value: unknown): value is Duration {
  return Object.prototype.toString.call(value) === '[object google.protobuf.Duration]';
}

/** A value as a table shows it. */
export function valueText(value: unknown): string {
  if (value === undefined) return '<none>';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (isDuration(value)) return value.toString();
  const quantity = quantityOf(value);
  if (quantity !== undefined) return String(Number(`${quantity.unscaled}e${quantity.exponent}`));
  const address = addressOf(value);
  if (address !== undefined) return ipText(address);
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'bigint' ? JSON.rawJSON(String(member)) : member,
  );
}
