import { Optional } from '@marcbachmann/cel-js';
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { compareUtf8 } from '../../core/utf8-order.ts';
import { celFailure } from './cel-failure.ts';

/** A value of navi's own types. */
interface OwnValue {
  equals(other: unknown): boolean;
}

/** A number as one that JavaScript compares exactly with any other; undefined for any other value. */
function numberOf(value: unknown): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return value instanceof UnsignedInt ? value.value : undefined;
}

/** Whether two values are the same: numbers by their amount, lists and maps by what they hold. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const [first, second] = [numberOf(a), numberOf(b)];
  if (first !== undefined && second !== undefined) return first == second; // oxlint-disable-line eqeqeq
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) && Array.isArray(b)) return isSameList(a, b);
  const [members, others] = [membersOf(a), membersOf(b)];
  if (members !== undefined && others !== undefined) return isSameMap(members, others);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (a instanceof Optional && b instanceof Optional) {
    return a.hasValue() && b.hasValue() ? isEqual(a.value(), b.value()) : a.hasValue() === b.hasValue();
  }
  if ('equals' in a) return (a as OwnValue).equals(b);
  return isOrdered(a) && isOrdered(b) && kindOf(a) === kindOf(b) && compareValues(a, b) === 0;
}

const isSameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((each, index) => isEqual(each, b[index]));

function isSameMap(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean {
  return a.size === b.size && Array.from(a).every(([key, value]) => b.has(key) && isEqual(value, b.get(key)));
}

/** What a map holds; undefined for a value that is none. */
export function membersOf(value: unknown): ReadonlyMap<unknown, unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Map) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype ? new Map(Object.entries(value)) : undefined;
}

/** A value that has an order among its like. */
export type Ordered = string | number | bigint | boolean | Date | Duration | UnsignedInt | Uint8Array;

function kindOf(value: unknown): 'number' | 'text' | 'bool' | 'bytes' | 'time' | 'duration' | undefined {
  if (numberOf(value) !== undefined) return 'number';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Date) return 'time';
  return value instanceof Duration ? 'duration' : undefined;
}

function isOrdered(value: unknown): value is Ordered {
  return kindOf(value) !== undefined;
}

/** The values of a list as ones that can be compared with each other. @throws where they have no order */
export function orderedValues(list: Iterable<unknown>): readonly Ordered[] {
  const values = Array.from(list).filter(isOrdered);
  const kinds = new Set(Array.from(list, kindOf));
  if (kinds.size > 1 || kinds.has(undefined)) throw celFailure('these values have no order');
  return values;
}

/** Negative, zero or positive; both values are of one kind. Text goes by code points, as in Go, and not by UTF-16 units. */
export function compareValues(a: Ordered, b: Ordered): number {
  if (typeof a === 'string' && typeof b === 'string') return compareUtf8(a, b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (a instanceof Duration && b instanceof Duration) {
    return a.seconds === b.seconds ? a.nanos - b.nanos : a.seconds < b.seconds ? -1 : 1;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
